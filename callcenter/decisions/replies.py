"""What becomes of an offer.

The rule: an offer ends once, accepted by the agent's phone being answered, or not, and then the contact keeps its
age and its place. Who lets an offer pass is *not responding* until they say so; who loses it through no fault of
their own keeps the place among the idle.
"""

from callcenter import facts as f
from callcenter.decisions import arranging, calling, consults, endings, offers, supervision, transfers
from callcenter.decisions.controlling import Refusal
from callcenter.lifecycles import (
    EngagementKind,
    LegState,
    OfferKind,
    OfferState,
    Outcome,
    Presence,
    Routing,
)
from callcenter.state import REFUSALS_MAX, Agent, Live, Offer

REFUSED_LIFT = 50


def on_leg_answered(live: Live, fact: f.LegAnswered, at: int) -> list[f.Decision]:
    """The compare-and-set of an offer: only a pending one can be accepted."""
    leg = live.state.legs.get(fact.leg)
    if leg is None:
        return []
    if (offer := endings.pending(live, fact.leg)) is not None:
        return _accepted(live, offer)
    if leg.state is not LegState.UP:
        return [f.Refused("offer_closed")] if leg.agent is not None and leg.offer else []
    contact = live.state.contacts[leg.contact]
    if leg.leg in contact.watchers:
        return supervision.on_phone_up(live, contact)
    return calling.on_phone_up(live, contact, leg, at)


def on_offer_expired(live: Live, fact: f.OfferExpired, at: int) -> list[f.Decision]:
    offer = live.state.offers.get(fact.offer)
    return [] if offer is None else _not_taken(live, offer, OfferState.TIMED_OUT, "no_answer", at)


def on_offer_declined(live: Live, fact: f.OfferDeclined, at: int) -> list[f.Decision]:
    offer = live.state.offers.get(fact.offer)
    if offer is None:
        raise Refusal("offer_closed")
    agent = live.state.agents[offer.agent]
    if not endings.acts_for(fact.actor, agent):
        raise Refusal("not_your_contact")
    if not agent.setup.may_reject:
        raise Refusal("may_not_reject")
    return _not_taken(live, offer, OfferState.REJECTED, "declined", at)


def on_phone_gone(live: Live, offer: Offer, cause: f.LegCause, at: int) -> list[f.Decision]:
    """The phone that rang is gone. Hanging up on the ringing is a refusal, a lost network is not."""
    if cause is f.LegCause.HUNG_UP:
        return _not_taken(live, offer, OfferState.REJECTED, "declined", at)
    return on_not_reached(live, offer, at)


def on_not_reached(live: Live, offer: Offer, at: int) -> list[f.Decision]:
    """The phone could not be rung."""
    agent = live.state.agents[offer.agent]
    # Without its station the agent gets no further offer and needs no blame; with it the same offer would come
    # back at once, for ever.
    state = _not_responding(agent, "phone_failed") if agent.has_station else endings.rest(agent)
    return _closed(live, offer, OfferState.FAILED, state, "phone_failed", at)


def _accepted(live: Live, offer: Offer) -> list[f.Decision]:
    """From one commit to both voices."""
    contact = live.state.contacts[offer.contact]
    match offer.kind:
        case OfferKind.CONSULT:
            return consults.on_accepted(live, offer)
        case OfferKind.INTERNAL:
            reached = f.ContactReached(offer.contact)
            return [*offers.engage(live, offer, EngagementKind.INTERNAL), reached]
        case OfferKind.CONTACT | OfferKind.TRANSFER | OfferKind.RECALL:
            answers = f.Member(offer.leg, f.Part.TALKS, staff=True)
            recording = arranging.new_recording(live, contact)
            return [
                *offers.engage(live, offer, EngagementKind.CONTACT),
                arranging.arrange(live, contact, [arranging.caller(contact), answers], recording=recording),
            ]


def _not_taken(live: Live, offer: Offer, result: OfferState, reason: str, at: int) -> list[f.Decision]:
    """The agent let it pass: no more work until they say so."""
    agent = live.state.agents[offer.agent]
    state = _not_responding(agent, reason)
    return _closed(live, offer, result, state, reason, at)


def _closed(
    live: Live, offer: Offer, result: OfferState, state: f.AgentStateChanged, reason: str, at: int
) -> list[f.Decision]:
    if offer.kind is OfferKind.INTERNAL:  # a colleague's call is no work: whoever lets it pass stays ready
        contact = live.state.contacts[offer.contact]
        return endings.end(live, contact, Outcome.NOT_REACHED, offers=result)
    decisions = [f.OfferClosed(offer.offer, result), *endings.release(live, offer.leg), state]
    match offer.kind:
        case OfferKind.CONTACT:
            return [*decisions, *_return(live, offer, reason, counts=result is not OfferState.FAILED)]
        case OfferKind.TRANSFER:
            return [*decisions, *transfers.send_back(live, live.state.contacts[offer.contact], at)]
        case OfferKind.RECALL:
            return [*decisions, transfers.to_the_front(offer.contact)]
        case OfferKind.CONSULT:
            return [*decisions, *consults.on_not_accepted(live, offer, reason)]


def _not_responding(agent: Agent, reason: str) -> f.AgentStateChanged:
    if (
        agent.postponed is not None or agent.presence is not Presence.READY
    ):  # a recall in a break finds one there
        return endings.rest(agent)
    return f.AgentStateChanged(agent.agent, agent.presence, reason, Routing.NOT_RESPONDING)


def _return(live: Live, offer: Offer, reason: str, *, counts: bool) -> list[f.Decision]:
    contact = live.state.contacts[offer.contact]
    if not counts or contact.refusals + 1 != REFUSALS_MAX:
        return [f.ContactReturned(offer.contact, 0, reason)]
    return [
        f.ContactReturned(offer.contact, REFUSED_LIFT, reason),
        f.AlarmRaised("refused_often", offer.contact, None),
    ]
