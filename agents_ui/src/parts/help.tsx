/** The help sheet on "?": every key that means something on this page, made from the bindings themselves. */
import { signal } from "@preact/signals";
import { allBindings, type Binding } from "../keys";
import { t, type Key } from "../texts";
import { Icon } from "./icon";
import { Modal } from "./modal";

const open = signal(false);
const GROUPS: readonly Key[] = ["help.dialog", "help.page", "help.call"];

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
      {GROUPS.map((group) => (
        <Keys key={group} group={group} />
      ))}
    </Modal>
  );
}

function Keys({ group }: { group: Key }) {
  const ours = allBindings.value.filter((one) => one.group === group && !givesWay(one));
  if (!ours.length) return null;
  return (
    <section class="keys-group" aria-label={t(group)}>
      <h3>{t(group)}</h3>
      <dl class="keys">
        {ours.map((one) => [
          <dt key={one.text}>
            {inShort(one.keys).map((key) => (
              <kbd key={key}>{shown(key)}</kbd>
            ))}
          </dt>,
          <dd>{t(one.text)}</dd>,
        ])}
      </dl>
    </section>
  );
}

/** A key that sleeps is told of, unless it does something else just now. */
function givesWay(one: Binding): boolean {
  const isAwake = ({ on }: Binding) => on ?? true;
  const shares = (other: Binding) => other !== one && other.keys.some((key) => one.keys.includes(key));
  return !isAwake(one) && allBindings.value.some((other) => isAwake(other) && shares(other));
}

/** "1 – 9" instead of eighteen keys; that Alt helps while one writes is said once, above. */
function inShort(all: string[]): string[] {
  const keys = all.filter((key) => !(/^Alt\+/.test(key) && all.includes(key.slice("Alt+".length))));
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
