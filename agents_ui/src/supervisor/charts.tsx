/** The charts of the day below the tiles: of all queues, or of the one that is looked at. Hidden with one key. */
import { computed, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Chart, KINDS } from "../charts/charts";
import { DayFigures } from "../charts/day";
import { t } from "../texts";
import type { Floor } from "./model";

const SHOWN = "floor-charts";

export const chartsShown = signal(localStorage.getItem(SHOWN) !== "no");

export function toggleCharts(): void {
  chartsShown.value = !chartsShown.peek();
  localStorage.setItem(SHOWN, chartsShown.peek() ? "yes" : "no");
}

export function Charts({ floor }: { floor: Floor }) {
  const figures = useMemo(
    () => new DayFigures(computed(() => (chartsShown.value ? floor.queue.value : null))),
    [floor],
  );
  if (!chartsShown.value) return null;
  return (
    <section class="charts" aria-label={t("floor.charts")}>
      {KINDS.map((kind) => (
        <Chart key={kind} kind={kind} day={figures.day.value} />
      ))}
    </section>
  );
}
