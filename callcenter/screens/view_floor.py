"""The floor as supervisors see it: a tile for each queue, a line for each agent and for each who waits."""

from callcenter.history.records import public_id
from callcenter.lifecycles import ContactState
from callcenter.queue.service_level import average_answer_ms, finished, service_level
from callcenter.screens import wire
from callcenter.screens.view_eyes import Eyes, customer_name, title

SIMULATED = "simulator"
"""the provider of agents who are no people"""

_IN_QUEUE = frozenset({ContactState.WAITING, ContactState.OFFERED})


def queue_row(eyes: Eyes, queue: str) -> wire.QueueRow | None:
    setup = eyes.live.queues.get(queue)
    if setup is None:
        return None
    figures, waiting = eyes.today.queue(queue), eyes.crowd.waiting(queue)
    return wire.QueueRow(
        queue=queue,
        title=setup.title,
        waiting=waiting,
        longest_since_at=eyes.crowd.longest_since_at(queue),
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
        agents=eyes.crowd.agents(queue),
    )


def agent_row(eyes: Eyes, number: int) -> wire.AgentRow | None:
    state = eyes.live.state
    agent = state.agents.get(number)
    if agent is None:
        return None
    contact: int | None = None
    if agent.engagement is not None:
        contact = state.engagements[agent.engagement].contact
    elif agent.offer is not None:
        contact = state.offers[agent.offer].contact
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
        contact=contact,
        handled=eyes.today.answered_by(number),
    )


def waiting_row(eyes: Eyes, number: int) -> wire.WaitingRow | None:
    state = eyes.live.state
    contact = state.contacts.get(number)
    if contact is None or contact.state not in _IN_QUEUE:
        return None
    offer = state.offers[contact.offer] if contact.offer is not None else None
    return wire.WaitingRow(
        contact=number,
        public_id=public_id(state.centre, number),
        queue=contact.queue,
        queue_title=title(eyes, contact.queue),
        since_at=contact.since_at,
        priority=contact.priority,
        grade=contact.grade,
        customer=customer_name(eyes, contact.customer),
        skills=tuple(need.skill for need in contact.skills),
        offered_to=eyes.names.agent(offer.agent) if offer is not None else "",
    )
