/**
 * Everything at once and always in the same place: the sums, the clock, a tile for each queue, the day in charts. It
 * heals by itself: a lost connection is told and waited for, a new version of the screens is loaded, what could not be
 * drawn is tried again.
 *
 * A reload would end full screen and, where the page was touched for it, the sound, and only a person can bring them
 * back. So a new version that this one gets on with is not loaded while the board fills its screen.
 */
import { computed, effect, signal, useComputed, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Chart, KINDS } from "../charts/charts";
import { DayFigures } from "../charts/day";
import { second, serverNow } from "../clock";
import { duration, percent, timeWithSeconds } from "../format";
import type { Feed } from "../feed";
import { audible } from "../parts/bell";
import { Guarded } from "../parts/guarded";
import { Icon } from "../parts/icon";
import { Ticking } from "../parts/ticking";
import { centre } from "../parts/title";
import { alarmText, bellOn, watchAlarms, type Alarm } from "../supervisor/alarms";
import { levelTone, routingTone, ROUTINGS } from "../states";
import { code, queueTitle, t } from "../texts";
import { locale } from "../texts/language";
import type { BoardAgent, QueueRow } from "../wire";
import { attended } from "./attended";
import { Crew } from "./crew";
import { keepAwake } from "./awake";
import { sumOf, type Sum } from "./sum";
import { Tools } from "./tools";

export const RETRY_SECONDS = 10;

export type BoardModel = ReturnType<typeof boardOf>;

export function boardOf(feed: Feed) {
  const topic = feed.topic("queues");
  const agents = computed(() => [...feed.topic("board").value.rows.values()] as BoardAgent[]);
  const queues = computed(() =>
    ([...topic.value.rows.values()] as QueueRow[]).sort((a, b) =>
      queueTitle(a).localeCompare(queueTitle(b), locale.value),
    ),
  );
  const loaded = computed(() => topic.value.n >= 0);
  /** since when what is shown is old; null: it is not */
  const lostAt = signal<number | null>(null);
  effect(() => {
    if (feed.link.value === "open") lostAt.value = null;
    else if (loaded.peek()) lostAt.value ??= serverNow();
  });
  effect(() => void (feed.newBuild.value && reloadUnseen()));
  return {
    queues,
    loaded,
    /** a television of its own, from which nothing else can be reached */
    shows: computed(() => feed.hello.value?.role === "display"),
    linesOnly: computed(() => feed.hello.value?.topics.includes("queues") === false),
    lostAt,
    alarms: watchAlarms(queues, feed.link),
    agents,
    sum: computed(() => sumOf(queues.value, agents.value)),
    day: new DayFigures(signal("")),
  };
}

export function Board({ board }: { board: BoardModel }) {
  const size = board.queues.value.length;
  const lostAt = board.lostAt.value;
  useEffect(() => void keepAwake(), []);
  useEffect(() => {
    document.documentElement.dataset["theme"] = "dark";
    document.title = `${t("page.wallboard")} · ${centre()}`;
  });
  return (
    <>
      <main
        id="main"
        class={`board size-${sizeOf(size)} ${lostAt === null ? "" : "lost"} ${attended.value ? "attended" : ""}`}
      >
        <h1 class="hidden-text">{t("page.wallboard")}</h1>
        <header>
          <strong class="centre">{centre()}</strong>
          <Totals sum={board.sum.value} />
          <Clock zone={board.day.day.value?.zone} />
        </header>
        {lostAt !== null && (
          <p class="told" role="status">
            <Icon name="offline" /> {t("board.lost", { time: timeWithSeconds(lostAt) })}
          </p>
        )}
        <section class="boxes" aria-label={t("agents.queues")}>
          {board.queues.value.map((queue) => (
            <Guarded key={queue.queue} retrySeconds={RETRY_SECONDS}>
              <Box queue={queue} alarms={board.alarms} />
            </Guarded>
          ))}
          {size > 0 && <People sum={board.sum.value} />}
          {board.linesOnly.value && <p class="empty">{t("floor.lines_only")}</p>}
          {board.loaded.value && !size && <p class="empty">{t("board.unset")}</p>}
        </section>
        <Guarded retrySeconds={RETRY_SECONDS}>
          <Crew agents={board.agents.value} />
        </Guarded>
        <section class="day" aria-label={t("floor.charts")}>
          <Guarded retrySeconds={RETRY_SECONDS}>
            {KINDS.map((kind) => (
              <Chart key={kind} kind={kind} day={board.day.day.value} big />
            ))}
          </Guarded>
        </section>
      </main>
      <Tools queues={board.queues.value} shows={board.shows.value} />
    </>
  );
}

/** Now, or when the board no longer fills its screen. */
function reloadUnseen(): void {
  if (document.fullscreenElement) document.addEventListener("fullscreenchange", reloadUnseen, { once: true });
  else location.reload();
}

function Totals({ sum }: { sum: Sum }) {
  const tone = levelTone(sum.level, sum.target);
  return (
    <dl class="totals">
      <Total name={t("board.waiting")} value={sum.waiting} quiet={!sum.waiting} />
      <div>
        <dt>{t("board.longest")}</dt>
        <dd class={sum.longestSince === null ? "quiet" : ""}>
          {sum.longestSince === null ? "–" : <Ticking at={sum.longestSince} />}
        </dd>
      </div>
      <Total name={t("board.level")} value={sum.level === null ? "–" : percent(sum.level)} tone={tone} />
      <Total name={t("board.answered")} value={sum.answered} />
      <Total name={t("board.abandoned")} value={sum.abandoned} />
    </dl>
  );
}

function Total({
  name,
  value,
  tone = "",
  quiet = false,
}: {
  name: string;
  value: number | string;
  tone?: string;
  quiet?: boolean;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={quiet ? "quiet" : tone && `tone-${tone}`}>
        {typeof value === "number" ? value.toLocaleString(locale.value) : value}
      </dd>
    </div>
  );
}

/** The centre's own time, whoever looks from where. */
function Clock({ zone }: { zone: string | undefined }) {
  const where = zone ? { timeZone: zone } : {};
  const time = useComputed(() =>
    new Intl.DateTimeFormat(locale.value, { hour: "numeric", minute: "2-digit", ...where }).format(
      second.value,
    ),
  );
  const date = useComputed(() =>
    new Intl.DateTimeFormat(locale.value, { weekday: "long", day: "numeric", month: "long", ...where }).format(
      second.value,
    ),
  );
  return (
    <div class="clock">
      <time>{time}</time>
      {bellOn.value && !audible.value ? (
        <span class="mute">
          <Icon name="volumeOff" /> {t("board.mute")}
        </span>
      ) : (
        <span>{date}</span>
      )}
    </div>
  );
}

function Box({ queue, alarms }: { queue: QueueRow; alarms: ReadonlySignal<ReadonlyMap<string, Alarm[]>> }) {
  const tone = levelTone(queue.service_level, queue.target_percent);
  const wrong = useComputed(() => (alarms.value.get(queue.queue) ?? []).map(alarmText)[0] ?? "").value;
  const since = queue.longest_since_at;
  const late = useComputed(
    () => since !== null && second.value - since > queue.threshold_seconds * 1000,
  ).value;
  const count = (routing: string) => queue.agents[routing] ?? 0;
  return (
    <article class={`box ${tone} ${wrong ? "alarm" : ""}`}>
      <h2 class="clip">{queueTitle(queue)}</h2>
      <div class="huge">
        <span class={queue.waiting ? "" : "quiet"}>{queue.waiting}</span>
        <small>{t("tile.waiting")}</small>
      </div>
      <div class="large first">
        {since === null ? (
          <span class="quiet">–</span>
        ) : (
          <Ticking at={since} class={late ? "tone-bad" : ""} />
        )}
        <small>{t("tile.longest")}</small>
      </div>
      <div class="large">
        <span class={`tone-${tone}`}>{queue.service_level === null ? "–" : percent(queue.service_level)}</span>
        <small>{t("tile.target", { target: queue.target_percent })}</small>
      </div>
      <p class="foot">
        {wrong && (
          <strong class="wrong">
            <Icon name="bell" /> {wrong}
          </strong>
        )}
        <Count tone="good" count={count("idle")} name={t("board.ready")} short={!!wrong} />
        <Count tone="call" count={count("on_contact")} name={t("board.talking")} short={!!wrong} />
        <span class="grow" />
        <span class="quiet">{queue.average_answer_ms === null ? "" : `⌀ ${duration(queue.average_answer_ms)}`}</span>
      </p>
    </article>
  );
}

interface CountProps {
  tone: string;
  count: number;
  name: string;
  /** beside an alarm there is no room for its name */
  short: boolean;
}

function Count({ tone, count, name, short }: CountProps) {
  return (
    <span class="count">
      <span class={`dot ${tone}`} /> <strong>{count}</strong> <span class={short ? "hidden-text" : ""}>{name}</span>
    </span>
  );
}

/** Everybody at work, each once however many queues they serve. */
function People({ sum }: { sum: Sum }) {
  return (
    <article class={`box people ${sum.states.not_responding ? "bad" : ""}`}>
      <h2>{t("agents.title")}</h2>
      <ul>
        {ROUTINGS.map((routing) => (
          <li key={routing} class={sum.states[routing] ? "" : "quiet"}>
            <span class={`dot ${routingTone(routing)}`} />
            <span class="clip">{code("routing", routing)}</span>
            <strong class={routing === "not_responding" && sum.states[routing] ? "tone-bad" : ""}>
              {sum.states[routing] ?? 0}
            </strong>
          </li>
        ))}
      </ul>
    </article>
  );
}

/** How many boxes there is room for decides how large they are. */
function sizeOf(queues: number): string {
  if (queues <= 3) return "few";
  if (queues <= 7) return "some";
  if (queues <= 9) return "many";
  return queues <= 14 ? "crowd" : "throng";
}
