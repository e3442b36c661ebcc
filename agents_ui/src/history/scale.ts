/** Round marks for an axis of time. Pure. */

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].map(
  (seconds) => seconds * 1000,
);
const MARKS_MAX = 8;

/** At most MARKS_MAX + 1 marks from 0 on; none so near the end that its label would stick out. */
export function axis(lengthMs: number): number[] {
  const step = STEPS_MS.find((one) => lengthMs / one <= MARKS_MAX) ?? lengthMs;
  const marks: number[] = [];
  for (let at = 0; at <= lengthMs * 0.97; at += step) marks.push(at);
  return marks;
}

/** The loudest sample of each of `bins` equal parts, 0..1. */
export function peaks(samples: Float32Array, bins: number): Float32Array {
  const found = new Float32Array(bins);
  for (let index = 0; index < samples.length; index++) {
    const bin = Math.min(bins - 1, Math.floor((index * bins) / samples.length));
    const loud = Math.abs(samples[index] ?? 0);
    if (loud > (found[bin] ?? 0)) found[bin] = loud;
  }
  return found;
}
