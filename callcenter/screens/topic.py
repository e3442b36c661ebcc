"""A topic: rows by key, as far as they are durable, and the number of the last change.

The rule: old snapshot + changes = fresh snapshot. Each message is encoded once for all its readers. `drawn` runs
with the state, `shown` with the journal; they meet when everything is durable.
"""

from __future__ import annotations

import secrets

import msgspec

from callcenter.screens.reader import Reader
from callcenter.screens.wire import Change, Row, Snapshot

FIRST_NUMBER_MAX = 2**51
"""leaves a page, whose numbers are exact up to 2**53, changes for longer than it lives"""

Rows = dict[str, Row | None]
"""None: there is no such row any more"""

_ENCODER = msgspec.json.Encoder()


class Topic:
    """Lives while somebody reads it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.readers: dict[Reader, None] = {}
        self.drawn: dict[str, Row] = {}
        self._shown: dict[str, Row] = {}
        # By chance, so that a number from before a restart never passes for one of these.
        self._n = secrets.randbelow(FIRST_NUMBER_MAX)
        self._snapshot: bytes | None = None
        self._is_durable = False

    def draw(self, rows: Rows) -> Rows:
        """Takes rows that were drawn from the state; returns those that differ from what was drawn before."""
        drawn = self.drawn
        changed = {key: row for key, row in rows.items() if drawn.get(key) != row}
        for key, row in changed.items():
            if row is None:
                del drawn[key]
            else:
                drawn[key] = row
        return changed

    def publish(self, rows: Rows) -> None:
        """These rows are durable: shows them to all readers; the first time as snapshots."""
        # What came and went again while it was being written was never shown.
        present = {key: row for key, row in rows.items() if row is not None and self._shown.get(key) != row}
        gone = tuple(key for key, row in rows.items() if row is None and key in self._shown)
        self._shown.update(present)
        for key in gone:
            del self._shown[key]
        if not self._is_durable:
            self._is_durable = True
            for reader in self.readers:
                self.tell_whole(reader)
        elif present or gone:
            self._n += 1
            self._snapshot = None
            message = _ENCODER.encode(Change(self.name, self._n, present, gone))
            for reader in self.readers:
                reader.put(message)

    def tell_whole(self, reader: Reader) -> None:
        """Puts a snapshot before the reader, unless one is on its way or will follow."""
        if not self._is_durable or reader.awaits_snapshot(self.name):
            return
        if self._snapshot is None:
            self._snapshot = _ENCODER.encode(Snapshot(self.name, self._n, self._shown))
        reader.put_snapshot(self.name, self._snapshot)
