/**
 * Everybody at work, with what they do and since when: who needs somebody first, then the longest. Who has gone home is
 * counted in the sums only.
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { Ticking } from "../parts/ticking";
import { routingTone, URGENCY, type Tone } from "../states";
import { code, t } from "../texts";
import type { BoardAgent } from "../wire";

export function Crew({ agents }: { agents: readonly BoardAgent[] }) {
  const list = useRef<HTMLUListElement>(null);
  const room = useSignal(Infinity);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(([one]) => (room.value = roomIn(one!.target)));
    if (list.current) watch.observe(list.current);
    return () => watch.disconnect();
  }, []);
  const crew = agents.filter(isAtWork).sort(byUrgency);
  const shown = crew.length > room.value ? crew.slice(0, room.value - 1) : crew;
  return (
    <section class="crew">
      <h2 id="crew">{t("board.crew", { count: crew.length })}</h2>
      <ul ref={list} aria-labelledby="crew">
        {shown.map((agent) => (
          <Member key={agent.agent} agent={agent} />
        ))}
        {shown.length < crew.length && <li class="quiet">{t("board.more", { count: crew.length - shown.length })}</li>}
      </ul>
    </section>
  );
}

function Member({ agent }: { agent: BoardAgent }) {
  const away = agent.routing === "off_queue";
  return (
    <li class={agent.routing === "not_responding" ? "tone-bad" : away ? "away" : ""}>
      <span class={`dot ${toneOf(agent)}`} />
      <span class="clip">{agent.name}</span>
      <span class="hidden-text">{away ? t("board.away") : code("routing", agent.routing)}</span>
      <Ticking at={agent.since_at} class="num" />
    </li>
  );
}

function isAtWork(agent: BoardAgent): boolean {
  return agent.routing !== "off_queue" || agent.presence === "away";
}

function toneOf(agent: BoardAgent): Tone {
  return agent.routing === "off_queue" ? "warn" : routingTone(agent.routing);
}

function byUrgency(a: BoardAgent, b: BoardAgent): number {
  return URGENCY.indexOf(a.routing) - URGENCY.indexOf(b.routing) || a.since_at - b.since_at;
}

/** How many lines a television has room for; a page can be scrolled. */
function roomIn(list: Element): number {
  const style = getComputedStyle(list);
  return style.overflowY === "hidden" ? Math.floor(list.clientHeight / parseFloat(style.lineHeight)) : Infinity;
}
