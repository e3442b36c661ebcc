/**
 * What becomes of the words that are said: whether they are kept, the pause around a card number, and the end of it
 * when the customer doesn't want it. Who was called by us is told first: until then nothing is kept.
 */
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { patient } from "../parts/patient";
import { Ticking } from "../parts/ticking";
import { code, t, tIn } from "../texts";
import { TAGS } from "../texts/language";
import type { DeskContact } from "../wire";
import type { Desk } from "./model";

interface Props {
  desk: Desk;
  contact: DeskContact;
}

export function RecordingState({ desk, contact }: Props) {
  return contact.stage === "talking" ? <State desk={desk} contact={contact} /> : null;
}

function State({ desk, contact }: Props) {
  const act = (["start-recording", "pause-recording", "resume-recording"] as const).find((one) => desk.may(one));
  useKeys([
    {
      keys: ["p", "Alt+p"],
      text: "keys.pause_recording",
      group: "help.call",
      run: () => act && desk.control(act),
      on: act !== undefined && !desk.busy.value,
    },
  ]);
  return (
    <div class={`recording ${contact.recording}`}>
      <span class="state" role="status">
        <Icon name={contact.recording === "paused" ? "pause" : "record"} />
        <span>
          {t(`recording.${known(contact.recording)}`)}
          {contact.recording_why && <small>{code("recording_why", contact.recording_why)}</small>}
        </span>
      </span>
      {contact.recording_until_at !== null && (
        <span class="until">
          {t("recording.goes_on_in")} <Ticking at={contact.recording_until_at} down />
        </span>
      )}
      {(act === "pause-recording" || act === "resume-recording") && (
        <>
          <button class="button small" {...patient(desk.busy.value, () => desk.control(act))}>
            {t(act === "pause-recording" ? "recording.pause" : "recording.resume")} <kbd aria-hidden="true">P</kbd>
          </button>
          {desk.may("refuse-recording") && <Refuse desk={desk} class="button small ghost" />}
        </>
      )}
    </div>
  );
}

/** By button alone: there is no way back from it. */
function Refuse({ desk, ...look }: { desk: Desk; class: string }) {
  return (
    <button {...look} {...patient(desk.busy.value, () => desk.control("refuse-recording"))}>
      {t("recording.refuse")}
    </button>
  );
}

/** A call that we made: nothing is recorded before the one who was called knows. */
export function TellFirst({ desk, contact }: Props) {
  if (contact.stage !== "talking" || contact.recording !== "pending") return null;
  // What is to be said aloud is in the language of the one who hears it.
  const theirs = contact.language === "zh" || contact.customer?.language === "zh" ? "zh" : "en";
  return (
    <section class="card strip tell-first" role="status">
      <Icon name="note" />
      <p class="grow">
        <strong>{t("recording.tell")}</strong> <q lang={TAGS[theirs]}>{tIn(theirs, "recording.notice")}</q>
      </p>
      <Refuse desk={desk} class="button" />
      <button
        class="button primary"
        disabled={!desk.may("start-recording")}
        {...patient(desk.busy.value, () => desk.control("start-recording"))}
      >
        <Icon name="record" /> {t("recording.start")} <kbd aria-hidden="true">P</kbd>
      </button>
    </section>
  );
}

function known(state: string): "on" | "paused" | "pending" | "off" {
  return state === "on" || state === "paused" || state === "pending" ? state : "off";
}
