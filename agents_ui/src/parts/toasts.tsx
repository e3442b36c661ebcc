/**
 * Short words that come and go: what was done, or why it was refused. They are shown in a popover, above dialogs, and
 * read out by a region of their own: one that is only there together with its words stays unheard.
 */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useKeys } from "../keys";
import { refusal, t, type Args, type Key } from "../texts";

const SHOWN_SECONDS = 6;
const UNDO_SECONDS = 12;
const TOASTS_MAX = 3;

interface Toast {
  id: number;
  /** what it is about: newer words about the same take the place of the older ones */
  about: string;
  text: string;
  bad: boolean;
  /** takes back what was done */
  undo?: (() => void) | undefined;
}

const toasts = signal<readonly Toast[]>([]);
let count = 0;

export function toast(key: Key, args?: Args): void {
  add(t(key, args), false, undefined, key);
}

/** Shows what was done, with the way back if there is one. */
export function undoable(text: string, undo?: () => void): void {
  add(text, false, undo);
}

/** Shows a refusal of an ask; "" is none. Returns whether it was done. */
export function done(refused: string): boolean {
  if (refused) add(refusal(refused), true);
  return refused === "";
}

export function Toasts() {
  const box = useRef<HTMLDivElement>(null);
  const newest = toasts.value.at(-1)?.id;
  const undone = toasts.value.findLast((one) => one.undo)?.id;
  useEffect(() => {
    // Anew above whatever dialog has been opened meanwhile.
    box.current?.hidePopover();
    if (newest !== undefined) box.current?.showPopover();
  }, [newest]);
  return (
    <div ref={box} class="toasts" popover="manual" role="region" aria-label={t("frame.toasts")}>
      {toasts.value.map((one) => (
        <div key={one.id} class={one.bad ? "toast bad" : "toast"}>
          {one.text}
          {one.undo && (one.id === undone ? <UndoLast toast={one} /> : <Undo toast={one} />)}
        </div>
      ))}
    </div>
  );
}

/** The newest one for whoever hears the screen: once on the page, and in each dialog, which keeps them from all else. */
export function Spoken() {
  const newest = toasts.value.at(-1);
  return (
    <div class="hidden-text" role="status">
      {newest && <span key={newest.id}>{newest.text}</span>}
    </div>
  );
}

function Undo({ toast }: { toast: Toast }) {
  return (
    <button class="button small" onClick={() => undo(toast)}>
      {t("done.undo")}
    </button>
  );
}

/** The key takes back what was done last. */
function UndoLast({ toast }: { toast: Toast }) {
  useKeys([{ keys: ["Ctrl+z"], text: "keys.undo", run: () => undo(toast) }]);
  return (
    <button class="button small" onClick={() => undo(toast)}>
      {t("done.undo")} <kbd aria-hidden="true">Ctrl Z</kbd>
    </button>
  );
}

function undo(toast: Toast): void {
  drop(toast.id);
  toast.undo?.();
}

function add(text: string, bad: boolean, undo?: () => void, about = ""): void {
  const id = ++count;
  const others = toasts.value.filter((one) => !about || one.about !== about);
  toasts.value = [...others, { id, about, text, bad, undo }].slice(-TOASTS_MAX);
  setTimeout(() => drop(id), (undo ? UNDO_SECONDS : SHOWN_SECONDS) * 1000);
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
