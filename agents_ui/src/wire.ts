/**
 * The words between the service and its screens: the mirror of `callcenter/screens/wire/`.
 *
 * `*_at` are server times in integer milliseconds since 1970, `*_ms` durations. Rows carry keys and codes, never
 * sentences. A change there without its change here fails `tests/wire.test.ts`.
 */

export const VERSION = 1;

// --- From a screen. `id` is chosen by the screen and comes back in the Reply ---

/** Whom a call is sent to: exactly one of them. */
export interface Target {
  agent?: number;
  queue?: string;
  /** in any usual form */
  number?: string;
}

export type Ask =
  | { do: "subscribe"; topics: string[] }
  | { do: "unsubscribe"; topics: string[] }
  | { do: "ready" }
  | { do: "away"; reason: string }
  | { do: "sign-off" }
  | { do: "decline"; offer: number }
  | { do: "end-contact"; contact: number }
  | { do: "hold"; contact: number }
  | { do: "resume"; contact: number }
  | { do: "transfer"; contact: number; to: Target }
  | { do: "consult"; contact: number; to: Target }
  | { do: "swap"; contact: number }
  | { do: "conference"; contact: number }
  | { do: "complete"; contact: number }
  | { do: "take-back"; contact: number }
  | { do: "leave"; contact: number }
  | { do: "identify"; contact: number; customer: number }
  | { do: "dial"; number: string; customer: number | null; queue: string }
  | { do: "call-agent"; agent: number }
  | { do: "pause-recording"; contact: number }
  | { do: "resume-recording"; contact: number }
  | { do: "start-recording"; contact: number }
  | { do: "refuse-recording"; contact: number }
  | { do: "monitor"; contact: number }
  | { do: "coach"; contact: number }
  | { do: "barge"; contact: number }
  | { do: "take-over"; contact: number }
  | { do: "force-state"; agent: number; reason: string }
  | { do: "force-sign-out"; agent: number }
  | { do: "move-agent"; agent: number; queues: string[] }
  | { do: "pull-forward"; contact: number }
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
  /** what this person may subscribe to */
  topics: string[];
  /** so many milliseconds of the server go by in one of the page's */
  speed: number;
  /** the asks by which this person may act upon others, by their word in `do` */
  powers: string[];
  /** told to whoever may send others on a break */
  break_reasons: string[];
  break_reasons_zh: string[];
  /** what the centre calls them in Chinese */
  skills_zh: [skill: string, chinese: string][];
}

export interface Reply {
  kind: "reply";
  id: string;
  /** "" when it was done (and is durable), else a text key */
  refused: string;
  /** server time; 0: not told */
  now: number;
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
  /** "" where nobody wrote it in Chinese */
  title_zh: string;
  detail_zh: string;
}

export interface Promised {
  /** a day, 2026-11-25 */
  made_on: string;
  promised: string;
  promised_zh: string;
}

export interface PastContact {
  interaction: number;
  at: number;
  queue: string;
  agent: string;
  outcome: string;
  disposition: string;
  note: string;
  /** "" where the centre gave no Chinese word */
  queue_zh: string;
  disposition_zh: string;
  /** "": of none */
  business_line: string;
}

export interface CustomerRecord {
  customer: number;
  name: string;
  grade: string;
  language: string;
  numbers: string[];
  since_year: number | null;
  products: Product[];
  /** the newest first */
  promises: Promised[];
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
  /** in the same order; empty where the centre gave none */
  break_reasons_zh: string[];
  may_reject: boolean;
  queues: string[];
  queue_titles: string[];
  /** in the same order; "" where the centre gave none */
  queue_titles_zh: string[];
  /** the contact that this supervisor is in */
  watching: number | null;
  /** listens, coaches, talks; "": the phone is still being connected */
  watching_part: string;
}

/** Somebody else in this talk, as far as this desk may know of them. */
export interface Party {
  /** customer, agent, outside, supervisor */
  who: string;
  /** of a person of ours; of an outside number the number */
  name: string;
  /** talks, held, coaches */
  part: string;
  ringing: boolean;
}

/** What the agent who has the contact asked for. */
export interface Consultation {
  /** waiting (in the queue that was asked), ringing, talking */
  stage: string;
  /** consulting (the caller is on hold), swapped (the consulted one is), conference */
  mode: string;
  /** agent, queue, outside */
  who: string;
  name: string;
  /** of a queue; "" where the centre gave no Chinese one */
  name_zh: string;
  since_at: number;
}

/** What a colleague noted before the contact came here. */
export interface HandedNote {
  agent: string;
  note: string;
}

/** The one contact this agent is offered, talks to or wraps up. */
export interface DeskContact {
  row: "contact";
  contact: number;
  public_id: string;
  /** inbound, outbound, internal */
  direction: string;
  /** offered, dialling, talking, wrap_up */
  stage: string;
  /** of the offer: contact, transfer, recall, consult, internal; of the engagement: contact, consult, outbound, internal */
  kind: string;
  /** who transfers, consults or calls: the colleague's name */
  sent_by: string;
  /** the asks about this contact that are possible now, by their word in `do` */
  can: string[];
  /** the caller is on hold */
  held: boolean;
  /** since when */
  held_at: number | null;
  parties: Party[];
  consultation: Consultation | null;
  offer: number | null;
  engagement: number | null;
  /** the agent's leg on the phone socket: answer and hang up name it */
  leg: string;
  queue: string;
  queue_title: string;
  queue_title_zh: string;
  stage_at: number;
  /** of the offer or the wrap-up */
  deadline_at: number | null;
  arrived_at: number;
  /** in the queue, until the desk rang or the talk began; 0 in wrap-up */
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
  /** on, paused, pending (the one we called has not been told yet), off */
  recording: string;
  /** when a paused recording goes on by itself */
  recording_until_at: number | null;
  /** off: declined_by_caller, internal…: a code */
  recording_why: string;
  /** the caller's network is interrupted just now */
  caller_away: boolean;
  /** notes of colleagues who had this contact, or ask about it */
  handed: HandedNote[];
  customer: CustomerRecord | null;
  dispositions: string[];
  dispositions_zh: string[];
  disposition: string;
  note: string;
  /** of a wrap-up, what the contact does meanwhile: dialling, ivr, waiting, ringing, talking; "" it is over */
  goes_on: string;
  /** the queue that it waits in, or the name of whose desk rings or who talks; "" somebody outside */
  goes_on_with: string;
  goes_on_with_zh: string;
}

/** An interaction that is not coded yet. */
export interface Todo {
  row: "todo";
  engagement: number;
  public_id: string;
  at: number;
  queue: string;
  queue_title: string;
  queue_title_zh: string;
  customer: string;
  customer_id: number | null;
  dispositions: string[];
  dispositions_zh: string[];
  /** what was written before the time ran out */
  note: string;
}

/** A colleague whom a call can be sent to. */
export interface DirectoryAgent {
  row: "directory-agent";
  agent: number;
  name: string;
  routing: string;
  reason: string;
  since_at: number;
  station: boolean;
  skills: string[];
  queues: string[];
}

export interface DirectoryQueue {
  row: "directory-queue";
  queue: string;
  title: string;
  title_zh: string;
  waiting: number;
  /** agents who could take a call at once */
  ready: number;
  /** nobody new may join it now */
  closed: boolean;
}

export interface QueueRow {
  row: "queue";
  queue: string;
  title: string;
  title_zh: string;
  /** waiting or offered */
  waiting: number;
  /** when the one who waits longest entered this queue */
  longest_since_at: number | null;
  /** of those who wait: whom three agents have let pass */
  refused: number;
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
  /** what an agent must have to serve it, and at which level */
  skills: [string, number][];
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
  skills: [string, number][];
  /** "" or what applies after this contact, as in Me */
  postponed: string;
  contact: number | null;
  /** dialling, talk, hold, consult, conference; of a supervisor in a talk: listens, coaches, barges; else "" */
  doing: string;
  contact_queue: string;
  /** of the contact: inbound, outbound, internal; "" */
  direction: string;
  /** supervisors who listen, coach or talk, by name */
  watched_by: string[];
  /** contacts answered today */
  handled: number;
}

/** What a television tells of somebody to the whole floor. */
export interface BoardAgent {
  row: "board-agent";
  agent: number;
  name: string;
  /** who listens in on a talk is on contact, as in the directory */
  routing: string;
  /** ready, away, offline */
  presence: string;
  since_at: number;
}

export interface WaitingRow {
  row: "waiting";
  contact: number;
  public_id: string;
  queue: string;
  queue_title: string;
  queue_title_zh: string;
  /** its age, which decides who is next */
  since_at: number;
  /** when it entered this queue: the wait that is counted */
  entered_at: number;
  /** of the customer's grade, and of steps */
  points: number;
  /** how far it goes before everybody: it came back from a transfer, agents let it pass, or a supervisor pulled it forward */
  lift: number;
  /** points gained a minute, by the rules of its queue as what follows */
  ageing: number;
  ceiling: number | null;
  weight: number;
  /** of the relaxation of what it asks for; 0: nothing was relaxed */
  step: number;
  /** offers of it that agents have let pass */
  refusals: number;
  /** so many that it goes before others, and somebody should look */
  refused_often: boolean;
  grade: string;
  /** name, "" when unknown */
  customer: string;
  skills: string[];
  /** name of the agent whose desk rings, or "" */
  offered_to: string;
  /** name of the colleague who let go of it and has it back when nobody takes it; it stands in no line then */
  sent_by: string;
}

export type Row =
  | Me
  | DeskContact
  | Todo
  | DirectoryAgent
  | DirectoryQueue
  | QueueRow
  | AgentRow
  | BoardAgent
  | WaitingRow;
