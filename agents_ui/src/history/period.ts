/** Periods of the search, in this browser's time zone. */

export const PERIODS = ["today", "yesterday", "week", "month", "all", "custom"] as const;
export type Period = (typeof PERIODS)[number];

export interface Span {
  from: number | null;
  to: number | null;
}

/** Midnights, so that a search twice in a day is the same search. `to` is exclusive; null is open. */
export function spanOf(period: Period, now: Date, from = "", to = ""): Span {
  switch (period) {
    case "today":
      return { from: midnight(now, 0), to: null };
    case "yesterday":
      return { from: midnight(now, -1), to: midnight(now, 0) };
    case "week":
      return { from: midnight(now, -6), to: null };
    case "month":
      return { from: midnight(now, -29), to: null };
    case "all":
      return { from: null, to: null };
    case "custom":
      return { from: from ? local(from, 0) : null, to: to ? local(to, 1) : null };
  }
}

function midnight(now: Date, days: number): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime();
}

/** "2026-11-22" as midnight here; plus days, because the last day is meant whole. */
function local(day: string, plus: number): number {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + plus).getTime();
}
