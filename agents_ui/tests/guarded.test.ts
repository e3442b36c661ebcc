/** A part that fails: told, and tried again where nobody is to do so. */
import { expect, test, vi } from "vitest";
import { Guarded } from "../src/parts/guarded";

function broken(props: { retrySeconds?: number }): Guarded {
  const part = new Guarded({ children: "what is shown", ...props });
  part.setState = (next: object) => void Object.assign(part.state, next);
  part.componentDidCatch(new Error("can't be drawn"));
  return part;
}

test("a part that failed is tried again by itself, where it is asked to", () => {
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockReturnValue();
  const [left, tried] = [broken({}), broken({ retrySeconds: 10 })];
  expect(tried.render()).not.toBe("what is shown");
  vi.advanceTimersByTime(10_000);
  expect(tried.render()).toBe("what is shown");
  expect(left.render()).not.toBe("what is shown");
});
