"""Blind transfers: the agent lets go of the contact at once.

The rule: nobody is lost on the way. Whom nobody takes goes back to the agent who let go, and if that one can't
have it either, to the front of the queue with its age.
"""

from typing import assert_never

from callcenter import facts as f
from callcenter.decisions import endings, offers, relaxation
from callcenter.decisions.arranging import arrange, caller
from callcenter.decisions.controlling import Refusal, colleague, had, next_leg, require_target
from callcenter.decisions.numbers import dial
from callcenter.lifecycles import EngagementKind, EngagementState, OfferKind, Outcome, Routing
from callcenter.queue.routing import Choice
from callcenter.state import Agent, Contact, Engagement, Leg, Live

FRONT_LIFT = 1_000
"""a caller whom nobody took, or whose agent was lost in mid-talk, goes to the front"""
SENT_BACK = "sent_back"
"""the rule of an offer to the agent who had let go"""


def on_transfer_asked(live: Live, fact: f.TransferAsked, at: int) -> list[f.Decision]:
    contact, owner = had(live, fact.contact, fact.actor)
    if contact.consult is not None:
        raise Refusal("consulting")
    if owner.kind is EngagementKind.INTERNAL:
        raise Refusal("internal_call")
    require_target(live, contact, fact.target, owner.agent, at)
    return [
        f.ContactTransferred(contact.contact, owner.agent, fact.target),
        *let_go(live, contact, owner),
        *_on_its_way(live, contact, fact.target, owner.agent, at),
    ]


def let_go(live: Live, contact: Contact, owner: Engagement) -> list[f.Decision]:
    """The agent's work on it ends in wrap-up, and whoever listened to this talk is released with it."""
    return [
        *endings.wrap_up(live, owner),
        *endings.release(live, owner.leg),
        *endings.stop_watching(live, contact),
    ]


def send_back(live: Live, contact: Contact, at: int) -> list[f.Decision]:
    """Nobody took it: to the agent who had let go, if that one can have it now."""
    sender = live.state.agents.get(contact.sent_by) if contact.sent_by is not None else None
    if sender is None or not _can_have_back(live, contact, sender):
        return [to_the_front(contact.contact)]
    return [
        *_end_wrap_up(live, sender),
        f.ContactTransferred(contact.contact, sender.agent, f.ToAgent(sender.agent)),
        *offers.make(live, contact, Choice(sender.agent, None, SENT_BACK), at, kind=OfferKind.RECALL),
    ]


def to_the_front(contact: int) -> f.ContactReturned:
    return f.ContactReturned(contact, FRONT_LIFT, "transfer_failed")


def on_number_answered(contact: Contact, leg: Leg, live: Live) -> list[f.Decision]:
    outside = f.Member(leg.leg, f.Part.TALKS, staff=False)
    return [
        f.ContactReached(contact.contact),
        arrange(live, contact, [caller(contact), outside]),
    ]


def on_number_gone(live: Live, contact: Contact, at: int) -> list[f.Decision]:
    """Before it answered the caller is sent back; afterwards these two have talked."""
    if contact.sent_by is not None:
        return send_back(live, contact, at)
    return endings.end(live, contact, Outcome.ANSWERED)


def _on_its_way(live: Live, contact: Contact, target: f.Target, by: int, at: int) -> list[f.Decision]:
    match target:
        case f.ToAgent(number):
            asked = colleague(live, number, contact.provider, but=by)
            choice = Choice(asked.agent, None, offers.ASKED_FOR)
            return offers.make(live, contact, choice, at, kind=OfferKind.TRANSFER)
        case f.ToNumber(number):
            return [dial(live, contact, next_leg(live), number, at)]
        case f.ToQueue(name):
            needs = live.requirement_in(name, contact)
            since_at = live.waits_since(contact, name, at)
            queue, priority = live.queues[name], live.priority_of(contact.grade)
            relaxes_at = relaxation.first_due(queue, at)
            return [
                f.ContactQueued(
                    contact.contact, name, needs.skills, priority, since_at, queue.business_line, relaxes_at
                )
            ]
        case _:
            assert_never(target)


def _can_have_back(live: Live, contact: Contact, sender: Agent) -> bool:
    if sender.agent not in live.staff or not sender.has_station or sender.watching is not None:
        return False
    if sender.routing is Routing.IDLE:
        return True
    engagement = live.state.engagements.get(sender.engagement or 0)
    wraps = engagement is not None and engagement.state is EngagementState.WRAPPING
    return wraps and engagement is not None and engagement.contact == contact.contact


def _end_wrap_up(live: Live, sender: Agent) -> list[f.Decision]:
    """The work on this contact goes on and is coded when it is over."""
    if sender.engagement is None:
        return []
    engagement = live.state.engagements[sender.engagement]
    return [
        f.EngagementClosed(engagement.engagement, engagement.disposition, engagement.note, goes_on=True),
    ]
