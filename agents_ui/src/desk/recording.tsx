/**
 * What becomes of the words that are said: whether they are kept, and the pause around a card number. Who was called
 * by us is told first: until then nothing is kept.
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
  const pausing = contact.can.includes("pause-recording");
  const resuming = contact.can.includes("resume-recording");
  useKeys([
    {
      keys: ["p", "Alt+p"],
      text: "keys.pause_recording",
      group: "help.call",
      run: () => desk.control(pausing ? "pause-recording" : "resume-recording"),
      on: (pausing || resuming) && !desk.busy.value,
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
      {(pausing || resuming) && contact.recording !== "pending" && (
        <button
          class="button small"
          {...patient(desk.busy.value, () => desk.control(pausing ? "pause-recording" : "resume-recording"))}
        >
          {pausing ? t("recording.pause") : t("recording.resume")} <kbd aria-hidden="true">P</kbd>
        </button>
      )}
    </div>
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
      <button
        class="button primary"
        disabled={!desk.may("resume-recording")}
        {...patient(desk.busy.value, () => desk.control("resume-recording"))}
      >
        <Icon name="record" /> {t("recording.start")} <kbd aria-hidden="true">P</kbd>
      </button>
    </section>
  );
}

function known(state: string): "on" | "paused" | "pending" | "off" {
  return state === "on" || state === "paused" || state === "pending" ? state : "off";
}
