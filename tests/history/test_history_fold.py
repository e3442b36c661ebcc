"""The history of every course of a call, from journals written by hand."""

from __future__ import annotations

from typing import TypeVar

from history.journals import HOUR, MONDAY, Call, Line, agent_state, journal, random_day, restart

from callcenter import facts
from callcenter.facts import Entry, LegCause
from callcenter.history.fold import History
from callcenter.history.records import (
    AgentInterval,
    Coding,
    Engagement,
    Interaction,
    Offer,
    QueueVisit,
    Recording,
    RecordingEnded,
    Row,
    Segment,
)
from callcenter.lifecycles import OfferState, Outcome, Presence, Routing
from callcenter.queue.service_level import VisitExit

AT = MONDAY + 9 * HOUR
R = TypeVar("R")


def fold(entries: list[Entry]) -> list[Row]:
    history = History()
    return [row for entry in entries for row in history.fold(entry)]


def of(kind: type[R], rows: list[Row]) -> list[R]:
    return [row for row in rows if isinstance(row, kind)]


def last(rows: list[Row]) -> Interaction:
    return of(Interaction, rows)[-1]


def course(rows: list[Row]) -> list[tuple[str, int, str]]:
    """Kind, length and result of each segment."""
    return [(cut.kind.value, cut.to_at - cut.from_at, cut.result) for cut in of(Segment, rows)]


def exits(rows: list[Row]) -> list[tuple[str, VisitExit, int]]:
    return [(visit.queue, visit.exit, visit.wait_ms) for visit in of(QueueVisit, rows)]


def test_a_talk_leaves_its_whole_story():
    call = Call(17, AT).identified(3).verified().queued().offered(1).answered().hung_up().recorded()
    rows = fold(journal(call.wrapped_up()))
    story = last(rows)
    assert (story.outcome, story.customer, story.verified, story.queue, story.agent) == (
        Outcome.ANSWERED,
        3,
        True,
        "care",
        1,
    )
    assert story.path == (("pin", "right"), ("menu", "0"))
    assert story.milestones == ("balance",)
    assert story.entered == (("account", "browser:17/account"),)
    assert (story.ivr_ms, story.wait_ms, story.talk_ms) == (7_005, 3_000, 60_000)
    assert course(rows) == [
        ("ivr", 7_005, ""),
        ("offer", 3_000, "accepted"),
        ("talk", 60_000, "answered"),
        ("wrap_up", 30_200, ""),
    ]
    assert exits(rows) == [("care", VisitExit.ANSWERED, 3_000)]
    opened, closed = of(Engagement, rows)
    assert opened.closed_at is None
    assert (closed.agent, closed.disposition, closed.note) == (1, "solved", "browser:17/note/171")
    assert closed.handle_ms == 90_200
    assert closed.entered_at == AT + 7_005
    assert of(Recording, rows) == [Recording(171, 17, 171, opened.talk_at)]
    assert of(RecordingEnded, rows) == [RecordingEnded(171, 60_000, ((5, 9),))]


def test_who_leaves_in_the_ivr_was_never_in_a_queue():
    rows = fold(journal(Call(1, AT).left(Outcome.LEFT_IN_IVR)))
    assert course(rows) == [("ivr", 10_000, "left_in_ivr")]
    assert exits(rows) == []
    assert last(rows).outcome is Outcome.LEFT_IN_IVR


def test_an_abandon_in_the_queue():
    rows = fold(journal(Call(1, AT).queued().left(Outcome.ABANDONED)))
    assert course(rows) == [("ivr", 3_000, ""), ("wait", 10_000, "abandoned")]
    assert exits(rows) == [("care", VisitExit.ABANDONED, 10_000)]


def test_an_abandon_while_a_desk_rings_counts_its_whole_wait():
    call = Call(1, AT).queued().offered(1, after_ms=4_000).left(Outcome.ABANDONED, 2_000, ringing=True)
    rows = fold(journal(call))
    assert course(rows) == [("ivr", 3_000, ""), ("wait", 4_000, ""), ("offer", 2_000, "canceled")]
    assert exits(rows) == [("care", VisitExit.ABANDONED, 6_000)]
    assert [offer.result for offer in of(Offer, rows)] == [OfferState.CANCELED]


def test_no_answer_and_then_an_answer_is_one_visit():
    rows = fold(journal(Call(1, AT).queued().offered(1).no_answer().offered(2, 500).answered().hung_up()))
    assert course(rows) == [
        ("ivr", 3_000, ""),
        ("offer", 15_000, "timed_out"),
        ("wait", 500, ""),
        ("offer", 3_000, "accepted"),
        ("talk", 60_000, "answered"),
    ]
    assert exits(rows) == [("care", VisitExit.ANSWERED, 18_500)]
    assert [(offer.agent, offer.result, offer.runner_up) for offer in of(Offer, rows)] == [
        (1, OfferState.TIMED_OUT, 9),
        (2, OfferState.ACCEPTED, 9),
    ]


def test_a_contact_whose_agent_vanished_waits_and_is_answered_again():
    call = Call(1, AT).queued().offered(1).answered().agent_vanished()
    call.wrapped_up("", 1_000).offered(2).answered().hung_up().wrapped_up()
    rows = fold(journal(call))
    assert course(rows) == [
        ("ivr", 3_000, ""),
        ("offer", 3_000, "accepted"),
        ("talk", 20_000, ""),
        ("wrap_up", 1_000, ""),
        ("wait", 1_000, ""),
        ("offer", 3_000, "accepted"),
        ("talk", 60_000, "answered"),
        ("wrap_up", 30_000, ""),
    ]
    assert exits(rows) == [("care", VisitExit.ANSWERED, 3_000), ("care", VisitExit.ANSWERED, 4_000)]
    assert [visit.n for visit in of(QueueVisit, rows)] == [1, 2]
    assert (last(rows).agent, last(rows).talk_ms, last(rows).wait_ms) == (2, 80_000, 7_000)


def test_segments_lie_end_to_end_from_arrival_to_end():
    for seed in range(20):
        for call in random_day(seed, calls=10):
            rows = fold(journal(call))
            story = last(rows)
            cuts = sorted(
                (cut.from_at, cut.to_at) for cut in of(Segment, rows) if cut.kind.value != "wrap_up"
            )
            edges = [story.started_at, *(to for _, to in cuts)]
            assert [begin for begin, _ in cuts] == edges[:-1], f"seed {seed}, contact {call.contact}"
            assert edges[-1] == story.ended_at
            assert len({cut.n for cut in of(Segment, rows)}) == len(of(Segment, rows))


def test_lost_by_the_system_is_no_abandon():
    rows = fold(journal(Call(1, AT).queued().left(Outcome.LOST_BY_SYSTEM, cause=LegCause.SYSTEM)))
    assert exits(rows) == [("care", VisitExit.LOST, 10_000)]


def test_who_talked_came_back_to_the_queue_and_was_lost_by_us_did_not_abandon():
    call = Call(1, AT).queued().offered(1).answered().agent_vanished()
    rows = fold(journal(call.left(Outcome.LOST_BY_SYSTEM, cause=LegCause.SYSTEM)))
    assert exits(rows)[-1] == ("care", VisitExit.LOST, 10_000)
    assert last(rows).outcome is Outcome.LOST_BY_SYSTEM


def test_another_queue_ends_the_visit_to_the_first():
    rows = fold(journal(Call(1, AT).queued("care").queued("sales").left(Outcome.ABANDONED)))
    assert exits(rows) == [("care", VisitExit.OVERFLOWED, 3_000), ("sales", VisitExit.ABANDONED, 10_000)]
    assert last(rows).queue == "sales"


def test_our_downtime_is_part_of_the_wait_and_told_beside_it():
    call = Call(1, AT).queued().offered(1, after_ms=9_000).answered().hung_up().wrapped_up()
    rows = fold(journal(call, restart(AT + 8_000, down_ms=2_500)))
    (visit,) = of(QueueVisit, rows)
    assert (visit.wait_ms, visit.down_ms, visit.exit) == (12_000, 2_500, VisitExit.ANSWERED)
    assert last(rows).down_ms == 2_500
    assert course(rows) == course(fold(journal(call)))


def test_an_engagement_that_was_not_coded_is_coded_long_after_by_its_number_alone():
    call = Call(1, AT).queued().offered(1).answered().hung_up().wrapped_up("")
    history = History()
    entries = journal(call.coded("complaint"))
    rows = [row for entry in entries for row in history.fold(entry)]
    assert [closed.disposition for closed in of(Engagement, rows)] == ["", ""]
    assert of(Coding, rows) == [Coding(11, "complaint", "browser:1/late/11", call.at)]
    assert history.open_since_seq == len(entries) + 1


def test_what_was_saved_before_wrap_up_ran_out_is_kept():
    call = Call(1, AT).queued().offered(1).answered().hung_up().coded("complaint", 5_000)
    assert of(Engagement, fold(journal(call.wrapped_up(""))))[-1].disposition == "complaint"


def test_a_quarantined_contact_says_why():
    call = Call(1, AT)
    line: Line = (AT + 5, facts.OfferExpired(0), (facts.ContactQuarantined(1, "KeyError"),))
    assert last(fold(journal(call.left(Outcome.LEFT_IN_IVR), [line]))).quarantined == "KeyError"


def test_a_recording_that_failed_says_why():
    rows = fold(journal([(AT, facts.RecordingFailed(7, "disk full"), ())]))
    assert rows == [RecordingEnded(7, None, failed="disk full")]


def test_an_agents_intervals_lie_end_to_end_and_the_last_goes_on():
    history = History()
    states = [
        agent_state(AT, 1, Routing.IDLE),
        agent_state(AT + 10, 1, Routing.IDLE),
        agent_state(AT + 20, 1, Routing.OFF_QUEUE, Presence.AWAY, "meal"),
        agent_state(AT + 20, 1, Routing.IDLE),
    ]
    rows = [row for entry in journal(states) for row in history.fold(entry)]
    assert of(AgentInterval, rows) == [AgentInterval(1, AT, AT + 20, Presence.READY, "", Routing.IDLE)]
    assert [(now.agent, now.routing, now.from_at) for now in history.agents()] == [(1, Routing.IDLE, AT + 20)]


def test_a_fold_that_starts_at_the_earliest_open_contact_goes_on_as_if_it_had_never_stopped():
    entries = journal(*random_day(7, calls=80))
    whole = History()
    for stop, entry in enumerate(entries, start=1):
        whole.fold(entry)
        if stop % 41 == 0:
            resumed = History(whole.agents())
            for known in entries[whole.open_since_seq - 1 : stop]:
                resumed.fold(known)
            ahead = History(whole.agents())
            for known in entries[:stop]:
                ahead.fold(known)
            for later in entries[stop:]:
                assert resumed.fold(later) == ahead.fold(later), f"stopped after {stop}"


def test_a_fold_forgets_contacts_that_are_over():
    entries = journal(*random_day(3, calls=40))
    history = History()
    for entry in entries:
        history.fold(entry)
    assert history.open_since_seq == len(entries) + 1
    assert not history._offers
    assert not history._engagements
