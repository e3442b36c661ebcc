/**
 * The words between the service and its screens: the mirror of `callcenter/screens/wire.py`.
 *
 * `*_at` are server times in integer milliseconds since 1970, `*_ms` durations. Rows carry keys and codes, never
 * sentences. A change there without its change here fails `tests/wire.test.ts`.
 */

export const VERSION = 1;

// --- From a screen. `id` is chosen by the screen and comes back in the Reply ---

export type Ask =
  | { do: "subscribe"; topics: string[] }
  | { do: "ready" }
  | { do: "away"; reason: string }
  | { do: "sign-off" }
  | { do: "decline"; offer: number }
  | { do: "end-contact"; contact: number }
  | { do: "save"; engagement: number; disposition: string; note: string; done: boolean };

// --- To a screen ---

export interface Hello {
  kind: "hello";
  version: number;
  build: string;
  now: number;
  login: string;
  name: string;
  role: string;
  agent: number | null;
  centre: string;
  topics: string[];
}

export interface Reply {
  kind: "reply";
  id: string;
  /** "" when it was done (and is durable), else a text key */
  refused: string;
}

export interface Snapshot {
  kind: "snapshot";
  topic: string;
  n: number;
  rows: Record<string, Row>;
}

export interface Change {
  kind: "change";
  topic: string;
  n: number;
  set?: Record<string, Row>;
  gone?: string[];
}

export type Told = Hello | Reply | Snapshot | Change;

// --- Rows ---

export interface Product {
  kind: string;
  title: string;
  detail: string;
}

export interface PastContact {
  interaction: number;
  at: number;
  queue: string;
  agent: string;
  outcome: string;
  disposition: string;
  note: string;
}

export interface CustomerRecord {
  customer: number;
  name: string;
  grade: string;
  language: string;
  numbers: string[];
  since_year: number | null;
  products: Product[];
  promises: string[];
  /** the last ones first, at most 10 */
  contacts: PastContact[];
}

export interface Me {
  row: "me";
  agent: number;
  name: string;
  presence: string;
  reason: string;
  routing: string;
  /** when presence or routing last changed */
  since_at: number;
  /** the phone of this desk is connected */
  station: boolean;
  /** "" or what applies after this contact: "ready", "away:REASON" or "offline" */
  postponed: string;
  break_reasons: string[];
  may_reject: boolean;
}

/** The one contact this agent is offered, talks to or wraps up. */
export interface DeskContact {
  row: "contact";
  contact: number;
  public_id: string;
  /** offered, talking, wrap_up */
  stage: string;
  offer: number | null;
  engagement: number | null;
  /** the agent's leg on the phone socket: answer and hang up name it */
  leg: string;
  queue: string;
  queue_title: string;
  stage_at: number;
  /** of the offer or the wrap-up */
  deadline_at: number | null;
  arrived_at: number;
  waited_ms: number;
  /** E.164, "" when withheld */
  number: string;
  language: string;
  verified: boolean;
  /** (IVR node, exit), in order */
  path: [string, string][];
  milestones: string[];
  /** what the caller keyed, e.g. ("account", "10023") */
  entered: [string, string][];
  recording: boolean;
  /** the caller's network is interrupted just now */
  caller_away: boolean;
  customer: CustomerRecord | null;
  dispositions: string[];
  disposition: string;
  note: string;
}

/** An interaction that is not coded yet. */
export interface Todo {
  row: "todo";
  engagement: number;
  public_id: string;
  at: number;
  queue: string;
  customer: string;
  dispositions: string[];
}

export interface QueueRow {
  row: "queue";
  queue: string;
  title: string;
  /** waiting or offered */
  waiting: number;
  /** when the one who waits longest entered this queue */
  longest_since_at: number | null;
  talking: number;
  /** today, this and the rest */
  entered: number;
  answered: number;
  answered_in_threshold: number;
  abandoned: number;
  short_abandoned: number;
  /** percent; null: nothing counts yet */
  service_level: number | null;
  threshold_seconds: number;
  target_percent: number;
  average_answer_ms: number | null;
  /** routing status → agents of this queue */
  agents: Record<string, number>;
}

export interface AgentRow {
  row: "agent";
  agent: number;
  name: string;
  presence: string;
  reason: string;
  routing: string;
  since_at: number;
  station: boolean;
  simulated: boolean;
  queues: string[];
  contact: number | null;
  /** contacts answered today */
  handled: number;
}

export interface WaitingRow {
  row: "waiting";
  contact: number;
  public_id: string;
  queue: string;
  queue_title: string;
  since_at: number;
  priority: number;
  grade: string;
  /** name, "" when unknown */
  customer: string;
  skills: string[];
  /** name of the agent whose desk rings, or "" */
  offered_to: string;
}

export type Row = Me | DeskContact | Todo | QueueRow | AgentRow | WaitingRow;
