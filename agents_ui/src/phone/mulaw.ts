/** ITU-T G.711 µ-law: one byte a sample. Samples are floats from -1 to 1. */

const BIAS = 0x84;
const CLIP = 32635;

const DECODED = Float32Array.from({ length: 256 }, (_, byte) => {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + BIAS) << ((bits & 0x70) >> 4)) - BIAS;
  return (bits & 0x80 ? -magnitude : magnitude) / 32768;
});

export function encode(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(samples.length);
  for (let n = 0; n < samples.length; n++) bytes[n] = encodeOne(samples[n] as number);
  return bytes;
}

export function decode(bytes: Uint8Array): Float32Array {
  const samples = new Float32Array(bytes.length);
  for (let n = 0; n < bytes.length; n++) samples[n] = DECODED[bytes[n] as number] as number;
  return samples;
}

function encodeOne(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(CLIP, Math.round(Math.abs(sample) * 32768)) + BIAS;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}
