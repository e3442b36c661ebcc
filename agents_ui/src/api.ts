/**
 * The service's HTTP API, typed. A failed request is an `ApiError` whose `key` has a text.
 */

import { told } from "./told";
import type { CustomerRecord, PastContact } from "./wire";

export interface Person {
  login: string;
  name: string;
  role: string;
  agent: number | null;
  centre: string;
  permissions: string[];
}

export interface Caller {
  id: string;
  name: string;
  number: string;
  note: string;
}

/** Where a phone connects to. */
export interface PhoneLine {
  url: string;
  token: string;
}

export interface NewCall extends PhoneLine {
  leg: string;
}

/** For a page that rings when the centre calls; and who will be calling. */
export interface TelephoneLine extends PhoneLine {
  centre: string;
  centre_zh: string;
  number: string;
}

/** Customers whom somebody may want to call, each with the last contacts. */
export interface FoundCustomers {
  customers: CustomerRecord[];
  /** others fit as well */
  more: boolean;
  /** what was asked for, as E.164, when it is a whole number */
  number: string;
  /** the last contact of a number that nobody is known under */
  last: PastContact | null;
}

export interface HistoryRow {
  interaction: number;
  public_id: string;
  started_at: number;
  /** E.164, "" when withheld */
  number: string;
  customer: string;
  queue: string;
  queue_title: string;
  queue_title_zh: string;
  agent: string;
  /** "" while it goes on */
  outcome: string;
  /** inbound, outbound, internal */
  direction: string;
  language: string;
  grade: string;
  wait_ms: number;
  /** holds included */
  talk_ms: number;
  hold_ms: number;
  transfers: number;
  /** null: there was none */
  wrap_ms: number | null;
  disposition: string;
  disposition_zh: string;
  recording: boolean;
}

export interface HistoryPage {
  rows: HistoryRow[];
  next: string | null;
}

export interface Option {
  value: string;
  /** "" for codes of our own */
  title: string;
  title_zh?: string;
}

export interface HistoryOptions {
  queues: Option[];
  agents: Option[];
  outcomes: Option[];
  dispositions: Option[];
  languages: Option[];
}

export interface Segment {
  kind: string;
  from_at: number;
  to_at: number;
  queue: string;
  queue_zh: string;
  agent: string;
  result: string;
  /** of relaxation, where the stay in a queue ended; else 0 */
  step: number;
}

export interface OfferLine {
  offer: number;
  agent: string;
  made_at: number;
  closed_at: number;
  result: string;
  rule: string;
  step: number;
  runner_up: string | null;
  /** contact, transfer, recall, consult, internal */
  kind: string;
}

/** A skill at the level that is asked for, and what somebody who lacks it has; 0: none. */
export interface SkillAsked {
  skill: string;
  skill_zh: string;
  level: number;
  has: number;
}

/** Somebody who might have been offered it. */
export interface Candidate {
  agent: string;
  verdict: "chosen" | "later" | "not_free" | "not_able";
  /** later: step, phone, idle; not free: a state; not able: queue, skill, phone */
  why: string;
  /** of a break, or why an offer passed */
  reason: string;
  reason_zh: string;
  missing: SkillAsked[];
  idle_ms: number | null;
  is_next: boolean;
}

/** Why this agent, and why not another: the moment of the offer, decided again. */
export interface Explanation {
  offer: number;
  rule: string;
  /** the journal's entry; null: it does not hold that moment, and the rule is all that is known */
  seq: number | null;
  /** null as well where a person named the agent */
  line: {
    queues: Option[];
    skills: SkillAsked[];
    step: number;
    steps: number;
    waited_ms: number;
    age_ms: number;
    points: number;
    lift: number;
    /** whom today's router would choose, if that is somebody else */
    today: string | null;
    candidates: Candidate[];
  } | null;
}

export interface NoteLine {
  agent: string;
  disposition: string;
  disposition_zh: string;
  note: string;
  at: number;
  /** of the work: contact, consult, outbound, internal */
  kind: string;
  transferred: boolean;
}

/** It stood still because somebody asked for it. */
export interface Pause {
  from_at: number;
  to_at: number;
  reason: string;
}

/** A place in it is a time since `started_at`: what is missing is silence. */
export interface Recording {
  /** "": it may not be heard, goes on, or there is none */
  url: string;
  started_at: number;
  length_ms: number | null;
  gaps: [number, number][];
  pauses: Pause[];
  failed: string;
}

export interface Interaction extends Omit<HistoryRow, "recording" | "customer" | "grade"> {
  segments: Segment[];
  offers: OfferLine[];
  path: [string, string][];
  milestones: string[];
  verified: boolean;
  customer: CustomerRecord | null;
  notes: NoteLine[];
  /** why there is no recording, or none from then on */
  unrecorded: string;
  recordings: Recording[];
}

/** One interval of today, or all of it so far. */
export interface DayInterval {
  from_at: number;
  to_at: number;
  /** into the queue: answered, abandoned, waiting and others together */
  entered: number;
  waiting: number;
  answered: number;
  abandoned: number;
  answered_in_threshold: number;
  short_abandoned: number;
  /** percent; null: nothing counts yet */
  service_level: number | null;
  average_wait_ms: number | null;
  average_answer_ms: number | null;
  longest_wait_ms: number;
  /** agents at work, on average */
  staffed: number;
}

/** Today in intervals, up to now: `callcenter/web/day_api.py`. */
export interface Day {
  now: number;
  /** of the centre: "America/Los_Angeles" */
  zone: string;
  from_at: number;
  to_at: number;
  /** "": all */
  queue: string;
  target_percent: number | null;
  intervals: DayInterval[];
  total: DayInterval;
}

export interface Choice {
  value: string;
  title: string;
}

/** In both languages; the Chinese "" where the centre gave none. */
export interface Worded extends Choice {
  title_zh: string;
}

/** Who used a power over others, when, on whom. */
export interface AuditRow {
  n: number;
  at: number;
  /** login; "": the centre by itself */
  actor: string;
  actor_name: string;
  action: string;
  /** "" done; else why not, a text key */
  refused: string;
  agent: number | null;
  agent_name: string;
  contact: number | null;
  public_id: string;
  detail: [name: string, value: string][];
}

export interface ChainEnd {
  n: number;
  hash: string;
}

export interface AuditPage {
  rows: AuditRow[];
  next: string | null;
  /** null: nothing was done yet */
  end: ChainEnd | null;
}

export interface AuditOptions {
  actors: Choice[];
  agents: Choice[];
  actions: string[];
  /** what the centre calls them now */
  queues: Worded[];
  breaks: Worded[];
}

/** `key` has a text under `error.KEY`. */
export class ApiError extends Error {
  constructor(
    readonly key: string,
    readonly status: number,
  ) {
    super(key);
  }
}

export const api = {
  me: () => get<Person>("/api/me"),
  callers: () => get<Caller[]>("/api/callers"),
  call: (caller: string) => post<NewCall>("/api/call", { caller }),
  telephone: (caller: string) => post<TelephoneLine>("/api/telephone", { caller }),
  station: () => post<PhoneLine>("/api/station", {}),
  /** `question`: q (part of a name or number), number, or customer */
  customers: (question: Record<string, string>) =>
    get<FoundCustomers>(`/api/customers?${new URLSearchParams(question)}`),
  history: (filters: Record<string, string>) =>
    get<HistoryPage>(`/api/history?${new URLSearchParams(filters)}`),
  historyOptions: () => get<HistoryOptions>("/api/history/options"),
  interaction: (id: string) => get<Interaction>(`/api/history/${encodeURIComponent(id)}`),
  explanation: (offer: number) => get<Explanation>(`/api/offers/${offer}`),
  day: (question: Record<string, string>) => get<Day>(`/api/day?${new URLSearchParams(question)}`),
  audit: (filters: Record<string, string>) => get<AuditPage>(`/api/audit?${new URLSearchParams(filters)}`),
  auditOptions: () => get<AuditOptions>("/api/audit/options"),
};

export async function get<T>(url: string): Promise<T> {
  return read<T>(() => fetch(url, { headers: { Accept: "application/json" } }));
}

async function post<T>(url: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json", "X-CSRF": csrf() };
  return read<T>(() => fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

export function csrf(): string {
  return told("csrf");
}

async function read<T>(request: () => Promise<Response>): Promise<T> {
  let answer: Response;
  try {
    answer = await request();
  } catch {
    throw new ApiError("unreachable", 0);
  }
  if (answer.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  if (!answer.ok) throw new ApiError(await errorKey(answer), answer.status);
  return (await answer.json()) as T;
}

async function errorKey(answer: Response): Promise<string> {
  try {
    const body = (await answer.json()) as { error?: string };
    if (body.error) return body.error;
  } catch {
    // Not our JSON (a proxy's page): the status tells enough.
  }
  if (answer.status === 403) return "forbidden";
  if (answer.status === 404) return "not_found";
  if (answer.status === 429) return "too_many";
  return "failed";
}
