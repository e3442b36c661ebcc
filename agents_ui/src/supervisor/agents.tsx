/**
 * Every agent with what they do and since when: dense, sortable, those who need somebody first. Walked with the arrow
 * keys; the powers' keys act upon the chosen line.
 */
import { signal } from "@preact/signals";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { SortableHead, type Sorting, sorted } from "../parts/sorting";
import { Ticking } from "../parts/ticking";
import { routingTone, ROUTINGS, URGENCY } from "../states";
import { code, inARow, t } from "../texts";
import type { AgentRow } from "../wire";
import { Doing } from "./doing";
import type { Floor } from "./model";

type Column = "name" | "state" | "time" | "handled" | "queues" | "skills";

const sorting = signal<Sorting<Column>>({ column: "state", down: false });
const wanted = signal("");
const state = signal("");
const skill = signal("");

export function Agents({ floor }: { floor: Floor }) {
  const agents = floor.agents.value;
  const matching = agents.filter((one) => matches(one, floor.queue.value));
  const shown = sorted(
    matching.filter((one) => !state.value || one.routing === state.value),
    sorting.value,
    {
      name: (a) => a.name,
      state: stateRank,
      time: (a) => -a.since_at,
      handled: (a) => a.handled,
      queues: (a) => a.queues.join(),
      skills: (a) => a.skills.map(([one]) => one).join(),
    },
    (a) => a.since_at,
  );
  usePowers(floor, shown);
  return (
    <section class="card panel agents" aria-label={t("agents.title")}>
      <header>
        <Icon name="headset" />
        <h2>{t("agents.title")}</h2>
        <span class="quiet count">
          {t("agents.count", {
            count: agents.filter((one) => one.routing !== "off_queue").length,
            all: agents.length,
          })}
        </span>
        <span class="grow" />
        <Skills agents={agents} floor={floor} />
        <input
          id="find-agent"
          type="search"
          value={wanted.value}
          onInput={(event) => (wanted.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            const first = shown[0];
            if (first && (event.key === "Enter" || event.key === "ArrowDown")) {
              event.preventDefault();
              choose(floor, first);
            }
            // The first one empties the field, which is the browser's.
            if (event.key === "Escape" && !wanted.value) event.currentTarget.blur();
          }}
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
              <SortableHead column="skills" sorting={sorting} text={t("agents.skills")} />
              <th scope="col">
                <span class="hidden-text">{t("agents.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((agent) => (
              <Line key={agent.agent} agent={agent} floor={floor} />
            ))}
          </tbody>
        </table>
        {!shown.length && <p class="empty">{agents.length ? t("agents.no_match") : t("agents.none")}</p>}
      </div>
    </section>
  );
}

function matches(agent: AgentRow, queue: string): boolean {
  const needle = wanted.value.trim().toLowerCase();
  return (
    agent.name.toLowerCase().includes(needle) &&
    (!queue || agent.queues.includes(queue) || agent.contact_queue === queue) &&
    (!skill.value || agent.skills.some(([one]) => one === skill.value))
  );
}

/** The arrow keys walk the list, letters act upon its chosen line. */
function usePowers(floor: Floor, shown: AgentRow[]): void {
  // Nobody acts upon whom they don't see.
  const chosen = shown.find((one) => one.agent === floor.selected.value);
  const listens = floor.me.value?.watching != null || floor.canListen(chosen);
  const walk = (step: number) => {
    const now = shown.findIndex((one) => one.agent === floor.selected.peek());
    const next = shown[Math.max(0, Math.min(shown.length - 1, now + step))];
    if (next) choose(floor, next);
  };
  const open = () => (floor.opened.value = chosen?.agent ?? null);
  useKeys([
    { keys: ["ArrowDown", "j"], text: "keys.next_row", run: () => walk(1) },
    { keys: ["ArrowUp", "k"], text: "keys.previous_row", run: () => walk(-1) },
    { keys: ["Enter"], text: "keys.agent", run: open, on: !!chosen },
    { keys: ["l"], text: "keys.listen", run: () => void floor.join("monitor", chosen), on: listens },
    { keys: ["w"], text: "keys.whisper", run: () => void floor.join("coach", chosen), on: listens },
    { keys: ["Shift+B"], text: "keys.barge", run: () => void floor.join("barge", chosen), on: listens },
  ]);
}

function choose(floor: Floor, agent: AgentRow): void {
  floor.selected.value = agent.agent;
  requestAnimationFrame(() => document.getElementById(`agent-${agent.agent}`)?.focus());
}

function Line({ agent, floor }: { agent: AgentRow; floor: Floor }) {
  const on = floor.selected.value === agent.agent;
  const open = () => (floor.opened.value = agent.agent);
  const listens = floor.may("monitor") && floor.canListen(agent) && floor.me.value !== null;
  return (
    <tr class={on ? "on" : ""} onClick={() => (floor.selected.value = agent.agent)} onDblClick={open}>
      <td>
        <span class="row">
          <button
            id={`agent-${agent.agent}`}
            class="name clip"
            aria-haspopup="dialog"
            title={t("agents.more", { name: agent.name })}
            onFocus={() => (floor.selected.value = agent.agent)}
            onClick={open}
          >
            {agent.name}
          </button>
          {agent.simulated && <span class="label">{t("agents.simulated")}</span>}
          {!agent.station && agent.routing !== "off_queue" && (
            <span class="tone-warn" title={t("agents.no_phone")}>
              <Icon name="offline" label={t("agents.no_phone")} />
            </span>
          )}
        </span>
      </td>
      <td class="state">
        <Doing agent={agent} floor={floor} />
      </td>
      <td class="num">
        <Ticking at={agent.since_at} class={agent.routing === "off_queue" ? "quiet" : ""} />
      </td>
      <td class="num">{agent.handled}</td>
      <td class="quiet clip queues">{inARow(agent.queues.map((one) => floor.queueTitle(one)))}</td>
      <td class="quiet clip skills">
        {inARow(agent.skills.map(([one, level]) => `${floor.skillName(one)} ${level}`))}
      </td>
      <td class="actions">
        {listens && (
          <button
            class="button ghost icon-only"
            disabled={floor.busy.value}
            title={`${t("power.monitor")}: ${agent.name}`}
            aria-label={`${t("power.monitor")}: ${agent.name}`}
            onClick={() => void floor.join("monitor", agent)}
          >
            <Icon name="headset" />
          </button>
        )}
      </td>
    </tr>
  );
}

function Skills({ agents, floor }: { agents: AgentRow[]; floor: Floor }) {
  const all = [...new Set(agents.flatMap((one) => one.skills.map(([name]) => name)))].sort();
  if (all.length < 2) return null;
  return (
    <select
      value={skill.value}
      aria-label={t("agents.skills")}
      onChange={(event) => (skill.value = event.currentTarget.value)}
    >
      <option value="">{t("agents.every_skill")}</option>
      {all.map((one) => (
        <option key={one} value={one}>
          {floor.skillName(one)}
        </option>
      ))}
    </select>
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
