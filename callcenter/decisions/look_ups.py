"""Questions that the core asks of the customer base: who is this, is this PIN right?

The rule: a contact has one open question at most. It is closed by its answer or by its deadline, and what comes
later belongs to nothing. What a tree asked is the tree's to go on with (`self_service`); what an agent asked, who
calls somebody or says who a caller is, tells whose record the desk shows, and which grade and language go along.
"""

from callcenter import facts as f
from callcenter.decisions.controlling import Refusal, had
from callcenter.lifecycles import ContactState, Direction
from callcenter.state import Contact, Live

LOOK_UP_SECONDS = 5


def ask(
    live: Live,
    contact: int,
    kind: str,
    at: int,
    *,
    value: f.Ref | None = None,
    customer: int | None = None,
    secret: str | None = None,
) -> f.LookUpWanted:
    """`kind`: see `LookUpWanted`."""
    number = live.state.counters.look_up + 1
    deadline_at = at + LOOK_UP_SECONDS * 1000
    return f.LookUpWanted(number, contact, kind, value, customer, secret, deadline_at)


def asking(live: Live, look_up: int) -> Contact | None:
    """The contact that waits for this look-up; None when the answer is late."""
    wanted = live.state.look_ups.get(look_up)
    return live.state.contacts[wanted.contact] if wanted is not None else None


def on_customer_chosen(live: Live, fact: f.CustomerChosen, at: int) -> list[f.Decision]:
    contact, _ = had(live, fact.contact, fact.actor)
    if contact.direction is Direction.INTERNAL:
        raise Refusal("internal_call")
    overtaken = [f.LookUpClosed(contact.look_up, "overtaken")] if contact.look_up is not None else []
    return [*overtaken, ask(live, contact.contact, "customer", at, customer=fact.customer)]


def on_agents_look_up_over(
    live: Live, fact: f.CustomerFound | f.CustomerUnknown | f.LookUpFailed | f.LookUpExpired, at: int
) -> list[f.Decision]:
    """A number that several share tells nothing."""
    contact = asking(live, fact.look_up)
    if contact is None or contact.state is ContactState.IVR:
        return []
    if not isinstance(fact, f.CustomerFound):
        return [f.LookUpClosed(fact.look_up, "unknown" if isinstance(fact, f.CustomerUnknown) else "failed")]
    # Who has heard this call's language so far goes on with it, whatever the record says.
    language = "" if contact.language else fact.language
    return [
        f.LookUpClosed(fact.look_up, "found"),
        f.CustomerIdentified(contact.contact, fact.customer, fact.grade, language),
    ]
