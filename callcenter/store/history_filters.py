"""What is looked for in the history, in which order, and the statement of it.

The rule: a search has exactly the conditions that were asked for, so that each has its index. Statements are joined
from named ones of ours; what somebody typed is always a value. Pages go by key: the next one begins behind the last
line of this one, whatever came meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from callcenter.lifecycles import Outcome
from callcenter.store.statements import statements

SQL = statements("history")


class Filters(Struct, frozen=True, kw_only=True):
    """What is looked for; None: whatever. `from_at` is in, `to_at` is not."""

    contact: int | None = None
    number: str | None = None
    """E.164"""
    ending: str | None = None
    """the digits that the number ends in"""
    customers: tuple[int, ...] | None = None
    """one of these"""
    agent: int | None = None
    queue: str | None = None
    outcome: Outcome | None = None
    live: bool | None = None
    direction: str | None = None
    language: str | None = None
    lines: tuple[str, ...] | None = None
    """of these business lines, or of none"""
    disposition: str | None = None
    uncoded: bool | None = None
    recorded: bool | None = None
    min_wait_ms: int | None = None
    min_talk_ms: int | None = None
    note: str | None = None
    """in the text of a note"""
    from_at: int | None = None
    to_at: int | None = None


class SortKey(StrEnum):
    STARTED = "started"
    WAIT = "wait"
    TALK = "talk"


class Sort(Struct, frozen=True):
    by: SortKey = SortKey.STARTED
    down: bool = True
    """the largest, or newest, first"""


NEWEST = Sort()


class Cursor(Struct, frozen=True):
    """Where a page ended."""

    value: int
    """of what the list is sorted by"""
    contact: int


def compose_search(filters: Filters, sort: Sort, after: Cursor | None) -> tuple[str, list[Any]]:
    """The statement and its values from $3 on; $1 and $2 are centre and number of rows."""
    key, way = SQL[f"search_key_{sort.by}"], "down" if sort.down else "up"
    conditions, values = _conditions(filters)
    if after is not None:
        values += [after.value, after.contact]
        condition = SQL[f"search_after_{way}"].replace("$value", f"${len(values) + 1}")
        conditions.append(condition.replace("$contact", f"${len(values) + 2}").replace("$key", key))
    order = SQL[f"search_order_{way}"].replace("$key", key)
    return " ".join([" and ".join([SQL.search, *conditions]), order, SQL.search_rest, order]), values


def compose_count(filters: Filters) -> tuple[str, list[Any]]:
    """As `compose_search`; $2 is how far to count."""
    conditions, values = _conditions(filters)
    return " ".join([" and ".join([SQL.search_count, *conditions]), SQL.search_count_end]), values


def _conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    asked = dict(_asked(filters))
    conditions = [
        SQL[f"search_{name}"].replace("$value", f"${number}") for number, name in enumerate(asked, start=3)
    ]
    return conditions, list(asked.values())


def _asked(filters: Filters) -> Iterator[tuple[str, Any]]:
    for name, value in asdict(filters).items():
        if value is None:
            continue
        match name:
            case "ending":
                yield name, value[::-1] + "%"
            case "customers" | "lines":
                yield name, list(value)
            case _:
                yield name, value
