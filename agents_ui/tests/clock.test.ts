import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { correctServerTime, pageMsUntil, serverNow, serverSpeed, setServerTime } from "../src/clock";

const SERVER = 1_795_453_200_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("the server's time goes on with this page's", () => {
  setServerTime(SERVER, 1);
  vi.advanceTimersByTime(1500);
  expect(serverNow()).toBe(SERVER + 1500);
});

test("on a fast day a minute of the server is a second of this page", () => {
  setServerTime(SERVER, 60);
  vi.advanceTimersByTime(1500);
  expect(serverNow()).toBe(SERVER + 90_000);
  expect(serverSpeed()).toBe(60);
});

test("a new greeting counts from where it says, at the speed it says", () => {
  setServerTime(SERVER, 60);
  vi.advanceTimersByTime(1000);
  setServerTime(SERVER + 61_000, 1);
  vi.advanceTimersByTime(1000);
  expect(serverNow()).toBe(SERVER + 62_000);
});

test("a clock that was set is put right; the way of a message is no reason to", () => {
  for (const speed of [1, 60]) {
    setServerTime(SERVER, speed);
    vi.setSystemTime(Date.now() + 3_600_000);
    correctServerTime(SERVER + 500);
    expect([speed, serverNow(), serverSpeed()]).toEqual([speed, SERVER + 500, speed]);
    correctServerTime(SERVER + 500 - 900 * speed);
    expect(serverNow()).toBe(SERVER + 500);
  }
});

test("what is left of a deadline goes by as fast as the server's time", () => {
  for (const speed of [1, 60]) {
    setServerTime(SERVER, speed);
    expect(pageMsUntil(SERVER + 30_000)).toBe(30_000 / speed);
    vi.advanceTimersByTime(30_000 / speed);
    expect(pageMsUntil(SERVER + 30_000)).toBe(0);
  }
});
