/**
 * What a supervisor's floor knows and may do: queues, agents, who waits; the supervisor's own phone; and powers over
 * others, as asks with their refusals shown. What is shown is what the service says, never what was asked for.
 */
import { computed, effect, signal } from "@preact/signals";
import { ApiError, api } from "../api";
import { serverNow } from "../clock";
import type { Feed } from "../feed";
import { HangUp } from "../hangup";
import { Line } from "../line";
import { done, toast, undoable } from "../parts/toasts";
import { code, either, inARow, queueTitle, t } from "../texts";
import { locale } from "../texts/language";
import type { AgentRow, Ask, DeskContact, Me, QueueRow, WaitingRow } from "../wire";

const STATION_RETRY_SECONDS = 5;
const PHONE_SECONDS_MAX = 15;
const LISTENABLE = ["talk", "hold", "consult", "conference"];
const WATCHED_SINCE = "watched-since";

/** What a refusal means to somebody who is not the agent. */
const FROM_HERE: Record<string, string> = {
  phone_not_served: "not_heard",
  not_talking: "talk_over",
  unknown_agent: "agent_gone",
  consulting: "while_consulting",
};

export type Power = "monitor" | "coach" | "barge";
export const PARTS: Record<Power, string> = { monitor: "listens", coach: "coaches", barge: "talks" };

/** What has to be confirmed before it is done. */
export type Question = { kind: "take_over"; agent: AgentRow } | { kind: "sign_out"; agent: AgentRow };

export class Floor {
  readonly line = new Line();
  /** a line was asked for, and none could be had from the service */
  readonly unplugged = signal(false);
  readonly #asking = signal(0);
  /** an ask is on its way: its buttons wait */
  readonly busy = computed(() => this.#asking.value > 0);
  /** the agent whose line is chosen in the list */
  readonly selected = signal<number | null>(null);
  /** the agent whose sheet is open */
  readonly opened = signal<number | null>(null);
  /** the agent who is being moved to other queues */
  readonly moving = signal<number | null>(null);
  readonly question = signal<Question | null>(null);
  /** only this queue is looked at; "": all */
  readonly queue = signal("");

  /** null: not told yet */
  readonly allowed = computed(() => this.feed.hello.value?.topics.includes("queues") ?? null);
  readonly powers = computed(() => new Set(this.feed.hello.value?.powers ?? []));
  readonly loaded = computed(
    () =>
      this.allowed.value === true &&
      this.feed.topic("queues").value.n >= 0 &&
      this.feed.topic("agents").value.n >= 0,
  );
  readonly queues = computed(() =>
    ([...this.feed.topic("queues").value.rows.values()] as QueueRow[]).sort((a, b) =>
      queueTitle(a).localeCompare(queueTitle(b), locale.value),
    ),
  );
  readonly agents = computed(() => [...this.feed.topic("agents").value.rows.values()] as AgentRow[]);
  readonly waiting = computed(() => [...this.feed.topic("waiting").value.rows.values()] as WaitingRow[]);
  readonly titles = computed(() => new Map(this.queues.value.map((one) => [one.queue, queueTitle(one)])));

  readonly #skills = computed(() => new Map(this.feed.hello.value?.skills_zh));
  readonly #desk = computed(() => {
    const name = this.feed.hello.value?.topics.find((topic) => topic.startsWith("desk:"));
    return name ? this.feed.topic(name).value.rows : null;
  });
  /** null: this person has no agent's number, so no phone */
  readonly me = computed(() => (this.#desk.value?.get("me") as Me | undefined) ?? null);
  /** a call of one's own: taken over, or one that rings */
  readonly own = computed(() => (this.#desk.value?.get("contact") as DeskContact | undefined) ?? null);
  /** who talks where I am */
  readonly watched = computed(() => {
    const contact = this.me.value?.watching;
    if (contact == null) return [];
    return this.agents.value.filter((one) => one.contact === contact && LISTENABLE.includes(one.doing));
  });
  /** since when, as far as this browser knows */
  readonly watchedSince = signal(0);

  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #hangUp: HangUp;

  constructor(readonly feed: Feed) {
    this.#hangUp = new HangUp(feed, this.line, this.own);
    effect(() => {
      const contact = this.me.value?.watching ?? null;
      this.watchedSince.value = contact === null ? forgetSince() : sinceOf(contact);
    });
    effect(() => {
      if (this.line.error.value === "ticket") void this.plugIn();
    });
  }

  queueTitle(queue: string): string {
    return this.titles.value.get(queue) ?? queue;
  }

  agent(number: number | null): AgentRow | undefined {
    return number === null ? undefined : this.agents.value.find((one) => one.agent === number);
  }

  may(power: string): boolean {
    return this.powers.value.has(power);
  }

  /** Whether this agent is in a talk that can be listened to. */
  canListen(agent: AgentRow | undefined): agent is AgentRow & { contact: number } {
    return !!agent && agent.contact !== null && LISTENABLE.includes(agent.doing) && !this.isMe(agent);
  }

  isMe(agent: AgentRow): boolean {
    return agent.agent === this.feed.hello.value?.agent;
  }

  // --- The phone ---

  /** Asks for this supervisor's line, again until there is one. */
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

  // --- Powers ---

  /** Into the agent's talk, or into another part of the talk where one is. */
  async join(power: Power, agent?: AgentRow): Promise<void> {
    if (!this.may(power) || this.busy.peek()) return;
    const watching = this.me.peek()?.watching ?? null;
    const contact = watching ?? (this.canListen(agent) ? agent.contact : null);
    if (contact === null) return;
    if (watching === null && !(await this.#phone())) return;
    await this.ask({ do: power, contact });
  }

  /** Ends the call of one's own. */
  hangUp(): void {
    void this.#hangUp.end();
  }

  leave(): void {
    const contact = this.me.peek()?.watching;
    if (contact != null) void this.ask({ do: "leave", contact });
  }

  /** The question comes first. */
  askToTakeOver(): void {
    const agent = this.watched.peek()[0];
    if (agent && this.may("take-over")) this.question.value = { kind: "take_over", agent };
  }

  async takeOver(agent: AgentRow): Promise<void> {
    const contact = this.me.peek()?.watching;
    if (contact == null) return;
    if (await this.ask({ do: "take-over", contact })) toast("done.take_over", { name: agent.name });
  }

  async signOut(agent: AgentRow): Promise<void> {
    if (await this.ask({ do: "force-sign-out", agent: agent.agent }))
      toast("done.sign_out", { name: agent.name });
  }

  /** `reason` "": ready. */
  async force(agent: AgentRow, reason: string): Promise<void> {
    if (!(await this.ask({ do: "force-state", agent: agent.agent, reason }))) return;
    const state = reason ? this.breakName(reason) : t("sheet.ready");
    const later = isBusy(agent);
    const text = t(later ? "done.state_after" : "done.state", { name: agent.name, state });
    const before = later ? agent.postponed || agent.presence : agent.presence;
    const undo = stateBefore(later ? before : agent.presence, later ? "" : agent.reason);
    if (undo === null) return undoable(text);
    undoable(text, () => this.#undo({ do: "force-state", agent: agent.agent, reason: undo }));
  }

  async move(agent: AgentRow, queues: string[]): Promise<void> {
    if (!(await this.ask({ do: "move-agent", agent: agent.agent, queues }))) return;
    const names = inARow(queues.map((queue) => this.queueTitle(queue)));
    const text = names
      ? t("done.move", { name: agent.name, queues: names })
      : t("done.move_none", { name: agent.name });
    undoable(text, () => this.#undo({ do: "move-agent", agent: agent.agent, queues: agent.queues }));
  }

  async pull(one: WaitingRow): Promise<void> {
    const who = one.customer || t("caller.unknown");
    if (await this.ask({ do: "pull-forward", contact: one.contact })) toast("waiting.pulled", { who });
  }

  breakName(reason: string): string {
    const hello = this.feed.hello.value;
    const chinese = hello?.break_reasons_zh[hello.break_reasons.indexOf(reason)];
    return either(code("break", reason), chinese);
  }

  /** A language is a skill like any other, and has its own name. */
  skillName(skill: string): string {
    if (/^[a-z]{2}$/.test(skill)) return code("language", skill);
    return either(code("skill", skill), this.#skills.value.get(skill));
  }

  async ask(ask: Ask): Promise<boolean> {
    this.#asking.value++;
    const refused = await this.feed.ask(ask);
    this.#asking.value--;
    return done(FROM_HERE[refused] ?? refused);
  }

  async #undo(ask: Ask): Promise<void> {
    if (await this.ask(ask)) toast("done.undone");
  }

  /** The phone can be rung, on this page. It is connected when it is needed for the first time. */
  async #phone(): Promise<boolean> {
    if (this.feed.hello.peek()?.agent == null) return done("no_phone");
    const { state, usable } = this.line;
    const ready = computed(() => usable.value && this.me.value?.station === true);
    if (ready.peek()) return true;
    if (state.peek() === "watching") this.line.claim();
    else if (state.peek() !== "connecting" && state.peek() !== "ready") void this.plugIn();
    this.#asking.value++;
    const came = await within(PHONE_SECONDS_MAX, ready);
    this.#asking.value--;
    return came || done("phone_not_ready");
  }
}

/** Something is at hand that a change of state waits for. */
export function isBusy(agent: AgentRow): boolean {
  return ["offered", "on_contact", "wrap_up"].includes(agent.routing);
}

/** What to force to have it back; null: it can't be had back so. */
function stateBefore(presence: string, reason: string): string | null {
  const [kind, postponed = ""] = presence.split(":");
  if (kind === "ready") return "";
  return kind === "away" ? postponed || reason || null : null;
}

function within(seconds: number, condition: { readonly value: boolean }): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(false), seconds * 1000);
    const stop = effect(() => {
      if (condition.value) queueMicrotask(() => finish(true));
    });
    function finish(came: boolean) {
      clearTimeout(timer);
      stop();
      resolve(came);
    }
  });
}

/** A reload of the page begins no new talk. */
function sinceOf(contact: number): number {
  const [kept, at] = (sessionStorage.getItem(WATCHED_SINCE) ?? "").split("@");
  if (Number(kept) === contact) return Number(at);
  const now = serverNow();
  sessionStorage.setItem(WATCHED_SINCE, `${contact}@${now}`);
  return now;
}

function forgetSince(): number {
  sessionStorage.removeItem(WATCHED_SINCE);
  return 0;
}
