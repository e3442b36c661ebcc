"""What the state wants of the world: after one fact, and whole, after a restart.

The rule: an effect is a function of facts and state, never a thing kept. `effects_of` says what one fact asks
for; `resume` says everything that is still open, so a new owner needs no history; `live_legs` says what every leg
of a provider should be doing, so a provider needs none either. All of it may be asked for twice.
"""

from collections.abc import Callable, Iterator
from typing import Any

from callcenter import effects as e
from callcenter import facts as f
from callcenter.lifecycles import LegState
from callcenter.state import Contact, Leg, Live

LEG_END_SECONDS = 30
"""a leg whose end we asked for is taken for gone after this"""


def effects_of(live: Live, fact: f.Fact) -> tuple[e.Effect, ...]:
    """What this fact, now applied, asks for."""
    asks = _ASKS.get(type(fact))
    return asks(live, fact) if asks is not None else ()


def resume(live: Live) -> Iterator[e.Effect]:
    """Everything that is still open but the legs, which each provider asks for when it connects."""
    state = live.state
    for offer in state.offers.values():
        yield e.SetTimer(offer.deadline_at, f.OfferExpired(offer.offer))
    for contact in state.contacts.values():
        yield from _pause_timer(contact)
        yield from _step_timer(contact)
    for engagement in state.engagements.values():
        if engagement.deadline_at is not None:
            yield e.SetTimer(engagement.deadline_at, f.WrapUpExpired(engagement.engagement))
    for wanted in state.look_ups.values():
        yield _look_up(wanted)
        yield e.SetTimer(wanted.deadline_at, f.LookUpExpired(wanted.look_up))
    for leg in state.legs.values():
        if leg.state is LegState.ENDING:
            yield _end_timer(live, leg.leg)
        elif leg.state is LegState.RINGING and leg.deadline_at is not None:
            yield e.SetTimer(leg.deadline_at, f.DialExpired(leg.leg))
        elif leg.play is not None and leg.play.deadline_at is not None:
            yield e.SetTimer(leg.play.deadline_at, f.PlayExpired(leg.leg, leg.play.play))


def is_stale(live: Live, timer: f.Timer) -> bool:
    """Whether the reason for this timer is gone: nothing would follow, so it need not be written down."""
    state = live.state
    match timer:
        case f.OfferExpired(offer):
            return offer not in state.offers
        case f.WrapUpExpired(engagement):
            return engagement not in state.engagements
        case f.LookUpExpired(look_up):
            return look_up not in state.look_ups
        case f.PlayExpired(leg, play):
            record = state.legs.get(leg)
            return record is None or record.play is None or record.play.play != play
        case f.DialExpired(leg):
            record = state.legs.get(leg)
            return record is None or record.state is not LegState.RINGING
        case f.PauseExpired(number, pause):
            contact = state.contacts.get(number)
            return contact is None or contact.pause is None or contact.pause.pause != pause
        case f.StepDue(number, wait, step):
            contact = state.contacts.get(number)
            return contact is None or not contact.awaits_step(wait, step)
        case f.LegExpired(leg):
            record = state.legs.get(leg)
            return record is None or record.state is not LegState.ENDING


def live_legs(live: Live, provider: str) -> Iterator[tuple[f.LegId, tuple[e.LegEffect, ...]]]:
    """Every leg of a provider that should be alive, with the effects that lead from nothing to what it does."""
    for leg in live.state.legs.values():
        if leg.provider == provider and leg.state in (LegState.RINGING, LegState.UP):
            yield leg.leg, _leg_effects(live, leg)


def _owner_started(live: Live, fact: f.OwnerStarted) -> tuple[e.Effect, ...]:
    """After it was applied: what is open has the time of our absence on top."""
    return tuple(resume(live))


def _offer_made(live: Live, fact: f.OfferMade) -> tuple[e.Effect, ...]:
    leg = live.state.legs.get(fact.leg)
    if leg is None or leg.state is not LegState.RINGING:
        return ()
    return _ring(leg), e.SetTimer(fact.deadline_at, f.OfferExpired(fact.offer))


def _leg_rung(live: Live, fact: f.LegRung) -> tuple[e.Effect, ...]:
    leg = live.state.legs.get(fact.leg)
    if leg is None or leg.state is not LegState.RINGING:
        return ()
    return _ring(leg), e.SetTimer(fact.deadline_at, f.DialExpired(fact.leg))


def _dial_started(live: Live, fact: f.DialStarted) -> tuple[e.Effect, ...]:
    leg = live.state.legs.get(fact.leg)
    if leg is None or leg.state is not LegState.RINGING:
        return ()
    return *_dial(leg), e.SetTimer(fact.deadline_at, f.DialExpired(fact.leg))


def _recording_paused(live: Live, fact: f.RecordingPaused) -> tuple[e.Effect, ...]:
    contact = live.state.contacts.get(fact.contact)
    return _pause_timer(contact) if contact is not None else ()


def _pause_timer(contact: Contact) -> tuple[e.SetTimer, ...]:
    pause = contact.pause
    if pause is None or pause.until_at is None:
        return ()
    return (e.SetTimer(pause.until_at, f.PauseExpired(contact.contact, pause.pause)),)


def _relaxes(live: Live, fact: f.ContactQueued | f.ContactRelaxed) -> tuple[e.Effect, ...]:
    contact = live.state.contacts.get(fact.contact)
    return _step_timer(contact) if contact is not None else ()


def _step_timer(contact: Contact) -> tuple[e.SetTimer, ...]:
    if contact.relaxes_at is None:
        return ()
    due = f.StepDue(contact.contact, contact.waits, contact.step + 1)
    return (e.SetTimer(contact.relaxes_at, due),)


def _bridged(live: Live, fact: f.Bridged) -> tuple[e.Effect, ...]:
    return _bridge(live.state.contacts.get(fact.contact))


def _leg_released(live: Live, fact: f.LegReleased) -> tuple[e.Effect, ...]:
    if (record := live.state.legs.get(fact.leg)) is None:
        return ()
    return e.HangUp(record.provider, fact.leg), _end_timer(live, fact.leg)


def _look_up_wanted(live: Live, fact: f.LookUpWanted) -> tuple[e.Effect, ...]:
    return _look_up(fact), e.SetTimer(fact.deadline_at, f.LookUpExpired(fact.look_up))


def _wrap_up_started(live: Live, fact: f.WrapUpStarted) -> tuple[e.Effect, ...]:
    return (e.SetTimer(fact.deadline_at, f.WrapUpExpired(fact.engagement)),)


def _leg_effects(live: Live, leg: Leg) -> tuple[e.LegEffect, ...]:
    contact = live.state.contacts[leg.contact]
    # A provider that was killed has to learn whose phone it is; with the bridge beside it nothing rings again.
    begins = _dial(leg) if leg.agent is None else (_ring(leg),)
    # Also of a leg that rings: who answers takes a place that was arranged before, and nobody arranges it again.
    if contact.talk is not None and contact.talk.part_of(leg.leg) is not None:
        return (*begins, *_bridge(contact))
    if leg.state is LegState.RINGING:
        return begins
    return begins if leg.play is None else (*begins, _prompt(live, leg, leg.play))


def _ring(leg: Leg) -> e.RingAgent:
    assert leg.agent is not None
    rings = leg.offer if leg.state is LegState.RINGING else 0
    return e.RingAgent(leg.provider, leg.leg, leg.agent, rings, auto=leg.offer == 0)


def _dial(leg: Leg) -> tuple[e.DialNumber, ...]:
    return () if leg.number is None else (e.DialNumber(leg.provider, leg.leg, leg.number),)


def _bridge(contact: Contact | None) -> tuple[e.Bridge, ...]:
    if contact is None or contact.talk is None:
        return ()
    talk = contact.talk
    return (e.Bridge(contact.provider, talk.bridge, talk.members, talk.recording, talk.paused),)


def _play(live: Live, fact: f.PlayStarted) -> tuple[e.Effect, ...]:
    leg = live.state.legs.get(fact.leg)
    if leg is None or leg.play is None or leg.play.play != fact.play:
        return ()
    if fact.deadline_at is None:
        return (_prompt(live, leg, fact),)
    return _prompt(live, leg, fact), e.SetTimer(fact.deadline_at, f.PlayExpired(fact.leg, fact.play))


def _prompt(live: Live, leg: Leg, play: f.PlayStarted) -> e.PlayPrompt:
    contact = live.state.contacts[leg.contact]
    return e.PlayPrompt(
        leg.provider,
        leg.leg,
        play.play,
        contact.tree,
        contact.tree_version,
        contact.language,
        play.prompts,
        play.listen,
        play.loop,
    )


def _look_up(wanted: f.LookUpWanted) -> e.LookUp:
    return e.LookUp(wanted.look_up, wanted.kind, wanted.value, wanted.customer, wanted.secret)


def _end_timer(live: Live, leg: f.LegId) -> e.SetTimer:
    return e.SetTimer(live.state.at + LEG_END_SECONDS * 1000, f.LegExpired(leg))


_ASKS: dict[type, Callable[[Live, Any], tuple[e.Effect, ...]]] = {
    f.OwnerStarted: _owner_started,
    f.PlayStarted: _play,
    f.OfferMade: _offer_made,
    f.LegRung: _leg_rung,
    f.DialStarted: _dial_started,
    f.ContactQueued: _relaxes,
    f.ContactRelaxed: _relaxes,
    f.RecordingPaused: _recording_paused,
    f.Bridged: _bridged,
    f.LegReleased: _leg_released,
    f.LookUpWanted: _look_up_wanted,
    f.WrapUpStarted: _wrap_up_started,
}
