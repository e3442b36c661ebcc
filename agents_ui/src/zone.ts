/** Days of the centre: on the clock of its zone, whoever looks from where. */
import { told } from "./told";

const DAY_MS = 86_400_000;

/** As the page was told; else this browser's own. */
export function centreZone(): string {
  return told("zone") || Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A day of the centre as "2026-11-24", so many days from now. */
export function dayFrom(now: number, zone: string, days: number): string {
  return plus(new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(now), days);
}

/** "2026-11-24" and a day → "2026-11-25" */
export function plus(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** When a day begins there. */
export function midnight(day: string, zone: string): number {
  const there = Date.parse(`${day}T00:00:00Z`);
  // Twice: between the first guess and the moment itself clocks may have changed.
  return there - ahead(there - ahead(there, zone), zone);
}

/** How many milliseconds the clocks there are ahead of UTC's. */
function ahead(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const [year, month, day, hour, minute, second] = (
    ["year", "month", "day", "hour", "minute", "second"] as const
  ).map((type) => Number(parts.find((part) => part.type === type)?.value)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}
