/** Microphone and speaker of this page, joined to the worklet. */
import type { JitterFigures } from "./jitter";
import type { FromWorklet, ToWorklet } from "./worklet";
import type { PhoneErrorCode } from "./wire";

export class PhoneError extends Error {
  readonly code: PhoneErrorCode;

  constructor(code: PhoneErrorCode) {
    super(code);
    this.code = code;
  }
}

export interface SoundEvents {
  /** 20 ms of the microphone, µ-law */
  said(frame: Uint8Array): void;
  figures(figures: JitterFigures): void;
  /** whether the browser lets sound out; if not, it does after the next key or click */
  audible(audible: boolean): void;
}

const GESTURES = ["pointerdown", "keydown"] as const;

export class Sound {
  readonly #context: AudioContext;
  readonly #microphone: MediaStream;
  readonly #node: AudioWorkletNode;
  readonly #volume: GainNode;
  readonly #events: SoundEvents;

  private constructor(context: AudioContext, microphone: MediaStream, events: SoundEvents) {
    this.#context = context;
    this.#microphone = microphone;
    this.#events = events;
    this.#node = new AudioWorkletNode(context, "phone", { outputChannelCount: [1] });
    this.#volume = context.createGain();
    context.createMediaStreamSource(microphone).connect(this.#node);
    this.#node.connect(this.#volume).connect(context.destination);
    this.#node.port.onmessage = (event: MessageEvent<FromWorklet>) => {
      if ("frame" in event.data) events.said(event.data.frame);
      else events.figures(event.data.figures);
    };
    context.onstatechange = () => events.audible(context.state === "running");
    for (const gesture of GESTURES) document.addEventListener(gesture, this.#wake, true);
    events.audible(context.state === "running");
  }

  /** Opens the microphone. Throws PhoneError. */
  static async open(worklet: string | URL, events: SoundEvents): Promise<Sound> {
    if (!navigator.mediaDevices || !window.isSecureContext) throw new PhoneError("not-secure");
    const context = new AudioContext({ latencyHint: "interactive" });
    try {
      const [microphone] = await Promise.all([openMicrophone(), context.audioWorklet.addModule(worklet)]);
      return new Sound(context, microphone, events);
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  hear(frame: Uint8Array, chunk: number): void {
    this.#post({ frame, chunk }, [frame.buffer]);
  }

  set closed(closed: boolean) {
    this.#post({ closed });
  }

  set volume(volume: number) {
    this.#volume.gain.setTargetAtTime(volume, this.#context.currentTime, 0.03);
  }

  clear(): void {
    this.#post({ clear: true });
  }

  close(): void {
    for (const gesture of GESTURES) document.removeEventListener(gesture, this.#wake, true);
    for (const track of this.#microphone.getTracks()) track.stop();
    this.#context.onstatechange = null;
    this.#node.port.onmessage = null;
    void this.#context.close();
  }

  /** Browsers keep a page silent until somebody has touched it. */
  readonly #wake = (): void => {
    if (this.#context.state === "suspended") {
      void this.#context.resume().then(() => this.#events.audible(this.#context.state === "running"));
    }
  };

  #post(message: ToWorklet, transfer: Transferable[] = []): void {
    this.#node.port.postMessage(message, transfer);
  }
}

async function openMicrophone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    const denied = error instanceof DOMException && ["NotAllowedError", "SecurityError"].includes(error.name);
    throw new PhoneError(denied ? "microphone-denied" : "no-microphone");
  }
}
