/**
 * The recordings as a picture of two voices on the contact's axis: the customer's side above, the staff's below, each
 * silence hatched and named. It is drawn only of recordings that are small enough to be fetched whole.
 */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { duration, left } from "../format";
import { code, t } from "../texts";
import { type Course, type Silence, sums, type Track } from "./course";
import type { Listening } from "./listening";
import { peaks } from "./scale";

const PICTURE_MINUTES_MAX = 15;
const BINS = 480;
const RATE_HZ = 8000;

interface Props {
  course: Course;
  listening: Listening;
  /** where a moment lies, in percent */
  place: (at: number) => number;
}

export function Voices({ course, listening, place }: Props) {
  const length = course.to - course.from;
  const now = useComputed(() => Math.round((listening.at.value - course.from) / 1000));
  const text = useComputed(() => duration(listening.at.value - course.from));
  const point = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (event.type === "pointermove" && !(event.buttons & 1)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    listening.seek(course.from + (length * (event.clientX - box.left)) / box.width);
  };
  return (
    <div
      class="track"
      role="slider"
      tabIndex={0}
      aria-label={t("player.seek")}
      aria-valuemin={0}
      aria-valuemax={Math.round(length / 1000)}
      aria-valuenow={now}
      aria-valuetext={text}
      onPointerDown={point}
      onPointerMove={point}
    >
      {course.tracks.map((track) => (
        <Picture key={track.url} track={track} place={place} />
      ))}
      {course.silences.map((silence, index) => (
        <span
          key={index}
          class={`silence ${silence.why}`}
          style={{ left: `${place(silence.from)}%`, width: `${place(silence.to) - place(silence.from)}%` }}
          title={`${whyOf(silence)} · ${left(silence.to - silence.from)}`}
        />
      ))}
    </div>
  );
}

/** What the hatchings mean, and how long each is together. */
export function SilenceLegend({ course }: { course: Course }) {
  const all = sums(course.silences);
  if (!all.length) return null;
  return (
    <ul class="silences">
      {all.map((one) => (
        <li key={`${one.why} ${one.reason}`}>
          <span class={`sample silence ${one.why}`} aria-hidden="true" />
          {whyOf(one)} <strong>{left(one.to - one.from)}</strong>
        </li>
      ))}
    </ul>
  );
}

function whyOf({ why, reason }: Silence): string {
  return why === "paused" ? code("pause_reason", reason) : t(`silence.${why}`);
}

function Picture({ track, place }: { track: Track; place: (at: number) => number }) {
  const pictures = useSignal<[string, string] | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    if (track.to - track.from <= PICTURE_MINUTES_MAX * 60_000) {
      draw(track.url, abort.signal).then(
        (drawn) => (pictures.value = drawn),
        () => undefined, // no picture: one can still listen and seek
      );
    }
    return () => abort.abort();
  }, [track.url]);
  return (
    <svg
      viewBox={`0 0 ${BINS} 80`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ left: `${place(track.from)}%`, width: `${place(track.to) - place(track.from)}%` }}
    >
      <path class="caller" d={pictures.value?.[0] ?? `M0 20H${BINS}`} />
      <path class="agent" d={pictures.value?.[1] ?? `M0 60H${BINS}`} />
    </svg>
  );
}

/** Both voices as paths of vertical strokes around their own middle line. */
async function draw(url: string, signal: AbortSignal): Promise<[string, string]> {
  const bytes = await (await fetch(url, { signal })).arrayBuffer();
  const sound = await new OfflineAudioContext(2, 1, RATE_HZ).decodeAudioData(bytes);
  const strokes = (channel: number, middle: number) => {
    const loud = peaks(sound.getChannelData(Math.min(channel, sound.numberOfChannels - 1)), BINS);
    return Array.from(loud, (peak, x) => {
      const half = Math.max(0.4, Math.sqrt(peak) * 18);
      return `M${x + 0.5} ${(middle - half).toFixed(1)}V${(middle + half).toFixed(1)}`;
    }).join("");
  };
  return [strokes(0, 20), strokes(1, 60)];
}
