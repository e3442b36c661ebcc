"""Consultations: an agent asks a colleague, a queue or a number while the caller is on hold.

The rule: a consultation ends in a transfer (complete), or the agent has the caller again, whoever left and for
whatever reason. The caller is never left alone on hold: when the agent goes, the consulted one has the caller.
One consultation at a time.
"""

from callcenter import facts as f
from callcenter.decisions import endings, offers
from callcenter.decisions.arranging import HELD, TALKS, agent, arrange, caller
from callcenter.decisions.controlling import Refusal, colleague, had, next_leg, require_target
from callcenter.decisions.numbers import dial
from callcenter.lifecycles import EngagementKind, LegState, OfferKind, OfferState
from callcenter.queue.routing import Choice
from callcenter.state import Consult, Contact, Engagement, Live, Offer


def on_consult_asked(live: Live, fact: f.ConsultAsked, at: int) -> list[f.Decision]:
    contact, owner = had(live, fact.contact, fact.actor)
    if contact.consult is not None:
        raise Refusal("already_consulting")
    if owner.kind is EngagementKind.INTERNAL:
        raise Refusal("internal_call")
    require_target(live, contact, fact.target, owner.agent, at)
    started = f.ConsultStarted(contact.contact, owner.agent, fact.target)
    on_hold = [caller(contact, HELD), agent(owner)]
    match fact.target:
        case f.ToAgent(number):
            asked = colleague(live, number, contact.provider, but=owner.agent)
            rings = f.Member(next_leg(live), TALKS, staff=True)
            choice = Choice(asked.agent, None, offers.ASKED_FOR)
            offer = offers.make(live, contact, choice, at, kind=OfferKind.CONSULT)
            return [started, *offer, arrange(live, contact, [*on_hold, rings])]
        case f.ToNumber(number):
            rings = f.Member(next_leg(live), TALKS, staff=False)
            return [
                started,
                dial(live, contact, next_leg(live), number, at),
                arrange(live, contact, [*on_hold, rings]),
            ]
        case f.ToQueue():
            return [started, arrange(live, contact, on_hold)]


def on_consult_waits(live: Live, fact: f.ConsultStarted | f.ConsultReturned, at: int) -> list[f.Decision]:
    """The queue that was asked has somebody ready, or the consultation waits there."""
    contact = live.state.contacts[fact.contact]
    if contact.consult is None or not live.router.is_waiting(-fact.contact):
        return []
    choice = live.router.agent_for(-fact.contact)
    if choice is None:
        return []
    return offers.make(live, contact, choice, at, kind=OfferKind.CONSULT)


def on_accepted(live: Live, offer: Offer) -> list[f.Decision]:
    """The colleague has answered: the caller is on hold, these two talk."""
    contact = live.state.contacts[offer.contact]
    owner = live.owner_of(contact)
    assert owner is not None, "who consults has the contact"
    target = contact.consult.target if contact.consult is not None else None
    queue = target.queue if isinstance(target, f.ToQueue) else ""
    advises = f.Member(offer.leg, TALKS, staff=True)
    return [
        *offers.engage(live, offer, EngagementKind.CONSULT, queue),
        arrange(live, contact, [caller(contact, HELD), agent(owner), advises]),
    ]


def on_not_accepted(live: Live, offer: Offer, reason: str) -> list[f.Decision]:
    contact = live.state.contacts[offer.contact]
    consult = contact.consult
    if consult is not None and isinstance(consult.target, f.ToQueue):
        return [f.ConsultReturned(contact.contact, reason)]
    return [f.ConsultEnded(contact.contact, reason), *_with_the_caller(live, contact)]


def on_swap_asked(live: Live, fact: f.SwapAsked, at: int) -> list[f.Decision]:
    contact, owner, other = _connected(live, fact.contact, fact.actor)
    assert contact.talk is not None
    with_caller = contact.talk.part_of(contact.leg) is HELD
    caller_part, other_part = (TALKS, HELD) if with_caller else (HELD, TALKS)
    return [_three(live, contact, owner, caller_part, other, other_part)]


def on_conference_asked(live: Live, fact: f.ConferenceAsked, at: int) -> list[f.Decision]:
    contact, owner, other = _connected(live, fact.contact, fact.actor)
    return [_three(live, contact, owner, TALKS, other, TALKS)]


def on_complete_asked(live: Live, fact: f.CompleteAsked, at: int) -> list[f.Decision]:
    contact, _, _ = _connected(live, fact.contact, fact.actor)
    return complete(live, contact)


def on_take_back_asked(live: Live, fact: f.TakeBackAsked, at: int) -> list[f.Decision]:
    contact, _ = had(live, fact.contact, fact.actor)
    if contact.consult is None:
        raise Refusal("not_consulting")
    return over(live, contact, "taken_back")


def leave(live: Live, contact: Contact, engagement: Engagement) -> list[f.Decision]:
    """One of several goes. Raises Refusal when the others would not be together."""
    if engagement.engagement != contact.owner:
        return over(live, contact, "left")
    if not is_connected(live, contact):
        raise Refusal("not_consulting")
    return complete(live, contact)


def is_connected(live: Live, contact: Contact) -> bool:
    """Whether the consulted one has answered."""
    consult = contact.consult
    if consult is None or consult.leg is None or consult.offer is not None:
        return False
    return live.state.legs[consult.leg].state is LegState.UP


def complete(live: Live, contact: Contact) -> list[f.Decision]:
    """The caller stays with the one who was consulted; the agent goes into wrap-up, and later so does the other."""
    consult, owner = contact.consult, live.owner_of(contact)
    assert consult is not None
    assert owner is not None
    promoted = [f.EngagementPromoted(consult.engagement)] if consult.engagement is not None else []
    return [
        f.ConsultEnded(contact.contact, f.COMPLETED),
        *endings.wrap_up(live, owner),
        *promoted,
        arrange(live, contact, [caller(contact), _consulted(live, consult, TALKS)]),
        *endings.release(live, owner.leg),
    ]


def over(live: Live, contact: Contact, result: str) -> list[f.Decision]:
    """The consulted one goes, or never came: the agent has the caller again."""
    return [*dismiss(live, contact, result), *_with_the_caller(live, contact)]


def dismiss(live: Live, contact: Contact, result: str) -> list[f.Decision]:
    """Whoever is asked, or has answered, is released."""
    consult = contact.consult
    if consult is None:
        return []
    decisions: list[f.Decision] = []
    if consult.offer is not None and (offer := live.state.offers.get(consult.offer)) is not None:
        decisions += endings.withdraw(live, offer, OfferState.RESCINDED)
    elif consult.leg is not None:
        decisions += endings.release(live, consult.leg)
    if consult.engagement is not None:
        decisions += endings.wrap_up(live, live.state.engagements[consult.engagement])
    return [*decisions, f.ConsultEnded(contact.contact, result)]


def _with_the_caller(live: Live, contact: Contact) -> list[f.Decision]:
    owner = live.owner_of(contact)
    return [] if owner is None else [arrange(live, contact, [caller(contact), agent(owner)])]


def _connected(live: Live, number: int, actor: str) -> tuple[Contact, Engagement, Consult]:
    contact, owner = had(live, number, actor)
    if contact.consult is None:
        raise Refusal("not_consulting")
    if not is_connected(live, contact):
        raise Refusal("not_answered_yet")
    return contact, owner, contact.consult


def _three(
    live: Live, contact: Contact, owner: Engagement, caller_part: f.Part, other: Consult, other_part: f.Part
) -> f.Bridged:
    members = [caller(contact, caller_part), agent(owner), _consulted(live, other, other_part)]
    return arrange(live, contact, members)


def _consulted(live: Live, consult: Consult, part: f.Part) -> f.Member:
    assert consult.leg is not None
    return f.Member(consult.leg, part, staff=live.state.legs[consult.leg].agent is not None)
