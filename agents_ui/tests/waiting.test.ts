/** Who waits: whom nobody can be put before. */
import { expect, test } from "vitest";
import { firsts } from "../src/supervisor/waiting";
import type { WaitingRow } from "../src/wire";

const row = (contact: number, queue: string, sent_by = "") => ({ contact, queue, sent_by }) as WaitingRow;

test("each queue has its own first, and who is sent to somebody stands in none", () => {
  const rows = [row(1, "cards", "Ben"), row(2, "cards"), row(3, "loans"), row(4, "cards"), row(5, "loans")];
  expect([...firsts(rows)].map((one) => one.contact)).toEqual([2, 3]);
});
