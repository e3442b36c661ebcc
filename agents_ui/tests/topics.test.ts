import { expect, test } from "vitest";
import { GAP, UNKNOWN, fromSnapshot, withChange, type Topic } from "../src/topics";
import type { Row, WaitingRow } from "../src/wire";

function row(contact: number, points = 0): WaitingRow {
  const texts = { public_id: "", queue: "", queue_title: "", queue_title_zh: "", grade: "", customer: "" };
  const times = { since_at: 0, entered_at: 0, step: 0, refusals: 0, refused_often: false };
  return { row: "waiting", contact, points, lift: 0, ageing: 0, ceiling: null, weight: 100, skills: [], offered_to: "", sent_by: "", ...texts, ...times };
}

const start = fromSnapshot({ kind: "snapshot", topic: "waiting", n: 4, rows: { "1": row(1), "2": row(2) } });

function keys(topic: Topic | typeof GAP): string[] {
  return topic === GAP ? [GAP] : [...topic.rows.keys()];
}

test("a change sets rows and removes keys", () => {
  const next = withChange(start, {
    kind: "change",
    topic: "waiting",
    n: 5,
    set: { "3": row(3) },
    gone: ["1"],
  });
  expect(keys(next)).toEqual(["2", "3"]);
  expect(keys(start)).toEqual(["1", "2"]);
});

test("a missing number is a gap", () => {
  expect(withChange(start, { kind: "change", topic: "waiting", n: 6 })).toBe(GAP);
});

test("a change before any snapshot is a gap", () => {
  expect(withChange(UNKNOWN, { kind: "change", topic: "waiting", n: 0 })).toBe(GAP);
});

test("a change that the snapshot already holds is ignored", () => {
  expect(withChange(start, { kind: "change", topic: "waiting", n: 4, gone: ["1"] })).toBe(start);
});

test("old snapshot and changes make the fresh snapshot", () => {
  const truth = new Map<string, Row>(start.rows);
  let topic: Topic = start;
  for (let n = 5; n < 200; n++) {
    const key = String((n * 7) % 11);
    const gone = n % 3 === 0 ? [key] : [];
    const set = n % 3 === 0 ? {} : { [key]: row(Number(key), n) };
    for (const one of gone) truth.delete(one);
    for (const [one, value] of Object.entries(set)) truth.set(one, value);
    const next = withChange(topic, { kind: "change", topic: "waiting", n, set, gone });
    if (next === GAP) throw new Error(`gap at ${n}`);
    topic = next;
  }
  expect(Object.fromEntries(topic.rows)).toEqual(Object.fromEntries(truth));
});
