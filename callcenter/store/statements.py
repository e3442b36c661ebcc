"""The SQL of the whole service, by name.

A file `schemas/sql/journal.sql` holds statements, each under its name and a sentence on what it is for:

    -- name: insert_journal
    -- One batch of inputs and facts. Raises unique_violation when another owner was faster.
    insert into journal (centre, sequence, body)
    select $1, unnest($2::bigint[]), unnest($3::bytea[]);

    SQL = statements("journal")
    await connection.execute(SQL.insert_journal, ...)

Name them where the module is imported (`INSERT = SQL.insert_journal`) and a misspelt one ends the start, not
a call.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from callcenter.resources import schemas
from callcenter.setup.toml_check import nearest

_NAME = re.compile(r"^-- name:[ \t]*(.*?)[ \t]*$", re.MULTILINE)


class Statements(Mapping[str, str]):
    """The statements of one file, as attributes or by key; an unknown name raises AttributeError or KeyError.

    Each begins with its name in a comment, so that `pg_stat_activity` and slow logs tell which one runs.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._statements = _parse(path)

    def __getitem__(self, name: str) -> str:
        try:
            return self._statements[name]
        except KeyError:
            raise KeyError(self._unknown(name)) from None

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._statements[name]
        except KeyError:
            raise AttributeError(self._unknown(name)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)

    def _unknown(self, name: str) -> str:
        near = nearest(name, self._statements)
        return f"no statement {name!r} in {self._path}" + (f"; did you mean {near!r}?" if near else "")


@functools.cache
def statements(file: str) -> Statements:
    """The statements of `schemas/sql/FILE.sql`, read once."""
    return Statements(schemas() / "sql" / f"{file}.sql")


def _parse(path: Path) -> dict[str, str]:
    """Raises ValueError: a file of ours with a mistake in it is a bug."""
    _, *blocks = _NAME.split(path.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for name, block in zip(blocks[::2], blocks[1::2], strict=True):
        text = block.strip()
        lines = text.splitlines()
        sql = "\n".join(line for line in lines if not line.lstrip().startswith("--")).strip().rstrip(";")
        if not name.isidentifier() or name in found:
            raise ValueError(f"{path}: {name!r} is no name for a statement, or comes twice")
        if not text.startswith("-- ") or not sql:
            raise ValueError(f"{path}: {name} needs a comment on what it is for, and its SQL")
        found[name] = f"/* {path.stem}.{name} */ {sql}"
    return found
