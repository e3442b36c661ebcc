/** Today in intervals, asked for again and again while somebody looks; the last answer stays when one fails. */
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { ApiError, api, type Day } from "../api";

const POLL_SECONDS = 15;

export class DayFigures {
  readonly #day = signal<Day | null>(null);
  readonly #problem = signal("");
  #asked = 0;

  /** `queue`: which one, "": all; null: nobody looks */
  constructor(readonly queue: ReadonlySignal<string | null>) {
    effect(() => void this.#ask(queue.value));
    setInterval(() => void this.#ask(queue.peek()), POLL_SECONDS * 1000);
    document.addEventListener("visibilitychange", () => document.hidden || void this.#ask(queue.peek()));
  }

  /** null: nothing was told yet */
  get day(): ReadonlySignal<Day | null> {
    return this.#day;
  }

  /** the key of an error, "" when the last answer was one */
  get problem(): ReadonlySignal<string> {
    return this.#problem;
  }

  async #ask(queue: string | null): Promise<void> {
    if (queue === null || document.hidden) return;
    const mine = ++this.#asked;
    try {
      const day = await api.day(queue ? { step: "30", queue } : { step: "30" });
      if (mine !== this.#asked) return; // another queue is looked at meanwhile
      this.#day.value = day;
      this.#problem.value = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (mine === this.#asked) this.#problem.value = error.key;
    }
  }
}
