/** What is not finished is asked for again, through failures, until nobody looks. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/api";
import { follow } from "../src/history/follow";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const REFRESH_MS = 4000;

/** Answers one after the other; the last one for ever. */
function followed(...answers: (string | ApiError)[]) {
  const told: string[] = [];
  let asks = 0;
  const ask = async () => {
    const answer = answers[Math.min(asks++, answers.length - 1)];
    if (answer instanceof ApiError) throw answer;
    return answer ?? "";
  };
  const end = follow(ask, {
    found: (one) => told.push(one),
    failed: (key) => told.push(`! ${key}`),
    unfinished: (one) => one !== "ended",
  });
  return { told, end, asks: () => asks };
}

test("a failed answer is asked for again, and what is finished no more", async () => {
  const call = followed("goes on", new ApiError("unreachable", 0), new ApiError("unavailable", 503), "ended");
  await vi.advanceTimersByTimeAsync(10 * REFRESH_MS);
  expect(call.told).toEqual(["goes on", "! unreachable", "! unavailable", "ended"]);
  expect(call.asks()).toBe(4);
});

test("what may not be seen is asked for once", async () => {
  const call = followed(new ApiError("not_found", 404));
  await vi.advanceTimersByTimeAsync(10 * REFRESH_MS);
  expect(call.asks()).toBe(1);
});

test("an answer that comes when nobody looks any more is the last one", async () => {
  const call = followed("goes on");
  call.end();
  await vi.advanceTimersByTimeAsync(10 * REFRESH_MS);
  expect([call.told, call.asks()]).toEqual([[], 1]);
});
