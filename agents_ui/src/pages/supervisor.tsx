/** The supervisor's floor: queues as tiles, the day in charts, every agent, everybody who waits, and powers over them. */
import { signal } from "@preact/signals";
import { render } from "preact";
import "../styles/base.css";
import "../styles/supervisor.css";
import "../styles/charts.css";
import "../styles/alarms.css";
import { PhoneNotice } from "../desk/phone";
import { Feed, feedUrl } from "../feed";
import { useKeys } from "../keys";
import { unlockSound } from "../parts/bell";
import { Frame } from "../parts/frame";
import { Icon } from "../parts/icon";
import { Agents } from "../supervisor/agents";
import { bellOn, watchAlarms } from "../supervisor/alarms";
import { Charts, chartsShown, toggleCharts } from "../supervisor/charts";
import { Confirm } from "../supervisor/confirm";
import { Floor } from "../supervisor/model";
import { Move } from "../supervisor/move";
import { Sheet } from "../supervisor/sheet";
import { Strip } from "../supervisor/strip";
import { Thresholds } from "../supervisor/thresholds";
import { QueueTile } from "../supervisor/tiles";
import { Waiting } from "../supervisor/waiting";
import { t } from "../texts";

const setting = signal(false);

function SupervisorPage({ floor }: { floor: Floor }) {
  useKeys([
    { keys: ["/"], text: "keys.find_agent", run: () => document.getElementById("find-agent")?.focus() },
    { keys: ["c"], text: "keys.charts", run: toggleCharts },
    { keys: ["a"], text: "keys.alarms", run: () => (setting.value = true) },
    { keys: ["f"], text: "keys.wallboard", run: () => location.assign("/wallboard") },
    { keys: ["h"], text: "keys.history", run: () => location.assign("/history") },
  ]);
  return (
    <Frame
      page="supervisor"
      feed={floor.feed}
      visitor={floor.feed.hello.value}
      notices={<Notices floor={floor} />}
    >
      <main id="main" class={`supervisor ${chartsShown.value ? "with-charts" : ""}`}>
        {floor.allowed.value === false ? <LinesOnly /> : floor.loaded.value ? <Live floor={floor} /> : <Loading />}
      </main>
      <Sheet floor={floor} />
      <Move floor={floor} />
      <Confirm floor={floor} />
      {setting.value && <Thresholds queues={floor.queues.value} onClose={() => (setting.value = false)} />}
    </Frame>
  );
}

/** About the phone, once it has been wanted. */
function Notices({ floor }: { floor: Floor }) {
  const quiet = floor.line.state.value === "off" && !floor.unplugged.value;
  return quiet ? null : <PhoneNotice desk={floor} />;
}

function Live({ floor }: { floor: Floor }) {
  const queues = floor.queues.value;
  const chooseQueue = (queue: string) => (floor.queue.value = floor.queue.peek() === queue ? "" : queue);
  useKeys([
    {
      keys: queues.slice(0, 9).map((_, index) => String(index + 1)),
      text: "keys.queue",
      run: (key) => chooseQueue(queues[Number(key) - 1]?.queue ?? ""),
    },
    { keys: ["0"], text: "keys.every_queue", run: () => (floor.queue.value = ""), on: floor.queue.value !== "" },
  ]);
  return (
    <>
      <Strip floor={floor} />
      <Tools />
      <div class="tiles">
        {queues.map((queue) => (
          <QueueTile
            key={queue.queue}
            queue={queue}
            alarms={alarms}
            chosen={floor.queue.value === queue.queue}
            choose={() => chooseQueue(queue.queue)}
          />
        ))}
        {!queues.length && <p class="card empty">{t("tile.none")}</p>}
      </div>
      <Charts floor={floor} />
      <Agents floor={floor} />
      <Waiting floor={floor} />
    </>
  );
}

function Tools() {
  return (
    <div class="tools">
      <button
        class="button small"
        aria-pressed={chartsShown.value}
        onClick={toggleCharts}
        title={t("floor.charts")}
      >
        <Icon name="chart" /> <span class="word">{t("floor.charts")}</span> <kbd aria-hidden="true">C</kbd>
      </button>
      <button class="button small" onClick={() => (setting.value = true)} title={t("thresholds.title")}>
        <Icon name={bellOn.value ? "bell" : "volumeOff"} /> <span class="word">{t("thresholds.title")}</span>{" "}
        <kbd aria-hidden="true">A</kbd>
      </button>
      <a class="button small" href="/wallboard" title={t("floor.wallboard")}>
        <Icon name="wide" /> <span class="word">{t("floor.wallboard")}</span> <kbd aria-hidden="true">F</kbd>
      </a>
    </div>
  );
}

function Loading() {
  return (
    <>
      <div class="tiles" aria-busy="true" role="status" aria-label={t("frame.loading")}>
        {[1, 2, 3, 4, 5].map((one) => (
          <div key={one} class="card tile skeleton" />
        ))}
      </div>
      <div class="card panel agents skeleton" />
      <div class="card panel waiting skeleton" />
    </>
  );
}

/** For whoever leads some business lines only: a live topic has the rows of all of them. */
function LinesOnly() {
  return (
    <div class="empty">
      <Icon name="shield" />
      <strong>{t("floor.lines_only")}</strong>
      <p>{t("floor.lines_only_about")}</p>
      <p class="row">
        <a class="button" href="/history">
          {t("page.history")}
        </a>
        <a class="button" href="/report">
          {t("page.report")}
        </a>
      </p>
    </div>
  );
}

unlockSound();
const floor = new Floor(new Feed(feedUrl()));
const alarms = watchAlarms(floor.queues, floor.feed.link);
const root = document.getElementById("root");
if (root) render(<SupervisorPage floor={floor} />, root);
