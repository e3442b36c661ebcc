/**
 * The search: filters, a table to walk with the arrow keys, and pages. The filters stand in the address bar,
 * so a search can be kept as a bookmark or sent to a colleague.
 */
import { useEffect, useRef } from "preact/hooks";
import type { HistoryRow, Person } from "../api";
import { serverNow } from "../clock";
import { dayAndTime, duration, telephone } from "../format";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { Loading, Nothing, Pages, Problem } from "../parts/listed";
import { Head } from "../parts/sorting";
import { outcomeTone } from "../states";
import { code, either, t } from "../texts";
import { language } from "../texts/language";
import { Filters, filters, set } from "./filters";
import { before, load, loading, newer, older, options, page, problem, question, selected } from "./results";
import { go, onLink } from "./route";

export function Search({ active, person }: { active: boolean; person: Person | null }) {
  const rows = page.value?.rows ?? [];
  const left = useRef(false);
  useEffect(() => {
    // Back from a contact one goes on where one was.
    if (active && left.current) focusRow();
    left.current = !active;
  }, [active]);
  const byTime = filters.value.sort === "started" && filters.value.order === "down";
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
        <Pages
          loading={loading.value}
          load={() => void load()}
          newer={before.value.length ? newer : undefined}
          older={page.value?.next != null ? older : undefined}
          timeless={!byTime}
        >
          <span class="quiet" role="status">
            {page.value && !problem.value && (rows.length ? t("history.shown", { count: rows.length }) : "")}
          </span>
          <span class="grow" />
          {person?.permissions.includes("export-history") && <Download />}
        </Pages>
      </section>
    </div>
  );
}

/** A link, so that the browser itself asks where to and shows how far it is. */
function Download() {
  const url = () => `/api/history.csv?${new URLSearchParams({ ...question(), lang: language.value })}`;
  return (
    <a
      class="button small ghost"
      href={url()}
      onClick={(event) => (event.currentTarget.href = url())}
      download
      title={t("history.csv_about")}
    >
      <Icon name="down" /> CSV
    </a>
  );
}

function Results() {
  if (problem.value) return <Problem problem={problem.value} again={() => void load()} />;
  if (!page.value) return <Loading />;
  if (page.value.rows.length) return <Table rows={page.value.rows} />;
  return <Nothing icon="search" title={t("history.nothing")} about={t("history.nothing_about")} />;
}

function Table({ rows }: { rows: HistoryRow[] }) {
  return (
    <div class="table-scroll">
      <table class="grid">
        <thead>
          <tr>
            <Sorted by="started" text={t("history.started")} />
            <th scope="col">{t("history.customer")}</th>
            <th scope="col">{t("history.number")}</th>
            <th scope="col">{t("history.queue")}</th>
            <th scope="col">{t("history.agent")}</th>
            <th scope="col">{t("history.outcome")}</th>
            <th scope="col">{t("history.disposition")}</th>
            <Sorted by="wait" text={t("history.wait")} num />
            <Sorted by="talk" text={t("history.talk")} num />
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

/** The whole list is sorted, by the service: not only this page of it. */
function Sorted({ by, text, num = false }: { by: "started" | "wait" | "talk"; text: string; num?: boolean }) {
  const { sort, order } = filters.value;
  const down = sort === by ? order === "down" : null;
  return (
    <Head text={text} num={num} down={down} choose={() => set({ sort: by, order: down ? "up" : "down" })} />
  );
}

function Line({ row, index }: { row: HistoryRow; index: number }) {
  const on = selected.value === index;
  return (
    <tr
      id={`row-${index}`}
      class={on ? "on" : ""}
      onClick={(event) => event.target instanceof HTMLAnchorElement || click(row, index)}
    >
      <td>
        <a href={url(row)} onClick={onLink} onFocus={() => (selected.value = index)} tabIndex={on ? 0 : -1}>
          {dayAndTime(row.started_at, serverNow())}
        </a>
      </td>
      <td class="clip who">
        {row.customer || (
          <span class="quiet">
            {row.direction === "internal" ? t("caller.colleague") : t("caller.unknown")}
          </span>
        )}
      </td>
      <td>
        <Number row={row} />
      </td>
      <td>{either(row.queue_title, row.queue_title_zh) || dash}</td>
      <td>{row.agent || dash}</td>
      <td>
        <span class="row">
          <span class={`dot ${outcomeTone(row.outcome)}`} />
          {code("outcome", row.outcome || "live")}
        </span>
      </td>
      <td class="clip about">
        {row.disposition ? either(code("disposition", row.disposition), row.disposition_zh) : dash}
      </td>
      <td class="num">{row.queue && row.outcome ? duration(row.wait_ms) : dash}</td>
      <td class="num">{row.talk_ms ? duration(row.talk_ms) : dash}</td>
      <td class="num">{row.wrap_ms === null ? dash : duration(row.wrap_ms)}</td>
      <td class="quiet">{row.recording && <Icon name="play" label={t("history.recorded")} />}</td>
    </tr>
  );
}

/** Calls of ours have an arrow outwards; the usual ones have none. */
function Number({ row }: { row: HistoryRow }) {
  if (row.direction === "internal") return dash;
  const number = row.number ? (
    telephone(row.number)
  ) : (
    <span class="quiet">{row.direction === "inbound" ? t("caller.withheld") : "–"}</span>
  );
  return (
    <span class="row">
      {number}
      {row.direction === "outbound" && <Icon name="called" label={t("way.outbound")} />}
    </span>
  );
}

const dash = <span class="quiet">–</span>;

function url(row: HistoryRow): string {
  return `/history/${row.interaction}`;
}

/** Who drags over a number wants to copy it. */
function click(row: HistoryRow, index: number): void {
  if (getSelection()?.isCollapsed === false) return;
  selected.value = index;
  open(row);
}

function open(row: HistoryRow | undefined): void {
  if (row) go(url(row));
}

function move(step: number): void {
  const last = (page.peek()?.rows.length ?? 0) - 1;
  selected.value = Math.max(0, Math.min(last, selected.peek() + step));
  focusRow();
}

function focusRow(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`#row-${selected.peek()} a`)?.focus());
}
