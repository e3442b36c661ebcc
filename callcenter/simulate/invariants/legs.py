"""A leg is rung once, released once, hung up by nobody but who may, and not forgotten: I6, I7, I8."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.simulate.invariants.deadlines import (
    DIAL_MS,
    LEG_END_MS,
    OWN_PHONE_MS,
    is_so_long,
    not_early,
)
from callcenter.simulate.invariants.records import Contact
from callcenter.simulate.invariants.seen import Seen

LOST = (f.LegCause.VANISHED, f.LegCause.SYSTEM)
NO_STATION = "no_station"


def leg_rung(seen: Seen, fact: f.LegRung) -> None:
    is_so_long(seen, "an own phone", fact.deadline_at, OWN_PHONE_MS)
    seen.add_leg(fact.contact, fact.leg, fact.agent)
    seen.due["dial", fact.leg] = fact.deadline_at
    seen.to_settle.add(fact.contact)


def dial_started(seen: Seen, fact: f.DialStarted) -> None:
    is_so_long(seen, "a number", fact.deadline_at, DIAL_MS)
    contact = seen.contacts[fact.contact]
    if (contact.sent or contact.asks) and contact.target != f.ToNumber(fact.number):
        raise seen.violated("I6", f"{fact.number} is called for {contact.target}")
    seen.add_leg(fact.contact, fact.leg, None)
    seen.due["dial", fact.leg] = fact.deadline_at
    seen.to_settle.add(fact.contact)


def leg_answered(seen: Seen, fact: f.LegAnswered) -> None:
    seen.due.drop(("dial", fact.leg))
    if fact.leg in seen.legs:
        seen.legs[fact.leg].answered = True


def leg_interrupted(seen: Seen, fact: f.LegInterrupted | f.LegRestored) -> None:
    """Or there again."""
    leg = seen.legs.get(fact.leg)
    if leg is not None and fact.leg == seen.contacts[leg.contact].leg:
        seen.contacts[leg.contact].away = isinstance(fact, f.LegInterrupted)


def leg_released(seen: Seen, fact: f.LegReleased) -> None:
    leg = seen.legs[fact.leg]
    if leg.released or leg.over:
        raise seen.violated("I6", f"{fact.leg} is released again")
    leg.released = True
    if seen.entry.input == f.DialExpired(fact.leg):
        not_early(seen, "dial", fact.leg)
    seen.due.drop(("dial", fact.leg))
    seen.due["leg", fact.leg] = seen.entry.at + LEG_END_MS
    seen.to_settle.add(leg.contact)


def leg_over(seen: Seen, fact: f.LegEnded | f.LegFailed | f.LegExpired) -> None:
    leg = seen.legs.get(fact.leg)
    if leg is None or leg.over:
        return
    if isinstance(fact, f.LegEnded) and fact.cause is f.LegCause.RELEASED and not leg.released:
        raise seen.violated("I8", f"{fact.leg} was hung up and nobody asked for it")
    if isinstance(fact, f.LegFailed) and leg.answered and not leg.released:
        if fact.reason == f.IN_DOUBT:
            return  # it did ring
        # A carrier that died with the leg and is told to ring it again may say that nobody is there.
        if fact.reason not in (f.FORGOTTEN, NO_STATION):
            raise seen.violated("I8", f"{fact.leg} has answered")
    if isinstance(fact, f.LegExpired) and ("leg", fact.leg) in seen.due:
        not_early(seen, "leg", fact.leg)
    leg.over = True
    seen.due.drop(("leg", fact.leg))
    seen.due.drop(("dial", fact.leg))
    seen.to_settle.add(leg.contact)


# --- What must be true when an entry is over ---


def are_wanted(seen: Seen, contact: Contact) -> None:
    """Whatever leg is neither in the talk nor rings was asked to end."""
    for name in contact.legs - _wanted_of(seen, contact):
        if seen.is_alive(name):
            raise seen.violated("I7", f"nobody wants leg {name}")


def _wanted_of(seen: Seen, contact: Contact) -> set[f.LegId]:
    if contact.outcome is not None:
        return set()
    rings = [seen.offers[one].leg for one in (contact.offer, contact.consult_offer) if one is not None]
    works = [one.leg for one in seen.engagements.values() if not one.wrapping]
    dialled = [str(leg) for leg in seen.due.of("dial")]
    members = [member.leg for member in contact.members]
    return {contact.leg, *rings, *works, *dialled, *members, *contact.watchers}


def have_who_works(seen: Seen, number: int, contact: Contact) -> None:
    """Who talks has a leg; whose leg is over, or shall be, wraps up or is free."""
    for work in seen.engagements.values():
        idle = work.contact == number and not work.wrapping and not seen.is_alive(work.leg)
        if idle and not contact.quarantined:
            raise seen.violated("I7", f"agent {work.agent} talks on no leg")
