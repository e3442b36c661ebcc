/** What one listens with: play, where one is, how fast; the keys are those of every player. */
import { useComputed } from "@preact/signals";
import { duration } from "../format";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { t } from "../texts";
import type { Course } from "./course";
import { SPEEDS, STEP_MS, type Listening } from "./listening";

export function Player({ course, listening }: { course: Course; listening: Listening }) {
  const by = (ms: number) => listening.seek(listening.at.peek() + ms);
  useKeys([
    { keys: [" ", "p"], text: "keys.play", run: () => listening.toggle() },
    { keys: ["ArrowLeft"], text: "keys.rewind", run: () => by(-STEP_MS) },
    { keys: ["ArrowRight"], text: "keys.forward", run: () => by(STEP_MS) },
    {
      keys: SPEEDS.map((_, index) => `${index + 1}`),
      text: "keys.speed",
      run: (key) => listening.setSpeed(SPEEDS[Number(key) - 1] ?? 1),
    },
  ]);
  const playing = listening.playing.value;
  return (
    <div class="player">
      {course.tracks.map((track) => (
        <audio
          key={track.url}
          ref={(element) => listening.attach(track.url, element)}
          src={track.url}
          preload="metadata"
          onEnded={() => listening.ended(track)}
          onError={() => (listening.failed.value = true)}
        />
      ))}
      <button
        class="button primary icon-only round"
        onClick={() => listening.toggle()}
        disabled={listening.failed.value}
        aria-label={playing ? t("player.pause") : t("player.play")}
      >
        <Icon name={playing ? "pause" : "play"} />
      </button>
      <Position course={course} listening={listening} />
      <span class="grow" />
      <Speeds listening={listening} />
    </div>
  );
}

/** Only this text changes while it plays. */
function Position({ course, listening }: { course: Course; listening: Listening }) {
  const position = useComputed(() => duration(listening.at.value - course.from));
  return (
    <span class="position">
      {position} <span class="quiet">/ {duration(course.to - course.from)}</span>
    </span>
  );
}

function Speeds({ listening }: { listening: Listening }) {
  return (
    <div class="speeds" role="group" aria-label={t("keys.speed")}>
      {SPEEDS.map((speed, index) => (
        <button
          key={speed}
          class="button ghost small"
          aria-pressed={listening.speed.value === speed}
          aria-label={t("player.speed", { speed: String(speed) })}
          onClick={() => listening.setSpeed(speed)}
        >
          {speed} × <kbd aria-hidden="true">{index + 1}</kbd>
        </button>
      ))}
    </div>
  );
}
