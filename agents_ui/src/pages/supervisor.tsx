/** The supervisor's live view: queues as tiles, every agent, everybody who waits. */
import { computed } from "@preact/signals";
import { render } from "preact";
import "../styles/base.css";
import "../styles/supervisor.css";
import { Feed, feedUrl } from "../feed";
import { useKeys } from "../keys";
import { Frame } from "../parts/frame";
import { Icon } from "../parts/icon";
import { Agents } from "../supervisor/agents";
import { QueueTile } from "../supervisor/tiles";
import { Waiting } from "../supervisor/waiting";
import { t } from "../texts";
import { locale } from "../texts/language";
import type { AgentRow, QueueRow, WaitingRow } from "../wire";

const feed = new Feed(feedUrl());
const allowed = computed(() => feed.hello.value?.topics.includes("queues") ?? null);
const loaded = computed(
  () => allowed.value && feed.topic("queues").value.n >= 0 && feed.topic("agents").value.n >= 0,
);
const queues = computed(() =>
  ([...feed.topic("queues").value.rows.values()] as QueueRow[]).sort((a, b) =>
    a.title.localeCompare(b.title, locale.value),
  ),
);
const agents = computed(() => [...feed.topic("agents").value.rows.values()] as AgentRow[]);
const waiting = computed(() => [...feed.topic("waiting").value.rows.values()] as WaitingRow[]);
const titles = computed(() => new Map(queues.value.map((queue) => [queue.queue, queue.title])));

function SupervisorPage() {
  useKeys([
    { keys: ["/"], text: "keys.find_agent", run: () => document.getElementById("find-agent")?.focus() },
    { keys: ["h"], text: "keys.history", run: () => location.assign("/history") },
  ]);
  return (
    <Frame page="supervisor" feed={feed} visitor={feed.hello.value}>
      <main id="main" class="supervisor">
        {allowed.value === false ? <Forbidden /> : loaded.value ? <Live /> : <Loading />}
      </main>
    </Frame>
  );
}

function Live() {
  return (
    <>
      <div class="tiles">
        {queues.value.map((queue) => (
          <QueueTile key={queue.queue} queue={queue} />
        ))}
        {!queues.value.length && <p class="card empty">{t("tile.none")}</p>}
      </div>
      <Agents agents={agents.value} queueTitle={(queue) => titles.value.get(queue) ?? queue} />
      <Waiting waiting={waiting.value} />
    </>
  );
}

function Loading() {
  return (
    <>
      <div class="tiles" aria-busy="true" role="status" aria-label={t("frame.loading")}>
        {[1, 2, 3].map((one) => (
          <div key={one} class="card tile skeleton" />
        ))}
      </div>
      <div class="card panel agents skeleton" />
      <div class="card panel waiting skeleton" />
    </>
  );
}

function Forbidden() {
  return (
    <div class="empty">
      <Icon name="shield" />
      <strong>{t("error.forbidden")}</strong>
    </div>
  );
}

const root = document.getElementById("root");
if (root) render(<SupervisorPage />, root);
