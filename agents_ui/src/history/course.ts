/**
 * An interaction on one axis of time: its segments, its recordings, and what in them can't be heard and why. Pure.
 *
 * All places are server times. A place in a recording is a time since its start (what is missing is silence), so a
 * moment of the contact is a moment of its recording and one cursor serves them all.
 */
import type { Interaction, Segment } from "../api";

export interface Span {
  from: number;
  to: number;
}

/** A recording that can be heard. */
export interface Track extends Span {
  url: string;
}

/** A stretch of a recording without a voice: `lost` is our fault, the others somebody wanted. */
export interface Silence extends Span {
  why: "lost" | "paused" | "hold";
  /** of a pause */
  reason: string;
}

export interface Course extends Span {
  /** the customer's, end to end */
  segments: Segment[];
  /** agents' wrap-ups, in rows in which none covers another */
  wrapUps: Segment[][];
  /** in the order of time */
  tracks: Track[];
  silences: Silence[];
}

/** `now`: until when one that is not over goes on; what happens in it is told when it has happened. */
export function courseOf(interaction: Interaction, now = 0): Course {
  const { recordings, outcome } = interaction;
  const tracks = recordings.flatMap(({ url, started_at, length_ms }) =>
    url && length_ms !== null ? [{ url, from: started_at, to: started_at + length_ms }] : [],
  );
  const segments = interaction.segments.filter((one) => one.kind !== "wrap_up");
  const ends = [...interaction.segments.map((one) => one.to_at), ...tracks.map((one) => one.to)];
  const begins = [...interaction.segments.map((one) => one.from_at), ...tracks.map((one) => one.from)];
  const from = Math.min(...begins, interaction.started_at);
  const last = Math.max(from, ...segments.map((one) => one.to_at));
  if (outcome === "" && now > last) {
    segments.push({ kind: "going_on", from_at: last, to_at: now, queue: "", queue_zh: "", agent: "", result: "", step: 0 });
    ends.push(now);
  }
  return {
    from,
    to: Math.max(from + 1000, ...ends),
    segments,
    wrapUps: inRows(interaction.segments.filter((one) => one.kind === "wrap_up")),
    tracks: tracks.toSorted((a, b) => a.from - b.from),
    silences: silencesOf(interaction, tracks),
  };
}

/** The recording in which this moment is, if it is in one. */
export function trackAt(tracks: readonly Track[], at: number): Track | undefined {
  return tracks.find((one) => one.from <= at && at < one.to);
}

/** Where something can be heard from this moment on; `undefined`: nowhere any more. */
export function audibleFrom(tracks: readonly Track[], at: number): number | undefined {
  if (trackAt(tracks, at)) return at;
  return tracks.find((one) => one.from >= at)?.from;
}

/** Whether a recording covers some of this stretch. */
export function isHeard(tracks: readonly Track[], { from_at, to_at }: Segment): boolean {
  return tracks.some((one) => one.from < to_at && from_at < one.to);
}

/** How long nothing is heard, by why and reason. */
export function sums(silences: readonly Silence[]): Silence[] {
  const found = new Map<string, Silence>();
  for (const one of silences) {
    const key = `${one.why} ${one.reason}`;
    const sum = found.get(key) ?? { ...one, from: 0, to: 0 };
    found.set(key, { ...sum, to: sum.to + one.to - one.from });
  }
  return [...found.values()];
}

function silencesOf({ recordings, segments }: Interaction, tracks: readonly Track[]): Silence[] {
  const holds = segments.filter((one) => one.kind === "hold");
  return recordings
    .filter((one) => one.url)
    .flatMap(({ started_at, gaps, pauses }): Silence[] => [
      ...gaps.map(([from, to]) => ({
        from: started_at + from,
        to: started_at + to,
        why: "lost" as const,
        reason: "",
      })),
      ...pauses.map(({ from_at, to_at, reason }) => ({
        from: from_at,
        to: to_at,
        why: "paused" as const,
        reason,
      })),
    ])
    .concat(
      tracks.flatMap((track) =>
        holds
          .filter((one) => one.from_at < track.to && track.from < one.to_at)
          .map((one) => ({
            from: Math.max(one.from_at, track.from),
            to: Math.min(one.to_at, track.to),
            why: "hold" as const,
            reason: "",
          })),
      ),
    );
}

function inRows(segments: Segment[]): Segment[][] {
  const rows: Segment[][] = [];
  for (const one of segments.toSorted((a, b) => a.from_at - b.from_at)) {
    const row = rows.find((others) => (others.at(-1)?.to_at ?? 0) <= one.from_at);
    if (row) row.push(one);
    else rows.push([one]);
  }
  return rows;
}
