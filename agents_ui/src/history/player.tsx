/**
 * The recording: caller above, agent below, gaps hatched. The browser streams it by ranges; the picture of the
 * voices is drawn afterwards and only of recordings that are small enough to be fetched whole.
 */
import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Recording } from "../api";
import { duration } from "../format";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { t } from "../texts";
import { axis, peaks } from "./scale";

/** milliseconds since the start of the recording */
export type Playhead = Signal<number>;

const PICTURE_MINUTES_MAX = 15;
const BINS = 480;
const STEP_SECONDS = 5;
const SPEEDS = [1, 1.25, 1.5, 2];
const RATE_HZ = 8000;

export function Player({ recording, playhead }: { recording: Recording; playhead: Playhead }) {
  const audio = useRef<HTMLAudioElement>(null);
  const playing = useSignal(false);
  const failed = useSignal(false);
  const speed = useSignal(1);
  const length = recording.length_ms;

  const seek = (ms: number) => {
    const at = Math.max(0, Math.min(length, ms));
    playhead.value = at;
    if (audio.current) audio.current.currentTime = at / 1000;
  };
  const toggle = () => {
    const element = audio.current;
    if (!element) return;
    if (element.paused) void element.play().catch(() => (failed.value = true));
    else element.pause();
  };
  const faster = () => {
    speed.value = SPEEDS[(SPEEDS.indexOf(speed.value) + 1) % SPEEDS.length] ?? 1;
    if (audio.current) audio.current.playbackRate = speed.value;
  };
  useFollow(audio, playing, playhead);
  useKeys([
    { keys: [" ", "p"], text: "keys.play", run: toggle },
    { keys: ["ArrowLeft"], text: "keys.rewind", run: () => seek(playhead.peek() - STEP_SECONDS * 1000) },
    { keys: ["ArrowRight"], text: "keys.forward", run: () => seek(playhead.peek() + STEP_SECONDS * 1000) },
    { keys: ["s"], text: "keys.speed", run: faster },
  ]);
  const position = useComputed(() => duration(playhead.value));
  return (
    <div class="player">
      <audio
        ref={audio}
        src={recording.url}
        preload="metadata"
        onPlay={() => (playing.value = true)}
        onPause={() => (playing.value = false)}
        onError={() => (failed.value = true)}
      />
      <div class="controls">
        <button class="button primary icon-only round" onClick={toggle} disabled={failed.value} aria-label={playing.value ? t("player.pause") : t("player.play")}>
          <Icon name={playing.value ? "pause" : "play"} />
        </button>
        <span class="position">
          {position} <span class="quiet">/ {duration(length)}</span>
        </span>
        <button class="button ghost small" onClick={faster} aria-label={t("player.speed", { speed: speed.value })}>
          {speed.value} ×
        </button>
      </div>
      <Voices recording={recording} playhead={playhead} seek={seek} />
      {failed.value && (
        <p class="tone-bad" role="alert">
          {t("player.failed")}
        </p>
      )}
      {recording.gaps.length > 0 && <p class="tone-warn gaps-said">{t("player.gaps", { count: recording.gaps.length, time: duration(gapsMs(recording)) })}</p>}
    </div>
  );
}

interface VoicesProps {
  recording: Recording;
  playhead: Playhead;
  seek: (ms: number) => void;
}

function Voices({ recording, playhead, seek }: VoicesProps) {
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
            title={t("player.gap", { time: duration(to - from) })}
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

/** Keeps the playhead with the audio, smoothly while it plays and by its own events else. */
function useFollow(audio: { current: HTMLAudioElement | null }, playing: Signal<boolean>, playhead: Playhead): void {
  useEffect(
    () =>
      playing.subscribe((on) => {
        const follow = () => {
          if (!audio.current) return;
          playhead.value = audio.current.currentTime * 1000;
          if (playing.peek()) requestAnimationFrame(follow);
        };
        if (on) follow();
      }),
    [],
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

function gapsMs(recording: Recording): number {
  return recording.gaps.reduce((sum, [from, to]) => sum + to - from, 0);
}
