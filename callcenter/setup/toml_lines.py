"""Which line of a TOML text each key stands in.

`tomllib` keeps no positions, and a person who is told "queues[2].offer_seconds" wants the line as well. This
scanner runs after `tomllib` has accepted the text, so it may trust the syntax and only has to find where keys
and values begin.
Grammar: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n,]|#[^\n]*)*")
_SPACES = re.compile(r"[ \t]*")
# The closing quotes of a multi-line string may be preceded by one or two more that belong to it.
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, from 1, of every table, key and array item of a valid TOML text with `\\n` line ends."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line_ends = [found.start() for found in re.finditer("\n", text)]
        self.lines: dict[KeyPath, int] = {}
        # How many elements each array of tables has had so far: a later header means the last one.
        self.sizes: dict[KeyPath, int] = {}

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self.skip(_BLANK) < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.pair(table)
        return self.lines

    def header(self) -> KeyPath:
        start = self.at
        opens_element = self.text.startswith("[[", self.at)
        self.at += 2 if opens_element else 1
        keys = self.dotted_key()
        self.skip(_SPACES)
        self.at += 2 if opens_element else 1
        if not opens_element:
            table = self.resolve(keys)
            self.record(table, start)
            return table
        array = (*self.resolve(keys[:-1]), keys[-1])
        index = self.sizes.get(array, 0)
        self.sizes[array] = index + 1
        self.record(array, start)
        self.record((*array, index), start)
        return (*array, index)

    def resolve(self, keys: list[str]) -> KeyPath:
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self.sizes:
                path = (*path, self.sizes[path] - 1)
        return path

    def pair(self, table: KeyPath) -> None:
        start = self.at
        path = table
        for key in self.dotted_key():
            path = (*path, key)
            self.record(path, start)
        self.skip(_SPACES)
        self.at += 1  # the "="
        self.skip(_SPACES)
        self.value(path)

    def value(self, path: KeyPath) -> None:
        opening = self.text[self.at]
        if opening in "\"'":
            self.take(_STRING)
        elif opening in "[{":
            self.container(path, is_array=opening == "[")
        else:
            self.take(_BARE_VALUE)

    def container(self, path: KeyPath, *, is_array: bool) -> None:
        self.at += 1
        index = 0
        while self.text[self.skip(_BLANK)] not in "]}":
            if is_array:
                self.record((*path, index), self.at)
                self.value((*path, index))
                index += 1
            else:
                self.pair(path)
        self.at += 1

    def dotted_key(self) -> list[str]:
        keys = [self.simple_key()]
        while self.text.startswith(".", self.skip(_SPACES)):
            self.at += 1
            keys.append(self.simple_key())
        return keys

    def simple_key(self) -> str:
        self.skip(_SPACES)
        if self.text[self.at] not in "\"'":
            return self.take(_BARE_KEY)
        return str(tomllib.loads(f"key = {self.take(_STRING)}")["key"])

    def record(self, path: KeyPath, position: int) -> None:
        self.lines.setdefault(path, bisect_right(self.line_ends, position - 1) + 1)

    def skip(self, pattern: re.Pattern[str]) -> int:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return self.at

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        assert found, f"tomllib accepted what this scanner can't read at character {self.at}"
        self.at = found.end()
        return found.group()
