/** Half-written work in a browser that several people use. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Drafts, sweepDrafts } from "../src/desk/drafts";

let kept: Record<string, string> = {};
beforeEach(() => {
  vi.useFakeTimers();
  kept = {};
  const storage = {
    getItem: (name: string) => kept[name] ?? null,
    setItem: (name: string, value: string) => void (kept[name] = value),
    removeItem: (name: string) => void delete kept[name],
  };
  const handler = {
    ownKeys: () => Object.keys(kept),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  };
  vi.stubGlobal("localStorage", new Proxy(storage, handler));
});
afterEach(() => vi.useRealTimers());

const [anna, ben] = [new Drafts(() => "anna"), new Drafts(() => "ben")];

test("what one person writes is not there for the next one at this browser", () => {
  anna.keep("c1-k17", "Complaint", "half a sent");
  expect(ben.wordsOf("c1-k17")).toBe(null);
  ben.drop("c1-k17");
  expect(anna.wordsOf("c1-k17")).toMatchObject({ disposition: "Complaint", note: "half a sent" });
});

test("blanks are no words", () => {
  anna.keep("c1-k17", "", "  ");
  expect([anna.wordsOf("c1-k17"), anna.read("c1-k17")?.note]).toEqual([null, "  "]);
});

test("what is older than two weeks is swept away, whoever's it is", () => {
  anna.keep("c1-k17", "Complaint", "");
  vi.advanceTimersByTime(10 * 86_400_000);
  ben.keep("c1-k18", "Complaint", "");
  vi.advanceTimersByTime(5 * 86_400_000);
  sweepDrafts();
  expect([anna.read("c1-k17"), ben.read("c1-k18")?.disposition]).toEqual([null, "Complaint"]);
});
