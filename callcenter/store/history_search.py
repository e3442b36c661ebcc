"""Finding interactions, a page at a time, and one of them whole.

    page = await search.search(Filters(number="+14155550101", outcome=Outcome.ABANDONED))
    more = await search.search(filters, after=cursor_of(page[-1], Sort()))
    story = await search.detail(page[0].contact)

The rule: a search has exactly the conditions that were asked for, so that each has its index, and pages by key,
so that the hundredth costs what the first does. Searches and stories run on the reports' connections, with
their time limit (TooBroad); what a desk shows while it rings runs beside the screens' other small questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from callcenter.history.records import Offer, QueueVisit, RecordingPause, Segment, public_id
from callcenter.lifecycles import EngagementKind, Outcome
from callcenter.store.database import Database
from callcenter.store.history_filters import (
    NEWEST,
    Cursor,
    Filters,
    Sort,
    SortKey,
    compose_count,
    compose_search,
)
from callcenter.store.limits import within_time
from callcenter.store.statements import statements

SQL = statements("history")

PAGE_MAX = 500
RECENT_MAX = 10

R = TypeVar("R", bound=Struct)


class Whose(Struct, frozen=True):
    """What rights to an interaction are judged by."""

    business_line: str
    agents: frozenset[int]


class Found(Struct, frozen=True, kw_only=True):
    """A line of the list."""

    contact: int
    public_id: str
    channel: str
    direction: str
    business_line: str
    started_at: int
    ended_at: int | None
    outcome: Outcome | None
    """None: still going on"""
    customer: int | None
    grade: str
    language: str
    verified: bool
    number: str | None
    """None: withheld or erased"""
    queue: str | None
    agent: int | None
    """the last one"""
    ivr_ms: int
    wait_ms: int
    talk_ms: int
    """holds included"""
    hold_ms: int
    transfers: int
    wrap_ms: int | None
    """what all agents together needed; None while nobody has finished"""
    disposition: str | None
    """of the last engagement; "" not coded, None: there was none"""
    recorded: bool


class Work(Struct, frozen=True):
    """An engagement with its note as text."""

    engagement: int
    contact: int
    agent: int
    queue: str | None
    talk_at: int
    wrap_up_at: int | None
    closed_at: int | None
    disposition: str
    note: str
    coded_at: int | None
    kind: EngagementKind
    hold_ms: int
    transferred: bool


class Recorded(Struct, frozen=True):
    recording: int
    contact: int
    engagement: int | None
    started_at: int
    length_ms: int | None
    """None: it goes on, or failed"""
    gaps: tuple[tuple[int, int], ...]
    failed: str


class Story(Struct, frozen=True, kw_only=True):
    """One interaction whole."""

    contact: int
    public_id: str
    channel: str
    direction: str
    provider: str
    business_line: str
    number: str | None
    dnis: str
    tree: str
    tree_version: int
    started_at: int
    ended_at: int | None
    outcome: Outcome | None
    customer: int | None
    grade: str
    language: str
    verified: bool
    path: tuple[tuple[str, str], ...]
    milestones: tuple[str, ...]
    entered: tuple[tuple[str, str | None], ...]
    """(name, what was keyed); None: erased"""
    queue: str | None
    agent: int | None
    ivr_ms: int
    wait_ms: int
    talk_ms: int
    down_ms: int
    hold_ms: int
    transfers: int
    unrecorded: str
    """why there is no recording, or none from then on"""
    quarantined: str
    segments: tuple[Segment, ...]
    offers: tuple[Offer, ...]
    visits: tuple[QueueVisit, ...]
    work: tuple[Work, ...]
    recordings: tuple[Recorded, ...]
    pauses: tuple[RecordingPause, ...]


class Past(Struct, frozen=True):
    """A contact that a customer had, as a ringing desk shows it."""

    contact: int
    started_at: int
    queue: str | None
    agent: int | None
    outcome: Outcome
    disposition: str
    note: str


def cursor_of(last: Found, sort: Sort) -> Cursor:
    """Where a page that ends with `last` ends."""
    keys = {SortKey.STARTED: last.started_at, SortKey.WAIT: last.wait_ms, SortKey.TALK: last.talk_ms}
    return Cursor(keys[sort.by], last.contact)


class Offered(Struct, frozen=True):
    """An offer that is closed."""

    contact: int
    agent: int
    made_at: int
    closed_at: int
    result: str


class HistorySearch:
    """The history of one centre, to be read. Who may see what is the caller's question."""

    def __init__(self, database: Database, centre: int) -> None:
        self._reports = database.reports
        self._screens = database.pool
        self._centre = centre

    async def offer(self, offer: int) -> Offered | None:
        """None: there is none, or it is not closed yet."""
        with within_time():
            row = await self._reports.fetchrow(SQL.offer, self._centre, offer)
        return None if row is None else _record(Offered, row)

    async def search(
        self, filters: Filters, *, sort: Sort = NEWEST, after: Cursor | None = None, limit: int = 50
    ) -> list[Found]:
        """A page in this order; `after` is where the page before this one ended."""
        statement, values = compose_search(filters, sort, after)
        with within_time():
            rows = await self._reports.fetch(statement, self._centre, min(limit, PAGE_MAX), *values)
        return [_record(Found, row, public_id=public_id(self._centre, row["contact"])) for row in rows]

    async def count(self, filters: Filters, up_to: int) -> int:
        """How many there are, as far as that is at most `up_to`."""
        statement, values = compose_count(filters)
        with within_time():
            return int(await self._reports.fetchval(statement, self._centre, up_to, *values))

    async def detail(self, contact: int) -> Story | None:
        """Everything about one interaction; None if there is none."""
        async with self._reports.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            row = await connection.fetchrow(SQL.interaction, self._centre, contact)
            if row is None:
                return None

            async def parts(statement: str, kind: type[R], *json: str) -> tuple[R, ...]:
                found = await connection.fetch(statement, self._centre, contact)
                return tuple(_record(kind, part, json) for part in found)

            return _record(
                Story,
                row,
                ("path", "milestones"),
                public_id=public_id(self._centre, contact),
                entered=_entered(row["entered"], row["texts"]),
                segments=await parts(SQL.segments_of, Segment),
                offers=await parts(SQL.offers_of, Offer),
                visits=await parts(SQL.visits_of, QueueVisit),
                work=await parts(SQL.engagements_of, Work),
                recordings=await parts(SQL.recordings_of, Recorded, "gaps"),
                pauses=await parts(SQL.pauses_of, RecordingPause),
            )

    async def whose(self, contacts: Sequence[int]) -> dict[int, Whose]:
        """Those of these interactions that there are, by number."""
        rows = await self._screens.fetch(SQL.whose, self._centre, contacts)
        return {row["contact"]: Whose(row["business_line"], frozenset(row["agents"])) for row in rows}

    async def recent_contacts(self, customer: int, limit: int = RECENT_MAX) -> list[Past]:
        """What this customer called for before, the newest first."""
        rows = await self._screens.fetch(SQL.recent_contacts, self._centre, customer, limit)
        return [_record(Past, row) for row in rows]


def _entered(pairs: str, texts: str) -> list[tuple[str, str | None]]:
    known = msgspec.json.decode(texts, type=dict[str, str])
    return [(name, known.get(ref)) for name, ref in msgspec.json.decode(pairs, type=list[tuple[str, str]])]


def _record(kind: type[R], row: Any, json: tuple[str, ...] = (), **more: object) -> R:
    """A row whose columns are named like the record's fields; those in `json` hold JSON."""
    fields = {**row, **{name: msgspec.json.decode(row[name]) for name in json}, **more}
    return msgspec.convert(fields, kind)
