"""A simulated day beside the same day without its faults: what the faults cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from msgspec import Struct

from callcenter.lifecycles import Outcome
from callcenter.queue.service_level import average_answer_ms, average_handle_ms, finished, service_level
from callcenter.simulate.report import Report
from callcenter.simulate.words import column, counted, duration, percent

T = TypeVar("T")


class Compared(Struct, frozen=True):
    """One figure of both days, as it is shown."""

    name: str
    with_faults: str
    without: str
    difference: str
    """ "" when it can't be told"""
    is_worse: bool


class _Figure(Struct, frozen=True):
    name: str
    values: tuple[float | None, float | None]
    shown: Callable[[Any], str]
    better: int
    """1: more is better, -1: less is, 0: neither"""


def compared(report: Report, calm: Report) -> list[Compared]:
    """What the faults cost. `calm`: the same day without them."""
    return [_compared(figure) for figure in _figures(report, calm)]


def _figures(report: Report, calm: Report) -> Iterator[_Figure]:
    days, totals = (report, calm), (report.total, calm.total)
    lost = str(Outcome.LOST_BY_SYSTEM)
    yield _Figure("Calls", _both(days, lambda day: day.calls), _number, 0)
    yield _Figure("Answered in the queues", _both(totals, lambda total: total.answered), _number, 1)
    yield _Figure("Abandoned in the queues", _both(totals, lambda total: total.abandoned), _number, -1)
    yield _Figure("Calls lost by our fault", _both(days, lambda day: day.outcomes[lost]), _number, -1)
    yield _Figure("In time", _both(totals, service_level), percent, 1)
    yield _Figure("Average answer", _both(totals, average_answer_ms), duration, -1)
    yield _Figure("Longest wait", _both(days, lambda day: day.longest_ms), duration, -1)
    yield _Figure("Handle time", _both(totals, average_handle_ms), duration, 0)
    yield _Figure("Occupancy", _both(days, lambda day: day.occupancy), percent, 0)
    for name, queue in report.queues.items():
        if finished(queue.figures):
            level = calm.queues[name].level if name in calm.queues else None
            yield _Figure(f"In time, {queue.title}", (queue.level, level), percent, 1)


def _both(days: tuple[T, T], figure: Callable[[T], float | None]) -> tuple[float | None, float | None]:
    return figure(days[0]), figure(days[1])


def _compared(figure: _Figure) -> Compared:
    """The difference is that of what is shown."""
    (had, without), shown = figure.values, figure.shown
    if had is None or without is None:
        return Compared(figure.name, shown(had), shown(without), "", False)
    unit = 1_000 if shown is duration else 1
    difference = (round(had / unit) - round(without / unit)) * unit
    told = counted(abs(difference), "point") if shown is percent else shown(abs(difference))
    sign = "+" if difference > 0 else "−" if difference else ""
    return Compared(
        figure.name, shown(had), shown(without), f"{sign}{told}", is_worse=difference * figure.better < 0
    )


def _number(value: float) -> str:
    return f"{value:,}"


def compared_in_words(report: Report, calm: Report) -> str:
    """For a terminal."""
    lines = [f"{'what the faults cost':<30}{'with':>9}{'without':>9}{'':>9}"]
    lines += [
        f"{column(one.name, 30)}{one.with_faults:>9}{one.without:>9}{one.difference:>11}"
        for one in compared(report, calm)
    ]
    lines.append(
        "The callers are the same. A call lost by our fault counts in no service level; its caller calls again."
    )
    if calm.violation:
        lines.append(f"invariants of the day without faults: VIOLATED: {calm.violation}")
    return "\n".join(lines)
