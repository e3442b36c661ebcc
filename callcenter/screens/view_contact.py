"""The contact before an agent: offered, dialled, talked to or wrapped up, with the record and what was done before.

The rule: whatever brought the contact here, what is known of it comes along, the path, the identity and what
colleagues noted, so that nobody is asked again.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from callcenter.customer_record import CustomerRecord, PastContact
from callcenter.facts import Ref
from callcenter.history.records import public_id
from callcenter.lifecycles import ContactState, EngagementKind, EngagementState, LegState, OfferKind
from callcenter.rights import within
from callcenter.screens import view_talk, wire
from callcenter.screens.view_eyes import (
    Eyes,
    disposition_zh,
    dispositions,
    dispositions_zh,
    title,
    title_zh,
)
from callcenter.state import Agent, Contact, Engagement, Live, Offer


def desk_contact(eyes: Eyes, agent: Agent) -> wire.DeskContact | None:
    """The one contact this agent is offered, talks to or wraps up."""
    state = eyes.live.state
    if agent.offer is not None:
        offer = state.offers[agent.offer]
        contact = state.contacts[offer.contact]
        return _desk_contact(eyes, contact, _offered(eyes, contact, offer))
    if agent.engagement is not None:
        engagement = state.engagements[agent.engagement]
        contact = state.contacts[engagement.contact]
        return _desk_contact(eyes, contact, _engaged(eyes, contact, engagement))
    return None


class _Work(Struct, frozen=True, kw_only=True):
    """What an offer and an engagement have in common for a desk."""

    agent: int
    stage: str
    kind: str
    sent_by: str
    offer: int | None = None
    engagement: int | None = None
    leg: str
    queue: str
    stage_at: int
    deadline_at: int | None
    waited_ms: int
    can: tuple[str, ...] = ()
    consultation: wire.Consultation | None = None
    disposition: str = ""
    note: Ref | None = None
    goes_on: tuple[str, str, str] = ("", "", "")
    """see `wire.DeskContact`"""


def _offered(eyes: Eyes, contact: Contact, offer: Offer) -> _Work:
    talks = eyes.live.owner_of(contact)
    waited_ms = offer.made_at - contact.entered_at if contact.entered_at else 0
    return _Work(
        agent=offer.agent,
        stage="offered",
        kind=offer.kind.value,
        sent_by=_name(eyes, _sender(eyes.live, contact, offer)),
        offer=offer.offer,
        leg=offer.leg,
        queue=contact.queue,
        stage_at=offer.made_at,
        deadline_at=offer.deadline_at,
        waited_ms=talks.waited_ms if talks is not None else waited_ms,
    )


def _engaged(eyes: Eyes, contact: Contact, engagement: Engagement) -> _Work:
    talks = engagement.state is EngagementState.TALKING
    dials = talks and contact.state is ContactState.DIALLING
    return _Work(
        agent=engagement.agent,
        stage="dialling" if dials else "talking" if talks else "wrap_up",
        kind=engagement.kind.value,
        sent_by=_name(eyes, _other(eyes.live, contact, engagement)),
        engagement=engagement.engagement,
        leg=engagement.leg,
        queue=engagement.queue,
        # Of a call that the agent made: since it was answered.
        stage_at=max(engagement.state_at, contact.state_at) if talks else engagement.state_at,
        deadline_at=engagement.deadline_at,
        waited_ms=engagement.waited_ms if talks else 0,
        can=view_talk.can(eyes.live, contact, engagement),
        consultation=view_talk.consultation(eyes, contact, engagement) if talks else None,
        disposition=engagement.disposition,
        note=engagement.note,
        goes_on=_goes_on(eyes, contact) if not talks else ("", "", ""),
    )


def _goes_on(eyes: Eyes, contact: Contact) -> tuple[str, str, str]:
    """What a contact does while somebody who had it wraps up, and with whom, in both languages."""
    match contact.state:
        case ContactState.ENDED:
            return "", "", ""
        case ContactState.IVR | ContactState.DIALLING:
            return contact.state.value, "", ""
        case ContactState.WAITING:
            return "waiting", title(eyes, contact.queue), title_zh(eyes, contact.queue)
        case ContactState.OFFERED:
            offer = eyes.live.state.offers[contact.offer] if contact.offer is not None else None
            return "ringing", _name(eyes, offer.agent) if offer is not None else "", ""
        case ContactState.TALKING:
            return "talking", _name(eyes, _owner(eyes.live, contact)), ""


def _desk_contact(eyes: Eyes, contact: Contact, work: _Work) -> wire.DeskContact:
    caller = eyes.live.state.legs.get(contact.leg)
    recording, until_at, why = view_talk.recording(contact, work.leg)
    return wire.DeskContact(
        contact=contact.contact,
        public_id=public_id(eyes.live.state.centre, contact.contact),
        direction=contact.direction.value,
        stage=work.stage,
        kind=work.kind,
        sent_by=work.sent_by,
        can=work.can,
        held=contact.held_at is not None,
        held_at=contact.held_at,
        parties=view_talk.parties(eyes, contact, work.leg),
        consultation=work.consultation,
        offer=work.offer,
        engagement=work.engagement,
        leg=work.leg,
        queue=work.queue,
        queue_title=title(eyes, work.queue),
        queue_title_zh=title_zh(eyes, work.queue),
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
        recording=recording,
        recording_until_at=until_at,
        recording_why=why,
        caller_away=caller is not None and caller.interrupted and caller.state is not LegState.ENDED,
        handed=tuple(_handed(eyes, contact, work.agent)),
        customer=_customer(eyes, contact.customer, work.agent),
        dispositions=dispositions(eyes, work.queue),
        dispositions_zh=dispositions_zh(eyes, work.queue),
        disposition=work.disposition,
        note=eyes.names.value(work.note) if work.note is not None else "",
        goes_on=work.goes_on[0],
        goes_on_with=work.goes_on[1],
        goes_on_with_zh=work.goes_on[2],
    )


def _sender(live: Live, contact: Contact, offer: Offer) -> int | None:
    """The colleague who transfers, consults or calls."""
    if offer.kind is OfferKind.TRANSFER:
        return contact.sent_by
    if offer.kind in (OfferKind.CONSULT, OfferKind.INTERNAL):
        return _owner(live, contact)
    return None


def _other(live: Live, contact: Contact, engagement: Engagement) -> int | None:
    """The colleague whom one advises, or with whom one talks."""
    if engagement.kind is EngagementKind.CONSULT:
        return _owner(live, contact)
    if engagement.kind is EngagementKind.INTERNAL:
        others = (live.state.engagements[number].agent for number in contact.engagements)
        rings = live.state.offers[contact.offer].agent if contact.offer is not None else None
        return next((other for other in others if other != engagement.agent), rings)
    return None


def _owner(live: Live, contact: Contact) -> int | None:
    owner = live.owner_of(contact)
    return owner.agent if owner is not None else None


def _name(eyes: Eyes, agent: int | None) -> str:
    return eyes.names.agent(agent) if agent is not None else ""


def _handed(eyes: Eyes, contact: Contact, reader: int) -> Iterator[wire.HandedNote]:
    for agent, note in contact.notes.values():
        if agent != reader and (text := eyes.names.value(note)):
            yield wire.HandedNote(eyes.names.agent(agent), text)


def _customer(eyes: Eyes, customer: int | None, reader: int) -> CustomerRecord | None:
    """The record with past contacts in the centre's own words; those of lines that are not the reader's are as if
    they weren't there."""
    record = eyes.names.record(customer) if customer is not None else None
    if record is None or not record.contacts:
        return record
    lines = eyes.names.lines_of(reader)
    told = tuple(_past(eyes, past) for past in record.contacts if within(lines, past.business_line))
    return replace(record, contacts=told)


def _past(eyes: Eyes, past: PastContact) -> PastContact:
    return replace(
        past,
        queue=title(eyes, past.queue),
        queue_zh=title_zh(eyes, past.queue),
        disposition_zh=disposition_zh(eyes, past.queue, past.disposition),
    )


def _entered(eyes: Eyes, contact: Contact) -> Iterator[tuple[str, str]]:
    """What the caller keyed; a contact's other values come from the customer's record."""
    if not contact.values:
        return
    keyed = eyes.live.keyed_in(contact)
    for name, ref in contact.values.items():
        if name in keyed:
            yield name, eyes.names.value(ref)
