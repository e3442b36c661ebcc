/**
 * The recording: caller above, agent below, gaps hatched. The browser streams it by ranges, so that a long one
 * plays at once.
 */
import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Recording } from "../api";
import { duration, left } from "../format";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { t } from "../texts";
import { Voices } from "./voices";

/** milliseconds since the start of the recording */
export type Playhead = Signal<number>;

const STEP_SECONDS = 5;
const SPEEDS = [1, 1.25, 1.5, 2];

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
        <button
          class="button primary icon-only round"
          onClick={toggle}
          disabled={failed.value}
          aria-label={playing.value ? t("player.pause") : t("player.play")}
        >
          <Icon name={playing.value ? "pause" : "play"} />
        </button>
        <Position playhead={playhead} length={length} />
        <button
          class="button ghost small"
          onClick={faster}
          aria-label={t("player.speed", { speed: speed.value })}
        >
          {speed.value} ×
        </button>
      </div>
      <Voices recording={recording} playhead={playhead} seek={seek} />
      {failed.value && (
        <p class="tone-bad" role="alert">
          {t("player.failed")}
        </p>
      )}
      {recording.gaps.length > 0 && (
        <p class="tone-warn">
          {t("player.gaps", { count: recording.gaps.length, time: left(gapsMs(recording)) })}
        </p>
      )}
    </div>
  );
}

/** Only this text changes while it plays. */
function Position({ playhead, length }: { playhead: Playhead; length: number }) {
  const position = useComputed(() => duration(playhead.value));
  return (
    <span>
      {position} <span class="quiet">/ {duration(length)}</span>
    </span>
  );
}

/** Keeps the playhead with the audio, smoothly while it plays and by its own events else. */
function useFollow(
  audio: { current: HTMLAudioElement | null },
  playing: Signal<boolean>,
  playhead: Playhead,
): void {
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

function gapsMs(recording: Recording): number {
  return recording.gaps.reduce((sum, [from, to]) => sum + to - from, 0);
}
