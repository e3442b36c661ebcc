/** The phone's line: that one which died without a word is noticed, and dialled again. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { VERSION } from "../src/phone/wire";

class Socket {
  static readonly OPEN = 1;
  static made: Socket[] = [];
  readyState = 0;
  bufferedAmount = 0;
  said: { event: string }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    Socket.made.push(this);
  }

  send(text: string): void {
    this.said.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 2;
  }

  tell(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** The media process takes it, and the desk can be rung. */
  accept(leg: string | null = null): this {
    this.readyState = 1;
    this.onopen?.();
    this.tell({ event: "connected", version: VERSION });
    this.tell({ event: "start", streamSid: "s", leg: null });
    if (leg !== null) this.tell({ event: "start", streamSid: "s", leg });
    return this;
  }

  pings(): number {
    return this.said.filter((one) => one.event === "ping").length;
  }
}

const happened = new Map<string, (event: object) => void>();
const listen = (name: string, run: (event: object) => void): void => void happened.set(name, run);
const kept = new Map<string, string>();
class Channel {
  postMessage(): void {}
  close(): void {}
}

beforeEach(() => {
  vi.useFakeTimers();
  const clocks = { setTimeout, clearTimeout, setInterval, clearInterval };
  vi.stubGlobal("window", { ...clocks, addEventListener: listen, removeEventListener: () => undefined });
  vi.stubGlobal("document", { hidden: false, addEventListener: listen, hasFocus: () => false });
  vi.stubGlobal("location", { search: "" });
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  });
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.doMock("../src/phone/sound", () => ({
    PhoneError: class extends Error {},
    Sound: { open: () => new Promise(() => undefined) },
  }));
  Socket.made = [];
});
afterEach(() => vi.useRealTimers());

async function plugged() {
  const { Phone } = await import("../src/phone/phone");
  const phone = new Phone({ worklet: "", changed: () => undefined });
  phone.plugIn("ws://media/phone", "ticket");
  return { phone, first: Socket.made[0]!.accept() };
}

test("a quiet line is asked for a sign of life, and one that gives it is left alone", async () => {
  const { phone, first } = await plugged();
  for (let asked = 1; asked <= 20; asked++) {
    vi.advanceTimersByTime(5_000);
    expect(first.pings()).toBe(asked);
    first.tell({ event: "pong" });
  }
  expect([phone.view.state, Socket.made.length]).toEqual(["ready", 1]);
});

test("a line that owes two answers is dead, and is dialled again", async () => {
  const { phone, first } = await plugged();
  vi.advanceTimersByTime(14_500);
  expect([phone.view.state, first.pings()]).toEqual(["ready", 2]);
  vi.advanceTimersByTime(500);
  expect(phone.view.state).toBe("lost");
  vi.advanceTimersByTime(300);
  Socket.made[1]?.accept();
  expect([phone.view.state, Socket.made.length]).toEqual(["ready", 2]);
});

test("in a call three silent seconds are enough", async () => {
  const { phone, first } = await plugged();
  first.tell({ event: "start", streamSid: "s", leg: "c1-l40" });
  first.tell({ event: "quality", quality: { frames: 100, lost: 0, late: 0, jitter_ms: 1 } });
  expect(phone.view.quality?.score).toBe(4);
  vi.advanceTimersByTime(3_000);
  expect([phone.view.state, phone.view.leg, phone.view.quality]).toEqual(["lost", "c1-l40", null]);
  vi.advanceTimersByTime(300);
  Socket.made[1]?.accept("c1-l40");
  expect([phone.view.state, phone.view.leg]).toEqual(["ready", "c1-l40"]);
});

test("a line that doesn't open is given up and tried again", async () => {
  const { first } = await plugged();
  first.onclose?.({ code: 1006 });
  vi.advanceTimersByTime(300);
  expect(Socket.made.length).toBe(2);
  vi.advanceTimersByTime(6_000);
  expect(Socket.made.length).toBe(3);
});

test("when the network is back nobody waits: a lost line is dialled at once, an open one asked", async () => {
  const { phone, first } = await plugged();
  happened.get("online")?.({});
  expect(first.pings()).toBe(1);
  vi.advanceTimersByTime(2_000);
  expect(phone.view.state).toBe("lost");
  happened.get("visibilitychange")?.({});
  expect(Socket.made.length).toBe(2);
  vi.advanceTimersByTime(1_000);
  expect(Socket.made.length).toBe(2);
});

test("a page that slept asks before it gives its line up", async () => {
  const { phone, first } = await plugged();
  vi.advanceTimersByTime(400);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(500);
  expect([phone.view.state, first.pings()]).toEqual(["ready", 1]);
  first.tell({ event: "pong" });
  vi.advanceTimersByTime(4_000);
  expect(phone.view.state).toBe("ready");
});
