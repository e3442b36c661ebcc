// The parts of the page's phone that need no browser. Run by test_phone_parts.py on the stripped modules.
import assert from "node:assert/strict";
import test from "node:test";

const { JitterBuffer, TARGET_MS_MAX } = await import(`${process.env.MODULES}/jitter.mjs`);
const { decode, encode } = await import(`${process.env.MODULES}/mulaw.mjs`);
const { Resampler } = await import(`${process.env.MODULES}/resampler.mjs`);

const loud = () => new Float32Array(160).fill(0.5);
const quiet = () => new Float32Array(160);

/** Frames arrive at these times, one is pulled each 20 ms; gives how many were played by `untilMs`. */
function play(buffer, arrivals, untilMs, frame = loud) {
  let chunk = 0;
  let played = 0;
  for (let now = 0; now < untilMs; now += 1) {
    while (chunk < arrivals.length && arrivals[chunk] <= now) buffer.push(frame(), chunk++, now);
    if (now % 20 === 0 && buffer.pull()) played++;
  }
  return played;
}

const even = (count) => Array.from({ length: count }, (_, n) => n * 20);

test("an even stream is held back for 40 ms and never breaks off", () => {
  const buffer = new JitterBuffer();
  assert.ok(play(buffer, even(500), 10_000) >= 498);
  const { delayMs, gaps, dropped } = buffer.figures();
  assert.ok(delayMs <= 40);
  assert.deepEqual([gaps, dropped], [0, 0]);
});

test("an uneven stream is held back longer, within the limit", () => {
  const buffer = new JitterBuffer();
  let last = 0;
  const arrivals = even(500).map((at, n) => (last = Math.max(last, at + (n % 5 === 0 ? 60 : 0))));
  play(buffer, arrivals, 10_000);
  const { targetMs } = buffer.figures();
  assert.ok(targetMs >= 60 && targetMs <= TARGET_MS_MAX, String(targetMs));
});

test("after a stall the talk goes on in the present: what piled up is dropped", () => {
  const buffer = new JitterBuffer();
  const arrivals = even(500).map((at) => (at > 2000 && at < 4000 ? 4000 : at));
  play(buffer, arrivals, 4100);
  const { delayMs, dropped } = buffer.figures();
  assert.ok(delayMs <= TARGET_MS_MAX + 100, String(delayMs));
  assert.ok(dropped > 80, String(dropped));
});

test("a pause of the sender does not make the rest late", () => {
  const buffer = new JitterBuffer();
  const arrivals = even(1500).map((at, n) => (n < 100 ? at : at + 700));
  play(buffer, arrivals, 30_700);
  assert.ok(buffer.figures().targetMs < 60);
});

test("a surplus is taken from the silence", () => {
  const buffer = new JitterBuffer();
  for (let n = 0; n < 5; n++) buffer.push(n === 2 ? quiet() : loud(), n, n * 20);
  const heard = [];
  for (let frame; (frame = buffer.pull()); ) heard.push(frame[0]);
  assert.deepEqual(heard, [0.5, 0.5, 0.5, 0.5]);
});

test("µ-law keeps a voice within 4 % at every loudness", () => {
  for (let level = 0.002; level <= 1; level *= 1.1) {
    for (const sample of [level, -level]) {
      const [back] = decode(encode(new Float32Array([sample])));
      assert.ok(Math.abs(back - sample) <= 0.04 * level + 0.0003, `${sample} -> ${back}`);
    }
  }
  assert.equal(encode(new Float32Array([0]))[0], 0xff);
});

for (const [from, to] of [[48_000, 8000], [44_100, 8000], [8000, 48_000], [8000, 44_100]]) {
  test(`from ${from} to ${to} a tone of 1 kHz stays what it is`, () => {
    const output = resampled(from, to, 1000);
    assert.ok(Math.abs(output.length / to - 1) < 0.01);
    assert.ok(Math.abs(level(output) - Math.SQRT1_2) < 0.02, String(level(output)));
  });
}

test("what 8 kHz can't carry does not come back as something else", () => {
  assert.ok(level(resampled(48_000, 8000, 6000)) < 0.02);
  assert.ok(level(resampled(44_100, 8000, 12_000)) < 0.02);
});

/** One second of a full tone, in the worklet's blocks of 128. */
function resampled(from, to, hertz) {
  const resampler = new Resampler(from, to);
  const output = [];
  for (let start = 0; start < from; start += 128) {
    const block = Float32Array.from({ length: 128 }, (_, n) => Math.sin((2 * Math.PI * hertz * (start + n)) / from));
    output.push(...resampler.push(block));
  }
  return output;
}

function level(samples) {
  const middle = samples.slice(samples.length / 4, (3 * samples.length) / 4);
  return Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
}
