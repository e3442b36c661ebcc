/**
 * A picture of the two voices to seek in. It is drawn only of recordings that are small enough to be fetched whole;
 * of the others one sees the length and the gaps.
 */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Recording } from "../api";
import { duration, left } from "../format";
import { t } from "../texts";
import type { Playhead } from "./player";
import { axis, peaks } from "./scale";

const PICTURE_MINUTES_MAX = 15;
const BINS = 480;
const RATE_HZ = 8000;

interface Props {
  recording: Recording;
  playhead: Playhead;
  seek: (ms: number) => void;
}

export function Voices({ recording, playhead, seek }: Props) {
  const length = Math.max(1, recording.length_ms);
  const pictures = useSignal<[string, string] | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    if (length <= PICTURE_MINUTES_MAX * 60_000) {
      draw(recording.url, abort.signal).then(
        (drawn) => (pictures.value = drawn),
        () => undefined, // no picture: one can still listen and seek
      );
    }
    return () => abort.abort();
  }, [recording.url]);
  const at = useComputed(() => `left: ${(100 * playhead.value) / length}%`);
  const now = useComputed(() => Math.round(playhead.value / 1000));
  const text = useComputed(() => duration(playhead.value));
  const point = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (event.type === "pointermove" && !(event.buttons & 1)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    seek((length * (event.clientX - box.left)) / box.width);
  };
  return (
    <div class="voices">
      <div class="who label" aria-hidden="true">
        <span>{t("player.caller")}</span>
        <span>{t("player.agent")}</span>
      </div>
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
        <svg viewBox={`0 0 ${BINS} 80`} preserveAspectRatio="none" aria-hidden="true">
          <path class="caller" d={pictures.value?.[0] ?? `M0 20H${BINS}`} />
          <path class="agent" d={pictures.value?.[1] ?? `M0 60H${BINS}`} />
        </svg>
        {recording.gaps.map(([from, to]) => (
          <span
            key={from}
            class="gap"
            style={{ left: `${(100 * from) / length}%`, width: `${(100 * (to - from)) / length}%` }}
            title={t("player.gap", { time: left(to - from) })}
          />
        ))}
        <span class="head" style={at} />
      </div>
      <div class="axis" aria-hidden="true">
        {axis(length).map((ms) => (
          <span key={ms} style={{ left: `${(100 * ms) / length}%` }}>
            {duration(ms)}
          </span>
        ))}
      </div>
    </div>
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
