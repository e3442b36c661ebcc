/** `GET /api/report`: the mirror of `callcenter/web/report_api.py`. Sums in integer milliseconds. */
import { get } from "../api";

export type By = "queue" | "agent";
export type Formula = "of_offered" | "of_answered" | "in_time";

/** `interval` null: over the period; `queue` "": all of them. */
export interface QueueLine {
  interval: number | null;
  queue: string;
  entered: number;
  waiting: number;
  answered: number;
  answered_in_threshold: number;
  abandoned: number;
  short_abandoned: number;
  abandoned_in_threshold: number;
  overflowed: number;
  closed: number;
  lost: number;
  /** percent by formula; null: nothing counts */
  service_level: Record<Formula, number | null>;
  average_answer_ms: number | null;
  average_wait_ms: number | null;
  longest_wait_ms: number;
  handled: number;
  average_handle_ms: number | null;
  average_talk_ms: number | null;
  average_hold_ms: number | null;
  average_wrap_up_ms: number | null;
  transferred: number;
  staffed: number;
}

/** `interval` null: over the period; `agent` null: all of them. */
export interface AgentLine {
  interval: number | null;
  agent: number | null;
  signed_in_ms: number;
  idle_ms: number;
  ringing_ms: number;
  talk_ms: number;
  hold_ms: number;
  wrap_up_ms: number;
  not_responding_ms: number;
  break_ms: number;
  /** by reason; "" without one */
  breaks: Record<string, number>;
  occupancy: number | null;
  handled: number;
  average_handle_ms: number | null;
  transferred: number;
  consulted: number;
  dialled: number;
}

export interface ReportedQueue {
  queue: string;
  title: string;
  title_zh: string;
  threshold_seconds: number | null;
  short_abandon_seconds: number | null;
  target_percent: number | null;
}

export interface Report {
  by: By;
  zone: string;
  first: string;
  last: string;
  step: string;
  now: number;
  from_at: number;
  to_at: number;
  formulas: Formula[];
  intervals: [number, number][];
  queues: ReportedQueue[];
  agents: { agent: number; name: string }[];
  break_reasons_zh: Record<string, string>;
  contacts: { interval: number | null; began: number; outcomes: Record<string, number> }[];
  queue_lines: QueueLine[];
  agent_lines: AgentLine[];
}

export function readReport(query: Record<string, string>): Promise<Report> {
  return get<Report>(`/api/report?${new URLSearchParams(query)}`);
}
