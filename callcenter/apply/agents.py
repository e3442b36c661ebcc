"""Agents: their work on contacts, what they have to code, presence and routing."""

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.apply.moves import forget_if_over, move, stop_watching
from callcenter.lifecycles import (
    ENGAGEMENT,
    ROUTING,
    ContactState,
    EngagementKind,
    EngagementState,
    Presence,
    Routing,
    step,
)
from callcenter.queue.service_level import BUSY, STAFFED
from callcenter.state import (
    TODO_MAX,
    Agent,
    Contact,
    Engagement,
    Live,
    Todo,
)


def engagement_opened(live: Live, fact: f.EngagementOpened, at: int) -> None:
    state = live.state
    contact, agent = state.contacts[fact.contact], state.agents[fact.agent]
    # Who comes into a talk hears what its caller has waited, not how long they have talked.
    talks = state.engagements.get(contact.owner) if contact.owner is not None else None
    waited_ms = at - contact.entered_at if contact.entered_at else 0
    state.counters.engagement = fact.engagement
    state.engagements[fact.engagement] = Engagement(
        fact.engagement,
        fact.contact,
        fact.agent,
        fact.leg,
        fact.queue or contact.queue,
        EngagementState.TALKING,
        state_at=at,
        waited_ms=talks.waited_ms if talks is not None else waited_ms,
        kind=fact.kind,
    )
    contact.engagements.append(fact.engagement)
    agent.engagement = fact.engagement
    live.set_readiness(agent)
    if fact.kind is EngagementKind.CONSULT:
        if contact.consult is not None:
            contact.consult.engagement, contact.consult.leg = fact.engagement, fact.leg
        return
    if fact.kind is EngagementKind.CONTACT:
        agent.contacts += 1
    if contact.owner is None or fact.kind is EngagementKind.CONTACT:
        contact.owner = fact.engagement
    contact.sent_by = contact.sent_to = None
    contact.lift = contact.refusals = 0
    if fact.leg in contact.watchers:  # a supervisor takes over
        stop_watching(live, contact, fact.leg)
    if fact.kind is EngagementKind.OUTBOUND:
        contact.queue = fact.queue
    if contact.state is ContactState.OFFERED:
        move(contact, ContactState.TALKING, at)


def engagement_promoted(live: Live, fact: f.EngagementPromoted, at: int) -> None:
    engagement = live.state.engagements[fact.engagement]
    engagement.kind = EngagementKind.CONTACT
    live.state.contacts[engagement.contact].owner = fact.engagement


def wrap_up_started(live: Live, fact: f.WrapUpStarted, at: int) -> None:
    engagement = live.state.engagements[fact.engagement]
    engagement.state = step(ENGAGEMENT, engagement.state, EngagementState.WRAPPING)
    engagement.state_at, engagement.deadline_at = at, fact.deadline_at


def engagement_closed(live: Live, fact: f.EngagementClosed, at: int) -> None:
    state = live.state
    engagement = state.engagements[fact.engagement]
    engagement.state = step(ENGAGEMENT, engagement.state, EngagementState.DONE)
    del state.engagements[fact.engagement]
    agent, contact = state.agents[engagement.agent], state.contacts[engagement.contact]
    agent.engagement = None
    contact.engagements.remove(fact.engagement)
    if contact.owner == fact.engagement:
        contact.owner = None
    _leave_note(contact, engagement, fact.note)
    queue = live.queues.get(engagement.queue)
    if engagement.is_coded and not fact.disposition and queue is not None and queue.dispositions:
        number, customer = engagement.engagement, contact.customer
        todo = Todo(number, contact.contact, agent.agent, engagement.queue, customer, at, fact.note)
        if fact.goes_on:
            contact.put_off = todo
        else:
            remember(live, todo)
    forget_if_over(live, engagement.contact)


def _leave_note(contact: Contact, engagement: Engagement, note: f.Ref | None) -> None:
    if note is not None:
        contact.notes[engagement.engagement] = engagement.agent, note


def remember(live: Live, todo: Todo) -> None:
    """It stands on its agent's list."""
    live.add_todo(todo)
    for oldest in tuple(live.todos_of(todo.agent))[:-TODO_MAX]:
        live.drop_todo(oldest)


def interaction_coded(live: Live, fact: f.InteractionCoded, at: int) -> None:
    engagement = live.state.engagements.get(fact.engagement)
    if engagement is not None:
        engagement.disposition = fact.disposition
        engagement.note = fact.note
        _leave_note(live.state.contacts[engagement.contact], engagement, fact.note)
    elif fact.disposition:
        live.drop_todo(fact.engagement)


def agent_state_changed(live: Live, fact: f.AgentStateChanged, at: int) -> None:
    agent = live.state.agents[fact.agent]
    if (agent.presence, agent.reason, agent.routing) != (fact.presence, fact.reason, fact.routing):
        agent.since_at = at
    if agent.presence is Presence.OFFLINE and fact.presence is not Presence.OFFLINE:
        agent.contacts = agent.staffed_ms = agent.busy_ms = 0
    _route(live, agent, fact.routing, at)
    agent.presence, agent.reason = fact.presence, fact.reason
    if fact.routing in (Routing.IDLE, Routing.OFF_QUEUE):
        agent.postponed = None


def presence_postponed(live: Live, fact: f.PresencePostponed, at: int) -> None:
    agent = live.state.agents[fact.agent]
    chosen = fact.presence, fact.reason
    agent.postponed = None if chosen == (agent.presence, agent.reason) else chosen


def agent_reassigned(live: Live, fact: f.AgentReassigned, at: int) -> None:
    agent = live.state.agents[fact.agent]
    agent.setup = replace(agent.setup, queues=fact.queues)
    live.staff_changed()
    live.set_readiness(agent)


def _route(live: Live, agent: Agent, new: Routing, at: int) -> None:
    if new is agent.routing:
        return
    old, agent.routing = agent.routing, step(ROUTING, agent.routing, new)
    if old in STAFFED:
        agent.staffed_ms += at - agent.routed_at
        agent.busy_ms += at - agent.routed_at if old in BUSY else 0
    agent.routed_at = at
    # An offer that the caller took away leaves the agent's idle age as it was.
    if new is Routing.IDLE and old is not Routing.OFFERED:
        agent.idle_since = at
    live.set_readiness(agent)
