"""The floor as supervisors see it: a tile for each queue, a line for each agent and for each who waits.

The rule: a line says what somebody does in one word, the arrangement of their talk in the words of the field. Who
listens in is told here and to nobody on the line.
"""

from callcenter.facts import Part
from callcenter.history.records import public_id
from callcenter.lifecycles import ContactState, EngagementKind, EngagementState, Routing
from callcenter.queue.service_level import average_answer_ms, finished, service_level
from callcenter.screens import wire
from callcenter.screens.view_eyes import Eyes, customer_name, routing_shown, title, title_zh
from callcenter.state import Agent, Contact, Engagement, rules_of

SIMULATED = "simulator"
"""the provider of agents who are no people"""
CONFERENCE_MIN = 3
"""who talk together"""

_WAITING = frozenset({ContactState.WAITING, ContactState.OFFERED})
"""in a queue, or on the way to a colleague"""
_WATCHING = {Part.LISTENS: "listens", Part.COACHES: "coaches", Part.TALKS: "barges"}


def queue_row(eyes: Eyes, queue: str) -> wire.QueueRow | None:
    setup = eyes.live.queues.get(queue)
    if setup is None:
        return None
    figures, waiting = eyes.today.queue(queue), eyes.crowd.waiting(queue)
    return wire.QueueRow(
        queue=queue,
        title=setup.title,
        title_zh=setup.title_zh,
        waiting=waiting,
        longest_since_at=eyes.crowd.longest_since_at(queue),
        refused=eyes.crowd.refused(queue),
        talking=eyes.crowd.talking(queue),
        entered=finished(figures) + waiting,
        answered=figures.answered,
        answered_in_threshold=figures.answered_in_threshold,
        abandoned=figures.abandoned,
        short_abandoned=figures.short_abandoned,
        service_level=service_level(figures),
        threshold_seconds=setup.threshold_seconds,
        target_percent=setup.target_percent,
        average_answer_ms=average_answer_ms(figures),
        skills=tuple((need.skill, need.level) for need in setup.skills),
        agents=eyes.crowd.agents(queue),
    )


def agent_row(eyes: Eyes, number: int) -> wire.AgentRow | None:
    agent = _at_work(eyes, number)
    if agent is None:
        return None
    contact = _contact_of(eyes, agent)
    presence, reason = agent.postponed or ("", "")
    return wire.AgentRow(
        agent=number,
        name=eyes.names.agent(number),
        presence=agent.presence.value,
        reason=agent.reason,
        routing=agent.routing.value,
        since_at=agent.since_at,
        station=agent.has_station,
        simulated=agent.setup.station == SIMULATED,
        queues=agent.setup.queues,
        skills=tuple((level.skill, level.level) for level in agent.setup.skills),
        postponed=f"{presence}:{reason}" if reason else str(presence),
        contact=contact.contact if contact is not None else None,
        doing=_doing(eyes, agent, contact) if contact is not None else "",
        contact_queue=contact.queue if contact is not None else "",
        direction=contact.direction if contact is not None else "",
        watched_by=_watched_by(eyes, agent, contact) if contact is not None else (),
        handled=eyes.today.handled_by(number),
    )


def board_row(eyes: Eyes, number: int) -> wire.BoardAgent | None:
    agent = _at_work(eyes, number)
    if agent is None:
        return None
    return wire.BoardAgent(
        agent=number,
        name=eyes.names.agent(number),
        routing=routing_shown(agent).value,
        presence=agent.presence.value,
        since_at=agent.since_at,
    )


def waiting_row(eyes: Eyes, number: int) -> wire.WaitingRow | None:
    state = eyes.live.state
    contact = state.contacts.get(number)
    if contact is None or contact.state not in _WAITING:
        return None
    offer = state.offers[contact.offer] if contact.offer is not None else None
    rules = rules_of(eyes.live.queues.get(contact.queue))
    return wire.WaitingRow(
        contact=number,
        public_id=public_id(state.centre, number),
        queue=contact.queue,
        queue_title=title(eyes, contact.queue),
        queue_title_zh=title_zh(eyes, contact.queue),
        since_at=contact.since_at,
        entered_at=contact.entered_at,
        points=contact.priority,
        lift=contact.lift,
        ageing=rules.ageing,
        ceiling=rules.ceiling,
        weight=rules.weight,
        step=contact.step,
        refusals=contact.refusals,
        refused_often=contact.is_refused_often,
        grade=contact.grade,
        customer=customer_name(eyes, contact.customer),
        skills=tuple(need.skill for need in eyes.live.requirement(contact).skills) if contact.waits else (),
        offered_to=eyes.names.agent(offer.agent) if offer is not None else "",
        sent_by=eyes.names.agent(contact.sent_by) if contact.sent_by is not None else "",
    )


def _at_work(eyes: Eyes, number: int) -> Agent | None:
    """None: an earlier setup's, who has gone."""
    agent = eyes.live.state.agents.get(number)
    if agent is None or (number not in eyes.live.staff and agent.routing is Routing.OFF_QUEUE):
        return None
    return agent


def _contact_of(eyes: Eyes, agent: Agent) -> Contact | None:
    """What rings at this agent's desk, is worked on, or is listened to."""
    state = eyes.live.state
    if agent.offer is not None:
        return state.contacts.get(state.offers[agent.offer].contact)
    if agent.engagement is not None:
        return state.contacts.get(state.engagements[agent.engagement].contact)
    if agent.watching is not None:
        return state.contacts.get(state.legs[agent.watching].contact)
    return None


def _doing(eyes: Eyes, agent: Agent, contact: Contact) -> str:
    if agent.engagement is not None:
        return _working(contact, eyes.live.state.engagements[agent.engagement])
    if agent.watching is not None and agent.offer is None:
        return _WATCHING[contact.watchers.get(agent.watching, Part.LISTENS)]
    return ""


def _working(contact: Contact, engagement: Engagement) -> str:
    if engagement.state is not EngagementState.TALKING:
        return ""
    if contact.state is ContactState.DIALLING:
        return "dialling"
    members = contact.talk.members if contact.talk is not None else ()
    parts = [member.part for member in members if member.leg not in contact.watchers]
    if parts.count(Part.TALKS) >= CONFERENCE_MIN:
        return "conference"
    if contact.consult is not None or engagement.kind is EngagementKind.CONSULT:
        return "consult"
    return "hold" if Part.HELD in parts else "talk"


def _watched_by(eyes: Eyes, agent: Agent, contact: Contact) -> tuple[str, ...]:
    """Of an agent who is in the talk; a supervisor who listens is not watched."""
    if agent.engagement is None:
        return ()
    watching = (eyes.live.state.legs[leg].agent for leg in contact.watchers)
    return tuple(eyes.names.agent(number) for number in watching if number is not None)
