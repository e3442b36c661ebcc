/** Whom a call can go to: what is found by which words, in which order, and what is marked. */
import { expect, test } from "vitest";
import type { FoundCustomers } from "../src/api";
import { callees } from "../src/desk/calling";
import { isNumber, places } from "../src/desk/directory";
import { stillMarked, walked } from "../src/parts/combo";
import type { CustomerRecord, DirectoryAgent, DirectoryQueue, Row } from "../src/wire";

function colleague(agent: number, name: string, more: Partial<DirectoryAgent> = {}): DirectoryAgent {
  const known = { routing: "idle", reason: "", since_at: 0, station: true, skills: [], queues: ["cards"] };
  return { row: "directory-agent", agent, name, ...known, ...more };
}

function queue(name: string, title: string, title_zh: string): DirectoryQueue {
  return { row: "directory-queue", queue: name, title, title_zh, waiting: 0, ready: 1, closed: false };
}

const ROWS: Row[] = [
  colleague(1, "Anna Lindqvist"),
  colleague(3, "Chloe Martin", { routing: "on_contact" }),
  colleague(2, "Ben Okafor"),
  colleague(4, "Grace Kim", { station: false }),
  queue("loans", "Loans", "贷款"),
  queue("cards", "Lost card", "挂失"),
];
const ANNA = 1;

const found = (words: string) => places(ROWS, words, ANNA).map((place) => place.key);

test("who can be had now comes first, and oneself not at all", () => {
  expect(found("")).toEqual(["queue-loans", "queue-cards", "agent-2", "agent-3", "agent-4"]);
  expect(places(ROWS, "", ANNA).filter((place) => place.off).map((place) => place.key)).toEqual([
    "agent-3",
    "agent-4",
  ]);
});

test("a queue that is closed now comes last of them and is not marked", () => {
  const closed = ROWS.map((row) => (row.row === "directory-queue" && row.queue === "loans" ? { ...row, closed: true } : row));
  const lines = places(closed, "", ANNA).filter((place) => place.kind === "queue");
  expect(lines.map((place) => [place.key, place.off])).toEqual([
    ["queue-cards", false],
    ["queue-loans", true],
  ]);
});

test("words begin words of a name or of the queues that somebody serves, in either language", () => {
  expect(found("oka")).toEqual(["agent-2"]);
  expect(found("kafor")).toEqual([]);
  expect(found("ben lost")).toEqual(["agent-2"]);
  expect(found("贷")).toEqual(["queue-loans"]);
});

test("a queue by its title comes before the colleagues who serve it", () => {
  expect(found("lost")).toEqual(["queue-cards", "agent-2", "agent-3", "agent-4"]);
});

test("digits are a number from the third on", () => {
  expect(["41", "415", "+1 (415) 555-0123", "room 415"].map(isNumber)).toEqual([false, true, true, false]);
  expect(found("510 555")).toEqual(["number"]);
});

const LI_WEI = {
  customer: 1,
  name: "Li Wei",
  numbers: ["+14155550101", "+16285550137"],
} as unknown as CustomerRecord;
const answer = (more: Partial<FoundCustomers>): FoundCustomers => ({
  customers: [],
  more: false,
  number: "",
  last: null,
  ...more,
});

test("a customer is called on the number that was asked for, else on the first", () => {
  const [byName] = callees(answer({ customers: [LI_WEI] }), [], "li", ANNA);
  expect(byName?.number).toBe("+14155550101");
  const byNumber = callees(answer({ customers: [LI_WEI], number: "+16285550137" }), [], "628 555 0137", ANNA);
  expect(byNumber.map((one) => [one.kind, one.number])).toEqual([["customer", "+16285550137"]]);
});

test("a number that nobody is known under is called as it is written in full", () => {
  const [bare] = callees(answer({ number: "+15105550188" }), ROWS, "510 555 0188", ANNA);
  expect([bare?.kind, bare?.number, bare?.customer]).toEqual(["number", "+15105550188", null]);
});

const choices = ["a", "b", "c"].map((key) => ({ key, group: "", off: key === "b" }));

test("arrows pass over who can't be had, and go round", () => {
  expect(walked(choices, choices[0], "ArrowDown")?.key).toBe("c");
  expect(walked(choices, choices[2], "ArrowDown")?.key).toBe("a");
  expect(walked(choices, undefined, "ArrowUp")?.key).toBe("c");
  expect(walked(choices, choices[0], "x")).toBeUndefined();
});

test("before a word is typed nothing is marked, so that a stray Enter takes nothing", () => {
  expect(stillMarked(choices, "", "")).toBeUndefined();
  expect(stillMarked(choices, "", "w")?.key).toBe("a");
  expect(stillMarked(choices, "c", "")?.key).toBe("c");
  expect(stillMarked(choices, "b", "w")?.key).toBe("a");
});
