/** What was asked for and what was found: filters in the address bar, a page of deeds, the way to older ones. */
import { effect, signal } from "@preact/signals";
import { ApiError, api, type AuditOptions, type AuditPage } from "../api";
import { serverNow } from "../clock";
import { centreZone } from "../zone";
import { PERIODS, spanOf, type Period } from "../history/period";

const NAMES = ["period", "from", "to", "actor", "action", "agent", "contact", "result"] as const;
export type FilterName = (typeof NAMES)[number];
type Filters = Record<FilterName, string>;

const EMPTY: Filters = {
  period: "week",
  from: "",
  to: "",
  actor: "",
  action: "",
  agent: "",
  contact: "",
  result: "",
};
const RESULTS: Record<string, string> = { done: "false", refused: "true" };
const TYPING_MS = 250;

export const filters = signal<Filters>(fromAddress());
export const options = signal<AuditOptions | null>(null);
export const page = signal<AuditPage | null>(null);
export const loading = signal(false);
export const problem = signal("");
/** where the pages before this one began, the newest page has none */
export const before = signal<readonly string[]>([]);
export const selected = signal(0);

let asked = 0;

export const isFiltered = () => NAMES.some((name) => filters.value[name] !== EMPTY[name]);

export function set(name: FilterName, value: string): void {
  filters.value = { ...filters.peek(), [name]: value };
}

export function clear(): void {
  filters.value = EMPTY;
}

export async function load(): Promise<void> {
  const mine = ++asked;
  loading.value = true;
  try {
    const found = await api.audit(question());
    if (mine !== asked) return;
    page.value = found;
    problem.value = "";
    selected.value = 0;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (mine === asked) problem.value = error.key;
  } finally {
    if (mine === asked) loading.value = false;
  }
}

export function older(): void {
  const next = page.peek()?.next;
  if (!next) return;
  before.value = [...before.peek(), next];
  void load();
}

export function newer(): void {
  if (!before.peek().length) return;
  before.value = before.peek().slice(0, -1);
  void load();
}

/** Asks when the filters have come to rest; the first time at once. */
export function follow(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first = true;
  effect(() => {
    const given = Object.entries(filters.value).filter(([name, value]) => value !== EMPTY[name as FilterName]);
    const query = new URLSearchParams(given).toString();
    history.replaceState(null, "", query ? `/audit?${query}` : "/audit");
    clearTimeout(timer);
    before.value = [];
    timer = setTimeout(() => void load(), first ? 0 : TYPING_MS);
    first = false;
  });
  void api.auditOptions().then(
    (found) => (options.value = found),
    () => undefined, // the list's own request tells what is wrong
  );
}

function question(): Record<string, string> {
  const { period, from, to, actor, action, agent, contact, result } = filters.peek();
  const known = PERIODS.includes(period as Period) ? (period as Period) : "week";
  const span = spanOf(known, serverNow(), centreZone(), from, to);
  const number = /(\d+)\D*$/.exec(contact)?.[1] ?? "";
  const given = {
    actor,
    action,
    agent,
    contact: number,
    refused: RESULTS[result] ?? "",
    from: span.from === null ? "" : String(span.from),
    to: span.to === null ? "" : String(span.to),
    before: before.peek().at(-1) ?? "",
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
}

function fromAddress(): Filters {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, given.get(name) ?? EMPTY[name]])) as Filters;
}
