"""How things end: a contact, an offer that is taken back, a leg, the work of an agent.

The rule: a contact ends once, with one outcome, and everything that hangs on it ends with it: its offer is
withdrawn, its legs are released, its agents go into wrap-up, who listened has time for others. Shared by all
other rules.
"""

from callcenter import facts as f
from callcenter.lifecycles import (
    EngagementState,
    LegState,
    OfferState,
    Outcome,
    Presence,
    Routing,
)
from callcenter.state import Agent, Contact, Engagement, Leg, Live, Offer


def end(
    live: Live, contact: Contact, outcome: Outcome, offers: OfferState = OfferState.CANCELED
) -> list[f.Decision]:
    """Ends a contact in whatever state it is: offers closed, legs released, agents into wrap-up."""
    decisions: list[f.Decision] = []
    asked = contact.consult.offer if contact.consult is not None else None
    for number in (contact.offer, asked):
        if number is not None:
            decisions += withdraw(live, live.state.offers[number], offers)
    decisions += stop_watching(live, contact)
    decisions.append(f.ContactEnded(contact.contact, outcome))
    gone = {decision.leg for decision in decisions if isinstance(decision, f.LegReleased)}
    for leg in contact.legs:
        if leg not in gone:
            decisions += release(live, leg)
    for number in contact.engagements:
        decisions += wrap_up(live, live.state.engagements[number])
    return decisions


def withdraw(live: Live, offer: Offer, result: OfferState) -> list[f.Decision]:
    """Takes an offer back through no fault of the agent, who keeps the place among the idle."""
    agent = live.state.agents[offer.agent]
    return [
        f.OfferClosed(offer.offer, result),
        *release(live, offer.leg),
        rest(agent),
    ]


def stop_watching(live: Live, contact: Contact, *legs: f.LegId) -> list[f.Decision]:
    """The supervisors on these legs, or all of them, are in this talk no more and may be needed elsewhere."""
    decisions: list[f.Decision] = []
    for leg in legs or tuple(contact.watchers):
        supervisor = live.state.agents[live.state.legs[leg].agent or 0]
        left = f.SupervisorLeft(contact.contact, supervisor.agent, leg)
        decisions += [*release(live, leg), left, as_before(supervisor)]
    return decisions


def pending(live: Live, leg: f.LegId) -> Offer | None:
    """The open offer that rings on this leg."""
    record = live.state.legs.get(leg)
    return live.state.offers.get(record.offer) if record is not None else None


def release(live: Live, leg: f.LegId) -> list[f.Decision]:
    """Asks for the end of a leg that is still alive."""
    record = live.state.legs.get(leg)
    return [f.LegReleased(leg)] if record is not None and is_alive(record) else []


def is_alive(leg: Leg) -> bool:
    """It rings or talks, and nobody has asked for its end."""
    return leg.state in (LegState.RINGING, LegState.UP)


def wrap_up(live: Live, engagement: Engagement) -> list[f.Decision]:
    if engagement.state is not EngagementState.TALKING:
        return []
    queue = live.queues.get(engagement.queue)
    agent = live.state.agents[engagement.agent]
    if not engagement.is_coded or queue is None or queue.wrap_up_seconds == 0:
        return close(live, engagement, engagement.disposition, engagement.note)
    deadline_at = live.state.at + queue.wrap_up_seconds * 1000
    return [
        f.WrapUpStarted(engagement.engagement, deadline_at),
        f.AgentStateChanged(agent.agent, agent.presence, agent.reason, Routing.WRAP_UP),
    ]


def close(live: Live, engagement: Engagement, disposition: str, note: f.Ref | None) -> list[f.Decision]:
    """The agent's work on this contact is done."""
    return [
        f.EngagementClosed(engagement.engagement, disposition, note),
        rest(live.state.agents[engagement.agent]),
    ]


def as_before(agent: Agent) -> f.AgentStateChanged:
    """Nothing has changed, but whether there is work for this agent is looked at again."""
    return f.AgentStateChanged(agent.agent, agent.presence, agent.reason, agent.routing)


def rest(agent: Agent) -> f.AgentStateChanged:
    """What an agent is after an offer or a contact: what they chose meanwhile, or what they were before."""
    presence, reason = agent.postponed or (agent.presence, agent.reason)
    return f.AgentStateChanged(agent.agent, presence, reason, routing_of(presence))


def routing_of(presence: Presence) -> Routing:
    return Routing.IDLE if presence is Presence.READY else Routing.OFF_QUEUE


def acts_for(actor: str, agent: Agent) -> bool:
    """Whether this is the agent: by login, or a simulated one by its station."""
    return actor in (agent.setup.login, agent.setup.station)
