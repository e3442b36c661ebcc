/**
 * To end one's call: through the service, which knows; through the phone when the service doesn't answer.
 *
 * The rule: hanging up waits for no other ask, and never longer than HANG_UP_SECONDS.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { Feed } from "./feed";
import type { Line } from "./line";
import { done } from "./parts/toasts";
import type { DeskContact } from "./wire";

const HANG_UP_SECONDS = 3;
/** the service has it not, or nobody knows: the phone can end it alone */
const NOT_HAD = ["offline", "unavailable"];

export class HangUp {
  #ending: number | null = null;

  constructor(
    readonly feed: Feed,
    readonly line: Line,
    readonly contact: ReadonlySignal<DeskContact | null>,
  ) {}

  async end(): Promise<void> {
    const contact = this.contact.peek();
    if (!isOn(contact) || this.#ending === contact.contact) return;
    this.#ending = contact.contact;
    const byPhone = () => this.line.hangUp(contact.leg);
    const late = setTimeout(byPhone, HANG_UP_SECONDS * 1000);
    const refused = await this.feed.ask({ do: "end-contact", contact: contact.contact });
    clearTimeout(late);
    this.#ending = null;
    const now = this.contact.peek();
    if (!isOn(now) || now.contact !== contact.contact) return;
    if (NOT_HAD.includes(refused) && this.line.usable.peek()) byPhone();
    else done(refused);
  }
}

function isOn(contact: DeskContact | null): contact is DeskContact {
  return contact?.stage === "talking" || contact?.stage === "dialling";
}
