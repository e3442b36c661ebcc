"""Whether the audit is whole: every entry as it was written, none missing, none moved, the end not cut off.

    found = await check(database, centre, witnesses(data))

The rule: each entry's hash is made again from the one before and what the row says. A wrong one is told once and
the chain taken up behind it, so that one lie doesn't make liars of all that follow.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from callcenter.history.audit import Deed, beginning, chained
from callcenter.store.audit_anchor import End
from callcenter.store.database import Connection, Database
from callcenter.store.statements import statements

SQL = statements("audit")

READ_ENTRIES = 2_000


class Checked(msgspec.Struct):
    """What was found."""

    entries: int = 0
    end: End | None = None
    problems: list[str] = []


async def check(database: Database, centre: int, ends: Sequence[End]) -> Checked:
    """Reads the whole chain. `ends`: what others remember of where it once ended."""
    found = Checked(problems=[])
    connection = await database.connect("audit check")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            head = await connection.fetchrow(SQL.head, centre)
            hashes = await _follow(connection, centre, found, {end.n for end in ends})
    finally:
        await connection.close()
    last = found.end.n if found.end is not None else 0
    if head is not None and (head["n"], head["hash"]) != (last, hashes.get(last, beginning(centre))):
        found.problems.append(f"The chain ends with entry {last}, but {head['n']} were written.")
    for end in ends:
        if end.n > last:
            found.problems.append(f"Entry {end.n} was there once; everything after entry {last} is missing.")
        elif hashes.get(end.n) != end.hash:
            found.problems.append(f"Entry {end.n} was another one once: the chain was written anew.")
    return found


async def _follow(connection: Connection, centre: int, found: Checked, wanted: set[int]) -> dict[int, bytes]:
    """The hashes of the entries in `wanted`, and of the last one."""
    hashes: dict[int, bytes] = {}
    n, before = 0, beginning(centre)
    while rows := await connection.fetch(SQL.chain, centre, n, READ_ENTRIES):
        for row in rows:
            if row["n"] != n + 1:
                found.problems.append(_missing(n + 1, row["n"] - 1))
            elif chained(before, row["n"], _deed(row)) != row["hash"]:
                found.problems.append(f"Entry {row['n']} is not as it was written, or not in its place.")
            n, before = row["n"], row["hash"]
            found.entries += 1
            if n in wanted:
                hashes[n] = before
    if found.entries:
        found.end = End(n, before)
        hashes[n] = before
    return hashes


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."


def _deed(row: object) -> Deed:
    """Whatever was done to the row: a value that no deed has makes another hash, not an error."""
    fields = {name: row[name] for name in Deed.__struct_fields__}  # type: ignore[index]
    try:
        fields["detail"] = msgspec.json.decode(fields["detail"])
        return msgspec.convert(fields, Deed)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return msgspec.structs.replace(_NONE, source=str(fields["source"]))


_NONE = msgspec.convert({"source": "", "at": -1, "actor": "", "action": "listen"}, Deed)
