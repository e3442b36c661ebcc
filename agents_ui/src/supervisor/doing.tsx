/** What an agent does, in one line: the colour of the state, a word, for which queue, and what follows it. */
import { Icon, type IconName } from "../parts/icon";
import { routingTone } from "../states";
import { code, inARow, t } from "../texts";
import type { AgentRow } from "../wire";
import type { Floor } from "./model";
import { postponedName } from "./words";

const ICONS: Record<string, IconName> = {
  hold: "pause",
  consult: "ask",
  conference: "people",
  dialling: "phone",
  listens: "headset",
  coaches: "whisper",
  barges: "speak",
};

export function Doing({ agent, floor }: { agent: AgentRow; floor: Floor }) {
  const away = agent.routing === "off_queue" && agent.presence === "away";
  const off = agent.routing === "off_queue" && !away && !agent.doing;
  const icon = ICONS[agent.doing];
  const then = postponedName(agent, floor);
  return (
    <span class="row doing">
      <span class={`dot ${toneOf(agent)}`} />
      <span class={off ? "quiet" : ""}>{stateName(agent, floor)}</span>
      {icon && (
        <span class={agent.doing === "hold" ? "tone-warn" : "tone-call"}>
          <Icon name={icon} />
        </span>
      )}
      {agent.direction && agent.direction !== "inbound" && (
        <span class="label">{t(`direction.${agent.direction as "outbound" | "internal"}`)}</span>
      )}
      {agent.contact_queue && <span class="quiet clip">{floor.queueTitle(agent.contact_queue)}</span>}
      {then && <span class="label">{t("agents.then", { what: then })}</span>}
      {agent.watched_by.length > 0 && (
        <span class="tone-call">
          <Icon name="eye" label={t("agents.watched_by", { names: inARow(agent.watched_by) })} />
        </span>
      )}
    </span>
  );
}

export function stateName(agent: AgentRow, floor: Floor): string {
  if (agent.doing) return code("doing", agent.doing);
  if (agent.routing !== "off_queue") return code("routing", agent.routing);
  return agent.presence === "away" ? floor.breakName(agent.reason) : code("routing", agent.routing);
}

function toneOf(agent: AgentRow): string {
  if (agent.routing !== "off_queue") return routingTone(agent.routing);
  if (agent.doing) return "call";
  return agent.presence === "away" ? "warn" : "idle";
}
