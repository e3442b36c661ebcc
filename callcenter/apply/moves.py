"""What several facts do alike: move a contact, add a leg, leave a talk, forget what is over."""

from callcenter import facts as f
from callcenter.lifecycles import (
    CONTACT,
    ContactState,
    LegState,
    step,
)
from callcenter.state import (
    Contact,
    Leg,
    Live,
)


def add_leg(live: Live, contact: Contact, leg: Leg) -> None:
    live.state.legs[leg.leg] = leg
    contact.legs.append(leg.leg)
    # Of a call that we make, the number of the customer's leg is given when the contact is opened.
    if contact.leg != leg.leg:
        live.state.counters.leg += 1


def add_agent_leg(live: Live, contact: Contact, leg: f.LegId, agent: int, offer: int) -> None:
    record = Leg(leg, contact.provider, contact.contact, agent, LegState.RINGING, offer=offer)
    add_leg(live, contact, record)


def leave_talk(live: Live, contact: Contact) -> None:
    """Nobody hears the caller any more: what hung on the talk is over."""
    live.router.leave(-contact.contact)
    contact.talk = contact.held_at = contact.owner = contact.consult = contact.pause = None
    for leg in tuple(contact.watchers):
        stop_watching(live, contact, leg)


def stop_watching(live: Live, contact: Contact, leg: f.LegId) -> None:
    contact.watchers.pop(leg, None)
    record = live.state.legs.get(leg)
    agent = live.state.agents.get(record.agent) if record is not None and record.agent is not None else None
    if agent is not None and agent.watching == leg:
        agent.watching = None
        live.set_readiness(agent)


def move(contact: Contact, new: ContactState, at: int) -> None:
    contact.state = step(CONTACT, contact.state, new)
    contact.state_at = at


def wait(contact: Contact, at: int) -> None:
    """Who is on the way to somebody waits already."""
    if contact.state is not ContactState.WAITING:
        move(contact, ContactState.WAITING, at)


def forget_if_over(live: Live, number: int) -> None:
    """A contact leaves the state once it has ended, its legs are gone and nobody works on it."""
    state = live.state
    contact = state.contacts.get(number)
    if contact is None or contact.state is not ContactState.ENDED or contact.engagements:
        return
    if all(state.legs[leg].state is LegState.ENDED for leg in contact.legs):
        for leg in contact.legs:
            del state.legs[leg]
        del state.contacts[number]
