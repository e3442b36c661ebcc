/**
 * The sound side of a phone, on the browser's audio thread: microphone → 20 ms of µ-law at 8 kHz, and back.
 *
 * In:  {frame, chunk} to be heard; {closed} whether the microphone is; {clear} forget what is not heard yet.
 * Out: {frame} from the microphone, for ever (silence while closed); {figures} once a second.
 */
import { FRAME_MS, JitterBuffer, type JitterFigures } from "./jitter";
import { decode, encode } from "./mulaw";
import { Resampler } from "./resampler";

declare const sampleRate: number;
declare const currentTime: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

export type ToWorklet = { frame: Uint8Array; chunk: number } | { closed: boolean } | { clear: true };
export type FromWorklet = { frame: Uint8Array } | { figures: JitterFigures };

const RATE = 8000;
const FRAME_SAMPLES = (RATE * FRAME_MS) / 1000;
const FIGURES_SECONDS = 1;

class PhoneProcessor extends AudioWorkletProcessor {
  readonly #down = new Resampler(sampleRate, RATE);
  readonly #up = new Resampler(RATE, sampleRate);
  readonly #buffer = new JitterBuffer();
  readonly #said = new Float32Array(FRAME_SAMPLES);
  #saidCount = 0;
  #heard = new Float32Array(0);
  #closed = false;
  #figuresAt = 0;

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<ToWorklet>) => this.#told(event.data);
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const output = outputs[0]?.[0];
    const length = output?.length ?? 128;
    this.#capture(inputs[0]?.[0] ?? new Float32Array(length));
    if (output) this.#play(output);
    if (currentTime >= this.#figuresAt) {
      this.#figuresAt = currentTime + FIGURES_SECONDS;
      this.#tell({ figures: this.#buffer.figures() });
    }
    return true;
  }

  #told(message: ToWorklet): void {
    if ("frame" in message) this.#buffer.push(decode(message.frame), message.chunk, currentTime * 1000);
    else if ("closed" in message) this.#closed = message.closed;
    else this.#buffer.clear();
  }

  #capture(input: Float32Array): void {
    for (const sample of this.#down.push(input)) {
      this.#said[this.#saidCount++] = this.#closed ? 0 : sample;
      if (this.#saidCount === FRAME_SAMPLES) {
        this.#saidCount = 0;
        const frame = encode(this.#said);
        this.#tell({ frame }, [frame.buffer]);
      }
    }
  }

  #play(output: Float32Array): void {
    while (this.#heard.length < output.length) {
      const frame = this.#buffer.pull() ?? new Float32Array(FRAME_SAMPLES / 4);
      const more = this.#up.push(frame);
      const joined = new Float32Array(this.#heard.length + more.length);
      joined.set(this.#heard);
      joined.set(more, this.#heard.length);
      this.#heard = joined;
    }
    output.set(this.#heard.subarray(0, output.length));
    this.#heard = this.#heard.slice(output.length);
  }

  #tell(message: FromWorklet, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}

registerProcessor("phone", PhoneProcessor);
