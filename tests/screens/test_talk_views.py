"""What a desk shows of telephone control, sentence by sentence."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.screens.wire import (
    Consultation,
    DirectoryAgent,
    DirectoryQueue,
    HandedNote,
    Me,
    Party,
    WaitingRow,
)
from tests.core.centre import Centre
from tests.screens.days import LEADER, configured, value
from tests.screens.test_views import desk, row

WITH_BOB = Party("agent", "Bob", "talks", ringing=False)
CUSTOMER = Party("customer", "", "talks", ringing=False)
HELD = Party("customer", "", "held", ringing=False)


def in_talk(*ready: int) -> tuple[Centre, int]:
    """Agent 1 talks to a caller; `ready`: who else is ready then."""
    centre = Centre(configured())
    centre.ready(1)
    contact = centre.call()
    centre.answer()
    centre.ready(*ready)
    return centre, contact


def test_a_held_caller_is_shown_with_the_time_it_lasts():
    centre, contact = in_talk()
    assert (desk(centre).held, desk(centre).held_at, desk(centre).parties) == (False, None, (CUSTOMER,))
    centre.wait(3)
    centre.do(f.HoldAsked(contact, "agent1"))
    held_at = centre.at
    centre.wait(3)
    centre.do(f.RecordingPauseAsked(contact, "agent1"))
    shown = desk(centre)
    assert (shown.held, shown.held_at, shown.parties) == (True, held_at, (HELD,))
    centre.do(f.ResumeAsked(contact, "agent1"))
    assert (desk(centre).held, desk(centre).held_at) == (False, None)


def test_a_consultation_goes_from_ringing_to_talking_to_a_conference():
    centre, contact = in_talk(2)
    centre.do(f.ConsultAsked(contact, f.ToAgent(2), "agent1"))
    asked_at = centre.at
    ringing = desk(centre)
    assert ringing.consultation == Consultation("ringing", "consulting", "agent", "Bob", "", asked_at)
    assert ringing.parties == (HELD, Party("agent", "Bob", "talks", ringing=True))
    centre.answer()
    assert desk(centre).consultation == Consultation("talking", "consulting", "agent", "Bob", "", asked_at)
    centre.do(f.SwapAsked(contact, "agent1"))
    swapped = desk(centre)
    assert swapped.consultation == Consultation("talking", "swapped", "agent", "Bob", "", asked_at)
    assert swapped.parties == (CUSTOMER, Party("agent", "Bob", "held", ringing=False))
    on_hold = desk(centre, 2)
    assert {party.part for party in on_hold.parties} == {"apart"}
    assert (len(on_hold.parties), on_hold.recording) == (2, "off")
    centre.do(f.ConferenceAsked(contact, "agent1"))
    together = desk(centre)
    assert together.consultation == Consultation("talking", "conference", "agent", "Bob", "", asked_at)
    assert together.parties == (CUSTOMER, WITH_BOB)


def test_the_colleague_sees_whom_it_is_for_before_answering():
    centre, contact = in_talk(2)
    centre.do(f.ConsultAsked(contact, f.ToAgent(2), "agent1"))
    shown = desk(centre, 2)
    assert (shown.stage, shown.kind, shown.sent_by, shown.contact) == ("offered", "consult", "Ann", contact)
    assert shown.consultation is None
    centre.answer()
    shown = desk(centre, 2)
    assert (shown.stage, shown.kind, shown.sent_by) == ("talking", "consult", "Ann")
    assert shown.parties == (HELD, Party("agent", "Ann", "talks", ringing=False))
    assert shown.can == ("leave", "end-contact")


def test_who_was_consulted_has_the_contact_after_a_completed_transfer():
    centre, contact = in_talk(2)
    centre.do(f.ConsultAsked(contact, f.ToAgent(2), "agent1"))
    centre.answer()
    centre.do(f.CompleteAsked(contact, "agent1"))
    before, after = desk(centre, 1), desk(centre, 2)
    assert (before.stage, before.can, before.parties) == ("wrap_up", (), ())
    assert (after.stage, after.kind, after.parties) == ("talking", "contact", (CUSTOMER,))
    assert "hold" in after.can


def test_a_transfer_shows_who_sends_it_with_the_path_and_the_identity():
    centre, contact = in_talk(2)
    centre.do(f.TransferAsked(contact, f.ToAgent(2), "agent1"))
    shown = desk(centre, 2)
    assert (shown.stage, shown.kind, shown.sent_by) == ("offered", "transfer", "Ann")
    assert shown.path == desk(centre, 1).path != ()


def test_a_consulted_queue_is_waited_for_by_its_title():
    centre, contact = in_talk()
    centre.do(f.ConsultAsked(contact, f.ToQueue("cards"), "agent1"))
    consultation = desk(centre).consultation
    assert consultation is not None
    assert (consultation.stage, consultation.who) == ("waiting", "queue")
    assert (consultation.name, consultation.name_zh) == ("Cards", "银行卡")
    centre.ready(2)
    consultation = desk(centre).consultation
    assert consultation is not None
    assert (consultation.stage, consultation.who, consultation.name) == ("ringing", "agent", "Bob")


def test_a_dialled_number_is_a_party_that_rings_until_it_answers():
    centre, contact = in_talk()
    centre.do(f.ConsultAsked(contact, f.ToNumber("n1"), "agent1"))
    shown = desk(centre)
    assert shown.parties[1] == Party("outside", value("n1"), "talks", ringing=True)
    leg = centre.last(f.DialStarted)
    assert isinstance(leg, f.DialStarted)
    centre.do(f.LegAnswered(leg.leg))
    shown = desk(centre)
    assert shown.parties[1] == Party("outside", value("n1"), "talks", ringing=False)
    assert shown.consultation is not None
    assert (shown.consultation.stage, shown.consultation.who) == ("talking", "outside")


def test_a_call_that_the_agent_makes_goes_from_dialling_to_a_talk_that_waits_for_the_notice():
    centre = Centre(configured())
    centre.do(f.StationConnected(1, "phone"))
    centre.do(f.DialAsked(1, "n1", 7, "cards", "agent1"))
    shown = desk(centre)
    assert (shown.stage, shown.kind, shown.direction) == ("dialling", "outbound", "outbound")
    assert (shown.number, shown.queue_title, shown.queue_title_zh) == (value("n1"), "Cards", "银行卡")
    assert shown.can == ("end-contact",)
    centre.do(f.LegAnswered(shown.leg))
    centre.wait(9)
    dialled = centre.last(f.DialStarted)
    assert isinstance(dialled, f.DialStarted)
    centre.do(f.LegAnswered(dialled.leg))
    talks = desk(centre)
    assert (talks.stage, talks.stage_at, talks.recording) == ("talking", centre.at, "pending")
    assert "start-recording" in talks.can
    centre.do(f.RecordingStartAsked(talks.contact, "agent1"))
    assert desk(centre).recording == "on"
    centre.do(f.RecordingRefusalAsked(talks.contact, "agent1"))
    refused = desk(centre)
    assert (refused.recording, refused.recording_why) == ("off", "declined_in_talk")
    assert not [one for one in refused.can if "recording" in one]


def test_a_paused_recording_says_when_it_goes_on():
    centre, contact = in_talk()
    centre.do(f.RecordingPauseAsked(contact, "agent1"))
    shown = desk(centre)
    assert shown.recording == "paused"
    assert shown.recording_until_at is not None
    assert shown.recording_until_at > centre.at
    assert "resume-recording" in shown.can


def test_a_recording_that_stands_still_by_itself_says_why():
    centre, contact = in_talk()
    centre.do(f.HoldAsked(contact, "agent1"))
    shown = desk(centre)
    assert (shown.recording, shown.recording_until_at, shown.recording_why) == ("paused", None, "on_hold")
    centre.do(f.ResumeAsked(contact, "agent1"))
    centre.do(f.ConsultAsked(contact, f.ToNumber("n1"), "agent1"))
    centre.do(f.LegAnswered(next(reversed(centre.live.state.legs))))
    centre.do(f.ConferenceAsked(contact, "agent1"))
    assert (desk(centre).recording, desk(centre).recording_why) == ("paused", "outside")


def test_an_internal_call_names_the_other_one_and_is_not_recorded():
    centre = Centre(configured())
    centre.ready(1, 2)
    centre.do(f.InternalCallAsked(1, 2, "agent1"))
    centre.do(f.LegAnswered(desk(centre, 1).leg))
    offered = desk(centre, 2)
    assert (offered.kind, offered.sent_by, offered.queue, offered.customer) == ("internal", "Ann", "", None)
    centre.answer()
    for agent, other in ((1, "Bob"), (2, "Ann")):
        shown = desk(centre, agent)
        assert (shown.stage, shown.direction, shown.sent_by) == ("talking", "internal", other)
        assert shown.parties == (Party("agent", other, "talks", ringing=False),)
        assert (shown.recording, shown.recording_why, shown.can) == ("off", "internal", ("end-contact",))


def watched(part: f.Part) -> Centre:
    centre, contact = in_talk()
    centre.do(f.StationConnected(LEADER, "phone"))
    centre.do(f.MonitorAsked(contact, LEADER, part, f"agent{LEADER}"))
    return centre


def test_who_listens_in_silence_is_nobody_and_who_whispers_is_told():
    for part, told in (
        (f.Part.LISTENS, ()),
        (f.Part.COACHES, (Party("supervisor", "Dee", "coaches", False),)),
    ):
        centre = watched(part)
        rung = centre.last(f.LegRung)
        assert isinstance(rung, f.LegRung)
        centre.do(f.LegAnswered(rung.leg))
        assert desk(centre).parties == (CUSTOMER, *told)


def test_a_supervisor_sees_the_talk_that_is_listened_to():
    centre = watched(f.Part.LISTENS)
    connecting = row(centre, f"desk:{LEADER}", "me")
    assert isinstance(connecting, Me)
    assert (connecting.watching, connecting.watching_part) == (1, "")
    rung = centre.last(f.LegRung)
    assert isinstance(rung, f.LegRung)
    centre.do(f.LegAnswered(rung.leg))
    listening = row(centre, f"desk:{LEADER}", "me")
    assert isinstance(listening, Me)
    assert (listening.watching, listening.watching_part) == (1, "listens")


def test_the_directory_tells_who_could_be_rung_and_what_waits():
    centre, _ = in_talk(2)
    busy, free = row(centre, "directory", "agent:1"), row(centre, "directory", "agent:2")
    assert isinstance(busy, DirectoryAgent)
    assert isinstance(free, DirectoryAgent)
    assert (busy.name, busy.routing, busy.station) == ("Ann", "on_contact", True)
    assert (free.routing, free.queues, free.skills) == ("idle", ("accounts", "cards"), ("accounts", "en"))
    queue = row(centre, "directory", "queue:cards")
    assert queue == DirectoryQueue("cards", "Cards", "银行卡", waiting=0, ready=1, closed=False)


def test_who_sent_a_call_on_sees_what_becomes_of_it_while_wrapping_up():
    centre, contact = in_talk(2)
    centre.do(f.TransferAsked(contact, f.ToAgent(2), "agent1"))
    sender = desk(centre, 1)
    assert (sender.stage, sender.goes_on, sender.goes_on_with) == ("wrap_up", "ringing", "Bob")
    centre.answer()
    assert (desk(centre, 1).goes_on, desk(centre, 1).goes_on_with) == ("talking", "Bob")
    assert desk(centre, 2).goes_on == ""
    centre.do(f.LegEnded(centre.live.state.contacts[contact].leg, f.LegCause.HUNG_UP))
    assert (desk(centre, 1).stage, desk(centre, 1).goes_on) == ("wrap_up", "")


def test_who_sent_a_call_to_a_queue_sees_that_it_waits_there():
    centre, contact = in_talk()
    centre.do(f.TransferAsked(contact, f.ToQueue("cards"), "agent1"))
    shown = desk(centre, 1)
    assert (shown.goes_on, shown.goes_on_with, shown.goes_on_with_zh) == ("waiting", "Cards", "银行卡")


def test_whoever_comes_into_a_talk_is_told_what_its_caller_has_waited():
    centre = Centre(configured())
    contact = centre.call()
    centre.wait(7)
    centre.ready(1)
    centre.answer()
    waited = desk(centre, 1).waited_ms
    assert waited >= 7_000
    centre.ready(2)
    centre.wait(60)
    centre.do(f.ConsultAsked(contact, f.ToAgent(2), "agent1"))
    assert desk(centre, 2).waited_ms == waited
    centre.wait(3)
    centre.answer()
    assert desk(centre, 2).waited_ms == waited


def test_who_calls_a_colleague_sees_whom_it_rings():
    centre = Centre(configured())
    centre.ready(1, 2)
    centre.do(f.InternalCallAsked(1, 2, "agent1"))
    assert (desk(centre, 1).stage, desk(centre, 1).sent_by) == ("dialling", "Bob")


def test_who_is_sent_to_a_colleague_waits_in_no_queue():
    centre, contact = in_talk(2)
    centre.do(f.TransferAsked(contact, f.ToAgent(2), "agent1"))
    queue = row(centre, "directory", "queue:accounts")
    assert isinstance(queue, DirectoryQueue)
    assert queue.waiting == 0
    shown = row(centre, "waiting", contact)
    assert isinstance(shown, WaitingRow)
    assert (shown.sent_by, shown.offered_to) == ("Ann", "Bob")


def test_what_a_colleague_noted_is_read_by_whoever_has_the_contact_next():
    centre, contact = in_talk(2)
    centre.do(f.WrapUpSaved(1, "", "n1", False, "agent1"))
    assert desk(centre, 1).handed == ()
    centre.do(f.TransferAsked(contact, f.ToAgent(2), "agent1"))
    assert desk(centre, 2).handed == (HandedNote("Ann", value("n1")),)
    centre.do(f.WrapUpSaved(1, "done", "n2", True, "agent1"))
    centre.answer()
    assert desk(centre, 2).handed == (HandedNote("Ann", value("n2")),)
