/** Alarms: what passes a limit, and that each rings once until it has been well again. */
import { beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
  removeItem: (name: string) => void kept.delete(name),
});

const { alarmsOf, alarmText, limitsOf, proposed, remember, resetLimits, setLimit } = await import(
  "../src/supervisor/alarms"
);

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

test("an alarm rings once, whatever page sees it, until it has been well for a while", () => {
  expect(remember(["accounts:wait"], NOW)).toBe(true);
  expect(remember(["accounts:wait"], NOW + 1000)).toBe(false);
  expect(remember(["accounts:wait", "cards:wait"], NOW + 2000)).toBe(true);
  for (let second = 3; second < 100; second++)
    expect(remember(["accounts:wait"], NOW + second * 1000)).toBe(false);
  expect(remember([], NOW + 100_000)).toBe(false);
  expect(remember(["accounts:wait"], NOW + 120_000)).toBe(false); // it only wavered
  expect(remember([], NOW + 155_000)).toBe(false);
  expect(remember(["accounts:wait"], NOW + 156_000)).toBe(true);
});
