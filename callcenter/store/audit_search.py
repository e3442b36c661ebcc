"""Reading the audit: by who, what, whom, which contact and when, a page at a time, the newest first.

The rule: a search has exactly the conditions that were asked for, and pages by number. Of a deed upon a contact it
tells which agent had that contact just then.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from callcenter.history.audit import AuditAction, Detail
from callcenter.store.audit_anchor import End
from callcenter.store.database import Database
from callcenter.store.statements import statements

SQL = statements("audit")

PAGE_MAX = 200


class AuditFilters(Struct, frozen=True, kw_only=True):
    """What is looked for; None: whatever. `from_at` is in, `to_at` is not."""

    actor: str | None = None
    action: AuditAction | None = None
    agent: int | None = None
    contact: int | None = None
    refused: bool | None = None
    from_at: int | None = None
    to_at: int | None = None


class AuditLine(Struct, frozen=True):
    n: int
    at: int
    actor: str
    action: AuditAction
    refused: str
    agent: int | None
    contact: int | None
    detail: Detail


class AuditSearch:
    """The audit of one centre, to be read. Who may is the caller's question."""

    def __init__(self, database: Database, centre: int) -> None:
        self._pool = database.reports
        self._centre = centre

    async def search(
        self, filters: AuditFilters, *, before: int | None = None, limit: int = 50
    ) -> list[AuditLine]:
        """`before` is the last entry of the page before this one."""
        asked = {**msgspec.structs.asdict(filters), "before": before}
        statement, values = _compose({name: value for name, value in asked.items() if value is not None})
        rows = await self._pool.fetch(statement, self._centre, min(limit, PAGE_MAX), *values)
        return [
            msgspec.convert({**row, "detail": msgspec.json.decode(row["detail"])}, AuditLine) for row in rows
        ]

    async def actors(self) -> list[str]:
        """The logins of all who ever did anything."""
        return [row["actor"] for row in await self._pool.fetch(SQL.actors, self._centre)]

    async def end(self) -> End | None:
        """Where the chain ends, to be noted down elsewhere; None: nothing was done yet."""
        head = await self._pool.fetchrow(SQL.head, self._centre)
        return End(head["n"], head["hash"]) if head is not None and head["n"] else None


def _compose(asked: dict[str, Any]) -> tuple[str, list[Any]]:
    """The search with these conditions. Only named statements of ours are joined: values stay values."""
    conditions = [
        SQL[f"search_{name.removesuffix('_at')}"].replace("$value", f"${number}")
        for number, name in enumerate(asked, start=3)
    ]
    return " ".join([" and ".join([SQL.search, *conditions]), SQL.search_order]), list(asked.values())
