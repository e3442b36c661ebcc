"""`GET /api/report.csv`: the report as a file, line for line. Right: READ_REPORT.

Durations are seconds to the millisecond, percentages as they are; the heads name the formulas of the service level.
Intervals are told by the day and the clock of the centre, with their offset from UTC, since an hour may come twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from callcenter.history.audit import AuditAction
from callcenter.web.audited import exported, note
from callcenter.web.csv_out import BOM, Cell, lines, seconds
from callcenter.web.csv_texts import told
from callcenter.web.languages import Language, language_of
from callcenter.web.replies import read_query
from callcenter.web.report_api import Query, Report, report_of
from callcenter.web.report_shapes import AgentLine, QueueLine

_WHEN = ("interval_day", "interval_from", "interval_to", "utc")
_COUNTS = (
    *("entered", "waiting", "answered", "answered_in_threshold", "abandoned", "short_abandoned"),
    *("abandoned_in_threshold", "overflowed", "closed", "lost"),
)
_QUEUE_TIMES = (
    *("average_answer_ms", "average_wait_ms", "longest_wait_ms", "average_handle_ms", "average_talk_ms"),
    *("average_hold_ms", "average_wrap_up_ms", "handle_ms", "talk_ms", "hold_ms", "wrap_up_ms"),
)
_AGENT_TIMES = (
    *("signed_in_ms", "idle_ms", "ringing_ms", "talk_ms", "hold_ms", "wrap_up_ms", "not_responding_ms"),
    "break_ms",
)
_AGENT_COUNTS = ("handled", "transferred", "consulted", "dialled")


async def export(request: web.Request) -> web.Response:
    query = read_query(request, Query)
    report, language = await report_of(request, query), language_of(request)
    await note(request, AuditAction.EXPORT, detail=exported(request, "report"))
    rows = _queues(report, language) if report.by == "queue" else _agents(report, language)
    name = f"{report.by}s-{report.first}-{report.last}.csv"
    return web.Response(
        body=BOM + await asyncio.to_thread(lines, rows),
        headers={
            "Content-Type": "text/csv; charset=utf-8; header=present",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _queues(report: Report, language: Language) -> Iterable[Sequence[Cell]]:
    titles = {queue.queue: (language == "zh" and queue.title_zh) or queue.title for queue in report.queues}
    limits = {queue.queue: queue for queue in report.queues}
    heads = (*_WHEN, "queue", "threshold", *_COUNTS)
    levels = [f"service_level.{formula}" for formula in report.formulas]
    more = (*_QUEUE_TIMES, "handled", "transferred", "staffed")
    yield [told(language, name) for name in (*heads, *levels, *more)]
    for line in report.queue_lines:
        limit = limits[line.queue].threshold_seconds if line.queue else None
        yield [
            *_when(report, line.interval, language),
            titles[line.queue] if line.queue else told(language, "all_queues"),
            limit,
            *(getattr(line, name) for name in _COUNTS),
            *(line.service_level[formula] for formula in report.formulas),
            *_seconds(line, _QUEUE_TIMES),
            line.handled,
            line.transferred,
            line.staffed,
        ]


def _agents(report: Report, language: Language) -> Iterable[Sequence[Cell]]:
    names = {agent.agent: agent.name for agent in report.agents}
    reasons = sorted({reason for line in report.agent_lines for reason in line.breaks})
    yield [
        *(told(language, name) for name in (*_WHEN, "agent", *_AGENT_TIMES)),
        *(_reason(report, reason, language) for reason in reasons),
        *(told(language, name) for name in ("occupancy", *_AGENT_COUNTS, "average_handle_ms")),
    ]
    for line in report.agent_lines:
        yield [
            *_when(report, line.interval, language),
            told(language, "all_agents") if line.agent is None else names[line.agent],
            *_seconds(line, _AGENT_TIMES),
            *(seconds(line.breaks.get(reason, 0)) for reason in reasons),
            line.occupancy,
            *(getattr(line, name) for name in _AGENT_COUNTS),
            seconds(line.average_handle_ms),
        ]


def _when(report: Report, interval: int | None, language: Language) -> list[Cell]:
    if interval is None:
        days = report.first if report.first == report.last else f"{report.first} – {report.last}"
        return [days, told(language, "whole_period"), "", ""]
    begin, end = (
        datetime.fromtimestamp(at // 1000, ZoneInfo(report.zone)) for at in report.intervals[interval]
    )
    return [begin.strftime("%Y-%m-%d"), f"{begin:%H:%M}", f"{end:%H:%M}", f"UTC{begin:%z}"]


def _seconds(line: QueueLine | AgentLine, names: Iterable[str]) -> list[Cell]:
    return [seconds(getattr(line, name)) for name in names]


def _reason(report: Report, reason: str, language: Language) -> str:
    shown = (language == "zh" and report.break_reasons_zh.get(reason)) or reason
    return told(language, "break_of", reason=shown) if reason else told(language, "break_without")
