"""How long a caller may have to wait: a bound from the queue's own recent pace.

The rule: four of five callers of late were answered within the bound. Silent below `ANSWERS_MIN` recent answers,
and told in whole minutes, rounded up, because nobody holds a system to its seconds.
"""

from collections.abc import Sequence

ANSWERS_MIN = 20
SHARE_WITHIN = 0.8


def bound_ms(recent_waits: Sequence[int]) -> int | None:
    """The wait in ms within which `SHARE_WITHIN` of the recent answers came; None when too few are known."""
    if len(recent_waits) < ANSWERS_MIN:
        return None
    ordered = sorted(recent_waits)
    return ordered[min(len(ordered) - 1, int(SHARE_WITHIN * len(ordered)))]


def minutes(wait_ms: int) -> int:
    """Whole minutes, at least one."""
    return max(1, -(-wait_ms // 60_000))
