/** The desk's own phone: whether it can ring, how it sounds, and what to do when it can't. */
import { Icon } from "../parts/icon";
import { Notice } from "../parts/notice";
import { QualityBars } from "../parts/quality";
import { t } from "../texts";
import type { Desk } from "./model";

export function PhoneLine({ desk }: { desk: Desk }) {
  const state = desk.line.state.value;
  return (
    <div class="phone-line">
      <span class={state === "ready" ? "tone-good" : state === "connecting" ? "quiet" : "tone-warn"}>
        <Icon name="headset" />
      </span>
      <span class="grow clip">{t(`line.${state}`)}</span>
      <QualityBars level={desk.line.quality.value} />
    </div>
  );
}

export function PhoneNotice({ desk }: { desk: Pick<Desk, "line" | "unplugged" | "takePhone" | "plugIn"> }) {
  const { state, error, hushed, silent } = desk.line;
  const takeOver = (
    <button class="button small" onClick={() => desk.takePhone()}>
      {t("line.claim")}
    </button>
  );
  if (state.value === "watching" || error.value === "replaced") {
    return (
      <Notice tone="call" icon="headset" text={t("line.watching_about")}>
        {takeOver}
      </Notice>
    );
  }
  if (error.value) {
    return (
      <Notice tone="bad" icon="micOff" text={t(`line_error.${error.value}`)}>
        <button
          class="button small"
          onClick={() => (error.value === "version" ? location.reload() : void desk.plugIn())}
        >
          {error.value === "version" ? t("link.reload") : t("error.try_again")}
        </button>
      </Notice>
    );
  }
  if (desk.unplugged.value) return <Notice tone="warn" icon="offline" text={t("line.unplugged_about")} />;
  if (state.value === "lost") return <Notice tone="warn" icon="offline" text={t("line.lost_about")} />;
  if (silent.value) return <Notice tone="warn" icon="volumeOff" text={t("line.silent_about")} />;
  return hushed.value ? <Notice tone="call" icon="headset" text={t("line.hushed_about")} /> : null;
}
