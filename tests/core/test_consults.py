"""Warm transfers: consult, swap, conference, complete, take back, and everybody who may vanish meanwhile."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callcenter import effects as e
from callcenter import facts as f
from callcenter.lifecycles import EngagementKind, OfferKind, Outcome, Routing
from callcenter.wanted import live_legs
from tests.core.centre import SECOND
from tests.core.controls import CALLER, Talk

TALKS, HELD = f.Part.TALKS, f.Part.HELD
HUNG_UP, VANISHED = f.LegCause.HUNG_UP, f.LegCause.VANISHED


def test_the_caller_is_on_hold_while_the_colleague_rings_and_answers() -> None:
    talk = Talk()
    leg = talk.consult()
    assert talk.centre.made().kind is OfferKind.CONSULT
    assert talk.parts() == {CALLER: HELD, talk.leg: TALKS, leg: TALKS}
    talk.do(f.LegAnswered(leg))
    assert talk.parts() == {CALLER: HELD, talk.leg: TALKS, leg: TALKS}
    assert (talk.owner_agent, talk.routing(2)) == (1, Routing.ON_CONTACT)


def test_a_phone_that_still_rings_is_told_so_after_a_restart_and_which_place_it_takes() -> None:
    """Where two phones ring for one talk, nobody else would tell of it."""
    talk = Talk()
    leg = talk.consult()
    wanted = dict(live_legs(talk.centre.live, "phone"))
    assert [type(one) for one in wanted[leg]] == [e.RingAgent, e.Bridge]
    assert [type(one) for one in wanted[talk.leg]] == [e.RingAgent, e.Bridge]


def test_swap_changes_who_is_on_hold() -> None:
    talk = Talk()
    leg = talk.consulted()
    talk.do(f.SwapAsked(1, "agent1"))
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS, leg: HELD}
    talk.do(f.SwapAsked(1, "agent1"))
    assert talk.parts() == {CALLER: HELD, talk.leg: TALKS, leg: TALKS}


def test_a_conference_is_everybody_together() -> None:
    talk = Talk()
    leg = talk.consulted()
    talk.do(f.ConferenceAsked(1, "agent1"))
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS, leg: TALKS}


def test_a_completed_transfer_leaves_the_caller_with_the_consulted_and_both_agents_wrap_up() -> None:
    talk = Talk()
    leg = talk.consulted()
    talk.do(f.CompleteAsked(1, "agent1"))
    assert talk.parts() == {CALLER: TALKS, leg: TALKS}
    assert (talk.owner_agent, talk.routing(1)) == (2, Routing.WRAP_UP)
    assert talk.leg in talk.released()
    talk.do(f.LegEnded(CALLER, HUNG_UP))
    assert talk.ended() == f.ContactEnded(1, Outcome.ANSWERED)
    assert talk.routing(2) is Routing.WRAP_UP


def test_the_recording_goes_on_under_its_number_through_a_transfer() -> None:
    talk = Talk()
    talk.consulted()
    talk.do(f.CompleteAsked(1, "agent1"))
    bridges = [one for one in talk.centre.effects if isinstance(one, e.Bridge)]
    assert {bridge.recording for bridge in bridges} == {1}


def test_taken_back_the_colleague_is_free_at_once_and_has_nothing_to_code() -> None:
    talk = Talk()
    leg = talk.consulted()
    talk.do(f.TakeBackAsked(1, "agent1"))
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS}
    assert leg in talk.released()
    assert talk.routing(2) is Routing.IDLE
    assert not talk.centre.live.state.todos
    assert talk.contact.consult is None


@pytest.mark.parametrize("first", [f.ConferenceAsked, f.SwapAsked])
def test_a_colleague_who_spoke_with_the_customer_wraps_up_and_who_only_advised_does_not(
    first: type[f.ConferenceAsked | f.SwapAsked],
) -> None:
    talk = Talk()
    talk.consulted()
    talk.do(first(1, "agent1"))
    talk.do(f.TakeBackAsked(1, "agent1"))
    met = first is f.ConferenceAsked
    assert talk.routing(2) is (Routing.WRAP_UP if met else Routing.IDLE)
    if met:
        talk.do(f.WrapUpExpired(2), after_ms=120 * SECOND)
        assert [todo.agent for todo in talk.centre.live.state.todos.values()] == [2]


def test_taken_back_while_it_rings_the_colleague_keeps_the_place_among_the_idle() -> None:
    talk = Talk()
    idle_since = talk.centre.live.state.agents[2].idle_since
    talk.consult()
    talk.centre.wait(5)
    talk.do(f.TakeBackAsked(1, "agent1"))
    agent = talk.centre.live.state.agents[2]
    assert (agent.routing, agent.idle_since) == (Routing.IDLE, idle_since)


@pytest.mark.parametrize("cause", [HUNG_UP, VANISHED])
def test_when_the_consulted_one_leaves_the_agent_has_the_caller_again(cause: f.LegCause) -> None:
    talk = Talk()
    leg = talk.consulted()
    talk.do(f.LegEnded(leg, cause))
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS}
    assert (talk.owner_agent, talk.contact.consult) == (1, None)


@pytest.mark.parametrize("cause", [HUNG_UP, VANISHED])
def test_when_the_agent_leaves_the_caller_stays_with_the_consulted_one(cause: f.LegCause) -> None:
    talk = Talk()
    leg = talk.consulted()
    talk.do(f.LegEnded(talk.leg, cause))
    assert talk.parts() == {CALLER: TALKS, leg: TALKS}
    assert talk.owner_agent == 2


def test_when_the_caller_leaves_during_a_consultation_the_consultation_ends() -> None:
    talk = Talk()
    leg = talk.consulted()
    talk.do(f.LegEnded(CALLER, HUNG_UP))
    assert talk.released() >= {talk.leg, leg}
    assert talk.ended() == f.ContactEnded(1, Outcome.ANSWERED)
    assert (talk.routing(1), talk.routing(2)) == (Routing.WRAP_UP, Routing.IDLE)


def test_when_the_caller_leaves_while_the_colleague_rings_that_offer_is_canceled() -> None:
    talk = Talk()
    talk.consult()
    talk.do(f.LegEnded(CALLER, HUNG_UP))
    assert not talk.centre.live.state.offers
    assert talk.routing(2) is Routing.IDLE


def test_an_unanswered_consultation_gives_the_caller_back_and_the_colleague_is_not_responding() -> None:
    talk = Talk()
    talk.consult()
    offer = talk.centre.made().offer
    talk.do(f.OfferExpired(offer), after_ms=15 * SECOND)
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS}
    assert talk.routing(2) is Routing.NOT_RESPONDING
    assert talk.centre.last(f.ConsultEnded) == f.ConsultEnded(1, "no_answer")


def test_an_agent_who_vanishes_while_the_colleague_rings_leaves_the_caller_at_the_front_of_the_queue() -> (
    None
):
    talk = Talk()
    talk.consult()
    talk.do(f.LegEnded(talk.leg, VANISHED))
    assert talk.centre.made().kind is OfferKind.CONTACT
    assert talk.contact.consult is None


def test_an_agent_who_hangs_up_while_the_colleague_rings_ends_the_call() -> None:
    talk = Talk()
    talk.consult()
    talk.do(f.LegEnded(talk.leg, HUNG_UP))
    assert talk.ended() == f.ContactEnded(1, Outcome.ANSWERED)
    assert not talk.centre.live.state.offers


def test_a_consultation_with_a_queue_finds_who_has_the_skills() -> None:
    talk = Talk()
    leg = talk.consult(f.ToQueue("loans"))
    assert talk.centre.made().agent == 3
    talk.do(f.LegAnswered(leg))
    talk.do(f.CompleteAsked(1, "agent1"))
    assert talk.owner is not None
    assert (talk.owner.agent, talk.owner.queue, talk.owner.kind) == (3, "loans", EngagementKind.CONTACT)


def test_a_consultation_rings_by_the_rule_of_the_queue_that_was_asked() -> None:
    talk = Talk()
    setup = talk.centre.live.state.setup
    assert setup is not None
    quick = tuple(
        replace(queue, offer_seconds=8) if queue.name == "loans" else queue for queue in setup.queues
    )
    talk.do(f.CentreApplied(2, replace(setup, queues=quick), "sam"))
    talk.do(f.ConsultAsked(1, f.ToQueue("loans"), "agent1"))
    assert talk.centre.made().deadline_at == talk.centre.at + 8 * SECOND


def test_a_consultation_waits_in_its_queue_while_the_agent_goes_on_with_the_caller() -> None:
    talk = Talk()
    talk.do(f.AgentSignedOut(3, "agent3"))
    talk.do(f.ConsultAsked(1, f.ToQueue("loans"), "agent1"))
    assert talk.parts() == {CALLER: HELD, talk.leg: TALKS}
    talk.do(f.ResumeAsked(1, "agent1"))
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS}
    talk.centre.ready(3)
    assert (talk.centre.made().agent, talk.centre.made().kind) == (3, OfferKind.CONSULT)
    leg = talk.centre.answer()
    assert talk.parts() == {CALLER: HELD, talk.leg: TALKS, leg: TALKS}


def test_a_consultation_that_nobody_takes_waits_on_in_its_queue() -> None:
    talk = Talk()
    talk.consult(f.ToQueue("loans"))
    talk.do(f.OfferExpired(talk.centre.made().offer), after_ms=15 * SECOND)
    assert talk.centre.live.router.is_waiting(-1)
    talk.centre.ready(3)
    assert (talk.centre.made().agent, talk.centre.made().kind) == (3, OfferKind.CONSULT)
    talk.do(f.TakeBackAsked(1, "agent1"))
    assert not talk.centre.live.router.is_waiting(-1)


def test_an_outside_number_can_be_consulted_and_keeps_the_caller() -> None:
    talk = Talk()
    leg = talk.consult(f.ToNumber("screen:1/number"))
    assert e.DialNumber("phone", leg, "screen:1/number") in talk.centre.effects
    assert talk.refused(f.CompleteAsked(1, "agent1")) == "not_answered_yet"
    talk.do(f.LegAnswered(leg))
    talk.do(f.CompleteAsked(1, "agent1"))
    assert talk.parts() == {CALLER: TALKS, leg: TALKS}
    assert talk.owner_agent is None
    talk.do(f.LegEnded(leg, HUNG_UP))
    assert talk.ended() == f.ContactEnded(1, Outcome.ANSWERED)


@pytest.mark.parametrize("reason", ["busy", "unreachable", "unknown"])
def test_a_number_that_is_not_reached_gives_the_caller_back_and_is_never_called_again(reason: str) -> None:
    talk = Talk()
    leg = talk.consult(f.ToNumber("screen:1/number"))
    talk.do(f.LegFailed(leg, reason))
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS}
    assert len([one for one in talk.centre.effects if isinstance(one, e.DialNumber)]) == 1
    assert talk.centre.last(f.ConsultEnded) == f.ConsultEnded(1, reason)


def test_a_number_rings_only_for_so_long() -> None:
    talk = Talk()
    leg = talk.consult(f.ToNumber("screen:1/number"))
    talk.do(f.DialExpired(leg), after_ms=45 * SECOND)
    assert leg in talk.released()
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS}
    talk.do(f.LegEnded(leg, f.LegCause.RELEASED))
    assert talk.owner_agent == 1


def test_controls_that_make_no_sense_now_are_refused_with_their_reason() -> None:
    talk = Talk()
    assert talk.refused(f.SwapAsked(1, "agent1")) == "not_consulting"
    assert talk.refused(f.TakeBackAsked(1, "agent1")) == "not_consulting"
    assert talk.refused(f.LeaveAsked(1, "agent1")) == "not_consulting"
    assert talk.refused(f.ConsultAsked(1, f.ToAgent(1), "agent1")) == "yourself"
    assert talk.refused(f.ConsultAsked(1, f.ToAgent(77), "agent1")) == "unknown_agent"
    assert talk.refused(f.ConsultAsked(1, f.ToAgent(9), "agent1")) == "agent_busy"
    assert talk.refused(f.ConsultAsked(1, f.ToQueue("nowhere"), "agent1")) == "unknown_queue"
    talk.consult()
    assert talk.refused(f.ConsultAsked(1, f.ToAgent(3), "agent1")) == "already_consulting"
    assert talk.refused(f.TransferAsked(1, f.ToAgent(3), "agent1")) == "consulting"
    assert talk.refused(f.ConferenceAsked(1, "agent1")) == "not_answered_yet"
    talk.centre.answer()
    assert talk.refused(f.ResumeAsked(1, "agent1")) == "consulting"
    assert talk.refused(f.SwapAsked(1, "agent2")) == "not_your_contact"


def test_whoever_leaves_a_conference_leaves_the_others_together() -> None:
    talk = Talk()
    leg = talk.consulted()
    talk.do(f.ConferenceAsked(1, "agent1"))
    talk.do(f.LeaveAsked(1, "agent2"))
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS}
    assert leg in talk.released()

    talk = Talk()
    leg = talk.consulted()
    talk.do(f.ConferenceAsked(1, "agent1"))
    talk.do(f.LeaveAsked(1, "agent1"))
    assert talk.parts() == {CALLER: TALKS, leg: TALKS}


def test_the_end_of_a_call_is_the_owners_and_a_consulted_ones_hang_up_is_leaving() -> None:
    talk = Talk()
    talk.consulted()
    talk.do(f.HangUpAsked(1, "agent2"))
    assert talk.owner_agent == 1
    talk.do(f.HangUpAsked(1, "agent1"))
    assert talk.ended() == f.ContactEnded(1, Outcome.ANSWERED)


def test_after_the_transfer_the_new_owner_may_consult_in_turn() -> None:
    talk = Talk()
    talk.consulted()
    talk.do(f.CompleteAsked(1, "agent1"))
    talk.do(f.ConsultAsked(1, f.ToAgent(3), "agent2"))
    leg = talk.centre.answer()
    talk.do(f.CompleteAsked(1, "agent2"))
    assert talk.parts() == {CALLER: TALKS, leg: TALKS}
    assert (talk.routing(1), talk.routing(2), talk.owner_agent) == (Routing.WRAP_UP, Routing.WRAP_UP, 3)
