/** What a line of a report tells, column by column. */
import { duration } from "../format";
import { levelTone } from "../states";
import { code, either, t, type Key } from "../texts";
import { locale } from "../texts/language";
import type { AgentLine, Formula, QueueLine, Report } from "./api";

export interface Column<Line> {
  name: string;
  about?: string;
  show: (line: Line) => string;
  /** a colour family, where the value is judged */
  tone?: (line: Line) => string;
  /** begins a group of columns */
  first?: boolean;
}

type Count = { [Name in keyof QueueLine]: QueueLine[Name] extends number ? Name : never }[keyof QueueLine];
type Times = { [Name in keyof AgentLine]: AgentLine[Name] extends number ? Name : never }[keyof AgentLine];

export function queueColumns(report: Report, formula: Formula): Column<QueueLine>[] {
  const targets = new Map(report.queues.map((queue) => [queue.queue, queue.target_percent]));
  const count = (name: Count): Column<QueueLine> => ({
    name: t(`report.${name}` as Key),
    about: t(`report.${name}_about` as Key),
    show: (line) => whole(line[name]),
  });
  const time = (
    name: "average_answer_ms" | "average_handle_ms" | "average_talk_ms" | "average_hold_ms" | "average_wrap_up_ms",
  ): Column<QueueLine> => ({
    name: t(`report.${name}`),
    about: t(`report.${name}_about`),
    show: (line) => span(line[name]),
  });
  return [
    count("entered"),
    count("answered"),
    count("answered_in_threshold"),
    count("abandoned"),
    count("short_abandoned"),
    count("overflowed"),
    count("closed"),
    count("lost"),
    {
      name: t("report.service_level"),
      about: t(`report.formula.${formula}`),
      show: (line) => share(line.service_level[formula]),
      tone: (line) => {
        const target = targets.get(line.queue);
        return target == null ? "" : levelTone(line.service_level[formula], target);
      },
      first: true,
    },
    time("average_answer_ms"),
    {
      name: t("report.longest_wait_ms"),
      about: t("report.longest_wait_ms_about"),
      show: (line) => span(line.longest_wait_ms || null),
    },
    { ...time("average_handle_ms"), first: true },
    time("average_talk_ms"),
    time("average_hold_ms"),
    time("average_wrap_up_ms"),
    { ...count("transferred"), first: true },
    {
      name: t("report.staffed"),
      about: t("report.staffed_about"),
      show: (line) => decimal(line.staffed),
    },
  ];
}

export function agentColumns(report: Report): Column<AgentLine>[] {
  const time = (name: Times): Column<AgentLine> => ({
    name: t(`report.${name}` as Key),
    show: (line) => span(line[name] || null),
  });
  const count = (name: Times): Column<AgentLine> => ({
    name: t(`report.${name}` as Key),
    show: (line) => whole(line[name]),
  });
  const reasons = [...new Set(report.agent_lines.flatMap((line) => Object.keys(line.breaks)))].sort();
  return [
    time("signed_in_ms"),
    time("idle_ms"),
    time("ringing_ms"),
    time("talk_ms"),
    time("hold_ms"),
    time("wrap_up_ms"),
    time("not_responding_ms"),
    { ...time("break_ms"), first: true },
    ...reasons.map((reason) => ({
      name: reason ? either(code("break", reason), report.break_reasons_zh[reason]) : t("report.break_without"),
      show: (line: AgentLine) => span(line.breaks[reason] || null),
    })),
    {
      name: t("report.occupancy"),
      about: t("report.occupancy_about"),
      show: (line) => share(line.occupancy),
      first: true,
    },
    { ...count("handled"), first: true },
    { name: t("report.average_handle_ms"), show: (line) => span(line.average_handle_ms) },
    count("transferred"),
    count("consulted"),
    count("dialled"),
  ];
}

/** 83.33 → "83.3 %"; never rounds up to a 100 that was missed. */
export function share(value: number | null): string {
  if (value === null) return "–";
  const shown = value < 100 && value > 99.9 ? 99.9 : value;
  return t("report.percent", { value: fixed(shown) });
}

export function decimal(value: number): string {
  return value ? fixed(value) : "–";
}

export function span(ms: number | null): string {
  return ms === null ? "–" : duration(ms);
}

export function whole(value: number): string {
  return value ? value.toLocaleString(locale.value) : "–";
}

export function outcomeName(outcome: string): string {
  return code("outcome", outcome || "live");
}

function fixed(value: number): string {
  return value.toLocaleString(locale.value, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
