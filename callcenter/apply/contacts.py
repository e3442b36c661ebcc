"""A contact from its opening to its end, and its way through the IVR."""

from callcenter import facts as f
from callcenter.apply.moves import add_leg, forget_if_over, leave_talk, move
from callcenter.lifecycles import (
    ContactState,
    Direction,
    LegState,
)
from callcenter.state import (
    Contact,
    Leg,
    Live,
)


def contact_opened(live: Live, fact: f.ContactOpened, at: int) -> None:
    state = live.state
    state.counters.contact = fact.contact
    state.contacts[fact.contact] = Contact(
        contact=fact.contact,
        leg=fact.leg,
        provider=fact.provider,
        ani=fact.ani,
        dnis=fact.dnis,
        tree=fact.tree,
        tree_version=fact.tree_version,
        business_line=fact.business_line,
        arrived_at=at,
        state=ContactState.DIALLING,
        state_at=at,
        legs=[],
        direction=fact.direction,
        notice_due=fact.direction is Direction.OUTBOUND,
    )
    if fact.direction != Direction.INBOUND:
        state.counters.leg += 1
    else:
        contact = state.contacts[fact.contact]
        contact.state = ContactState.IVR
        add_leg(live, contact, Leg(fact.leg, fact.provider, fact.contact, None, LegState.UP))


def node_entered(live: Live, fact: f.NodeEntered, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.node, contact.tries = fact.node, fact.tries


def choice_made(live: Live, fact: f.ChoiceMade, at: int) -> None:
    live.state.contacts[fact.contact].path.append((fact.node, fact.exit))


def milestone_reached(live: Live, fact: f.MilestoneReached, at: int) -> None:
    live.state.contacts[fact.contact].milestones.append(fact.milestone)


def customer_identified(live: Live, fact: f.CustomerIdentified, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    if contact.customer not in (None, fact.customer):
        # Somebody else now: nothing that was proven or known of the first holds for the second.
        contact.verified = False
        contact.values.clear()
    contact.customer, contact.grade = fact.customer, fact.grade
    contact.language = fact.language or contact.language
    contact.values.update(fact.values)


def customer_verified(live: Live, fact: f.CustomerVerified, at: int) -> None:
    live.state.contacts[fact.contact].verified = True


def language_chosen(live: Live, fact: f.LanguageChosen, at: int) -> None:
    live.state.contacts[fact.contact].language = fact.language


def recording_declined(live: Live, fact: f.RecordingDeclined, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.unrecorded, contact.pause = fact.reason, None


def value_entered(live: Live, fact: f.ValueEntered, at: int) -> None:
    live.state.contacts[fact.contact].values[fact.name] = fact.value


def look_up_wanted(live: Live, fact: f.LookUpWanted, at: int) -> None:
    state = live.state
    state.counters.look_up = fact.look_up
    state.look_ups[fact.look_up] = fact
    contact = state.contacts[fact.contact]
    contact.look_up = fact.look_up


def look_up_closed(live: Live, fact: f.LookUpClosed, at: int) -> None:
    wanted = live.state.look_ups.pop(fact.look_up)
    live.state.contacts[wanted.contact].look_up = None


def contact_quarantined(live: Live, fact: f.ContactQuarantined, at: int) -> None:
    live.state.contacts[fact.contact].quarantined = True
    live.router.leave(fact.contact)
    live.router.leave(-fact.contact)


def contact_reached(live: Live, fact: f.ContactReached, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    move(contact, ContactState.TALKING, at)
    contact.sent_by, contact.lift, contact.refusals = None, 0, 0


def contact_ended(live: Live, fact: f.ContactEnded, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    move(contact, ContactState.ENDED, at)
    live.router.leave(contact.contact)
    leave_talk(live, contact)
    contact.sent_by = contact.sent_to = None
    if contact.look_up is not None:
        live.state.look_ups.pop(contact.look_up, None)
        contact.look_up = None
    forget_if_over(live, contact.contact)
