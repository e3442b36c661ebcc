"""Finding interactions: by number, customer, agent, queue, outcome and period, a page at a time.

    page = await search.search(Filters(number="+14155550101", outcome=Outcome.ABANDONED))
    more = await search.search(filters, before=page[-1].contact)
    story = await search.detail(page[0].contact)

The rule: a search has exactly the conditions that were asked for, so that each has its index, and pages by key,
so that the hundredth costs what the first does. Searches and stories run on the reports' connections, with
their time limit; what a desk shows while it rings runs beside the screens' other small questions.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from callcenter.history.records import Offer, QueueVisit, Segment, public_id
from callcenter.lifecycles import Outcome
from callcenter.store.database import Database
from callcenter.store.statements import statements

SQL = statements("history")

PAGE_MAX = 200
TODO_MAX = 100
RECENT_MAX = 10

R = TypeVar("R", bound=Struct)


class Filters(Struct, frozen=True, kw_only=True):
    """What is looked for; None: whatever. `from_at` is in, `to_at` is not."""

    contact: int | None = None
    number: str | None = None
    """E.164"""
    customer: int | None = None
    agent: int | None = None
    queue: str | None = None
    outcome: Outcome | None = None
    from_at: int | None = None
    to_at: int | None = None


class Found(Struct, frozen=True, kw_only=True):
    """A line of the list."""

    contact: int
    public_id: str
    channel: str
    direction: str
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
    quarantined: str
    segments: tuple[Segment, ...]
    offers: tuple[Offer, ...]
    visits: tuple[QueueVisit, ...]
    work: tuple[Work, ...]
    recordings: tuple[Recorded, ...]


class ToDo(Struct, frozen=True):
    """Work that an agent has not coded yet."""

    engagement: int
    contact: int
    talk_at: int
    queue: str | None
    customer: int | None
    number: str | None
    note: str


class Past(Struct, frozen=True):
    """A contact that a customer had, as a ringing desk shows it."""

    contact: int
    started_at: int
    queue: str | None
    agent: int | None
    outcome: Outcome
    disposition: str
    note: str


class HistorySearch:
    """The history of one centre, to be read. Who may see what is the caller's question."""

    def __init__(self, database: Database, centre: int) -> None:
        self._reports = database.reports
        self._screens = database.pool
        self._centre = centre

    async def search(self, filters: Filters, *, before: int | None = None, limit: int = 50) -> list[Found]:
        """The newest first; `before` is the last contact of the page before this one."""
        asked = {**msgspec.structs.asdict(filters), "before": before}
        statement, values = _compose({name: value for name, value in asked.items() if value is not None})
        rows = await self._reports.fetch(statement, self._centre, min(limit, PAGE_MAX), *values)
        return [_record(Found, row, public_id=public_id(self._centre, row["contact"])) for row in rows]

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
            )

    async def open_todo(self, agent: int) -> list[ToDo]:
        """What this agent has not coded yet, the oldest first."""
        rows = await self._screens.fetch(SQL.open_todo, self._centre, agent, TODO_MAX)
        return [_record(ToDo, row) for row in rows]

    async def recent_contacts(self, customer: int, limit: int = RECENT_MAX) -> list[Past]:
        """What this customer called for before, the newest first."""
        rows = await self._screens.fetch(SQL.recent_contacts, self._centre, customer, limit)
        return [_record(Past, row) for row in rows]


def _compose(asked: dict[str, Any]) -> tuple[str, list[Any]]:
    """The search with these conditions. Only named statements of ours are joined: values stay values."""
    conditions = [
        SQL[f"search_{name.removesuffix('_at')}"].replace("$value", f"${number}")
        for number, name in enumerate(asked, start=3)
    ]
    return " ".join([" and ".join([SQL.search, *conditions]), SQL.search_order]), list(asked.values())


def _entered(pairs: str, texts: str) -> list[tuple[str, str | None]]:
    known = msgspec.json.decode(texts, type=dict[str, str])
    return [(name, known.get(ref)) for name, ref in msgspec.json.decode(pairs, type=list[tuple[str, str]])]


def _record(kind: type[R], row: Any, json: tuple[str, ...] = (), **more: object) -> R:
    """A row whose columns are named like the record's fields; those in `json` hold JSON."""
    fields = {**row, **{name: msgspec.json.decode(row[name]) for name in json}, **more}
    return msgspec.convert(fields, kind)
