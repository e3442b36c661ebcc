/** A report's words and figures: intervals on the centre's clock, shares that never round up to what was missed. */
import { afterEach, expect, test } from "vitest";
import type { Report } from "../src/report/api";
import { share } from "../src/report/columns";
import { intervalNames, periodName } from "../src/report/when";
import { dayFrom } from "../src/zone";
import { speak } from "../src/texts/language";

const HALF_HOUR = 1_800_000;
const report = (first: string, last: string, step: string, from_at: number, count: number): Report =>
  ({
    ...{ first, last, step, from_at, zone: "America/Los_Angeles", to_at: from_at + count * HALF_HOUR },
    intervals: Array.from({ length: count }, (_, n) => [from_at + n * HALF_HOUR, from_at + (n + 1) * HALF_HOUR]),
  }) as unknown as Report;

afterEach(() => speak("en"));

test("intervals are told on the clock of the centre", () => {
  const midnight = Date.parse("2026-11-24T08:00:00Z");
  const names = intervalNames(report("2026-11-24", "2026-11-24", "30", midnight, 48));
  expect(names[18]?.replace(/\s/g, " ")).toBe("9:00 – 9:30 AM");
  expect(names[47]?.replace(/\s/g, " ")).toBe("11:30 PM – 12:00 AM");
  expect(new Set(names).size).toBe(48);
  speak("zh");
  expect(intervalNames(report("2026-11-24", "2026-11-24", "30", midnight, 48))[18]?.replace(/[\s–-]+/g, "-")).toBe(
    "09:00-09:30",
  );
});

test("an hour that comes twice is told apart by the name of its time", () => {
  const midnight = Date.parse("2026-11-01T07:00:00Z");
  const names = intervalNames(report("2026-11-01", "2026-11-01", "30", midnight, 50));
  expect(new Set(names).size).toBe(50);
  expect(names.filter((name) => /P[SD]T/.test(name)).length).toBe(4);
});

test("intervals of several days say which day", () => {
  const midnight = Date.parse("2026-11-24T08:00:00Z");
  const names = intervalNames(report("2026-11-24", "2026-11-25", "30", midnight, 96));
  expect(new Set(names).size).toBe(96);
  expect(names[66]).toMatch(/Nov 25/);
});

test("a period is named by its days, the last one whole", () => {
  const midnight = Date.parse("2026-11-24T08:00:00Z");
  expect(periodName(report("2026-11-24", "2026-11-24", "30", midnight, 48))).toBe("Tuesday, November 24, 2026");
  expect(periodName(report("2026-11-24", "2026-11-25", "30", midnight, 96))).toMatch(/ – Wednesday, November 25/);
});

test("days are counted in the centre's zone", () => {
  const evening = Date.parse("2026-11-25T06:00:00Z"); // ten in the evening of the 24th in California
  expect([-1, 0, 1].map((days) => dayFrom(evening, "America/Los_Angeles", days))).toEqual([
    "2026-11-23",
    "2026-11-24",
    "2026-11-25",
  ]);
});

test("a share that was missed is never a hundred", () => {
  expect([100, 99.99, 99.94, 83.333, 0, null].map(share)).toEqual([
    "100.0 %",
    "99.9 %",
    "99.9 %",
    "83.3 %",
    "0.0 %",
    "–",
  ]);
});
