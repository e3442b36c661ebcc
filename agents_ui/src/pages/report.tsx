/** Figures by interval, of queues and of agents: the period's sums, and the intervals of one of its lines. */
import { signal } from "@preact/signals";
import { render } from "preact";
import "../styles/base.css";
import "../styles/history.css";
import "../styles/report.css";
import { api, type Person } from "../api";
import { useKeys } from "../keys";
import { Frame } from "../parts/frame";
import { Problem } from "../parts/listed";
import { asked, load, loading, problem, report } from "../report/asked";
import { Controls } from "../report/controls";
import { Reported } from "../report/reported";
import { t } from "../texts";

const person = signal<Person | null>(null);

function ReportPage() {
  useKeys([{ keys: ["r"], text: "keys.refresh", run: () => void load() }]);
  return (
    <Frame page="report" visitor={person.value}>
      <main id="main" class="report">
        <Controls />
        {problem.value ? (
          <div class="card">
            <Problem problem={problem.value} again={() => void load()} />
          </div>
        ) : report.value && report.value.by === asked.value.by ? (
          <div class="told" aria-busy={loading.value}>
            <Reported report={report.value} />
          </div>
        ) : (
          <div class="card skeleton" style={{ height: "320px" }} role="status" aria-label={t("frame.loading")} />
        )}
      </main>
    </Frame>
  );
}

void api.me().then(
  (me) => (person.value = me),
  () => undefined, // the report's own request tells what is wrong
);
const root = document.getElementById("root");
if (root) render(<ReportPage />, root);
