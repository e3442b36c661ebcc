/**
 * A talk of more than two: who is in it and hears what, and what can be made of it. With the same three people it may
 * be a consultation, a swap of the two, or a conference.
 */
import { telephone } from "../format";
import { Icon, type IconName } from "../parts/icon";
import { Ticking } from "../parts/ticking";
import { either, t } from "../texts";
import type { Consultation, DeskContact, Party } from "../wire";
import { nameOf } from "./caller";
import { Act } from "./controls";
import type { Desk } from "./model";

export function Talk({ desk, contact }: { desk: Desk; contact: DeskContact }) {
  const { consultation, parties } = contact;
  if (contact.stage !== "talking" || (!consultation && parties.length < 2)) return null;
  const waiting = consultation?.stage === "waiting" ? consultation : null;
  return (
    <section class="card strip talk" aria-label={t("talk.label")}>
      <ul class="people">
        {parties.map((party, index) => (
          <Person key={`${party.who}-${party.name}-${index}`} party={party} contact={contact} />
        ))}
        {waiting && <InQueue consultation={waiting} />}
      </ul>
      {consultation && <Choices desk={desk} contact={contact} consultation={consultation} />}
    </section>
  );
}

const ICONS: Record<string, IconName> = {
  customer: "person",
  agent: "headset",
  outside: "phone",
  supervisor: "shield",
};

function Person({ party, contact }: { party: Party; contact: DeskContact }) {
  const since = sinceOf(party, contact);
  return (
    <li class={`person-chip ${stateOf(party)}`}>
      <Icon name={ICONS[party.who] ?? "person"} />
      <span class="clip">
        <strong class="clip">{partyName(party, contact)}</strong>
        <span class="label">
          {t(`party.${stateOf(party)}`)} {since !== null && <Ticking at={since} />}
        </span>
      </span>
    </li>
  );
}

function InQueue({ consultation }: { consultation: Consultation }) {
  return (
    <li class="person-chip ringing">
      <Icon name="queue" />
      <span class="clip">
        <strong class="clip">{either(consultation.name, consultation.name_zh)}</strong>
        <span class="label">
          {t("party.in_queue")} <Ticking at={consultation.since_at} />
        </span>
      </span>
    </li>
  );
}

/** What can be made of it, the end that is wanted most on the right. */
function Choices({
  desk,
  contact,
  consultation,
}: {
  desk: Desk;
  contact: DeskContact;
  consultation: Consultation;
}) {
  const together = consultation.mode === "conference";
  const customer = nameOf(contact);
  return (
    <div class="choices-of-talk">
      <Act
        icon="undo"
        text={together ? dropText(consultation) : t("talk.take_back")}
        sign="B"
        keys={["b", "Alt+b"]}
        means="keys.take_back"
        busy={desk.busy.value}
        on={desk.may("take-back")}
        run={() => desk.control("take-back")}
      />
      <Act
        icon="swap"
        text={t("talk.swap")}
        about={contact.held ? t("talk.to_caller") : t("talk.to_colleague")}
        sign="S"
        keys={["s", "Alt+s"]}
        means="keys.swap"
        busy={desk.busy.value}
        on={desk.may("swap")}
        run={() => desk.control("swap")}
      />
      <Act
        icon="people"
        text={t("talk.conference")}
        sign="C"
        keys={["c", "Alt+c"]}
        means="keys.conference"
        pressed={together}
        busy={desk.busy.value}
        on={desk.may("conference") && !together}
        run={() => desk.control("conference")}
      />
      <Act
        icon="transfer"
        text={together ? t("talk.leave") : t("talk.complete")}
        sign="⇧ T"
        keys={["Shift+T", "Alt+Shift+T"]}
        means="keys.complete"
        class="primary"
        busy={desk.busy.value}
        on={desk.may("complete")}
        run={() => desk.control(together ? "leave" : "complete")}
      />
      <p class="hidden-text" role="status">
        {t(`told.${consultation.stage === "talking" ? "talking" : "waiting"}`, {
          who: either(consultation.name, consultation.name_zh),
          caller: customer,
        })}
      </p>
    </div>
  );
}

type PartyState = "ringing" | "held" | "coaches" | "apart" | "talks";

function stateOf(party: Party): PartyState {
  if (party.ringing) return "ringing";
  return party.part === "held" || party.part === "coaches" || party.part === "apart" ? party.part : "talks";
}

function sinceOf(party: Party, contact: DeskContact): number | null {
  if (party.who === "customer") return party.part === "held" ? contact.held_at : null;
  return party.ringing ? (contact.consultation?.since_at ?? null) : null;
}

function partyName(party: Party, contact: DeskContact): string {
  if (party.who === "customer") return nameOf(contact);
  return party.who === "outside" && party.name ? telephone(party.name) : party.name || t("caller.unknown");
}

/** The first name is enough on a button. */
function dropText(consultation: Consultation): string {
  if (consultation.who === "outside") return t("talk.drop_number");
  return t("talk.drop", { who: consultation.name.split(" ")[0] ?? "" });
}
