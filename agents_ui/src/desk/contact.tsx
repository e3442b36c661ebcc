/** The contact at this desk: who it is and what may be done now, above the record and the work. */
import { Guarded } from "../parts/guarded";
import { queueTitle, t } from "../texts";
import type { DeskContact } from "../wire";
import { Caller, nameOf } from "./caller";
import { Controls } from "./controls";
import { Deadline } from "./deadline";
import type { Desk } from "./model";
import { Before, Who } from "./record";
import { RecordingState, TellFirst } from "./recording";
import { Sending } from "./sending";
import { stageTone } from "./stages";
import { Talk } from "./talk";
import { Work } from "./work";

interface Props {
  desk: Desk;
  contact: DeskContact;
  mayReject: boolean;
}

export function Contact({ desk, contact, mayReject }: Props) {
  return (
    <article class={`contact stage-${contact.stage}`} aria-label={t("contact.label")}>
      <header class={`card band ${stageTone(contact.stage)}`}>
        <div class="who-and-recording">
          <Caller contact={contact} keyed={desk.line.keysHeard.value} />
          <RecordingState desk={desk} contact={contact} />
        </div>
        <Controls desk={desk} contact={contact} mayReject={mayReject} />
        {contact.deadline_at !== null && <Deadline from={contact.stage_at} to={contact.deadline_at} />}
      </header>
      <div class="strips">
        <TellFirst desk={desk} contact={contact} />
        <Talk desk={desk} contact={contact} />
      </div>
      {contact.direction === "internal" ? <AmongOurselves /> : <Record desk={desk} contact={contact} />}
      {desk.sending.value && <Sending desk={desk} contact={contact} />}
      <div class="hidden-text" aria-live="assertive">
        {contact.stage === "offered" && announcement(contact)}
      </div>
    </article>
  );
}

function Record({ desk, contact }: { desk: Desk; contact: DeskContact }) {
  return (
    <div class="columns">
      <Guarded>
        <Who desk={desk} contact={contact} />
      </Guarded>
      <Guarded>
        <Before contact={contact} />
      </Guarded>
      <Work key={contact.engagement ?? contact.public_id} desk={desk} contact={contact} />
    </div>
  );
}

function AmongOurselves() {
  return (
    <div class="empty calm">
      <p>{t("internal.about")}</p>
    </div>
  );
}

function announcement(contact: DeskContact): string {
  if (contact.sent_by) return t(`announced.${spoken(contact.kind)}`, { who: contact.sent_by });
  const grade = contact.customer?.grade ?? "–";
  return t("alarm.spoken", { who: nameOf(contact), grade, queue: queueTitle(contact) });
}

function spoken(kind: string): "transfer" | "consult" | "internal" {
  return kind === "consult" || kind === "internal" ? kind : "transfer";
}
