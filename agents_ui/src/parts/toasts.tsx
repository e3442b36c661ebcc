/** Short words that come and go: what was done, or why it was refused. Read out by screen readers. */
import { signal } from "@preact/signals";
import { refusal, t, type Key } from "../texts";

const SHOWN_SECONDS = 6;
const TOASTS_MAX = 3;

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

const toasts = signal<readonly Toast[]>([]);
let count = 0;

export function toast(key: Key): void {
  add(t(key), false);
}

/** Shows a refusal of an ask; "" is none. Returns whether it was done. */
export function done(refused: string): boolean {
  if (refused) add(refusal(refused), true);
  return refused === "";
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((one) => (
        <div key={one.id} class={one.bad ? "toast bad" : "toast"}>
          {one.text}
        </div>
      ))}
    </div>
  );
}

function add(text: string, bad: boolean): void {
  const id = ++count;
  toasts.value = [...toasts.value, { id, text, bad }].slice(-TOASTS_MAX);
  setTimeout(() => (toasts.value = toasts.value.filter((one) => one.id !== id)), SHOWN_SECONDS * 1000);
}
