"""Waiting, offers, and being sent to somebody."""

from callcenter import facts as f
from callcenter.apply.agents import remember
from callcenter.apply.moves import add_agent_leg, leave_talk, move, wait
from callcenter.lifecycles import (
    ContactState,
    OfferKind,
    OfferState,
)
from callcenter.state import (
    RECENT_WAITS_MAX,
    Live,
    Offer,
)


def contact_queued(live: Live, fact: f.ContactQueued, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    wait(contact, at)
    contact.queue, contact.priority = fact.queue, fact.priority
    asked = {need.skill for need in live.queues[fact.queue].skills}
    contact.own_skills = tuple(need for need in fact.skills if need.skill not in asked)
    contact.since_at, contact.entered_at = fact.since_at, at
    contact.waits, contact.step, contact.relaxes_at = contact.waits + 1, 0, fact.relaxes_at
    # A queue of no line opens to everybody what was said to another: the line it had stays.
    contact.business_line = fact.business_line or contact.business_line
    leave_talk(live, contact)
    contact.sent_by = contact.sent_to = None
    live.stand_in_line(contact)


def contact_returned(live: Live, fact: f.ContactReturned, at: int) -> None:
    """Out of an offer the wait goes on; out of a talk another one begins, with the old age."""
    contact = live.state.contacts[fact.contact]
    if contact.state is not ContactState.OFFERED or contact.sent_by is not None:
        contact.entered_at = at
    wait(contact, at)
    contact.lift += fact.lift
    contact.since_at = contact.since_at or at  # called by us, or transferred before it was in any queue
    leave_talk(live, contact)
    contact.sent_by = contact.sent_to = None
    live.stand_in_line(contact)


def contact_raised(live: Live, fact: f.ContactRaised, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.lift += fact.lift
    if contact.state is ContactState.WAITING:
        live.stand_in_line(contact)


def contact_relaxed(live: Live, fact: f.ContactRelaxed, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.step, contact.relaxes_at = fact.step, fact.relaxes_at
    contact.priority += fact.points
    if contact.state is ContactState.WAITING:
        live.stand_in_line(contact)


def contact_transferred(live: Live, fact: f.ContactTransferred, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    wait(contact, at)
    contact.entered_at = at
    leave_talk(live, contact)
    contact.sent_by, contact.sent_to = fact.by, None


def offer_made(live: Live, fact: f.OfferMade, at: int) -> None:
    state = live.state
    contact, agent = state.contacts[fact.contact], state.agents[fact.agent]
    state.counters.offer = fact.offer
    state.offers[fact.offer] = Offer(
        fact.offer,
        fact.contact,
        fact.agent,
        fact.leg,
        made_at=at,
        deadline_at=fact.deadline_at,
        kind=fact.kind,
    )
    add_agent_leg(live, contact, fact.leg, fact.agent, fact.offer)
    agent.offer = fact.offer
    if fact.kind is OfferKind.CONTACT:
        agent.last_offer = fact.offer
    if fact.kind is OfferKind.CONSULT:
        assert contact.consult is not None, "only who consults rings a colleague for advice"
        contact.consult.offer, contact.consult.leg = fact.offer, fact.leg
        live.router.leave(-fact.contact)
        return
    contact.offer = fact.offer
    if fact.kind is not OfferKind.INTERNAL:
        move(contact, ContactState.OFFERED, at)
        live.router.leave(fact.contact)


def offer_closed(live: Live, fact: f.OfferClosed, at: int) -> None:
    state = live.state
    # Only pending offers are in the state: a closed one that is closed again is a bug and raises here.
    offer = state.offers.pop(fact.offer)
    contact = state.contacts[offer.contact]
    state.agents[offer.agent].offer = None
    if offer.kind is OfferKind.CONSULT:
        if contact.consult is not None and contact.consult.offer == fact.offer:
            contact.consult.offer = None
            if fact.result is not OfferState.ACCEPTED:
                contact.consult.leg = None
        return
    contact.offer = None
    if contact.put_off is not None and offer.kind is OfferKind.RECALL:
        if fact.result is not OfferState.ACCEPTED:
            remember(live, contact.put_off)
        contact.put_off = None
    if offer.kind is not OfferKind.CONTACT:
        return
    if fact.result is OfferState.ACCEPTED:
        waits = state.recent_waits.setdefault(contact.queue, [])
        waits.append(at - contact.entered_at)
        del waits[:-RECENT_WAITS_MAX]
    elif fact.result in (OfferState.TIMED_OUT, OfferState.REJECTED):
        contact.refusals += 1
