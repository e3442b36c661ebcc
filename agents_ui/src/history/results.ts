/**
 * What was found: one page at a time, by cursor. A new search begins at its first page; an answer that was overtaken
 * by a newer search is dropped.
 */
import { effect, signal } from "@preact/signals";
import { ApiError, api, type HistoryOptions, type HistoryPage } from "../api";
import { serverNow } from "../clock";
import { centreZone } from "../zone";
import { filters } from "./filters";
import { PERIODS, spanOf } from "./period";

const PAGE_ROWS = 50;
const TYPING_MS = 250;

export const options = signal<HistoryOptions | null>(null);
export const page = signal<HistoryPage | null>(null);
export const problem = signal("");
export const loading = signal(false);
/** cursors of the pages before this one */
export const before = signal<readonly string[]>([]);
const cursor = signal("");
/** the row that the keyboard is at */
export const selected = signal(0);

/** Everything that is asked for, but the page. Made when it is asked: a page that is left open sees a new day. */
export function question(): Record<string, string> {
  const { period, from, to, ...fields } = filters.value;
  const known = PERIODS.find((one) => one === period) ?? "week";
  const span = spanOf(known, serverNow(), centreZone(), from, to);
  const all: Record<string, string> = { ...fields };
  if (span.from !== null) all["from"] = String(span.from);
  if (span.to !== null) all["to"] = String(span.to);
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

let asked = 0;

export async function load(): Promise<void> {
  const mine = ++asked;
  loading.value = true;
  try {
    const after = cursor.peek();
    const found = await api.history({ ...question(), limit: String(PAGE_ROWS), ...(after && { after }) });
    if (mine !== asked) return;
    page.value = found;
    selected.value = Math.min(selected.peek(), Math.max(0, found.rows.length - 1));
    problem.value = "";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (mine === asked) problem.value = error.key;
  } finally {
    if (mine === asked) loading.value = false;
  }
}

let typing: ReturnType<typeof setTimeout> | undefined;
effect(() => {
  void filters.value;
  clearTimeout(typing);
  typing = setTimeout(
    () => {
      before.value = [];
      cursor.value = "";
      selected.value = 0;
      void load();
    },
    page.peek() ? TYPING_MS : 0,
  );
});
void api.historyOptions().then(
  (all) => (options.value = all),
  () => undefined, // the search itself tells what is wrong
);

export function older(): void {
  const next = page.peek()?.next;
  if (next == null) return;
  before.value = [...before.peek(), cursor.peek()];
  cursor.value = next;
  selected.value = 0;
  void load();
}

export function newer(): void {
  cursor.value = before.peek().at(-1) ?? "";
  before.value = before.peek().slice(0, -1);
  selected.value = 0;
  void load();
}
