"""Every exception the centre raises on purpose.

The tree:

    CallCenterError
    ├── UserError                     one clear sentence and what to do; never a traceback
    │   └── ConfigError               every problem of a configuration at once (exit code 2)
    ├── StoreError
    │   ├── DatabaseRefused           a UserError too: the database can't be used as it is
    │   │   ├── DatabaseUnreachable       nothing answers there, or it won't let us in
    │   │   ├── DatabaseUnsafe            it would acknowledge what it can lose
    │   │   └── DatabaseOfAnotherVersion  a data directory or a schema this release can't read
    │   ├── Fenced                    a UserError too: another owner writes this centre's journal; stop at once
    │   ├── DuplicateSource           an input with this source id is already in the journal
    │   └── TooBroad                  a search or report would take longer than it may
    ├── TooLong                       a moment of the past lies too far from a snapshot to be made anew in time
    └── ProviderError                 a carrier, PBX or media process could not do what was wanted

The command line prints a `UserError` as it stands, without a traceback, and leaves with its `exit_code`.
The other kinds are caught by the code that can act on them; one that reaches the top is a bug and shows
its traceback.
"""

from __future__ import annotations

from pathlib import Path

import msgspec


class CallCenterError(Exception):
    """Whatever the centre raises on purpose."""


class UserError(CallCenterError):
    """Something only the person at the keyboard can put right: a port taken, a disk full, no build.

    `what` says in one sentence what is wrong, `remedy` in one what to do about it.
    """

    exit_code = 1

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what}\n  {remedy}" if remedy else what)
        self.what = what
        self.remedy = remedy


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong in a file that a person wrote.

    `where` is the dotted path of the key (`server.port`, `queues[2].name`), empty for the file as a whole;
    `line` counts from 1 and is 0 when no line can be told (a missing file, a value from the environment).
    """

    path: str
    line: int = 0
    where: str = ""
    what: str
    expected: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        subject = f"{self.where}: " if self.where else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        nearest = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{place}: {subject}{self.what}{expected}{nearest}"


class ConfigError(UserError):
    """A configuration, a centre's TOML or an IVR tree that can't be used. Nothing has been changed."""

    exit_code = 2

    def __init__(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def of(cls, path: Path | str, what: str, *, expected: str = "") -> ConfigError:
        """One problem with a file as a whole."""
        return cls((Problem(path=str(path), what=what, expected=expected),))


class StoreError(CallCenterError):
    """Something the store could not do, or does not know whether it did."""


class DatabaseRefused(StoreError, UserError):
    """The database can't be used as it is."""


class DatabaseUnreachable(DatabaseRefused):
    """Nothing answers at the database's address, or it won't let us in."""


class DatabaseUnsafe(DatabaseRefused):
    """The server may lose what it has acknowledged (fsync, full_page_writes or synchronous_commit is off)."""


class DatabaseOfAnotherVersion(DatabaseRefused):
    """A data directory of another PostgreSQL, or a schema newer than, or different from, this release's."""


class Fenced(StoreError, UserError):
    """Another owner has written this centre's next journal entry; ours must stop without a further word."""


class DuplicateSource(StoreError):
    """An input with this source id is already in the journal."""


class TooBroad(StoreError):
    """A search or report that took longer than it may: to be asked more exactly, or of a shorter period."""


class TooLong(CallCenterError):
    """A moment of the past lies too far from a snapshot to be made anew in time."""


class ProviderError(CallCenterError):
    """A provider could not do what was wanted. Expected: it becomes a fact, never the end of the engine.

    `retry` is true only when trying again can't repeat an effect (DESIGN 7: dialling is at most once).
    """

    def __init__(self, provider: str, what: str, *, retry: bool = False) -> None:
        super().__init__(f"{provider}: {what}")
        self.provider = provider
        self.what = what
        self.retry = retry
