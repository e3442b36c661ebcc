"""Offers: who is offered what.

The rule: the first waiting contact meets the best ready agent. A consultation that waits in a queue stands in the
same lines, as minus the number of its contact.
"""

from callcenter import facts as f
from callcenter.decisions import endings
from callcenter.lifecycles import EngagementKind, OfferKind, OfferState, Routing
from callcenter.queue.routing import Choice
from callcenter.state import Contact, Live, Offer

COLLEAGUE_SECONDS = 15
"""a colleague's call, which is of no queue, rings for so long"""
ASKED_FOR = "asked_for"
"""the rule of an offer that a colleague aimed at this agent"""


def on_contact_waits(live: Live, contact_number: int, at: int) -> list[f.Decision]:
    contact = live.state.contacts[contact_number]
    if not live.router.is_waiting(contact_number):
        return []
    choice = live.router.agent_for(contact_number)
    if choice is None:
        return []
    return make(live, contact, choice, at)


def on_agent_may_be_ready(live: Live, agent_number: int, at: int) -> list[f.Decision]:
    agent = live.state.agents.get(agent_number)
    if agent is None or not live.router.is_ready(agent_number):
        return []
    meeting = _meeting(live, agent.agent, at)
    if meeting is None:
        return []
    place, choice = meeting
    made = _from_line(live, place, choice, at)
    # Several may become ready in one moment: when somebody else was better, this agent looks at the next one.
    return made if choice.agent == agent_number else [*made, endings.as_before(agent)]


def on_centre_applied(live: Live, fact: f.CentreApplied, at: int) -> list[f.Decision]:
    """New queues and skills may let several wait no longer."""
    decisions: list[f.Decision] = []
    for count, (place, agent) in enumerate(live.router.pairs(at)):
        decisions += _from_line(live, place, Choice(agent, None), at, count)
    return decisions


def make(
    live: Live,
    contact: Contact,
    choice: Choice,
    at: int,
    *,
    kind: OfferKind = OfferKind.CONTACT,
    count: int = 0,
) -> list[f.Decision]:
    """The desk of the chosen one rings. `count`: legs and offers that the same chain makes before this one."""
    counters, agent = live.state.counters, live.state.agents[choice.agent]
    leg = f"c{live.state.centre}-l{counters.leg + 1 + count}"
    deadline_at = at + _seconds(live, contact, kind) * 1000
    return [
        f.OfferMade(
            counters.offer + 1 + count,
            contact.contact,
            agent.agent,
            leg,
            choice.rule,
            contact.step,
            choice.runner_up,
            deadline_at,
            kind,
        ),
        f.AgentStateChanged(agent.agent, agent.presence, agent.reason, Routing.OFFERED),
    ]


def engage(live: Live, offer: Offer, kind: EngagementKind, queue: str = "") -> list[f.Decision]:
    """The agent has answered and works on the contact from now on."""
    agent = live.state.agents[offer.agent]
    number = live.state.counters.engagement + 1
    return [
        f.OfferClosed(offer.offer, OfferState.ACCEPTED),
        f.EngagementOpened(number, offer.contact, offer.agent, offer.leg, kind, queue),
        f.AgentStateChanged(agent.agent, agent.presence, agent.reason, Routing.ON_CONTACT),
    ]


def _seconds(live: Live, contact: Contact, kind: OfferKind) -> int:
    """A desk rings by the rule of the queue for which it rings."""
    if kind is OfferKind.INTERNAL:
        return COLLEAGUE_SECONDS
    asked = contact.consult.target if kind is OfferKind.CONSULT and contact.consult is not None else None
    queue = live.queues.get(asked.queue) if isinstance(asked, f.ToQueue) else None
    return (queue or live.queue_of(contact)).offer_seconds


def _meeting(live: Live, agent: int, at: int) -> tuple[int, Choice] | None:
    """Beginning with what this agent should take: who stands first for an agent who is the best for that one."""
    place = live.router.contact_for(agent, at)
    while place is not None:
        choice = live.router.agent_for(place)
        if choice is None:
            return None
        if choice.agent == agent:
            return place, choice
        agent, first = choice.agent, live.router.contact_for(choice.agent, at)
        if first == place:
            return place, choice
        place = first  # stands before the last one, so this ends
    return None


def _from_line(live: Live, place: int, choice: Choice, at: int, count: int = 0) -> list[f.Decision]:
    contact = live.state.contacts[abs(place)]
    kind = OfferKind.CONTACT if place > 0 else OfferKind.CONSULT
    return make(live, contact, choice, at, kind=kind, count=count)
