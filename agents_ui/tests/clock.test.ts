import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serverNow, serverSpeed, setServerTime } from "../src/clock";

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
