"""A line of items in the order of their keys: the first is found at once, any one can leave at any time.

The rule: lowest key first. A heap with lazy deletion: what has left stays in the heap as a stale pair until
it comes to the top, and the heap is rebuilt when more than half of it is stale. O(log n) a change.
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

Key = tuple[int, ...]


class Line:
    __slots__ = ("_heap", "_keys")

    def __init__(self) -> None:
        self._heap: list[tuple[Key, int]] = []
        self._keys: dict[int, Key] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, item: int) -> bool:
        return item in self._keys

    def __iter__(self) -> Iterator[int]:
        """All that stand here, in no order."""
        return iter(self._keys)

    def add(self, key: Key, item: int) -> None:
        """Puts an item at its place, or moves it there."""
        self._keys[item] = key
        heappush(self._heap, (key, item))
        if len(self._heap) > 2 * len(self._keys) + 16:
            self._heap = [(key, item) for item, key in self._keys.items()]
            heapify(self._heap)

    def discard(self, item: int) -> None:
        self._keys.pop(item, None)

    def first(self) -> tuple[Key, int] | None:
        heap, keys = self._heap, self._keys
        while heap:
            key, item = heap[0]
            if keys.get(item) == key:
                return heap[0]
            heappop(heap)
        return None
