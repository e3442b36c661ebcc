/** One telephone call from this page, from choosing who one is to the end of the line. */
import { computed, effect, signal } from "@preact/signals";
import { ApiError, api, type Caller } from "../api";
import { Line } from "../line";
import { forget, goodbye, keep, taken, type Kept } from "./kept";

export type Stage = "choosing" | "dialling" | "up" | "interrupted" | "ended";

export class Call {
  readonly line = new Line();
  readonly callers = signal<Caller[] | null>(null);
  readonly chosen = signal("");
  readonly problem = signal("");
  /** when the line opened, by this page's clock; 0: not yet */
  readonly upAt = signal(0);
  readonly endedAt = signal(0);
  readonly #wanted = signal(false);
  #kept: Kept | null = null;

  readonly caller = computed(() => this.callers.value?.find((one) => one.id === this.chosen.value) ?? null);
  readonly stage = computed<Stage>(() => {
    if (!this.#wanted.value) return this.endedAt.value ? "ended" : "choosing";
    if (this.line.state.value === "lost") return "interrupted";
    return this.upAt.value ? "up" : "dialling";
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
    if (!caller || this.#wanted.peek()) return;
    this.problem.value = "";
    this.upAt.value = 0;
    this.endedAt.value = 0;
    this.#wanted.value = true;
    try {
      const { url, token } = await api.call(caller);
      if (!this.#wanted.peek()) return;
      this.#kept = { url, token, caller, upAt: 0 };
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
    this.#wanted.value = true;
    await this.line.connect(call.url, call.token);
  }

  hangUp(): void {
    this.line.close();
    this.#finish();
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
