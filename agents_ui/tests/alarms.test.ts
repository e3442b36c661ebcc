/** Alarms: what passes a limit, that each rings once until it has been well again, and that old rows are not judged. */
import { signal } from "@preact/signals";
import { beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
  removeItem: (name: string) => void kept.delete(name),
});

const { alarmsOf, alarmText, limitsOf, proposed, resetLimits, ringOnce, setLimit, watchAlarms } = await import(
  "../src/supervisor/alarms"
);
const { setServerTime } = await import("../src/clock");

beforeEach(() => {
  kept.clear();
  resetLimits();
});

const NOW = 1_800_000_000_000;
const WELL = {
  row: "queue" as const,
  queue: "accounts",
  title: "Accounts",
  title_zh: "个人银行",
  waiting: 1,
  longest_since_at: (NOW - 10_000) as number | null,
  refused: 0,
  talking: 2,
  entered: 100,
  answered: 90,
  answered_in_threshold: 80,
  abandoned: 9,
  short_abandoned: 1,
  service_level: 81,
  threshold_seconds: 20,
  target_percent: 80,
  average_answer_ms: 9000,
  skills: [] as [string, number][],
  agents: { idle: 1 } as Record<string, number>,
};

const kinds = (changes: Partial<typeof WELL>) => {
  const queue = { ...WELL, ...changes };
  return alarmsOf(queue, limitsOf(queue), NOW).map((one) => one.kind);
};

test("a queue that is well has no alarm", () => {
  expect(kinds({})).toEqual([]);
});

test("a caller whom three agents let pass is an alarm", () => {
  expect(kinds({ refused: 1 })).toEqual(["refused"]);
});

test("each limit counts only when it is passed", () => {
  expect(proposed(WELL)).toEqual({ wait: 60, waiting: 4, level: 65 });
  expect(kinds({ longest_since_at: NOW - 60_000 })).toEqual([]);
  expect(kinds({ longest_since_at: NOW - 60_001 })).toEqual(["wait"]);
  expect(kinds({ waiting: 4 })).toEqual([]);
  expect(kinds({ waiting: 5 })).toEqual(["waiting"]);
  expect(kinds({ service_level: 65 })).toEqual([]);
  expect(kinds({ service_level: 64.9 })).toEqual(["level"]);
});

test("a level of a few calls says nothing", () => {
  expect(kinds({ service_level: 0, answered: 9, abandoned: 1, short_abandoned: 1 })).toEqual([]);
  expect(kinds({ service_level: 0, answered: 9, abandoned: 1, short_abandoned: 0 })).toEqual(["level"]);
});

test("somebody waits and nobody is there", () => {
  expect(kinds({ agents: { off_queue: 7 } })).toEqual(["nobody"]);
  expect(kinds({ agents: { off_queue: 7 }, waiting: 0, longest_since_at: null })).toEqual([]);
});

test("a limit of one's own is kept, and taken back", () => {
  setLimit("accounts", "waiting", 0);
  expect(kinds({})).toEqual(["waiting"]);
  expect(JSON.parse(kept.get("alarm-limits") ?? "")).toEqual({ accounts: { waiting: 0 } });
  resetLimits();
  expect(kinds({})).toEqual([]);
});

test("an alarm says what its limit is", () => {
  const [alarm] = alarmsOf({ ...WELL, longest_since_at: NOW - 90_000 }, proposed(WELL), NOW);
  expect(alarm && alarmText(alarm)).toBe("Waits over 1:00");
});

/** Whether it rang. */
function rings(active: string[], now: number, heard = true): boolean {
  let rang = false;
  ringOnce(active, now, () => (rang = heard));
  return rang;
}

test("an alarm rings once, whatever page sees it, until it has been well for a while", () => {
  expect(rings(["accounts:wait"], NOW)).toBe(true);
  expect(rings(["accounts:wait"], NOW + 1000)).toBe(false);
  expect(rings(["accounts:wait", "cards:wait"], NOW + 2000)).toBe(true);
  for (let second = 3; second < 100; second++) expect(rings(["accounts:wait"], NOW + second * 1000)).toBe(false);
  expect(rings([], NOW + 100_000)).toBe(false);
  expect(rings(["accounts:wait"], NOW + 120_000)).toBe(false); // it only wavered
  expect(rings([], NOW + 155_000)).toBe(false);
  expect(rings(["accounts:wait"], NOW + 156_000)).toBe(true);
});

test("what nobody could hear rings when it can be heard", () => {
  expect(rings(["accounts:wait"], NOW, false)).toBe(false);
  expect(rings(["accounts:wait"], NOW + 60_000)).toBe(true);
  expect(rings(["accounts:wait"], NOW + 61_000)).toBe(false);
});

test("what a fast day left of a time to come keeps no bell silent", () => {
  expect(rings(["accounts:wait"], NOW + 3_600_000)).toBe(true);
  expect(rings(["accounts:wait"], NOW)).toBe(true);
  expect(rings(["accounts:wait"], NOW + 1000)).toBe(false);
});

test("rows of a lost connection grow no alarm, nor do they before fresh ones have come", () => {
  const link = signal<"open" | "lost">("open");
  const queues = signal([WELL]);
  setServerTime(NOW, 1);
  const alarms = watchAlarms(queues, link);
  const kinds = () => (alarms.value.get("accounts") ?? []).map((one) => one.kind);
  link.value = "lost";
  setServerTime(NOW + 600_000, 1);
  expect(kinds()).toEqual([]);
  link.value = "open";
  expect(kinds()).toEqual([]);
  queues.value = [{ ...WELL }];
  expect(kinds()).toEqual(["wait"]);
});
