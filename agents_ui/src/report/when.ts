/** Intervals and days of a report, on the clock of the centre's zone, in the reader's language. */
import { locale } from "../texts/language";
import type { Report } from "./api";

/** "12:30 – 1:00 PM" has fewer, one with its days more */
const RANGE_CHARACTERS_MAX = 24;

/** "9:00 – 9:30", with the day in a report of several; an hour that comes twice is told apart by its zone's name. */
export function intervalNames(report: Report): string[] {
  const several = report.first !== report.last;
  if (report.step === "day") return report.intervals.map(([from]) => dayName(from, report.zone));
  const starts = report.intervals.map(([from]) => `${dayName(from, report.zone)} ${clock(from, report.zone)}`);
  return report.intervals.map(([from, to], index) => {
    const name = range(from, to, report.zone, several);
    const start = starts[index] ?? "";
    const once = starts.indexOf(start) === starts.lastIndexOf(start);
    return once ? name : `${name} ${zoneName(from, report.zone)}`;
  });
}

/** "Tuesday, 24 November 2026", or from … to. */
export function periodName(report: Report): string {
  const options: Intl.DateTimeFormatOptions = {
    weekday: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
    timeZone: report.zone,
  };
  const format = new Intl.DateTimeFormat(locale.value, options);
  return report.first === report.last
    ? format.format(report.from_at)
    : `${format.format(report.from_at)} – ${format.format(report.to_at - 1)}`;
}

function range(from: number, to: number, zone: string, withDay: boolean): string {
  const time: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit", timeZone: zone };
  const hours = new Intl.DateTimeFormat(locale.value, time).formatRange(from, to);
  // A range that ends at midnight would be written with both its days.
  const plain = hours.length > RANGE_CHARACTERS_MAX ? `${clock(from, zone)} – ${clock(to, zone)}` : hours;
  if (!withDay) return plain;
  const day: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", timeZone: zone };
  return `${new Date(from).toLocaleDateString(locale.value, day)} ${plain}`;
}

function clock(at: number, zone: string): string {
  const time: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit", timeZone: zone };
  return new Date(at).toLocaleTimeString(locale.value, time);
}

function dayName(at: number, zone: string): string {
  const options: Intl.DateTimeFormatOptions = { weekday: "short", month: "short", day: "numeric", timeZone: zone };
  return new Date(at).toLocaleDateString(locale.value, options);
}

function zoneName(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat(locale.value, { timeZone: zone, timeZoneName: "short" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}
