/** Who is served before whom, as the router has it. */
import { expect, test } from "vitest";
import { inOrder } from "../src/supervisor/order";

const MINUTE = 60_000;
const NOW = 100 * MINUTE;
const PLAIN = { points: 0, lift: 0, ageing: 0, ceiling: null as number | null, weight: 100 };

function order(...rows: (Partial<typeof PLAIN> & { waits: number })[]): number[] {
  const standing = rows.map(({ waits, ...more }, index) => ({ ...PLAIN, ...more, contact: index + 1, since_at: NOW - waits * MINUTE }));
  return inOrder(standing, NOW).map((one) => one.contact);
}

test("equals go by age, better grades before worse ones", () => {
  expect(order({ waits: 1 }, { waits: 3 }, { waits: 2 })).toEqual([2, 3, 1]);
  expect(order({ waits: 9 }, { waits: 1, points: 10 })).toEqual([2, 1]);
});

test("points grow with the wait, by each queue's ageing and weight", () => {
  expect(order({ waits: 1, points: 10, ageing: 2 }, { waits: 5, ageing: 2 })).toEqual([1, 2]);
  expect(order({ waits: 1, points: 10, ageing: 2 }, { waits: 7, ageing: 2 })).toEqual([2, 1]);
  expect(order({ waits: 5, ageing: 2 }, { waits: 4, ageing: 2, weight: 150 })).toEqual([2, 1]);
});

test("from the ceiling on only age counts", () => {
  const old = { waits: 20, ageing: 2, ceiling: 40 };
  expect(order({ waits: 1, points: 30, ageing: 2, ceiling: 40 }, old)).toEqual([2, 1]);
  expect(order({ waits: 19, points: 30, ageing: 2, ceiling: 40 }, old)).toEqual([2, 1]);
  expect(order({ waits: 1, points: 30, ageing: 2, ceiling: 40 }, { ...old, waits: 9 })).toEqual([1, 2]);
});

test("whoever was put forward goes before all others, the furthest first", () => {
  expect(order({ waits: 50, ageing: 2, ceiling: 10 }, { waits: 1, lift: 50 }, { waits: 1, lift: 1000 })).toEqual([3, 2, 1]);
});
