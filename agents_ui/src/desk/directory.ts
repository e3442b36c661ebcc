/**
 * Whom a call can go to, as one list: colleagues, queues, and a number that is being typed. Who can be had now comes
 * first; who can't is shown with the reason.
 */
import { useEffect } from "preact/hooks";
import type { Feed } from "../feed";
import type { Choice } from "../parts/combo";
import { queueTitle, t } from "../texts";
import { locale } from "../texts/language";
import type { DirectoryAgent, DirectoryQueue, Row, Target } from "../wire";

const TOPIC = "directory";
const NUMBER_DIGITS_MIN = 3;

export type Place = Choice & { to: Target } & (
    | { kind: "agent"; agent: DirectoryAgent; serves: string }
    | { kind: "queue"; queue: DirectoryQueue }
    | { kind: "number"; number: string }
  );

/** The rows of the directory, for as long as something shows them; null: they have not come yet. */
export function useDirectory(feed: Feed): Row[] | null {
  useEffect(() => () => feed.drop(TOPIC), []);
  const topic = feed.topic(TOPIC).value;
  return topic.n < 0 ? null : [...topic.rows.values()];
}

/** Who is meant comes first: a colleague by name, else queues, which are few, before the colleagues who serve them. */
export function places(rows: readonly Row[], words: string, own: number): Place[] {
  const people = agents(rows, words, own);
  const meant = (place: Place) => place.kind === "agent" && fits([place.agent.name], words);
  const named = words.trim() !== "" && people.some(meant);
  const lines = queues(rows, words);
  return [...(named ? [...people, ...lines] : [...lines, ...people]), ...number(words)];
}

export function agents(rows: readonly Row[], words: string, own: number): Place[] {
  const lines = queuesOf(rows);
  const served = (agent: DirectoryAgent) => lines.filter((queue) => agent.queues.includes(queue.queue));
  const titles = (agent: DirectoryAgent) => served(agent).flatMap((queue) => [queue.title, queue.title_zh]);
  return rows
    .filter((row): row is DirectoryAgent => row.row === "directory-agent" && row.agent !== own)
    .filter((agent) => fits([agent.name, ...titles(agent)], words))
    .sort((a, b) => +isFree(b) - +isFree(a) || a.name.localeCompare(b.name, locale.value))
    .map((agent) => ({
      kind: "agent" as const,
      key: `agent-${agent.agent}`,
      group: t("places.agents"),
      off: !isFree(agent),
      to: { agent: agent.agent },
      agent,
      serves: served(agent).map(queueTitle).join(" · "),
    }));
}

/** Rung now, this phone would ring. */
export function isFree(agent: DirectoryAgent): boolean {
  return agent.routing === "idle" && agent.station;
}

/** Whether this could be a telephone number that is being typed; the service decides whether it is one. */
export function isNumber(words: string): boolean {
  return /^\+?[\d\s().-]+$/.test(words.trim()) && words.replace(/\D/g, "").length >= NUMBER_DIGITS_MIN;
}

export function queuesOf(rows: readonly Row[]): DirectoryQueue[] {
  return rows.filter((row): row is DirectoryQueue => row.row === "directory-queue");
}

function queues(rows: readonly Row[], words: string): Place[] {
  return queuesOf(rows)
    .filter((queue) => fits([queue.title, queue.title_zh, queue.queue], words))
    .sort((a, b) => +a.closed - +b.closed || queueTitle(a).localeCompare(queueTitle(b), locale.value))
    .map((queue) => ({
      kind: "queue",
      key: `queue-${queue.queue}`,
      group: t("places.queues"),
      off: queue.closed,
      to: { queue: queue.queue },
      queue,
    }));
}

function number(words: string): Place[] {
  if (!isNumber(words)) return [];
  const typed = words.trim();
  return [{ kind: "number", key: "number", group: t("places.number"), to: { number: typed }, number: typed }];
}

/** Every word that was typed begins a word of these texts, or stands in a Chinese one. */
function fits(texts: string[], words: string): boolean {
  const text = ` ${texts.join(" ").toLocaleLowerCase()}`;
  return words
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => text.includes(` ${word}`) || (/[一-鿿]/.test(word) && text.includes(word)));
}
