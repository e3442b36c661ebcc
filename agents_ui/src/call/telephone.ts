/**
 * The telephone of whoever this page is: plugged in while the page is open and not calling itself, so that the
 * centre can call. Nothing is heard before somebody answers.
 */
import { computed, effect, signal } from "@preact/signals";
import { ApiError, api, type TelephoneLine } from "../api";
import { Line } from "../line";
import { either } from "../texts";
import { ring } from "./ringtone";

/** Whoever walks through the list by keys plugs in once. */
const SETTLE_MS = 400;
const RETRY_MS = 5_000;

export class Telephone {
  readonly line = new Line();
  /** who is calling: the centre, and its number */
  readonly centre = computed(() => either(this.#line.value?.centre ?? "", this.#line.value?.centre_zh));
  readonly number = computed(() => this.#line.value?.number ?? "");
  /** the leg that rings, "" when none */
  readonly ringing = computed(() => this.line.ringing.value[0]?.leg ?? "");
  readonly isOn = computed(() => ["ready", "lost"].includes(this.line.state.value));
  /** it rang, and nobody answered */
  readonly missed = signal(false);
  readonly #line = signal<TelephoneLine | null>(null);
  #owner = "";
  #declined = "";
  #waiting = 0;

  constructor() {
    let stop: (() => void) | null = null;
    effect(() => {
      const leg = this.ringing.value;
      stop?.();
      stop = leg ? ring() : null;
      if (leg) this.missed.value = false;
    });
    let rang = "";
    effect(() => {
      const leg = this.ringing.value;
      const isOver = this.line.state.value === "ready" && !this.line.leg.value;
      if (rang && !leg && isOver && rang !== this.#declined)
        this.missed.value = this.line.cause.value !== "elsewhere";
      rang = leg;
    });
    effect(() => {
      if (this.line.error.value === "ticket") void this.#plug();
    });
  }

  /** This person's telephone from now on; "": nobody's. */
  belongTo(owner: string): void {
    if (owner === this.#owner) return;
    this.#owner = owner;
    this.missed.value = false;
    window.clearTimeout(this.#waiting);
    this.line.close();
    if (owner) this.#waiting = window.setTimeout(() => void this.#plug(), SETTLE_MS);
  }

  /** After a reload: the call goes on where it was. */
  async resume(owner: string, url: string, token: string, leg: string): Promise<void> {
    this.#owner = owner;
    const line = (await this.#ask(owner)) ?? { url, token, centre: "", centre_zh: "", number: "" };
    this.#line.value = line;
    await this.line.plugIn(line.url, line.token, leg);
  }

  /** What a reload needs to have the call again. */
  get ticket(): { url: string; token: string } {
    return { url: this.#line.peek()?.url ?? "", token: this.#line.peek()?.token ?? "" };
  }

  answer(): void {
    this.line.answer(this.ringing.peek());
  }

  decline(): void {
    this.#declined = this.ringing.peek();
    this.line.hangUp(this.#declined);
  }

  async #plug(): Promise<void> {
    const owner = this.#owner;
    const line = await this.#ask(owner);
    if (owner !== this.#owner) return;
    if (!line) {
      this.#waiting = window.setTimeout(() => void this.#plug(), RETRY_MS);
      return;
    }
    this.#line.value = line;
    await this.line.plugIn(line.url, line.token);
    if (owner !== this.#owner) this.line.close(); // it was chosen anew while the phone's script came
  }

  /** Null when it can't be had just now: the page is of use without it. */
  async #ask(owner: string): Promise<TelephoneLine | null> {
    try {
      return await api.telephone(owner);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return null;
    }
  }
}
