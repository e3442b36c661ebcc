"""Today in intervals, as a wallboard is told it; `day_api.py` says what each figure is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from callcenter.facts import CentreSetup, QueueSetup
from callcenter.history.grid import Grid
from callcenter.history.interval_figures import (
    ContactSum,
    IntervalFigures,
    Places,
    fold_queues,
    staffed_ms,
    total,
)
from callcenter.queue.service_level import ServiceLevel, average_answer_ms, service_level
from callcenter.store.reports import DaySums
from callcenter.web.intervals import queues_of, waiting_places
from callcenter.web.services import Waiting

FORMULA = ServiceLevel.OF_OFFERED

Step = Literal["15", "30", "60"]


class DayInterval(Struct, frozen=True, kw_only=True):
    """One interval, or the day so far. `*_ms` are integer milliseconds."""

    from_at: int
    to_at: int
    contacts: int | None
    """inbound contacts that began, those that never left the IVR included; None: asked for one queue"""
    entered: int
    """into the queue, or into queues: waiting, answered, abandoned, overflowed, closed and lost together"""
    waiting: int
    answered: int
    abandoned: int
    """the short ones included"""
    overflowed: int
    closed: int
    lost: int
    answered_in_threshold: int
    abandoned_in_threshold: int
    short_abandoned: int
    service_level: float | None
    """percent, by FORMULA; None: nothing counts yet"""
    average_wait_ms: int | None
    """of the answered and the abandoned"""
    average_answer_ms: int | None
    longest_wait_ms: int
    """so far"""
    staffed_ms: int
    """agents' time idle, ringing, on contact or in wrap-up, together"""
    staffed: float
    """how many agents that is on average, up to now; for the queues that each served just then"""


class Day(Struct, frozen=True, kw_only=True):
    now: int
    zone: str
    from_at: int
    to_at: int
    """of the day: midnight to midnight"""
    step: Step
    queue: str
    """"": all"""
    threshold_seconds: int | None
    target_percent: int | None
    """of the queue; None: asked for all"""
    formula: str
    intervals: Sequence[DayInterval]
    total: DayInterval


def day_of(
    cut: Grid,
    sums: DaySums,
    waiting: Sequence[Waiting],
    setup: CentreSetup,
    queue: QueueSetup | None,
    step: Step,
    now: int,
) -> Day:
    name = queue.name if queue is not None else None
    places = fold_queues(sums.visits, waiting=waiting_places(cut, waiting))
    staffed = staffed_ms(sums.times, queues_of(setup))
    count = (cut.index(now) or 0) + 1
    figures = [_figures(places, index, name) for index in range(count)]
    contacts = [None if name else _contacts(sums.contacts, index) for index in range(count)]
    ages = _ages(cut, waiting, now)

    def interval(index: int) -> DayInterval:
        bounds, ms = cut.bounds(index), staffed.get((index, name), 0)
        return _interval(bounds, figures[index], contacts[index], ms, ages.get(index, 0), now)

    begin = cut.starts[0]
    spent = sum(staffed.get((index, name), 0) for index in range(count))
    together = None if name else sum(one or 0 for one in contacts)
    whole = _interval((begin, cut.end), total(figures), together, spent, max(ages.values(), default=0), now)
    return Day(
        now=now,
        zone=setup.time_zone,
        from_at=begin,
        to_at=cut.end,
        step=step,
        queue=name or "",
        threshold_seconds=queue.threshold_seconds if queue is not None else None,
        target_percent=queue.target_percent if queue is not None else None,
        formula=FORMULA.value,
        intervals=[interval(index) for index in range(count)],
        total=whole,
    )


def _figures(places: Places, index: int, queue: str | None) -> IntervalFigures:
    return total(figures for (at, name), figures in places.items() if at == index and queue in (None, name))


def _contacts(sums: Iterable[ContactSum], index: int) -> int:
    return sum(one.count for one in sums if one.interval == index)


def _ages(cut: Grid, waiting: Iterable[Waiting], now: int) -> dict[int, int]:
    """Interval of entry → how long the first of those who wait has waited."""
    ages: dict[int, int] = {}
    for one in waiting:
        if (at := cut.index(one.entered_at)) is not None:
            ages[at] = max(ages.get(at, 0), now - one.entered_at)
    return ages


def _interval(
    bounds: tuple[int, int],
    figures: IntervalFigures,
    contacts: int | None,
    spent_ms: int,
    waited_ms: int,
    now: int,
) -> DayInterval:
    begin, end = bounds
    return DayInterval(
        from_at=begin,
        to_at=end,
        contacts=contacts,
        entered=figures.entered,
        waiting=figures.waiting,
        answered=figures.answered,
        abandoned=figures.abandoned,
        overflowed=figures.overflowed,
        closed=figures.closed,
        lost=figures.lost,
        answered_in_threshold=figures.answered_in_threshold,
        abandoned_in_threshold=figures.abandoned_in_threshold,
        short_abandoned=figures.short_abandoned,
        service_level=service_level(figures, FORMULA),
        average_wait_ms=figures.average_wait_ms(),
        average_answer_ms=average_answer_ms(figures),
        longest_wait_ms=max(figures.longest_ms, waited_ms),
        staffed_ms=spent_ms,
        staffed=spent_ms / max(1, min(end, now) - begin),
    )
