/**
 * What a page sounds by itself: short tones, made by oscillators, so nothing has to load. Browsers let a page sound
 * after it was touched, or where a kiosk is told to, and may silence it again when the computer sleeps: each touch
 * wakes it.
 */
import { signal, type ReadonlySignal } from "@preact/signals";

export interface Voice {
  type: OscillatorType;
  loudness: number;
  seconds: number;
  /** each begins so many seconds from now, at so many hertz */
  tones: readonly (readonly [start: number, hertz: number])[];
}

const ATTACK_SECONDS = 0.02;
const SILENCE = 0.001;

const running = signal(false);
let audio: AudioContext | null = null;

/** Whether this page may sound. */
export const audible: ReadonlySignal<boolean> = running;

export function unlockSound(): void {
  wake();
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, wake);
}

export function sound(voice: Voice): boolean {
  if (audio?.state !== "running") return false;
  for (const [start, hertz] of voice.tones) tone(audio, voice, audio.currentTime + start, hertz);
  return true;
}

function wake(): void {
  if (!audio) {
    const context = new AudioContext();
    context.onstatechange = () => (running.value = context.state === "running");
    audio = context;
  }
  if (audio.state !== "running") void audio.resume();
}

function tone(context: AudioContext, { type, loudness, seconds }: Voice, at: number, hertz: number): void {
  const oscillator = new OscillatorNode(context, { type, frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loudness, at + ATTACK_SECONDS);
  gain.gain.exponentialRampToValueAtTime(SILENCE, at + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds + ATTACK_SECONDS);
}
