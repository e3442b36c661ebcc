/**
 * What a screen knows of a topic, as a pure function of what it was told.
 *
 * The rule: old snapshot + changes = fresh snapshot. A change numbered as the next one is applied, an old one is
 * ignored, any other is a gap: the caller asks for a new snapshot and keeps showing what it has until then.
 */
import type { Change, Row, Snapshot } from "./wire";

export interface Topic {
  /** of the last snapshot or change; -1: nothing came yet */
  readonly n: number;
  readonly rows: ReadonlyMap<string, Row>;
}

export const UNKNOWN: Topic = { n: -1, rows: new Map() };
export const GAP = "gap";

export function fromSnapshot(snapshot: Snapshot): Topic {
  return { n: snapshot.n, rows: new Map(Object.entries(snapshot.rows)) };
}

export function withChange(topic: Topic, change: Change): Topic | typeof GAP {
  if (topic.n < 0) return GAP;
  if (change.n <= topic.n) return topic;
  if (change.n !== topic.n + 1) return GAP;
  const rows = new Map(topic.rows);
  for (const key of change.gone ?? []) rows.delete(key);
  for (const [key, row] of Object.entries(change.set ?? {})) rows.set(key, row);
  return { n: change.n, rows };
}
