/**
 * The course of a contact: the customer's segments, the agents' wrap-ups and the recordings on one axis under one
 * cursor; below, the same as a list to read. A click on a segment listens from there.
 */
import { useComputed } from "@preact/signals";
import type { Segment } from "../api";
import { duration, timeWithSeconds } from "../format";
import { segmentTone } from "../states";
import { code, either, t } from "../texts";
import { type Course, isHeard } from "./course";
import type { Listening } from "./listening";
import { axis } from "./scale";
import { SilenceLegend, Voices } from "./voices";

interface Props {
  course: Course;
  listening: Listening;
}

export function Timeline({ course, listening }: Props) {
  const { from, to, segments, wrapUps, tracks } = course;
  const place = (at: number) => (100 * (at - from)) / (to - from);
  const cursor = useComputed(() => `left: ${place(listening.at.value)}%`);
  if (!segments.length && !tracks.length) {
    return <p class="quiet no-recording">{t("interaction.no_segments")}</p>;
  }
  const block = (one: Segment) => (
    <Block key={`${one.kind} ${one.from_at}`} segment={one} place={place} course={course} listening={listening} />
  );
  return (
    <>
      <div class="course">
        <span class="label">{t("interaction.lane_customer")}</span>
        <ol class="lane">{segments.map(block)}</ol>
        {wrapUps.map((row, index) => [
          <span class="label" key={`label ${index}`}>
            {index ? "" : t("interaction.lane_agents")}
          </span>,
          <ol class="lane thin" key={index}>
            {row.map(block)}
          </ol>,
        ])}
        {tracks.length > 0 && (
          <>
            <span class="label sides" aria-hidden="true">
              <span>{t("player.caller")}</span>
              <span>{t("player.agent")}</span>
            </span>
            <Voices course={course} listening={listening} place={place} />
          </>
        )}
        <div class="axis" aria-hidden="true">
          {axis(to - from).map((ms) => (
            <span key={ms} style={{ left: `${place(from + ms)}%` }}>
              {duration(ms)}
            </span>
          ))}
        </div>
        {tracks.length > 0 && (
          <div class="cursor-area" aria-hidden="true">
            <span class="cursor" style={cursor} />
          </div>
        )}
      </div>
      <SilenceLegend course={course} />
    </>
  );
}

interface BlockProps extends Props {
  segment: Segment;
  place: (at: number) => number;
}

function Block({ segment, place, course, listening }: BlockProps) {
  const heard = isHeard(course.tracks, segment);
  const style = {
    left: `${place(segment.from_at)}%`,
    right: `${100 - place(segment.to_at)}%`,
  };
  const kind = `block ${segmentTone(segment.kind)} ${segment.kind}`;
  const name = <span class="clip">{code("segment", segment.kind)}</span>;
  return (
    <li style={style} title={aboutOf(segment)}>
      {heard ? (
        // The list below says and does the same for whoever doesn't point.
        <button class={kind} tabIndex={-1} aria-hidden="true" onClick={() => listen(listening, segment)}>
          {name}
        </button>
      ) : (
        <span class={kind} aria-hidden="true">
          {name}
        </span>
      )}
    </li>
  );
}

/** Everything that happened, line by line. */
export function CourseList({ course, listening, all }: Props & { all: Segment[] }) {
  const now = useComputed(() => all.findIndex((one) => covers(one, listening.at.value)));
  const lines = all.toSorted((a, b) => a.from_at - b.from_at || a.to_at - b.to_at);
  return (
    <ol class="course-list">
      {lines.map((one) => {
        const line = <CourseLine segment={one} />;
        const current = listening.playing.value && all[now.value] === one;
        return (
          <li key={`${one.kind} ${one.from_at} ${one.agent}`} class={current ? "on" : ""}>
            {isHeard(course.tracks, one) ? (
              <button onClick={() => listen(listening, one)} title={t("player.from_here")}>
                {line}
              </button>
            ) : (
              <span class="line">{line}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function CourseLine({ segment }: { segment: Segment }) {
  return (
    <>
      <span class="quiet clock">{timeWithSeconds(segment.from_at)}</span>
      <span class={`dot ${segmentTone(segment.kind)}`} />
      <span class="kind">{code("segment", segment.kind)}</span>
      <strong class="length">{duration(segment.to_at - segment.from_at)}</strong>
      <span class="quiet clip who">
        {[whoOf(segment), resultOf(segment), stepOf(segment)].filter(Boolean).join(" · ")}
      </span>
    </>
  );
}

function listen(listening: Listening, segment: Segment): void {
  listening.seek(segment.from_at);
  listening.play();
}

function covers(segment: Segment, at: number): boolean {
  return segment.kind !== "wrap_up" && segment.from_at <= at && at < segment.to_at;
}

function whoOf(segment: Segment): string {
  return segment.agent || either(segment.queue, segment.queue_zh);
}

function resultOf({ kind, result }: Segment): string {
  if (!result) return "";
  return kind === "offer" ? code("offer", result) : code("outcome", result);
}

function stepOf({ step }: Segment): string {
  return step > 0 ? t("segment.step", { step }) : "";
}

function aboutOf(segment: Segment): string {
  return [
    code("segment", segment.kind),
    duration(segment.to_at - segment.from_at),
    either(segment.queue, segment.queue_zh),
    segment.agent,
    resultOf(segment),
    `${timeWithSeconds(segment.from_at)} – ${timeWithSeconds(segment.to_at)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}
