/** All queues together, from the same rows as the tiles: nothing is asked for twice, and nothing can disagree. */
import type { BoardAgent, QueueRow } from "../wire";

export interface Sum {
  waiting: number;
  longestSince: number | null;
  answered: number;
  abandoned: number;
  /** percent: answered in time of all that count, over all queues; null: nothing counts yet */
  level: number | null;
  /** the queues' targets, each by what counts in it */
  target: number;
  /** routing status → agents */
  states: Partial<Record<string, number>>;
}

export function sumOf(queues: readonly QueueRow[], agents: readonly BoardAgent[]): Sum {
  const total = (figure: (queue: QueueRow) => number) => queues.reduce((sum, one) => sum + figure(one), 0);
  const judged = (one: QueueRow) => one.answered + one.abandoned - one.short_abandoned;
  const counted = total(judged);
  const since = queues.map((one) => one.longest_since_at).filter((at) => at !== null);
  const states: Partial<Record<string, number>> = {};
  for (const { routing } of agents) states[routing] = (states[routing] ?? 0) + 1;
  return {
    waiting: total((one) => one.waiting),
    longestSince: since.length ? Math.min(...since) : null,
    answered: total((one) => one.answered),
    abandoned: total((one) => one.abandoned),
    level: counted ? (100 * total((one) => one.answered_in_threshold)) / counted : null,
    target: counted ? total((one) => judged(one) * one.target_percent) / counted : 100,
    states,
  };
}
