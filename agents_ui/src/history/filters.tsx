/**
 * What is searched for. The address bar says it too, so a search can be kept or sent. What one seldom asks for stands
 * behind a button that tells how much of it is set.
 */
import { effect, signal } from "@preact/signals";
import type { HistoryOptions, Option, Person } from "../api";
import { Icon } from "../parts/icon";
import { code, either, t } from "../texts";
import { PERIODS } from "./period";

const USUAL = ["period", "from", "to", "number", "customer", "queue", "agent", "outcome"] as const;
const SELDOM = [
  "disposition",
  "uncoded",
  "direction",
  "language",
  "recorded",
  "min_wait",
  "min_talk",
  "note",
] as const;
const SORTED = ["sort", "order"] as const;
const NAMES = [...USUAL, ...SELDOM, ...SORTED] as const;
export type FilterName = (typeof NAMES)[number];
export type FilterValues = Record<FilterName, string>;

const DIRECTIONS = ["inbound", "outbound", "internal"] as const;
const WAITS_SECONDS = [10, 20, 30, 60, 120, 300, 600];
const TALKS_SECONDS = [60, 180, 300, 600, 1200];

const EMPTY = {
  ...(Object.fromEntries(NAMES.map((name) => [name, ""])) as FilterValues),
  period: "week",
  sort: "started",
  order: "down",
};

export const filters = signal<FilterValues>(fromAddress());
const unfolded = signal(SELDOM.some((name) => filters.peek()[name] !== ""));

effect(() => {
  const given = Object.entries(filters.value).filter(([name, value]) => value !== EMPTY[name as FilterName]);
  if (location.pathname !== "/history") return;
  const query = new URLSearchParams(given).toString();
  history.replaceState(null, "", query ? `/history?${query}` : "/history");
});

export function set(changes: Partial<FilterValues>): void {
  filters.value = { ...filters.peek(), ...changes };
}

export function Filters({ options, person }: { options: HistoryOptions | null; person: Person | null }) {
  const { period } = filters.value;
  const seldom = SELDOM.filter((name) => filters.value[name] !== "").length;
  const changed = NAMES.some((name) => filters.value[name] !== EMPTY[name]);
  return (
    <form class="card filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <div class="usual">
        <Choice name="period" options={PERIODS.map((value) => ({ value, title: t(`period.${value}`) }))} />
        {period === "custom" && (
          <>
            <Field name="from" type="date" />
            <Field name="to" type="date" />
          </>
        )}
        <Field name="number" type="search" hint={t("filter.number_hint")} />
        <Field name="customer" type="search" hint={t("filter.customer_hint")} />
        <Choice name="queue" options={options?.queues} all />
        {person?.role !== "agent" && <Choice name="agent" options={options?.agents} all />}
        <Choice name="outcome" options={named(options?.outcomes, "outcome")} all />
        <div class="row ends">
          <button
            type="button"
            class="button ghost"
            aria-expanded={unfolded.value}
            aria-controls="seldom"
            onClick={() => (unfolded.value = !unfolded.value)}
          >
            <Icon name="sliders" />
            {seldom ? t("filter.more_set", { count: seldom }) : t("filter.more")}
          </button>
          <button
            type="button"
            class="button ghost"
            disabled={!changed}
            onClick={() => (filters.value = EMPTY)}
          >
            {t("filter.clear")}
          </button>
        </div>
      </div>
      <div id="seldom" class="seldom" hidden={!unfolded.value}>
        <Seldom options={options} />
      </div>
    </form>
  );
}

function Seldom({ options }: { options: HistoryOptions | null }) {
  const atLeast = (seconds: number[]) =>
    seconds.map((value) => ({
      value: String(value),
      title: value < 60 ? t("filter.seconds", { count: value }) : t("filter.minutes", { count: value / 60 }),
    }));
  return (
    <>
      <Choice name="disposition" options={options?.dispositions} all />
      <Choice
        name="uncoded"
        options={[
          { value: "true", title: t("filter.uncoded.true") },
          { value: "false", title: t("filter.uncoded.false") },
        ]}
        all
      />
      <Choice
        name="direction"
        options={DIRECTIONS.map((value) => ({ value, title: t(`way.${value}`) }))}
        all
      />
      <Choice name="language" options={named(options?.languages, "language")} all />
      <Choice
        name="recorded"
        options={[
          { value: "true", title: t("filter.recorded.true") },
          { value: "false", title: t("filter.recorded.false") },
        ]}
        all
      />
      <Choice name="min_wait" options={atLeast(WAITS_SECONDS)} all />
      <Choice name="min_talk" options={atLeast(TALKS_SECONDS)} all />
      <Field name="note" type="search" />
    </>
  );
}

function named(options: Option[] | undefined, family: string): Option[] | undefined {
  return options?.map((one) => ({ ...one, title: code(family, one.value) }));
}

interface FieldProps {
  name: FilterName;
  type: "search" | "date";
  hint?: string;
}

function Field({ name, type, hint = "" }: FieldProps) {
  return (
    <label class="field">
      <span>{code("filter", name)}</span>
      <input
        id={`filter-${name}`}
        {...({ type } as { type: "search" })}
        value={filters.value[name]}
        autocomplete="off"
        maxLength={100}
        placeholder={hint}
        onInput={(event) => set({ [name]: event.currentTarget.value })}
      />
    </label>
  );
}

interface ChoiceProps {
  name: FilterName;
  options: Option[] | undefined;
  all?: boolean;
}

function Choice({ name, options, all = false }: ChoiceProps) {
  return (
    <label class="field">
      <span>{code("filter", name)}</span>
      <select value={filters.value[name]} onChange={(event) => set({ [name]: event.currentTarget.value })}>
        {all && <option value="">{t("filter.all")}</option>}
        {options?.map((one) => (
          <option key={one.value} value={one.value}>
            {either(one.title || one.value, one.title_zh)}
          </option>
        ))}
      </select>
    </label>
  );
}

function fromAddress(): FilterValues {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, given.get(name) || EMPTY[name]])) as FilterValues;
}
