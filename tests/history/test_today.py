"""The figures of the service day: midnights, changed limits, the state that goes on."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from history.journals import HOUR, MINUTE, MONDAY, SECOND, Call, agent_state, journal, random_day, restart

from callcenter.facts import Entry
from callcenter.history.fold import History
from callcenter.history.today import TodayFigures, day_bounds
from callcenter.lifecycles import Outcome, Presence, Routing
from callcenter.queue.service_level import Limits, QueueFigures, VisitExit, finished

UTC = ZoneInfo("UTC")
SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = MONDAY + 9 * HOUR


def heard(entries: list[Entry], today: TodayFigures) -> TodayFigures:
    history = History()
    for entry in entries:
        today.hear(entry.at, history.fold(entry))
    return today


def test_a_day_begins_at_the_centres_midnight():
    assert day_bounds(MONDAY + 17 * HOUR, SHANGHAI) == (MONDAY + 16 * HOUR, MONDAY + 40 * HOUR)
    assert day_bounds(MONDAY + 16 * HOUR - 1, SHANGHAI) == (MONDAY - 8 * HOUR, MONDAY + 16 * HOUR)


@pytest.mark.parametrize(
    ("zone", "at", "hours"),
    [
        ("Europe/Berlin", 1_774_800_000_000, 23),  # 2026-03-29, an hour is missing
        ("Europe/Berlin", 1_792_900_000_000, 25),  # 2026-10-25, an hour comes twice
        ("America/Havana", 1_772_985_600_000, 23),  # 2026-03-08, midnight itself is missing
    ],
)
def test_a_day_of_changing_clocks_has_its_own_length(zone: str, at: int, hours: int):
    begin, end = day_bounds(at, ZoneInfo(zone))
    assert (end - begin) / HOUR == hours
    assert begin <= at < end


def test_a_visit_counts_on_the_day_on_which_it_entered():
    before = Call(1, MONDAY + 24 * HOUR - 10 * SECOND).queued().left(Outcome.ABANDONED, 60_000)
    after = Call(2, MONDAY + 24 * HOUR + SECOND).queued().left(Outcome.ABANDONED, 6_000)
    today = heard(journal(before, after), TodayFigures(UTC, AT))
    assert today.from_at == MONDAY + 24 * HOUR
    assert (today.queue("care").abandoned, today.queue("care").abandon_ms) == (1, 6_000)


def test_midnight_begins_with_nothing():
    call = Call(1, AT).queued().offered(2).answered().hung_up().wrapped_up()
    today = heard(journal(call), TodayFigures(UTC, AT))
    assert today.handled_by(2) == 1
    today.roll(MONDAY + 24 * HOUR)
    assert today.queue("care") == QueueFigures()
    assert today.handled_by(2) == 0
    assert today.times_ms(2, MONDAY + 24 * HOUR) == {Routing.IDLE: 0}
    today.set_limits({})
    assert today.queue("care") == QueueFigures()


def test_an_agents_time_is_cut_at_midnight():
    states = [
        agent_state(MONDAY + 23 * HOUR, 1, Routing.IDLE),
        agent_state(MONDAY + 25 * HOUR, 1, Routing.OFF_QUEUE, Presence.AWAY, "meal"),
    ]
    today = heard(journal(states), TodayFigures(UTC, AT))
    at = MONDAY + 27 * HOUR
    assert today.times_ms(1, at) == {Routing.IDLE: HOUR, Routing.OFF_QUEUE: 2 * HOUR}


def test_the_state_that_goes_on_counts_up_to_now():
    call = Call(1, AT).queued().offered(1).answered()
    today = heard(journal([agent_state(AT - HOUR, 1, Routing.IDLE)], call), TodayFigures(UTC, AT))
    assert today.times_ms(1, call.at + MINUTE)[Routing.ON_CONTACT] == MINUTE
    busy, staffed = MINUTE, HOUR + 6 * SECOND + MINUTE
    assert today.occupancy(1, call.at + MINUTE) == 100 * busy / staffed


def test_answers_and_work_are_counted():
    call = Call(1, AT).queued().offered(2).answered().hung_up().wrapped_up()
    today = heard(journal(call), TodayFigures(UTC, AT))
    assert today.handled_by(2) == 1
    figures = today.queue("care")
    assert (figures.answered, figures.answer_ms, figures.handled, figures.handle_ms) == (1, 3_000, 1, 90_000)


def test_new_limits_count_for_the_whole_day():
    entries = journal(*random_day(5))
    strict = {"care": Limits(3_000, 1_000), "sales": Limits(10_000, 0)}
    changed = heard(entries, TodayFigures(UTC, MONDAY))
    usual = [changed.queue("care"), changed.queue("sales")]
    changed.set_limits(strict)
    fresh = heard(entries, TodayFigures(UTC, MONDAY, strict))
    assert [changed.queue("care"), changed.queue("sales")] == [fresh.queue("care"), fresh.queue("sales")]
    assert usual != [fresh.queue("care"), fresh.queue("sales")]


def test_a_restart_in_the_day_changes_no_figure():
    calls = random_day(6)
    without = heard(journal(*calls), TodayFigures(UTC, MONDAY))
    down = heard(journal(*calls, restart(MONDAY + 10 * HOUR, 3_000)), TodayFigures(UTC, MONDAY))
    assert [down.queue(name) for name in ("care", "sales")] == [
        without.queue(name) for name in ("care", "sales")
    ]


def test_every_contact_that_entered_a_queue_has_one_exit_a_visit():
    calls = random_day(9, calls=200)
    entries = journal(*(call for call in calls if call.at < MONDAY + 24 * HOUR))
    today = heard(entries, TodayFigures(UTC, MONDAY))
    entered = sum(type(fact).__name__ == "ContactQueued" for entry in entries for fact in entry.decisions)
    again = sum(
        fact.reason == "agent_lost"
        for entry in entries
        for fact in entry.decisions
        if type(fact).__name__ == "ContactReturned"
    )
    assert finished(today.queue("care")) + finished(today.queue("sales")) == entered + again


def test_sums_by_count_equal_sums_one_by_one():
    one, many = QueueFigures(), QueueFigures()
    for exit in VisitExit:
        for wait_ms in (0, 4_999, 5_000, 20_000, 20_001):
            for _ in range(3):
                one.add_visits(exit, wait_ms, Limits())
            many.add_visits(exit, wait_ms, Limits(), count=3)
    assert one == many
