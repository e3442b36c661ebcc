"""Desks: what agents choose, and the work after a contact.

The rule: presence is the agent's, routing is the system's. What is chosen in the middle of an offer or a contact
applies afterwards. A wrap-up ends by the agent or by its deadline, and then the interaction is *not coded* and
stays on the agent's list until it is.
"""

from callcenter import facts as f
from callcenter.decisions import endings
from callcenter.lifecycles import EngagementState, Presence, Routing
from callcenter.state import Agent, Live

_FREE = frozenset({Routing.OFF_QUEUE, Routing.IDLE, Routing.NOT_RESPONDING})


def on_signed_in(live: Live, fact: f.AgentSignedIn, at: int) -> list[f.Decision]:
    agent = live.state.agents.get(fact.agent)
    if agent is None or agent.agent not in live.staff:
        return [f.Refused("unknown_agent")]
    if agent.will_be is not Presence.OFFLINE:
        return []
    # In a call that was made off duty, or that one signed out of: afterwards.
    return _choose(live, agent.agent, Presence.AWAY, "signed_in")


def on_signed_out(live: Live, fact: f.AgentSignedOut, at: int) -> list[f.Decision]:
    return [*_listening_ends(live, fact.agent), *_choose(live, fact.agent, Presence.OFFLINE, "")]


def on_centre_applied(live: Live, fact: f.CentreApplied, at: int) -> list[f.Decision]:
    """Who is no longer of this centre goes off queue, after what is at hand, whatever was chosen for then."""
    decisions: list[f.Decision] = []
    for agent in live.state.agents.values():
        if agent.agent in live.staff:
            continue
        decisions += _listening_ends(live, agent.agent)
        if agent.presence is not Presence.OFFLINE or agent.postponed is not None:
            decisions += _choose(live, agent.agent, Presence.OFFLINE, "")
    return decisions


def on_presence_chosen(live: Live, fact: f.PresenceChosen, at: int) -> list[f.Decision]:
    setup = live.state.setup
    if fact.presence is Presence.AWAY and setup and fact.reason not in setup.break_reasons:
        return [f.Refused("unknown_break_reason")]
    agent = live.state.agents.get(fact.agent)
    gone = agent is not None and agent.will_be is Presence.OFFLINE and fact.presence is not Presence.OFFLINE
    if agent is not None and gone and not endings.acts_for(fact.actor, agent):  # nobody is at the desk
        return [f.Refused("signed_out")]
    return _choose(live, fact.agent, fact.presence, fact.reason)


def _listening_ends(live: Live, number: int) -> list[f.Decision]:
    """Nobody hears a talk who has gone."""
    agent = live.state.agents.get(number)
    if agent is None or agent.watching is None:
        return []
    contact = live.state.contacts[live.state.legs[agent.watching].contact]
    return endings.stop_watching(live, contact, agent.watching)


def _choose(live: Live, number: int, presence: Presence, reason: str) -> list[f.Decision]:
    agent = live.state.agents.get(number)
    if agent is None or (presence is not Presence.OFFLINE and number not in live.staff):
        return [f.Refused("unknown_agent")]
    if agent.routing not in _FREE:
        return [f.PresencePostponed(number, presence, reason)]
    if _is_already(agent, presence, reason):
        return []
    return [f.AgentStateChanged(number, presence, reason, endings.routing_of(presence))]


def _is_already(agent: Agent, presence: Presence, reason: str) -> bool:
    same = (agent.presence, agent.reason) == (presence, reason)
    return same and agent.routing is endings.routing_of(presence)


def on_wrap_up_saved(live: Live, fact: f.WrapUpSaved, at: int) -> list[f.Decision]:
    state = live.state
    engagement = state.engagements.get(fact.engagement)
    todo = state.todos.get(fact.engagement)
    if engagement is None and todo is None:
        return [f.Refused("already_coded")]
    work = engagement or todo
    assert work is not None
    if not endings.acts_for(fact.actor, state.agents[work.agent]):
        return [f.Refused("not_your_contact")]
    queue = live.queues.get(work.queue)
    if fact.disposition and queue is not None and fact.disposition not in queue.dispositions:
        return [f.Refused("unknown_disposition")]
    if engagement is None and not fact.disposition:
        return [f.Refused("disposition_needed")]
    if engagement is not None and engagement.state is EngagementState.WRAPPING and fact.done:
        return endings.close(live, engagement, fact.disposition, fact.note)
    return [f.InteractionCoded(fact.engagement, fact.disposition, fact.note)]


def on_wrap_up_expired(live: Live, fact: f.WrapUpExpired, at: int) -> list[f.Decision]:
    engagement = live.state.engagements.get(fact.engagement)
    if engagement is None or engagement.state is not EngagementState.WRAPPING:
        return []
    return endings.close(live, engagement, engagement.disposition, engagement.note)
