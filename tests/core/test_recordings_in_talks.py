"""What of a talk is recorded: pause and resume, refusal."""

from __future__ import annotations

from callcenter import effects as e
from callcenter import facts as f
from callcenter.decisions.recordings import PAUSE_SECONDS, REFUSED
from callcenter.wanted import is_stale, resume
from tests.core.centre import SECOND
from tests.core.controls import CALLER, Talk


def test_a_paused_recording_goes_on_by_itself() -> None:
    talk = Talk()
    talk.do(f.RecordingPauseAsked(1, "agent1"))
    timer = next(one for one in reversed(talk.centre.effects) if isinstance(one, e.SetTimer))
    assert timer == e.SetTimer(talk.centre.at + PAUSE_SECONDS * SECOND, f.PauseExpired(1, 1))
    assert talk.contact.talk is not None
    assert talk.contact.talk.paused
    talk.do(f.PauseExpired(1, 1), after_ms=PAUSE_SECONDS * SECOND)
    assert not talk.contact.talk.paused
    assert talk.centre.last(f.RecordingResumed) == f.RecordingResumed(1, 1, "time")


def test_a_pause_that_was_ended_has_a_stale_timer() -> None:
    talk = Talk()
    talk.do(f.RecordingPauseAsked(1, "agent1"))
    talk.do(f.RecordingResumeAsked(1, "agent1"))
    assert is_stale(talk.centre.live, f.PauseExpired(1, 1))
    talk.do(f.RecordingPauseAsked(1, "agent1"))
    assert is_stale(talk.centre.live, f.PauseExpired(1, 1))
    assert not is_stale(talk.centre.live, f.PauseExpired(1, 2))
    talk.do(f.PauseExpired(1, 1))
    assert talk.contact.pause is not None


def test_a_pause_is_refused_where_nothing_is_recorded_or_it_is_paused_already() -> None:
    talk = Talk()
    assert talk.refused(f.RecordingResumeAsked(1, "agent1")) == "not_paused"
    talk.do(f.RecordingPauseAsked(1, "agent1"))
    assert talk.refused(f.RecordingPauseAsked(1, "agent1")) == "already_paused"


def test_a_pause_survives_a_new_arrangement_and_a_restart() -> None:
    talk = Talk()
    talk.do(f.RecordingPauseAsked(1, "agent1"))
    talk.do(f.HoldAsked(1, "agent1"))
    talk.do(f.OwnerStarted(4 * SECOND))
    bridge = next(one for one in reversed(talk.centre.effects) if isinstance(one, e.Bridge))
    assert (bridge.recording, bridge.paused) == (1, True)
    until_at = talk.centre.at + (PAUSE_SECONDS + 4) * SECOND
    assert e.SetTimer(until_at, f.PauseExpired(1, 1)) in list(resume(talk.centre.live))


def test_who_declined_to_be_recorded_is_not() -> None:
    talk = Talk()
    talk.do(f.LegEnded(CALLER, f.LegCause.HUNG_UP))
    centre = talk.centre
    centre.ready(1)
    centre.call("phone:2")
    contact = centre.live.state.contacts[2]
    contact.unrecorded = "declined_by_caller"
    centre.answer()
    assert contact.talk is not None
    assert contact.talk.recording is None
    asked = f.RecordingPauseAsked(2, f"agent{centre.made().agent}")
    assert centre.do(asked) == (f.Refused("not_recorded"),)


def test_a_customer_who_refuses_in_the_talk_is_recorded_no_more() -> None:
    talk = Talk()
    assert talk.refused(f.RecordingRefusalAsked(1, "agent2")) == "not_your_contact"
    talk.do(f.RecordingPauseAsked(1, "agent1"))
    talk.do(f.RecordingRefusalAsked(1, "agent1"))
    assert talk.contact.talk is not None
    assert (talk.contact.talk.recording, talk.contact.unrecorded) == (None, REFUSED)
    assert is_stale(talk.centre.live, f.PauseExpired(1, 1))
    assert talk.refused(f.RecordingRefusalAsked(1, "agent1")) == "not_recorded"
    talk.consulted()
    talk.do(f.CompleteAsked(1, "agent1"))
    assert talk.contact.talk.recording is None, "nor with whoever has the contact next"
