"""Calls that agents make: to a customer, and to a colleague.

The rule: first the agent's own phone, then the customer's, so nobody is called into silence; colleagues' phones
ring together. Who is called is looked up meanwhile: the desk has the record, and a queue to which the call goes on
grade and language. Whom we called is recorded once told (`recordings`). An internal call makes both busy and stays
outside every service level.
"""

from callcenter import facts as f
from callcenter.decisions import consults, endings, look_ups, offers, transfers
from callcenter.decisions.arranging import agent, arrange, caller
from callcenter.decisions.controlling import Refusal, caller_at_desk, colleague, next_leg
from callcenter.decisions.numbers import dial, ring_own
from callcenter.lifecycles import (
    ContactState,
    Direction,
    EngagementKind,
    LegState,
    OfferKind,
    Outcome,
    Routing,
)
from callcenter.queue.routing import Choice
from callcenter.state import Agent, Contact, Leg, Live


def on_dial_asked(live: Live, fact: f.DialAsked, at: int) -> list[f.Decision]:
    agent = caller_at_desk(live, fact.agent, fact.actor)
    queue = fact.queue or next(iter(agent.setup.queues), "")
    if queue not in live.queues:
        raise Refusal("unknown_queue")
    if queue not in agent.setup.queues:
        raise Refusal("not_your_queue")
    number = live.state.counters.contact + 1
    line = live.queues[queue].business_line
    opened = _opened(live, agent, number, Direction.OUTBOUND, next_leg(live), fact.number, line)
    by = "number" if fact.customer is None else "customer"
    known: list[f.Decision] = []
    if fact.customer is not None:
        known.append(f.CustomerIdentified(number, fact.customer, "", ""))
    return [
        opened,
        *known,
        look_ups.ask(live, number, by, at, value=fact.number, customer=fact.customer),
        *_engaged(live, agent, number, next_leg(live, 2), EngagementKind.OUTBOUND, queue, at),
    ]


def on_internal_call_asked(live: Live, fact: f.InternalCallAsked, at: int) -> list[f.Decision]:
    agent = caller_at_desk(live, fact.agent, fact.actor)
    called = colleague(live, fact.to, agent.setup.station, but=agent.agent)
    number, own = live.state.counters.contact + 1, next_leg(live)
    return [
        _opened(live, agent, number, Direction.INTERNAL, own, None),
        *_engaged(live, agent, number, own, EngagementKind.INTERNAL, "", at),
        f.InternalCallStarted(number, called.agent),
    ]


def on_internal_call_started(live: Live, fact: f.InternalCallStarted, at: int) -> list[f.Decision]:
    contact, called = live.state.contacts[fact.contact], live.state.agents[fact.agent]
    rings = f.Member(next_leg(live), f.Part.TALKS, staff=True)
    choice = Choice(called.agent, None, offers.ASKED_FOR)
    return [
        *offers.make(live, contact, choice, at, kind=OfferKind.INTERNAL),
        arrange(live, contact, [caller(contact), rings]),
    ]


def on_phone_up(live: Live, contact: Contact, leg: Leg, at: int) -> list[f.Decision]:
    """A phone that was rung without an offer, or a dialled number, has answered."""
    owner = live.owner_of(contact)
    if leg.number is not None:
        return _number_answered(live, contact, leg)
    dialling = contact.state is ContactState.DIALLING and contact.direction is Direction.OUTBOUND
    if not dialling or owner is None or owner.leg != leg.leg or contact.leg in live.state.legs:
        return []
    assert contact.ani is not None, "who is called has a number"
    return [
        dial(live, contact, contact.leg, contact.ani, at),
        arrange(live, contact, [caller(contact), agent(owner)]),
    ]


def on_dial_expired(live: Live, fact: f.DialExpired, at: int) -> list[f.Decision]:
    """It has rung for long enough."""
    leg = live.state.legs.get(fact.leg)
    contact = live.state.contacts.get(leg.contact) if leg is not None else None
    if leg is None or contact is None or leg.state is not LegState.RINGING:
        return []
    if leg.number is None:
        decisions = own_phone_gone(live, contact, leg)
    else:
        decisions = number_not_reached(live, contact, leg, "no_answer", at)
    released = f.LegReleased(leg.leg)
    return decisions if released in decisions else [released, *decisions]


def number_not_reached(live: Live, contact: Contact, leg: Leg, reason: str, at: int) -> list[f.Decision]:
    if leg.leg == contact.leg:
        return not_reached(live, contact)
    if contact.consult is not None and contact.consult.leg == leg.leg:
        return consults.over(live, contact, reason)
    if contact.sent_to == leg.leg:
        return transfers.on_number_gone(live, contact, at)
    return []


def own_phone_gone(live: Live, contact: Contact, leg: Leg) -> list[f.Decision]:
    """The phone of whoever asked for this call does not answer."""
    if leg.leg in contact.watchers:
        return endings.stop_watching(live, contact, leg.leg)
    if contact.state is ContactState.DIALLING:
        return not_reached(live, contact)
    if leg.leg == contact.leg:  # the colleague has answered, and sits there alone
        return endings.end(live, contact, Outcome.ANSWERED)
    return []


def not_reached(live: Live, contact: Contact) -> list[f.Decision]:
    """The one we called does not answer: the agent notes it."""
    return endings.end(live, contact, Outcome.NOT_REACHED)


def _number_answered(live: Live, contact: Contact, leg: Leg) -> list[f.Decision]:
    if leg.leg == contact.sent_to and contact.sent_by is not None:
        return transfers.on_number_answered(contact, leg, live)
    owner = live.owner_of(contact)
    if leg.leg != contact.leg or contact.state is not ContactState.DIALLING or owner is None:
        return []  # a consulted one takes the place that was kept in the talk
    return [f.ContactReached(contact.contact), arrange(live, contact, [caller(contact), agent(owner)])]


def _opened(
    live: Live,
    agent: Agent,
    number: int,
    direction: Direction,
    leg: f.LegId,
    ani: f.Ref | None,
    line: str = "",
) -> f.ContactOpened:
    station = agent.setup.station
    return f.ContactOpened(number, leg, station, ani, "", "", 0, business_line=line, direction=direction)


def _engaged(
    live: Live, agent: Agent, contact: int, leg: f.LegId, kind: EngagementKind, queue: str, at: int
) -> list[f.Decision]:
    """The agent is busy with it from now on, and the own phone answers by itself."""
    number = live.state.counters.engagement + 1
    return [
        *_put_off(live, agent),
        f.EngagementOpened(number, contact, agent.agent, leg, kind, queue),
        f.AgentStateChanged(agent.agent, agent.presence, agent.reason, Routing.ON_CONTACT),
        ring_own(contact, leg, agent.agent, at),
    ]


def _put_off(live: Live, agent: Agent) -> list[f.Decision]:
    """What is still to be coded goes on the list; what was chosen meanwhile applies after the call."""
    wrapping = live.state.engagements.get(agent.engagement or 0)
    if wrapping is None:
        return []
    return [f.EngagementClosed(wrapping.engagement, wrapping.disposition, wrapping.note)]
