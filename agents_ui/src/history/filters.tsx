/** What is searched for. */
import { effect, signal } from "@preact/signals";
import type { HistoryOptions, Option, Person } from "../api";
import { code, t } from "../texts";
import { PERIODS } from "./period";

const NAMES = ["period", "from", "to", "number", "customer", "queue", "agent", "outcome"] as const;
export type FilterName = (typeof NAMES)[number];
export type FilterValues = Record<FilterName, string>;

const EMPTY: FilterValues = {
  period: "week",
  from: "",
  to: "",
  number: "",
  customer: "",
  queue: "",
  agent: "",
  outcome: "",
};

export const filters = signal<FilterValues>(fromAddress());

effect(() => {
  const given = Object.entries(filters.value).filter(([name, value]) => value !== EMPTY[name as FilterName]);
  if (location.pathname !== "/history") return;
  const query = new URLSearchParams(given).toString();
  history.replaceState(null, "", query ? `/history?${query}` : "/history");
});

export function Filters({ options, person }: { options: HistoryOptions | null; person: Person | null }) {
  const { period } = filters.value;
  const changed = NAMES.some((name) => filters.value[name] !== EMPTY[name]);
  return (
    <form class="card filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <Choice name="period" options={PERIODS.map((value) => ({ value, title: t(`period.${value}`) }))} />
      {period === "custom" && (
        <>
          <Field name="from" type="date" />
          <Field name="to" type="date" />
        </>
      )}
      <Field name="number" type="search" />
      <Field name="customer" type="search" />
      <Choice name="queue" options={options?.queues} all />
      {person?.role !== "agent" && <Choice name="agent" options={options?.agents} all />}
      <Choice
        name="outcome"
        options={options?.outcomes.map((one) => ({ ...one, title: code("outcome", one.value) }))}
        all
      />
      <button type="button" class="button ghost" disabled={!changed} onClick={() => (filters.value = EMPTY)}>
        {t("filter.clear")}
      </button>
    </form>
  );
}

function Field({ name, type }: { name: FilterName; type: "search" | "date" }) {
  return (
    <label class="field">
      <span>{t(`filter.${name}`)}</span>
      <input
        id={`filter-${name}`}
        {...({ type } as { type: "search" })}
        value={filters.value[name]}
        autocomplete="off"
        placeholder={name === "number" ? "+1 415…" : ""}
        onInput={(event) => set(name, event.currentTarget.value)}
      />
    </label>
  );
}

function Choice({
  name,
  options,
  all = false,
}: {
  name: FilterName;
  options: Option[] | undefined;
  all?: boolean;
}) {
  return (
    <label class="field">
      <span>{t(`filter.${name}`)}</span>
      <select value={filters.value[name]} onChange={(event) => set(name, event.currentTarget.value)}>
        {all && <option value="">{t("filter.all")}</option>}
        {options?.map((one) => (
          <option key={one.value} value={one.value}>
            {one.title || one.value}
          </option>
        ))}
      </select>
    </label>
  );
}

function set(name: FilterName, value: string): void {
  filters.value = { ...filters.peek(), [name]: value };
}

function fromAddress(): FilterValues {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, given.get(name) ?? EMPTY[name]])) as FilterValues;
}
