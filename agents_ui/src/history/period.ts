/** Periods of a search, in days of the centre. */
import { dayFrom, midnight, plus } from "../zone";

export const PERIODS = ["today", "yesterday", "week", "month", "all", "custom"] as const;
export type Period = (typeof PERIODS)[number];

export interface Span {
  from: number | null;
  to: number | null;
}

/** Midnights of the zone, so that a search twice in a day is the same search. `to` is exclusive; null is open. */
export function spanOf(period: Period, now: number, zone: string, from = "", to = ""): Span {
  const begin = (days: number) => midnight(dayFrom(now, zone, days), zone);
  switch (period) {
    case "today":
      return { from: begin(0), to: null };
    case "yesterday":
      return { from: begin(-1), to: begin(0) };
    case "week":
      return { from: begin(-6), to: null };
    case "month":
      return { from: begin(-29), to: null };
    case "all":
      return { from: null, to: null };
    case "custom":
      // The last day is meant whole.
      return { from: isDay(from) ? midnight(from, zone) : null, to: isDay(to) ? midnight(plus(to, 1), zone) : null };
  }
}

/** An address may say anything. */
function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && Date.parse(text) >= 0;
}
