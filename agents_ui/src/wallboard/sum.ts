/** All queues together, from the same rows as the tiles: nothing is asked for twice, and nothing can disagree. */
import type { AgentRow, QueueRow } from "../wire";

export interface Sum {
  waiting: number;
  longestSince: number | null;
  answered: number;
  abandoned: number;
  /** percent: answered in time of all that count, over all queues; null: nothing counts yet */
  level: number | null;
  /** the queues' targets, each by what counts in it */
  target: number;
  ready: number;
  talking: number;
  missing: number;
}

export function sumOf(queues: readonly QueueRow[], agents: readonly AgentRow[]): Sum {
  const total = (figure: (queue: QueueRow) => number) => queues.reduce((sum, one) => sum + figure(one), 0);
  const judged = (one: QueueRow) => one.answered + one.abandoned - one.short_abandoned;
  const counted = total(judged);
  const since = queues.map((one) => one.longest_since_at).filter((at) => at !== null);
  const are = (routing: string) => agents.filter((one) => one.routing === routing).length;
  return {
    waiting: total((one) => one.waiting),
    longestSince: since.length ? Math.min(...since) : null,
    answered: total((one) => one.answered),
    abandoned: total((one) => one.abandoned),
    level: counted ? (100 * total((one) => one.answered_in_threshold)) / counted : null,
    target: counted ? total((one) => judged(one) * one.target_percent) / counted : 100,
    ready: are("idle"),
    talking: are("on_contact"),
    missing: are("not_responding"),
  };
}
