/** Who is on the line, in large letters, and how long this goes on. */
import { duration, telephone } from "../format";
import { Icon } from "../parts/icon";
import { Ticking } from "../parts/ticking";
import { gradeClass } from "../states";
import { code, queueTitle, t } from "../texts";
import type { DeskContact } from "../wire";
import { stageText, stageTone } from "./stages";

/** `keyed`: what the other side pressed on its telephone during the talk. */
export function Caller({ contact, keyed }: { contact: DeskContact; keyed: string }) {
  const queue = queueTitle(contact);
  return (
    <div class="caller">
      <div class="stage">
        <span class={`dot ${contact.held ? "warn" : stageTone(contact.stage)}`} />
        <strong>{stageText(contact)}</strong>
        <Ticking at={contact.held_at ?? contact.stage_at} class="stage-time" />
        {queue && (
          <>
            <span class="sep" />
            <span>{queue}</span>
          </>
        )}
        {contact.waited_ms > 0 && (
          <>
            <span class="sep" />
            <span class="quiet">{t("contact.waited", { time: duration(contact.waited_ms) })}</span>
          </>
        )}
      </div>
      <div class="name">
        <h2 class="clip">{nameOf(contact)}</h2>
        {contact.customer && <Grade grade={contact.customer.grade} />}
        {contact.direction === "inbound" && <Verified verified={contact.verified} />}
      </div>
      <div class="reach">
        {contact.direction !== "internal" && (
          <span class="nowrap">{contact.number ? telephone(contact.number) : t("caller.withheld")}</span>
        )}
        {contact.language && <span class="badge accent">{code("language", contact.language)}</span>}
        {keyed && (
          <span class="badge accent" role="status">
            <Icon name="keypad" />
            {t("contact.keyed", { keys: keyed })}
          </span>
        )}
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

/** The customer, or on an internal call the colleague. */
export function nameOf(contact: DeskContact): string {
  if (contact.direction === "internal") return contact.sent_by || t("caller.colleague");
  return contact.customer?.name || t("caller.unknown");
}

export function Grade({ grade }: { grade: string }) {
  return (
    grade && (
      <span class={gradeClass(grade)} title={t("customer.grade", { grade })}>
        {grade}
      </span>
    )
  );
}

function Verified({ verified }: { verified: boolean }) {
  return verified ? (
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
