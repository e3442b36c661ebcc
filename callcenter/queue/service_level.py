"""The figures of a queue and of an agent's time: counts and sums that add up, and the formulas over them.

The rule: a percentage is never kept, only what it is made of, so periods and queues can be added and a new
formula works on old days. The clock of a visit starts when the contact enters the queue and its wait includes
the ringing; the interval it counts in is that of its arrival. Only answered and abandoned visits are judged:
closed, overflowed and lost by our fault have columns of their own outside every denominator.

The three service levels of the field, in percent, None while nothing counts:

    OF_OFFERED   answered in threshold / (answered + abandoned - short abandons)       the tile's default
    OF_ANSWERED  answered in threshold / answered
    IN_TIME      (answered in threshold + abandoned in threshold) / (answered + abandoned)

"Short" is an abandon before the queue's own limit: a wrong number, not a lost customer.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never

from msgspec import Struct

from callcenter.lifecycles import Routing


class VisitExit(StrEnum):
    """How a visit to a queue ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    """went on to another queue"""
    CLOSED = "closed"
    LOST = "lost"
    """our fault: never an abandon"""


class ServiceLevel(StrEnum):
    OF_OFFERED = "of_offered"
    OF_ANSWERED = "of_answered"
    IN_TIME = "in_time"


class Limits(Struct, frozen=True):
    """What one queue calls in time and short."""

    threshold_ms: int = 20_000
    """answered after exactly this is in time"""
    short_abandon_ms: int = 5_000
    """abandoned before this is short; 0: none is"""


class QueueFigures(Struct):
    """A running sum over finished visits and closed engagements of one queue and period."""

    answered: int = 0
    answered_in_threshold: int = 0
    abandoned: int = 0
    abandoned_in_threshold: int = 0
    short_abandoned: int = 0
    overflowed: int = 0
    closed: int = 0
    lost: int = 0
    answer_ms: int = 0
    """waits of the answered, together"""
    abandon_ms: int = 0
    handled: int = 0
    """engagements whose wrap-up is over"""
    handle_ms: int = 0
    """their talk and wrap-up, together"""

    def add_visits(self, exit: VisitExit, wait_ms: int, limits: Limits, count: int = 1) -> None:
        """Count finished visits that ended alike after the same wait."""
        in_time, short = wait_ms <= limits.threshold_ms, wait_ms < limits.short_abandon_ms
        self.add_sum(exit, count, count * wait_ms, in_time=in_time, short=short)

    def add_sum(self, exit: VisitExit, count: int, wait_ms: int, *, in_time: bool, short: bool) -> None:
        """Count finished visits that ended alike and waited `wait_ms` together: each within the threshold or none,
        each too short to be a lost customer or none."""
        match exit:
            case VisitExit.ANSWERED:
                self.answered += count
                self.answered_in_threshold += count if in_time else 0
                self.answer_ms += wait_ms
            case VisitExit.ABANDONED:
                self.abandoned += count
                self.abandoned_in_threshold += count if in_time else 0
                self.short_abandoned += count if short else 0
                self.abandon_ms += wait_ms
            case VisitExit.OVERFLOWED:
                self.overflowed += count
            case VisitExit.CLOSED:
                self.closed += count
            case VisitExit.LOST:
                self.lost += count
            case _:
                assert_never(exit)

    def add_handled(self, handle_ms: int, count: int = 1) -> None:
        """Count engagements that are over; `handle_ms` is their talk and wrap-up together."""
        self.handled += count
        self.handle_ms += handle_ms


def finished(figures: QueueFigures) -> int:
    """Visits that are over. With those who wait now: the contacts that entered."""
    judged = figures.answered + figures.abandoned
    return judged + figures.overflowed + figures.closed + figures.lost


def service_level(figures: QueueFigures, formula: ServiceLevel = ServiceLevel.OF_OFFERED) -> float | None:
    """Percent by the formula of that name; see the top of this module."""
    match formula:
        case ServiceLevel.OF_OFFERED:
            counted = figures.answered + figures.abandoned - figures.short_abandoned
            return _percent(figures.answered_in_threshold, counted)
        case ServiceLevel.OF_ANSWERED:
            return _percent(figures.answered_in_threshold, figures.answered)
        case ServiceLevel.IN_TIME:
            in_time = figures.answered_in_threshold + figures.abandoned_in_threshold
            return _percent(in_time, figures.answered + figures.abandoned)
        case _:
            assert_never(formula)


def average_answer_ms(figures: QueueFigures) -> int | None:
    """ASA: the mean wait of the answered, rounded down; None while nobody was."""
    return figures.answer_ms // figures.answered if figures.answered else None


def average_handle_ms(figures: QueueFigures) -> int | None:
    """AHT: the mean of talk and wrap-up of the engagements that are over."""
    return figures.handle_ms // figures.handled if figures.handled else None


BUSY = (Routing.ON_CONTACT, Routing.WRAP_UP)
STAFFED = (Routing.IDLE, Routing.OFFERED, *BUSY)


def occupancy(times_ms: Mapping[Routing, int]) -> float | None:
    """Percent of an agent's staffed time that was talk or wrap-up.

    Staffed is idle, offered, on contact and wrap-up: a ringing desk is waited for, not worked at. Breaks and
    not responding are outside.
    """
    return _percent(sum(times_ms.get(at, 0) for at in BUSY), sum(times_ms.get(at, 0) for at in STAFFED))


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole > 0 else None
