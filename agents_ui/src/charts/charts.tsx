/**
 * The day in four small charts: calls, waits, service level, staff. Each says in words what it shows; the arrow keys
 * or the pointer read single intervals.
 */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Day, DayInterval } from "../api";
import { duration, percent } from "../format";
import { t, type Key } from "../texts";
import { locale } from "../texts/language";
import type { ChartKind, Drawn } from "./draw";

export const KINDS: ChartKind[] = ["arrivals", "waits", "level", "staffing"];

const LEGENDS: Record<ChartKind, [text: Key, fill: string][]> = {
  arrivals: [
    ["chart.answered", "call"],
    ["chart.abandoned", "bad"],
    ["chart.others", "idle"],
  ],
  waits: [
    ["chart.average", "call"],
    ["chart.longest", "idle"],
  ],
  level: [],
  staffing: [["chart.staffed", "accent"]],
};

/** Rises when the theme has changed: a canvas keeps the colours that it was drawn with. */
const theme = signal(0);
new MutationObserver(() => theme.value++).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme.value++);

interface Props {
  kind: ChartKind;
  day: Day | null;
  big?: boolean;
}

export function Chart({ kind, day, big = false }: Props) {
  const point = useSignal<number | null>(null);
  const empty = day !== null && !day.intervals.some((one) => one.entered > 0 || one.staffed > 0);
  const interval = point.value === null ? undefined : day?.intervals[point.value];
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !day) return;
    event.preventDefault();
    event.stopPropagation();
    const last = day.intervals.length - 1;
    point.value = Math.max(0, Math.min(last, (point.value ?? last + (step > 0 ? 0 : 1)) + step));
  };
  return (
    <figure class="card chart">
      <figcaption>
        <h3>{t(`chart.${kind}`)}</h3>
        {interval && day ? (
          <span class="reading">
            {reading(kind, interval, day)}
          </span>
        ) : (
          <Legend kind={kind} day={day} />
        )}
      </figcaption>
      {empty ? (
        <p class="empty">{t("chart.none")}</p>
      ) : (
        <div
          class="plot"
          {...(big
            ? { role: "img", "aria-label": about(kind, day) }
            : {
                role: "slider",
                tabIndex: 0,
                "aria-label": `${t(`chart.${kind}`)}. ${t("chart.keys")}`,
                "aria-valuemin": 0,
                "aria-valuemax": Math.max(0, (day?.intervals.length ?? 1) - 1),
                "aria-valuenow": point.value ?? 0,
                "aria-valuetext": interval && day ? reading(kind, interval, day) : about(kind, day),
                onKeyDown: walk,
                onBlur: () => (point.value = null),
              })}
        >
          {day && <Plot kind={kind} day={day} big={big} onPoint={(index) => (point.value = index)} />}
        </div>
      )}
    </figure>
  );
}

interface PlotProps {
  kind: ChartKind;
  day: Day;
  big: boolean;
  onPoint: (index: number | null) => void;
}

function Plot({ kind, day, big, onPoint }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const latest = useRef(day);
  latest.current = day;
  const skin = `${theme.value} ${locale.value} ${day.zone} ${day.queue}`;
  useEffect(() => {
    const place = host.current;
    if (!place) return;
    let gone = false;
    const watch = new ResizeObserver(() => drawn.current?.fit());
    void import("./draw").then(({ draw }) => {
      if (gone) return;
      drawn.current = draw(place, kind, latest.current, big ? { big } : { big, onPoint });
      watch.observe(place);
    });
    return () => {
      gone = true;
      watch.disconnect();
      drawn.current?.destroy();
      drawn.current = null;
    };
  }, [kind, big, skin]);
  useEffect(() => drawn.current?.update(day), [day]);
  return <div ref={host} class="canvas" aria-hidden="true" />;
}

function Legend({ kind, day }: { kind: ChartKind; day: Day | null }) {
  const others = day?.intervals.some((one) => one.entered > one.answered + one.abandoned) ?? false;
  const shown = LEGENDS[kind].filter(([text]) => text !== "chart.others" || others);
  const target = day?.target_percent ?? null;
  if (kind === "level" && target !== null)
    return <span class="legend">{t("tile.target", { target })}</span>;
  if (!shown.length) return null;
  return (
    <span class="legend">
      {shown.map(([text, fill]) => (
        <span key={text}>
          <i class={`key fill-${fill}`} /> {t(text)}
        </span>
      ))}
    </span>
  );
}

/** One interval in words. */
function reading(kind: ChartKind, one: DayInterval, day: Day): string {
  const clock = new Intl.DateTimeFormat(locale.value, { hour: "numeric", minute: "2-digit", timeZone: day.zone });
  return `${clock.format(one.from_at)} · ${figures(kind, one)}`;
}

function about(kind: ChartKind, day: Day | null): string {
  if (!day) return t("frame.loading");
  return figures(kind, day.total);
}

function figures(kind: ChartKind, one: DayInterval): string {
  switch (kind) {
    case "arrivals":
      return t("chart.arrivals_about", {
        count: one.entered,
        answered: one.answered,
        abandoned: one.abandoned,
      });
    case "waits":
      return t("chart.waits_about", {
        answer: one.average_answer_ms === null ? "–" : duration(one.average_answer_ms),
        longest: duration(one.longest_wait_ms),
      });
    case "level":
      return one.service_level === null ? "–" : percent(one.service_level);
    case "staffing":
      return t("chart.staffing_about", { staffed: Math.round(one.staffed * 10) / 10 });
  }
}
