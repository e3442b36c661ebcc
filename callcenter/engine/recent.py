"""Which inputs were here of late: the owner's memory against doubles, in front of the journal's unique index."""

from collections import deque
from collections.abc import Iterable

RECENT_SOURCES_MAX = 200_000


class Recent:
    def __init__(self, sources: Iterable[str] = (), sources_max: int = RECENT_SOURCES_MAX) -> None:
        self._max = sources_max
        self._order: deque[str] = deque()
        self._known: set[str] = set()
        for source in sources:
            self.add(source)

    def __contains__(self, source: str) -> bool:
        return source in self._known

    def add(self, source: str) -> bool:
        """False if it was here before."""
        if source in self._known:
            return False
        self._known.add(source)
        self._order.append(source)
        if len(self._order) > self._max:
            self._known.discard(self._order.popleft())
        return True
