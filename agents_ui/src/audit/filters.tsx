/** Which deeds are looked for. */
import type { Choice } from "../api";
import { PERIODS } from "../history/period";
import { code, t } from "../texts";
import { clear, filters, isFiltered, options, set, type FilterName } from "./results";

export function Filters() {
  const found = options.value;
  return (
    <form class="card filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <Select
        name="period"
        label={t("filter.period")}
        all=""
        options={PERIODS.map((value) => ({ value, title: t(`period.${value}`) }))}
      />
      {filters.value.period === "custom" && (
        <>
          <Field name="from" label={t("filter.from")} type="date" />
          <Field name="to" label={t("filter.to")} type="date" />
        </>
      )}
      <Select name="actor" label={t("audit.who")} all={t("audit.everybody")} options={found?.actors ?? []} />
      <Select
        name="action"
        label={t("audit.what")}
        all={t("audit.everything")}
        options={(found?.actions ?? []).map((value) => ({ value, title: code("audit_action", value) }))}
      />
      <Select name="agent" label={t("audit.whom")} all={t("audit.everybody")} options={found?.agents ?? []} />
      <Field name="contact" label={t("audit.contact")} type="search" />
      <Select
        name="result"
        label={t("audit.result")}
        all={t("audit.either")}
        options={[
          { value: "done", title: t("audit.only_done") },
          { value: "refused", title: t("audit.only_refused") },
        ]}
      />
      <button type="button" class="button ghost" disabled={!isFiltered()} onClick={clear}>
        {t("filter.clear")}
      </button>
    </form>
  );
}

interface FieldProps {
  name: FilterName;
  label: string;
  type: "search" | "date";
}

function Field({ name, label, type }: FieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        id={`filter-${name}`}
        {...({ type } as { type: "search" })}
        value={filters.value[name]}
        autocomplete="off"
        placeholder={name === "contact" ? "c1-k…" : ""}
        onInput={(event) => set(name, event.currentTarget.value)}
      />
    </label>
  );
}

interface SelectProps {
  name: FilterName;
  label: string;
  /** what no choice is called; "": one has to be made */
  all: string;
  options: Choice[];
}

function Select({ name, label, all, options: choices }: SelectProps) {
  const value = filters.value[name];
  // What the address bar asks for is shown also before the choices have come.
  const known = !value || choices.some((one) => one.value === value);
  return (
    <label class="field">
      <span>{label}</span>
      <select id={`filter-${name}`} value={value} onChange={(event) => set(name, event.currentTarget.value)}>
        {all && <option value="">{all}</option>}
        {!known && <option value={value}>{value}</option>}
        {choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.title}
          </option>
        ))}
      </select>
    </label>
  );
}
