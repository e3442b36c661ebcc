/** Words of the floor: what follows for an agent, and queues by the titles that their rows carry. */
import { either, t } from "../texts";
import type { AgentRow } from "../wire";
import type { Floor } from "./model";

/** What follows the contact at hand; "" nothing else. */
export function postponedName(agent: AgentRow, floor: Floor): string {
  const [kind, reason = ""] = agent.postponed.split(":");
  if (kind === "away") return floor.breakName(reason);
  if (kind === "offline") return t("agents.then_off");
  return kind === "ready" ? t("agents.then_ready") : "";
}

/** The queue's own word, of a row that carries both. */
export function queueName(row: { queue_title: string; queue_title_zh: string }): string {
  return either(row.queue_title, row.queue_title_zh);
}
