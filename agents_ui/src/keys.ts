/**
 * The keyboard of a page: bindings that live as long as the part that made them, and the list for the help sheet.
 *
 * A plain letter never acts while somebody types, nor in the middle of a word whose field has gone; a combination with
 * Ctrl or Alt does. While a dialog is open only the keys bound inside it act.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useLayoutEffect, useRef } from "preact/hooks";
import type { Key } from "./texts";
import { Word } from "./word";

export interface Binding {
  /** "a", "?", "Enter", "Ctrl+Enter", "Alt+3", "Shift+H"; several mean the same */
  keys: string[];
  text: Key;
  /** `key`: which one it was */
  run: (key: string) => void;
  /** false: shown in the help sheet, but asleep now */
  on?: boolean;
  /** under which heading the help sheet has it */
  group?: Key;
  /** also while somebody types */
  typing?: boolean;
  /** also above dialogs */
  everywhere?: boolean;
}

interface Bound extends Binding {
  group: Key;
  layer: number;
}

/** Undoing what one typed is the field's own. */
const OF_A_FIELD = ["Ctrl+z", "Ctrl+Shift+Z", "Ctrl+y"];

/** How many dialogs lie under what is shown here. */
export const Layer = createContext(0);

const bindings = signal<readonly Bound[]>([]);
const word = new Word();

/** All bindings of the page, for the help sheet. */
export const allBindings: ReadonlySignal<readonly Bound[]> = bindings;

/** Keeps `mine` bound while the component lives; the newest part wins when two bind the same key. */
export function useKeys(mine: Binding[]): void {
  const latest = useRef(mine);
  latest.current = mine;
  const layer = useContext(Layer);
  const shape = mine.map((one) => one.keys.join()).join(";");
  // With the part itself, not a frame later: a key that is pressed at once finds it.
  useLayoutEffect(() => {
    const stable = latest.current.map((first, index) => ({
      keys: first.keys,
      text: first.text,
      typing: first.typing ?? false,
      everywhere: first.everywhere ?? false,
      group: first.group ?? (layer > 0 ? "help.dialog" : "help.page"),
      layer,
      run: (key: string) => latest.current[index]?.run(key),
      get on() {
        return latest.current[index]?.on ?? true;
      },
    }));
    bindings.value = [...bindings.peek(), ...stable];
    return () => {
      bindings.value = bindings.peek().filter((one) => !(stable as Bound[]).includes(one));
    };
  }, [shape, layer]);
}

/** "Ctrl+Enter" of a key event. Shift is named for letters only: "?" already says it. */
export function nameOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "code">,
): string {
  // With Alt, some layouts turn letters and digits into other signs: there the place of the key counts.
  const placed = event.altKey ? /^(?:Digit|Numpad|Key)(\w)$/.exec(event.code)?.[1]?.toLowerCase() : undefined;
  const key = placed ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const letter = /^[a-z]$/.test(key) || event.key.length > 1;
  const parts = [
    event.ctrlKey || event.metaKey ? "Ctrl" : "",
    event.altKey ? "Alt" : "",
    event.shiftKey && letter ? "Shift" : "",
  ];
  return [...parts.filter(Boolean), /^[a-z]$/.test(key) && event.shiftKey ? key.toUpperCase() : key].join(
    "+",
  );
}

function onKeyDown(event: KeyboardEvent): void {
  const name = nameOf(event);
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  const combined = event.ctrlKey || event.metaKey || event.altKey;
  const typing = isTyping(target);
  if (typing && !combined) word.typed(event.key, target instanceof HTMLInputElement, Date.now());
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (typing && OF_A_FIELD.includes(name)) return;
  // Nor does it press the button that has the focus now.
  if (!typing && !combined && word.goesOn(event.key, Date.now())) return event.preventDefault();
  // Enter and Space belong to what has the focus.
  if (
    (name === "Enter" || name === " ") &&
    target.closest("button, a, summary, [role=button], [role=option]")
  )
    return;
  const layer = document.querySelectorAll("dialog[open]").length;
  const bound = bindings
    .peek()
    .findLast(
      (one) =>
        (one.layer === layer || one.everywhere) &&
        (combined || !typing || one.typing) &&
        (one.on ?? true) &&
        one.keys.includes(name),
    );
  if (!bound) return;
  word.end();
  event.preventDefault();
  bound.run(name);
}

function isTyping(target: HTMLElement): boolean {
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(target.type)
  );
}

if (typeof document !== "undefined") {
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("pointerdown", () => word.end());
}
