"""What a person is told about a TOML file with mistakes in it."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.errors import ConfigError
from callcenter.setup.toml_lines import key_lines
from callcenter.setup.toml_source import parse, read, validate


class Music(enum.Enum):
    JAZZ = "jazz"
    NONE = "none"


class Say(msgspec.Struct, frozen=True, tag="say"):
    text: str


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    digits: Annotated[int, msgspec.Meta(ge=1, le=12)]


class Queue(msgspec.Struct, frozen=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=10)]
    offer_seconds: Annotated[int, msgspec.Meta(ge=1, le=120)] = 15
    music: Music = Music.JAZZ
    hours: tuple[str, str] | None = None


class Document(msgspec.Struct, frozen=True):
    language: Literal["en", "zh"]
    queues: tuple[Queue, ...] = ()
    steps: dict[str, Say | Ask] = msgspec.field(default_factory=dict)
    share: float = 0.5


class Window(msgspec.Struct, frozen=True):
    first: int
    last: int

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("first is after last")


class Hours(msgspec.Struct, frozen=True):
    windows: list[Window]


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        validate(parse(text, name="x.toml"), Document)
    return [str(problem) for problem in caught.value.problems]


def test_a_right_document_becomes_its_record():
    text = 'language = "en"\nshare = 1\n[[queues]]\nname = "a"\n[steps.hello]\ntype = "say"\ntext = "hi"\n'
    document = validate(parse(text, name="x"), Document)
    assert document == Document(language="en", share=1.0, queues=(Queue("a"),), steps={"hello": Say("hi")})


def test_every_problem_comes_at_once_with_its_line():
    text = """\
langauge = "en"
share = "half"

[[queues]]
name = "first"
ofer_seconds = 10

[[queues]]
offer_seconds = 0
music = "jaz"
hours = ["09:00"]

[steps]
hello = { type = "sya", text = "hi" }
pin = { type = "ask", digits = 40 }
lost = { text = "hi" }
"""
    assert problems_of(text) == [
        "x.toml:1: langauge: unknown key; did you mean 'language'?",
        'x.toml:2: share: "half" is not allowed; expected a number',
        "x.toml:6: queues[0].ofer_seconds: unknown key; did you mean 'offer_seconds'?",
        "x.toml:8: queues[1].name: missing; expected a string of at least 1 and at most 10 characters",
        "x.toml:9: queues[1].offer_seconds: 0 is not allowed; expected a whole number from 1 to 120",
        'x.toml:10: queues[1].music: "jaz" is not allowed; expected one of "jazz", "none"; '
        "did you mean 'jazz'?",
        "x.toml:11: queues[1].hours: an array is not allowed; expected an array of a string, a string",
        'x.toml:14: steps.hello.type: "sya" is not allowed; expected one of "ask", "say"; '
        "did you mean 'say'?",
        "x.toml:15: steps.pin.digits: 40 is not allowed; expected a whole number from 1 to 12",
        'x.toml:16: steps.lost.type: missing; expected one of "ask", "say"',
    ]


def test_true_is_not_a_number():
    assert problems_of('language = "en"\nshare = true') == [
        "x.toml:2: share: true is not allowed; expected a number"
    ]


def test_a_table_in_place_of_a_value_and_a_value_in_place_of_a_table():
    assert problems_of('language = "en"\nqueues = 3\nsteps = "none"\n[share]\n') == [
        "x.toml:2: queues: 3 is not allowed; expected an array",
        'x.toml:3: steps: "none" is not allowed; expected a table',
        "x.toml:4: share: a table is not allowed; expected a number",
    ]


def test_a_syntax_error_has_file_and_line():
    with pytest.raises(ConfigError) as caught:
        parse("a = 1\nb = = 2\n", name="x.toml")
    assert str(caught.value) == "x.toml:2: not valid TOML: Invalid value"


def test_a_missing_file_is_a_problem(tmp_path: Path):
    with pytest.raises(ConfigError, match="there is no such file"):
        read(tmp_path / "none.toml")


def test_bytes_that_are_no_text_are_a_problem(tmp_path: Path):
    (tmp_path / "x.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(ConfigError, match="not UTF-8 at byte 5"):
        read(tmp_path / "x.toml")


def test_what_a_record_says_of_itself_is_a_problem_too():
    text = "windows = [\n  {first = 1, last = 2},\n  {first = 3, last = 2},\n]"
    with pytest.raises(ConfigError) as caught:
        validate(parse(text, name="x.toml"), Hours)
    assert str(caught.value) == "x.toml:3: windows[1]: first is after last"


def test_lines_are_found_through_strings_comments_and_nested_arrays():
    text = """\
# "not = a key"
title = \"\"\"
fake = 1
[not.a.table]
more\\\"\"\"\"\"\"
path = 'C:\\' # = 3
"quoted \\u0041.key" . b = [
  [1, 2],  # ]
  { x = '}', y = [ "]" ] },
]
[ a . 'b.c' ]
when = 2026-11-22T10:00:00Z
[[a.list]]
[[a.list]]
k.d = 0x1F
[a.list.inner]
z = '''it''s''''
"""
    assert key_lines(text) == {
        ("title",): 2,
        ("path",): 6,
        ("quoted A.key",): 7,
        ("quoted A.key", "b"): 7,
        ("quoted A.key", "b", 0): 8,
        ("quoted A.key", "b", 0, 0): 8,
        ("quoted A.key", "b", 0, 1): 8,
        ("quoted A.key", "b", 1): 9,
        ("quoted A.key", "b", 1, "x"): 9,
        ("quoted A.key", "b", 1, "y"): 9,
        ("quoted A.key", "b", 1, "y", 0): 9,
        ("a", "b.c"): 11,
        ("a", "b.c", "when"): 12,
        ("a", "list"): 13,
        ("a", "list", 0): 13,
        ("a", "list", 1): 14,
        ("a", "list", 1, "k"): 15,
        ("a", "list", 1, "k", "d"): 15,
        ("a", "list", 1, "inner"): 16,
        ("a", "list", 1, "inner", "z"): 17,
    }


VALUES = st.recursive(
    st.one_of(st.integers(-(2**31), 2**31), st.booleans(), st.text(st.characters(codec="utf-8"), max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_any_value_at_all_is_scanned_to_its_end(value: object):
    source = parse(f"before = 1\nvalue = {_toml(value)}\nafter = 1\n", name="x")
    assert source.data["value"] == value
    assert source.line_of(("before",)) == 1
    assert source.line_of(("value",)) == 2
    assert source.line_of(("after",)) == 3


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    assert isinstance(value, dict)
    return "{" + ", ".join(f"{_quoted(key)} = {_toml(item)}" for key, item in value.items()) + "}"


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in text) + '"'
