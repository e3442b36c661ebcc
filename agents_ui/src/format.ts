/**
 * Times, durations and telephone numbers as people of the chosen language read them; durations never jump in width.
 * Times and days are those of the centre's clock, as in its reports and files, whoever looks from where.
 */
import { language, locale } from "./texts/language";
import { centreZone, dayFrom } from "./zone";

const COUNTRY_CODE = /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
const DAY_MS = 86_400_000;

/** 65_000 → "1:05", 3_605_000 → "1:00:05". Negative counts as 0: clocks differ by a second. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** What is left until a deadline, counted so that "0:00" is reached at the deadline and not a second before. */
export function left(ms: number): string {
  return duration(Math.ceil(Math.max(0, ms) / 1000) * 1000);
}

export function time(at: number): string {
  return shown(at, { hour: "numeric", minute: "2-digit" });
}

export function timeWithSeconds(at: number): string {
  return shown(at, { hour: "numeric", minute: "2-digit", second: "2-digit" });
}

export function day(at: number): string {
  return shown(at, { year: "numeric", month: "short", day: "numeric" });
}

export function dayWithSeconds(at: number): string {
  return `${day(at)}${language.value === "zh" ? " " : ", "}${timeWithSeconds(at)}`;
}

/** The time alone today, with the day else. */
export function dayAndTime(at: number, now: number): string {
  return withDay(at, now, time(at));
}

/** So to the second: where what came first is part of the story. */
export function dayAndSecond(at: number, now: number): string {
  return withDay(at, now, timeWithSeconds(at));
}

/** "2026-11-25" → "yesterday" within a week, "Nov 3" before it. */
export function daysAgo(day: string, now: number): string {
  const today = dayFrom(now, centreZone(), 0);
  const days = Math.round((Date.parse(day) - Date.parse(today)) / DAY_MS);
  if (Math.abs(days) < 7) return new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" }).format(days, "day");
  const year = day.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale.value, { month: "short", day: "numeric", year, timeZone: "UTC" }).format(
    Date.parse(day),
  );
}

/** "+31201234567" → "+31 201 234 567": groups of three, the last one of two to four. */
export function telephone(number: string): string {
  const country = COUNTRY_CODE.exec(number)?.[0];
  if (!country) return number;
  const rest = number.slice(country.length);
  const groups = rest.match(/\d{3}(?=\d{2})|\d+/g) ?? [];
  return [country, ...groups].join(" ");
}

/** 83.25 → "83 %", in Chinese "83%"; never rounds up to a 100 that was missed. */
export function percent(value: number): string {
  const whole = value > 99 && value < 100 ? 99 : Math.round(value);
  return language.value === "zh" ? `${whole}%` : `${whole} %`;
}

function withDay(at: number, now: number, clock: string): string {
  const zone = centreZone();
  if (dayFrom(at, zone, 0) === dayFrom(now, zone, 0)) return clock;
  const options: Intl.DateTimeFormatOptions = { month: "short", day: "numeric" };
  if (now - at > 300 * DAY_MS) options.year = "numeric";
  return `${shown(at, options)}${language.value === "zh" ? " " : ", "}${clock}`;
}

function shown(at: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale.value, { ...options, timeZone: centreZone() }).format(at);
}
