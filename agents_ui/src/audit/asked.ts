/** What a file was asked to hold, in words where there are some, else as it was asked; by the names of queries. */
import type { AuditOptions } from "../api";
import { serverNow } from "../clock";
import { dayAndSecond } from "../format";
import { code, either, inARow, t, worded } from "../texts";

/** by name, the family of texts that has the values */
const FAMILIES: Record<string, string> = {
  outcome: "outcome",
  direction: "way",
  language: "language",
  lang: "language",
  uncoded: "filter.uncoded",
  recorded: "filter.recorded",
  sort: "history",
  by: "report.by",
  step: "report.step",
};

export function asked(name: string, value: string, options: AuditOptions | null): string {
  if (name === "queue") return queuesNamed(value, options);
  if (name === "agent") return options?.agents.find((one) => one.value === value)?.title ?? value;
  if (/^min_/.test(name) && /^\d+$/.test(value)) return t("filter.seconds", { count: Number(value) });
  if (/^(from|to)$/.test(name) && /^\d{12,}$/.test(value)) return dayAndSecond(Number(value), serverNow());
  if (name === "order") return code("audit_order", value);
  return worded(FAMILIES[name] ?? "", value) ?? value;
}

/** "accounts, cards" by the queues' titles. */
export function queuesNamed(names: string | undefined, options: AuditOptions | null): string {
  if (!names) return "–";
  const known = new Map(options?.queues.map((one) => [one.value, either(one.title, one.title_zh)]));
  return inARow(names.split(", ").map((name) => known.get(name) ?? name));
}
