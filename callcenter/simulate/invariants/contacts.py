"""A contact begins once, and ends once, by somebody, with the outcome that its end deserves: I1, I8."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.lifecycles import Direction, Outcome
from callcenter.simulate.invariants.legs import LOST
from callcenter.simulate.invariants.records import Contact
from callcenter.simulate.invariants.seen import Seen
from callcenter.simulate.invariants.talks import no_talk


def call_arrived(seen: Seen, fact: f.CallArrived) -> None:
    decisions = seen.entry.decisions
    if fact.leg in seen.legs:  # told twice under two names
        if decisions:
            raise seen.violated("I1", f"{fact.leg} is one call")
        return
    seen.once("call", fact.leg)
    if len(decisions) == 1 and seen.broke():
        return  # its carrier tells it so
    if [one.leg for one in decisions if isinstance(one, f.ContactOpened)] != [fact.leg]:
        raise seen.violated("I1", f"{fact.leg} has no contact")


def contact_opened(seen: Seen, fact: f.ContactOpened) -> None:
    seen.once("contact", fact.contact)
    calls_in = fact.direction is Direction.INBOUND
    contact = Contact(fact.leg, fact.provider, set(), direction=fact.direction, dialling=not calls_in)
    contact.unrecorded, contact.arrived_at = fact.direction is Direction.OUTBOUND, seen.entry.at
    seen.contacts[fact.contact] = contact
    if calls_in:
        seen.add_leg(fact.contact, fact.leg, None)
    seen.live.add(fact.contact)


def customer_identified(seen: Seen, fact: f.CustomerIdentified) -> None:
    contact, input = seen.contacts[fact.contact], seen.entry.input
    if isinstance(input, f.CustomerFound) and (input.customer, input.grade) != (fact.customer, fact.grade):
        raise seen.violated("I3", f"contact {fact.contact} is of another customer, or grade, than was found")
    contact.grade, contact.language = fact.grade, fact.language or contact.language


def language_chosen(seen: Seen, fact: f.LanguageChosen) -> None:
    seen.contacts[fact.contact].language = fact.language


def milestone_reached(seen: Seen, fact: f.MilestoneReached) -> None:
    seen.contacts[fact.contact].milestones += 1


def contact_reached(seen: Seen, fact: f.ContactReached) -> None:
    contact = seen.contacts[fact.contact]
    if not (contact.dialling or contact.sent):
        raise seen.violated("I1", f"contact {fact.contact} was reached before")
    contact.dialling = contact.sent = False
    seen.due.drop(("step", fact.contact))
    contact.lift = contact.passed = 0
    contact.talking = True
    seen.to_settle.add(fact.contact)


def contact_quarantined(seen: Seen, fact: f.ContactQuarantined) -> None:
    contact = seen.contacts[fact.contact]
    contact.quarantined, contact.waiting = True, False
    seen.due.drop(("step", fact.contact))


def contact_ended(seen: Seen, fact: f.ContactEnded) -> None:
    contact = seen.contacts[fact.contact]
    if contact.outcome is not None:
        raise seen.violated("I1", f"contact {fact.contact} ends twice")
    deserved = _deserved(seen, contact)
    if fact.outcome not in deserved:
        raise seen.violated("I1", f"contact {fact.contact}: {fact.outcome}, not {deserved}")
    _somebody_ended_it(seen, contact, fact.outcome)
    if contact.talking:
        _no_fault_ended_it(seen, fact.contact, contact)
    contact.outcome, contact.waiting, contact.dialling = fact.outcome, False, False
    no_talk(seen, fact.contact)
    seen.live.discard(fact.contact)
    seen.due.drop(("step", fact.contact))
    seen.to_settle.add(fact.contact)
    for look_up in [number for number, asker in seen.look_ups.items() if asker == fact.contact]:
        del seen.look_ups[look_up]
        seen.due.drop(("look-up", look_up))


def leaves_nothing(seen: Seen, number: int, contact: Contact) -> None:
    """I7: neither its offer outlives a contact, nor the contact its caller."""
    if contact.outcome is not None:
        if contact.offer is not None:
            raise seen.violated("I7", f"offer {contact.offer} outlives its contact")
        return
    first = seen.legs.get(contact.leg)
    if first is not None and first.over and not contact.quarantined:
        raise seen.violated("I7", f"contact {number} outlives its caller")


def _deserved(seen: Seen, contact: Contact) -> tuple[Outcome, ...]:
    input = seen.entry.input
    if contact.quarantined:
        return (Outcome.LOST_BY_SYSTEM, *[Outcome.ANSWERED] * contact.talking)
    if isinstance(input, f.LegEnded) and input.cause is f.LegCause.SYSTEM and input.leg == contact.leg:
        return (Outcome.LOST_BY_SYSTEM,)
    if input == f.LegFailed(contact.leg, f.FORGOTTEN) and not contact.dialling:
        return (Outcome.LOST_BY_SYSTEM,)
    if contact.dialling:
        return (Outcome.NOT_REACHED,)
    if isinstance(input, f.LegEnded) and _is_agents(seen, contact, input) and input.cause in LOST:
        return ()  # the network of an agent ends no call
    if contact.talking:
        return (Outcome.ANSWERED,)
    if contact.queued or contact.sent:
        return (Outcome.ABANDONED,)
    if contact.milestones:
        return (Outcome.RESOLVED_IN_IVR,)
    return Outcome.LEFT_IN_IVR, Outcome.CLOSED


def _is_agents(seen: Seen, contact: Contact, input: f.LegEnded) -> bool:
    """An agent's leg, in a call with somebody from outside."""
    leg = seen.legs[input.leg]
    return leg.agent is not None and contact.direction is not Direction.INTERNAL


def _somebody_ended_it(seen: Seen, contact: Contact, outcome: Outcome) -> None:
    """Who abandons has gone, and a talk goes on while somebody of the others is there."""
    input = seen.entry.input
    left = input.leg if isinstance(input, f.LegEnded | f.LegFailed | f.LegExpired) else None
    if outcome is Outcome.ABANDONED and left != contact.leg:
        raise seen.violated("I8", f"{contact.leg} abandons nothing: it is still there")
    if left is None or left == contact.leg or contact.direction is Direction.INTERNAL:
        return
    for one in contact.members if outcome is Outcome.ANSWERED else ():
        talks = seen.legs[one.leg].answered and seen.is_alive(one.leg)
        if talks and one.leg not in (contact.leg, left, *contact.watchers):
            raise seen.violated("I8", f"{contact.leg} was still with {one.leg}")


def _no_fault_ended_it(seen: Seen, number: int, contact: Contact) -> None:
    """I8: a rule that breaks costs no talk in which the customer has somebody."""
    entry = seen.entry
    broke = any(isinstance(one, f.ContactQuarantined) and one.contact == number for one in entry.decisions)
    if not broke or isinstance(entry.input, f.HangUpAsked):
        return
    there = [
        one.leg
        for one in contact.members
        if one.leg not in contact.watchers and _is_up(seen, contact, one.leg)
    ]
    if len(there) > 1 and contact.leg in there:
        raise seen.violated("I8", f"a fault of ours ends the talk of {there}")


def _is_up(seen: Seen, contact: Contact, name: f.LegId) -> bool:
    """Who calls us is so from the beginning."""
    calls = name == contact.leg and contact.direction is Direction.INBOUND
    return (calls or seen.legs[name].answered) and seen.is_alive(name)
