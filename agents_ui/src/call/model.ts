/** One telephone call from this page or to it, from choosing who one is to the end of the line. */
import { computed, effect, signal } from "@preact/signals";
import { ApiError, api, type Caller } from "../api";
import { Line } from "../line";
import { forget, goodbye, keep, taken, type Kept } from "./kept";
import { Telephone } from "./telephone";

export type Stage = "choosing" | "dialling" | "ringing" | "up" | "interrupted" | "ended" | "missed";

export class Call {
  /** on which this page calls */
  readonly line = new Line();
  /** on which it is called */
  readonly telephone = new Telephone();
  readonly callers = signal<Caller[] | null>(null);
  readonly chosen = signal("");
  readonly problem = signal("");
  /** when the line opened, by this page's clock; 0: not yet */
  readonly upAt = signal(0);
  readonly endedAt = signal(0);
  readonly #wanted = signal(false);
  #kept: Kept | null = null;

  readonly caller = computed(() => this.callers.value?.find((one) => one.id === this.chosen.value) ?? null);
  /** the centre called, and this page talks to it */
  readonly isCalled = computed(() => !!this.telephone.line.leg.value);
  /** the one with the call, if there is one */
  readonly active = computed(() => (this.isCalled.value ? this.telephone.line : this.line));
  readonly stage = computed<Stage>(() => {
    if (this.isCalled.value) return this.telephone.line.state.value === "lost" ? "interrupted" : "up";
    if (this.telephone.ringing.value) return "ringing";
    if (this.#wanted.value) {
      if (this.line.state.value === "lost") return "interrupted";
      return this.upAt.value ? "up" : "dialling";
    }
    if (this.telephone.missed.value) return "missed";
    return this.endedAt.value ? "ended" : "choosing";
  });

  constructor() {
    effect(() => {
      if (!this.line.leg.value || this.upAt.peek()) return;
      this.upAt.value = Date.now();
      if (this.#kept) keep({ ...this.#kept, upAt: this.upAt.value });
    });
    addEventListener("pagehide", () => goodbye(Date.now()));
    effect(() => {
      const state = this.line.state.value;
      if ((state === "ended" || state === "failed") && this.#wanted.peek()) this.#finish();
    });
    effect(() => this.#calledFrom(this.telephone.line.leg.value));
    effect(() => {
      // While it calls itself, whoever calls finds it busy.
      const caller = this.caller.value;
      if (caller && !this.isCalled.value) this.telephone.belongTo(caller.number && !this.#wanted.value ? caller.id : "");
    });
  }

  async load(): Promise<void> {
    this.problem.value = "";
    try {
      const callers = await api.callers();
      this.callers.value = callers;
      this.chosen.value ||= callers[0]?.id ?? "";
    } catch (error) {
      this.#fail(error);
    }
  }

  async ring(): Promise<void> {
    const caller = this.chosen.peek();
    if (!caller || this.#wanted.peek() || this.isCalled.peek()) return;
    this.problem.value = "";
    this.upAt.value = 0;
    this.endedAt.value = 0;
    this.telephone.missed.value = false;
    this.#wanted.value = true;
    try {
      const { url, token } = await api.call(caller);
      if (!this.#wanted.peek()) return;
      this.#kept = { url, token, caller, upAt: 0, leg: "" };
      keep(this.#kept);
      await this.line.connect(url, token);
    } catch (error) {
      this.#finish();
      this.#fail(error);
    }
  }

  /** After a reload: the call goes on where it was. */
  async resume(): Promise<void> {
    const call = taken(Date.now());
    if (!call) return;
    this.#kept = call;
    this.chosen.value = call.caller;
    this.upAt.value = call.upAt;
    if (call.leg) {
      await this.telephone.resume(call.caller, call.url, call.token, call.leg);
      return;
    }
    this.#wanted.value = true;
    await this.line.connect(call.url, call.token);
  }

  hangUp(): void {
    if (this.isCalled.peek()) {
      this.telephone.line.hangUp(this.telephone.line.leg.peek());
      return;
    }
    this.line.close();
    this.#finish();
  }

  /** The centre's call on this leg has begun, or, with "", is over. */
  #calledFrom(leg: string): void {
    if (leg) {
      if (!this.#kept?.leg) this.upAt.value = Date.now();
      this.#kept = { ...this.telephone.ticket, caller: this.chosen.peek(), upAt: this.upAt.peek(), leg };
      keep(this.#kept);
    } else if (this.#kept?.leg) {
      this.#finish();
    }
  }

  #finish(): void {
    this.#kept = null;
    forget();
    this.endedAt.value = this.upAt.peek() ? Date.now() : 0;
    this.#wanted.value = false;
  }

  #fail(error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    this.problem.value = error.key;
  }
}
