/** Every agent with state and time in state: dense, sortable, those who need somebody first. */
import { signal } from "@preact/signals";
import { Icon } from "../parts/icon";
import { SortableHead, type Sorting, sorted } from "../parts/sorting";
import { Ticking } from "../parts/ticking";
import { routingTone, ROUTINGS } from "../states";
import { code, t } from "../texts";
import type { AgentRow } from "../wire";

type Column = "name" | "state" | "time" | "handled" | "queues";

/** Not responding first: somebody has to walk over. */
const URGENCY = ["not_responding", "offered", "on_contact", "wrap_up", "idle", "off_queue"];

const sorting = signal<Sorting<Column>>({ column: "state", down: false });
const wanted = signal("");
const state = signal("");

export function Agents({
  agents,
  queueTitle,
}: {
  agents: AgentRow[];
  queueTitle: (queue: string) => string;
}) {
  const needle = wanted.value.trim().toLowerCase();
  const matching = agents.filter((one) => one.name.toLowerCase().includes(needle));
  const shown = sorted(
    matching.filter((one) => !state.value || one.routing === state.value),
    sorting.value,
    {
      name: (a) => a.name,
      state: stateRank,
      time: (a) => a.since_at,
      handled: (a) => a.handled,
      queues: (a) => a.queues.join(),
    },
    (a) => a.since_at,
  );
  return (
    <section class="card panel agents" aria-label={t("agents.title")}>
      <header>
        <Icon name="headset" />
        <h2>{t("agents.title")}</h2>
        <span class="quiet">
          {t("agents.count", {
            count: agents.filter((one) => one.routing !== "off_queue").length,
            all: agents.length,
          })}
        </span>
        <span class="grow" />
        <input
          id="find-agent"
          type="search"
          value={wanted.value}
          onInput={(event) => (wanted.value = event.currentTarget.value)}
          placeholder={t("agents.find")}
          aria-label={t("agents.find")}
        />
      </header>
      <States agents={matching} />
      <div class="table-scroll" tabIndex={0} role="group" aria-label={t("agents.title")}>
        <table class="grid">
          <thead>
            <tr>
              <SortableHead column="name" sorting={sorting} text={t("agents.name")} />
              <SortableHead column="state" sorting={sorting} text={t("agents.state")} />
              <SortableHead column="time" sorting={sorting} text={t("agents.since")} num />
              <SortableHead column="handled" sorting={sorting} text={t("agents.handled")} num />
              <SortableHead column="queues" sorting={sorting} text={t("agents.queues")} />
            </tr>
          </thead>
          <tbody>
            {shown.map((agent) => (
              <Line key={agent.agent} agent={agent} queueTitle={queueTitle} />
            ))}
          </tbody>
        </table>
        {!shown.length && <p class="empty">{agents.length ? t("agents.no_match") : t("agents.none")}</p>}
      </div>
    </section>
  );
}

function Line({ agent, queueTitle }: { agent: AgentRow; queueTitle: (queue: string) => string }) {
  const away = agent.routing === "off_queue" && agent.presence === "away";
  return (
    <tr>
      <td>
        <span class="row">
          <span class="clip">{agent.name}</span>
          {agent.simulated && <span class="label">{t("agents.simulated")}</span>}
          {!agent.station && agent.routing !== "off_queue" && (
            <span class="tone-warn" title={t("agents.no_phone")}>
              <Icon name="offline" label={t("agents.no_phone")} />
            </span>
          )}
        </span>
      </td>
      <td>
        <span class="row">
          <span class={`dot ${away ? "warn" : routingTone(agent.routing)}`} />
          <span class={agent.routing === "off_queue" && !away ? "quiet" : ""}>
            {away ? code("break", agent.reason) : code("routing", agent.routing)}
          </span>
        </span>
      </td>
      <td class="num">
        <Ticking at={agent.since_at} class={agent.routing === "off_queue" ? "quiet" : ""} />
      </td>
      <td class="num">{agent.handled}</td>
      <td class="quiet clip queues">{agent.queues.map(queueTitle).join(", ")}</td>
    </tr>
  );
}

function States({ agents }: { agents: AgentRow[] }) {
  return (
    <div class="states" role="group" aria-label={t("agents.by_state")}>
      {ROUTINGS.map((routing) => {
        const count = agents.filter((one) => one.routing === routing).length;
        const on = state.value === routing;
        return (
          <button
            key={routing}
            class={`chip ${on ? "on" : ""}`}
            aria-pressed={on}
            onClick={() => (state.value = on ? "" : routing)}
          >
            <span class={`dot ${routingTone(routing)}`} />
            {code("routing_short", routing)} <strong>{count}</strong>
          </button>
        );
      })}
    </div>
  );
}

function stateRank(agent: AgentRow): number {
  return URGENCY.indexOf(agent.routing) + (agent.presence === "away" ? 0 : 0.5);
}
