/** One axis for segments and recordings: what can be heard where, and what not and why. */
import { expect, test } from "vitest";
import type { Interaction, Recording, Segment } from "../src/api";
import { audibleFrom, courseOf, isHeard, sums, trackAt } from "../src/history/course";

const segment = (kind: string, from_at: number, to_at: number): Segment => ({
  ...{ kind, from_at, to_at },
  ...{ queue: "", queue_zh: "", agent: "", result: "", step: 0 },
});

const recording = (started_at: number, length_ms: number | null, more: Partial<Recording> = {}): Recording => ({
  ...{ url: `/${started_at}`, started_at, length_ms, gaps: [], pauses: [], failed: "" },
  ...more,
});

const interaction = (segments: Segment[], recordings: Recording[]) =>
  ({ started_at: 1000, segments, recordings }) as unknown as Interaction;

test("the axis holds everything, also a recording that is longer than the talk", () => {
  const course = courseOf(interaction([segment("talk", 2000, 5000)], [recording(2000, 4000)]));
  expect([course.from, course.to]).toEqual([1000, 6000]);
});

test("what is not over goes on until now, and what is over doesn't", () => {
  const open = { ...interaction([segment("ivr", 1000, 2000)], []), outcome: "" } as Interaction;
  const course = courseOf(open, 9000);
  expect([course.segments.at(-1)?.kind, course.segments.at(-1)?.from_at, course.to]).toEqual(["going_on", 2000, 9000]);
  expect(courseOf({ ...open, outcome: "answered" }, 9000).to).toBe(2000);
});

test("a place is heard in the recording that covers it, else in the next", () => {
  const { tracks } = courseOf(interaction([], [recording(8000, 1000), recording(2000, 3000)]));
  expect(tracks.map((one) => one.from)).toEqual([2000, 8000]);
  expect([1999, 2000, 4999, 5000].map((at) => trackAt(tracks, at)?.url)).toEqual([
    undefined,
    "/2000",
    "/2000",
    undefined,
  ]);
  expect([0, 3000, 5000, 8999, 9000].map((at) => audibleFrom(tracks, at))).toEqual([
    2000,
    3000,
    8000,
    8999,
    undefined,
  ]);
  expect(isHeard(tracks, segment("talk", 4999, 5001))).toBe(true);
  expect(isHeard(tracks, segment("wait", 5000, 8000))).toBe(false);
});

test("what goes on, failed or may not be heard is on no line", () => {
  const silent = [recording(1000, null), recording(1000, 500, { url: "" })];
  expect(courseOf(interaction([segment("talk", 1000, 2000)], silent)).tracks).toEqual([]);
});

test("silences have their reasons, and a hold counts only where something was recorded", () => {
  const pauses = [{ from_at: 3000, to_at: 3500, reason: "agent" }];
  const { silences } = courseOf(
    interaction(
      [segment("hold", 1000, 2500), segment("hold", 7000, 9000)],
      [recording(2000, 4000, { gaps: [[100, 300], [500, 600]], pauses })],
    ),
  );
  expect(sums(silences)).toEqual([
    { from: 0, to: 300, why: "lost", reason: "" },
    { from: 0, to: 500, why: "paused", reason: "agent" },
    { from: 0, to: 500, why: "hold", reason: "" },
  ]);
});

test("wrap-ups that overlap stand in rows of their own", () => {
  const segments = [segment("wrap_up", 30, 60), segment("wrap_up", 0, 40), segment("wrap_up", 40, 50)];
  expect(courseOf(interaction(segments, [])).wrapUps.map((row) => row.map((one) => one.from_at))).toEqual([
    [0, 40],
    [30],
  ]);
});
