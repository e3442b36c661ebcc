"""An agent has one thing to do at most, codes what it was, and is present as was chosen: I2, I6, I7, I12."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.lifecycles import EngagementKind, Presence, Routing
from callcenter.simulate.invariants.deadlines import is_so_long, not_early
from callcenter.simulate.invariants.records import Agent, Centre, Engagement
from callcenter.simulate.invariants.seen import Seen
from callcenter.simulate.invariants.talks import stops_watching

_BUSY = (Routing.OFFERED, Routing.ON_CONTACT, Routing.WRAP_UP)
_CALLS = (f.DialAsked, f.InternalCallAsked)
_ASKS = (*_CALLS, f.TakeOverAsked)
_CHOOSES = (f.PresenceChosen, f.AgentSignedIn, f.AgentSignedOut, f.CentreApplied)


def centre_applied(seen: Seen, fact: f.CentreApplied) -> None:
    seen.applied = Centre(fact.setup)
    seen.to_settle |= seen.live
    for setup in fact.setup.agents:
        seen.agents.setdefault(setup.agent, Agent(setup)).setup = setup


def agent_reassigned(seen: Seen, fact: f.AgentReassigned) -> None:
    agent, input = seen.agents[fact.agent], seen.entry.input
    if not isinstance(input, f.AgentMoved) or (input.agent, input.queues) != (fact.agent, fact.queues):
        raise seen.violated("I12", f"nobody moved agent {fact.agent} to {fact.queues}")
    agent.setup = replace(agent.setup, queues=fact.queues)


def station_connected(seen: Seen, fact: f.StationConnected) -> None:
    if fact.agent in seen.agents:
        seen.agents[fact.agent].stations.add(fact.provider)


def station_lost(seen: Seen, fact: f.StationLost) -> None:
    if fact.agent in seen.agents:
        seen.agents[fact.agent].stations.discard(fact.provider)


def agent_signed_in(seen: Seen, fact: f.AgentSignedIn) -> None:
    """On a second screen as well, or again on the first: whoever is here stays as they are."""
    agent = seen.agents.get(fact.agent)
    if agent is None or (agent.chosen or agent.presence) is Presence.OFFLINE:
        return
    if not all(isinstance(one, f.Refused) for one in seen.entry.decisions):
        raise seen.violated("I12", f"agent {fact.agent} is here, and signing in changes that")


# --- Work ---


def engagement_opened(seen: Seen, fact: f.EngagementOpened) -> None:
    seen.once("engagement", fact.engagement)
    agent = seen.agent(fact.agent)
    if agent.engagement is not None:
        raise seen.violated("I2", f"agent {fact.agent} has another contact")
    _was_asked(seen, fact, agent)
    agent.engagement = fact.engagement
    contact = seen.contacts[fact.contact]
    contact.talking = contact.talking or fact.kind is EngagementKind.CONTACT
    contact.sent = False
    agent.contacts += fact.kind is EngagementKind.CONTACT
    if contact.talking:
        seen.due.drop(("step", fact.contact))
    if fact.kind is not EngagementKind.CONSULT:
        contact.lift = contact.passed = 0
    if fact.kind is EngagementKind.OUTBOUND:
        contact.queue, contact.called_for = fact.queue, True
    if fact.leg in contact.watchers:
        del contact.watchers[fact.leg]
        stops_watching(seen, fact.leg)
    seen.engagements[fact.engagement] = Engagement(
        fact.contact, fact.agent, fact.leg, fact.queue or contact.queue, fact.kind
    )
    seen.to_settle.add(fact.contact)


def _was_asked(seen: Seen, fact: f.EngagementOpened, agent: Agent) -> None:
    """By an offer that is answered; or asked for it, with nothing to do."""
    input = seen.entry.input
    if isinstance(input, f.LegAnswered):
        if agent.routing is not Routing.OFFERED:
            raise seen.violated("I2", f"agent {fact.agent} was not asked")
        if input.leg != fact.leg:
            raise seen.violated("I2", f"nobody answered {fact.leg}")
        return
    asker = input.agent if isinstance(input, _ASKS) else None
    if asker != fact.agent:
        raise seen.violated("I2", f"agent {fact.agent} asked for nothing")
    free = agent.routing in (Routing.IDLE, Routing.OFF_QUEUE)
    # Who calls may do so from wrap-up: what it was about is put off.
    if not free and not (isinstance(input, _CALLS) and agent.routing is Routing.WRAP_UP):
        raise seen.violated("I2", f"agent {fact.agent} is {agent.routing}")


def engagement_promoted(seen: Seen, fact: f.EngagementPromoted) -> None:
    seen.engagements[fact.engagement].kind = EngagementKind.CONTACT


def wrap_up_started(seen: Seen, fact: f.WrapUpStarted) -> None:
    work = seen.engagements[fact.engagement]
    work.wrapping = True
    is_so_long(seen, "wrap-up", fact.deadline_at, seen.centre.queues[work.queue].wrap_up_seconds * 1_000)
    seen.agent(work.agent)
    seen.due["wrap-up", fact.engagement] = fact.deadline_at


def engagement_closed(seen: Seen, fact: f.EngagementClosed) -> None:
    if isinstance(seen.entry.input, f.WrapUpExpired):
        not_early(seen, "wrap-up", fact.engagement)
    work = seen.engagements[fact.engagement]
    _is_wrapped_up(seen, work)
    _is_coded_by_its_own(seen, work.agent)
    _is_coded_as_asked(seen, fact)
    if fact.goes_on:
        offered = [one.contact for one in seen.entry.decisions if isinstance(one, f.OfferMade)]
        if work.contact not in offered:
            raise seen.violated("I2", f"contact {work.contact} does not come back")
    del seen.engagements[fact.engagement]
    seen.agent(work.agent).engagement = None
    seen.due.drop(("wrap-up", fact.engagement))


def _is_wrapped_up(seen: Seen, work: Engagement) -> None:
    """Whoever had a contact has the time of its queue to code it."""
    if work.wrapping or work.kind not in (EngagementKind.CONTACT, EngagementKind.OUTBOUND):
        return
    queue = seen.centre.queues.get(work.queue)
    if queue is not None and queue.wrap_up_seconds:
        raise seen.violated("I7", f"agent {work.agent} has no wrap-up after contact {work.contact}")


def _is_coded_as_asked(seen: Seen, fact: f.EngagementClosed | f.InteractionCoded) -> None:
    input = seen.entry.input
    if not isinstance(input, f.WrapUpSaved) or input.engagement != fact.engagement or seen.broke():
        return
    if (fact.disposition, fact.note) != (input.disposition, input.note):
        raise seen.violated("I1", f"engagement {fact.engagement} is not coded as was asked")


def interaction_coded(seen: Seen, fact: f.InteractionCoded) -> None:
    _is_coded_as_asked(seen, fact)


def _is_coded_by_its_own(seen: Seen, number: int) -> None:
    input, setup = seen.entry.input, seen.agents[number].setup
    own = not isinstance(input, f.WrapUpSaved) or input.actor in (setup.login, setup.station)
    if not own and not seen.broke():
        raise seen.violated("I6", f"the work of agent {number} is coded by somebody else")


# --- Presence ---


def agent_state_changed(seen: Seen, fact: f.AgentStateChanged) -> None:
    agent = seen.agent(fact.agent)
    _is_as_chosen(seen, agent, fact)
    if agent.presence is Presence.OFFLINE and fact.presence is not Presence.OFFLINE:
        agent.contacts, agent.worked_ms = 0, {}
    if fact.routing is not agent.routing:
        spent_ms = seen.entry.at - agent.changed_at
        agent.worked_ms[agent.routing] = agent.worked_ms.get(agent.routing, 0) + spent_ms
        agent.changed_at = seen.entry.at
    if fact.routing is Routing.IDLE and agent.routing not in (Routing.IDLE, Routing.OFFERED):
        agent.idle_since = seen.entry.at
    agent.routing, agent.presence = fact.routing, fact.presence
    if fact.routing is Routing.IDLE:
        seen.idle.add(fact.agent)
    else:
        seen.idle.discard(fact.agent)
    willing = agent.presence is Presence.READY and not agent.leaves
    if fact.routing is Routing.IDLE and not willing:
        raise seen.violated("I2", f"agent {fact.agent} did not ask for work")
    if fact.routing is Routing.OFF_QUEUE:
        agent.leaves = False


def _is_as_chosen(seen: Seen, agent: Agent, fact: f.AgentStateChanged) -> None:
    chooses = isinstance(seen.entry.input, _CHOOSES)
    if fact.routing is Routing.IDLE and agent.silent == seen.entry.seq:
        raise seen.violated("I2", f"agent {fact.agent} let an offer pass")
    if not chooses and fact.presence not in (agent.presence, agent.chosen):
        raise seen.violated("I12", f"agent {fact.agent} did not choose to be {fact.presence}")
    if fact.routing in (Routing.IDLE, Routing.OFF_QUEUE):
        if agent.chosen is not None and not chooses and fact.presence is not agent.chosen:
            raise seen.violated("I12", f"agent {fact.agent} chose to be {agent.chosen}")
        agent.chosen = None


def presence_postponed(seen: Seen, fact: f.PresencePostponed) -> None:
    agent = seen.agents[fact.agent]
    agent.leaves, agent.chosen = fact.presence is not Presence.READY, fact.presence


# --- What must be true when an entry is over ---


def does_what_there_is(seen: Seen, number: int) -> None:
    """An agent's state is what the agent has to do."""
    agent = seen.agents[number]
    work = seen.engagements.get(agent.engagement) if agent.engagement is not None else None
    doing = None if work is None else Routing.WRAP_UP if work.wrapping else Routing.ON_CONTACT
    if agent.offer is not None:
        doing = Routing.OFFERED
    held = agent.routing if agent.routing in _BUSY else None
    if held is not doing:
        raise seen.violated("I7", f"agent {number} is {agent.routing} and has {doing}")
