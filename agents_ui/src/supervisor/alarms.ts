/**
 * When a queue needs somebody: limits for each queue, kept in this browser, and a bell that rings once for each alarm.
 *
 * The rules: an alarm begins when its limit is passed and is over when the queue has been well for CALM_SECONDS. What
 * has rung is remembered in this browser, so neither a reload nor a second page rings it again.
 */
import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { second } from "../clock";
import { duration } from "../format";
import { t } from "../texts";
import type { QueueRow } from "../wire";

export const KINDS = ["wait", "waiting", "level", "nobody"] as const;
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
  };
  return KINDS.filter((kind) => wrong[kind]).map((kind) => ({
    queue: queue.queue,
    kind,
    limit: kind === "nobody" ? 0 : limits[kind],
  }));
}

export function alarmText({ kind, limit }: Alarm): string {
  return t(`alarm_kind.${kind}`, { limit: kind === "wait" ? duration(limit * 1000) : limit });
}

/** The alarms of all these queues; new once a second at most. Rings while somebody looks. */
export function watchAlarms(queues: ReadonlySignal<QueueRow[]>): ReadonlySignal<ReadonlyMap<string, Alarm[]>> {
  const alarms = computed(
    () => new Map(queues.value.map((one) => [one.queue, alarmsOf(one, limitsOf(one), second.value)])),
  );
  effect(() => {
    const active = [...alarms.value.values()].flat().map((one) => `${one.queue}:${one.kind}`);
    if (remember(active, second.peek()) && bellOn.peek()) ring();
  });
  return alarms;
}

/** Whether one of these has not rung yet. */
export function remember(active: string[], now: number): boolean {
  const rung = read<Record<string, number>>(RUNG);
  const fresh = active.filter((one) => !(one in rung));
  const next = { ...rung };
  for (const [one, at] of Object.entries(rung)) if (now - at > CALM_SECONDS * 1000) delete next[one];
  // When each was last seen; not each second anew.
  for (const one of active) if (now - (next[one] ?? 0) > SEEN_SECONDS * 1000) next[one] = now;
  if (JSON.stringify(next) !== JSON.stringify(rung)) localStorage.setItem(RUNG, JSON.stringify(next));
  return fresh.length > 0;
}

function read<T extends object>(name: string): T {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "{}") as T;
  } catch {
    return {} as T; // somebody else's
  }
}

let audio: AudioContext | null = null;

/** Browsers let a page sound after it was touched, or where a kiosk is told to. */
export function unlockBell(): void {
  const unlock = () => {
    audio ??= new AudioContext();
    void audio.resume();
  };
  unlock();
  addEventListener("pointerdown", unlock, { once: true });
  addEventListener("keydown", unlock, { once: true });
}

/** Two falling tones: no call, but a look at the floor. */
function ring(): void {
  if (audio?.state !== "running") return;
  for (const [start, pitch] of [
    [0, 784],
    [0.28, 523],
  ] as const)
    tone(audio, start, pitch);
}

function tone(context: AudioContext, start: number, pitch: number): void {
  const at = context.currentTime + start;
  const oscillator = new OscillatorNode(context, { type: "triangle", frequency: pitch });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.2, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.7);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.72);
}
