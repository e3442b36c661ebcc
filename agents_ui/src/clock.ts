/**
 * The server's time, as well as this page can know it, and a signal that ticks once a second.
 *
 * Every duration on the screens runs on it, so two desks show the same seconds whatever their own clocks say.
 */
import { signal, type ReadonlySignal } from "@preact/signals";

let offsetMs = 0;

const ticking = signal(Date.now());

/** Server time in milliseconds, new once a second. */
export const second: ReadonlySignal<number> = ticking;

export function serverNow(): number {
  return Date.now() + offsetMs;
}

export function setServerTime(now: number): void {
  offsetMs = now - Date.now();
  ticking.value = serverNow();
}

function tick(): void {
  const now = serverNow();
  ticking.value = now;
  // On the server's full second: timers that began together also change together.
  setTimeout(tick, 1000 - (now % 1000));
}

if (typeof document !== "undefined") tick();
