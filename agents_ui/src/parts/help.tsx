/** The help sheet on "?": every key that means something on this page, made from the bindings themselves. */
import { signal } from "@preact/signals";
import { allBindings } from "../keys";
import { t } from "../texts";
import { Icon } from "./icon";
import { Modal } from "./modal";

const open = signal(false);

export function openHelp(): void {
  open.value = true;
}

export function HelpButton() {
  return (
    <button
      class="button ghost icon-only"
      onClick={openHelp}
      title={t("keys.help")}
      aria-label={t("keys.help")}
    >
      <Icon name="question" />
    </button>
  );
}

export function HelpSheet() {
  if (!open.value) return null;
  return (
    <Modal title={t("help.title")} onClose={() => (open.value = false)}>
      <dl class="keys">
        {allBindings.value.map((one) => [
          <dt key={one.text}>
            {inShort(one.keys).map((key) => (
              <kbd key={key}>{shown(key)}</kbd>
            ))}
          </dt>,
          <dd>{t(one.text)}</dd>,
        ])}
      </dl>
    </Modal>
  );
}

/** "1 – 9" instead of eighteen keys. */
function inShort(keys: string[]): string[] {
  const digits = keys.filter((key) => /^\d$/.test(key)).toSorted();
  if (digits.length < 3) return keys;
  const others = keys.filter((key) => !/\d$/.test(key));
  return [`${digits[0]} – ${digits.at(-1)}`, ...others];
}

const SIGNS: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  " ": "␣",
  Escape: "Esc",
};

/** "Ctrl+Enter" as people read it. */
export function shown(key: string): string {
  return key
    .split("+")
    .map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");
}
