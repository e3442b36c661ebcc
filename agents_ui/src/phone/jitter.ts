/**
 * Evens out what the network did to the frames of a voice. Pure; times are in milliseconds.
 *
 * The rule: wait as long as the frames have lately been uneven, between `TARGET_MS_MIN` and `TARGET_MS_MAX`, and not
 * longer. What has piled up beyond that is late and thrown away: a quiet frame gladly, any frame when
 * there is too much. When nothing is left, wait anew.
 */

export const FRAME_MS = 20;
export const TARGET_MS_MIN = 40;
export const TARGET_MS_MAX = 120;
const SURPLUS_MS = 40;
const SURPLUS_MS_MAX = 100;
/** the fastest frame is looked for anew this often */
const WINDOW_MS = 5000;
/** how fast a burst of unevenness is forgotten: half in about 7 s */
const FORGET = 0.998;
const QUIET = 0.01;

export interface JitterFigures {
  delayMs: number;
  targetMs: number;
  dropped: number;
  gaps: number;
}

export class JitterBuffer {
  #frames: Float32Array[] = [];
  #waiting = true;
  #fastestMs = Infinity;
  #nextFastestMs = Infinity;
  #windowUntilMs = 0;
  #unevenMs = 0;
  #dropped = 0;
  #gaps = 0;

  /** A frame has arrived; `chunk` is its number. */
  push(frame: Float32Array, chunk: number, nowMs: number): void {
    const transit = nowMs - chunk * FRAME_MS;
    const uneven = Math.min(TARGET_MS_MAX, transit - this.#fastest(transit, nowMs));
    this.#unevenMs = Math.max(this.#unevenMs * FORGET, uneven);
    this.#frames.push(frame);
    this.#shorten();
  }

  /** The next frame to play, null when there is none to play yet. */
  pull(): Float32Array | null {
    if (this.#waiting && this.#delayMs < this.targetMs) return null;
    this.#waiting = false;
    const frame = this.#frames.shift();
    if (frame === undefined) {
      this.#waiting = true;
      this.#gaps++;
      return null;
    }
    return frame;
  }

  get targetMs(): number {
    return Math.min(TARGET_MS_MAX, Math.max(TARGET_MS_MIN, FRAME_MS + this.#unevenMs));
  }

  /** Since this was last asked. */
  figures(): JitterFigures {
    const figures = {
      delayMs: this.#delayMs,
      targetMs: Math.round(this.targetMs),
      dropped: this.#dropped,
      gaps: this.#gaps,
    };
    this.#dropped = this.#gaps = 0;
    return figures;
  }

  clear(): void {
    this.#frames = [];
    this.#waiting = true;
    this.#fastestMs = this.#nextFastestMs = Infinity;
    this.#windowUntilMs = 0;
    this.#unevenMs = 0;
  }

  /** The transit of the fastest frame of the last seconds: clocks drift apart, and a stream may pause. */
  #fastest(transit: number, nowMs: number): number {
    if (nowMs >= this.#windowUntilMs) {
      this.#windowUntilMs = nowMs + WINDOW_MS;
      this.#fastestMs = this.#nextFastestMs;
      this.#nextFastestMs = transit;
    }
    this.#nextFastestMs = Math.min(this.#nextFastestMs, transit);
    this.#fastestMs = Math.min(this.#fastestMs, this.#nextFastestMs);
    return this.#fastestMs;
  }

  #shorten(): void {
    while (this.#delayMs > this.targetMs + SURPLUS_MS_MAX) this.#drop(0);
    if (this.#delayMs > this.targetMs + SURPLUS_MS) {
      const quiet = this.#frames.findIndex(isQuiet);
      if (quiet >= 0) this.#drop(quiet);
    }
  }

  #drop(index: number): void {
    this.#frames.splice(index, 1);
    this.#dropped++;
  }

  get #delayMs(): number {
    return this.#frames.length * FRAME_MS;
  }
}

export function isQuiet(frame: Float32Array): boolean {
  return frame.every((sample) => Math.abs(sample) < QUIET);
}
