"""What a simulated day came to: figures by queue and by half-hour, faults, and what should not have been.

The rule: every figure is folded from the journal by the history's own fold and formulas, so it is the figure that a
report of that day would show. Beside the same day without faults it shows what the faults cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from callcenter import facts as f
from callcenter.history.fold import History
from callcenter.history.records import AgentInterval, Engagement, Interaction, Offer, QueueVisit, Row
from callcenter.lifecycles import Direction, EngagementKind, Outcome, Routing
from callcenter.queue.service_level import (
    BUSY,
    STAFFED,
    Limits,
    QueueFigures,
    average_answer_ms,
    average_handle_ms,
    finished,
    occupancy,
    service_level,
)
from callcenter.simulate.words import column, counted, duration, percent, spaced

T = TypeVar("T")

SLOT_MS = 1_800_000


class QueueDay(Struct):
    """One queue's day."""

    title: str
    threshold_seconds: int
    target_percent: int
    figures: QueueFigures = field(default_factory=QueueFigures)
    longest_ms: int = 0

    @property
    def level(self) -> float | None:
        return service_level(self.figures)


class Slot(Struct):
    """A half-hour, by its beginning: visits by their arrival, offers and faults by theirs, agents by their time."""

    from_at: int
    calls: int = 0
    figures: QueueFigures = field(default_factory=QueueFigures)
    longest_ms: int = 0
    staffed_ms: int = 0
    busy_ms: int = 0
    offers: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)

    @property
    def occupancy(self) -> float | None:
        return 100 * self.busy_ms / self.staffed_ms if self.staffed_ms else None


class Window(Struct, frozen=True):
    """When some kinds of fault may strike, if that is not all day."""

    from_at: int
    to_at: int
    kinds: tuple[str, ...]


class Report(Struct):
    """A day. `slots` lie end to end from the first call or fault to the last."""

    title: str
    about: str
    centre: str
    zone: str
    seed: int
    from_at: int
    to_at: int
    calls: int
    outcomes: Counter[str]
    queues: dict[str, QueueDay]
    slots: list[Slot]
    offers: Counter[str]
    occupancy: float | None
    agents: int
    entries: int
    lives: int
    struck: Counter[str]
    windows: Sequence[Window]
    violation: str
    took_seconds: float

    @property
    def total(self) -> QueueFigures:
        return _sum(one.figures for one in self.queues.values())

    @property
    def longest_ms(self) -> int:
        return max((one.longest_ms for one in self.queues.values()), default=0)

    @property
    def calls_per_second(self) -> float:
        """Simulated, of the world's seconds."""
        return self.calls / self.took_seconds if self.took_seconds else 0.0


class Particulars(Struct, frozen=True):
    """What the report is made of, beside the journal."""

    title: str
    about: str
    seed: int
    from_at: int
    to_at: int
    """as it was planned; who is on the line then is still served"""
    lives: int
    struck: Sequence[tuple[int, str]]
    """(when, kind) of each fault"""
    windows: Sequence[Window]
    violation: str
    took_seconds: float


def report_of(day: Particulars, setup: f.CentreSetup, entries: Sequence[f.Entry]) -> Report:
    rows = [*_folded(entries)]
    calls = [
        row
        for row in rows
        if isinstance(row, Interaction) and row.ended_at and row.direction is Direction.INBOUND
    ]
    return Report(
        title=day.title,
        about=day.about,
        centre=setup.name,
        zone=setup.time_zone,
        seed=day.seed,
        from_at=day.from_at,
        to_at=day.to_at,
        calls=len(calls),
        outcomes=Counter(str(row.outcome or Outcome.LOST_BY_SYSTEM) for row in calls),
        queues=_queues(setup, rows),
        slots=_slots(setup, rows, day.struck),
        offers=Counter(str(row.result) for row in rows if isinstance(row, Offer)),
        occupancy=occupancy(_times(rows)),
        agents=len({row.agent for row in rows if isinstance(row, AgentInterval) and row.routing in STAFFED}),
        entries=len(entries),
        lives=day.lives,
        struck=Counter(kind for _, kind in day.struck),
        windows=day.windows,
        violation=day.violation,
        took_seconds=day.took_seconds,
    )


def _folded(entries: Iterable[f.Entry]) -> Iterator[Row]:
    history = History()
    for entry in entries:
        yield from tuple(history.fold(entry))


def _queues(setup: f.CentreSetup, rows: Sequence[Row]) -> dict[str, QueueDay]:
    days = {
        queue.name: QueueDay(queue.title, queue.threshold_seconds, queue.target_percent)
        for queue in setup.queues
    }
    limits = _limits(setup)
    for row in rows:
        match row:
            case QueueVisit() if row.queue in days:
                day, wait_ms = days[row.queue], row.left_at - row.entered_at
                day.figures.add_visits(row.exit, wait_ms, limits[row.queue])
                day.longest_ms = max(day.longest_ms, wait_ms)
            case Engagement(closed_at=int(), kind=EngagementKind.CONTACT, queue=str(queue)) if queue in days:
                days[queue].figures.add_handled(row.handle_ms)
            case _:
                pass
    return days


def _slots(setup: f.CentreSetup, rows: Sequence[Row], struck: Iterable[tuple[int, str]]) -> list[Slot]:
    limits = _limits(setup)
    slots: dict[int, Slot] = {}

    def slot(at: int) -> Slot:
        from_at = at - at % SLOT_MS
        return slots.setdefault(from_at, Slot(from_at))

    for row in rows:
        match row:
            case Interaction(ended_at=int(), direction=Direction.INBOUND):
                slot(row.started_at).calls += 1
            case QueueVisit() if row.queue in limits:
                wait_ms, one = row.left_at - row.entered_at, slot(row.entered_at)
                one.figures.add_visits(row.exit, wait_ms, limits[row.queue])
                one.longest_ms = max(one.longest_ms, wait_ms)
            case Offer():
                slot(row.made_at).offers[str(row.result)] += 1
            case _:
                pass
    for at, kind in struck:
        slot(at).struck[kind] += 1
    if not slots:
        return []
    whole = [slots.get(at) or Slot(at) for at in range(min(slots), max(slots) + SLOT_MS, SLOT_MS)]
    for row in rows:
        if isinstance(row, AgentInterval) and row.routing in STAFFED:
            for one in whole:
                ms = max(0, min(row.to_at, one.from_at + SLOT_MS) - max(row.from_at, one.from_at))
                one.staffed_ms += ms
                one.busy_ms += ms if row.routing in BUSY else 0
    return whole


def _times(rows: Iterable[Row]) -> Counter[Routing]:
    times: Counter[Routing] = Counter()
    for row in rows:
        if isinstance(row, AgentInterval):
            times[row.routing] += row.to_at - row.from_at
    return times


def _limits(setup: f.CentreSetup) -> dict[str, Limits]:
    return {
        queue.name: Limits(queue.threshold_seconds * 1_000, queue.short_abandon_seconds * 1_000)
        for queue in setup.queues
    }


def _sum(figures: Iterable[QueueFigures]) -> QueueFigures:
    total = QueueFigures()
    for one in figures:
        for name in QueueFigures.__struct_fields__:
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total


# --- In words ---


def in_words(report: Report) -> str:
    """For a terminal."""
    zone = ZoneInfo(report.zone)
    from_, to = (datetime.fromtimestamp(at / 1_000, zone) for at in (report.from_at, report.to_at))
    lines = [
        f"{report.title} · {report.centre} · {from_:%A, %d %B %Y, %H:%M}–{to:%H:%M} · seed {report.seed}",
        "",
        f"{'queue':<18}{'entered':>9}{'answered':>10}{'abandoned':>11}{'in time':>9}{'target':>8}"
        f"{'answer':>8}{'longest':>9}{'handle':>8}",
    ]
    lines += [
        _line(day.title, day.figures, day.longest_ms, day.level, day.target_percent) for day in _busy(report)
    ]
    lines.append(_line("all", report.total, report.longest_ms, service_level(report.total), None))
    lines += ["A call that enters two queues stands in both; below it is counted once, as it ended.", ""]
    lines.append(f"{counted(report.calls, 'call')}: {_counts(report.outcomes)}")
    agents, processes = counted(report.agents, "agent"), counted(report.lives, "process", "processes")
    lines.append(f"{agents}, occupied {percent(report.occupancy)}; offers: {_counts(report.offers)}")
    lines.append(f"faults: {_counts(report.struck)}; {processes}")
    lines.append(f"invariants: {'VIOLATED: ' + report.violation if report.violation else 'all hold'}")
    entries = counted(report.entries, "journal entry", "journal entries")
    lines.append(
        f"{entries} in {report.took_seconds:.1f} s: {counted(round(report.calls_per_second), 'call')} a second"
    )
    return "\n".join(lines)


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{spaced(name)} {count:,}" for name, count in counter.most_common()) or "none"


def _busy(report: Report) -> list[QueueDay]:
    return [day for day in report.queues.values() if finished(day.figures)]


def _line(title: str, figures: QueueFigures, longest_ms: int, level: float | None, target: int | None) -> str:
    target_text = "" if target is None else f"{target} %"
    return (
        f"{column(title, 18)}{finished(figures):>9,}{figures.answered:>10,}{figures.abandoned:>11,}"
        f"{percent(level):>9}{target_text:>8}{duration(average_answer_ms(figures)):>8}{duration(longest_ms):>9}"
        f"{duration(average_handle_ms(figures)):>8}"
    )
