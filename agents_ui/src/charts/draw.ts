/** The charts of a day as uPlot draws them. Loaded when the first chart is shown, not with the page. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Day } from "../api";
import { duration, percent } from "../format";
import { locale } from "../texts/language";

export type ChartKind = "arrivals" | "waits" | "level" | "staffing";

export interface Options {
  /** for a television */
  big: boolean;
  /** the interval under the pointer, null: none */
  onPoint?: (index: number | null) => void;
}

export interface Drawn {
  update(day: Day): void;
  fit(): void;
  destroy(): void;
}

const SPAN_SECONDS_MIN = 6 * 3600;
const HOURS = [1, 2, 3, 4, 6, 8, 12];
const HALF = 0.5;
const COLUMN = 0.72;

export function draw(host: HTMLElement, kind: ChartKind, day: Day, options: Options): Drawn {
  let shown = day;
  const plot = new uPlot(shape(host, kind, () => shown, options), dataOf(kind, day), host);
  return {
    update(next) {
      shown = next;
      plot.setData(dataOf(kind, next));
    },
    fit: () => plot.setSize(sizeOf(host)),
    destroy: () => plot.destroy(),
  };
}

/** Seconds since 1970, and one list of figures a series. */
function dataOf(kind: ChartKind, day: Day): uPlot.AlignedData {
  const { intervals, target_percent: target } = day;
  const starts = intervals.map((one) => one.from_at / 1000);
  const middles = intervals.map((one) => (one.from_at + (one.to_at - one.from_at) * HALF) / 1000);
  switch (kind) {
    case "arrivals":
      return [
        starts,
        intervals.map((one) => one.entered || null),
        intervals.map((one) => one.answered + one.abandoned || null),
        intervals.map((one) => one.answered || null),
      ];
    case "waits":
      return [
        middles,
        intervals.map((one) => (one.longest_wait_ms ? one.longest_wait_ms / 1000 : null)),
        intervals.map((one) => (one.average_answer_ms === null ? null : one.average_answer_ms / 1000)),
      ];
    case "level":
      return [middles, intervals.map(() => target), intervals.map((one) => one.service_level)];
    case "staffing": {
      const last = intervals.at(-1);
      const end = last ? Math.min(last.to_at, day.now) / 1000 : 0;
      return [[...starts, end], [...intervals.map((one) => one.staffed), last?.staffed ?? null]];
    }
  }
}

function shape(host: HTMLElement, kind: ChartKind, day: () => Day, options: Options): uPlot.Options {
  const ink = colours(host);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const size = options.big ? Math.round(rem * 1.05) : 11;
  const font = `${size}px ${getComputedStyle(host).fontFamily}`;
  const axis = { stroke: ink("--ink-3"), font, grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false } };
  const hours = new Intl.DateTimeFormat(locale.value, { hour: "numeric", timeZone: day().zone });
  return {
    ...sizeOf(host),
    padding: [size * 0.9, size * 2, 0, 0],
    legend: { show: false },
    cursor: cursorOf(options),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), day().zone),
    scales: { x: { range: () => spanOf(day()) }, y: { range: (_plot, _min, max) => [0, topOf(kind, max)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: size * 1.8,
        gap: size * 0.45,
        space: 1,
        values: (_plot, splits) => splits.map((at) => hours.format(at * 1000)),
        incrs: () => [stepOf(day(), host.clientWidth / (size * 6))],
      },
      {
        ...axis,
        size: size * (kind === "staffing" || kind === "arrivals" ? 2.9 : 4),
        gap: 4,
        space: size * 2.6,
        incrs: kind === "waits" ? [5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600] : [1, 2, 5, 10, 20, 25, 50, 100, 200, 500],
        values: (_plot, splits) => splits.map((value) => (value ? label(kind, value) : "")),
      },
    ],
    series: [{}, ...seriesOf(kind, ink, options.big)],
    hooks: { setCursor: [onMove(day, options)] },
  };
}

/** uPlot sets its cursor at every size too: only a pointer that has moved says something, and keys keep their place. */
function onMove(day: () => Day, { onPoint }: Options): (plot: uPlot) => void {
  let before: number | null = null;
  return (plot) => {
    const index = pointed(plot, day());
    if (index !== before) onPoint?.(index);
    before = index;
  };
}

function seriesOf(kind: ChartKind, ink: (name: string) => string, big: boolean): uPlot.Series[] {
  const width = big ? 4 : 2;
  const columns = uPlot.paths.bars?.({ size: [COLUMN, Infinity], align: 1 });
  const column = (name: string): uPlot.Series => ({
    fill: ink(name),
    width: 0,
    points: { show: false },
    ...(columns ? { paths: columns } : {}),
  });
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  switch (kind) {
    case "arrivals":
      return [column("--idle-fill"), column("--bad-fill"), column("--call-fill")];
    case "waits":
      return [
        { stroke: ink("--idle-fill"), width: 0, points: { show: true, size: width * 3, fill: ink("--idle-fill") } },
        { stroke: ink("--call-fill"), width, points: { show: true, size: width * 2.5, fill: ink("--call-fill") } },
      ];
    case "level":
      return [
        { stroke: ink("--ink-3"), width: width / 2, dash: [width * 3, width * 2], points: { show: false } },
        { stroke: ink("--good-fill"), width, points: { show: true, size: width * 2.5, fill: ink("--good-fill") } },
      ];
    case "staffing":
      return [
        {
          stroke: ink("--accent"),
          fill: ink("--accent-soft"),
          width,
          points: { show: false },
          ...(stepped ? { paths: stepped } : {}),
        },
      ];
  }
}

/** From the first sign of life to now, and at least some hours wide, so that a morning doesn't fill the picture. */
function spanOf(day: Day): [number, number] {
  const first = day.intervals.find((one) => one.entered > 0 || one.staffed > 0) ?? day.intervals.at(-1);
  const last = day.intervals.at(-1);
  const from = (first?.from_at ?? day.from_at) / 1000;
  const to = Math.max((last?.to_at ?? day.now) / 1000, from + SPAN_SECONDS_MIN);
  return [from, Math.min(to, Math.max(day.to_at / 1000, from + 3600))];
}

/** Between two hours that are named, in seconds: the same in charts of one width, whatever stands at their left. */
function stepOf(day: Day, namesMax: number): number {
  const [from, to] = spanOf(day);
  return HOURS.map((hours) => hours * 3600).find((step) => (to - from) / step < namesMax) ?? to - from;
}

function topOf(kind: ChartKind, max: number): number {
  if (kind === "level") return 100;
  const least = kind === "waits" ? 30 : 4;
  return Math.max(least, max * 1.12);
}

function label(kind: ChartKind, value: number): string {
  if (kind === "waits") return duration(value * 1000);
  return kind === "level" ? percent(value) : value.toLocaleString(locale.value);
}

function cursorOf({ onPoint }: Options): uPlot.Cursor {
  if (!onPoint) return { show: false };
  return { y: false, drag: { x: false, y: false }, points: { show: false } };
}

function pointed(plot: uPlot, day: Day): number | null {
  const left = plot.cursor.left ?? -1;
  if (left < 0) return null;
  const at = plot.posToVal(left, "x") * 1000;
  const index = day.intervals.findIndex((one) => one.from_at <= at && at < one.to_at);
  return index < 0 ? null : index;
}

function sizeOf(host: HTMLElement): { width: number; height: number } {
  return { width: Math.max(80, host.clientWidth), height: Math.max(60, host.clientHeight) };
}

/** The house's colours as the canvas wants them, in the theme of just now. */
function colours(host: HTMLElement): (name: string) => string {
  const probe = document.createElement("span");
  return (name) => {
    probe.style.color = `var(${name})`;
    host.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
}
