"""A period's figures by interval, as screens and files are told them; `report_api.py` says what each is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from callcenter.history.grid import Grid
from callcenter.history.interval_figures import (
    AgentFigures,
    ContactSum,
    IntervalFigures,
    Places,
    Shifts,
)
from callcenter.queue.service_level import average_answer_ms, average_handle_ms


class QueueLine(Struct, frozen=True, kw_only=True):
    """One queue in one interval. `interval` None: over the period; `queue` "": all that are told."""

    interval: int | None
    queue: str
    entered: int
    waiting: int
    answered: int
    answered_in_threshold: int
    abandoned: int
    short_abandoned: int
    abandoned_in_threshold: int
    overflowed: int
    closed: int
    lost: int
    service_level: Mapping[str, float | None]
    """percent, by the name of each formula"""
    average_answer_ms: int | None
    average_wait_ms: int | None
    longest_wait_ms: int
    handled: int
    average_handle_ms: int | None
    average_talk_ms: int | None
    average_hold_ms: int | None
    average_wrap_up_ms: int | None
    handle_ms: int
    talk_ms: int
    hold_ms: int
    wrap_up_ms: int
    transferred: int
    staffed_ms: int
    staffed: float
    """agents on average, as far as the interval has gone"""


class AgentLine(Struct, frozen=True, kw_only=True):
    """One agent in one interval. `interval` None: over the period; `agent` None: all that are told."""

    interval: int | None
    agent: int | None
    signed_in_ms: int
    idle_ms: int
    ringing_ms: int
    talk_ms: int
    hold_ms: int
    wrap_up_ms: int
    not_responding_ms: int
    break_ms: int
    breaks: Mapping[str, int]
    """by reason; "" without one"""
    occupancy: float | None
    handled: int
    average_handle_ms: int | None
    transferred: int
    consulted: int
    dialled: int


class ContactLine(Struct, frozen=True):
    """Inbound contacts that began in an interval, those that never left the IVR included."""

    interval: int | None
    began: int
    outcomes: Mapping[str, int]
    """"" goes on"""


Staffed = Mapping[tuple[int, str | None], int]


def queue_lines(places: Places, staffed: Staffed, cut: Grid, now: int) -> list[QueueLine]:
    """The period first, then interval by interval; in each the sum of the queues first."""
    figures: dict[tuple[int | None, str], IntervalFigures] = {}
    for (index, queue), one in places.items():
        for key in ((index, queue), (index, ""), (None, queue), (None, "")):
            figures.setdefault(key, IntervalFigures()).add(one)
    spent: Counter[tuple[int | None, str]] = Counter()
    for (index, name), ms in staffed.items():
        spent[index, name or ""] += ms
        spent[None, name or ""] += ms
    return [
        _queue_line(*key, figures.get(key, IntervalFigures()), spent[key], _lasted(cut, key[0], now))
        for key in sorted({*figures, *spent, (None, "")}, key=_order)
    ]


def agent_lines(shifts: Shifts) -> list[AgentLine]:
    """The period first, then interval by interval; in each the sum of the agents first."""
    figures: dict[tuple[int | None, int | None], AgentFigures] = {(None, None): AgentFigures()}
    for (index, agent), one in shifts.items():
        for key in ((index, agent), (index, None), (None, agent), (None, None)):
            figures.setdefault(key, AgentFigures()).add(one)
    return [_agent_line(*key, figures[key]) for key in sorted(figures, key=_order)]


def contact_lines(sums: Iterable[ContactSum]) -> list[ContactLine]:
    """The period first, then interval by interval."""
    outcomes: dict[int | None, Counter[str]] = {None: Counter()}
    for one in sums:
        for index in (None, one.interval):
            outcomes.setdefault(index, Counter())[one.outcome or ""] += one.count
    return [
        ContactLine(index, outcomes[index].total(), outcomes[index])
        for index in sorted(outcomes, key=lambda index: -1 if index is None else index)
    ]


def _order(key: tuple[int | None, str | int | None]) -> tuple[int, str | int]:
    index, name = key
    return -1 if index is None else index, (name or "") if isinstance(name, str) else name or 0


def _lasted(cut: Grid, index: int | None, now: int) -> int:
    """How long an interval, or the period, has gone on."""
    begin, end = (cut.starts[0], cut.end) if index is None else cut.bounds(index)
    return max(1, min(end, now) - begin)


def _queue_line(
    index: int | None, queue: str, figures: IntervalFigures, spent_ms: int, lasted_ms: int
) -> QueueLine:
    handled = figures.handled
    return QueueLine(
        interval=index,
        queue=queue,
        entered=figures.entered,
        waiting=figures.waiting,
        answered=figures.answered,
        answered_in_threshold=figures.answered_in_threshold,
        abandoned=figures.abandoned,
        short_abandoned=figures.short_abandoned,
        abandoned_in_threshold=figures.abandoned_in_threshold,
        overflowed=figures.overflowed,
        closed=figures.closed,
        lost=figures.lost,
        service_level=figures.service_levels(),
        average_answer_ms=average_answer_ms(figures),
        average_wait_ms=figures.average_wait_ms(),
        longest_wait_ms=figures.longest_ms,
        handled=handled,
        average_handle_ms=average_handle_ms(figures),
        average_talk_ms=figures.talk_ms // handled if handled else None,
        average_hold_ms=figures.hold_ms // handled if handled else None,
        average_wrap_up_ms=figures.wrap_up_ms // handled if handled else None,
        handle_ms=figures.handle_ms,
        talk_ms=figures.talk_ms,
        hold_ms=figures.hold_ms,
        wrap_up_ms=figures.wrap_up_ms,
        transferred=figures.transferred,
        staffed_ms=spent_ms,
        staffed=spent_ms / lasted_ms,
    )


def _agent_line(index: int | None, agent: int | None, figures: AgentFigures) -> AgentLine:
    return AgentLine(
        interval=index,
        agent=agent,
        signed_in_ms=figures.signed_in_ms,
        idle_ms=figures.idle_ms,
        ringing_ms=figures.ringing_ms,
        talk_ms=figures.talk_ms,
        hold_ms=figures.hold_ms,
        wrap_up_ms=figures.wrap_up_ms,
        not_responding_ms=figures.not_responding_ms,
        break_ms=figures.break_ms,
        breaks=figures.breaks_ms,
        occupancy=figures.occupancy(),
        handled=figures.handled,
        average_handle_ms=figures.handle_ms // figures.handled if figures.handled else None,
        transferred=figures.transferred,
        consulted=figures.consulted,
        dialled=figures.dialled,
    )
