"""One agent's stretch of work: when they come, are away and leave.

The rule: nobody comes before the shift begins, and whoever leaves late has a contact at hand. Who has a call when a
break begins takes it afterwards, and the break is as long as it was meant to be.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct

from callcenter.cti.simulator.curve import MINUTE, SECOND
from callcenter.cti.simulator.habits import Reasons
from callcenter.cti.simulator.shifts import Stretch, touching

LATE_MS_MAX = 3 * MINUTE
EARLY_REST_MS_MAX = 25 * MINUTE
MEETING_ONE_IN = 9


class Away(Struct, frozen=True):
    """From `at`, or from the end of what is at hand then, for so long."""

    at: int
    reason: str
    for_ms: int


class Turn(Struct, frozen=True):
    come_at: int
    leave_at: int
    aways: tuple[Away, ...]


def turn(shift: Stretch, lunch: str, zone: ZoneInfo, reasons: Reasons, chance: Random) -> Turn:
    """How this shift goes. `lunch`: when it is taken, as `callcenter.hours` reads it; "": none."""
    come_at = shift.from_at + chance.randrange(LATE_MS_MAX)
    leave_at = shift.to_at + chance.randrange(LATE_MS_MAX)
    planned = sorted(_aways(shift, lunch, zone, reasons, chance), key=lambda away: away.at)
    inside = (away for away in planned if come_at < away.at and away.at + away.for_ms < leave_at)
    return Turn(come_at, leave_at, tuple(inside))


def _aways(shift: Stretch, lunch: str, zone: ZoneInfo, reasons: Reasons, chance: Random) -> Iterator[Away]:
    if not reasons.meal:
        return
    for meal in touching(lunch, shift.from_at, shift.to_at, zone) if lunch else ():
        late_ms, longer_ms = chance.randrange(2 * MINUTE), chance.randrange(-60, 150) * SECOND
        yield Away(meal.from_at + late_ms, reasons.meal, meal.to_at - meal.from_at + longer_ms)
    quarter = (shift.to_at - shift.from_at) // 4
    for at in (shift.from_at + quarter, shift.from_at + 3 * quarter):
        sooner_ms = chance.randrange(EARLY_REST_MS_MAX)
        yield Away(at - sooner_ms, reasons.rest, chance.randrange(6 * MINUTE, 14 * MINUTE))
    if reasons.others and chance.randrange(MEETING_ONE_IN) == 0:
        at = shift.from_at + 2 * quarter + chance.randrange(45, 75) * MINUTE
        yield Away(at, chance.choice(reasons.others), chance.randrange(15, 40) * MINUTE)
