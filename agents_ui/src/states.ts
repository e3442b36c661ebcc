/**
 * Which tone (colour family) a code has. One table, so that a talking agent is the same blue on every screen.
 */
export type Tone = "good" | "call" | "warn" | "bad" | "wrap" | "idle";

const ROUTING: Record<string, Tone> = {
  idle: "good",
  offered: "warn",
  on_contact: "call",
  wrap_up: "wrap",
  not_responding: "bad",
  off_queue: "idle",
};

/** In the order in which they are shown. */
export const ROUTINGS = ["idle", "offered", "on_contact", "wrap_up", "not_responding", "off_queue"] as const;

/** In the order in which they want somebody: who doesn't respond has to be walked over to. */
export const URGENCY: readonly string[] = [
  "not_responding",
  "offered",
  "on_contact",
  "wrap_up",
  "idle",
  "off_queue",
];

const OUTCOME: Record<string, Tone> = {
  answered: "good",
  resolved_in_ivr: "good",
  abandoned: "warn",
  left_in_ivr: "idle",
  closed: "idle",
  lost_by_system: "bad",
  not_reached: "idle",
  "": "call",
};

const SEGMENT: Record<string, Tone> = {
  ivr: "idle",
  wait: "warn",
  offer: "good",
  dial: "good",
  talk: "call",
  hold: "idle",
  consult: "wrap",
  conference: "call",
  wrap_up: "wrap",
};

const OFFER: Record<string, Tone> = {
  accepted: "good",
  pending: "warn",
  timed_out: "bad",
  failed: "bad",
  rejected: "warn",
};

export const routingTone = (routing: string): Tone => ROUTING[routing] ?? "idle";
export const outcomeTone = (outcome: string): Tone => OUTCOME[outcome] ?? "idle";
export const segmentTone = (kind: string): Tone => SEGMENT[kind] ?? "idle";
export const offerTone = (result: string): Tone => OFFER[result] ?? "idle";

export function gradeClass(grade: string): string {
  if (["VIP", "A"].includes(grade)) return "grade high";
  return grade === "B" ? "grade middle" : "grade";
}

/** How a service level stands against its target; `null` when nothing counts yet. */
export function levelTone(level: number | null, target: number): Tone {
  if (level === null) return "idle";
  if (level >= target) return "good";
  return level >= target - 10 ? "warn" : "bad";
}
