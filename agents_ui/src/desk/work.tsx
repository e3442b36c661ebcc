/** The place of the agent's own words beside the record: empty until the call is answered, so that nothing moves then. */
import { Icon } from "../parts/icon";
import { t } from "../texts";
import type { DeskContact } from "../wire";
import { Coding } from "./coding";
import type { Desk } from "./model";

export function Work({ desk, contact }: { desk: Desk; contact: DeskContact }) {
  // Who only advises writes a note, and the one who has the contact says what it was about.
  const advises = contact.kind === "consult";
  if (contact.engagement === null) {
    return (
      <div class="card column work">
        <div class="empty">
          <Icon name="note" />
          <p>{t("work.after_answer")}</p>
        </div>
      </div>
    );
  }
  return (
    <div class="card column work">
      <Coding
        desk={desk}
        engagement={contact.engagement}
        draft={contact.public_id}
        dispositions={advises ? [] : contact.dispositions}
        dispositionsZh={contact.dispositions_zh}
        disposition={contact.disposition}
        note={contact.note}
        finishing={contact.stage === "wrap_up"}
        deadlineAt={contact.stage === "wrap_up" ? contact.deadline_at : null}
      />
    </div>
  );
}
