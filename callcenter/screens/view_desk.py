"""An agent's desk: who I am to the centre, the contact before me, and what I still have to code."""

from callcenter.history.records import public_id
from callcenter.screens import wire
from callcenter.screens.view_contact import desk_contact
from callcenter.screens.view_eyes import Eyes, customer_name, dispositions, dispositions_zh, title, title_zh
from callcenter.state import Agent, Live

ME = "me"
CONTACT = "contact"
TODO = "todo:"


def desk_row(eyes: Eyes, number: int, key: str) -> wire.Row | None:
    """The row of an agent's desk with this key."""
    agent = eyes.live.state.agents.get(number)
    if agent is None:
        return None
    if key == ME:
        return me(eyes, agent)
    if key == CONTACT:
        return desk_contact(eyes, agent)
    return todo(eyes, agent, int(key.removeprefix(TODO)))


def todo_keys(live: Live, agent: int) -> set[str]:
    """The keys of an agent's list of interactions that are not coded yet."""
    return {f"{TODO}{engagement}" for engagement in live.todos_of(agent)}


def me(eyes: Eyes, agent: Agent) -> wire.Me:
    setup = eyes.live.state.setup
    presence, reason = agent.postponed or ("", "")
    watching, part = _watching(eyes.live, agent)
    return wire.Me(
        agent=agent.agent,
        name=eyes.names.agent(agent.agent),
        presence=agent.presence.value,
        reason=agent.reason,
        routing=agent.routing.value,
        since_at=agent.since_at,
        station=agent.has_station,
        postponed=f"{presence}:{reason}" if reason else str(presence),
        break_reasons=setup.break_reasons if setup is not None else (),
        break_reasons_zh=setup.break_reasons_zh if setup is not None else (),
        may_reject=agent.setup.may_reject,
        queues=agent.setup.queues,
        queue_titles=tuple(title(eyes, queue) for queue in agent.setup.queues),
        queue_titles_zh=tuple(title_zh(eyes, queue) for queue in agent.setup.queues),
        watching=watching,
        watching_part=part,
    )


def todo(eyes: Eyes, agent: Agent, engagement: int) -> wire.Todo | None:
    state = eyes.live.state
    kept = state.todos.get(engagement)
    if kept is None or kept.agent != agent.agent:
        return None
    return wire.Todo(
        engagement=engagement,
        public_id=public_id(state.centre, kept.contact),
        at=kept.at,
        queue=kept.queue,
        queue_title=title(eyes, kept.queue),
        queue_title_zh=title_zh(eyes, kept.queue),
        customer=customer_name(eyes, kept.customer),
        customer_id=kept.customer,
        dispositions=dispositions(eyes, kept.queue),
        dispositions_zh=dispositions_zh(eyes, kept.queue),
        note=eyes.names.value(kept.note) if kept.note is not None else "",
    )


def _watching(live: Live, agent: Agent) -> tuple[int | None, str]:
    """The contact that this supervisor is in, and the part there; "" while the phone is being connected."""
    leg = live.state.legs.get(agent.watching) if agent.watching is not None else None
    contact = live.state.contacts.get(leg.contact) if leg is not None else None
    if leg is None or contact is None:
        return None, ""
    part = contact.talk.part_of(leg.leg) if contact.talk is not None else None
    return contact.contact, part.value if part is not None else ""
