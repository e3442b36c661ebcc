"""A simulated day as one HTML page: figures, charts and nothing from anywhere else, so it can be sent by mail.

The rule: the page shows what the report holds; the template lays it out, and what is drawn is worked out here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from msgspec import Struct

from callcenter.queue.service_level import average_answer_ms, average_handle_ms, finished, service_level
from callcenter.resources import scenarios
from callcenter.simulate.faults import CHANCES, MISFORTUNES
from callcenter.simulate.report import Report, Slot, duration

WIDTH, HEIGHT = 640, 170
LEFT, BOTTOM, TOP = 44, 22, 8
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000)
LINES_MAX = 4
HOURS_NAMED_MAX = 8


class Bar(Struct):
    x: float
    y: float
    width: float
    height: float
    kind: str
    about: str


class Chart(Struct):
    """Ready to be drawn: places are pixels of a WIDTH x HEIGHT picture."""

    title: str
    legend: list[tuple[str, str]]
    """(kind, name)"""
    bars: list[Bar]
    line: str
    """points of a polyline"""
    dots: list[tuple[float, float, str]]
    lines: list[tuple[float, str]]
    """of the scale: (y, name)"""
    hours: list[tuple[float, str]]


def page(report: Report) -> str:
    loader = FileSystemLoader(scenarios())
    environment = Environment(loader=loader, autoescape=select_autoescape(default=True), trim_blocks=True)
    zone = ZoneInfo(report.zone)
    from_, to = (datetime.fromtimestamp(at / 1_000, zone) for at in (report.from_at, report.to_at))
    queues = [
        {
            "title": day.title,
            "figures": day.figures,
            "entered": finished(day.figures),
            "level": day.level,
            "target": day.target_percent,
            "threshold": day.threshold_seconds,
            "answer": duration(average_answer_ms(day.figures)),
            "longest": duration(day.longest_ms),
            "handle": duration(average_handle_ms(day.figures)),
        }
        for day in report.queues.values()
        if finished(day.figures)
    ]
    return environment.get_template("report.html").render(
        report=report,
        total=report.total,
        level=service_level(report.total),
        answer=duration(average_answer_ms(report.total)),
        when=f"{from_:%A, %d %B %Y, %H:%M} – {to:%H:%M}",
        queues=queues,
        charts=charts(report),
        about_fault={**CHANCES, **MISFORTUNES},
        size=(WIDTH, HEIGHT),
        left=LEFT,
        foot=HEIGHT - BOTTOM,
    )


def charts(report: Report) -> list[Chart]:
    zone, slots = ZoneInfo(report.zone), report.slots
    if not slots:
        return []
    return [
        _columns(
            "Arrivals in the queues",
            [("answered", "answered"), ("abandoned", "abandoned")],
            [(one.figures.answered, one.figures.abandoned) for one in slots],
            slots,
            zone,
        ),
        _curve(
            "Service level, %",
            [None if (level := service_level(one.figures)) is None else level for one in slots],
            slots,
            zone,
            top=100,
        ),
        _curve(
            "Average wait until answered, s",
            [None if (ms := average_answer_ms(one.figures)) is None else ms / 1_000 for one in slots],
            slots,
            zone,
        ),
        _columns(
            "Agents at work",
            [("staffed", "agents")],
            [(round(one.staffed_ms / 1_800_000, 1),) for one in slots],
            slots,
            zone,
        ),
    ]


def _columns(
    title: str,
    kinds: list[tuple[str, str]],
    values: Sequence[tuple[float, ...]],
    slots: Sequence[Slot],
    zone: ZoneInfo,
) -> Chart:
    scale = _Scale(max(sum(one) for one in values), len(slots))
    bars: list[Bar] = []
    for index, one in enumerate(values):
        below = 0.0
        for (kind, name), value in zip(kinds, one, strict=True):
            if value:
                y = scale.y(below + value)
                about = f"{_clock(slots[index], zone)}: {value:g} {name}"
                bars.append(Bar(scale.x(index) + 1, y, scale.step - 2, scale.y(below) - y, kind, about))
            below += value
    return Chart(
        title, kinds if len(kinds) > 1 else [], bars, "", [], scale.lines(), _hours(scale, slots, zone)
    )


def _curve(
    title: str, values: Sequence[float | None], slots: Sequence[Slot], zone: ZoneInfo, top: float = 0
) -> Chart:
    scale = _Scale(max(top, *(value or 0 for value in values)), len(slots))
    dots = [
        (scale.x(index) + scale.step / 2, scale.y(value), f"{_clock(slots[index], zone)}: {value:.0f}")
        for index, value in enumerate(values)
        if value is not None
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in dots)
    return Chart(title, [], [], line, dots, scale.lines(), _hours(scale, slots, zone))


class _Scale:
    """From figures to places."""

    def __init__(self, most: float, slots: int) -> None:
        self._interval = next((step for step in STEPS if most / step <= LINES_MAX), STEPS[-1])
        self._top = max(self._interval, self._interval * -(-most // self._interval))
        self.step = (WIDTH - LEFT) / slots

    def x(self, index: int) -> float:
        return LEFT + index * self.step

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - value / self._top * (HEIGHT - BOTTOM - TOP)

    def lines(self) -> list[tuple[float, str]]:
        count = round(self._top / self._interval)
        return [(self.y(n * self._interval), f"{n * self._interval:,}") for n in range(count + 1)]


def _hours(scale: _Scale, slots: Sequence[Slot], zone: ZoneInfo) -> list[tuple[float, str]]:
    every = max(1, -(-len(slots) // HOURS_NAMED_MAX))
    every += every % 2
    return [(scale.x(index), _clock(slots[index], zone)) for index in range(0, len(slots), every)]


def _clock(slot: Slot, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(slot.from_at / 1_000, zone):%H:%M}"
