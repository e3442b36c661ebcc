/** The page's socket to the service: that a screen which shows "Live" is live, whatever socket, network and server do. */
import { beforeEach, expect, test, vi } from "vitest";
import { VERSION } from "../src/wire";

class Socket {
  static made: Socket[] = [];
  said: { id: string; do: string; topics: string[] }[] = [];
  closed = false;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    Socket.made.push(this);
  }

  send(text: string): void {
    this.said.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  tell(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  greet(topics: string[], version = VERSION): void {
    this.tell({ kind: "hello", version, build: "b", now: NOW, speed: 1, login: "anna", agent: 1, topics, powers: [] });
  }

  async reply(index: number, refused: string, now = 0): Promise<void> {
    this.tell({ kind: "reply", id: this.said[index]?.id, refused, now });
    await vi.advanceTimersByTimeAsync(0);
  }
}

const NOW = 1_800_000_000_000;
const happened = new Map<string, (event: object) => void>();
const listen = (name: string, run: (event: object) => void): void => void happened.set(name, run);
const kept = new Map<string, string>();
const reload = vi.fn();
const newest = () => Socket.made.at(-1) as Socket;
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

vi.stubGlobal("addEventListener", listen);
vi.stubGlobal("document", { hidden: false, addEventListener: listen, querySelector: () => null });
vi.stubGlobal("location", { reload, assign: vi.fn(), pathname: "/desk" });
vi.stubGlobal("fetch", async () => ({ status: 200 }));
vi.stubGlobal("WebSocket", Socket);
vi.stubGlobal("sessionStorage", {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
});
vi.useFakeTimers();
vi.spyOn(Math, "random").mockReturnValue(0.5);
const { Feed } = await import("../src/feed");
const { serverNow } = await import("../src/clock");

beforeEach(() => {
  vi.clearAllTimers();
  Socket.made = [];
  kept.clear();
  reload.mockReset();
});

test("a topic that this person may not follow keeps no other from coming", async () => {
  const feed = new Feed("ws://here/feed");
  for (const name of ["queues", "desk:1", "agents"]) feed.topic(name);
  newest().greet(["desk:1", "directory"]);
  expect(newest().said.map((ask) => ask.topics)).toEqual([["desk:1"]]);
  newest().tell({ kind: "snapshot", topic: "desk:1", n: 3, rows: {} });
  expect([feed.topic("desk:1").value.n, feed.topic("queues").value.n]).toEqual([3, -1]);
});

test("rows that may not be seen any more are gone", () => {
  const feed = new Feed("ws://here/feed");
  const queues = feed.topic("queues");
  newest().greet(["queues"]);
  newest().tell({ kind: "snapshot", topic: "queues", n: 3, rows: { cards: { row: "queue" } } });
  newest().greet(["desk:1"]);
  expect(queues.value.rows.size).toBe(0);
});

test("what was refused is asked for again, until it has come", async () => {
  const feed = new Feed("ws://here/feed");
  feed.topic("desk:1");
  newest().greet(["desk:1"]);
  await newest().reply(0, "busy");
  await seconds(3);
  expect(newest().said.length).toBe(2);
  newest().tell({ kind: "snapshot", topic: "desk:1", n: 3, rows: {} });
  await newest().reply(1, "busy");
  await seconds(3);
  expect(newest().said.length).toBe(2);
});

test("a socket on which nobody greets is given up", async () => {
  const feed = new Feed("ws://here/feed");
  await seconds(4.9);
  expect(Socket.made.length).toBe(1);
  await seconds(0.5);
  expect([Socket.made.length, Socket.made[0]?.closed, feed.link.value]).toEqual([2, true, "lost"]);
  newest().greet([]);
  await seconds(6);
  expect([Socket.made.length, feed.link.value]).toEqual([2, "open"]);
});

test("when the network is back the link is probed at once, and given up after two seconds", async () => {
  for (const name of ["online", "visibilitychange"]) {
    const feed = new Feed("ws://here/feed");
    newest().greet([]);
    happened.get(name)?.({});
    expect(newest().said.length).toBe(1);
    await newest().reply(0, "");
    await seconds(3);
    expect([name, feed.link.value]).toEqual([name, "open"]);
    happened.get(name)?.({});
    await seconds(2);
    expect([name, feed.link.value]).toEqual([name, "lost"]);
    const made = Socket.made.length;
    happened.get(name)?.({});
    expect(Socket.made.length).toBe(made + 1);
    vi.clearAllTimers();
  }
});

test("a busy screen too hears the time once a minute", async () => {
  new Feed("ws://here/feed");
  newest().greet([]);
  const at = serverNow();
  for (let second = 0; second < 61; second++) {
    newest().tell({ kind: "change", topic: "x", n: second });
    await seconds(1);
  }
  expect(newest().said.map((ask) => ask.topics)).toEqual([[]]);
  vi.setSystemTime(Date.now() + 3_600_000);
  await newest().reply(0, "", at + 61_000);
  expect(serverNow()).toBe(at + 61_000);
});

test("another version reloads the page, and when that was just now, half a minute later", async () => {
  const feed = new Feed("ws://here/feed");
  newest().greet([], VERSION + 1);
  expect([reload.mock.calls.length, feed.link.value]).toEqual([1, "outdated"]);
  new Feed("ws://here/feed"); // the page that the server gave was the old one
  newest().greet([], VERSION + 1);
  await seconds(29);
  expect(reload.mock.calls.length).toBe(1);
  await seconds(2);
  expect(reload.mock.calls.length).toBe(2);
});
