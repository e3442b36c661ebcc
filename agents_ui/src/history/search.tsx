/**
 * The search: filters, a table to walk with the arrow keys, and pages. The filters stand in the address bar,
 * so a search can be kept as a bookmark or sent to a colleague.
 */
import type { HistoryRow, Person } from "../api";
import { serverNow } from "../clock";
import { dayAndTime, duration, telephone } from "../format";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { outcomeTone } from "../states";
import { code, t } from "../texts";
import { Filters } from "./filters";
import { before, load, loading, newer, older, options, page, problem, selected } from "./results";
import { go, onLink } from "./route";

export function Search({ active, person }: { active: boolean; person: Person | null }) {
  const rows = page.value?.rows ?? [];
  useKeys([
    {
      keys: ["/"],
      text: "keys.search",
      run: () => document.getElementById("filter-number")?.focus(),
      on: active,
    },
    { keys: ["ArrowDown", "j"], text: "keys.next_row", run: () => move(1), on: active },
    { keys: ["ArrowUp", "k"], text: "keys.previous_row", run: () => move(-1), on: active },
    { keys: ["Enter"], text: "keys.open_row", run: () => open(rows[selected.peek()]), on: active },
    { keys: ["r"], text: "keys.refresh", run: () => void load(), on: active },
    {
      keys: ["ArrowRight", "PageDown"],
      text: "keys.older",
      run: older,
      on: active && page.value?.next != null,
    },
    { keys: ["ArrowLeft", "PageUp"], text: "keys.newer", run: newer, on: active && before.value.length > 0 },
  ]);
  return (
    <div class="search">
      <Filters options={options.value} person={person} />
      <section class="card results" aria-busy={loading.value} aria-label={t("history.results")}>
        <Results />
        <footer>
          <span class="quiet" role="status">
            {page.value && !problem.value && (rows.length ? t("history.shown", { count: rows.length }) : "")}
          </span>
          <span class="grow" />
          <button class="button small ghost" disabled={loading.value} onClick={() => void load()}>
            {t("history.refresh")} <kbd aria-hidden="true">R</kbd>
          </button>
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

function Results() {
  if (problem.value) return <Problem />;
  if (!page.value) return <Loading />;
  return page.value.rows.length ? <Table rows={page.value.rows} /> : <Nothing />;
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
            <th scope="col" class="num">
              {t("history.wait")}
            </th>
            <th scope="col" class="num">
              {t("history.talk")}
            </th>
            <th scope="col" class="num">
              {t("history.wrap")}
            </th>
            <th scope="col">
              <span class="hidden-text">{t("history.recording")}</span>
            </th>
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
    <tr
      id={`row-${index}`}
      class={on ? "on" : ""}
      onClick={(event) => event.target instanceof HTMLAnchorElement || open(row)}
    >
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
      <td class="num">{row.wrap_ms === null ? dash : duration(row.wrap_ms)}</td>
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
