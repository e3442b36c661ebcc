"""What each release wrote, byte for byte: rows of the journal as they lie in the database.

The rule: a file is written once, for its release, and never changed; later code must still read it. A line is a
row: seq, at, source, and the texts of the columns `input` and `decisions`. First the whole course of a call, then
one row for every kind of fact with a value in each of its fields. In `days/` lies what a whole random day of that
release wrote, with everything that went wrong on it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from callcenter import facts as f
from callcenter.store.journal import Row
from callcenter.store.upcasts import upcast

FOLDER = Path(__file__).parent
EVERY_KIND = "every-kind:"
"""sources of the rows that are not part of the call begin so"""


def releases() -> list[Path]:
    return sorted(FOLDER.glob("*.jsonl"))


def days() -> list[Path]:
    """From 0.2.0 on."""
    return sorted(FOLDER.glob("days/*.jsonl"))


def rows_of(release: Path) -> list[Row]:
    return msgspec.json.Decoder(Row).decode_lines(release.read_bytes())


def entry_of(row: Row) -> f.Entry:
    """Read as the journal reads it."""
    return f.Entry(
        row.seq,
        row.at,
        row.source,
        f.INPUT_DECODER.decode(upcast(row.input)),
        f.DECISIONS_DECODER.decode(upcast(row.decisions)),
    )
