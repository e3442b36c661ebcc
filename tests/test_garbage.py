"""The collector: what is there at the start is left alone, and cycles made later are still found."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from callcenter.engine.garbage import YOUNG_OBJECTS, keep_collector_away


class Knot:
    """Refers to itself, so counting alone never frees it."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture(autouse=True)
def collector_as_it_was() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def test_what_is_there_at_the_start_is_not_looked_at_again() -> None:
    there = [Knot() for _ in range(100)]
    keep_collector_away()
    assert gc.get_freeze_count() > 100
    assert not any(gc.is_tracked(one) and one in gc.get_objects() for one in there)


def test_a_cycle_made_later_is_still_found_without_being_asked_for() -> None:
    keep_collector_away()
    found = weakref.ref(Knot())
    kept = [[] for _ in range(2 * YOUNG_OBJECTS)]
    assert found() is None, f"{len(kept)} new objects, and nobody looked"
