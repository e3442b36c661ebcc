"""The accesses of the last minutes, so that the same one soon again is not told twice."""

from __future__ import annotations

from collections import OrderedDict

from callcenter.history.audit import AuditAction, Detail

AGAIN_MS = 10 * 60_000
KEPT_MAX = 10_000

Access = tuple[str, AuditAction, int | None, int | None, Detail, str]
"""(login, what, agent, contact, detail, why it was refused)"""


class Noted:
    """`now` in milliseconds."""

    def __init__(self) -> None:
        self._at: OrderedDict[Access, int] = OrderedDict()

    def is_new(self, access: Access, now: int) -> bool:
        at = self._at.get(access)
        return at is None or now - at >= AGAIN_MS

    def keep(self, access: Access, now: int) -> None:
        self._at[access] = now
        self._at.move_to_end(access)
        if len(self._at) > KEPT_MAX:
            self._at.popitem(last=False)
