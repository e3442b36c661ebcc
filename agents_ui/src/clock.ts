/**
 * The server's time, as well as this page can know it (it comes with the page, and with each greeting of the feed), and a signal that ticks once a second.
 *
 * Every duration on the screens runs on it, so two desks show the same seconds whatever their own clocks say. On a
 * demonstration's fast day the server's time goes `speed` times as fast as this page's.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { told } from "./told";

/** on a fast day seconds fly: more often nobody could read them */
const TICK_MS_MIN = 200;
/** more than the slowest way of a message that still matters */
const ASTRAY_MS = 1_000;

let pageAt = Date.now();
let serverAt = Number(told("now")) || pageAt;
let speed = 1;

const ticking = signal(serverAt);

/** Server time in milliseconds, new once a second of the server, or as often as can be read. */
export const second: ReadonlySignal<number> = ticking;

export function serverNow(): number {
  return serverAt + (Date.now() - pageAt) * speed;
}

/** How many of this page's milliseconds are left until then. */
export function pageMsUntil(at: number): number {
  return Math.max(0, at - serverNow()) / speed;
}

/** How many milliseconds of the server go by in one of this page's. */
export function serverSpeed(): number {
  return speed;
}

/** What the server said just now: followed when this page's clock was set or stood still, not for the way it took. */
export function correctServerTime(now: number): void {
  if (Math.abs(now - serverNow()) > ASTRAY_MS * speed) setServerTime(now, speed);
}

export function setServerTime(now: number, times: number): void {
  serverAt = now;
  pageAt = Date.now();
  speed = times;
  ticking.value = now;
}

function tick(): void {
  const now = serverNow();
  ticking.value = now;
  // On the server's full second: timers that began together also change together.
  setTimeout(tick, Math.max((1000 - (now % 1000)) / speed, speed > 1 ? TICK_MS_MIN : 0));
}

if (typeof document !== "undefined") tick();
