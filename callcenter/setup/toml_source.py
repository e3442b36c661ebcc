"""TOML written by people → frozen records, or every problem at once.

    source = read(Path("config.toml"))          # ConfigError when it is missing or isn't TOML
    config = validate(source, Config)           # ConfigError with every problem, each with its line

`Config` is any tree of `msgspec.Struct`s: nested structs, lists and tuples, dictionaries, enums, literals,
optional values, unions of tagged structs, and `Annotated[int, msgspec.Meta(ge=1, le=65535)]` with its other
bounds. All keys are known keys: one that the type doesn't have is a problem, with the nearest right name
beside it. What can only be told from several keys together goes in the struct's `__post_init__` (raise
ValueError) when one such problem is enough; else the caller collects `source.problem(...)`s afterwards and
raises them together in one ConfigError.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from callcenter.errors import ConfigError, Problem
from callcenter.setup.toml_check import departures
from callcenter.setup.toml_check import nearest as nearest_of
from callcenter.setup.toml_lines import KeyPath, key_lines

T = TypeVar("T")

SHOWN_MAX = 20
"""right names that a message shows"""


class Source(msgspec.Struct, frozen=True):
    """A TOML document and where everything in it stands."""

    name: str
    data: dict[str, Any]
    lines: dict[KeyPath, int]
    text: str

    def line_of(self, where: KeyPath) -> int:
        """The line of a key; of the nearest enclosing table when the key itself is absent; else 0."""
        for length in range(len(where), 0, -1):
            if line := self.lines.get(where[:length]):
                return line
        return 0

    def problem(self, where: KeyPath, what: str, *, expected: str = "", nearest: str = "") -> Problem:
        """A problem at a key, with file and line: for checks that reach across keys."""
        return Problem(
            path=self.name,
            line=self.line_of(where),
            where=dotted(where),
            what=what,
            expected=expected,
            nearest=nearest,
        )

    def unknown(self, where: KeyPath, noun: str, name: str, known: Collection[str]) -> Problem:
        """A name that nothing bears, told with the nearest right one or some of them."""
        close = nearest_of(name, sorted(known))
        expected = "" if close else "one of " + ", ".join(sorted(known)[:SHOWN_MAX])
        return self.problem(where, f'there is no {noun} "{name}"', expected=expected, nearest=close)


def read(path: Path) -> Source:
    """The TOML file at `path`. Raises ConfigError when it can't be read or isn't TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError.of(path, "there is no such file") from None
    except UnicodeDecodeError as error:
        raise ConfigError.of(path, f"not UTF-8 at byte {error.start}", expected="a TOML file") from None
    except OSError as error:
        raise ConfigError.of(path, f"can't be read: {error.strerror}") from None
    return parse(text, name=str(path))


def parse(text: str, *, name: str) -> Source:
    """A TOML text that goes by `name` in messages. Raises ConfigError when it isn't TOML."""
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((_syntax_problem(name, text, str(error)),)) from None
    return Source(name=name, data=data, lines=key_lines(text), text=text)


def validate(source: Source, kind: type[T]) -> T:
    """The document as a `kind`. Raises ConfigError with every problem, in the order of their lines."""
    problems = [
        source.problem(found.where, found.what, expected=found.expected, nearest=found.nearest)
        for found in departures(kind, source.data)
    ]
    if problems:
        raise ConfigError(sorted(problems, key=lambda problem: problem.line))
    try:
        return msgspec.convert(source.data, kind)
    except msgspec.ValidationError as error:
        raise ConfigError((_conversion_problem(source, str(error)),)) from None


def dotted(where: KeyPath) -> str:
    """A key path as a person writes it: `queues[2].name`."""
    text = ""
    for part in where:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else repr(part))
    return text


def _syntax_problem(name: str, text: str, message: str) -> Problem:
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    what = message[: place.start()] if place else message
    return Problem(path=name, line=line, what=f"not valid TOML: {what}")


def _conversion_problem(source: Source, message: str) -> Problem:
    what, _, at = message.partition(" - at `$")
    steps: list[str | int] = []
    for key, index in re.findall(r"\.([^.\[`]+)|\[(\d+|\.\.\.)\]", at):
        if index == "...":  # msgspec doesn't say which entry of a dictionary it was
            break
        steps.append(key or int(index))
    return source.problem(tuple(steps), what)
