"""Talks: two legs that hear each other, who hangs up and who vanishes.

The rule: a contact ends once, with one outcome. Who hangs up ends the talk; an agent who vanishes does not: the
caller goes back to the front of the queue. After a talk the agent wraps up, whoever ended it.
"""

from callcenter import facts as f
from callcenter.decisions import endings, offers
from callcenter.lifecycles import (
    ContactState,
    Outcome,
)
from callcenter.state import Contact, Live


def on_leg_ended(live: Live, fact: f.LegEnded, at: int) -> list[f.Decision]:
    leg = live.state.legs.get(fact.leg)
    contact = live.state.contacts.get(leg.contact) if leg else None
    if leg is None or contact is None or contact.state is ContactState.ENDED:
        return []
    if leg.agent is None:
        return _caller_left(live, contact, fact.cause)
    if (offer := endings.pending(live, fact.leg)) is not None:
        return offers.on_agent_leg_ended(live, offer, fact.cause)
    if contact.talk is None or contact.talk.agent_leg != fact.leg:
        return []
    if fact.cause in (f.LegCause.HUNG_UP, f.LegCause.RELEASED):
        return endings.end(live, contact, Outcome.ANSWERED)
    if contact.quarantined:  # in no queue again: music without an end
        return endings.end(live, contact, Outcome.LOST_BY_SYSTEM)
    return _agent_vanished(live, contact)


def on_hang_up_asked(live: Live, fact: f.HangUpAsked, at: int) -> list[f.Decision]:
    contact = live.state.contacts.get(fact.contact)
    if contact is None or contact.state is not ContactState.TALKING:
        return [f.Refused("not_talking")]
    talker = live.state.agents[live.state.engagements[contact.engagements[-1]].agent]
    if not endings.acts_for(fact.actor, talker):
        return [f.Refused("not_your_contact")]
    return endings.end(live, contact, Outcome.ANSWERED)


def on_quarantined(live: Live, fact: f.ContactQuarantined, at: int) -> list[f.Decision]:
    """Our fault: a talk goes on, all else ends and says whose fault it was."""
    contact = live.state.contacts[fact.contact]
    if contact.state in (ContactState.TALKING, ContactState.ENDED):
        return []
    return endings.end(live, contact, Outcome.LOST_BY_SYSTEM)


def _caller_left(live: Live, contact: Contact, cause: f.LegCause) -> list[f.Decision]:
    if cause is f.LegCause.SYSTEM:
        return endings.end(live, contact, Outcome.LOST_BY_SYSTEM)
    match contact.state:
        case ContactState.IVR:
            resolved = bool(contact.milestones)
            return endings.end(live, contact, Outcome.RESOLVED_IN_IVR if resolved else Outcome.LEFT_IN_IVR)
        case ContactState.TALKING:
            return endings.end(live, contact, Outcome.ANSWERED)
        case _:
            return endings.end(live, contact, Outcome.ABANDONED)


def _agent_vanished(live: Live, contact: Contact) -> list[f.Decision]:
    """The caller goes to the front with the old age; the agent's work on it ends in wrap-up."""
    decisions: list[f.Decision] = []
    for number in contact.engagements:
        decisions += endings.wrap_up(live, live.state.engagements[number])
    return [*decisions, f.ContactReturned(contact.contact, offers.LOST_AGENT_LIFT, "agent_lost")]
