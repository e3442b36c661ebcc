/** Whether somebody stands before the board: for a while after a key or the mouse, and as long as a dialog is open. */
import { signal, type ReadonlySignal } from "@preact/signals";

const ATTENDED_SECONDS = 8;

const here = signal(false);
let leaves: ReturnType<typeof setTimeout> | undefined;

export const attended: ReadonlySignal<boolean> = here;

export function watchAttendance(): void {
  for (const sign of ["pointermove", "pointerdown", "keydown"]) addEventListener(sign, stay);
}

function stay(): void {
  here.value = true;
  clearTimeout(leaves);
  leaves = setTimeout(leave, ATTENDED_SECONDS * 1000);
}

function leave(): void {
  if (document.querySelector("dialog[open]")) stay();
  else here.value = false;
}
