/** The contact at this desk: who it is and what may be done now, above the record and the work. */
import type { ComponentChildren } from "preact";
import { useKeys } from "../keys";
import { duration, telephone } from "../format";
import { Guarded } from "../parts/guarded";
import { Icon } from "../parts/icon";
import { Ticking } from "../parts/ticking";
import { gradeClass } from "../states";
import { code, t } from "../texts";
import type { DeskContact } from "../wire";
import { Deadline } from "./deadline";
import type { Desk } from "./model";
import { Before, Who } from "./record";
import { Work } from "./work";

const STAGE_TONE: Record<string, string> = { offered: "warn", talking: "call", wrap_up: "wrap" };

export function Contact({
  desk,
  contact,
  mayReject,
}: {
  desk: Desk;
  contact: DeskContact;
  mayReject: boolean;
}) {
  return (
    <article class={`contact stage-${contact.stage}`} aria-label={t("contact.label")}>
      <header class={`card band ${STAGE_TONE[contact.stage] ?? ""}`}>
        <Caller contact={contact} />
        <Actions desk={desk} contact={contact} mayReject={mayReject} />
        {contact.stage !== "talking" && contact.deadline_at !== null && (
          <Deadline from={contact.stage_at} to={contact.deadline_at} />
        )}
      </header>
      <div class="columns">
        <Guarded>
          <Who contact={contact} />
        </Guarded>
        <Guarded>
          <Before contact={contact} />
        </Guarded>
        <Work key={contact.engagement ?? contact.public_id} desk={desk} contact={contact} />
      </div>
      <div class="hidden-text" aria-live="assertive">
        {contact.stage === "offered" && announcement(contact)}
      </div>
    </article>
  );
}

function Caller({ contact }: { contact: DeskContact }) {
  const customer = contact.customer;
  return (
    <div class="caller">
      <div class="stage">
        <span class={`dot ${STAGE_TONE[contact.stage] ?? ""}`} />
        <strong>{code("stage", contact.stage)}</strong>
        <Ticking at={contact.stage_at} class="stage-time" />
        <span class="sep" />
        <span>{contact.queue_title}</span>
        {contact.stage !== "wrap_up" && (
          <>
            <span class="sep" />
            <span class="quiet">{t("contact.waited", { time: duration(contact.waited_ms) })}</span>
          </>
        )}
        {contact.recording && (
          <span class="badge bad">
            <Icon name="record" />
            {t("contact.recorded")}
          </span>
        )}
      </div>
      <div class="name">
        <h2 class="clip">{customer?.name || t("caller.unknown")}</h2>
        {customer && (
          <span class={gradeClass(customer.grade)} title={t("customer.grade", { grade: customer.grade })}>
            {customer.grade}
          </span>
        )}
        <Verified contact={contact} />
      </div>
      <div class="reach">
        <span class="nowrap">{contact.number ? telephone(contact.number) : t("caller.withheld")}</span>
        {contact.language && <span class="badge accent">{code("language", contact.language)}</span>}
        {contact.caller_away && (
          <span class="badge warn" role="status">
            <Icon name="offline" />
            {t("contact.caller_away")}
          </span>
        )}
      </div>
    </div>
  );
}

function Verified({ contact }: { contact: DeskContact }) {
  return contact.verified ? (
    <span class="badge good">
      <Icon name="shield" />
      {t("customer.verified")}
    </span>
  ) : (
    <span class="badge warn">
      <Icon name="alert" />
      {t("customer.unverified")}
    </span>
  );
}

function Actions({ desk, contact, mayReject }: { desk: Desk; contact: DeskContact; mayReject: boolean }) {
  if (contact.stage === "offered") return <Offered desk={desk} contact={contact} mayReject={mayReject} />;
  if (contact.stage === "talking") return <Talking desk={desk} />;
  return (
    <Buttons>
      <span class="quiet">{t("contact.wrap_up_about")}</span>
    </Buttons>
  );
}

function Offered({ desk, contact, mayReject }: { desk: Desk; contact: DeskContact; mayReject: boolean }) {
  const usable = desk.line.usable.value;
  const answering = desk.answering.value === contact.offer;
  useKeys([
    {
      keys: ["a", "Enter"],
      text: "keys.answer",
      run: () => desk.answer(),
      on: usable && !answering,
      careful: true,
    },
    { keys: ["Shift+D"], text: "keys.decline", run: () => desk.decline(), on: mayReject && !answering },
  ]);
  return (
    <Buttons>
      {mayReject && (
        <button class="button big" disabled={answering} onClick={() => desk.decline()}>
          {t("contact.decline")} <kbd aria-hidden="true">⇧ D</kbd>
        </button>
      )}
      <button class="button big answer" disabled={!usable || answering} onClick={() => desk.answer()}>
        <Icon name="phone" />
        {answerText(desk, answering)} <kbd aria-hidden="true">A</kbd>
      </button>
    </Buttons>
  );
}

function answerText(desk: Desk, answering: boolean): string {
  if (answering) return t("contact.answering");
  if (desk.line.usable.value) return t("contact.answer");
  return desk.line.state.value === "watching" ? t("contact.elsewhere") : t("contact.no_phone");
}

function Talking({ desk }: { desk: Desk }) {
  const muted = desk.line.muted.value;
  useKeys([
    {
      keys: ["m", "Alt+m"],
      text: "keys.mute",
      run: () => desk.line.toggleMute(),
      on: desk.line.usable.value,
    },
    { keys: ["Shift+H", "Alt+h"], text: "keys.hang_up", run: () => void desk.hangUp() },
  ]);
  return (
    <Buttons>
      <button
        class="button big mute"
        aria-pressed={muted}
        disabled={!desk.line.usable.value}
        onClick={() => desk.line.toggleMute()}
      >
        <Icon name={muted ? "micOff" : "mic"} />
        {muted ? t("contact.unmute") : t("contact.mute")} <kbd aria-hidden="true">M</kbd>
      </button>
      <button class="button big end" disabled={desk.busy.value} onClick={() => void desk.hangUp()}>
        <Icon name="hangup" />
        {t("contact.hang_up")} <kbd aria-hidden="true">⇧ H</kbd>
      </button>
    </Buttons>
  );
}

function Buttons({ children }: { children: ComponentChildren }) {
  return <div class="actions">{children}</div>;
}

function announcement(contact: DeskContact): string {
  const who = contact.customer?.name || t("caller.unknown");
  return t("alarm.spoken", { who, grade: contact.customer?.grade ?? "–", queue: contact.queue_title });
}
