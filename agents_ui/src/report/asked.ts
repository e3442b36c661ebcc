/** What is reported on. The address bar says it, so a report can be kept as a bookmark or sent to a colleague. */
import { computed, effect, signal } from "@preact/signals";
import { ApiError } from "../api";
import { type By, type Formula, readReport, type Report } from "./api";

export const FORMULAS = ["of_offered", "of_answered", "in_time"] as const;
export const STEPS = ["15", "30", "60", "day"] as const;

export interface Asked {
  by: By;
  /** days of the centre; "": yesterday */
  from: string;
  to: string;
  step: (typeof STEPS)[number];
  formula: Formula;
  /** the line whose intervals are shown: a queue's name or an agent's number; "": all */
  line: string;
}

const USUAL: Asked = { by: "queue", from: "", to: "", step: "30", formula: "of_offered", line: "" };

export const asked = signal<Asked>(fromAddress());
export const report = signal<Report | null>(null);
export const problem = signal("");
export const loading = signal(false);

export function ask(changes: Partial<Asked>): void {
  asked.value = { ...asked.peek(), ...changes };
}

/** What the service is asked: formula and line are chosen here, of what it tells. */
export const query = computed(() => {
  const { by, from, to, step } = asked.value;
  return { by, step, ...(from && { from }), ...(to && { to }) } as Record<string, string>;
});

const key = computed(() => JSON.stringify(query.value));

effect(() => {
  const given = Object.entries(asked.value).filter(([name, value]) => value !== USUAL[name as keyof Asked]);
  const address = new URLSearchParams(given).toString();
  history.replaceState(null, "", address ? `/report?${address}` : "/report");
});

let latest = 0;
export async function load(): Promise<void> {
  const mine = ++latest;
  loading.value = true;
  try {
    const found = await readReport(query.peek());
    if (mine !== latest) return;
    report.value = found;
    problem.value = "";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (mine === latest) problem.value = error.key;
  } finally {
    if (mine === latest) loading.value = false;
  }
}

effect(() => {
  void key.value;
  void load();
});

function fromAddress(): Asked {
  const given = new URLSearchParams(location.search);
  const one = <T extends string>(name: keyof Asked, allowed: readonly T[]): T =>
    allowed.find((value) => value === given.get(name)) ?? (USUAL[name] as T);
  return {
    by: one("by", ["queue", "agent"]),
    from: given.get("from") ?? "",
    to: given.get("to") ?? "",
    step: one("step", STEPS),
    formula: one("formula", FORMULAS),
    line: given.get("line") ?? "",
  };
}
