/** What follows for an agent, in words. */
import { t } from "../texts";
import type { AgentRow } from "../wire";
import type { Floor } from "./model";

/** What follows the contact at hand; "" nothing else. */
export function postponedName(agent: AgentRow, floor: Floor): string {
  const [kind, reason = ""] = agent.postponed.split(":");
  if (kind === "away") return floor.breakName(reason);
  if (kind === "offline") return t("agents.then_off");
  return kind === "ready" ? t("agents.then_ready") : "";
}
