/** What can be done at the board, with its keys: there while somebody stands before it, else nothing is to be seen. */
import { signal } from "@preact/signals";
import { csrf } from "../api";
import { useKeys, type Binding } from "../keys";
import { HelpButton, HelpSheet, openHelp } from "../parts/help";
import { Icon } from "../parts/icon";
import { LanguageSwitch } from "../parts/language";
import { bellOn } from "../supervisor/alarms";
import { Thresholds } from "../supervisor/thresholds";
import { t } from "../texts";
import type { QueueRow } from "../wire";
import { attended } from "./attended";

const setting = signal(false);

interface Props {
  queues: QueueRow[];
  /** this is a television's own sign-in: there is no page to go back to */
  shows: boolean;
}

export function Tools({ queues, shows }: Props) {
  const back: Binding[] = shows ? [] : [{ keys: ["Escape"], text: "keys.leave_board", run: leave }];
  useKeys([
    { keys: ["f"], text: "keys.full_screen", run: toggleFullScreen },
    { keys: ["a"], text: "keys.alarms", run: () => (setting.value = true) },
    { keys: ["?"], text: "keys.help", run: openHelp },
    ...back,
  ]);
  return (
    <>
      {attended.value && (
        <nav class="board-tools" aria-label={t("board.tools")}>
          <button class="button small" onClick={toggleFullScreen}>
            <Icon name="wide" /> {t("keys.full_screen")} <kbd aria-hidden="true">F</kbd>
          </button>
          <button class="button small" onClick={() => (setting.value = true)}>
            <Icon name={bellOn.value ? "bell" : "volumeOff"} /> {t("thresholds.title")} <kbd aria-hidden="true">A</kbd>
          </button>
          {shows ? (
            <form method="post" action="/sign-out">
              <input type="hidden" name="csrf" value={csrf()} />
              <button class="button small" type="submit">
                <Icon name="out" /> {t("frame.sign_out")}
              </button>
            </form>
          ) : (
            <a class="button small" href="/supervisor">
              <Icon name="left" /> {t("page.supervisor")} <kbd aria-hidden="true">Esc</kbd>
            </a>
          )}
          <LanguageSwitch />
          <HelpButton />
        </nav>
      )}
      {setting.value && <Thresholds queues={queues} onClose={() => (setting.value = false)} />}
      <HelpSheet />
    </>
  );
}

/** Refused where a browser allows none: then the board is as large as its window. */
function toggleFullScreen(): void {
  const done = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen?.();
  done?.catch(() => undefined);
}

/** Of full screen first, as everywhere. */
function leave(): void {
  if (document.fullscreenElement) toggleFullScreen();
  else location.assign("/supervisor");
}
