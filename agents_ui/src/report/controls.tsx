/** Of whom, when, in which intervals, by which formula. */
import { serverNow } from "../clock";
import { Icon } from "../parts/icon";
import { t } from "../texts";
import { language } from "../texts/language";
import { centreZone, dayFrom } from "../zone";
import { ask, asked, FORMULAS, query, report, STEPS } from "./asked";

const SPANS = [
  ["yesterday", -1, -1],
  ["today", 0, 0],
  ["week", -7, -1],
  ["month", -31, -1],
] as const;

export function Controls() {
  const { by, step, formula } = asked.value;
  const zone = report.value?.zone ?? centreZone();
  const shown = report.value;
  const first = asked.value.from || shown?.first || "";
  const last = asked.value.to || asked.value.from || shown?.last || "";
  const days = (offset: number) => dayFrom(serverNow(), zone, offset);
  const span = SPANS.find(([, from, to]) => days(from) === first && days(to) === last)?.[0] ?? "custom";
  return (
    <form class="card filters" onSubmit={(event) => event.preventDefault()}>
      <div class="usual">
        <fieldset class="field either">
          <legend>{t("report.by")}</legend>
          {(["queue", "agent"] as const).map((one) => (
            <label key={one} class={`button ${by === one ? "primary" : ""}`}>
              <input
                type="radio"
                name="by"
                class="hidden-text"
                checked={by === one}
                onChange={() => ask({ by: one, line: "" })}
              />
              {t(`report.by.${one}`)}
            </label>
          ))}
        </fieldset>
        <label class="field">
          <span>{t("filter.period")}</span>
          <select
            value={span}
            onChange={(event) => {
              const chosen = SPANS.find(([name]) => name === event.currentTarget.value);
              if (chosen) spanOf(days(chosen[1]), days(chosen[2]));
            }}
          >
            {[...SPANS.map(([name]) => name), "custom" as const].map((name) => (
              <option key={name} value={name} disabled={name === "custom"}>
                {t(`report.period.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t("filter.from")}</span>
          <input
            type="date"
            value={first}
            max={last}
            required
            onChange={(event) => event.currentTarget.value && spanOf(event.currentTarget.value, last)}
          />
        </label>
        <label class="field">
          <span>{t("filter.to")}</span>
          <input
            type="date"
            value={last}
            min={first}
            required
            onChange={(event) => event.currentTarget.value && spanOf(first, event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t("report.step")}</span>
          <select
            value={step}
            onChange={(event) => ask({ step: event.currentTarget.value as (typeof STEPS)[number] })}
          >
            {STEPS.map((one) => (
              <option key={one} value={one}>
                {t(`report.step.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {by === "queue" && (
          <label class="field wide">
            <span>{t("report.formula")}</span>
            <select
              value={formula}
              onChange={(event) => ask({ formula: event.currentTarget.value as (typeof FORMULAS)[number] })}
            >
              {FORMULAS.map((one) => (
                <option key={one} value={one}>
                  {t(`report.formula.${one}`)}
                </option>
              ))}
            </select>
          </label>
        )}
        <div class="row ends">
          <a
            class="button ghost"
            href={`/api/report.csv?${new URLSearchParams({ ...query.value, lang: language.value })}`}
            download
            title={t("report.csv_about")}
          >
            <Icon name="down" /> CSV
          </a>
        </div>
      </div>
    </form>
  );
}

/** A long period is told day by day: more lines than a month's half hours nobody reads. */
function spanOf(from: string, to: string): void {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  ask({ from, to, ...(days > 7 && { step: "day" as const }) });
}
