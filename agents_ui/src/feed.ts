/**
 * The one socket of a page to the service: topics as signals, asks as promises.
 *
 * The rules: what is shown is what the server said last, never a guess; a gap or a new connection asks for fresh
 * snapshots while the old rows stay on the screen; another protocol version reloads the page. What this person may not
 * follow is not asked for, so that it keeps nothing else from coming. An ask always resolves: to "" when it was done,
 * else to a text key ("offline", "timeout" or the server's refusal).
 */
import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { correctServerTime, setServerTime } from "./clock";
import { GAP, UNKNOWN, fromSnapshot, withChange, type Topic } from "./topics";
import { VERSION, type Ask, type Hello, type Told } from "./wire";

const ASK_SECONDS = 8;
/** after this silence the connection is probed: a half-open socket looks alive for minutes */
const SILENCE_SECONDS = 20;
/** so often it is probed in any case: the reply tells the server's time, and this page's clock may have been set */
const TIME_SECONDS = 60;
const LOOK_SECONDS = 5;
/** after the network or the computer came back, nobody wants to wait for an answer */
const HURRY_SECONDS = 2;
/** from opening the socket to the server's greeting */
const GREETING_SECONDS = 5;
/** before what was refused is asked for again */
const REFUSED_SECONDS = 3;
const BACK_OFF_MS = 300;
/** thousands of screens come back at once after a restart, spread over this time */
const BACK_OFF_MS_MAX = 3000;
const RELOAD_SECONDS_MIN = 30;
const NORMAL_CLOSURE = 1000;

export type Link = "connecting" | "open" | "lost" | "outdated";

interface Pending {
  resolve(refused: string): void;
  timer: ReturnType<typeof setTimeout>;
}

export class Feed {
  readonly #url: string;
  readonly #link = signal<Link>("connecting");
  readonly #hello = signal<Hello | null>(null);
  readonly #newBuild = signal(false);
  readonly #topics = new Map<string, Signal<Topic>>();
  readonly #pending = new Map<string, Pending>();
  /** topics whose fresh snapshot was asked for and has not come */
  readonly #refreshing = new Set<string>();
  readonly #page = Math.random().toString(36).slice(2, 10);
  #socket: WebSocket | null = null;
  #asks = 0;
  #failures = 0;
  #heardAt = 0;
  #probedAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #greeting: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string) {
    this.#url = url;
    this.#connect();
    setInterval(() => this.#look(), LOOK_SECONDS * 1000);
    addEventListener("online", () => this.#wake());
    addEventListener("pageshow", (event) => event.persisted && this.#wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
  }

  get link(): ReadonlySignal<Link> {
    return this.#link;
  }

  get hello(): ReadonlySignal<Hello | null> {
    return this.#hello;
  }

  /** The service was upgraded under this page: it works on, a reload brings the new screens. */
  get newBuild(): ReadonlySignal<boolean> {
    return this.#newBuild;
  }

  /** The rows of a topic; subscribes at first use. */
  topic(name: string): ReadonlySignal<Topic> {
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = signal(UNKNOWN);
      this.#topics.set(name, topic);
      if (this.#link.peek() === "open") this.#refresh([name]);
    }
    return topic;
  }

  /** Nobody looks at this topic any more: its changes need not come. */
  drop(name: string): void {
    if (!this.#topics.delete(name)) return;
    this.#refreshing.delete(name);
    if (this.#link.peek() === "open") void this.ask({ do: "unsubscribe", topics: [name] });
  }

  ask(ask: Ask, seconds = ASK_SECONDS): Promise<string> {
    const socket = this.#socket;
    if (!socket || this.#link.peek() !== "open") return Promise.resolve("offline");
    const id = `${this.#page}:${++this.#asks}`;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, "timeout"), seconds * 1000);
      this.#pending.set(id, { resolve, timer });
      socket.send(JSON.stringify({ id, ...ask }));
    });
  }

  #connect(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#greeting);
    this.#retry = undefined;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#greeting = setTimeout(() => this.#hangUp(), GREETING_SECONDS * 1000);
    socket.onmessage = (event) => this.#socket === socket && this.#hear(event.data as string);
    socket.onclose = (event) => this.#socket === socket && this.#lose(event.code);
  }

  #hear(text: string): void {
    this.#heardAt = Date.now();
    const told = JSON.parse(text) as Told;
    switch (told.kind) {
      case "hello":
        return this.#greet(told);
      case "reply":
        if (told.now) correctServerTime(told.now);
        return this.#settle(told.id, told.refused);
      case "snapshot":
        this.#refreshing.delete(told.topic);
        return this.#set(told.topic, fromSnapshot(told));
      case "change": {
        const topic = this.#topics.get(told.topic);
        if (!topic || this.#refreshing.has(told.topic)) return;
        const next = withChange(topic.peek(), told);
        if (next === GAP) this.#refresh([told.topic]);
        else topic.value = next;
      }
    }
  }

  #greet(hello: Hello): void {
    clearTimeout(this.#greeting);
    if (hello.version !== VERSION) return this.#reload();
    setServerTime(hello.now, hello.speed);
    this.#probedAt = Date.now();
    const before = this.#hello.peek();
    if (before && before.login !== hello.login) return location.reload();
    this.#newBuild.value ||= before !== null && before.build !== hello.build;
    this.#failures = 0;
    this.#hello.value = hello;
    this.#link.value = "open";
    for (const name of this.#topics.keys()) if (!hello.topics.includes(name)) this.#set(name, UNKNOWN);
    this.#refresh([...this.#topics.keys()]);
  }

  #set(name: string, value: Topic): void {
    const topic = this.#topics.get(name);
    if (topic) topic.value = value;
  }

  #refresh(names: string[]): void {
    const may = this.#hello.peek()?.topics ?? [];
    const topics = names.filter((name) => may.includes(name));
    if (!topics.length) return;
    for (const name of topics) this.#refreshing.add(name);
    void this.ask({ do: "subscribe", topics }).then((refused) => {
      if (refused === "timeout") return this.#hangUp();
      if (refused && refused !== "offline") setTimeout(() => this.#refreshAgain(topics), REFUSED_SECONDS * 1000);
    });
  }

  /** Unless a connection since then has them. */
  #refreshAgain(topics: string[]): void {
    if (this.#link.peek() === "open") this.#refresh(topics.filter((name) => this.#refreshing.has(name)));
  }

  #settle(id: string, refused: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.resolve(refused);
  }

  #look(): void {
    if (this.#link.peek() !== "open") return;
    const over = (at: number, seconds: number) => Math.abs(Date.now() - at) >= seconds * 1000; // it may be set back
    if (over(this.#heardAt, SILENCE_SECONDS) || over(this.#probedAt, TIME_SECONDS)) this.#probe(ASK_SECONDS);
  }

  /** Asks for nothing: a server that answers is there, and says how late it is. */
  #probe(seconds: number): void {
    this.#probedAt = Date.now();
    void this.ask({ do: "subscribe", topics: [] }, seconds).then((refused) => {
      if (refused === "timeout") this.#hangUp();
    });
  }

  /** The socket is open and nobody is there. */
  #hangUp(): void {
    this.#socket?.close(NORMAL_CLOSURE);
    this.#lose(NORMAL_CLOSURE);
  }

  #lose(code: number): void {
    clearTimeout(this.#greeting);
    this.#socket = null;
    if (this.#link.peek() === "outdated") return;
    this.#link.value = "lost";
    this.#refreshing.clear();
    for (const id of [...this.#pending.keys()]) this.#settle(id, "offline");
    const wait = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** this.#failures++);
    this.#retry = setTimeout(() => this.#connect(), wait * (0.5 + Math.random()));
    // A refused handshake looks like any other loss: ask whether this person is still signed in.
    if (code === 4401 || this.#failures > 1) void leaveIfSignedOut();
  }

  #wake(): void {
    if (this.#retry !== undefined) this.#connect();
    else if (this.#link.peek() === "open") this.#probe(HURRY_SECONDS);
  }

  #reload(): void {
    this.#link.value = "outdated";
    this.#socket?.close(NORMAL_CLOSURE);
    const last = Number(sessionStorage.getItem("reloaded-at") ?? 0);
    // A server that itself serves old pages must not make us reload all the time.
    const wait = last + RELOAD_SECONDS_MIN * 1000 - Date.now();
    if (wait > 0) {
      setTimeout(() => this.#reload(), wait);
      return;
    }
    sessionStorage.setItem("reloaded-at", String(Date.now()));
    location.reload();
  }
}

export function feedUrl(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/feed`;
}

async function leaveIfSignedOut(): Promise<void> {
  try {
    const answer = await fetch("/api/me");
    if (answer.status === 401) location.assign(`/sign-in?error=ended&next=${encodeURIComponent(location.pathname + location.search)}`);
  } catch {
    // No network either: the next try tells.
  }
}
