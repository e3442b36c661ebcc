"""`GET /api/history.csv`: what a search finds, as a file. Right: EXPORT_HISTORY, and an entry in the audit first.

The query is that of `GET /api/history` without `limit` and `after`, and may say `lang` (en, zh: of heads and codes;
else the reader's own). Times are of the centre's zone, durations seconds to the millisecond.

The rule: a file is whole or it isn't there. What has more than ROWS_MAX lines is refused before the first of them
(`too_broad`). Then it is read page by page behind the last line, so that a slow reader holds no connection to the
database; should it break off in the middle, the connection goes with it, and every client says that it failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from callcenter.history.audit import AuditAction
from callcenter.store.history_filters import Filters, Sort
from callcenter.store.history_search import PAGE_MAX, Found, cursor_of
from callcenter.web.audited import exported, note
from callcenter.web.csv_out import BOM, Cell, lines, seconds
from callcenter.web.csv_texts import code, told
from callcenter.web.history_query import Query, filters_of, sort_of
from callcenter.web.history_shapes import Names
from callcenter.web.keys import EXPORTS, SERVICES
from callcenter.web.languages import Language, language_of
from callcenter.web.names import names_of
from callcenter.web.replies import Refused, read_query
from callcenter.web.services import Services

ROWS_MAX = 100_000
EXPORTS_MAX = 2
"""at once"""
EXPORT_SECONDS_MAX = 120

_COLUMNS = (
    *(
        "contact",
        "started",
        "ended",
        "direction",
        "number",
        "customer",
        "grade",
        "language",
        "queue",
        "agent",
    ),
    *("outcome", "disposition", "wait", "talk", "hold", "wrap_up", "transfers", "recording"),
)


async def export(request: web.Request) -> web.StreamResponse:
    query = read_query(request, Query)
    if query.after:
        raise Refused("malformed", "A file is told from its beginning: leave `after` out.")
    filters = await filters_of(request, query)
    with request.app[EXPORTS].one_more():
        await _refuse_too_many(request.app[SERVICES], filters)
        async with asyncio.timeout(EXPORT_SECONDS_MAX):
            return await _send(request, filters, sort_of(query))


async def _refuse_too_many(services: Services, filters: Filters | None) -> None:
    if filters is not None and await services.history.count(filters, ROWS_MAX + 1) > ROWS_MAX:
        raise Refused("too_broad", f"More than {ROWS_MAX:,} contacts fit: choose a shorter period.")


async def _send(request: web.Request, filters: Filters | None, sort: Sort) -> web.StreamResponse:
    services, language = request.app[SERVICES], language_of(request)
    zone = ZoneInfo(services.setup().time_zone)
    day = _local(services.now(), zone)[:10]
    reply = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8; header=present",
            "Content-Disposition": f'attachment; filename="contacts-{day}.csv"',
            "Cache-Control": "private, no-store",
        }
    )
    if request.method == "HEAD":
        return reply
    await note(request, AuditAction.EXPORT, detail=exported(request, "history"))
    await reply.prepare(request)
    try:
        await reply.write(BOM + lines([[told(language, name, zone=zone.key) for name in _COLUMNS]]))
        if filters is not None:
            async for found, names in _pages(services, filters, sort):
                await reply.write(lines(_row(one, names, language, zone) for one in found))
        await reply.write_eof()
    except BaseException:
        if request.transport is not None:
            request.transport.abort()
        raise
    return reply


async def _pages(
    services: Services, filters: Filters, sort: Sort
) -> AsyncIterator[tuple[Sequence[Found], Names]]:
    after, told_of = None, 0
    while told_of < ROWS_MAX:
        found = await services.history.search(filters, sort=sort, after=after, limit=PAGE_MAX)
        if found:
            yield found, await names_of(services, [row.customer for row in found])
        if len(found) < PAGE_MAX:
            return
        after, told_of = cursor_of(found[-1], sort), told_of + len(found)


def _row(found: Found, names: Names, language: Language, zone: ZoneInfo) -> list[Cell]:
    disposition, chinese = found.disposition or "", language == "zh"
    return [
        found.public_id,
        _local(found.started_at, zone),
        _local(found.ended_at, zone),
        code(language, "direction", found.direction),
        found.number,
        "" if found.customer is None else names.customers.get(found.customer, ""),
        found.grade,
        code(language, "language", found.language),
        (chinese and names.queue_zh(found.queue)) or names.queue(found.queue),
        names.agent(found.agent),
        code(language, "outcome", found.outcome or ""),
        (chinese and names.disposition_zh(found.queue, disposition)) or disposition,
        seconds(found.wait_ms),
        seconds(found.talk_ms),
        seconds(found.hold_ms),
        seconds(found.wrap_ms),
        found.transfers,
        told(language, "yes" if found.recorded else "no"),
    ]


def _local(at: int | None, zone: ZoneInfo) -> str:
    """As people and spreadsheet programs read a moment, to the second."""
    return "" if at is None else datetime.fromtimestamp(at // 1000, zone).strftime("%Y-%m-%d %H:%M:%S")
