"""A simulated day as one HTML page: figures, charts and nothing from anywhere else, so it can be sent by mail.

The rule: the page shows what the report holds; the template lays it out, and what is drawn is worked out here. A
picture is 100 wide and 100 high and is stretched to its place, while its words keep their size: so it can be read
on a telephone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from msgspec import Struct, field

from callcenter.lifecycles import OfferState
from callcenter.queue.service_level import average_answer_ms, average_handle_ms, finished, service_level
from callcenter.resources import scenarios
from callcenter.simulate.comparison import compared
from callcenter.simulate.faults import CHANCES, MISFORTUNES
from callcenter.simulate.report import SLOT_MS, QueueDay, Report, Slot
from callcenter.simulate.words import counted, duration, percent, spaced

STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000)
LINES_MAX = 4
HOURS_NAMED_MAX = 8
GAP = 0.14
"""of a half-hour, between two columns"""

Figures = Callable[[Slot], Sequence[float | None]]
"""what a chart shows of a half-hour: of columns one for each colour, of a curve just one"""


class Kind(Struct, frozen=True):
    """A colour, which is a class of the template, and what it stands for."""

    style: str
    name: str


ANSWERED, ABANDONED, AGENTS = Kind("call", "answered"), Kind("bad", "abandoned"), Kind("staff", "agents")
STEP, WHOLE = Kind("warn", "events, commands, commits"), Kind("bad", "crashes, cuts and the like")
OFFERS = {
    Kind("call", "accepted"): (OfferState.ACCEPTED,),
    Kind("warn", "not answered"): (OfferState.TIMED_OUT, OfferState.REJECTED, OfferState.FAILED),
    Kind("quiet", "withdrawn"): (OfferState.CANCELED, OfferState.RESCINDED),
}
WINDOW, GHOST = Kind("window", "faults planned"), Kind("ghost", "without faults")


class Place(Struct, frozen=True):
    """A rectangle and what is told of it. `y` is from above."""

    x: float
    y: float
    width: float
    height: float
    style: str = ""
    about: str = ""


class Chart(Struct):
    """Ready to be drawn: places are of a picture 100 x 100."""

    title: str
    legend: list[Kind]
    lines: list[tuple[float, str]]
    """of the scale: (y, name)"""
    hours: list[tuple[float, str]]
    windows: list[Place]
    """in which some faults may strike"""
    slots: list[Place]
    """whole half-hours, and what each came to"""
    bars: list[Place] = field(default_factory=list)
    curve: str = ""
    """a path"""
    dots: list[tuple[float, float]] = field(default_factory=list)
    ghost: str = ""
    """a path: the day without faults"""
    targets: list[float] = field(default_factory=list)
    """y of each"""


def page(report: Report, calm: Report | None = None) -> str:
    """`calm`: the same day without faults, beside which this one is shown."""
    environment = Environment(
        loader=FileSystemLoader(scenarios()),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "spaced": spaced, "n": lambda number: f"{number:,}"}
    zone = ZoneInfo(report.zone)
    from_, to = (datetime.fromtimestamp(at / 1_000, zone) for at in (report.from_at, report.to_at))
    total = QueueDay("All queues", 0, 0, report.total, report.longest_ms)
    return environment.get_template("report.html").render(
        report=report,
        total=report.total,
        level=total.level,
        answer=duration(average_answer_ms(report.total)),
        when=f"{from_:%A, %d %B %Y, %H:%M} – {to:%H:%M}",
        queues=[_row(day) for day in report.queues.values() if finished(day.figures)],
        all_queues=_row(total),
        charts=charts(report, calm),
        compared=compared(report, calm) if calm is not None else [],
        calm_violation=calm.violation if calm is not None else "",
        about_fault={**CHANCES, **MISFORTUNES},
        processes=counted(report.lives, "process", "processes"),
        entries=counted(report.entries, "entry", "entries"),
        pace=counted(round(report.calls_per_second), "call"),
    )


def _row(day: QueueDay) -> dict[str, Any]:
    good = day.level is None or day.level >= day.target_percent
    near = day.level is not None and day.level >= day.target_percent - 10
    return {
        "title": day.title,
        "entered": finished(day.figures),
        "figures": day.figures,
        "level": percent(day.level),
        "style": "" if not day.target_percent else "good" if good else "warn" if near else "bad",
        "target": f"{day.target_percent} % in {day.threshold_seconds} s" if day.target_percent else "",
        "answer": duration(average_answer_ms(day.figures)),
        "longest": duration(day.longest_ms),
        "handle": duration(average_handle_ms(day.figures)),
    }


# --- Charts ---


def charts(report: Report, calm: Report | None = None) -> list[Chart]:
    if not report.slots:
        return []
    drawing = _Drawing(report, calm)
    busy = [day for day in report.queues.values() if finished(day.figures)]
    drawn = [
        drawing.columns(
            "Arrivals in the queues",
            [ANSWERED, ABANDONED],
            lambda slot: (slot.figures.answered, slot.figures.abandoned),
        ),
        drawing.curve(
            "Service level, %",
            lambda slot: (service_level(slot.figures),),
            top=100,
            targets=sorted({day.target_percent for day in busy}),
        ),
        drawing.curve(
            "Average wait until answered, s", lambda slot: (_seconds(average_answer_ms(slot.figures)),)
        ),
        drawing.columns("Agents at work", [AGENTS], lambda slot: (round(slot.staffed_ms / SLOT_MS, 1),)),
        drawing.curve("Occupancy of the agents, %", lambda slot: (slot.occupancy,), top=100),
        drawing.columns(
            "Offers",
            [*OFFERS],
            lambda slot: [sum(slot.offers[one] for one in those) for those in OFFERS.values()],
        ),
    ]
    if report.struck:
        drawn.append(
            drawing.columns(
                "Faults",
                [STEP, WHOLE],
                lambda slot: (_of(slot.struck, CHANCES), _of(slot.struck, MISFORTUNES)),
                more=lambda slot: ", ".join(f"{spaced(kind)} {n:,}" for kind, n in slot.struck.most_common()),
                has_ghost=False,
            )
        )
    return drawn


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1_000


def _of(struck: Counter[str], kinds: Sequence[str] | Any) -> int:
    return sum(count for kind, count in struck.items() if kind in kinds)


class _Drawing:
    """All charts of a day have the same half-hours from left to right."""

    def __init__(self, report: Report, calm: Report | None) -> None:
        self._slots = report.slots
        self._zone = ZoneInfo(report.zone)
        self._step = 100 / len(report.slots)
        calm_slots = {slot.from_at: slot for slot in calm.slots} if calm is not None else {}
        self._calm = [calm_slots.get(slot.from_at) for slot in report.slots]
        begin, end = report.slots[0].from_at, report.slots[-1].from_at + SLOT_MS
        self._windows: list[Place] = []
        for window in report.windows:
            from_x, to_x = (
                100 * (min(max(at, begin), end) - begin) / (end - begin)
                for at in (window.from_at, window.to_at)
            )
            hours = f"{self._clock(window.from_at)}–{self._clock(window.to_at)}"
            about = f"{hours}: {', '.join(map(spaced, window.kinds))}"
            self._windows.append(Place(from_x, 0, to_x - from_x, 100, about=about))

    def columns(
        self,
        title: str,
        kinds: Sequence[Kind],
        figures: Figures,
        *,
        more: Callable[[Slot], str] = lambda slot: "",
        has_ghost: bool = True,
    ) -> Chart:
        values = [[value or 0 for value in figures(slot)] for slot in self._slots]
        calm = [
            None if slot is None or not has_ghost else sum(value or 0 for value in figures(slot))
            for slot in self._calm
        ]
        scale = _Scale(max([sum(one) for one in values] + [value or 0 for value in calm]))
        told = [
            ", ".join(f"{value:g} {kind.name}" for kind, value in zip(kinds, one, strict=True) if value)
            or "none"
            for one in values
        ]
        told = [
            ": ".join(filter(None, (one, more(slot)))) for one, slot in zip(told, self._slots, strict=True)
        ]
        chart = self._chart(title, [*kinds] if len(kinds) > 1 else [], scale, told, calm)
        for index, one in enumerate(values):
            below = 0.0
            x, width = (index + GAP / 2) * self._step, (1 - GAP) * self._step
            for kind, value in zip(kinds, one, strict=True):
                y = scale.y(below + value)
                if value:
                    chart.bars.append(Place(x, y, width, scale.y(below) - y, kind.style))
                below += value
        chart.ghost = self._stairs(scale, calm)
        return chart

    def curve(self, title: str, figures: Figures, *, top: float = 0, targets: Sequence[int] = ()) -> Chart:
        values = [figures(slot)[0] for slot in self._slots]
        calm = [None if slot is None else figures(slot)[0] for slot in self._calm]
        scale = _Scale(max([top] + [value or 0 for value in values + calm]))
        told = ["–" if value is None else f"{value:.0f}" for value in values]
        chart = self._chart(title, [], scale, told, calm)
        chart.curve, chart.ghost = self._path(scale, values), self._path(scale, calm)
        chart.dots = [
            (self._middle(i), scale.y(value)) for i, value in enumerate(values) if value is not None
        ]
        chart.targets = [scale.y(target) for target in targets]
        if targets:
            chart.legend.insert(0, Kind("target", f"target {', '.join(f'{target} %' for target in targets)}"))
        return chart

    def _chart(
        self, title: str, legend: list[Kind], scale: _Scale, told: Sequence[str], calm: Sequence[float | None]
    ) -> Chart:
        legend += [GHOST] if any(value is not None for value in calm) else []
        legend += [WINDOW] if self._windows else []
        slots = [
            Place(index * self._step, 0, self._step, 100, about=f"{self._clock(slot.from_at)}  {what}")
            for index, (slot, what) in enumerate(zip(self._slots, told, strict=True))
        ]
        for index, value in enumerate(calm):
            if value is not None:
                slots[index] = Place(
                    slots[index].x,
                    0,
                    self._step,
                    100,
                    about=f"{slots[index].about}\nwithout faults: {value:.0f}",
                )
        return Chart(title, legend, scale.lines(), [*self._hours()], self._windows, slots)

    def _path(self, scale: _Scale, values: Sequence[float | None]) -> str:
        """It has gaps where there is nothing to be told."""
        drawn, goes_on = "", False
        for index, value in enumerate(values):
            if value is not None:
                drawn += f"{'L' if goes_on else 'M'}{self._middle(index):.2f},{scale.y(value):.2f}"
            goes_on = value is not None
        return drawn

    def _stairs(self, scale: _Scale, values: Sequence[float | None]) -> str:
        drawn, goes_on = "", False
        for index, value in enumerate(values):
            if value is not None:
                x, y = index * self._step, scale.y(value)
                drawn += f"{'L' if goes_on else 'M'}{x:.2f},{y:.2f}H{x + self._step:.2f}"
            goes_on = value is not None
        return drawn

    def _middle(self, index: int) -> float:
        return (index + 0.5) * self._step

    def _hours(self) -> Iterator[tuple[float, str]]:
        every = max(1, -(-len(self._slots) // HOURS_NAMED_MAX))
        every += every % 2
        for index in range(0, len(self._slots), every):
            yield index * self._step, self._clock(self._slots[index].from_at)

    def _clock(self, at: int) -> str:
        return f"{datetime.fromtimestamp(at / 1_000, self._zone):%H:%M}"


class _Scale:
    """From figures to places."""

    def __init__(self, most: float) -> None:
        self._interval = next((step for step in STEPS if most / step <= LINES_MAX), STEPS[-1])
        self._top = max(self._interval, self._interval * -(-most // self._interval))

    def y(self, value: float) -> float:
        return 100 - 100 * value / self._top

    def lines(self) -> list[tuple[float, str]]:
        count = round(self._top / self._interval)
        return [(self.y(n * self._interval), f"{n * self._interval:,}") for n in range(count + 1)]
