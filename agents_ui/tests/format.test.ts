import { afterEach, expect, test, vi } from "vitest";
import { day, dayAndTime, daysAgo, duration, left, percent, telephone, time } from "../src/format";
import { spanOf } from "../src/history/period";
import { axis, peaks } from "../src/history/scale";
import { nameOf } from "../src/keys";
import { sorted } from "../src/parts/sorting";
import { levelTone } from "../src/states";
import { speak } from "../src/texts/language";

afterEach(() => vi.unstubAllGlobals());

function centreIn(zone: string): void {
  vi.stubGlobal("document", { querySelector: () => ({ content: zone }) });
}

test("durations grow by hours and never go below zero", () => {
  expect([0, 65_900, 3_605_000, -300].map(duration)).toEqual(["0:00", "1:05", "1:00:05", "0:00"]);
});

test("a countdown reaches zero at its deadline, not a second before", () => {
  expect([1, 999, 1000, 1001, 0, -5].map(left)).toEqual(["0:01", "0:01", "0:01", "0:02", "0:00", "0:00"]);
});

test("numbers are grouped behind their country code", () => {
  expect(telephone("+14155550101")).toBe("+1 415 555 0101");
  expect(telephone("+8613812345678")).toBe("+86 138 123 456 78");
  expect(telephone("anonymous")).toBe("anonymous");
});

test("a missed hundred percent is never rounded up", () => {
  expect([99.6, 100, 71.4].map(percent)).toEqual(["99 %", "100 %", "71 %"]);
});

test("a day of this week is told by its distance, one before it by its date", () => {
  const night = new Date(2026, 10, 22, 23, 59).getTime();
  expect(["2026-11-22", "2026-11-21", "2026-11-17"].map((one) => daysAgo(one, night))).toEqual([
    "today",
    "yesterday",
    "5 days ago",
  ]);
  expect(daysAgo("2026-11-03", night)).toBe("Nov 3");
  expect(daysAgo("2025-11-21", night)).toBe("Nov 21, 2025");
  speak("zh");
  expect(daysAgo("2026-11-21", night)).toBe("昨天");
  speak("en");
});

test("today's times stand without their day", () => {
  const noon = new Date(2026, 10, 22, 12).getTime();
  expect(dayAndTime(noon - 3_600_000, noon)).not.toContain(",");
  expect(dayAndTime(noon - 86_400_000, noon)).toContain(",");
});

test("times and days are the centre's, wherever the browser is", () => {
  centreIn("Asia/Shanghai");
  const at = Date.parse("2026-11-22T16:30:00Z");
  expect(time(at)).toBe("12:30 AM");
  expect(day(at)).toBe("Nov 23, 2026");
  expect(dayAndTime(at - 3_600_000, at)).toBe("Nov 22, 11:30 PM");
  expect(daysAgo("2026-11-22", at)).toBe("yesterday");
});

test("dates and shares are written as China writes them", () => {
  const noon = new Date(2026, 10, 22, 15, 5).getTime();
  speak("zh");
  expect(day(noon)).toBe("2026年11月22日");
  expect(dayAndTime(noon, noon + 86_400_000)).toBe("11月22日 15:05");
  expect(percent(71.4)).toBe("71%");
  speak("en");
});

test("a period holds its whole last day", () => {
  const now = Date.parse("2026-11-22T15:30:00Z");
  const at = (moment: string) => Date.parse(moment);
  expect(spanOf("yesterday", now, "UTC")).toEqual({ from: at("2026-11-21T00:00Z"), to: at("2026-11-22T00:00Z") });
  expect(spanOf("custom", now, "UTC", "2026-03-01", "2026-03-02")).toEqual({
    from: at("2026-03-01T00:00Z"),
    to: at("2026-03-03T00:00Z"),
  });
  expect(spanOf("all", now, "UTC")).toEqual({ from: null, to: null });
  expect(spanOf("custom", now, "UTC", "last year", "")).toEqual({ from: null, to: null });
});

test("days are the centre's, whoever looks from where, also when clocks change", () => {
  const zone = "America/Los_Angeles";
  const at = (moment: string) => Date.parse(moment);
  // Seven in the morning in London: the evening before, there.
  expect(spanOf("today", at("2026-11-22T07:00Z"), zone).from).toBe(at("2026-11-21T08:00Z"));
  expect(spanOf("today", at("2026-11-22T08:00Z"), zone).from).toBe(at("2026-11-22T08:00Z"));
  // The clocks are put back at two in the night of 1 November.
  expect(spanOf("custom", 0, zone, "2026-11-01", "2026-11-01")).toEqual({
    from: at("2026-11-01T07:00Z"),
    to: at("2026-11-02T08:00Z"),
  });
  expect(spanOf("today", at("2026-03-08T20:00Z"), zone).from).toBe(at("2026-03-08T08:00Z"));
  // At noon in Auckland it is midnight in UTC, and that night they were put forward.
  expect(spanOf("custom", 0, "Pacific/Auckland", "2026-09-27").from).toBe(at("2026-09-26T12:00Z"));
  expect(spanOf("today", at("2026-06-30T23:00Z"), "Asia/Shanghai").from).toBe(at("2026-06-30T16:00Z"));
});

test("an axis has few marks and starts at zero", () => {
  for (const length of [900, 8_000, 61_000, 183_000, 7_300_000]) {
    expect(axis(length)[0]).toBe(0);
    expect(axis(length).length).toBeLessThan(11);
  }
});

test("peaks keep the loudest sample of each part", () => {
  expect([...peaks(Float32Array.from([0, -0.5, 0.25, 0, 1, 0]), 3)]).toEqual([0.5, 0.25, 1]);
});

test("keys are named by what is printed on them", () => {
  const key = (key: string, more: Partial<KeyboardEvent> = {}) =>
    nameOf({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
  expect(key("a")).toBe("a");
  expect(key("A", { shiftKey: true })).toBe("Shift+A");
  expect(key("?", { shiftKey: true })).toBe("?");
  expect(key("Enter", { metaKey: true })).toBe("Ctrl+Enter");
  expect(key("¡", { altKey: true, code: "Digit1" })).toBe("Alt+1");
  expect(key("µ", { altKey: true, code: "KeyM" })).toBe("Alt+m");
});

test("equal rows keep their order when a table is sorted", () => {
  const rows = [
    { id: 3, kind: "b" },
    { id: 1, kind: "b" },
    { id: 2, kind: "a" },
  ];
  const by = { kind: (row: { kind: string }) => row.kind };
  expect(sorted(rows, { column: "kind", down: true }, by, (row) => row.id).map((row) => row.id)).toEqual([
    1, 3, 2,
  ]);
});

test("a service level is judged against its own target", () => {
  expect([85, 80, 71, 69, null].map((level) => levelTone(level, 80))).toEqual([
    "good",
    "good",
    "warn",
    "bad",
    "idle",
  ]);
});
