"""Calls that agents make: to customers and to colleagues."""

from __future__ import annotations

import pytest

from callcenter import effects as e
from callcenter import facts as f
from callcenter.lifecycles import ContactState, EngagementKind, Outcome, Presence, Routing
from callcenter.wanted import live_legs
from tests.core.centre import SECOND, Centre, agent, setup
from tests.core.controls import CALLER, Talk, staffed

TALKS = f.Part.TALKS
NUMBER = "screen:1/number"


def dialling() -> tuple[Centre, f.LegId]:
    """Agent 1 calls a customer; the own phone has not answered yet."""
    centre = staffed()
    centre.ready(1, 2)
    centre.do(f.DialAsked(1, NUMBER, 7, "accounts", "agent1"))
    return centre, next(reversed(centre.live.state.legs))


def dialled() -> tuple[Centre, f.LegId, f.LegId]:
    centre, own = dialling()
    centre.do(f.LegAnswered(own))
    return centre, own, next(reversed(centre.live.state.legs))


def sent(centre: Centre, kind: type[e.Effect]) -> list[e.Effect]:
    return [effect for effect in centre.effects if isinstance(effect, kind)]


def test_first_the_agents_own_phone_answers_by_itself_then_the_number_is_called() -> None:
    centre, own = dialling()
    assert sent(centre, e.RingAgent) == [e.RingAgent("phone", own, 1, 0, auto=True)]
    assert not sent(centre, e.DialNumber)
    assert centre.live.state.agents[1].routing is Routing.ON_CONTACT
    centre.do(f.LegAnswered(own))
    leg = next(reversed(centre.live.state.legs))
    assert sent(centre, e.DialNumber) == [e.DialNumber("phone", leg, NUMBER)]
    assert centre.is_recoverable()


def test_whom_we_called_is_recorded_once_told_of_it() -> None:
    centre, own, leg = dialled()
    centre.do(f.LegAnswered(leg))
    contact = centre.live.state.contacts[1]
    assert contact.state is ContactState.TALKING
    assert contact.talk is not None
    assert contact.talk.recording is None
    for nothing_yet in (f.RecordingResumeAsked(1, "agent1"), f.RecordingPauseAsked(1, "agent1")):
        assert centre.do(nothing_yet) == (f.Refused("not_recorded"),)
    centre.do(f.RecordingStartAsked(1, "agent1"))
    assert contact.talk.recording == 1
    assert centre.do(f.RecordingStartAsked(1, "agent1")) == (f.Refused("already_told"),)
    assert {member.leg for member in contact.talk.members} == {own, leg}
    centre.do(f.LegEnded(leg, f.LegCause.HUNG_UP))
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.ANSWERED)
    assert centre.live.state.agents[1].routing is Routing.WRAP_UP
    assert centre.is_recoverable()


def test_whom_we_called_is_not_recorded_by_the_next_agent_either_before_being_told() -> None:
    centre, _, leg = dialled()
    centre.do(f.LegAnswered(leg))
    centre.do(f.TransferAsked(1, f.ToAgent(2), "agent1"))
    centre.do(f.LegAnswered(next(reversed(centre.live.state.legs))))
    contact = centre.live.state.contacts[1]
    assert contact.talk is not None
    assert contact.talk.recording is None
    assert contact.notice_due
    centre.do(f.RecordingStartAsked(1, "agent2"))
    assert contact.talk.recording == 1
    assert centre.is_recoverable()


def test_whom_we_called_goes_on_with_their_grade_and_in_their_language() -> None:
    speaks = agent(2, f.SkillLevel("accounts", 3), f.SkillLevel("zh", 4))
    centre = Centre(setup(agent(1), speaks))
    centre.ready(1)
    decisions = centre.do(f.DialAsked(1, NUMBER, 7, "accounts", "agent1"))
    (asked,) = (one for one in decisions if isinstance(one, f.LookUpWanted))
    assert (asked.kind, asked.customer) == ("customer", 7)
    centre.do(f.LegAnswered(next(reversed(centre.live.state.legs))))
    assert centre.do(f.CustomerFound(1, 7, "A", "zh")) == (
        f.LookUpClosed(1, "found"),
        f.CustomerIdentified(1, 7, "A", "zh"),
    )
    centre.do(f.LegAnswered(next(reversed(centre.live.state.legs))))
    centre.do(f.TransferAsked(1, f.ToQueue("accounts"), "agent1"))
    queued = centre.last(f.ContactQueued)
    assert queued is not None
    assert f.SkillLevel("zh", 1) in queued.skills
    assert queued.priority == 30
    assert centre.is_recoverable()


def test_a_number_that_was_dialled_plain_tells_whose_it_is() -> None:
    centre = staffed()
    centre.ready(1)
    decisions = centre.do(f.DialAsked(1, NUMBER, None, "accounts", "agent1"))
    assert next(one.kind for one in decisions if isinstance(one, f.LookUpWanted)) == "number"
    centre.do(f.CustomerFound(1, 7, "A", "zh"))
    assert centre.live.state.contacts[1].customer == 7


@pytest.mark.parametrize(
    "answer",
    [f.CustomerUnknown(1, 2), f.LookUpFailed(1, "away"), f.LookUpExpired(1)],
    ids=lambda one: type(one).__name__,
)
def test_who_is_not_found_is_called_all_the_same(answer: f.Input) -> None:
    centre = staffed()
    centre.ready(1)
    centre.do(f.DialAsked(1, NUMBER, None, "accounts", "agent1"))
    assert not isinstance(centre.do(answer)[0], f.Refused)
    assert not centre.live.state.look_ups
    centre.do(f.LegAnswered(next(reversed(centre.live.state.legs))))
    assert sent(centre, e.DialNumber)
    assert centre.is_recoverable()


def test_an_answer_about_a_call_that_is_over_belongs_to_nothing() -> None:
    centre, _, leg = dialled()
    centre.do(f.LegFailed(leg, "busy"))
    assert centre.do(f.CustomerFound(1, 7, "A", "zh")) == ()


def test_who_refuses_before_anything_is_recorded_never_is() -> None:
    centre, _, leg = dialled()
    centre.do(f.LegAnswered(leg))
    centre.do(f.RecordingRefusalAsked(1, "agent1"))
    assert centre.do(f.RecordingStartAsked(1, "agent1")) == (f.Refused("not_recorded"),)
    assert centre.live.state.counters.recording == 0


@pytest.mark.parametrize(
    "what",
    [
        lambda leg: f.LegFailed(leg, "busy"),
        lambda leg: f.LegEnded(leg, f.LegCause.HUNG_UP),
        lambda leg: f.DialExpired(leg),
        lambda leg: f.LegFailed(leg, "unknown"),
        lambda leg: f.LegFailed(leg, f.FORGOTTEN),
    ],
)
def test_who_is_not_reached_is_noted_and_not_called_again(what) -> None:  # type: ignore[no-untyped-def]
    centre, own, leg = dialled()
    centre.do(what(leg))
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.NOT_REACHED)
    assert centre.live.state.agents[1].routing is Routing.WRAP_UP
    assert len(sent(centre, e.DialNumber)) == 1
    assert e.HangUp("phone", own) in centre.effects
    assert centre.is_recoverable()


def test_an_agent_who_hangs_up_while_it_rings_ends_the_call() -> None:
    centre, own, leg = dialled()
    centre.do(f.LegEnded(own, f.LegCause.HUNG_UP))
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.NOT_REACHED)
    assert e.HangUp("phone", leg) in centre.effects


def test_an_agent_whose_own_phone_fails_calls_nobody() -> None:
    centre, own = dialling()
    centre.do(f.LegFailed(own, "station-not-connected"))
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.NOT_REACHED)
    assert not sent(centre, e.DialNumber)
    assert centre.is_recoverable()


def test_an_own_phone_that_never_answers_keeps_nobody_busy() -> None:
    centre, own = dialling()
    timer = e.SetTimer(centre.at + 10 * SECOND, f.DialExpired(own))
    assert timer in centre.effects
    centre.do(f.DialExpired(own), after_ms=10 * SECOND)
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.NOT_REACHED)
    assert e.HangUp("phone", own) in centre.effects
    assert centre.is_recoverable()


def test_a_customer_whom_we_called_and_whose_agent_vanishes_waits_in_that_queue() -> None:
    centre, own, leg = dialled()
    centre.do(f.LegAnswered(leg))
    centre.do(f.LegEnded(own, f.LegCause.VANISHED))
    assert (centre.made().agent, centre.made().contact) == (2, 1)
    assert centre.is_recoverable()


def test_and_is_answered_only_by_somebody_who_can_serve_it() -> None:
    centre, own, leg = dialled()
    centre.do(f.LegAnswered(leg))
    centre.do(f.AgentSignedOut(2, "agent2"))
    unskilled = f.AgentMoved(9, ("accounts",), "boss")
    centre.do(unskilled)
    centre.ready(9)
    centre.do(f.LegEnded(own, f.LegCause.VANISHED))
    assert centre.last(f.OfferMade) is None
    assert centre.live.router.is_waiting(1)
    centre.ready(2)
    assert centre.made().agent == 2


def test_after_a_restart_a_number_that_may_have_rung_is_in_the_providers_hands() -> None:
    centre, own, leg = dialled()
    wanted = dict(live_legs(centre.live, "phone"))
    assert wanted[leg][0] == e.DialNumber("phone", leg, NUMBER)
    assert wanted[own][0] == e.RingAgent("phone", own, 1, 0, auto=True)


def test_who_is_forgotten_by_a_provider_after_answering_is_lost_by_our_fault() -> None:
    centre, own, leg = dialled()
    centre.do(f.LegAnswered(leg))
    centre.do(f.LegFailed(leg, "unknown"))
    assert centre.live.state.contacts[1].state is ContactState.TALKING, "only the order's answer was lost"
    centre.do(f.LegFailed(leg, f.FORGOTTEN))
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.LOST_BY_SYSTEM)
    assert e.HangUp("phone", own) in centre.effects
    assert centre.is_recoverable()


def test_who_dialled_on_a_break_is_on_it_again_afterwards() -> None:
    centre = staffed()
    centre.ready(1)
    centre.do(f.PresenceChosen(1, Presence.AWAY, "lunch", "agent1"))
    centre.do(f.DialAsked(1, NUMBER, None, "", "agent1"))
    centre.do(f.LegAnswered(next(reversed(centre.live.state.legs))))
    centre.do(f.LegFailed(next(reversed(centre.live.state.legs)), "busy"))
    centre.do(f.WrapUpSaved(1, "done", None, True, "agent1"))
    agent = centre.live.state.agents[1]
    assert (agent.presence, agent.reason, agent.routing) == (Presence.AWAY, "lunch", Routing.OFF_QUEUE)
    assert centre.is_recoverable()


@pytest.mark.parametrize("internal", [False, True])
def test_who_calls_from_wrap_up_codes_it_later(internal: bool) -> None:
    """And no waiting caller comes in between; the break that was asked for comes after the call."""
    talk = Talk()
    centre = talk.centre
    centre.do(f.StationLost(2, "phone"))
    talk.do(f.PresenceChosen(1, Presence.AWAY, "lunch", "agent1"))
    talk.do(f.WrapUpSaved(1, "", "note:1", False, "agent1"))
    talk.do(f.LegEnded(CALLER, f.LegCause.HUNG_UP))
    assert talk.routing(1) is Routing.WRAP_UP
    centre.call("phone:2")
    asked = f.InternalCallAsked(1, 3, "agent1") if internal else f.DialAsked(1, NUMBER, 7, "", "agent1")
    talk.do(asked)
    assert talk.routing(1) is Routing.ON_CONTACT
    assert centre.live.state.todos[1].note == "note:1"
    own = next(leg.leg for leg in reversed(centre.live.state.legs.values()) if leg.agent == 1)
    talk.do(f.LegFailed(own, "not_reached"))
    if not internal:
        talk.do(f.WrapUpExpired(2))
    after = centre.live.state.agents[1]
    assert (after.presence, after.reason, after.routing) == (Presence.AWAY, "lunch", Routing.OFF_QUEUE)


def test_a_call_is_refused_where_it_can_not_be() -> None:
    talk = Talk()
    assert talk.refused(f.DialAsked(1, NUMBER, None, "", "agent1")) == "on_a_contact"
    assert talk.refused(f.DialAsked(2, NUMBER, None, "nowhere", "agent2")) == "unknown_queue"
    assert talk.refused(f.DialAsked(2, NUMBER, None, "loans", "agent2")) == "not_your_queue"
    assert talk.refused(f.DialAsked(2, NUMBER, None, "", "agent3")) == "unknown_agent"
    assert talk.refused(f.DialAsked(9, NUMBER, None, "", "agent9")) == "unknown_queue"
    talk.do(f.StationLost(2, "phone"))
    assert talk.refused(f.DialAsked(2, NUMBER, None, "", "agent2")) == "no_phone"


def internal() -> tuple[Centre, f.LegId]:
    centre = staffed()
    centre.ready(1, 2)
    centre.do(f.InternalCallAsked(1, 2, "agent1"))
    own = next(leg.leg for leg in centre.live.state.legs.values() if leg.agent == 1)
    centre.do(f.LegAnswered(own))
    return centre, own


def test_colleagues_talk_unrecorded_and_have_nothing_to_code() -> None:
    centre, own = internal()
    leg = centre.answer()
    contact = centre.live.state.contacts[1]
    assert contact.talk is not None
    assert {member.leg for member in contact.talk.members} == {own, leg}
    assert contact.talk.recording is None
    kinds = {engagement.kind for engagement in centre.live.state.engagements.values()}
    assert kinds == {EngagementKind.INTERNAL}
    centre.do(f.LegEnded(leg, f.LegCause.HUNG_UP))
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.ANSWERED)
    assert [centre.live.state.agents[one].routing for one in (1, 2)] == [Routing.IDLE, Routing.IDLE]
    assert not centre.live.state.todos
    assert centre.is_recoverable()


def test_a_colleague_is_rung_for_as_long_whatever_the_queues_say() -> None:
    centre = Centre(setup(offer_seconds=40))
    centre.ready(1, 2)
    centre.do(f.InternalCallAsked(1, 2, "agent1"))
    assert centre.made().deadline_at == centre.at + 15 * SECOND


def test_an_internal_call_that_is_not_answered_leaves_the_colleague_ready() -> None:
    centre, _ = internal()
    centre.do(f.OfferExpired(centre.made().offer), after_ms=15 * SECOND)
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.NOT_REACHED)
    assert [centre.live.state.agents[one].routing for one in (1, 2)] == [Routing.IDLE, Routing.IDLE]
    assert centre.is_recoverable()


def test_who_calls_a_colleague_and_hangs_up_takes_the_ringing_along() -> None:
    centre, own = internal()
    centre.do(f.LegEnded(own, f.LegCause.HUNG_UP))
    assert not centre.live.state.offers
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, Outcome.NOT_REACHED)
    assert centre.is_recoverable()


@pytest.mark.parametrize("answered", [False, True])
def test_a_call_to_a_colleague_ends_when_the_own_phone_fails(answered: bool) -> None:
    centre = staffed()
    centre.ready(1, 2)
    centre.do(f.InternalCallAsked(1, 2, "agent1"))
    if answered:
        centre.answer()
    centre.do(f.LegFailed("c1-l1", "station-not-connected"))
    outcome = Outcome.ANSWERED if answered else Outcome.NOT_REACHED
    assert centre.last(f.ContactEnded) == f.ContactEnded(1, outcome)
    assert centre.last(f.ContactReturned) is None
    assert not centre.live.state.offers
    assert centre.is_recoverable()


def test_nothing_of_a_call_of_ours_is_left_when_it_is_over() -> None:
    centre, own, leg = dialled()
    centre.do(f.LegAnswered(leg))
    centre.do(f.LegEnded(leg, f.LegCause.HUNG_UP))
    centre.do(f.LegEnded(own, f.LegCause.RELEASED))
    centre.do(f.WrapUpSaved(1, "done", None, True, "agent1"))
    state = centre.live.state
    assert (state.contacts, state.legs, state.engagements, state.offers) == ({}, {}, {}, {})


def test_a_colleague_who_answered_is_free_when_the_own_phone_of_the_caller_never_does() -> None:
    centre = staffed()
    centre.ready(1, 2)
    centre.do(f.InternalCallAsked(1, 2, "agent1"))
    own = next(iter(centre.live.state.legs))
    centre.answer()
    centre.do(f.DialExpired(own), after_ms=10 * SECOND)
    assert [centre.live.state.agents[one].routing for one in (1, 2)] == [Routing.IDLE, Routing.IDLE]
    assert not centre.live.state.engagements
    assert centre.is_recoverable()
