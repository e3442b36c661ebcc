/** What a stage of a contact is called and how it looks, by what brought the contact here; and what an agent is. */
import { code, either, inARow, t } from "../texts";
import type { DeskContact, Me } from "../wire";

const TONES: Record<string, string> = { offered: "warn", dialling: "call", talking: "call", wrap_up: "wrap" };

export const stageTone = (stage: string): string => TONES[stage] ?? "";

/** "Transfer from Anna", "In a call"… */
export function stageText(contact: DeskContact): string {
  const who = contact.sent_by;
  if (contact.stage === "offered") {
    if (contact.kind === "recall") return t("stage.recall");
    if (contact.kind === "consult") return t("stage.asked_by", { who });
    if (contact.kind === "internal") return t("stage.called_by", { who });
    if (contact.kind === "transfer") return t("stage.sent_by", { who });
  }
  if (contact.stage === "talking") {
    if (contact.held) return t("stage.held");
    if (contact.parties.some((one) => one.part === "apart")) return t("stage.on_hold_by", { who });
    if (contact.kind === "consult") return t("stage.advising", { who });
    if (contact.consultation?.mode === "conference") return t("stage.conference");
  }
  return code("stage", contact.stage);
}

/** What became of a call that somebody wraps up: whoever sent it on wants to know that it was taken. */
export function goesOn(contact: DeskContact): string {
  const who = either(contact.goes_on_with, contact.goes_on_with_zh);
  switch (contact.goes_on) {
    case "waiting":
      return t("goes_on.waiting", { who });
    case "ringing":
      return who ? t("goes_on.ringing", { who }) : t("goes_on.ringing_outside");
    case "talking":
      return who ? t("goes_on.talking", { who }) : t("goes_on.talking_outside");
    default:
      return contact.goes_on ? t("goes_on.on") : t("goes_on.over");
  }
}

/** What an agent is just now, in a word or two. */
export function stateName(me: Me): string {
  if (me.routing === "off_queue" && me.presence === "away") return breakName(me, me.reason);
  if (me.routing === "off_queue") return t("presence.offline");
  return code("routing", me.routing);
}

export function breakName(me: Me | null | undefined, reason: string): string {
  return either(code("break", reason), me?.break_reasons_zh[me.break_reasons.indexOf(reason)]);
}

/** What was chosen for after the contact at hand. */
export function afterThis(me: Me): string {
  const [kind, reason = ""] = me.postponed.split(":");
  if (kind === "away") return t("presence.then_away", { reason: breakName(me, reason) });
  return kind === "offline" ? t("presence.then_offline") : t("presence.then_ready");
}

/** The queues whose calls come to this desk. */
export function queuesOf(me: Me): string {
  return inARow(me.queue_titles.map((title, index) => either(title, me.queue_titles_zh[index])));
}
