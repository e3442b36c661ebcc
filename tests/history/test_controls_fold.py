"""What telephone control leaves in the history: hold, consultations, transfers, pauses, calls of ours."""

from __future__ import annotations

from itertools import pairwise

from callcenter import facts as f
from callcenter.history.fold import History
from callcenter.history.records import (
    Engagement,
    Interaction,
    Offer,
    QueueVisit,
    Recording,
    RecordingPause,
    Row,
    Segment,
    SegmentKind,
)
from callcenter.lifecycles import Direction, EngagementKind, OfferKind, OfferState, Outcome
from callcenter.queue.service_level import VisitExit
from tests.core.centre import SECOND, Centre
from tests.core.controls import CALLER, Talk, staffed

HUNG_UP = f.LegCause.HUNG_UP


def folded(centre: Centre) -> list[Row]:
    history = History()
    return [row for entry in centre.entries for row in history.fold(entry)]


def of(rows: list[Row], kind: type[Row]) -> list[Row]:
    return [row for row in rows if isinstance(row, kind)]


def course(rows: list[Row]) -> list[tuple[SegmentKind, int]]:
    """(kind, seconds) of the segments of contact 1."""
    segments = sorted((row for row in rows if isinstance(row, Segment)), key=lambda one: (one.from_at, one.n))
    return [(one.kind, (one.to_at - one.from_at) // SECOND) for one in segments if one.contact == 1]


def interaction(rows: list[Row]) -> Interaction:
    found = [row for row in rows if isinstance(row, Interaction) and row.contact == 1]
    return found[-1]


def engagement(rows: list[Row], number: int) -> Engagement:
    return [row for row in rows if isinstance(row, Engagement) and row.engagement == number][-1]


def later(talk: Talk, seconds: int, input: f.Input) -> None:
    talk.do(input, after_ms=seconds * SECOND)


def test_hold_is_part_of_the_talk_and_told_beside_it() -> None:
    talk = Talk()
    later(talk, 30, f.HoldAsked(1, "agent1"))
    later(talk, 20, f.ResumeAsked(1, "agent1"))
    later(talk, 10, f.LegEnded(CALLER, HUNG_UP))
    later(talk, 5, f.WrapUpSaved(1, "done", None, True, "agent1"))
    rows = folded(talk.centre)
    assert course(rows) == [
        (SegmentKind.TALK, 30),
        (SegmentKind.HOLD, 20),
        (SegmentKind.TALK, 10),
        (SegmentKind.WRAP_UP, 5),
    ]
    assert (interaction(rows).talk_ms, interaction(rows).hold_ms) == (60 * SECOND, 20 * SECOND)
    assert (engagement(rows, 1).hold_ms, engagement(rows, 1).handle_ms) == (20 * SECOND, 65 * SECOND)


def test_a_warm_transfer_shows_consultation_and_conference_and_both_agents_work() -> None:
    talk = Talk()
    leg = None
    later(talk, 30, f.ConsultAsked(1, f.ToAgent(2), "agent1"))
    leg = talk.newest_leg()
    later(talk, 5, f.LegAnswered(leg))
    later(talk, 15, f.ConferenceAsked(1, "agent1"))
    later(talk, 40, f.CompleteAsked(1, "agent1"))
    later(talk, 50, f.LegEnded(CALLER, HUNG_UP))
    later(talk, 1, f.WrapUpSaved(1, "done", None, True, "agent1"))
    later(talk, 1, f.WrapUpSaved(2, "done", None, True, "agent2"))
    rows = folded(talk.centre)
    kinds = [kind for kind, _ in course(rows)]
    assert kinds[:5] == [
        SegmentKind.TALK,
        SegmentKind.CONSULT,
        SegmentKind.CONFERENCE,
        SegmentKind.TALK,
        SegmentKind.WRAP_UP,
    ]
    first, second = engagement(rows, 1), engagement(rows, 2)
    assert (first.transferred, first.hold_ms, first.kind) == (True, 20 * SECOND, EngagementKind.CONTACT)
    assert (second.transferred, second.hold_ms, second.kind) == (False, 0, EngagementKind.CONTACT)
    one = interaction(rows)
    assert (one.transfers, one.agent, one.outcome) == (1, 2, Outcome.ANSWERED)
    assert len(of(rows, Recording)) == 1, "one recording under one number"
    visits = of(rows, QueueVisit)
    assert [visit.exit for visit in visits if isinstance(visit, QueueVisit)] == [VisitExit.ANSWERED]


def test_advice_that_ended_without_a_transfer_is_a_consultation() -> None:
    talk = Talk()
    talk.consulted()
    later(talk, 20, f.TakeBackAsked(1, "agent1"))
    later(talk, 10, f.LegEnded(CALLER, HUNG_UP))
    rows = folded(talk.centre)
    advice = engagement(rows, 2)
    assert (advice.kind, advice.closed_at is not None) == (EngagementKind.CONSULT, True)
    assert interaction(rows).transfers == 0
    asked = [row for row in rows if isinstance(row, Offer) and row.kind is OfferKind.CONSULT]
    assert [offer.result for offer in asked] == [OfferState.ACCEPTED]


def test_a_transfer_that_comes_back_counts_once_and_the_work_goes_on() -> None:
    talk = Talk()
    later(talk, 30, f.TransferAsked(1, f.ToAgent(2), "agent1"))
    later(talk, 15, f.OfferExpired(talk.centre.made().offer))
    later(talk, 3, f.LegAnswered(talk.centre.made().leg))
    later(talk, 20, f.LegEnded(CALLER, HUNG_UP))
    rows = folded(talk.centre)
    assert interaction(rows).transfers == 1
    kinds = [row.kind for row in rows if isinstance(row, Offer)]
    assert kinds == [OfferKind.CONTACT, OfferKind.TRANSFER, OfferKind.RECALL]
    talks = [row for row in rows if isinstance(row, Segment) and row.kind is SegmentKind.TALK]
    assert [(one.agent, (one.to_at - one.from_at) // SECOND) for one in talks] == [(1, 30), (1, 20)]


def test_a_transfer_to_a_queue_is_a_visit_of_that_queue() -> None:
    talk = Talk()
    later(talk, 30, f.TransferAsked(1, f.ToQueue("loans"), "agent1"))
    later(talk, 4, f.LegAnswered(talk.centre.made().leg))
    later(talk, 30, f.LegEnded(CALLER, HUNG_UP))
    visits = [row for row in folded(talk.centre) if isinstance(row, QueueVisit)]
    assert [(one.queue, one.exit, one.wait_ms) for one in visits] == [
        ("accounts", VisitExit.ANSWERED, 0),
        ("loans", VisitExit.ANSWERED, 4 * SECOND),
    ]


def test_segments_lie_end_to_end_through_every_control() -> None:
    talk = Talk()
    later(talk, 3, f.HoldAsked(1, "agent1"))
    later(talk, 4, f.ConsultAsked(1, f.ToNumber("screen:1/number"), "agent1"))
    later(talk, 5, f.LegAnswered(talk.newest_leg()))
    later(talk, 6, f.SwapAsked(1, "agent1"))
    later(talk, 7, f.TakeBackAsked(1, "agent1"))
    later(talk, 8, f.TransferAsked(1, f.ToNumber("screen:2/number"), "agent1"))
    later(talk, 9, f.LegAnswered(talk.newest_leg()))
    later(talk, 10, f.LegEnded(CALLER, HUNG_UP))
    rows = folded(talk.centre)
    mine = sorted(
        (row for row in rows if isinstance(row, Segment) and row.kind is not SegmentKind.WRAP_UP),
        key=lambda one: one.n,
    )
    one = interaction(rows)
    assert (mine[0].from_at, mine[-1].to_at) == (one.started_at, one.ended_at)
    assert all(before.to_at == after.from_at for before, after in pairwise(mine))
    assert SegmentKind.DIAL in {segment.kind for segment in mine}


def test_a_pause_of_the_recording_is_on_record_with_its_reason() -> None:
    talk = Talk()
    later(talk, 10, f.RecordingPauseAsked(1, "agent1"))
    later(talk, 20, f.RecordingResumeAsked(1, "agent1"))
    later(talk, 5, f.RecordingPauseAsked(1, "agent1"))
    later(talk, 7, f.LegEnded(CALLER, HUNG_UP))
    pauses = [row for row in folded(talk.centre) if isinstance(row, RecordingPause)]
    assert [(one.pause, (one.to_at - one.from_at) // SECOND, one.reason) for one in pauses] == [
        (1, 20, "agent"),
        (2, 7, "agent"),
    ]


def test_a_call_of_ours_rings_then_talks_and_says_from_when_it_is_recorded() -> None:
    centre = staffed()
    centre.ready(1)
    centre.do(f.DialAsked(1, "screen:1/number", 7, "accounts", "agent1"))
    centre.do(f.LegAnswered(next(reversed(centre.live.state.legs))), after_ms=SECOND)
    customer = next(reversed(centre.live.state.legs))
    centre.do(f.LegAnswered(customer), after_ms=6 * SECOND)
    assert interaction(folded(centre)).unrecorded == "not_told"
    centre.do(f.RecordingStartAsked(1, "agent1"), after_ms=4 * SECOND)
    centre.do(f.LegEnded(customer, HUNG_UP), after_ms=30 * SECOND)
    rows = folded(centre)
    assert course(rows) == [(SegmentKind.DIAL, 7), (SegmentKind.TALK, 34)]
    one = interaction(rows)
    assert (one.direction, one.customer, one.queue, one.agent) == (Direction.OUTBOUND, 7, "accounts", 1)
    began = next(row.started_at for row in rows if isinstance(row, Recording))
    assert (one.unrecorded, began - one.started_at) == ("", 11 * SECOND)
    assert not of(rows, QueueVisit), "no service level counts a call of ours"


def test_who_is_not_reached_leaves_a_contact_that_says_so() -> None:
    centre = staffed()
    centre.ready(1)
    centre.do(f.DialAsked(1, "screen:1/number", None, "accounts", "agent1"))
    centre.do(f.LegAnswered(next(reversed(centre.live.state.legs))))
    centre.do(f.LegFailed(next(reversed(centre.live.state.legs)), "busy"), after_ms=3 * SECOND)
    rows = folded(centre)
    assert (interaction(rows).outcome, interaction(rows).talk_ms) == (Outcome.NOT_REACHED, 0)
    assert engagement(rows, 1).kind is EngagementKind.OUTBOUND


def test_an_internal_call_has_no_visit_and_says_why_it_is_not_recorded() -> None:
    centre = staffed()
    centre.ready(1, 2)
    centre.do(f.InternalCallAsked(1, 2, "agent1"))
    centre.do(f.LegAnswered("c1-l1"))
    leg = centre.answer()
    centre.do(f.LegEnded(leg, HUNG_UP), after_ms=9 * SECOND)
    rows = folded(centre)
    assert (interaction(rows).direction, interaction(rows).unrecorded) == (Direction.INTERNAL, "internal")
    assert not of(rows, QueueVisit)
    assert not of(rows, Recording)
    assert (SegmentKind.TALK, 9) in course(rows)


def test_a_supervisor_in_the_talk_is_no_conference_and_on_hold_no_consultation() -> None:
    talk = Talk()
    talk.watched(f.Part.TALKS)
    later(talk, 10, f.HoldAsked(1, "agent1"))
    later(talk, 5, f.ResumeAsked(1, "agent1"))
    later(talk, 5, f.TakeOverAsked(1, 9, "agent9"))
    later(talk, 20, f.LegEnded(CALLER, HUNG_UP))
    kinds = [kind for kind, _ in course(folded(talk.centre)) if kind is not SegmentKind.WRAP_UP]
    assert kinds[-4:] == [SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.TALK, SegmentKind.TALK]
