/**
 * Who is served before whom: `rank` of callcenter/queue/order.py, at a moment.
 *
 * The rules: whoever was put forward first; then those who have reached the ceiling of their queue, the oldest first;
 * then by points of grade and wait, times the weight of the queue; equals by age. Points grow, so the order of those who
 * wait in different queues may change while nothing happens.
 */
import type { WaitingRow } from "../wire";

const MINUTE_MS = 60_000;

type Standing = Pick<WaitingRow, "contact" | "points" | "lift" | "ageing" | "ceiling" | "weight" | "since_at">;

export function inOrder<Row extends Standing>(rows: readonly Row[], now: number): Row[] {
  const ranked = rows.map((row) => ({ row, rank: rank(row, now) }));
  return ranked.sort((a, b) => compare(a.rank, b.rank)).map(({ row }) => row);
}

/** The lowest goes first. */
function rank({ contact, points, lift, ageing, ceiling, weight, since_at }: Standing, now: number): number[] {
  const gained = points * MINUTE_MS + ageing * (now - since_at);
  const reached = ceiling !== null && gained >= ceiling * MINUTE_MS;
  return [-lift, reached ? 0 : 1, reached ? 0 : -gained * weight, since_at, contact];
}

function compare(a: number[], b: number[]): number {
  for (const [index, one] of a.entries()) {
    const difference = one - (b[index] ?? 0);
    if (difference) return difference;
  }
  return 0;
}
