/**
 * Changes the rate of a stream of samples, without what the lower of both rates can't carry.
 *
 * A windowed sinc of `CROSSINGS` zero crossings to each side, tabulated at `PHASES` positions between two samples.
 */

const CROSSINGS = 8;
const PHASES = 128;
/** share of the lower rate that passes: 3.6 kHz at 8 kHz */
const PASSED = 0.45;

export class Resampler {
  readonly #step: number;
  readonly #half: number;
  readonly #kernels: Float32Array[];
  #kept: Float32Array;
  /** of the next output sample, in input samples from the beginning of `#kept` */
  #position: number;

  constructor(fromRate: number, toRate: number) {
    const lower = Math.min(fromRate, toRate);
    this.#step = fromRate / toRate;
    this.#half = Math.ceil((CROSSINGS * fromRate) / lower);
    this.#kernels = kernels(this.#half, (PASSED * lower) / fromRate);
    this.#kept = new Float32Array(2 * this.#half);
    this.#position = this.#half;
  }

  /** The output samples that `input` makes possible. */
  push(input: Float32Array): Float32Array {
    const samples = new Float32Array(this.#kept.length + input.length);
    samples.set(this.#kept);
    samples.set(input, this.#kept.length);
    const count = Math.max(0, Math.ceil((samples.length - this.#half - this.#position) / this.#step));
    const output = new Float32Array(count);
    for (let n = 0; n < count; n++) output[n] = this.#at(samples, this.#position + n * this.#step);
    this.#position += count * this.#step;
    const done = Math.floor(this.#position) - this.#half;
    this.#kept = samples.slice(done);
    this.#position -= done;
    return output;
  }

  #at(samples: Float32Array, position: number): number {
    const whole = Math.floor(position);
    const kernel = this.#kernels[Math.floor((position - whole) * PHASES)] as Float32Array;
    const first = whole - this.#half + 1;
    let sum = 0;
    for (let n = 0; n < kernel.length; n++) sum += (samples[first + n] ?? 0) * (kernel[n] as number);
    return sum;
  }
}

/** One kernel of 2 * half taps for each phase; `cutoff` in cycles per input sample. */
function kernels(half: number, cutoff: number): Float32Array[] {
  return Array.from({ length: PHASES }, (_, phase) => {
    const taps = Float32Array.from({ length: 2 * half }, (_, n) => {
      const distance = n - half + 1 - phase / PHASES;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / half);
      const angle = 2 * Math.PI * cutoff * distance;
      return Math.abs(distance) >= half ? 0 : (angle === 0 ? 1 : Math.sin(angle) / angle) * window;
    });
    const gain = taps.reduce((sum, tap) => sum + tap, 0);
    return taps.map((tap) => tap / gain);
  });
}
