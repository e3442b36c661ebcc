/**
 * A telephone in a page: a caller's, that of an agent's desk, or one that outside people own; the ticket says which.
 *
 *     const phone = new Phone({ worklet, changed: (view) => show(view) });
 *     await phone.connect(url, token);       // throws PhoneError; also `view.error`
 *     phone.answer(leg); phone.mute(true); phone.press("5"); phone.hangup();
 *
 *     phone.plugIn(url, token);              // rings when it is called; the microphone is asked for by `answer`
 *
 * The rule: the view is a whole picture of how the phone stands, new with each change. When the network goes the
 * phone comes back by itself and has its call again; nobody has to do anything. A page that goes away without
 * hanging up, because it reloads or is closed, is waited for like one whose network went.
 */
import { Floor } from "./floor";
import type { JitterFigures } from "./jitter";
import { Pulse } from "./pulse";
import { PhoneError, Sound } from "./sound";
import { FINAL_CODES, VERSION, type LineQuality, type PhoneErrorCode, type Said, type Told } from "./wire";

export { PhoneError } from "./sound";

export type PhoneState =
  | "off"
  | "connecting"
  /** can be rung, or is in a call; see `leg` */
  | "ready"
  /** another tab of this desk has the phone; `claim()` takes it */
  | "watching"
  /** the network is gone; it is being dialled again */
  | "lost"
  /** a caller's call is over; see `cause` */
  | "ended"
  /** see `error` */
  | "failed";

export interface Quality {
  /** 0 (nothing gets through) to 4 (clear) */
  score: number;
  /** of our frames that did not reach the server in time */
  lostPercent: number;
  jitterMs: number;
  /** how long this page holds the other's voice back to even it out */
  delayMs: number;
  /** times that the other's voice broke off in the last seconds */
  gaps: number;
}

export interface PhoneView {
  state: PhoneState;
  /** the leg that one talks on, "" when none */
  leg: string;
  /** legs that ring here; one with `auto` is being answered already */
  ringing: readonly { leg: string; offer: number; auto: boolean }[];
  muted: boolean;
  /** what others keyed in this talk, the newest last */
  keysHeard: string;
  quality: Quality | null;
  /** another page of this browser is in a call too: half duplex, the page in front speaks */
  sameComputer: boolean;
  /** this page has the floor: its microphone is open and it plays aloud */
  floor: boolean;
  /** false: the browser is silent until somebody touches the page */
  audible: boolean;
  /** why the last leg ended: hung_up, released, vanished, system, refused; failed: it was not answered */
  cause: string;
  error: PhoneErrorCode | "";
}

export interface PhoneOptions {
  /** where the built worklet.ts lies */
  worklet: string | URL;
  changed(view: PhoneView): void;
  /** "full" lets two pages of one browser speak at once; by default the page's address may say `?duplex=full` */
  duplex?: "auto" | "full";
}

const BACK_OFF_MS = 150;
const BACK_OFF_MS_MAX = 2000;
/** the server gives a leg up after 20 s; a little more, so that it is the one to say so */
const CALLER_REJOIN_MS = 25_000;
const UNSENT_BYTES_MAX = 16_384;
const SOFT = 0.06;
const KEYS_SHOWN_MAX = 20;
const TAB_KEY = "callcenter-tab";

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

export class Phone {
  readonly #options: PhoneOptions;
  readonly #floor: Floor;
  readonly #pulse: Pulse;
  readonly #fullDuplex: boolean;
  #view = OFF;
  #sound: Sound | null = null;
  #opening: Promise<Sound> | null = null;
  #socket: WebSocket | null = null;
  #address = "";
  #caller = false;
  #telephone = false;
  #joined = false;
  #chunk = 0;
  #tries = 0;
  #lostAt = 0;
  #retry = 0;
  #figures: JitterFigures | null = null;

  constructor(options: PhoneOptions) {
    this.#options = options;
    const asked = options.duplex ?? new URLSearchParams(location.search).get("duplex");
    this.#fullDuplex = asked === "full";
    this.#floor = new Floor(() => this.#applyFloor());
    this.#pulse = new Pulse({
      inCall: () => !!this.#view.leg,
      ask: () => this.#say({ event: "ping" }),
      dead: () => this.#dropLine(),
    });
    window.addEventListener("online", () => this.check());
    window.addEventListener("pageshow", (event) => event.persisted && this.check());
    document.addEventListener("visibilitychange", () => document.hidden || this.check());
  }

  get view(): PhoneView {
    return this.#view;
  }

  /** Opens the microphone, then the line. */
  async connect(url: string, token: string): Promise<void> {
    this.#begin(url, token);
    try {
      await this.#openSound();
    } catch (error) {
      if (error instanceof PhoneError) this.#fail(error.code);
      throw error;
    }
    this.#dial();
  }

  /** Can be called from now on. `leg`: the call that this page was in a moment ago, before it was loaded anew. */
  plugIn(url: string, token: string, leg = ""): void {
    this.#begin(url, token);
    this.#telephone = true;
    this.#show({ leg });
    this.#dial();
  }

  /** Without a microphone nothing is answered; `view.error` says why, and it goes on ringing. */
  async answer(leg: string): Promise<void> {
    this.#show({ error: "" });
    try {
      await this.#openSound();
    } catch (error) {
      if (!(error instanceof PhoneError)) throw error;
      this.#show({ error: error.code });
      return;
    }
    const isOver = this.#telephone && !this.#view.ringing.some((ring) => ring.leg === leg);
    if (!isOver) this.#say({ event: "answer", leg });
    else if (!this.#view.leg) this.#release(); // it was given up while the browser asked for the microphone
  }

  /** Ends the call one is in, or the one named; one that rings is declined. */
  hangup(leg?: string): void {
    this.#say(leg === undefined ? { event: "hangup" } : { event: "hangup", leg });
  }

  press(digit: string): void {
    this.#say({ event: "dtmf", dtmf: { digit } });
  }

  mute(muted: boolean): void {
    this.#show({ muted });
    this.#applyFloor();
  }

  /** The line may be dead without a word: it is asked, and dialled anew at once when it doesn't answer. */
  check(): void {
    if (this.#view.state === "lost" && !this.#socket) this.#dial();
    else this.#pulse.hurry();
  }

  /** Takes the desk's phone over from another tab. */
  claim(): void {
    this.#say({ event: "claim" });
  }

  /** Puts the phone away and lets go of the microphone. A caller's call is ended by it. */
  close(): void {
    if ((this.#caller || this.#telephone) && this.#view.leg) this.hangup();
    this.#hangUpLine();
    this.#sound?.close();
    this.#sound = null;
    this.#floor.leave();
    this.#show({ ...OFF });
  }

  // --- The line ---

  #begin(url: string, token: string): void {
    this.#hangUpLine();
    this.#address = `${url}${url.includes("?") ? "&" : "?"}token=${encodeURIComponent(token)}`;
    this.#caller = this.#telephone = this.#joined = false;
    this.#tries = 0;
    this.#lostAt = 0;
    this.#show({ ...OFF, muted: this.#view.muted, audible: this.#view.audible, state: "connecting" });
  }

  #dial(): void {
    window.clearTimeout(this.#retry);
    this.#pulse.begin();
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    this.#chunk = 0;
    socket.onopen = () => {
      const mediaFormat = { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 } as const;
      const leg = this.#telephone ? this.#view.leg : "";
      this.#say({ event: "start", start: { mediaFormat, tab: tabName(), rejoin: this.#joined, leg } });
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      this.#pulse.heard();
      this.#told(JSON.parse(event.data) as Told);
    };
    socket.onclose = (event) => this.#closed(event.code);
  }

  /** The network took it away, and no socket says so. */
  #dropLine(): void {
    this.#hangUpLine();
    this.#closed(0);
  }

  #closed(code: number): void {
    this.#pulse.end();
    this.#socket = null;
    const final = FINAL_CODES[code];
    if (final === "ended") {
      this.#endCall(this.#view.cause);
    } else if (final !== undefined) {
      this.#fail(final);
    } else {
      this.#lostAt ||= performance.now();
      if (this.#caller && performance.now() - this.#lostAt > CALLER_REJOIN_MS) {
        this.#endCall("vanished");
        return;
      }
      const backOff = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** this.#tries++);
      this.#retry = window.setTimeout(() => this.#dial(), backOff * (0.5 + Math.random()));
      this.#show({ state: "lost", ringing: [], quality: null });
    }
  }

  #told(message: Told): void {
    switch (message.event) {
      case "media":
        this.#sound?.hear(bytesOf(message.media.payload), message.media.chunk);
        break;
      case "connected":
        if (message.version !== VERSION) this.#fail("version");
        break;
      case "start":
        this.#started(message.leg);
        break;
      case "ring": {
        const { leg, offer, auto } = message;
        this.#show({ ringing: [...this.#withoutRing(leg), { leg, offer, auto }] });
        if (auto) void this.answer(leg);
        break;
      }
      case "dtmf":
        this.#show({ keysHeard: (this.#view.keysHeard + message.dtmf.digit).slice(-KEYS_SHOWN_MAX) });
        break;
      case "ended":
        this.#legEnded(message.leg, message.cause);
        break;
      case "watching":
        this.#leaveCall();
        this.#show({ state: "watching", ringing: [] });
        break;
      case "quality":
        this.#show({ quality: judged(message.quality, this.#figures) });
        break;
      case "error":
      case "pong":
        break;
    }
  }

  #started(leg: string | null): void {
    if (leg !== null && !this.#joined) this.#caller = true; // a desk's first start names no leg
    this.#joined = true;
    this.#tries = 0;
    this.#lostAt = 0;
    this.#sound?.clear();
    if (leg === null) {
      if (this.#telephone && this.#view.leg) return; // what became of its call is told next
      this.#leaveCall();
      this.#show({ state: "ready" });
      return;
    }
    if (!this.#fullDuplex) this.#floor.enter();
    this.#show({ state: "ready", leg, cause: "", ringing: this.#withoutRing(leg) });
    if (!this.#sound) void this.#openSound().catch((error) => this.#fail(codeOf(error)));
  }

  #legEnded(leg: string, cause: string): void {
    if (leg === this.#view.leg) {
      this.#leaveCall();
      if (this.#telephone) this.#release(); // until it rings again nobody listens
      this.#show({ state: "ready" });
    }
    this.#show({ cause, ringing: this.#withoutRing(leg) });
  }

  #leaveCall(): void {
    this.#sound?.clear();
    this.#floor.leave();
    this.#show({ leg: "", keysHeard: "", quality: null });
  }

  #endCall(cause: string): void {
    this.#leaveCall();
    this.#release();
    this.#show({ state: "ended", cause });
  }

  #fail(error: PhoneErrorCode): void {
    this.#hangUpLine();
    this.#leaveCall();
    this.#release();
    this.#show({ state: "failed", error, ringing: [] });
  }

  #release(): void {
    this.#sound?.close();
    this.#sound = null;
  }

  /** Drops the socket without a word; nothing of it is heard any more. */
  #hangUpLine(): void {
    window.clearTimeout(this.#retry);
    this.#pulse.end();
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  // --- Sound ---

  async #openSound(): Promise<void> {
    if (!this.#sound) {
      this.#opening ??= Sound.open(this.#options.worklet, {
        said: (frame) => this.#send(frame),
        figures: (figures) => (this.#figures = figures),
        audible: (audible) => this.#show({ audible }),
      });
      try {
        this.#sound = await this.#opening;
      } finally {
        this.#opening = null;
      }
    }
    this.#applyFloor();
  }

  #send(frame: Uint8Array): void {
    const socket = this.#socket;
    if (!this.#view.leg || socket?.readyState !== WebSocket.OPEN) return;
    const chunk = this.#chunk++;
    if (socket.bufferedAmount > UNSENT_BYTES_MAX) return; // late already
    this.#say({ event: "media", media: { payload: textOf(frame), timestamp: chunk * 20, chunk } });
  }

  #applyFloor(): void {
    const { shared, mine } = this.#floor;
    if (this.#sound) {
      this.#sound.closed = this.#view.muted || !mine;
      this.#sound.volume = mine ? 1 : SOFT;
    }
    this.#show({ sameComputer: shared, floor: mine });
  }

  // --- Small things ---

  #withoutRing(leg: string): PhoneView["ringing"] {
    return this.#view.ringing.filter((ring) => ring.leg !== leg);
  }

  #say(message: Said): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #show(change: Partial<PhoneView>): void {
    this.#view = { ...this.#view, ...change };
    this.#options.changed(this.#view);
  }
}

function judged(line: LineQuality, heard: JitterFigures | null): Quality {
  const expected = line.frames + line.lost;
  const lostPercent = expected === 0 ? 100 : Math.round((100 * (line.lost + line.late)) / expected);
  const gaps = heard?.gaps ?? 0;
  const delayMs = heard?.delayMs ?? 0;
  const faults = [lostPercent > 1, lostPercent > 5, lostPercent > 20, line.jitter_ms > 40 || gaps > 1];
  return { score: 4 - faults.filter(Boolean).length, lostPercent, jitterMs: line.jitter_ms, delayMs, gaps };
}

function codeOf(error: unknown): PhoneErrorCode {
  if (error instanceof PhoneError) return error.code;
  throw error;
}

/** The same for one tab, also after a reload. */
function tabName(): string {
  let name = sessionStorage.getItem(TAB_KEY);
  if (name === null) {
    name = crypto.randomUUID();
    sessionStorage.setItem(TAB_KEY, name);
  }
  return name;
}

function textOf(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
