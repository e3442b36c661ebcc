/** A desk and a floor that answer, hang up and get their phone, before a service and a phone that are slow or gone. */
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Feed } from "../src/feed";
import type { PhoneView } from "../src/phone";
import type { Topic } from "../src/topics";
import type { Ask, DeskContact, Hello, Row } from "../src/wire";

vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
vi.stubGlobal("document", {
  documentElement: { lang: "en" },
  addEventListener: () => undefined,
  querySelector: () => null,
});

const phone = { said: [] as string[], show: (_: Partial<PhoneView>): void => undefined };
vi.mock("../src/phone", () => ({
  createPhone: ({ changed }: { changed: (view: PhoneView) => void }) => {
    let view = { state: "connecting", leg: "", ringing: [], error: "" } as unknown as PhoneView;
    phone.show = (change) => changed((view = { ...view, ...change }));
    return {
      connect: async () => phone.said.push("connect"),
      answer: (leg: string) => phone.said.push(`answer ${leg}`),
      hangup: (leg: string) => phone.said.push(`hang up ${leg}`),
      check: () => phone.said.push("check"),
    };
  },
}));
const station = vi.fn(async () => ({ url: "ws://media/phone", token: "ticket" }));
vi.mock("../src/api", () => ({ ApiError: class extends Error {}, api: { station } }));
const { ApiError } = await import("../src/api");
const { Desk } = await import("../src/desk/model");
const { Floor } = await import("../src/supervisor/model");

const CONTACT = { row: "contact", contact: 17, offer: 31, leg: "c1-l40", public_id: "c1-k17", can: [] as string[] };
const OFFERED = { ...CONTACT, stage: "offered" } as unknown as DeskContact;
const TALKING = { ...CONTACT, stage: "talking", offer: null } as unknown as DeskContact;

/** Asks that nobody answers until `reply`. */
function service(...rows: [string, object][]) {
  const topic = signal<Topic>({ n: 0, rows: new Map(rows as [string, Row][]) });
  const asked: Ask[] = [];
  const replies: ((refused: string) => void)[] = [];
  const feed = {
    hello: signal({ topics: ["desk:1"], powers: ["coach", "barge"] } as unknown as Hello),
    link: signal("open"),
    topic: () => topic,
    ask: (ask: Ask) => (asked.push(ask), new Promise<string>((resolve) => replies.push(resolve))),
  };
  const change = (key: string, row: object) =>
    (topic.value = { n: topic.value.n + 1, rows: new Map([...topic.value.rows, [key, row as Row]]) });
  const reply = async (index: number, refused: string) => {
    replies[index]?.(refused);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { feed: feed as unknown as Feed, asked, reply, change };
}

async function desk(...rows: [string, object][]) {
  const centre = service(...rows);
  const mine = new Desk(centre.feed);
  await mine.plugIn();
  phone.show({ state: "ready" });
  phone.said = [];
  return { ...centre, desk: mine };
}

beforeEach(() => {
  vi.useFakeTimers();
  station.mockReset();
  station.mockResolvedValue({ url: "ws://media/phone", token: "ticket" });
});
afterEach(() => vi.useRealTimers());

test("an answer goes to the phone, and the bell is off", async () => {
  const { desk: mine } = await desk(["contact", OFFERED]);
  mine.answer();
  expect([mine.answering.value, phone.said]).toEqual([31, ["answer c1-l40"]]);
});

test("an answer that got lost is no answer: it rings on, and can be answered again", async () => {
  for (const [lost, change] of [
    ["the line goes", { state: "lost" }],
    ["the microphone is refused", { error: "microphone-denied" }],
  ] as const) {
    const { desk: mine } = await desk(["contact", OFFERED]);
    mine.answer();
    phone.show(change);
    expect([lost, mine.answering.value]).toEqual([lost, null]);
  }
  const { desk: mine } = await desk(["contact", OFFERED]);
  mine.answer();
  vi.advanceTimersByTime(2_900);
  expect(mine.answering.value).toBe(31);
  vi.advanceTimersByTime(100);
  expect(mine.answering.value).toBe(null);
});

test("hanging up waits for no other ask", async () => {
  const { desk: mine, asked } = await desk(["contact", { ...TALKING, can: ["hold"] }]);
  mine.control("hold");
  mine.hangUp();
  expect(asked.map((ask) => ask.do)).toEqual(["hold", "end-contact"]);
});

test("one reply of two leaves the buttons waiting", async () => {
  const { desk: mine, reply } = await desk(["contact", { ...TALKING, can: ["hold"] }]);
  mine.ready();
  mine.control("hold");
  await reply(0, "");
  expect(mine.busy.value).toBe(true);
  await reply(1, "");
  expect(mine.busy.value).toBe(false);
});

test("where the service doesn't answer, the phone hangs up", async () => {
  const { desk: mine, asked } = await desk(["contact", TALKING]);
  mine.hangUp();
  mine.hangUp();
  vi.advanceTimersByTime(2_900);
  expect([phone.said, asked.length]).toEqual([[], 1]);
  vi.advanceTimersByTime(100);
  expect(phone.said).toEqual(["hang up c1-l40"]);
});

test("where the service can't be reached, the phone hangs up at once; where it refuses, it doesn't", async () => {
  for (const [refused, said] of [
    ["offline", ["hang up c1-l40"]],
    ["forbidden", []],
    ["", []],
  ] as const) {
    const { desk: mine, reply } = await desk(["contact", TALKING]);
    mine.hangUp();
    await reply(0, refused);
    expect([refused, phone.said]).toEqual([refused, said]);
  }
});

test("a phone that looks ready and can't be reached is asked whether it lives", async () => {
  const { change } = await desk(["me", { row: "me", station: true, queues: [] }]);
  vi.advanceTimersByTime(10_000);
  expect(phone.said).toEqual([]);
  change("me", { row: "me", station: false, queues: [] });
  vi.advanceTimersByTime(4_000);
  expect(phone.said).toEqual(["check"]);
});

test("however often somebody tries again, one line is asked for at a time", async () => {
  station.mockRejectedValue(new ApiError("offline", 0));
  const mine = new Desk(service().feed);
  await mine.plugIn();
  await mine.plugIn();
  await mine.plugIn();
  expect([mine.unplugged.value, station.mock.calls.length]).toEqual([true, 3]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(station.mock.calls.length).toBe(4);
});

test("while a power is on its way no other is asked for, and one's own call can be ended", async () => {
  const { feed, asked, reply } = service(["me", { row: "me", watching: 17 }], ["contact", TALKING]);
  const floor = new Floor(feed);
  void floor.join("coach");
  void floor.join("barge");
  floor.hangUp();
  expect(asked.map((ask) => ask.do)).toEqual(["coach", "end-contact"]);
  await reply(0, "");
  void floor.join("barge");
  expect(asked.map((ask) => ask.do)).toEqual(["coach", "end-contact", "barge"]);
});
