"""Talks: who hangs up and who vanishes.

The rule: a contact ends once, with one outcome. When the caller goes, everything ends; so it does when the agent
ends the contact at the desk. When the agent's phone hangs up, the talk ends unless somebody who was consulted is
there to go on with it; an agent who vanishes never ends it: the caller stays with the one who was consulted, or
goes back to the front of the queue.
"""

from callcenter import facts as f
from callcenter.decisions import calling, consults, endings, replies, transfers
from callcenter.decisions.controlling import Refusal, talking, worked_on_by
from callcenter.lifecycles import ContactState, Direction, EngagementKind, LegState, Outcome
from callcenter.state import Contact, Leg, Live


def on_leg_ended(live: Live, fact: f.LegEnded, at: int) -> list[f.Decision]:
    leg = live.state.legs.get(fact.leg)
    contact = live.state.contacts.get(leg.contact) if leg else None
    if leg is None or contact is None or contact.state is ContactState.ENDED:
        return []
    if leg.leg == contact.leg:
        return _caller_left(live, contact, fact.cause)
    if (offer := endings.pending(live, fact.leg)) is not None:
        return replies.on_phone_gone(live, offer, fact.cause, at)
    return _other_left(live, contact, leg, fact.cause, at)


def on_leg_failed(live: Live, fact: f.LegFailed, at: int) -> list[f.Decision]:
    if (offer := endings.pending(live, fact.leg)) is not None:
        return replies.on_not_reached(live, offer, at)
    leg = live.state.legs.get(fact.leg)
    contact = live.state.contacts.get(leg.contact) if leg else None
    if leg is None or contact is None or contact.state is ContactState.ENDED or endings.is_alive(leg):
        return []
    if leg.leg == contact.leg:  # of a call of ours: who was called, or the own phone of who calls a colleague
        was_up = fact.reason == f.FORGOTTEN and contact.state is not ContactState.DIALLING
        return _caller_left(live, contact, f.LegCause.SYSTEM if was_up else f.LegCause.VANISHED)
    if leg.number is not None:
        return calling.number_not_reached(live, contact, leg, fact.reason, at)
    return _other_left(live, contact, leg, f.LegCause.VANISHED, at)


def on_hang_up_asked(live: Live, fact: f.HangUpAsked, at: int) -> list[f.Decision]:
    contact = live.state.contacts.get(fact.contact)
    if contact is None or contact.state not in (ContactState.TALKING, ContactState.DIALLING):
        raise Refusal("not_talking")
    engagement = worked_on_by(live, contact, fact.actor)
    if engagement is None:
        raise Refusal("not_your_contact")
    if engagement.kind is EngagementKind.CONSULT:
        return consults.leave(live, contact, engagement)
    reached = contact.state is ContactState.TALKING
    return endings.end(live, contact, Outcome.ANSWERED if reached else Outcome.NOT_REACHED)


def on_leave_asked(live: Live, fact: f.LeaveAsked, at: int) -> list[f.Decision]:
    contact = talking(live, fact.contact)
    for leg in contact.watchers:
        supervisor = live.state.agents[live.state.legs[leg].agent or 0]
        if endings.acts_for(fact.actor, supervisor):
            return endings.stop_watching(live, contact, leg)
    engagement = worked_on_by(live, contact, fact.actor)
    if engagement is None:
        raise Refusal("not_your_contact")
    if engagement.kind is EngagementKind.INTERNAL:
        raise Refusal("internal_call")
    return consults.leave(live, contact, engagement)


def on_quarantined(live: Live, fact: f.ContactQuarantined, at: int) -> list[f.Decision]:
    """Our fault: a talk goes on while two are there, all else ends and says whose fault it was."""
    contact = live.state.contacts[fact.contact]
    if contact.state is ContactState.ENDED or _goes_on(live, contact):
        return []
    return endings.end(live, contact, Outcome.LOST_BY_SYSTEM)


def _goes_on(live: Live, contact: Contact) -> bool:
    """Of a talk the one who left may have been what our fault kept from being noticed."""
    if contact.state is not ContactState.TALKING or contact.talk is None:
        return False
    legs = [live.state.legs.get(one.leg) for one in contact.talk.members if one.leg not in contact.watchers]
    return sum(leg is not None and leg.state is LegState.UP for leg in legs) > 1


def _caller_left(live: Live, contact: Contact, cause: f.LegCause) -> list[f.Decision]:
    if cause is f.LegCause.SYSTEM:
        return endings.end(live, contact, Outcome.LOST_BY_SYSTEM)
    match contact.state:
        case ContactState.IVR:
            resolved = bool(contact.milestones)
            return endings.end(live, contact, Outcome.RESOLVED_IN_IVR if resolved else Outcome.LEFT_IN_IVR)
        case ContactState.TALKING:
            return endings.end(live, contact, Outcome.ANSWERED)
        case ContactState.DIALLING:
            return calling.not_reached(live, contact)
        case _:
            return endings.end(live, contact, Outcome.ABANDONED)


def _other_left(live: Live, contact: Contact, leg: Leg, cause: f.LegCause, at: int) -> list[f.Decision]:
    if leg.leg in contact.watchers:
        return endings.stop_watching(live, contact, leg.leg)
    if contact.sent_to == leg.leg:
        return transfers.on_number_gone(live, contact, at)
    if contact.quarantined and not _goes_on(live, contact):  # its caller may have left before, unnoticed
        return endings.end(live, contact, Outcome.LOST_BY_SYSTEM)
    if contact.consult is not None and contact.consult.leg == leg.leg:
        return consults.over(live, contact, "left")
    owner = live.owner_of(contact)
    if owner is not None and owner.leg == leg.leg:
        return _owner_left(live, contact, cause)
    if contact.direction is Direction.INTERNAL and _has_answered(live, contact, leg):
        return endings.end(live, contact, Outcome.ANSWERED)
    return []


def _owner_left(live: Live, contact: Contact, cause: f.LegCause) -> list[f.Decision]:
    if consults.is_connected(live, contact):
        return consults.complete(live, contact)
    if contact.state is ContactState.DIALLING:
        return calling.not_reached(live, contact)
    if cause in (f.LegCause.HUNG_UP, f.LegCause.RELEASED):
        return endings.end(live, contact, Outcome.ANSWERED)
    if contact.quarantined:  # in no queue again: music without an end
        return endings.end(live, contact, Outcome.LOST_BY_SYSTEM)
    return _owner_vanished(live, contact)


def _owner_vanished(live: Live, contact: Contact) -> list[f.Decision]:
    """The caller goes to the front with the old age; the agent's work on it ends in wrap-up."""
    owner = live.owner_of(contact)
    assert owner is not None
    return [
        *consults.dismiss(live, contact, "agent_lost"),
        *transfers.let_go(live, contact, owner),
        f.ContactReturned(contact.contact, transfers.FRONT_LIFT, "agent_lost"),
    ]


def _has_answered(live: Live, contact: Contact, leg: Leg) -> bool:
    return any(live.state.engagements[one].leg == leg.leg for one in contact.engagements)
