"""The core serves as theory says: what chance makes of calls and talks, the router and the figures don't change."""

from __future__ import annotations

import math
import statistics

import pytest

from benchmarks.theory import (
    CROWDED_ERLANGS,
    ERLANGS,
    PATIENCE_S,
    Centre,
    Load,
    Measured,
    erlang_a,
    erlang_c,
    of_a,
    of_c,
)

CALLS, PARTS, ERRORS_MAX = 8_000, 16, 3.5


def test_what_theory_says_is_what_the_books_have() -> None:
    assert erlang_c() == pytest.approx(
        {"p_wait": 0.174132, "service_level": 0.888350, "asa_s": 7.836}, abs=1e-4
    )


@pytest.mark.parametrize("patience_s", [None, PATIENCE_S])
def test_waits_and_abandons_are_those_of_theory(patience_s: float | None) -> None:
    load = Load(ERLANGS if patience_s is None else CROWDED_ERLANGS, patience_s)
    theory, figures = (erlang_c(), of_c) if patience_s is None else (erlang_a(), of_a)
    parts = [Measured() for _ in range(PARTS)]
    for index, visit in enumerate(Centre(load, seed=2).visits(CALLS)):
        parts[index * PARTS // CALLS].add(visit)
    found = [figures(part) for part in parts]
    for name, expected in theory.items():
        values = [one[name] for one in found]
        error = statistics.stdev(values) / math.sqrt(PARTS)
        assert abs(statistics.fmean(values) - expected) < ERRORS_MAX * error, name
