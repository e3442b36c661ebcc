"""Lines of a CSV file that a spreadsheet program opens as they are meant: RFC 4180, UTF-8 with its mark, CRLF.

The rule: text is text. Every text is quoted and every number is not, so that a reader which keeps the two apart
gets back what was there; nothing is empty and unquoted. A spreadsheet program would run a cell that begins with one
of `= + - @` (or their full-width forms, as East Asian ones do) as a formula, also behind blanks, tabs and line ends
that it skips, and begins another cell where its own separator stands in ours: such a text gets an apostrophe before
that sign, the mark by which these programs themselves note down "this is text".

A telephone number is the one text that may begin with `+` and stays as it is, because "+14155550101" is digits
and can't be anything but a number: E.164 and nothing else behind it.

Sources: OWASP, "CSV Injection"; RFC 4180; ITU-T E.164.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

BOM = "\ufeff".encode()
"""without it Excel takes UTF-8 for the machine's old code page, and Chinese for noise"""

Cell = str | int | float | None

_E164 = re.compile(r"\+[0-9]{4,15}", re.ASCII)
_SIGNS = "=+\\-@＝＋－＠"
_SKIPPED = r"[\s\x00-\x20\x7f\u00a0\u200b-\u200f\u2028\u2029\u2060\ufeff]"
_STARTS = re.compile(rf"\A(?={_SKIPPED}*[{_SIGNS}])")
_INSIDE = re.compile(rf"(?<=[;\t\r\n|])(?=[{_SIGNS}])")
_EDGE = re.compile(r"\A(?=[\t\r\n\x00])")


def text(value: str) -> str:
    """`value` as a cell that no program runs."""
    if _E164.fullmatch(value):
        return value
    if _STARTS.match(value) or _EDGE.match(value):
        value = f"'{value}"
    return _INSIDE.sub("'", value)


def seconds(ms: int | None) -> float | int | None:
    """Milliseconds as seconds, to the last digit."""
    if ms is None:
        return None
    return ms // 1000 if ms % 1000 == 0 else ms / 1000


def lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Whole lines; None is an empty cell. NUL is in no file that others can read."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            [
                text(cell.replace("\0", "")) if isinstance(cell, str) else "" if cell is None else cell
                for cell in row
            ]
        )
    return out.getvalue().encode()
