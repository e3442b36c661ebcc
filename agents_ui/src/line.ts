/**
 * The telephone of this page as signals. The audio library is loaded when the first line is opened, not before:
 * a page can be read without it.
 */
import { computed, signal } from "@preact/signals";
import type { Phone, PhoneView } from "./phone";

const OFF: PhoneView = {
  state: "off",
  leg: "",
  ringing: [],
  muted: false,
  keysHeard: "",
  quality: null,
  sameComputer: false,
  floor: true,
  audible: true,
  cause: "",
  error: "",
};

export class Line {
  readonly #view = signal<PhoneView>(OFF);
  #phone: Phone | null = null;

  readonly state = computed(() => this.#view.value.state);
  readonly error = computed(() => this.#view.value.error);
  /** the leg on which one talks here, "" when none */
  readonly leg = computed(() => this.#view.value.leg);
  /** legs that ring here; one with `auto` answers by itself */
  readonly ringing = computed(() => this.#view.value.ringing);
  /** what others keyed in this talk, the newest last */
  readonly keysHeard = computed(() => this.#view.value.keysHeard);
  /** why the last leg ended */
  readonly cause = computed(() => this.#view.value.cause);
  readonly muted = computed(() => this.#view.value.muted);
  /** 0 (nothing gets through) to 4 (clear); null before there is anything to judge */
  readonly quality = computed(() => this.#view.value.quality?.score ?? null);
  readonly usable = computed(() => this.#view.value.state === "ready");
  /** another tab of this browser is in a call too and has the microphone just now */
  readonly hushed = computed(() => this.#view.value.sameComputer && !this.#view.value.floor);
  /** the browser keeps silent until this page is touched */
  readonly silent = computed(() => !this.#view.value.audible);

  /** Opens microphone and line; what goes wrong stands in `error`. */
  async connect(url: string, token: string): Promise<void> {
    const phone = await this.#loaded();
    try {
      await phone.connect(url, token);
    } catch (error) {
      // The view says what is wrong and what to do; only what it doesn't know is a bug.
      if (!this.#view.peek().error) throw error;
    }
  }

  /** Rings from now on when it is called; nothing is heard before it answers. `leg`: see `Phone.plugIn`. */
  async plugIn(url: string, token: string, leg = ""): Promise<void> {
    (await this.#loaded()).plugIn(url, token, leg);
  }

  answer(leg: string): void {
    void this.#phone?.answer(leg);
  }

  hangUp(leg: string): void {
    this.#phone?.hangup(leg);
  }

  press(digit: string): void {
    this.#phone?.press(digit);
  }

  /** Something else says that this phone can't be reached: is its line alive? */
  check(): void {
    this.#phone?.check();
  }

  toggleMute(): void {
    this.#phone?.mute(!this.muted.peek());
  }

  /** Takes the desk's phone over from another tab. */
  claim(): void {
    this.#phone?.claim();
  }

  /** Hangs up and lets go of the microphone. */
  close(): void {
    this.#phone?.close();
  }

  async #loaded(): Promise<Phone> {
    if (!this.#phone) {
      this.#view.value = { ...OFF, state: "connecting" };
      const { createPhone } = await import("./phone");
      this.#phone ??= createPhone({ changed: (view) => (this.#view.value = view) });
    }
    return this.#phone;
  }
}
