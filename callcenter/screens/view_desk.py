"""An agent's desk: who I am to the centre, the contact before me, and what I still have to code."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from callcenter.facts import Ref
from callcenter.history.records import public_id
from callcenter.ivr.tree import Input
from callcenter.lifecycles import EngagementState, LegState
from callcenter.screens import wire
from callcenter.screens.view_eyes import Eyes, customer_name, dispositions, title
from callcenter.state import Agent, Contact, Engagement, Live, Offer

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
        may_reject=agent.setup.may_reject,
    )


def desk_contact(eyes: Eyes, agent: Agent) -> wire.DeskContact | None:
    """The one contact this agent is offered, talks to or wraps up."""
    state = eyes.live.state
    if agent.offer is not None:
        offer = state.offers[agent.offer]
        contact = state.contacts[offer.contact]
        return _desk_contact(eyes, contact, _offered(contact, offer))
    if agent.engagement is not None:
        engagement = state.engagements[agent.engagement]
        contact = state.contacts[engagement.contact]
        return _desk_contact(eyes, contact, _engaged(engagement))
    return None


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
        customer=customer_name(eyes, kept.customer),
        dispositions=dispositions(eyes, kept.queue),
    )


class _Work(Struct, frozen=True, kw_only=True):
    """What an offer and an engagement have in common for a desk."""

    stage: str
    offer: int | None = None
    engagement: int | None = None
    leg: str
    queue: str
    stage_at: int
    deadline_at: int | None
    waited_ms: int
    disposition: str = ""
    note: Ref | None = None


def _offered(contact: Contact, offer: Offer) -> _Work:
    return _Work(
        stage="offered",
        offer=offer.offer,
        leg=offer.leg,
        queue=contact.queue,
        stage_at=offer.made_at,
        deadline_at=offer.deadline_at,
        waited_ms=offer.made_at - contact.entered_at,
    )


def _engaged(engagement: Engagement) -> _Work:
    talks = engagement.state is EngagementState.TALKING
    return _Work(
        stage="talking" if talks else "wrap_up",
        engagement=engagement.engagement,
        leg=engagement.leg,
        queue=engagement.queue,
        stage_at=engagement.state_at,
        deadline_at=engagement.deadline_at,
        waited_ms=engagement.waited_ms,
        disposition=engagement.disposition,
        note=engagement.note,
    )


def _desk_contact(eyes: Eyes, contact: Contact, work: _Work) -> wire.DeskContact:
    caller = eyes.live.state.legs.get(contact.leg)
    talk = contact.talk
    return wire.DeskContact(
        contact=contact.contact,
        public_id=public_id(eyes.live.state.centre, contact.contact),
        stage=work.stage,
        offer=work.offer,
        engagement=work.engagement,
        leg=work.leg,
        queue=work.queue,
        queue_title=title(eyes, work.queue),
        stage_at=work.stage_at,
        deadline_at=work.deadline_at,
        arrived_at=contact.arrived_at,
        waited_ms=work.waited_ms,
        number=eyes.names.value(contact.ani) if contact.ani is not None else "",
        language=contact.language,
        verified=contact.verified,
        path=tuple(contact.path),
        milestones=tuple(contact.milestones),
        entered=tuple(_entered(eyes, contact)),
        recording=talk is not None and talk.recording is not None and talk.agent_leg == work.leg,
        caller_away=caller is not None and caller.interrupted and caller.state is not LegState.ENDED,
        customer=_customer(eyes, contact.customer),
        dispositions=dispositions(eyes, work.queue),
        disposition=work.disposition,
        note=eyes.names.value(work.note) if work.note is not None else "",
    )


def _customer(eyes: Eyes, customer: int | None) -> wire.CustomerRecord | None:
    """The record with the queues of past contacts by their titles."""
    record = eyes.names.record(customer) if customer is not None else None
    if record is None or not record.contacts:
        return record
    contacts = tuple(replace(past, queue=title(eyes, past.queue)) for past in record.contacts)
    return replace(record, contacts=contacts)


def _entered(eyes: Eyes, contact: Contact) -> Iterator[tuple[str, str]]:
    """What the caller keyed; a contact's other values come from the customer's record."""
    if not contact.values:
        return
    tree = eyes.live.tree_of(contact)
    asked = {node.name for node in tree.nodes.values() if isinstance(node, Input)} if tree else set()
    for name, ref in contact.values.items():
        if name in asked:
            yield name, eyes.names.value(ref)
