/** The wallboard's sums: of the rows that the tiles show, by what counts in each. */
import { expect, test } from "vitest";
import { sumOf } from "../src/wallboard/sum";
import type { BoardAgent, QueueRow } from "../src/wire";

const queue = (changes: Partial<QueueRow>) =>
  ({
    waiting: 0,
    longest_since_at: null,
    refused: 0,
    answered: 0,
    answered_in_threshold: 0,
    abandoned: 0,
    short_abandoned: 0,
    target_percent: 80,
    ...changes,
  }) as QueueRow;

test("nothing counts yet", () => {
  expect(sumOf([queue({})], [])).toMatchObject({ waiting: 0, longestSince: null, level: null });
});

test("a level is made of what counts, never the mean of levels", () => {
  const sum = sumOf(
    [
      queue({ answered: 90, answered_in_threshold: 90, abandoned: 10, short_abandoned: 10, target_percent: 90 }),
      queue({ answered: 5, answered_in_threshold: 0, abandoned: 5, target_percent: 80 }),
    ],
    [],
  );
  expect(sum.level).toBe(90);
  expect(sum.target).toBe((90 * 90 + 10 * 80) / 100);
  expect([sum.answered, sum.abandoned]).toEqual([95, 15]);
});

test("the longest wait is that of who came first, wherever", () => {
  const sum = sumOf([queue({ waiting: 1, longest_since_at: 500 }), queue({ waiting: 2, longest_since_at: 300 })], []);
  expect([sum.waiting, sum.longestSince]).toEqual([3, 300]);
});

test("an agent of several queues counts once", () => {
  const agents = [{ routing: "idle" }, { routing: "idle" }, { routing: "on_contact" }] as BoardAgent[];
  expect(sumOf([], agents).states).toEqual({ idle: 2, on_contact: 1 });
});
