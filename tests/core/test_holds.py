"""Hold and resume."""

from __future__ import annotations

from callcenter import effects as e
from callcenter import facts as f
from callcenter.lifecycles import Outcome, Routing
from callcenter.wanted import live_legs
from tests.core.controls import CALLER, Talk

TALKS, HELD = f.Part.TALKS, f.Part.HELD


def test_who_is_on_hold_hears_music_until_resumed() -> None:
    talk = Talk()
    talk.do(f.HoldAsked(1, "agent1"))
    assert talk.parts() == {CALLER: HELD, talk.leg: TALKS}
    talk.do(f.ResumeAsked(1, "agent1"))
    assert talk.parts() == {CALLER: TALKS, talk.leg: TALKS}


def test_hold_is_the_business_of_the_agent_who_has_the_contact() -> None:
    talk = Talk()
    assert talk.refused(f.HoldAsked(1, "agent2")) == "not_your_contact"
    assert talk.refused(f.ResumeAsked(1, "agent1")) == "not_on_hold"
    talk.do(f.HoldAsked(1, "agent1"))
    assert talk.refused(f.HoldAsked(1, "agent1")) == "already_on_hold"
    assert talk.refused(f.HoldAsked(7, "agent1")) == "not_talking"


def test_a_caller_who_hangs_up_on_hold_has_been_answered() -> None:
    talk = Talk()
    talk.do(f.HoldAsked(1, "agent1"))
    talk.do(f.LegEnded(CALLER, f.LegCause.HUNG_UP))
    assert talk.ended() == f.ContactEnded(1, Outcome.ANSWERED)
    assert talk.routing(1) is Routing.WRAP_UP


def test_an_agent_who_vanishes_leaves_nobody_on_hold() -> None:
    talk = Talk()
    talk.do(f.HoldAsked(1, "agent1"))
    talk.do(f.LegEnded(talk.leg, f.LegCause.VANISHED))
    assert talk.centre.made().agent == 2
    assert talk.contact.owner is None


def test_every_leg_of_a_talk_knows_its_arrangement_after_a_restart() -> None:
    talk = Talk()
    talk.do(f.HoldAsked(1, "agent1"))
    wanted = dict(live_legs(talk.centre.live, "phone"))
    for leg in (CALLER, talk.leg):
        bridges = [one for one in wanted[leg] if isinstance(one, e.Bridge)]
        assert len(bridges) == 1
        assert {member.leg: member.part for member in bridges[0].members} == {CALLER: HELD, talk.leg: TALKS}
