/** One tile a queue: who waits and how long, how well it is served today against its own target, who serves it. */
import { useComputed, type ReadonlySignal } from "@preact/signals";
import { second } from "../clock";
import { duration, percent } from "../format";
import { Icon } from "../parts/icon";
import { Ticking } from "../parts/ticking";
import { levelTone, routingTone, ROUTINGS } from "../states";
import { code, queueTitle, t } from "../texts";
import type { QueueRow } from "../wire";
import { alarmText, type Alarm } from "./alarms";

interface Props {
  queue: QueueRow;
  alarms: ReadonlySignal<ReadonlyMap<string, Alarm[]>>;
  chosen: boolean;
  choose: () => void;
}

export function QueueTile({ queue, alarms, chosen, choose }: Props) {
  const tone = levelTone(queue.service_level, queue.target_percent);
  // As text, so that a tile is drawn anew when its alarms change and not each second.
  const wrong = useComputed(() => (alarms.value.get(queue.queue) ?? []).map(alarmText).join("\n")).value;
  return (
    <section
      class={`card tile tone-edge ${tone} ${wrong ? "alarm" : ""} ${chosen ? "chosen" : ""}`}
      aria-label={queueTitle(queue)}
    >
      <h2>
        <button aria-pressed={chosen} onClick={choose} title={t("tile.only", { queue: queueTitle(queue) })}>
          <span class="clip">{queueTitle(queue)}</span>
        </button>
      </h2>
      <div class="figures">
        <div class="figure">
          <span class={`value ${queue.waiting ? "" : "quiet"}`}>{queue.waiting}</span>
          <span class="label">{t("tile.waiting")}</span>
        </div>
        <div class="figure">
          <LongestWait queue={queue} />
          <span class="label">{t("tile.longest")}</span>
        </div>
      </div>
      <Level queue={queue} tone={tone} />
      <dl class="small-figures">
        <Small name={t("tile.answered")} value={queue.answered} />
        <Small
          name={t("tile.abandoned")}
          value={queue.abandoned}
          bad={queue.abandoned - queue.short_abandoned > 0}
        />
        <Small
          name={t("tile.asa")}
          value={queue.average_answer_ms === null ? "–" : duration(queue.average_answer_ms)}
        />
      </dl>
      <div class="wrong" role="status">
        {(wrong ? wrong.split("\n") : []).map((one) => (
          <span key={one}>
            <Icon name="bell" /> <span class="clip">{one}</span>
          </span>
        ))}
      </div>
      <Staff agents={queue.agents} />
    </section>
  );
}

/** Ticks, and turns its colour when the wait has passed the queue's own threshold. */
function LongestWait({ queue }: { queue: QueueRow }) {
  const since = queue.longest_since_at;
  const late = useComputed(
    () => since !== null && second.value - since > queue.threshold_seconds * 1000,
  ).value;
  if (since === null) return <span class="value quiet">–</span>;
  return <Ticking at={since} class={`value ${late ? "tone-bad" : ""}`} />;
}

function Level({ queue, tone }: { queue: QueueRow; tone: string }) {
  const about = t("tile.level_about", { target: queue.target_percent, seconds: queue.threshold_seconds });
  return (
    <div class="level" title={about}>
      <span class={`percent tone-${tone}`}>
        {queue.service_level === null ? "–" : percent(queue.service_level)}
      </span>
      <span class="label">{t("tile.level", { seconds: queue.threshold_seconds })}</span>
      <span class={`label verdict tone-${tone}`}>
        {t(`tile.verdict.${tone as "good" | "warn" | "bad" | "idle"}`)}
      </span>
      <span class="track">
        <span class={`bar fill-${tone}`} style={{ width: `${Math.min(100, queue.service_level ?? 0)}%` }} />
        <span class="target" style={{ left: `${queue.target_percent}%` }} />
      </span>
    </div>
  );
}

function Small({ name, value, bad = false }: { name: string; value: string | number; bad?: boolean }) {
  return (
    <div>
      <dt class="label">{name}</dt>
      <dd class={bad ? "tone-warn" : ""}>{value}</dd>
    </div>
  );
}

function Staff({ agents }: { agents: Record<string, number> }) {
  const staffed = ROUTINGS.filter((routing) => routing !== "off_queue")
    .map((routing) => ({ routing, count: agents[routing] ?? 0 }))
    .filter((one) => one.count > 0);
  if (!staffed.length) return <p class="staff quiet">{t("tile.nobody")}</p>;
  return (
    <div class="staff">
      <span class="bars" aria-hidden="true">
        {staffed.map((one) => (
          <span
            key={one.routing}
            class={`fill-${routingTone(one.routing)}`}
            style={{ flexGrow: one.count }}
          />
        ))}
      </span>
      <ul>
        {staffed.map((one) => (
          <li key={one.routing}>
            <span class={`dot ${routingTone(one.routing)}`} /> {one.count}{" "}
            {code("routing_short", one.routing)}
          </li>
        ))}
      </ul>
    </div>
  );
}
