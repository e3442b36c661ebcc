/**
 * The telephone of this page as signals: the one place that touches the audio library, which is loaded when the
 * first line is opened and not before.
 */
import { computed, signal } from "@preact/signals";
import type { PhoneApi } from "./phone-api";

export type LineState = "off" | "connecting" | "ready" | "no-microphone" | "lost" | "elsewhere" | "failed";

export class Line {
  readonly state = signal<LineState>("off");
  /** the leg that rings here, "" when none does */
  readonly ringing = signal("");
  /** the leg on which one talks here */
  readonly leg = signal("");
  readonly muted = signal(false);
  /** 0 (nothing heard) to 4 (clear); null before there is anything to judge */
  readonly quality = signal<number | null>(null);
  /** why the last leg ended; null while nothing has */
  readonly ended = signal<{ leg: string; cause: string } | null>(null);
  readonly usable = computed(() => this.state.value === "ready");
  #phone: PhoneApi | null = null;

  async connect(_url: string, _token: string): Promise<void> {
    this.state.value = "connecting";
  }

  answer(leg: string): void {
    this.#phone?.answer(leg);
  }

  hangUp(leg?: string): void {
    this.#phone?.hangup(leg);
  }

  press(digit: string): void {
    this.#phone?.press(digit);
  }

  toggleMute(): void {
    this.muted.value = !this.muted.value;
    this.#phone?.mute(this.muted.value);
  }

  close(): void {
    this.state.value = "off";
    this.leg.value = "";
  }

  /** Takes the phone over from another tab. */
  claim(): void {
    this.#phone?.claim();
  }
}
