/** The segments of an interaction on one line of time; below, the wrap-up, which is the agent's alone. */
import { useComputed } from "@preact/signals";
import type { Segment } from "../api";
import { duration, timeWithSeconds } from "../format";
import { segmentTone } from "../states";
import { code, t } from "../texts";
import type { Playhead } from "./player";
import { axis } from "./scale";

interface Props {
  segments: Segment[];
  playhead: Playhead;
  recordingFrom: number | null;
}

export function Timeline({ segments, playhead, recordingFrom }: Props) {
  const first = segments[0];
  if (!first) return <p class="quiet no-recording">{t("interaction.no_segments")}</p>;
  const from = Math.min(...segments.map((one) => one.from_at));
  const to = Math.max(from + 1000, ...segments.map((one) => one.to_at));
  const place = (at: number) => `${(100 * (at - from)) / (to - from)}%`;
  const callers = segments.filter((one) => one.kind !== "wrap_up");
  const agents = segments.filter((one) => one.kind === "wrap_up");
  return (
    <div class="timeline">
      <ol class="lane">
        {callers.map((one) => (
          <Block key={one.from_at} segment={one} place={place} />
        ))}
      </ol>
      {agents.length > 0 && (
        <ol class="lane thin">
          {agents.map((one) => (
            <Block key={one.from_at} segment={one} place={place} />
          ))}
        </ol>
      )}
      {recordingFrom !== null && <Head playhead={playhead} place={(ms) => place(recordingFrom + ms)} />}
      <div class="axis" aria-hidden="true">
        {axis(to - from).map((ms) => (
          <span key={ms} style={{ left: place(from + ms) }}>
            {duration(ms)}
          </span>
        ))}
      </div>
      <ul class="legend">
        {segments.map((one, index) => (
          <li key={index}>
            <span class={`dot ${segmentTone(one.kind)}`} />
            <span>{code("segment", one.kind)}</span>
            <strong>{duration(one.to_at - one.from_at)}</strong>
            {(one.agent || one.queue) && <span class="quiet">{one.agent || one.queue}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Block({ segment, place }: { segment: Segment; place: (at: number) => string }) {
  const about = [
    code("segment", segment.kind),
    duration(segment.to_at - segment.from_at),
    segment.queue,
    segment.agent,
    segment.result &&
      (segment.kind === "offer" ? code("offer", segment.result) : code("outcome", segment.result)),
    `${timeWithSeconds(segment.from_at)} – ${timeWithSeconds(segment.to_at)}`,
  ];
  return (
    <li
      class={`block ${segmentTone(segment.kind)}`}
      style={{ left: place(segment.from_at), right: `calc(100% - ${place(segment.to_at)})` }}
      title={about.filter(Boolean).join(" · ")}
    >
      <span class="clip">{code("segment", segment.kind)}</span>
    </li>
  );
}

function Head({ playhead, place }: { playhead: Playhead; place: (ms: number) => string }) {
  const style = useComputed(() => `left: ${place(playhead.value)}`);
  return <span class="head" style={style} aria-hidden="true" />;
}
