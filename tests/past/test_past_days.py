"""A day that is over, as the history tells it: whole, consistent, believable, and the same whenever it is made."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from callcenter.cti.simulator.curve import DAY, expected
from callcenter.cti.simulator.shifts import touching
from callcenter.demo_show import show_of
from callcenter.history.records import (
    AgentInterval,
    Engagement,
    Interaction,
    Offer,
    QueueVisit,
    Recording,
    RecordingEnded,
    SegmentKind,
)
from callcenter.history.today import TodayFigures, day_bounds
from callcenter.lifecycles import OfferState, Outcome, Routing
from callcenter.past.day import Bank, Lived, span_of
from callcenter.past.floor import WITHOUT_SHIFT
from callcenter.past.ledger import NUMBERS_A_DAY
from callcenter.past.plan import bad_day, numbers_after
from callcenter.queue.service_level import Limits, QueueFigures, VisitExit, service_level
from tests.past.days import MONDAY, NOON_TODAY, TODAY, YESTERDAY, ZONE, Told, bank, lived, plan

SHOW = show_of()


@pytest.fixture(scope="module")
def monday() -> Lived:
    return lived(MONDAY)


@pytest.fixture(scope="module")
def told(monday: Lived) -> Told:
    return Told(monday.rows)


# --- The same whenever it is made ---


def test_a_day_is_the_same_in_every_process_and_in_any_order(monday: Lived):
    other = bank()
    lived(YESTERDAY, other)
    again = lived(MONDAY, other)
    assert again.rows == monday.rows
    assert again.values == monday.values


def test_another_date_is_another_day(monday: Lived):
    assert lived(MONDAY - timedelta(days=7)).rows != monday.rows


def test_numbers_are_those_of_the_day(told: Told):
    after = numbers_after(plan(), MONDAY)
    for numbers in (
        told.interactions,
        told.engagements,
        {offer.offer for offer in told.of(Offer)},
        {recording.recording for recording in told.of(Recording)},
    ):
        assert min(numbers) == after + 1
        assert max(numbers) <= after + NUMBERS_A_DAY
    assert plan().contact == numbers_after(plan(), TODAY) + NUMBERS_A_DAY


# --- Whole and consistent ---


def test_what_began_in_a_day_ends_in_it(told: Told):
    span = span_of(MONDAY, ZONE)
    for one in told.interactions.values():
        assert span.from_at <= one.started_at
        assert one.ended_at is not None
        assert one.ended_at <= span.to_at
        assert one.outcome is not None
    assert all(work.closed_at is not None for work in told.engagements.values())
    assert all(one.to_at <= span.to_at for one in told.of(AgentInterval))


def test_segments_lie_end_to_end_from_the_first_ring_to_the_outcome(told: Told):
    for contact, one in told.interactions.items():
        heard = [part for part in told.segments[contact] if part.kind is not SegmentKind.WRAP_UP]
        heard.sort(key=lambda part: part.from_at)
        assert heard[0].from_at == one.started_at
        assert heard[-1].to_at == one.ended_at
        assert all(first.to_at == then.from_at for first, then in pairwise(heard))
        spent = Counter[SegmentKind]()
        for part in heard:
            spent[part.kind] += part.to_at - part.from_at
        assert spent[SegmentKind.IVR] == one.ivr_ms
        assert spent[SegmentKind.TALK] + spent[SegmentKind.HOLD] == one.talk_ms
        assert spent[SegmentKind.HOLD] == one.hold_ms
        assert spent[SegmentKind.WAIT] + spent[SegmentKind.OFFER] == one.wait_ms


def test_every_outcome_is_told_by_its_visits(told: Told):
    exits: defaultdict[int, list[VisitExit]] = defaultdict(list)
    for visit in told.of(QueueVisit):
        exits[visit.contact].append(visit.exit)
    for contact, one in told.interactions.items():
        match one.outcome:
            case Outcome.ANSWERED:
                assert set(exits[contact]) == {VisitExit.ANSWERED}
            case Outcome.ABANDONED:
                assert exits[contact][-1] is VisitExit.ABANDONED
            case _:
                assert contact not in exits


def test_every_talk_says_why_there_is_no_recording_any_more(told: Told):
    ended = {end.recording: end for end in told.of(RecordingEnded)}
    recorded = {recording.contact for recording in told.of(Recording)}
    for recording in told.of(Recording):
        assert ended[recording.recording].failed == "no_longer_kept"
        assert ended[recording.recording].length_ms is None
    talked = {contact for contact, one in told.interactions.items() if one.talk_ms}
    refused = {contact for contact, one in told.interactions.items() if one.unrecorded}
    assert talked - recorded == talked & refused
    assert refused


def test_an_agent_is_at_one_place_at_a_time(told: Told):
    work: defaultdict[int, list[Engagement]] = defaultdict(list)
    for one in told.engagements.values():
        work[one.agent].append(one)
    for done in work.values():
        done.sort(key=lambda one: one.talk_at)
        assert all((first.closed_at or 0) <= then.talk_at for first, then in pairwise(done))
    intervals: defaultdict[int, list[AgentInterval]] = defaultdict(list)
    for interval in told.of(AgentInterval):
        intervals[interval.agent].append(interval)
    for spans in intervals.values():
        spans.sort(key=lambda one: one.from_at)
        assert all(first.to_at == then.from_at for first, then in pairwise(spans))


def test_intervals_tell_of_exactly_the_work_that_was_done(told: Told):
    busy: Counter[int] = Counter()
    for interval in told.of(AgentInterval):
        if interval.routing in (Routing.ON_CONTACT, Routing.WRAP_UP):
            busy[interval.agent] += interval.to_at - interval.from_at
    handled: Counter[int] = Counter()
    for work in told.engagements.values():
        handled[work.agent] += work.handle_ms
    assert busy == handled


def test_an_offer_says_why_and_who_would_have_been_next(told: Told):
    offers = list(told.of(Offer))
    assert {offer.rule for offer in offers} == {"longest_idle"}
    assert {offer.result for offer in offers} >= {OfferState.ACCEPTED, OfferState.TIMED_OUT}
    assert sum(offer.runner_up is not None for offer in offers) > len(offers) // 3
    assert all(offer.runner_up != offer.agent for offer in offers)
    agents = {agent.agent: agent for agent in SHOW.centre.setup.agents}
    assert all(offer.queue in agents[offer.agent].queues for offer in offers)


# --- Shifts ---


def test_nobody_works_outside_a_shift_but_for_what_is_at_hand(told: Told):
    span = span_of(MONDAY, ZONE)
    shifts = {
        agent.agent: touching(agent.shift or WITHOUT_SHIFT, span.from_at, span.to_at, ZONE)
        for agent in SHOW.centre.setup.agents
    }
    offered = {offer.offer: offer for offer in told.of(Offer)}
    assert len({offer.agent for offer in offered.values()}) > 20
    for offer in offered.values():
        end = max(shift.to_at for shift in shifts[offer.agent]) + 3 * 60_000
        assert any(shift.from_at <= offer.made_at < end for shift in shifts[offer.agent])
    for interval in told.of(AgentInterval):
        if interval.routing is Routing.IDLE:
            assert any(
                shift.from_at <= interval.from_at and interval.to_at <= shift.to_at + 3 * 60_000
                for shift in shifts[interval.agent]
            )


def test_everybody_who_has_a_lunch_takes_it(told: Told):
    lunches = {
        interval.agent
        for interval in told.of(AgentInterval)
        if interval.reason == "Lunch" and interval.to_at - interval.from_at > 30 * 60_000
    }
    with_lunch = {agent.agent for agent in SHOW.centre.setup.agents if agent.lunch}
    at_work = {interval.agent for interval in told.of(AgentInterval)}
    assert len(with_lunch & at_work) - len(lunches) <= 1  # who had a call until the break was over


# --- Believable ---


def test_calls_come_by_mondays_curve(told: Told):
    slots: Counter[int] = Counter()
    for one in told.interactions.values():
        local = datetime.fromtimestamp(one.started_at / 1_000, ZONE)
        slots[local.hour * 2 + local.minute // 30] += 1
    total = sum(expected(0, slot) for slot in range(48))
    assert abs(sum(slots.values()) / total - 1) < 0.2, "whoever hung up calls again"
    busiest = max(range(48), key=lambda slot: slots[slot])
    assert DAY[busiest] > 0.8 * max(DAY)


def test_the_curve_is_the_one_of_the_brief():
    assert sum(DAY[14:40]) == 2_884
    assert (DAY[14], DAY[21], DAY[39]) == (19, 198, 29)


def test_the_shares_are_those_that_were_wanted(told: Told):
    everybody = list(told.interactions.values())
    in_ivr = sum(one.outcome in (Outcome.RESOLVED_IN_IVR, Outcome.LEFT_IN_IVR) for one in everybody)
    assert 0.38 < in_ivr / len(everybody) < 0.48
    withheld = sum(one.ani is None for one in everybody)
    assert 0.045 < withheld / len(everybody) < 0.075
    queues = Counter(visit.queue for visit in told.of(QueueVisit) if visit.n == 1)
    shares = {name: 100 * count / queues.total() for name, count in queues.items()}
    wanted = {"lost_card": 7, "accounts": 36, "personal_zh": 17, "loans": 8, "roadside": 8} | {
        "car_service": 18,
        "complaints": 6,
    }
    assert all(abs(shares[name] - share) < 5 for name, share in wanted.items()), shares


def test_handling_takes_as_long_as_it_is_said_to(told: Told):
    handled: defaultdict[str, list[int]] = defaultdict(list)
    for work in told.engagements.values():
        handled[work.queue or ""].append(work.handle_ms)
    for queue, wanted in (("accounts", 310), ("personal_zh", 350), ("car_service", 300)):
        times = sorted(handled[queue])
        assert abs(sum(times) / len(times) / 1_000 / wanted - 1) < 0.2, queue
        assert times[-1] > 3 * times[len(times) // 2], "some are very long"


def test_a_quiet_day_is_near_its_targets_and_one_monday_is_not():
    figures = {}
    bad = bad_day(plan(), ZONE)
    assert bad.weekday() == 0
    for day in (bad, bad - timedelta(days=5)):
        sums = QueueFigures()
        for visit in Told(lived(day).rows).of(QueueVisit):
            if visit.queue == "accounts":
                sums.add_visits(visit.exit, visit.wait_ms, Limits())
        figures[day] = service_level(sums)
    busy, quiet = figures.values()
    assert busy is not None
    assert quiet is not None
    assert quiet > 78
    assert busy < quiet - 10


def test_notes_are_in_the_language_of_the_call(monday: Lived, told: Told):
    notes = {value.ref: value.text for value in monday.values if value.kind == "note"}
    by_queue: defaultdict[str, list[str]] = defaultdict(list)
    for work in told.engagements.values():
        if work.note is not None and told.interactions[work.contact].transfers == 0:
            by_queue[work.queue or ""].append(notes[work.note])
    assert all(_is_chinese(note) for note in by_queue["personal_zh"])
    assert not any(_is_chinese(note) for note in by_queue["accounts"])
    assert len(set(by_queue["accounts"])) > len(by_queue["accounts"]) // 3


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_who_sends_a_call_on_says_where_it_belongs(monday: Lived, told: Told):
    notes = {value.ref: value.text for value in monday.values if value.kind == "note"}
    titles = [queue.title for queue in SHOW.centre.setup.queues]
    sent = [work for work in told.engagements.values() if work.transferred and work.note is not None]
    assert len(sent) > 10
    assert all(any(title in notes[work.note or ""] for title in titles) for work in sent)
    visits: defaultdict[int, list[str]] = defaultdict(list)
    for visit in told.of(QueueVisit):
        visits[visit.contact].append(visit.queue)
    assert all(len(set(visits[work.contact])) == 2 for work in sent)


def test_a_path_is_one_that_the_tree_has(told: Told):
    paths = [one.path for one in told.interactions.values()]
    assert all(path[0] == ("greeting", "next") for path in paths)
    assert any(("mandarin", "next") in path for path in paths)
    chinese = [one for one in told.interactions.values() if ("mandarin", "next") in one.path]
    assert {one.language for one in chinese} == {"zh"}


# --- What was promised ---


def test_li_wei_was_promised_a_refund_yesterday_and_has_not_called_since():
    days = bank()
    yesterday = lived(YESTERDAY, days)
    told = Told(yesterday.rows)
    hers = [one for one in told.interactions.values() if one.customer == 1]
    assert [one.outcome for one in hers] == [Outcome.ANSWERED]
    (work,) = (one for one in told.engagements.values() if one.contact == hers[0].contact)
    notes = {value.ref: value.text for value in yesterday.values}
    assert work.note is not None
    assert "yearly fee of 95.00 USD will be refunded" in notes[work.note]
    assert work.disposition == "Call back promised"
    assert hers[0].verified or hers[0].queue == "complaints"
    today = Told(lived(TODAY, days).rows)
    assert not [one for one in today.interactions.values() if one.customer == 1]


# --- Today's part ---


def test_todays_part_ends_where_the_present_begins():
    told = Told(lived(TODAY).rows)
    assert len(told.interactions) > 300
    assert all((one.ended_at or NOON_TODAY + 1) <= NOON_TODAY for one in told.interactions.values())
    assert all(one.to_at <= NOON_TODAY for one in told.of(AgentInterval))
    assert all((one.closed_at or NOON_TODAY + 1) <= NOON_TODAY for one in told.engagements.values())
    last = max(one.started_at for one in told.interactions.values())
    assert NOON_TODAY - last < 20 * 60_000, "people called until just now"


def test_the_days_figures_are_those_of_its_records(told: Told):
    today = TodayFigures(ZONE, span_of(MONDAY, ZONE).from_at)
    assert day_bounds(span_of(MONDAY, ZONE).from_at, ZONE) == (today.from_at, today.to_at)
    for row in (*told.of(QueueVisit), *told.engagements.values(), *told.of(AgentInterval)):
        today.add(row)
    visits = [visit for visit in told.of(QueueVisit) if visit.queue == "accounts"]
    answered = [visit for visit in visits if visit.exit is VisitExit.ANSWERED]
    figures = today.queue("accounts")
    assert figures.answered == len(answered)
    assert figures.abandoned == len(visits) - len(answered)
    assert figures.answer_ms == sum(visit.wait_ms for visit in answered)
    assert figures.handled == sum(work.queue == "accounts" for work in told.engagements.values())


def test_contacts_are_of_their_last_queues_line():
    setup = SHOW.bank
    lines = {queue.name: f"line of {queue.name}" for queue in setup.queues[:2]}
    queues = tuple(replace(queue, business_line=lines.get(queue.name, "")) for queue in setup.queues)
    told = Told(lived(TODAY, Bank(replace(setup, queues=queues), seed=4)).rows)
    straight = [one for one in told.interactions.values() if not one.transfers]
    assert {one.business_line for one in straight if one.queue is None} == {""}
    for queue in setup.queues[:3]:
        found = {one.business_line for one in straight if one.queue == queue.name}
        assert found == {lines.get(queue.name, "")}


def test_interactions_are_what_their_kind_says(told: Told):
    assert {one.direction for one in told.interactions.values()} == {"inbound"}
    assert all(isinstance(one, Interaction) for one in told.interactions.values())
    assert any(one.transfers for one in told.interactions.values())
    assert any(one.hold_ms for one in told.interactions.values())
