/** The place of the agent's own words beside the record: empty until the call is answered, so that nothing moves then. */
import { Icon } from "../parts/icon";
import { t } from "../texts";
import type { DeskContact } from "../wire";
import { Coding } from "./coding";
import type { Desk } from "./model";

export function Work({ desk, contact }: { desk: Desk; contact: DeskContact }) {
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
        dispositions={contact.dispositions}
        disposition={contact.disposition}
        note={contact.note}
        finishing={contact.stage === "wrap_up"}
        deadlineAt={contact.stage === "wrap_up" ? contact.deadline_at : null}
      />
    </div>
  );
}
