/** A report as it is read: what it is of and by which formula, the sums of its lines, the intervals of one line. */
import type { ComponentChildren } from "preact";
import { code, either, t } from "../texts";
import type { AgentLine, QueueLine, Report } from "./api";
import { ask, asked } from "./asked";
import { agentColumns, decimal, outcomeName, queueColumns, share, span, whole } from "./columns";
import { LineTable } from "./table";
import { intervalNames, periodName } from "./when";

export function Reported({ report }: { report: Report }) {
  return report.by === "queue" ? <Queues report={report} /> : <Agents report={report} />;
}

function Queues({ report }: { report: Report }) {
  const { formula, line } = asked.value;
  const columns = queueColumns(report, formula);
  const titles = new Map(report.queues.map((queue) => [queue.queue, either(queue.title, queue.title_zh)]));
  const name = (queue: string) => (queue ? (titles.get(queue) ?? queue) : t("report.all_queues"));
  const sums = report.queue_lines.filter((one) => one.interval === null);
  const chosen = sums.some((one) => one.queue === line) ? line : "";
  const all = sums.find((one) => one.queue === "");
  return (
    <>
      <Heading report={report}>
        <p>
          {t("report.formula_is", {
            formula: t(`report.formula.${formula}`),
            limits: report.queues
              .filter((queue) => queue.threshold_seconds !== null)
              .map((queue) =>
                t("report.within", { queue: name(queue.queue), seconds: queue.threshold_seconds ?? 0 }),
              )
              .join(t("report.between")),
          })}
        </p>
      </Heading>
      {all && <Strip report={report} whole={all} />}
      <section class="card" aria-label={t("report.sums")}>
        <LineTable<QueueLine>
          label={t("report.sums")}
          head={t("history.queue")}
          columns={columns}
          rows={sums.map((one) => ({ key: one.queue, name: name(one.queue), line: one, sum: !one.queue }))}
          chosen={chosen}
          choose={(queue) => ask({ line: queue })}
        />
      </section>
      <Intervals
        report={report}
        name={name(chosen)}
        columns={columns}
        lines={report.queue_lines.filter((one) => one.interval !== null && one.queue === chosen)}
      />
    </>
  );
}

function Agents({ report }: { report: Report }) {
  const { line } = asked.value;
  const columns = agentColumns(report);
  const names = new Map(report.agents.map((agent) => [String(agent.agent), agent.name]));
  const order = new Map(report.agents.map((agent, index) => [agent.agent, index]));
  const name = (agent: string) => (agent ? (names.get(agent) ?? agent) : t("report.all_agents"));
  const place = (one: AgentLine) => (one.agent === null ? -1 : (order.get(one.agent) ?? 0));
  const sums = report.agent_lines
    .filter((one) => one.interval === null)
    .toSorted((a, b) => place(a) - place(b));
  const key = (one: AgentLine) => (one.agent === null ? "" : String(one.agent));
  const chosen = names.has(line) ? line : "";
  return (
    <>
      <Heading report={report}>
        <p>{t("report.agents_about")}</p>
      </Heading>
      <section class="card" aria-label={t("report.sums")}>
        <LineTable<AgentLine>
          label={t("report.sums")}
          head={t("history.agent")}
          columns={columns}
          rows={sums.map((one) => ({ key: key(one), name: name(key(one)), line: one, sum: one.agent === null }))}
          chosen={chosen}
          choose={(agent) => ask({ line: agent })}
        />
      </section>
      <Intervals
        report={report}
        name={name(chosen)}
        columns={columns}
        lines={report.agent_lines.filter((one) => one.interval !== null && key(one) === chosen)}
      />
    </>
  );
}

function Heading({ report, children }: { report: Report; children: ComponentChildren }) {
  return (
    <header class="heading">
      <h2>{t(`report.title.${report.by}`)}</h2>
      <p class="quiet">
        {periodName(report)} · {report.zone} · {t(`report.step.${report.step as "15" | "30" | "60" | "day"}`)}
      </p>
      {children}
    </header>
  );
}

/** The day at a glance. */
function Strip({ report, whole: all }: { report: Report; whole: QueueLine }) {
  const contacts = report.contacts.find((one) => one.interval === null);
  const alone = ["resolved_in_ivr", "left_in_ivr"].map(
    (outcome) => [outcome, contacts?.outcomes[outcome] ?? 0] as const,
  );
  const figures: [string, string][] = [
    ...(contacts
      ? [
          [t("report.contacts"), whole(contacts.began)] as [string, string],
          ...alone.map(([outcome, count]): [string, string] => [
            outcomeName(outcome),
            share(contacts.began ? (100 * count) / contacts.began : null),
          ]),
        ]
      : []),
    [t("report.entered"), whole(all.entered)],
    [t("report.answered"), whole(all.answered)],
    [t("report.abandoned"), whole(all.abandoned)],
    [t("report.service_level"), share(all.service_level[asked.value.formula])],
    [t("report.average_answer_ms"), span(all.average_answer_ms)],
    [t("report.average_handle_ms"), span(all.average_handle_ms)],
    [t("report.staffed"), decimal(all.staffed)],
  ];
  return (
    <dl class="card strip">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt class="label">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface IntervalsProps<Line> {
  report: Report;
  name: string;
  columns: Parameters<typeof LineTable<Line>>[0]["columns"];
  lines: Line[];
}

function Intervals<Line extends { interval: number | null }>({
  report,
  name,
  columns,
  lines,
}: IntervalsProps<Line>) {
  const names = intervalNames(report);
  const label = t("report.intervals_of", { name });
  return (
    <section class="card intervals" aria-label={label}>
      <header>
        <h2>{label}</h2>
      </header>
      {lines.length ? (
        <LineTable<Line>
          label={label}
          head={code("report", report.step === "day" ? "day" : "interval")}
          columns={columns}
          rows={lines.map((line) => ({
            key: String(line.interval),
            name: names[line.interval ?? 0] ?? "",
            line,
          }))}
        />
      ) : (
        <p class="empty">{t("report.nothing")}</p>
      )}
    </section>
  );
}
