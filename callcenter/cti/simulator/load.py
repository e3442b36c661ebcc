"""People for benchmarks: every call alike, nothing drawn, nothing computed that can be known before.

The rule: a call gives the centre at least 15 inputs of different making. In the demonstration's tree: CallArrived,
PlayFinished, CustomerFound, KeysEntered (a key that means nothing), KeysEntered (accounts), KeysEntered (PIN),
PinChecked, KeysEntered (balance), PlayFinished, KeysEntered (a person), PlayFinished, LegAnswered, LegInterrupted,
LegRestored, LegEnded, LegEnded, RecordingClosed, WrapUpSaved. Arrivals are open-loop:
evenly spaced, whatever the centre does.

The customers are used in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from msgspec import Struct

from callcenter.cti.simulator.curve import HOUR
from callcenter.cti.simulator.directions import Directions
from callcenter.cti.simulator.people import About, Caller, Habits, Hold, Known, WrapUp
from callcenter.facts import CentreSetup, LegId

NOTE = "One of very many calls."


class LoadPlan(Struct, frozen=True):
    """Think times of all the people of a benchmark."""

    choices: tuple[str, ...] = ("7", "2", "1", "0")
    think_ms: int = 20
    patience_ms: int = HOUR
    talk_ms: int = 200
    away_ms: int = 20
    answer_ms: int = 20
    wrap_up_ms: int = 20


class Steady:
    """A population without chance; the same object serves as everybody's habits."""

    def __init__(self, plan: LoadPlan, customers: Sequence[Known]) -> None:
        self._plan = plan
        self._callers = cycle([_caller(plan, known) for known in customers])

    def gap_ms(self, calls_per_hour: float) -> float:
        return HOUR / calls_per_hour

    def follow(self, setup: CentreSetup, directions: Directions) -> None:
        """The same calls, whatever the centre is like."""

    def caller(self, at: int) -> Caller:
        return next(self._callers)

    def adopted(self, leg: LegId, at: int) -> Caller:
        return next(self._callers)

    def habits(self, agent: int) -> Habits:
        return self

    def sign_in_ms(self) -> int:
        return 0

    def answer_ms(self) -> int | None:
        return self._plan.answer_ms

    def talk_ms(self) -> int | None:
        return None

    def hold(self) -> Hold | None:
        return None

    def sends_on_ms(self) -> int | None:
        return None

    def wrap_up(self, about: About, dispositions: Sequence[str]) -> WrapUp | None:
        return WrapUp(self._plan.wrap_up_ms, dispositions[0] if dispositions else "", NOTE)

    def notice_ms(self) -> int:
        return 0

    def work_ms(self) -> int | None:
        return None

    def break_ms(self) -> int:
        return 0


def _caller(plan: LoadPlan, known: Known) -> Caller:
    return Caller(
        number=known.number,
        choices=plan.choices,
        secrets=(known.pin,),
        account=known.account,
        listens_percent=0,
        think_ms=plan.think_ms,
        patience_ms=plan.patience_ms,
        talk_ms=plan.talk_ms,
        away_ms=plan.away_ms,
    )
