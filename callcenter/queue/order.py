"""Who stands before whom.

The rule: whoever was put forward goes first, who was put forward furthest before the others. Then come those who
have reached the ceiling of their queue, the oldest first. Then the others by points, those of their grade and those
of their wait, times the weight of the queue; equals by age.

So nobody starves: after (ceiling - points of the grade) / ageing minutes only who is older still goes before a
contact, and who was put forward by hand or by a failed transfer.
"""

from msgspec import Struct

MINUTE_MS = 60_000
CEILING, CLIMBING = 0, 1
"""the two bands of those who wait"""


class Rules(Struct, frozen=True, cache_hash=True):
    """Of one queue."""

    ageing: int = 0
    """points for each minute of the wait; 0: who waits longer goes first among equals alone"""
    ceiling: int | None = None
    """points from which on only age counts; None: points count for ever"""
    weight: int = 100
    """percent by which points count beside those of other queues"""


class Standing(Struct, frozen=True):
    """The place of somebody in line: a contact, or as minus its number the consultation about it."""

    place: int
    points: int
    """of the grade"""
    since_at: int
    lift: int = 0
    """how far it was put forward"""


Rank = tuple[int, int, int, int, int]
"""compares any two who wait, in whatever queues, at one moment; the lowest goes first"""


def rank(standing: Standing, rules: Rules, at: int) -> Rank:
    since, place = standing.since_at, standing.place
    if band(standing, rules, at) == CEILING:
        return -standing.lift, CEILING, 0, since, place
    points = standing.points * MINUTE_MS + rules.ageing * (at - since)
    return -standing.lift, CLIMBING, -points * rules.weight, since, place


def band(standing: Standing, rules: Rules, at: int) -> int:
    reached_at = ceiling_at(standing, rules)
    return CEILING if reached_at is not None and reached_at <= at else CLIMBING


def ceiling_at(standing: Standing, rules: Rules) -> int | None:
    """When it reaches the ceiling; None: never."""
    if rules.ceiling is None:
        return None
    missing = (rules.ceiling - standing.points) * MINUTE_MS
    if missing <= 0:
        return standing.since_at
    if not rules.ageing:
        return None
    return standing.since_at - (-missing // rules.ageing)


def key_in(standing: Standing, rules: Rules, its_band: int) -> tuple[int, int, int, int]:
    """Orders those of one band of one queue at every moment alike, because all of them age at one pace."""
    if its_band == CEILING:
        return -standing.lift, 0, standing.since_at, standing.place
    points = standing.points * MINUTE_MS - rules.ageing * standing.since_at
    return -standing.lift, -points, standing.since_at, standing.place
