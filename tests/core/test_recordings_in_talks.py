"""What of a talk is recorded: pause and resume, refusal."""

from __future__ import annotations

from callcenter import effects as e
from callcenter import facts as f
from callcenter.decisions.recordings import REFUSED
from callcenter.history.fold import History
from callcenter.history.records import RecordingPause
from callcenter.wanted import is_stale, resume
from tests.core.centre import SECOND
from tests.core.controls import CALLER, Talk

PAUSE_SECONDS = 180
"""of queues that say nothing else"""


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


def test_while_the_customer_is_on_hold_nothing_is_recorded_whoever_talks() -> None:
    talk = Talk()
    talk.do(f.HoldAsked(1, "agent1"))
    assert is_silent(talk)
    talk.do(f.ResumeAsked(1, "agent1"))
    assert not is_silent(talk)
    talk.consulted()
    assert is_silent(talk)
    talk.do(f.SwapAsked(1, "agent1"))
    assert not is_silent(talk)
    talk.do(f.SwapAsked(1, "agent1"))
    talk.do(f.ConferenceAsked(1, "agent1"))
    assert not is_silent(talk)


def test_who_is_called_in_from_outside_is_never_recorded_since_nobody_told_them() -> None:
    talk = Talk()
    leg = talk.consult(f.ToNumber("screen:1/number"))
    talk.do(f.LegAnswered(leg))
    assert is_silent(talk)
    talk.do(f.SwapAsked(1, "agent1"))
    assert not is_silent(talk), "they are on hold"
    talk.do(f.ConferenceAsked(1, "agent1"))
    assert is_silent(talk)
    talk.do(f.TakeBackAsked(1, "agent1"))
    assert not is_silent(talk)
    leg = talk.consult(f.ToNumber("screen:1/number"))
    talk.do(f.LegAnswered(leg))
    talk.do(f.CompleteAsked(1, "agent1"))
    assert is_silent(talk)


def test_what_an_agent_paused_stays_so_when_the_customer_is_back() -> None:
    talk = Talk()
    talk.do(f.HoldAsked(1, "agent1"))
    talk.do(f.RecordingPauseAsked(1, "agent1"))
    talk.do(f.ResumeAsked(1, "agent1"))
    assert is_silent(talk)
    talk.do(f.HoldAsked(1, "agent1"))
    talk.do(f.RecordingResumeAsked(1, "agent1"))
    assert is_silent(talk)
    talk.do(f.ResumeAsked(1, "agent1"))
    assert not is_silent(talk)


def test_each_silence_stands_in_the_history_with_its_reason() -> None:
    talk = Talk()
    steps = [
        f.HoldAsked(1, "agent1"),  # a segment of its own: nobody talks
        f.ResumeAsked(1, "agent1"),
        f.RecordingPauseAsked(1, "agent1"),
        f.RecordingResumeAsked(1, "agent1"),
    ]
    for step in steps:
        talk.do(step, after_ms=SECOND)
    talk.consulted()
    talk.do(f.RecordingPauseAsked(1, "agent1"), after_ms=SECOND)
    talk.do(f.RecordingResumeAsked(1, "agent1"), after_ms=SECOND)
    talk.do(f.TakeBackAsked(1, "agent1"), after_ms=SECOND)
    talk.do(f.LegAnswered(talk.consult(f.ToNumber("screen:1/number"))))
    talk.do(f.ConferenceAsked(1, "agent1"), after_ms=SECOND)
    talk.do(f.LegEnded(CALLER, f.LegCause.HUNG_UP), after_ms=SECOND)
    history = History()
    rows = [row for entry in talk.centre.entries for row in history.fold(entry)]
    pauses = [row for row in rows if isinstance(row, RecordingPause)]
    assert [(row.pause, row.reason, row.to_at - row.from_at) for row in pauses] == [
        (1, "agent", SECOND),
        (2, "consult", SECOND),
        (3, "agent", SECOND),
        (4, "consult", SECOND),
        (5, "consult", SECOND),
        (6, "outside", SECOND),
    ]


def test_a_recording_ends_when_nobody_of_ours_is_in_the_talk_any_more() -> None:
    talk = Talk()
    talk.do(f.LegAnswered(talk.consult(f.ToNumber("screen:1/number"))))
    talk.do(f.CompleteAsked(1, "agent1"))
    bridge = next(one for one in reversed(talk.centre.effects) if isinstance(one, e.Bridge))
    assert (len(bridge.members), bridge.recording) == (2, None)


def is_silent(talk: Talk) -> bool:
    """Whether the newest arrangement keeps nothing in its recording."""
    bridge = next(one for one in reversed(talk.centre.effects) if isinstance(one, e.Bridge))
    assert bridge.recording in (1, None)  # None: nobody of ours is in it any more, and it has ended
    return bridge.paused or bridge.recording is None
