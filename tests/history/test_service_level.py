"""The formulas, on figures that a person can check."""

from __future__ import annotations

import pytest

from callcenter.lifecycles import Routing
from callcenter.queue.service_level import (
    Limits,
    QueueFigures,
    ServiceLevel,
    VisitExit,
    average_answer_ms,
    average_handle_ms,
    finished,
    occupancy,
    service_level,
)

LIMITS = Limits(threshold_ms=20_000, short_abandon_ms=5_000)


def day() -> QueueFigures:
    """Eight answered, six of them in time; three abandoned, one of them short, two within the threshold."""
    figures = QueueFigures()
    for wait_ms in (0, 1_000, 2_000, 3_000, 4_000, 20_000, 20_001, 70_000):
        figures.add_visits(VisitExit.ANSWERED, wait_ms, LIMITS)
    for wait_ms in (4_999, 5_000, 30_000):
        figures.add_visits(VisitExit.ABANDONED, wait_ms, LIMITS)
    for exit in (VisitExit.LOST, VisitExit.CLOSED, VisitExit.OVERFLOWED):
        figures.add_visits(exit, 90_000, LIMITS)
    return figures


@pytest.mark.parametrize(
    ("formula", "percent"),
    [
        (ServiceLevel.OF_OFFERED, 100 * 6 / (8 + 3 - 1)),
        (ServiceLevel.OF_ANSWERED, 100 * 6 / 8),
        (ServiceLevel.IN_TIME, 100 * (6 + 2) / (8 + 3)),
    ],
)
def test_each_service_level_has_its_own_denominator(formula: ServiceLevel, percent: float):
    assert service_level(day(), formula) == percent


def test_the_default_is_that_of_the_tile():
    assert service_level(day()) == service_level(day(), ServiceLevel.OF_OFFERED) == 60.0


def test_lost_closed_and_overflowed_are_told_and_never_judged():
    figures = day()
    assert (figures.lost, figures.closed, figures.overflowed, finished(figures)) == (1, 1, 1, 14)


@pytest.mark.parametrize("formula", ServiceLevel)
def test_nothing_counts_yet(formula: ServiceLevel):
    figures = QueueFigures()
    assert service_level(figures, formula) is None
    assert (average_answer_ms(figures), average_handle_ms(figures)) == (None, None)
    figures.add_visits(VisitExit.ABANDONED, 10, LIMITS)
    assert service_level(figures) is None  # a short abandon alone is nothing


def test_without_a_limit_no_abandon_is_short():
    figures = QueueFigures()
    figures.add_visits(VisitExit.ABANDONED, 0, Limits(20_000, 0))
    assert (figures.short_abandoned, service_level(figures)) == (0, 0.0)


def test_averages_are_whole_milliseconds():
    figures = day()
    assert average_answer_ms(figures) == 120_001 // 8
    figures.add_handled(10_001)
    figures.add_handled(10_000)
    assert average_handle_ms(figures) == 10_000


def test_a_ringing_desk_is_staffed_and_not_busy():
    times = {
        Routing.IDLE: 30,
        Routing.OFFERED: 10,
        Routing.ON_CONTACT: 50,
        Routing.WRAP_UP: 10,
        Routing.OFF_QUEUE: 900,
        Routing.NOT_RESPONDING: 900,
    }
    assert occupancy(times) == 60.0
    assert occupancy({Routing.OFF_QUEUE: 900}) is None
