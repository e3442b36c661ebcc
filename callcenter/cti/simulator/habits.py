"""How one simulated agent works: answering, breaks, wrap-up, and what goes wrong now and then.

The rule: an agent draws from a source of their own, so what the centre does with one changes nothing for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from msgspec import Struct

from callcenter.cti.simulator.curve import MINUTE, SECOND
from callcenter.cti.simulator.notes import disposition, note, sent_on
from callcenter.cti.simulator.people import About, Hold, WrapUp
from callcenter.cti.simulator.trade import wrap_up_ms

MISSED_ONE_IN = 60
FORGOTTEN_ONE_IN = 25
HELD_ONE_IN = 8
SENT_ON_ONE_IN = 25
HOLD_MS = (15 * SECOND, 80 * SECOND)


class Reasons(Struct, frozen=True):
    """What the centre's break reasons are for."""

    meal: str = ""
    rest: str = ""
    others: tuple[str, ...] = ()

    @classmethod
    def of(cls, reasons: Sequence[str]) -> Reasons:
        """By their words; where none fits the first one serves, "" when there are none."""
        if not reasons:
            return cls()
        meal = next((one for one in reasons if any(word in one.lower() for word in _MEAL)), reasons[0])
        rest = next((one for one in reasons if any(word in one.lower() for word in _REST)), reasons[0])
        return cls(meal, rest, tuple(one for one in reasons if one not in (meal, rest)))


_MEAL = ("lunch", "meal", "dinner", "午")
_REST = ("short", "coffee", "break", "休")


def answer_ms(chance: Random) -> int | None:
    """After how long the phone is picked up; None: it is missed."""
    return None if chance.randrange(MISSED_ONE_IN) == 0 else chance.randint(1 * SECOND, 6 * SECOND)


def hold(chance: Random) -> Hold | None:
    """To ask a colleague, or to look something up."""
    if chance.randrange(HELD_ONE_IN):
        return None
    return Hold(chance.randint(45 * SECOND, 3 * MINUTE), chance.randint(*HOLD_MS))


def is_elsewhere(chance: Random) -> bool:
    """Whether this call belongs to another queue after all."""
    return chance.randrange(SENT_ON_ONE_IN) == 0


def notice_ms(chance: Random) -> int:
    """How long somebody doesn't see that they are held to be not responding."""
    return chance.randint(20 * SECOND, 3 * MINUTE)


def wrap_up(about: About, dispositions: Sequence[str], chance: Random) -> WrapUp | None:
    """None: forgotten."""
    return None if forgets(chance) else coded(about, dispositions, chance)


def forgets(chance: Random) -> bool:
    return chance.randrange(FORGOTTEN_ONE_IN) == 0


def coded(about: About, dispositions: Sequence[str], chance: Random) -> WrapUp:
    if about.sent_on:
        text = sent_on(about.sent_on, about.language, chance)
    else:
        text = note(about.reason, about.language, chance)
    fitting = disposition(about.reason, dispositions, chance)
    return WrapUp(wrap_up_ms(about.queue, chance), fitting, text)
