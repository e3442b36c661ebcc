"""One offer at a time, for who waits and to who is ready: the best for each other. I2, I3."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.lifecycles import OfferKind, OfferState, Routing
from callcenter.simulate.invariants.deadlines import COLLEAGUE_MS, is_so_long, not_early
from callcenter.simulate.invariants.line import best_agent, best_contact, best_to_ask
from callcenter.simulate.invariants.records import Agent, Contact, Offer
from callcenter.simulate.invariants.seen import Seen


def offer_made(seen: Seen, fact: f.OfferMade) -> None:
    seen.once("offer", fact.offer)
    contact, agent = seen.contacts[fact.contact], seen.agent(fact.agent)
    if agent.offer is not None or agent.engagement is not None:
        raise seen.violated("I2", f"agent {fact.agent} is busy")
    recalled = fact.kind is OfferKind.RECALL and agent.routing is Routing.WRAP_UP
    if not (agent.is_ready() or recalled):
        raise seen.violated("I2", f"agent {fact.agent} is not ready")
    _may_be_offered(seen, fact, contact, agent)
    is_so_long(seen, f"a {fact.kind} offer", fact.deadline_at, _rings_ms(seen, fact.kind, contact))
    agent.offer = fact.offer
    if fact.kind is OfferKind.CONTACT:
        agent.last_offer = fact.offer
    if fact.kind is OfferKind.CONSULT:
        contact.consult, contact.consult_offer = None, fact.offer
    else:
        contact.waiting, contact.offer = False, fact.offer
    seen.add_leg(fact.contact, fact.leg, fact.agent)
    seen.offers[fact.offer] = Offer(fact.contact, fact.agent, fact.leg, fact.kind)
    seen.due["offer", fact.offer] = fact.deadline_at


def _may_be_offered(seen: Seen, fact: f.OfferMade, contact: Contact, agent: Agent) -> None:
    if contact.offer is not None:
        raise seen.violated("I2", f"contact {fact.contact} is offered twice")
    match fact.kind:
        case OfferKind.CONTACT:
            if not contact.is_there() or contact.quarantined:
                raise seen.violated("I2", f"contact {fact.contact} does not wait")
            best_contact(seen, fact.contact, agent)
            best_agent(seen, contact, fact.agent)
        case OfferKind.TRANSFER | OfferKind.RECALL:
            if not contact.sent:
                raise seen.violated("I2", f"contact {fact.contact} is not on its way")
            _is_for(seen, fact, contact)
        case OfferKind.CONSULT:
            if not contact.talking or contact.consult_offer is not None:
                raise seen.violated("I2", f"contact {fact.contact} has nobody who asks")
            if not isinstance(contact.target, f.ToQueue):
                _is_for(seen, fact, contact)
            if contact.consult is not None and contact.consult in seen.centre.queues:
                best_to_ask(seen, contact, contact.consult, fact.agent)
        case OfferKind.INTERNAL:
            if not contact.dialling:
                raise seen.violated("I2", f"contact {fact.contact} calls nobody")
            if f.InternalCallStarted(fact.contact, fact.agent) not in seen.entry.decisions:
                raise seen.violated("I2", f"agent {fact.agent} is not whom contact {fact.contact} calls")


def _is_for(seen: Seen, fact: f.OfferMade, contact: Contact) -> None:
    """Who is asked for by name is asked, and nobody else."""
    if contact.target != f.ToAgent(fact.agent):
        raise seen.violated("I2", f"agent {fact.agent} rings for {contact.target}")


def _rings_ms(seen: Seen, kind: OfferKind, contact: Contact) -> int:
    """By the rule of the queue for which a desk rings; the first one where that is gone."""
    if kind is OfferKind.INTERNAL:
        return COLLEAGUE_MS
    queues = seen.centre.queues
    asked = contact.consults if kind is OfferKind.CONSULT else None
    queue = queues.get(asked or "") or queues.get(contact.queue, seen.centre.setup.queues[0])
    return queue.offer_seconds * 1_000


def offer_closed(seen: Seen, fact: f.OfferClosed) -> None:
    if fact.offer not in seen.offers:
        raise seen.violated("I2", f"offer {fact.offer} is not open")
    if fact.result is OfferState.TIMED_OUT:
        not_early(seen, "offer", fact.offer)
    offer = seen.offers.pop(fact.offer)
    seen.due.drop(("offer", fact.offer))
    contact, agent = seen.contacts[offer.contact], seen.agent(offer.agent)
    agent.offer = None
    passed = fact.result in (OfferState.TIMED_OUT, OfferState.REJECTED)
    broke = fact.result is OfferState.FAILED and agent.setup.station in agent.stations
    blamed = (passed or broke) and offer.kind is not OfferKind.INTERNAL
    # Who said meanwhile what comes afterwards is there.
    agent.silent = seen.entry.seq if blamed and agent.chosen is None else 0
    if passed and offer.kind is OfferKind.CONTACT:
        contact.passed, contact.passed_in = contact.passed + 1, seen.entry.seq
    if offer.kind is OfferKind.CONSULT:
        contact.consult_offer = None
    else:
        contact.offer = None
    seen.to_settle.add(offer.contact)
