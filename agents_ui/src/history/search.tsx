/**
 * The search: filters, a table to walk with the arrow keys, and pages. The filters stand in the address bar,
 * so a search can be kept as a bookmark or sent to a colleague.
 */
import { computed, effect, signal } from "@preact/signals";
import { ApiError, api, type HistoryOptions, type HistoryPage, type HistoryRow, type Person } from "../api";
import { serverNow } from "../clock";
import { dayAndTime, duration, telephone } from "../format";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { outcomeTone } from "../states";
import { code, t } from "../texts";
import { Filters, filters } from "./filters";
import { spanOf, type Period } from "./period";
import { go, onLink } from "./route";

const PAGE_ROWS = 50;
const TYPING_MS = 250;

const options = signal<HistoryOptions | null>(null);
const page = signal<HistoryPage | null>(null);
const problem = signal("");
const loading = signal(false);
/** cursors of the pages before this one */
const before = signal<readonly string[]>([]);
const cursor = signal("");
const selected = signal(0);

const query = computed(() => {
  const { period, from, to, ...fields } = filters.value;
  const span = spanOf(period as Period, new Date(), from, to);
  const all: Record<string, string> = { ...fields, limit: String(PAGE_ROWS) };
  if (span.from !== null) all["from"] = String(span.from);
  if (span.to !== null) all["to"] = String(span.to);
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
});

let asked = 0;

async function load(): Promise<void> {
  const mine = ++asked;
  loading.value = true;
  try {
    const found = await api.history({ ...query.peek(), ...(cursor.peek() && { before: cursor.peek() }) });
    if (mine !== asked) return;
    page.value = found;
    selected.value = 0;
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
  void query.value;
  clearTimeout(typing);
  typing = setTimeout(() => {
    before.value = [];
    cursor.value = "";
    void load();
  }, page.peek() ? TYPING_MS : 0);
});
void api.historyOptions().then(
  (all) => (options.value = all),
  () => undefined, // the search itself tells what is wrong
);

export function Search({ active, person }: { active: boolean; person: Person | null }) {
  const rows = page.value?.rows ?? [];
  useKeys([
    { keys: ["/"], text: "keys.search", run: () => document.getElementById("filter-number")?.focus(), on: active },
    { keys: ["ArrowDown", "j"], text: "keys.next_row", run: () => move(1), on: active },
    { keys: ["ArrowUp", "k"], text: "keys.previous_row", run: () => move(-1), on: active },
    { keys: ["Enter"], text: "keys.open_row", run: () => open(rows[selected.peek()]), on: active },
    { keys: ["ArrowRight", "PageDown"], text: "keys.older", run: older, on: active && page.value?.next != null },
    { keys: ["ArrowLeft", "PageUp"], text: "keys.newer", run: newer, on: active && before.value.length > 0 },
  ]);
  return (
    <div class="search">
      <Filters options={options.value} person={person} />
      <section class="card results" aria-busy={loading.value} aria-label={t("history.results")}>
        {problem.value ? <Problem /> : page.value ? rows.length ? <Table rows={rows} /> : <Nothing /> : <Loading />}
        <footer>
          <span class="quiet" role="status">
            {page.value && !problem.value && (rows.length ? t("history.shown", { count: rows.length }) : "")}
          </span>
          <span class="grow" />
          <button class="button small" disabled={!before.value.length} onClick={newer}>
            <Icon name="left" /> {t("history.newer")}
          </button>
          <button class="button small" disabled={page.value?.next == null} onClick={older}>
            {t("history.older")} <Icon name="right" />
          </button>
        </footer>
      </section>
    </div>
  );
}

function Table({ rows }: { rows: HistoryRow[] }) {
  return (
    <div class="table-scroll">
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">{t("history.started")}</th>
            <th scope="col">{t("history.customer")}</th>
            <th scope="col">{t("history.number")}</th>
            <th scope="col">{t("history.queue")}</th>
            <th scope="col">{t("history.agent")}</th>
            <th scope="col">{t("history.outcome")}</th>
            <th scope="col">{t("history.disposition")}</th>
            <th scope="col" class="num">{t("history.wait")}</th>
            <th scope="col" class="num">{t("history.talk")}</th>
            <th scope="col"><span class="hidden-text">{t("history.recording")}</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Line key={row.interaction} row={row} index={index} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ row, index }: { row: HistoryRow; index: number }) {
  const on = selected.value === index;
  return (
    <tr id={`row-${index}`} class={on ? "on" : ""} onClick={(event) => event.target instanceof HTMLAnchorElement || open(row)}>
      <td>
        <a href={url(row)} onClick={onLink} onFocus={() => (selected.value = index)} tabIndex={on ? 0 : -1}>
          {dayAndTime(row.started_at, serverNow())}
        </a>
      </td>
      <td class="clip who">{row.customer || <span class="quiet">{t("caller.unknown")}</span>}</td>
      <td>{row.number ? telephone(row.number) : <span class="quiet">{t("caller.withheld")}</span>}</td>
      <td>{row.queue_title || dash}</td>
      <td>{row.agent || dash}</td>
      <td>
        <span class="row">
          <span class={`dot ${outcomeTone(row.outcome)}`} />
          {code("outcome", row.outcome || "live")}
        </span>
      </td>
      <td>{row.disposition ? code("disposition", row.disposition) : dash}</td>
      <td class="num">{row.queue ? duration(row.wait_ms) : dash}</td>
      <td class="num">{row.talk_ms ? duration(row.talk_ms) : dash}</td>
      <td class="quiet">{row.recording && <Icon name="play" label={t("history.recorded")} />}</td>
    </tr>
  );
}

const dash = <span class="quiet">–</span>;

function Problem() {
  return (
    <div class="empty" role="alert">
      <Icon name="alert" />
      <strong>{code("error", problem.value)}</strong>
      <button class="button" onClick={() => void load()}>
        {t("error.try_again")}
      </button>
    </div>
  );
}

function Nothing() {
  return (
    <div class="empty">
      <Icon name="search" />
      <strong>{t("history.nothing")}</strong>
      <p>{t("history.nothing_about")}</p>
    </div>
  );
}

function Loading() {
  return (
    <div class="loading" role="status" aria-label={t("frame.loading")}>
      {Array.from({ length: 12 }, (_, index) => (
        <div key={index} class="skeleton" />
      ))}
    </div>
  );
}

function url(row: HistoryRow): string {
  return `/history/${row.interaction}`;
}

function open(row: HistoryRow | undefined): void {
  if (row) go(url(row));
}

function move(step: number): void {
  const last = (page.peek()?.rows.length ?? 0) - 1;
  selected.value = Math.max(0, Math.min(last, selected.peek() + step));
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`#row-${selected.peek()} a`)?.focus());
}

function older(): void {
  const next = page.peek()?.next;
  if (next == null) return;
  before.value = [...before.peek(), cursor.peek()];
  cursor.value = next;
  void load();
}

function newer(): void {
  cursor.value = before.peek().at(-1) ?? "";
  before.value = before.peek().slice(0, -1);
  void load();
}
