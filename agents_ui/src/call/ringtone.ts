/** A telephone that rings in the page. Made by oscillators, so nothing has to load; silent until somebody has touched
 * the page, as browsers want it. */
const RING_MS = 3_000;
const BURST_SECONDS = 1.1;
const PITCHES = [440, 480] as const;
const TREMOLO_HERTZ = 20;

/** Rings until the returned function is called. */
export function ring(): () => void {
  const context = new AudioContext();
  const touched = (): void => void context.resume();
  for (const gesture of ["pointerdown", "keydown"] as const) addEventListener(gesture, touched);
  burst(context);
  const rings = window.setInterval(() => burst(context), RING_MS);
  return () => {
    window.clearInterval(rings);
    for (const gesture of ["pointerdown", "keydown"] as const) removeEventListener(gesture, touched);
    void context.close();
  };
}

function burst(context: AudioContext): void {
  if (context.state !== "running") return;
  const start = context.currentTime;
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setTargetAtTime(0.07, start, 0.02);
  volume.gain.setTargetAtTime(0, start + BURST_SECONDS, 0.05);
  const tremolo = new OscillatorNode(context, { type: "square", frequency: TREMOLO_HERTZ });
  tremolo.connect(new GainNode(context, { gain: 0.03 })).connect(volume.gain);
  volume.connect(context.destination);
  for (const source of [tremolo, ...PITCHES.map((frequency) => new OscillatorNode(context, { frequency }))]) {
    if (source !== tremolo) source.connect(volume);
    source.start(start);
    source.stop(start + BURST_SECONDS + 0.3);
  }
}
