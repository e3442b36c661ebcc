/**
 * What an agent's desk knows and may do: rows of the agent's topic, the phone, and asks with their refusals shown.
 */
import { computed, effect, signal } from "@preact/signals";
import { ApiError, api } from "../api";
import type { Feed } from "../feed";
import { HangUp } from "../hangup";
import { Line } from "../line";
import { done, toast } from "../parts/toasts";
import type { Ask, DeskContact, Me, Target, Todo } from "../wire";
import type { Callee } from "./calling";
import { Drafts } from "./drafts";
import { afterThis, queuesOf, stateName } from "./stages";

const STATION_RETRY_SECONDS = 5;
/** the service says that this phone can't be reached, and the phone that it is ready: one of them errs */
const STATION_DOUBT_SECONDS = 4;
/** an answer that led to no talk by then was lost on the way: it rings on */
const ANSWER_SECONDS = 3;

/** Asks that name nothing but the contact. */
export type Control =
  | "hold"
  | "resume"
  | "swap"
  | "conference"
  | "complete"
  | "take-back"
  | "leave"
  | "pause-recording"
  | "resume-recording"
  | "start-recording"
  | "refuse-recording";

/** With whom a new call begins: nobody yet, a customer, a number. */
export interface NewCall {
  words: string;
  customer: number | null;
}

/** Whom another page wants to be called from here: `/desk?call=+14155550101&customer=1`. Asked once. */
export function askedFor(): NewCall | null {
  const asked = new URLSearchParams(location.search);
  const words = asked.get("call");
  if (words === null) return null;
  history.replaceState(null, "", location.pathname);
  return { words, customer: Number(asked.get("customer")) || null };
}

export class Desk {
  readonly line = new Line();
  readonly drafts = new Drafts(() => this.feed.hello.peek()?.login ?? "");
  /** no line could be had from the service */
  readonly unplugged = signal(false);
  readonly #asking = signal(0);
  /** an ask is on its way: its buttons wait */
  readonly busy = computed(() => this.#asking.value > 0);
  /** the offer that was answered here and has not become a talk yet */
  readonly answering = signal<number | null>(null);
  /** the kinds of break are shown */
  readonly choosing = signal(false);
  /** the engagement in the to-do list that is being coded */
  readonly opened = signal<number | null>(null);
  /** whom this contact is sent to is being chosen */
  readonly sending = signal(false);
  /** the telephone's keys are shown */
  readonly keypad = signal(false);
  /** a new call is being chosen */
  readonly calling = signal<NewCall | null>(null);

  readonly #topic = computed(() => {
    const name = this.feed.hello.value?.topics.find((topic) => topic.startsWith("desk:"));
    return name ? this.feed.topic(name).value : null;
  });
  /** undefined: not told yet; null: this person has no desk */
  readonly me = computed(() => {
    if (!this.feed.hello.value) return undefined;
    const topic = this.#topic.value;
    if (!topic) return null;
    return topic.rows.get("me") as Me | undefined;
  });
  readonly contact = computed(
    () => (this.#topic.value?.rows.get("contact") as DeskContact | undefined) ?? null,
  );
  readonly todos = computed(() =>
    [...(this.#topic.value?.rows.values() ?? [])]
      .filter((row): row is Todo => row.row === "todo")
      .sort((a, b) => a.at - b.at),
  );

  /** Nothing keeps this agent from making a call. */
  readonly mayCall = computed(() => {
    const me = this.me.value;
    const free = me?.routing === "off_queue" || me?.routing === "idle";
    // From wrap-up too: what is still to be coded goes on the list.
    const wrapsUp = me?.routing === "wrap_up" && this.contact.value?.stage === "wrap_up";
    return !!me && me.station && me.watching === null && (wrapsUp || (free && !this.contact.value));
  });

  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #hangUp: HangUp;
  /** what was chosen here and is not so yet */
  #wished = "";

  constructor(readonly feed: Feed) {
    this.#hangUp = new HangUp(feed, this.line, this.contact);
    effect(() => {
      if (this.contact.value?.offer !== this.answering.peek()) this.answering.value = null;
    });
    effect(() => {
      if (!this.line.usable.value || this.line.error.value) this.answering.value = null;
    });
    effect(() => {
      if (this.answering.value === null) return undefined;
      const lost = setTimeout(() => (this.answering.value = null), ANSWER_SECONDS * 1000);
      return () => clearTimeout(lost);
    });
    effect(() => {
      if (this.me.value?.station !== false || !this.line.usable.value) return undefined;
      const doubt = setInterval(() => this.line.check(), STATION_DOUBT_SECONDS * 1000);
      return () => clearInterval(doubt);
    });
    effect(() => {
      if (this.line.error.value === "ticket") void this.plugIn();
    });
    effect(() => {
      if (this.contact.value?.stage !== "offered") return;
      // A call comes before everything else; what was half-written is kept as a draft.
      this.choosing.value = false;
      this.opened.value = null;
      this.calling.value = null;
    });
    let before: Me | null | undefined;
    effect(() => {
      const me = this.me.value;
      if (me && before) this.#tellWhatOthersDid(before, me);
      before = me;
    });
    effect(() => {
      if (!this.contact.value?.can.includes("consult")) this.sending.value = false;
    });
    effect(() => {
      if (this.contact.value?.stage !== "talking") this.keypad.value = false;
    });
    effect(() => {
      const stillThere = this.todos.value.some((todo) => todo.engagement === this.opened.peek());
      if (!stillThere) this.opened.value = null;
    });
  }

  /** Lets this desk be rung: asks for its line, again until it has one. A ticket that grew old is renewed. */
  async plugIn(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      const { url, token } = await api.station();
      this.unplugged.value = false;
      await this.line.connect(url, token);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.unplugged.value = true;
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => void this.plugIn(), STATION_RETRY_SECONDS * 1000);
    }
  }

  /** Another tab has the phone: this one takes it. */
  takePhone(): void {
    if (this.line.state.peek() === "watching") this.line.claim();
    else void this.plugIn();
  }

  ready(): void {
    this.#wished = "ready:";
    void this.#ask({ do: "ready" });
  }

  away(reason: string): void {
    this.#wished = `away:${reason}`;
    void this.#ask({ do: "away", reason });
  }

  signOff(): void {
    this.#wished = "offline:";
    void this.#ask({ do: "sign-off" });
  }

  answer(): void {
    const contact = this.contact.peek();
    if (contact?.stage !== "offered" || !this.line.usable.peek()) return;
    this.answering.value = contact.offer;
    this.line.answer(contact.leg);
  }

  decline(): void {
    const contact = this.contact.peek();
    if (contact?.offer != null) void this.#ask({ do: "decline", offer: contact.offer });
  }

  /** Whether this is possible now. */
  may(control: Control | "transfer" | "consult" | "identify" | "end-contact"): boolean {
    return !!this.contact.value?.can.includes(control);
  }

  async identify(customer: number): Promise<boolean> {
    const contact = this.contact.peek();
    return (
      !!contact?.can.includes("identify") &&
      (await this.#ask({ do: "identify", contact: contact.contact, customer }))
    );
  }

  control(control: Control): void {
    const contact = this.contact.peek();
    if (contact?.can.includes(control)) void this.#ask({ do: control, contact: contact.contact });
  }

  /** The caller goes there, or waits while the agent asks first. What was noted so far goes along. */
  async send(to: Target, first: boolean): Promise<void> {
    const contact = this.contact.peek();
    if (!contact) return;
    await this.#saveWords(contact);
    const sent = await this.#ask({ do: first ? "consult" : "transfer", contact: contact.contact, to });
    if (sent) this.sending.value = false;
  }

  async call(callee: Callee, queue: string): Promise<void> {
    const contact = this.contact.peek();
    if (contact) await this.#saveWords(contact);
    const ask: Ask =
      callee.agent !== null
        ? { do: "call-agent", agent: callee.agent }
        : { do: "dial", number: callee.number, customer: callee.customer, queue };
    if (await this.#ask(ask)) this.calling.value = null;
  }

  hangUp(): void {
    void this.#hangUp.end();
  }

  save(engagement: number, disposition: string, note: string, finished: boolean): Promise<boolean> {
    return this.#ask({ do: "save", engagement, disposition, note, done: finished });
  }

  /** What was noted so far, where something else begins before it is finished. */
  async #saveWords({ public_id, engagement }: DeskContact): Promise<void> {
    const words = this.drafts.wordsOf(public_id);
    if (words && engagement !== null) await this.save(engagement, words.disposition, words.note, false);
  }

  /** A supervisor may set somebody's state and queues: nobody should find out by waiting for calls. */
  #tellWhatOthersDid(was: Me, me: Me): void {
    const state = `${me.presence}:${me.reason}`;
    const bySystem = ["signed_in", "no_answer", "our_fault"].includes(me.reason);
    if (state !== `${was.presence}:${was.reason}` && !bySystem) {
      if (state !== this.#wished) toast("presence.set_for_you", { state: stateName(me) });
      this.#wished = "";
    }
    const chosenHere = this.#wished.replace(/:$/, "") === me.postponed;
    if (me.postponed && me.postponed !== was.postponed && !chosenHere)
      toast("presence.set_for_you", { state: afterThis(me) });
    if (me.queues.join() !== was.queues.join()) {
      if (me.queues.length) toast("presence.queues_changed", { queues: queuesOf(me) });
      else toast("presence.queues_none");
    }
  }

  async #ask(ask: Ask): Promise<boolean> {
    this.#asking.value++;
    const refused = await this.feed.ask(ask);
    this.#asking.value--;
    return done(refused);
  }
}
