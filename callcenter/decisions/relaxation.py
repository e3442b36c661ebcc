"""Relaxation: the longer somebody waits, the less is asked of an agent.

The rule: a queue's steps are taken one after the other, each at its seconds of the wait. What was due while
somebody talked is made up for when they wait again; who enters another queue begins with its first step. A step
that a newer setup has not is not taken; one that it has anew counts from then on.
"""

from callcenter import facts as f
from callcenter.decisions import offers
from callcenter.lifecycles import ContactState
from callcenter.state import Contact, Live


def first_due(queue: f.QueueSetup, at: int) -> int | None:
    """When the first step is due for who enters this queue now; None: it has none."""
    return at + queue.steps[0].after_seconds * 1000 if queue.steps else None


def on_step_due(live: Live, fact: f.StepDue, at: int) -> list[f.Decision]:
    contact = live.state.contacts.get(fact.contact)
    if contact is None or not contact.awaits_step(fact.wait, fact.step):
        return []
    return [_next(live, contact, at)]


def on_relaxed(live: Live, fact: f.ContactRelaxed, at: int) -> list[f.Decision]:
    return offers.on_contact_waits(live, fact.contact, at)


def on_contact_returned(live: Live, fact: f.ContactReturned, at: int) -> list[f.Decision]:
    contact = live.state.contacts[fact.contact]
    if contact.relaxes_at is None:
        return _given_anew(live, contact, at)
    return [_next(live, contact, at)] if contact.relaxes_at <= at else []


def on_centre_applied(live: Live, fact: f.CentreApplied, at: int) -> list[f.Decision]:
    decisions: list[f.Decision] = []
    for contact in live.state.contacts.values():
        waits = contact.state in (ContactState.WAITING, ContactState.OFFERED) and contact.sent_by is None
        if waits and contact.relaxes_at is None:
            decisions += _given_anew(live, contact, at)
    return decisions


def _given_anew(live: Live, contact: Contact, at: int) -> list[f.Decision]:
    """The next step, if a newer setup has one, to somebody who had taken all of them."""
    queue, taken = live.queues.get(contact.queue), contact.step
    if queue is None or not contact.waits or taken >= len(queue.steps):
        return []
    before = queue.steps[taken - 1].after_seconds if taken else 0
    due_at = at + (queue.steps[taken].after_seconds - before) * 1000
    return [f.ContactRelaxed(contact.contact, taken, 0, due_at)]


def _next(live: Live, contact: Contact, at: int) -> f.ContactRelaxed:
    queue, taken = live.queues.get(contact.queue), contact.step
    steps = queue.steps if queue is not None else ()
    if taken >= len(steps):
        return f.ContactRelaxed(contact.contact, taken, 0, None)
    step, later = steps[taken], None
    if taken + 1 < len(steps):
        later = at + (steps[taken + 1].after_seconds - step.after_seconds) * 1000
    return f.ContactRelaxed(contact.contact, taken + 1, step.points, later)
