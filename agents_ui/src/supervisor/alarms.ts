/**
 * When a queue needs somebody: limits for each queue, kept in this browser, and a bell that rings once for each alarm.
 *
 * The rules: an alarm begins when its limit is passed and is over when the queue has been well for CALM_SECONDS. What
 * has rung is remembered in this browser, so neither a reload nor a second page rings it again; what could not be
 * heard rings when it can. Old rows are not judged: while the connection is lost, and until fresh rows have come
 * after it, the alarms stay as they were.
 */
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { second } from "../clock";
import type { Link } from "../feed";
import { duration } from "../format";
import { audible, sound, type Voice } from "../parts/bell";
import { t } from "../texts";
import type { QueueRow } from "../wire";

export const KINDS = ["wait", "waiting", "level", "nobody", "refused"] as const;
export type Kind = (typeof KINDS)[number];
export type Limits = Record<"wait" | "waiting" | "level", number>;

export interface Alarm {
  queue: string;
  kind: Kind;
  limit: number;
}

const CALM_SECONDS = 30;
const SEEN_SECONDS = 5;
const WAIT_FACTOR = 3;
const WAIT_SECONDS_MIN = 60;
const WAITING_MAX = 4;
const LEVEL_BELOW_TARGET = 15;
/** a service level of three calls says nothing */
const JUDGED_MIN = 10;
/** two falling tones: no call, but a look at the floor */
const LOOK: Voice = {
  type: "triangle",
  loudness: 0.2,
  seconds: 0.7,
  tones: [
    [0, 784],
    [0.28, 523],
  ],
};
const LIMITS = "alarm-limits";
const RUNG = "alarm-rung";
const BELL = "alarm-bell";

const own = signal<Record<string, Partial<Limits>>>(read(LIMITS));
export const bellOn = signal(localStorage.getItem(BELL) !== "off");

export function proposed(queue: QueueRow): Limits {
  return {
    wait: Math.max(WAIT_SECONDS_MIN, WAIT_FACTOR * queue.threshold_seconds),
    waiting: WAITING_MAX,
    level: Math.max(0, queue.target_percent - LEVEL_BELOW_TARGET),
  };
}

export function limitsOf(queue: QueueRow): Limits {
  return { ...proposed(queue), ...own.value[queue.queue] };
}

export function setLimit(queue: string, name: keyof Limits, value: number): void {
  own.value = { ...own.peek(), [queue]: { ...own.peek()[queue], [name]: value } };
  localStorage.setItem(LIMITS, JSON.stringify(own.peek()));
}

export function resetLimits(): void {
  own.value = {};
  localStorage.removeItem(LIMITS);
}

export function toggleBell(): void {
  bellOn.value = !bellOn.peek();
  localStorage.setItem(BELL, bellOn.peek() ? "on" : "off");
}

/** What is wrong with this queue at this moment. */
export function alarmsOf(queue: QueueRow, limits: Limits, now: number): Alarm[] {
  const staffed = Object.entries(queue.agents).some(([routing, count]) => routing !== "off_queue" && count > 0);
  const judged = queue.answered + queue.abandoned - queue.short_abandoned;
  const wrong: Record<Kind, boolean> = {
    wait: queue.longest_since_at !== null && now - queue.longest_since_at > limits.wait * 1000,
    waiting: queue.waiting > limits.waiting,
    level: queue.service_level !== null && judged >= JUDGED_MIN && queue.service_level < limits.level,
    nobody: queue.waiting > 0 && !staffed,
    refused: queue.refused > 0,
  };
  return KINDS.filter((kind) => wrong[kind]).map((kind) => ({
    queue: queue.queue,
    kind,
    limit: kind === "nobody" || kind === "refused" ? 0 : limits[kind],
  }));
}

export function alarmText({ kind, limit }: Alarm): string {
  return t(`alarm_kind.${kind}`, { limit: kind === "wait" ? duration(limit * 1000) : limit });
}

/** The alarms of all these queues; new once a second at most. Rings while somebody looks. */
export function watchAlarms(
  queues: ReadonlySignal<QueueRow[]>,
  link: ReadonlySignal<Link>,
): ReadonlySignal<ReadonlyMap<string, Alarm[]>> {
  const alarms = signal<ReadonlyMap<string, Alarm[]>>(new Map());
  let old: QueueRow[] | null = null;
  effect(() => {
    if (link.value !== "open") {
      old = queues.peek();
      return;
    }
    const rows = queues.value;
    if (rows === old) return;
    const now = second.value;
    const found = new Map(rows.map((one) => [one.queue, alarmsOf(one, limitsOf(one), now)]));
    alarms.value = found;
    const active = [...found.values()].flat().map((one) => `${one.queue}:${one.kind}`);
    ringOnce(active, now, () => bellOn.value && audible.value && sound(LOOK));
  });
  return alarms;
}

/** Sounds for those that have not rung yet; only what did sound (it returns true) has rung. */
export function ringOnce(active: string[], now: number, sound: () => boolean): void {
  const kept = read<Record<string, number>>(RUNG);
  const known = Object.entries(kept);
  // A fast day leaves entries of a time that has not come yet: they would keep silent until then.
  const rung = Object.fromEntries(known.filter(([, at]) => at - now <= CALM_SECONDS * 1000));
  const fresh = active.filter((one) => !(one in rung));
  const sounded = fresh.length > 0 && sound();
  const next = Object.fromEntries(Object.entries(rung).filter(([, at]) => now - at <= CALM_SECONDS * 1000));
  // When each was last seen; not each second anew.
  for (const one of active)
    if (one in rung ? now - (next[one] ?? 0) > SEEN_SECONDS * 1000 : sounded) next[one] = now;
  if (JSON.stringify(next) !== JSON.stringify(kept)) localStorage.setItem(RUNG, JSON.stringify(next));
}

function read<T extends object>(name: string): T {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "{}") as T;
  } catch {
    return {} as T; // somebody else's
  }
}
