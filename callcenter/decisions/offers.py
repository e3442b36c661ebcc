"""Offers: who is offered what, and what becomes of an offer.

The rule: the first waiting contact meets the best ready agent. An offer ends once: accepted by the agent's phone
being answered, or not, and then the contact keeps its age and its place. Who lets an offer pass is *not
responding* until they say so; who loses it through no fault of their own keeps the place among the idle.
"""

from callcenter import facts as f
from callcenter.decisions import endings
from callcenter.lifecycles import LegState, OfferState, Presence, Routing
from callcenter.queue.routing import LONGEST_IDLE, Profile
from callcenter.state import Agent, Contact, Live, Offer

REFUSALS_MAX = 3
"""after so many refusals or silences the contact rises and an alarm is raised; nobody is parked"""
REFUSED_LIFT = 50
LOST_AGENT_LIFT = 1_000
"""a caller whose agent was lost in mid-talk goes to the front"""


def on_contact_waits(live: Live, contact_number: int, at: int) -> list[f.Decision]:
    contact = live.state.contacts[contact_number]
    if not live.router.is_waiting(contact_number):
        return []
    choice = live.router.agent_for(live.requirement(contact))
    if choice is None:
        return []
    return _offer(live, contact, live.state.agents[choice.agent], choice.runner_up, at)


def on_agent_may_be_ready(live: Live, agent_number: int, at: int) -> list[f.Decision]:
    agent = live.state.agents.get(agent_number)
    if agent is None or not live.router.is_ready(agent_number):
        return []
    number = live.router.contact_for(Profile.of(agent.setup))
    if number is None:
        return []
    runner_up = live.router.second_for(number, agent_number)
    return _offer(live, live.state.contacts[number], agent, runner_up, at)


def on_centre_applied(live: Live, fact: f.CentreApplied, at: int) -> list[f.Decision]:
    """New queues and skills may let several wait no longer."""
    decisions: list[f.Decision] = []
    for count, (contact, agent) in enumerate(live.router.pairs()):
        decisions += _offer(live, live.state.contacts[contact], live.state.agents[agent], None, at, count)
    return decisions


def _offer(
    live: Live, contact: Contact, agent: Agent, runner_up: int | None, at: int, count: int = 0
) -> list[f.Decision]:
    """`count`: offers that the same fact made before this one."""
    counters = live.state.counters
    leg = f"c{live.state.centre}-l{counters.leg + 1 + count}"
    deadline_at = at + live.queue_of(contact).offer_seconds * 1000
    return [
        f.OfferMade(
            counters.offer + 1 + count,
            contact.contact,
            agent.agent,
            leg,
            LONGEST_IDLE,
            contact.step,
            runner_up,
            deadline_at,
        ),
        f.AgentStateChanged(agent.agent, agent.presence, agent.reason, Routing.OFFERED),
    ]


def on_leg_answered(live: Live, fact: f.LegAnswered, at: int) -> list[f.Decision]:
    """The compare-and-set of an offer: only a pending one can be accepted."""
    leg = live.state.legs.get(fact.leg)
    if leg is None or leg.agent is None:
        return []
    offer = endings.pending(live, fact.leg)
    if offer is None:
        late = leg.state in (LegState.ENDING, LegState.ENDED)
        return [f.Refused("offer_closed")] if late else []
    return [f.OfferClosed(offer.offer, OfferState.ACCEPTED), *_begin_talk(live, offer)]


def on_offer_expired(live: Live, fact: f.OfferExpired, at: int) -> list[f.Decision]:
    offer = live.state.offers.get(fact.offer)
    return [] if offer is None else _not_taken(live, offer, OfferState.TIMED_OUT, "no_answer")


def on_offer_declined(live: Live, fact: f.OfferDeclined, at: int) -> list[f.Decision]:
    offer = live.state.offers.get(fact.offer)
    if offer is None:
        return [f.Refused("offer_closed")]
    agent = live.state.agents[offer.agent]
    if not endings.acts_for(fact.actor, agent):
        return [f.Refused("not_your_contact")]
    if not agent.setup.may_reject:
        return [f.Refused("may_not_reject")]
    return _not_taken(live, offer, OfferState.REJECTED, "declined")


def on_agent_leg_ended(live: Live, offer: Offer, cause: f.LegCause) -> list[f.Decision]:
    """The phone that rang is gone. Hanging up on the ringing is a refusal, a lost network is not."""
    if cause is f.LegCause.HUNG_UP:
        return _not_taken(live, offer, OfferState.REJECTED, "declined")
    return _not_reached(live, offer)


def on_leg_failed(live: Live, fact: f.LegFailed, at: int) -> list[f.Decision]:
    offer = endings.pending(live, fact.leg)
    return [] if offer is None else _not_reached(live, offer)


def _begin_talk(live: Live, offer: Offer) -> list[f.Decision]:
    """The agent has answered: from one commit to both voices."""
    counters = live.state.counters
    agent, contact = live.state.agents[offer.agent], live.state.contacts[offer.contact]
    return [
        f.EngagementOpened(counters.engagement + 1, offer.contact, offer.agent, offer.leg),
        f.AgentStateChanged(agent.agent, agent.presence, agent.reason, Routing.ON_CONTACT),
        f.Bridged(offer.contact, counters.bridge + 1, contact.leg, offer.leg, counters.recording + 1),
    ]


def _not_taken(live: Live, offer: Offer, result: OfferState, reason: str) -> list[f.Decision]:
    """The agent let it pass: no more work until they say so; the contact goes on."""
    agent = live.state.agents[offer.agent]
    return [
        f.OfferClosed(offer.offer, result),
        *endings.release(live, offer.leg),
        _not_responding(agent, reason),
        *_return(live, offer, reason),
    ]


def _not_reached(live: Live, offer: Offer) -> list[f.Decision]:
    agent = live.state.agents[offer.agent]
    # Without its station the agent gets no further offer and needs no blame; with it the same offer would come
    # back at once, for ever.
    state = _not_responding(agent, "phone_failed") if agent.has_station else endings.rest(agent)
    return [
        f.OfferClosed(offer.offer, OfferState.FAILED),
        *endings.release(live, offer.leg),
        state,
        f.ContactReturned(offer.contact, 0, "phone_failed"),
    ]


def _not_responding(agent: Agent, reason: str) -> f.AgentStateChanged:
    if agent.postponed is not None:
        return endings.rest(agent)
    return f.AgentStateChanged(agent.agent, Presence.READY, reason, Routing.NOT_RESPONDING)


def _return(live: Live, offer: Offer, reason: str) -> list[f.Decision]:
    contact = live.state.contacts[offer.contact]
    if contact.refusals + 1 != REFUSALS_MAX:
        return [f.ContactReturned(offer.contact, 0, reason)]
    return [
        f.ContactReturned(offer.contact, REFUSED_LIFT, reason),
        f.AlarmRaised("refused_often", offer.contact, None),
    ]
