"""A rule of ours that raises costs one contact, never the centre."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callcenter import apply as appliers
from callcenter import center
from callcenter import effects as e
from callcenter import facts as f
from callcenter.decisions import offers
from callcenter.lifecycles import (
    LEG,
    ContactState,
    IllegalTransition,
    LegState,
    OfferState,
    Outcome,
    Routing,
    step,
)
from callcenter.state import Contact, Live
from tests.core.centre import Centre, agent, setup
from tests.core.controls import CALLER, Talk, staffed


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> Centre:
    """A centre in which keys of caller phone:1 make a rule of ours raise."""
    centre = Centre()

    def raises(live: object, fact: f.KeysEntered, at: int) -> list[f.Decision]:
        if fact.leg == "phone:1":
            raise RuntimeError("a bug")
        return []

    monkeypatch.setitem(center._RULES, f.KeysEntered, raises)
    return centre


def test_a_raising_rule_quarantines_its_contact_and_no_other(poisoned: Centre) -> None:
    poisoned.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    other = poisoned.call("phone:2")
    decisions = poisoned.do(f.KeysEntered("phone:1", 1, choice="1"))
    assert isinstance(poisoned.fault, RuntimeError)
    assert decisions[0] == f.ContactQuarantined(1, "RuntimeError")
    assert f.ContactEnded(1, Outcome.LOST_BY_SYSTEM) in decisions
    poisoned.ready(1)
    assert poisoned.made().contact == other
    assert poisoned.is_recoverable()


def test_an_offer_that_a_fault_takes_back_at_once_rings_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    before = len(talk.centre.effects)
    monkeypatch.setitem(center._RULES, f.ContactTransferred, _raises)
    talk.centre.do(f.TransferAsked(1, f.ToAgent(2), "agent1"))
    assert talk.centre.last(f.OfferClosed).result is OfferState.CANCELED
    assert not [one for one in talk.centre.effects[before:] if isinstance(one, e.RingAgent)]


def test_what_breaks_on_the_way_out_is_told_as_well(
    poisoned: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(center._RULES, f.ContactQuarantined, _raises)
    poisoned.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    settled = center.settle(poisoned.live, f.KeysEntered("phone:1", 1, choice="1"), poisoned.at)
    assert [str(fault) for fault in settled.faults] == ["a bug", "a bug"]


def test_who_asked_for_what_our_fault_prevented_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it was about a contact, which then is set aside."""

    centre = Centre()
    centre.ready(1)
    centre.call("phone:1")
    centre.answer()
    monkeypatch.setitem(center._RULES, f.TakeOverAsked, _raises)
    decisions = centre.do(f.TakeOverAsked(1, 9, "sam"))
    assert decisions == (f.ContactQuarantined(1, "RuntimeError"), f.Refused("our_fault"))


def test_our_fault_never_hangs_up_a_talking_call(poisoned: Centre) -> None:
    poisoned.ready(1)
    poisoned.call("phone:1")
    poisoned.answer()
    poisoned.do(f.KeysEntered("phone:1", 1, choice="1"))
    contact = poisoned.live.state.contacts[1]
    assert (contact.quarantined, contact.state) == (True, ContactState.TALKING)
    poisoned.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    assert poisoned.last(f.ContactEnded) == f.ContactEnded(1, Outcome.ANSWERED)


def test_a_quarantined_contacts_consultation_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    talk.do(f.AgentSignedOut(3, "agent3"))
    talk.do(f.ConsultAsked(1, f.ToQueue("loans"), "agent1"))
    assert talk.centre.live.router.is_waiting(-1)
    monkeypatch.setitem(center._RULES, f.SwapAsked, _raises)
    talk.centre.do(f.SwapAsked(1, "agent1"))
    assert not talk.centre.live.router.is_waiting(-1)


def test_an_agent_who_is_moved_to_a_contact_that_breaks_its_offer_has_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    centre = staffed(2)
    first, second = centre.call("phone:1"), centre.call("phone:2")
    centre.ready(2)
    monkeypatch.setattr(offers, "make", _breaks_for(first))
    centre.do(f.AgentMoved(2, ("accounts",), "boss"))
    assert centre.last(f.ContactEnded) == f.ContactEnded(first, Outcome.LOST_BY_SYSTEM)
    assert (centre.made().contact, centre.made().agent) == (second, 2)


def test_a_quarantined_caller_whose_agent_vanishes_is_not_left_to_music_for_ever(poisoned: Centre) -> None:
    poisoned.ready(1)
    poisoned.call("phone:1")
    leg = poisoned.answer()
    poisoned.do(f.KeysEntered("phone:1", 1, choice="1"))
    poisoned.do(f.LegEnded(leg, f.LegCause.VANISHED))
    assert poisoned.last(f.ContactEnded) == f.ContactEnded(1, Outcome.LOST_BY_SYSTEM)
    assert poisoned.is_recoverable()


def test_a_fault_in_one_rule_keeps_no_other_from_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent sat ready beside a caller, because the rule on the fact before had raised."""
    talk = Talk()
    talk.do(f.AgentSignedOut(2, "agent2"))
    talk.do(f.AgentSignedOut(3, "agent3"))
    waiting = talk.centre.call("phone:9")
    talk.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    monkeypatch.setitem(center._RULES, f.EngagementClosed, _raises)
    talk.centre.do(f.WrapUpSaved(1, "done", None, True, "agent1"))
    assert talk.centre.fault is not None
    offered = [one.agent for one in talk.centre.live.state.offers.values() if one.contact == waiting]
    assert offered == [1]


def test_a_talk_in_which_a_rule_broke_goes_on_and_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    monkeypatch.setitem(center._RULES, f.SwapAsked, _raises)
    talk.centre.do(f.SwapAsked(1, "agent1"))
    for asked in (
        f.TransferAsked(1, f.ToQueue("loans"), "agent1"),
        f.ConsultAsked(1, f.ToAgent(2), "agent1"),
        f.MonitorAsked(1, 9, f.Part.LISTENS, "boss"),
    ):
        assert talk.centre.do(asked) == (f.Refused("broken_by_us"),)
    talk.do(f.HoldAsked(1, "agent1"))
    talk.do(f.ResumeAsked(1, "agent1"))


@pytest.mark.parametrize("who", ["caller", "agent"])
def test_whoever_is_left_by_an_end_that_broke_a_rule_is_not_left_alone(
    who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other sat in a talk with nobody, until it was ended at the desk."""

    centre = Centre()
    centre.ready(1)
    centre.call("phone:1")
    leg = centre.answer()
    monkeypatch.setitem(center._RULES, f.LegEnded, _raises)
    centre.do(f.LegEnded("phone:1" if who == "caller" else leg, f.LegCause.HUNG_UP))
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.LOST_BY_SYSTEM)
    assert centre.last(f.LegReleased).leg == (leg if who == "caller" else "phone:1")
    assert centre.is_recoverable()


def test_whoever_is_alone_when_a_consulted_number_leaves_a_broken_end_is_not_left_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The caller's end raised while two others were in the talk; then the second one goes."""
    talk = Talk()
    talk.do(f.ConsultAsked(1, f.ToNumber("screen:1/number"), "agent1"))
    outside = talk.newest_leg()
    talk.do(f.LegAnswered(outside))
    with monkeypatch.context() as broken:
        broken.setitem(center._RULES, f.LegEnded, _raises)
        talk.centre.do(f.LegEnded(CALLER, f.LegCause.HUNG_UP))
    assert talk.contact.state is ContactState.TALKING
    talk.do(f.LegEnded(outside, f.LegCause.HUNG_UP))
    assert talk.centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.LOST_BY_SYSTEM)
    assert talk.centre.live.state.agents[1].routing is Routing.WRAP_UP
    assert talk.centre.is_recoverable()


def test_a_contact_that_breaks_its_offer_keeps_nobody_behind_it_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    centre = Centre()
    first, second = centre.call("phone:1"), centre.call("phone:2")
    monkeypatch.setattr(offers, "make", _breaks_for(first))
    centre.ready(1)
    assert centre.last(f.ContactEnded) == f.ContactEnded(first, Outcome.LOST_BY_SYSTEM)
    assert (centre.made().contact, centre.made().agent) == (second, 1)
    assert centre.is_recoverable()


def test_an_input_that_broke_apply_breaks_no_recovery(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = Centre()

    def half_done(live: Live, fact: f.KeysEntered, at: int) -> None:
        live.state.legs[fact.leg].interrupted = True
        raise RuntimeError("a bug")

    monkeypatch.setitem(appliers._APPLIERS, f.KeysEntered, half_done)
    centre.call("phone:1")
    centre.do(f.KeysEntered("phone:1", 1, choice="1"))
    assert centre.last(f.ContactQuarantined) is not None
    assert centre.is_recoverable()


def test_a_rule_that_never_ends_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = Centre()
    endless = lambda live, fact, at: [f.MilestoneReached(fact.contact, "again")]  # noqa: E731
    monkeypatch.setitem(center._RULES, f.MilestoneReached, endless)
    monkeypatch.setitem(center._RULES, f.ContactQueued, endless)
    centre.call()
    assert isinstance(centre.fault, center.EndlessChain | RecursionError)
    assert centre.is_recoverable()


def test_an_illegal_transition_touches_nothing() -> None:
    with pytest.raises(IllegalTransition, match="ended -> up"):
        step(LEG, LegState.ENDED, LegState.UP)


def _breaks_for(number: int) -> Callable[..., list[f.Decision]]:
    """Offers, but none for this contact."""
    make = offers.make

    def raises(live: Live, contact: Contact, *more: Any, **named: Any) -> list[f.Decision]:
        if contact.contact == number:
            raise RuntimeError("a bug")
        return make(live, contact, *more, **named)

    return raises


def _raises(live: object, fact: object, at: int) -> list[f.Decision]:
    raise RuntimeError("a bug")


def test_a_contact_that_breaks_rules_again_is_told_each_time(poisoned: Centre) -> None:
    """Whoever reads the journal knows that what should have followed did not."""
    poisoned.ready(1)
    poisoned.call("phone:1")
    poisoned.answer()
    first = poisoned.do(f.KeysEntered("phone:1", 1, choice="1"))
    assert first == (f.ContactQuarantined(1, "RuntimeError"),)
    assert poisoned.do(f.KeysEntered("phone:1", 1, choice="1")) == first


def test_a_set_aside_talk_ends_though_the_rule_for_its_end_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the agent would sit in it for ever, with nobody."""
    centre = Centre()
    centre.ready(1)
    contact = centre.call("phone:1")
    centre.answer()
    monkeypatch.setitem(center._RULES, f.HoldAsked, _raises)
    centre.do(f.HoldAsked(contact, "agent1"))
    assert centre.last(f.ContactQuarantined) is not None
    monkeypatch.setitem(center._RULES, f.LegEnded, _raises)
    assert f.ContactEnded(contact, Outcome.LOST_BY_SYSTEM) in centre.do(
        f.LegEnded("phone:1", f.LegCause.HUNG_UP)
    )
    assert centre.is_recoverable()


def test_an_agent_with_whom_a_rule_always_breaks_costs_one_caller_and_is_offered_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not one caller after the other, until the line is empty."""
    centre = Centre()
    callers = [centre.call(f"phone:{number}") for number in range(1, 7)]
    rule = center._RULES[f.AgentStateChanged]

    def breaks_with_the_second(live: Live, fact: f.AgentStateChanged, at: int) -> list[f.Decision]:
        if fact.agent == 2 and fact.routing is Routing.IDLE:
            raise KeyError("data of this agent")
        return rule(live, fact, at)

    monkeypatch.setitem(center._RULES, f.AgentStateChanged, breaks_with_the_second)
    centre.ready(2)
    lost = [one for entry in centre.entries for one in entry.decisions if isinstance(one, f.ContactEnded)]
    assert lost == [f.ContactEnded(callers[0], Outcome.LOST_BY_SYSTEM)]
    assert centre.live.state.agents[2].routing is Routing.NOT_RESPONDING
    assert centre.is_recoverable()
    centre.ready(1)
    assert centre.made().contact == callers[1]


def test_what_was_applied_by_half_is_recovered_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = Centre()
    centre.ready(1)
    centre.call("phone:1")
    opened = appliers._APPLIERS[f.EngagementOpened]

    def half_done(live: Live, fact: f.EngagementOpened, at: int) -> None:
        opened(live, fact, at)
        raise KeyError("an index")

    monkeypatch.setitem(appliers._APPLIERS, f.EngagementOpened, half_done)
    centre.answer()
    assert isinstance(centre.fault, KeyError)
    assert any(isinstance(one, f.EngagementOpened) for one in centre.entries[-1].decisions)
    assert centre.is_recoverable()


def test_nothing_is_decided_any_more_for_whom_a_freed_agent_broke_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A transfer frees the agent, who meets the very contact that was let go: it is lost, and hears no music."""
    centre = Centre(setup(agent(1), wrap_up_seconds=0))
    centre.ready(1)
    contact = centre.call("phone:1")
    centre.answer()
    rule, broken = center._RULES[f.AgentStateChanged], []

    def breaks_once(live: Live, fact: f.AgentStateChanged, at: int) -> list[f.Decision]:
        following = rule(live, fact, at)
        if following and not broken:
            broken.append(fact)
            raise RuntimeError("a bug")
        return following

    monkeypatch.setitem(center._RULES, f.AgentStateChanged, breaks_once)
    told = centre.do(f.TransferAsked(contact, f.ToQueue("accounts"), "agent1"))
    assert broken
    assert f.ContactEnded(contact, Outcome.LOST_BY_SYSTEM) in told
    assert not any(isinstance(one, f.PlayStarted) for one in told)
