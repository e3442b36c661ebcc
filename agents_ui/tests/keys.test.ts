/** Which key events act: what is typed, what is the rest of a word, what lies under a dialog. */
import { beforeEach, expect, test, vi } from "vitest";

class HTMLElement {
  isContentEditable = false;
  closest(): null {
    return null;
  }
}
class HTMLInputElement extends HTMLElement {
  type = "text";
}
class HTMLTextAreaElement extends HTMLElement {}
class HTMLSelectElement extends HTMLElement {}
const heard = new Map<string, (event: object) => void>();
let dialogs = 0;
vi.stubGlobal("document", {
  documentElement: { lang: "en" },
  body: new HTMLElement(),
  addEventListener: (name: string, run: (event: object) => void) => void heard.set(name, run),
  querySelectorAll: () => ({ length: dialogs }),
});
for (const one of [HTMLElement, HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement])
  vi.stubGlobal(one.name, one);
const { allBindings } = await import("../src/keys");

const done: string[] = [];
const [line, note, page] = [new HTMLInputElement(), new HTMLTextAreaElement(), new HTMLElement()];

function bind(layer: number, key: string, more: object = {}): void {
  const binding = { keys: [key], text: "keys.help", group: "help.page", layer, run: () => done.push(key), ...more };
  (allBindings as { value: unknown }).value = [...allBindings.value, binding];
}

/** Whether the browser does nothing of its own with it. */
function press(target: HTMLElement, key: string, more: object = {}): boolean {
  let prevented = false;
  const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, code: "" };
  heard.get("keydown")?.({ key, target, ...held, ...more, preventDefault: () => (prevented = true) });
  return prevented;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(5_000);
  done.length = 0;
  dialogs = 0;
  heard.get("pointerdown")?.({});
  (allBindings as { value: unknown }).value = [];
});

test("a letter acts on the page and not while somebody types; with Alt it does both", () => {
  bind(0, "h");
  bind(0, "Alt+h");
  press(note, "h");
  expect(done).toEqual([]);
  press(note, "h", { altKey: true, code: "KeyH" });
  heard.get("pointerdown")?.({});
  press(page, "h");
  expect(done).toEqual(["Alt+h", "h"]);
});

test("the rest of a word whose field has gone does nothing, however long it is", () => {
  for (const key of ["a", "D", "Enter", " "]) bind(0, key);
  bind(0, "Shift+D");
  press(note, "x");
  for (const key of ["a", "D", "Enter", " ", "a", "x", "a", "x", "a"]) {
    vi.advanceTimersByTime(300);
    expect([key, press(page, key, { shiftKey: key === "D" })]).toEqual([key, true]);
  }
  expect(done).toEqual([]);
  vi.advanceTimersByTime(1_000);
  press(page, "a");
  expect(done).toEqual(["a"]);
});

test("a word that is being composed of several keys is one too", () => {
  bind(0, "a");
  press(note, "Process", { isComposing: true });
  press(page, "a");
  expect(done).toEqual([]);
});

test("who leaves a field by a key or with the mouse has ended the word", () => {
  bind(0, "a");
  for (const [field, leave] of [
    [line, () => press(line, "Enter")],
    [line, () => press(line, "Escape")],
    [note, () => press(note, "Tab")],
    [note, () => heard.get("pointerdown")?.({})],
  ] as const) {
    press(field, "x");
    leave();
    press(page, "a");
  }
  press(note, "x");
  press(note, "Enter"); // a new line
  press(page, "a");
  expect(done).toEqual(["a", "a", "a", "a"]);
});

test("what was typed is undone in its field, what was done on the page", () => {
  bind(0, "Ctrl+z");
  expect(press(note, "z", { ctrlKey: true })).toBe(false);
  expect(press(page, "z", { ctrlKey: true })).toBe(true);
  expect(done).toEqual(["Ctrl+z"]);
});

test("under a dialog nothing acts but what acts everywhere", () => {
  bind(0, "r");
  bind(0, "?", { everywhere: true });
  bind(1, "m");
  dialogs = 1;
  for (const key of ["r", "?", "m"]) press(page, key);
  expect(done).toEqual(["?", "m"]);
});

test("a key that says so acts while somebody types", () => {
  bind(0, "Escape", { typing: true });
  press(note, "Escape");
  expect(done).toEqual(["Escape"]);
});
