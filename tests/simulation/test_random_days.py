"""Two hundred days of bad luck: every invariant after every entry, and nobody left when all is well again."""

from __future__ import annotations

import pytest

from tests.simulation.day import Day

SEEDS = 200
TOGETHER = 25
SECONDS = 120


@pytest.mark.parametrize("first", range(1, SEEDS + 1, TOGETHER))
def test_whatever_happens_the_invariants_hold_and_nobody_is_left(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        try:
            Day(seed, seconds=SECONDS).run()
        except Exception as error:
            raise AssertionError(f"the day of seed {seed} (of {SECONDS} s) went wrong: {error}") from error


def test_a_day_follows_from_its_seed_alone() -> None:
    one, same, other = Day(7), Day(7), Day(8)
    for day in (one, same, other):
        day.run()
    assert one.disk.entries == same.disk.entries
    assert one.disk.entries != other.disk.entries


def test_the_days_are_as_bad_as_they_should_be() -> None:
    """A simulation in which nothing goes wrong proves nothing."""
    seen: set[str] = set()
    restarts = 0
    for seed in range(1, 21):
        day = Day(seed)
        day.run()
        restarts += day.restarts
        for entry in day.disk.entries:
            for fact in (entry.input, *entry.decisions):
                seen.add(type(fact).__name__)
                seen.update(str(getattr(fact, name, "")) for name in ("result", "outcome", "cause"))
    assert restarts > 10
    expected = {
        *(
            "OfferExpired",
            "WrapUpExpired",
            "LookUpExpired",
            "LegExpired",
            "LookUpFailed",
            "LegFailed",
            "StationLost",
        ),
        *(
            "StationLost",
            "ContactReturned",
            "CentreApplied",
            "OfferDeclined",
            "HangUpAsked",
            "InteractionCoded",
            "Refused",
        ),
        *("accepted", "rejected", "timed_out", "canceled", "failed"),
        *("hung_up", "released", "vanished", "system"),
        *("answered", "abandoned", "left_in_ivr", "resolved_in_ivr", "lost_by_system"),
    }
    assert expected <= seen, expected - seen
