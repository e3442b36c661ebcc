/** Deeds, the newest first, to be walked with the arrow keys; and where the chain that binds them ends. */
import type { AuditRow, ChainEnd } from "../api";
import { serverNow } from "../clock";
import { dayAndSecond } from "../format";
import { useKeys } from "../keys";
import { Icon, type IconName } from "../parts/icon";
import { Loading, Nothing, Pages, Problem } from "../parts/listed";
import { toast } from "../parts/toasts";
import { code, either, refusal, t } from "../texts";
import { asked, queuesNamed } from "./asked";
import { before, load, loading, newer, older, options, page, problem, selected } from "./results";

const ICONS: Record<string, IconName> = {
  listen: "headset",
  whisper: "whisper",
  barge: "speak",
  leave: "hangup",
  take_over: "transfer",
  force_state: "cup",
  force_sign_out: "power",
  move_agent: "move",
  pull_forward: "up",
  pause_recording: "pause",
  resume_recording: "record",
  apply_centre: "sliders",
  play_recording: "play",
  read_interaction: "note",
  read_customers: "person",
  read_audit: "shield",
  export: "out",
};

export function List() {
  const rows = page.value?.rows ?? [];
  useKeys([
    { keys: ["/"], text: "keys.search_contact", run: () => document.getElementById("filter-contact")?.focus() },
    { keys: ["ArrowDown", "j"], text: "keys.next_row", run: () => move(1) },
    { keys: ["ArrowUp", "k"], text: "keys.previous_row", run: () => move(-1) },
    { keys: ["Enter"], text: "keys.open_row", run: () => open(rows[selected.peek()]) },
    { keys: ["r"], text: "keys.refresh", run: () => void load() },
    { keys: ["ArrowRight", "PageDown"], text: "keys.older", run: older, on: page.value?.next != null },
    { keys: ["ArrowLeft", "PageUp"], text: "keys.newer", run: newer, on: before.value.length > 0 },
  ]);
  return (
    <section class="card results" aria-busy={loading.value} aria-label={t("page.audit")}>
      <Results />
      <Pages
        loading={loading.value}
        load={() => void load()}
        newer={before.value.length ? newer : undefined}
        older={page.value?.next != null ? older : undefined}
      >
        {page.value?.end && <End end={page.value.end} />}
        <span class="grow" />
      </Pages>
    </section>
  );
}

function Results() {
  if (problem.value) return <Problem problem={problem.value} again={() => void load()} />;
  if (!page.value) return <Loading />;
  if (page.value.rows.length) return <Table rows={page.value.rows} />;
  return <Nothing icon="shield" title={t("audit.nothing")} about={t("audit.nothing_about")} />;
}

function Table({ rows }: { rows: AuditRow[] }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={t("page.audit")}>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">{t("audit.when")}</th>
            <th scope="col">{t("audit.who")}</th>
            <th scope="col">{t("audit.what")}</th>
            <th scope="col">{t("audit.whom")}</th>
            <th scope="col">{t("audit.contact")}</th>
            <th scope="col">{t("audit.detail")}</th>
            <th scope="col">{t("audit.result")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Line key={row.n} row={row} index={index} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const dash = <span class="quiet">–</span>;

function Line({ row, index }: { row: AuditRow; index: number }) {
  const on = selected.value === index;
  return (
    <tr
      id={`deed-${index}`}
      class={on ? "on" : ""}
      tabIndex={on ? 0 : -1}
      onFocus={() => (selected.value = index)}
      onClick={() => (selected.value = index)}
    >
      <td class="nowrap" title={t("audit.entry", { n: row.n })}>
        {dayAndSecond(row.at, serverNow())}
      </td>
      <td>{row.actor ? <span title={row.actor}>{row.actor_name}</span> : <em>{t("audit.by_itself")}</em>}</td>
      <td>
        <span class="row">
          <Icon name={ICONS[row.action] ?? "shield"} /> {code("audit_action", row.action)}
        </span>
      </td>
      <td>{row.agent_name || dash}</td>
      <td>{row.contact === null ? dash : <a href={`/history/${row.contact}`}>{row.public_id}</a>}</td>
      <td class="detail clip" title={detail(row)}>
        {detail(row) || dash}
      </td>
      <td>
        {row.refused ? (
          <span class="badge bad" title={refusal(row.refused)}>
            {t("audit.only_refused")}
          </span>
        ) : (
          <span class="quiet">{t("audit.done")}</span>
        )}
      </td>
    </tr>
  );
}

/** What a deed says beside whom it met, in a line. */
function detail(row: AuditRow): string {
  const said = new Map(row.detail);
  const parts: string[] = [];
  const to = said.get("to");
  if (row.action === "move_agent") parts.push(`${queuesNamed(said.get("from"), options.value)} → ${queuesNamed(to, options.value)}`);
  else if (row.action === "force_state" && to !== undefined) parts.push(`→ ${to === "ready" ? t("sheet.ready") : breakName(to)}`);
  for (const [name, value] of row.detail) {
    if (name === "version") parts.push(t("audit_detail.version", { value }));
    else if (name === "recording") parts.push(t("audit_detail.recording", { value }));
    else if (name === "customers") parts.push(t("audit_detail.customers", { value }));
    else if (name === "when") parts.push(t("audit_detail.afterwards"));
    else if (name === "reason") parts.push(code("audit_reason", value));
    else if (name === "what") parts.push(code("audit_what", value));
    else if (row.action === "export") parts.push(`${code("audit_filter", name)} ${asked(name, value, options.value)}`);
  }
  if (row.refused) parts.push(refusal(row.refused));
  return parts.join(" · ");
}

function breakName(reason: string): string {
  const chinese = options.value?.breaks.find((one) => one.value === reason)?.title_zh;
  return either(code("break", reason), chinese);
}

function End({ end }: { end: ChainEnd }) {
  const text = `${end.n}:${end.hash}`;
  const copy = () => void navigator.clipboard?.writeText(text).then(() => toast("audit.copied"));
  return (
    <span class="row chain" title={t("audit.end_about")}>
      <Icon name="shield" />
      <span class="quiet">{t("audit.end", { n: end.n })}</span>
      <code class="mono">{end.hash.slice(0, 12)}…</code>
      <button class="button small ghost" onClick={copy}>
        <Icon name="copy" /> {t("audit.copy")}
      </button>
    </span>
  );
}

function open(row: AuditRow | undefined): void {
  if (row?.contact != null) location.assign(`/history/${row.contact}`);
}

function move(step: number): void {
  const last = (page.peek()?.rows.length ?? 0) - 1;
  selected.value = Math.max(0, Math.min(last, selected.peek() + step));
  requestAnimationFrame(() => document.getElementById(`deed-${selected.peek()}`)?.focus());
}
