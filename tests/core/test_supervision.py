"""Supervisors in the middle of a talk, and what they may move."""

from __future__ import annotations

import pytest

from callcenter import effects as e
from callcenter import facts as f
from callcenter.lifecycles import Outcome, Presence, Routing
from callcenter.wanted import live_legs
from tests.core.centre import Centre, agent, setup
from tests.core.controls import CALLER, Talk, staffed

TALKS, HELD, LISTENS, COACHES = f.Part.TALKS, f.Part.HELD, f.Part.LISTENS, f.Part.COACHES
HUNG_UP = f.LegCause.HUNG_UP


@pytest.mark.parametrize("part", [LISTENS, COACHES, TALKS])
def test_a_supervisor_is_in_the_talk_in_the_part_that_was_asked_for(part: f.Part) -> None:
    talk = Talk()
    leg = talk.watched(part)
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS, leg: part}
    assert talk.owner_agent == 1


def test_the_part_changes_without_a_new_call() -> None:
    talk = Talk()
    leg = talk.watched()
    for part in (COACHES, TALKS, LISTENS):
        talk.do(f.MonitorAsked(1, 9, part, "agent9"))
        assert talk.parts()[leg] is part
    assert len(talk.contact.watchers) == 1


def test_the_part_that_was_changed_while_it_connects_counts() -> None:
    talk = Talk()
    talk.do(f.MonitorAsked(1, 9, LISTENS, "agent9"))
    leg = talk.newest_leg()
    talk.do(f.MonitorAsked(1, 9, COACHES, "agent9"))
    talk.do(f.LegAnswered(leg))
    assert talk.parts()[leg] is COACHES


def test_hold_and_consultation_leave_the_supervisor_in_the_talk() -> None:
    talk = Talk()
    leg = talk.watched()
    talk.do(f.HoldAsked(1, "agent1"))
    assert talk.parts() == {CALLER: HELD, talk.leg: TALKS, leg: LISTENS}
    talk.do(f.ResumeAsked(1, "agent1"))
    other = talk.consulted()
    assert talk.parts() == {CALLER: HELD, talk.leg: TALKS, other: TALKS, leg: LISTENS}
    talk.do(f.CompleteAsked(1, "agent1"))
    assert talk.parts() == {CALLER: TALKS, other: TALKS, leg: LISTENS}


@pytest.mark.parametrize("how", ["leaves", "hangs up"])
def test_a_supervisor_who_goes_changes_nothing_for_the_others(how: str) -> None:
    talk = Talk()
    leg = talk.watched()
    if how == "leaves":
        talk.do(f.LeaveAsked(1, "agent9"))
        assert leg in talk.released()
    else:
        talk.do(f.LegEnded(leg, HUNG_UP))
    assert talk.owner_agent == 1
    assert (talk.contact.watchers, talk.centre.live.state.agents[9].watching) == ({}, None)
    talk.do(f.HoldAsked(1, "agent1"))
    assert talk.parts() == {CALLER: HELD, talk.leg: TALKS}


def test_who_has_gone_is_in_no_arrangement_and_the_newest_one_still_counts() -> None:
    talk = Talk()
    leg = talk.watched()
    told = [one for one in talk.centre.effects if isinstance(one, e.Bridge)][-1]
    talk.do(f.LegEnded(leg, HUNG_UP))
    again = [one for one in dict(live_legs(talk.centre.live, "phone"))[CALLER] if isinstance(one, e.Bridge)]
    assert [one.bridge for one in again] == [told.bridge]
    assert {member.leg for member in again[0].members} == {CALLER, talk.leg}


def test_when_the_contact_ends_or_goes_on_its_way_the_supervisor_is_released() -> None:
    for act in (f.LegEnded(CALLER, HUNG_UP), f.TransferAsked(1, f.ToAgent(2), "agent1")):
        talk = Talk()
        leg = talk.watched()
        talk.do(act)
        assert leg in talk.released()
        assert talk.centre.live.state.agents[9].watching is None


@pytest.mark.parametrize(
    "act",
    [
        f.LegEnded(CALLER, HUNG_UP),
        f.HangUpAsked(1, "agent1"),
        f.TransferAsked(1, f.ToQueue("accounts"), "agent1"),
        f.LegEnded("c1-l1", f.LegCause.VANISHED),
    ],
)
def test_a_ready_supervisor_has_the_next_caller_as_soon_as_the_talk_that_was_listened_to_is_over(
    act: f.Input,
) -> None:
    talk = Talk(Centre(setup(agent(1), agent(2), agent(9))))
    talk.centre.ready(9)
    talk.watched()
    talk.do(f.AgentSignedOut(2, "agent2"))
    waits = talk.centre.call("phone:2")
    talk.do(act)
    assert talk.centre.made().agent == 9
    assert talk.centre.made().contact in (1, waits)


def test_who_takes_over_has_the_contact_and_the_agent_wraps_up() -> None:
    talk = Talk()
    leg = talk.watched()
    talk.do(f.TakeOverAsked(1, 9, "agent9"))
    assert talk.parts() == {CALLER: TALKS, leg: TALKS}
    assert (talk.owner_agent, talk.routing(1), talk.routing(9)) == (9, Routing.WRAP_UP, Routing.ON_CONTACT)
    assert talk.leg in talk.released()
    talk.do(f.HoldAsked(1, "agent9"))
    assert talk.parts() == {CALLER: HELD, leg: TALKS}
    talk.do(f.ResumeAsked(1, "agent9"))
    talk.do(f.LegEnded(CALLER, HUNG_UP))
    assert talk.ended() == f.ContactEnded(1, Outcome.ANSWERED)
    assert talk.routing(9) is Routing.WRAP_UP


def test_a_supervisor_whose_phone_does_not_answer_is_free_again() -> None:
    talk = Talk()
    talk.do(f.MonitorAsked(1, 9, LISTENS, "agent9"))
    leg = talk.newest_leg()
    talk.do(f.DialExpired(leg), after_ms=10_000)
    assert leg in talk.released()
    assert talk.centre.live.state.agents[9].watching is None
    assert talk.owner_agent == 1


def test_supervision_that_can_not_be_is_refused() -> None:
    talk = Talk()
    assert talk.refused(f.TakeOverAsked(1, 9, "agent9")) == "listen_first"
    assert talk.refused(f.MonitorAsked(1, 1, LISTENS, "agent1")) == "yourself"
    assert talk.refused(f.MonitorAsked(5, 9, LISTENS, "agent9")) == "not_talking"
    assert talk.refused(f.MonitorAsked(1, 55, LISTENS, "agent9")) == "unknown_agent"
    talk.do(f.StationLost(9, "phone"))
    assert talk.refused(f.MonitorAsked(1, 9, LISTENS, "agent9")) == "no_phone"
    talk.do(f.StationConnected(9, "phone"))
    talk.watched()
    second = talk.centre.call("phone:2")
    talk.do(f.LegAnswered(talk.centre.made().leg))
    assert talk.refused(f.MonitorAsked(second, 9, LISTENS, "agent9")) == "already_watching"
    talk.consult(f.ToAgent(3 if talk.centre.made().agent == 2 else 2))
    assert talk.refused(f.TakeOverAsked(1, 9, "agent9")) == "consulting"


def test_who_listens_is_offered_nothing_and_ready_again_afterwards() -> None:
    centre = staffed()
    talk = Talk(centre)
    talk.do(f.AgentMoved(9, ("accounts",), "boss"))
    talk.centre.ready(9)
    all_off_but_the_first(talk)
    # Without skills nobody of the queue is served; the point is readiness alone.
    assert talk.centre.live.router.is_ready(9)
    talk.watched()
    assert not talk.centre.live.router.is_ready(9)
    talk.do(f.LeaveAsked(1, "agent9"))
    assert talk.centre.live.router.is_ready(9)


def test_an_agent_moved_to_a_queue_serves_it_at_once() -> None:
    talk = Talk()
    talk.do(f.AgentSignedOut(3, "agent3"))
    talk.do(f.TransferAsked(1, f.ToQueue("loans"), "agent1"))
    assert talk.centre.live.router.is_waiting(1)
    talk.do(f.PresenceChosen(3, Presence.READY, "", "agent3"))
    talk.do(f.OfferExpired(talk.centre.made().offer), after_ms=15_000)
    assert talk.refused(f.AgentMoved(2, ("nowhere",), "boss")) == "unknown_queue"
    assert talk.refused(f.AgentMoved(77, ("loans",), "boss")) == "unknown_agent"
    moved = talk.do(f.AgentMoved(2, ("loans", "accounts"), "boss"))
    assert f.AgentReassigned(2, ("loans", "accounts")) in moved


def all_off_but_the_first(talk: Talk) -> None:
    for one in (2, 3):
        talk.do(f.AgentSignedOut(one, f"agent{one}"))


def test_a_contact_that_is_pulled_forward_is_the_next_one() -> None:
    talk = Talk()
    all_off_but_the_first(talk)
    first, second = talk.centre.call("phone:2"), talk.centre.call("phone:3")
    talk.do(f.ContactPulled(second, "boss"))
    talk.centre.ready(2)
    assert talk.centre.made().contact == second
    assert talk.refused(f.ContactPulled(1, "boss")) == "not_waiting"
    assert talk.refused(f.ContactPulled(99, "boss")) == "not_waiting"
    assert talk.centre.live.router.is_waiting(first)


def test_who_was_pulled_forward_has_had_it_when_somebody_answers() -> None:
    talk = Talk()
    all_off_but_the_first(talk)
    before, pulled = talk.centre.call("phone:2"), talk.centre.call("phone:3")
    talk.do(f.ContactPulled(pulled, "boss"))
    talk.centre.ready(2)
    talk.centre.answer()
    talk.do(f.TransferAsked(pulled, f.ToQueue("accounts"), "agent2"))
    talk.do(f.WrapUpSaved(2, "done", None, True, "agent2"))
    assert talk.centre.made().contact == before
    assert talk.centre.live.state.contacts[pulled].lift == 0


def test_who_is_on_the_way_to_a_colleague_stands_in_no_line_and_is_not_pulled() -> None:
    talk = Talk()
    talk.do(f.TransferAsked(1, f.ToAgent(2), "agent1"))
    assert talk.refused(f.ContactPulled(1, "boss")) == "not_waiting"


def test_nobody_who_has_signed_out_is_made_ready_by_another() -> None:
    talk = Talk()
    talk.do(f.AgentSignedOut(2, "agent2"))
    for presence, reason in ((Presence.READY, ""), (Presence.AWAY, "lunch")):
        assert talk.refused(f.PresenceChosen(2, presence, reason, "boss")) == "signed_out"
    talk.do(f.PresenceChosen(3, Presence.AWAY, "lunch", "boss"))
    assert talk.routing(3) is Routing.OFF_QUEUE


def test_a_state_lasts_since_it_was_entered_whatever_is_looked_at_again() -> None:
    talk = Talk(Centre(setup(agent(1), agent(2), agent(9))))
    talk.centre.ready(9)
    since_at = talk.centre.live.state.agents[9].since_at
    talk.centre.wait(60)
    talk.watched()
    talk.do(f.LeaveAsked(1, "agent9"))
    assert talk.centre.live.state.agents[9].since_at == since_at
    talk.do(f.PresenceChosen(9, Presence.AWAY, "lunch", "agent9"))
    assert talk.centre.live.state.agents[9].since_at == talk.centre.at


def test_a_forced_state_applies_after_the_contact() -> None:
    talk = Talk()
    talk.do(f.PresenceChosen(1, Presence.AWAY, "lunch", "boss"))
    assert talk.routing(1) is Routing.ON_CONTACT
    talk.do(f.LegEnded(CALLER, HUNG_UP))
    talk.do(f.WrapUpSaved(1, "done", None, True, "agent1"))
    agent = talk.centre.live.state.agents[1]
    assert (agent.presence, agent.reason) == (Presence.AWAY, "lunch")


@pytest.mark.parametrize("presence", [Presence.OFFLINE, Presence.READY])
def test_who_signs_out_hears_no_talk_any_more(presence: Presence) -> None:
    talk = Talk()
    if presence is Presence.READY:
        talk.do(f.PresenceChosen(9, Presence.READY, "", "agent9"))
    leg = talk.watched()
    decisions = talk.do(f.AgentSignedOut(9, "agent9"))
    assert f.SupervisorLeft(1, 9, leg) in decisions
    assert leg in talk.released()
    assert talk.centre.live.state.agents[9].presence is Presence.OFFLINE
    assert talk.owner_agent == 1, "the talk goes on"


def test_a_supervisor_who_is_left_out_of_a_new_setup_goes_and_stays_away() -> None:
    talk = Talk(Centre(setup(agent(1), agent(2), agent(9))))
    talk.centre.ready(9)
    leg = talk.watched()
    talk.do(f.CentreApplied(2, setup(agent(1), agent(2)), "sam"))
    assert leg in talk.released()
    gone = talk.centre.live.state.agents[9]
    assert (gone.presence, gone.routing, gone.watching) == (Presence.OFFLINE, Routing.OFF_QUEUE, None)
