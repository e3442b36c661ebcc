/** The bell of a page: each touch wakes it, for a context that was suspended is mute until then. */
import { expect, test, vi } from "vitest";

class Context {
  static made: Context[] = [];
  state = "suspended";
  currentTime = 10;
  destination = {};
  onstatechange: (() => void) | null = null;

  constructor() {
    Context.made.push(this);
  }

  async resume(): Promise<void> {
    if (mayStart) this.become("running");
  }

  become(state: string): void {
    this.state = state;
    this.onstatechange?.();
  }
}

const started: [number, number][] = [];
class Oscillator {
  constructor(
    readonly context: Context,
    readonly options: { frequency: number },
  ) {}
  connect = (next: object) => next;
  start = (at: number) => started.push([at, this.options.frequency]);
  stop = () => undefined;
}
class Gain {
  gain = {
    setValueAtTime: () => undefined,
    linearRampToValueAtTime: () => undefined,
    exponentialRampToValueAtTime: () => undefined,
  };
  connect = (next: object) => next;
}

let mayStart = false;
const touches: (() => void)[] = [];
vi.stubGlobal("AudioContext", Context);
vi.stubGlobal("OscillatorNode", Oscillator);
vi.stubGlobal("GainNode", Gain);
// As the browser does: one that is meant for one time only is not called again.
vi.stubGlobal("addEventListener", (_: string, run: () => void, how?: { once?: boolean }) => {
  let over = false;
  touches.push(() => {
    if (!over) run();
    over = how?.once === true;
  });
});
const { audible, sound, unlockSound } = await import("../src/parts/bell");

const VOICE = { type: "sine", loudness: 0.1, seconds: 0.3, tones: [[0.5, 660]] } as const;

test("a page is mute until it is touched, and again until it is touched after it was silenced", () => {
  unlockSound();
  expect([audible.value, sound(VOICE)]).toEqual([false, false]);
  mayStart = true;
  for (let silenced = 0; silenced < 3; silenced++) {
    for (const touch of touches) touch();
    expect([audible.value, sound(VOICE)]).toEqual([true, true]);
    Context.made[0]?.become("interrupted");
    expect([audible.value, sound(VOICE)]).toEqual([false, false]);
  }
  expect(started).toEqual([
    [10.5, 660],
    [10.5, 660],
    [10.5, 660],
  ]);
  expect(Context.made.length).toBe(1);
});
