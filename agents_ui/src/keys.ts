/**
 * The keyboard of a page: bindings that live as long as the part that made them, and the list for the help sheet.
 *
 * A plain letter never acts while somebody types or while a dialog is open; a combination with Ctrl or Alt does.
 */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Key } from "./texts";

export interface Binding {
  /** "a", "?", "Enter", "Ctrl+Enter", "Alt+3", "Shift+H"; several mean the same */
  keys: string[];
  text: Key;
  /** `key`: which one it was */
  run: (key: string) => void;
  /** false: shown in the help sheet, but asleep now */
  on?: boolean;
}

const bindings = signal<readonly Binding[]>([]);

/** All bindings of the page, for the help sheet. */
export const allBindings = bindings;

/** Keeps `mine` bound while the component lives; the newest part wins when two bind the same key. */
export function useKeys(mine: Binding[]): void {
  const latest = useRef(mine);
  latest.current = mine;
  const shape = mine.map((one) => one.keys.join()).join(";");
  useEffect(() => {
    const stable = latest.current.map((first, index) => ({
      keys: first.keys,
      text: first.text,
      run: (key: string) => latest.current[index]?.run(key),
      get on() {
        return latest.current[index]?.on ?? true;
      },
    }));
    bindings.value = [...bindings.peek(), ...stable];
    return () => {
      bindings.value = bindings.peek().filter((one) => !(stable as Binding[]).includes(one));
    };
  }, [shape]);
}

/** "Ctrl+Enter" of a key event. Shift is named for letters only: "?" already says it. */
export function nameOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "code">): string {
  // With Alt, some layouts turn letters and digits into other signs: there the place of the key counts.
  const placed = event.altKey ? /^(?:Digit|Numpad|Key)(\w)$/.exec(event.code)?.[1]?.toLowerCase() : undefined;
  const key = placed ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const letter = /^[a-z]$/.test(key) || event.key.length > 1;
  const parts = [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", event.shiftKey && letter ? "Shift" : ""];
  return [...parts.filter(Boolean), /^[a-z]$/.test(key) && event.shiftKey ? key.toUpperCase() : key].join("+");
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const name = nameOf(event);
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  const combined = event.ctrlKey || event.metaKey || event.altKey;
  if (document.querySelector("dialog[open]")) return;
  if (!combined && isTyping(target)) return;
  // Enter and Space belong to what has the focus.
  if ((name === "Enter" || name === " ") && target.closest("button, a, summary, [role=button], [role=option]")) return;
  for (const binding of bindings.peek().toReversed()) {
    if ((binding.on ?? true) && binding.keys.includes(name)) {
      event.preventDefault();
      binding.run(name);
      return;
    }
  }
}

function isTyping(target: HTMLElement): boolean {
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(target.type);
}

if (typeof document !== "undefined") document.addEventListener("keydown", onKeyDown);
