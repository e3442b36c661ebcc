"""What simulated people are like: a caller's whole call, an agent's habits, and who makes them.

The rule: a caller is known whole on arrival and an agent answers for each call anew; neither knows what the centre
thinks. `drawn` makes them from a seed, `load` without chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from callcenter.cti.simulator.curve import MINUTE, SECOND
from callcenter.cti.simulator.directions import Directions, Wish
from callcenter.cti.simulator.trade import OTHERWISE, Reason
from callcenter.facts import CentreSetup, LegId


class About(Struct, frozen=True):
    """What an agent knows of a call when it is over."""

    queue: str
    reason: Reason = Reason.OTHER
    language: str = "en"
    sent_on: str = ""
    """the title of the queue that it was sent to"""


class WrapUp(Struct, frozen=True):
    after_ms: int
    disposition: str
    note: str


class Hold(Struct, frozen=True):
    """The caller is put on hold once, so long after the talk began, for so long."""

    after_ms: int
    for_ms: int


class Known(Struct, frozen=True):
    """A customer whom the simulated callers may be; `pin` "" if there is none."""

    number: str
    account: str = ""
    pin: str = ""
    language: str = "en"
    kinds: tuple[str, ...] = ()
    """of their products"""
    customer: int = 0
    grade: str = ""


class Caller(Struct, frozen=True):
    """One person's call, from the first ring to the last."""

    number: str | None
    """None: withheld"""
    wish: Wish | None = None
    """where they want to get to; None: they key `choices`, whatever is said"""
    choices: tuple[str, ...] = ("0",)
    """keyed at each menu in turn, "" nothing; when a menu comes after the last one, they hang up"""
    slip: tuple[int, str] | None = None
    """(which menu, from 0, what is keyed there by mistake)"""
    secrets: tuple[str, ...] = ()
    """the same for a PIN"""
    account: str = ""
    """keyed whenever a number is asked for"""
    listens_percent: int = 100
    """how much of the prompts they hear before they key"""
    think_ms: int = SECOND
    patience_ms: int = OTHERWISE.patience_ms
    """from the first music"""
    talk_ms: int = 2 * MINUTE
    away_ms: int = 0
    """in mid-talk their network is gone for so long; 0: never"""
    again_ms: int = 0
    """after so long they call again when nobody answered; 0: they don't"""
    about: About = About("")
    customer: int = 0
    """who they are; 0: nobody whom the bank knows"""


class Habits(Protocol):
    """How one agent works. Each call draws anew."""

    def sign_in_ms(self) -> int: ...

    def answer_ms(self) -> int | None:
        """After how long they pick up; None: they don't."""
        ...

    def talk_ms(self) -> int | None:
        """After how long they end the talk; None: that is left to the caller."""
        ...

    def hold(self) -> Hold | None:
        """None: the caller is not put on hold."""
        ...

    def sends_on_ms(self) -> int | None:
        """After how long the contact is sent to another queue; None: it is not."""
        ...

    def wrap_up(self, about: About, dispositions: Sequence[str]) -> WrapUp | None:
        """None: forgotten."""
        ...

    def notice_ms(self) -> int:
        """How long they don't see that they are held to be not responding."""
        ...

    def work_ms(self) -> int | None:
        """Until the next break of who works without a shift; None: no breaks."""
        ...

    def break_ms(self) -> int: ...


class Population(Protocol):
    """Who calls and who works."""

    def gap_ms(self, calls_per_hour: float) -> float:
        """Until the next call; `calls_per_hour` is above 0."""
        ...

    def follow(self, setup: CentreSetup, directions: Directions) -> None:
        """The centre is like this from now on."""
        ...

    def caller(self, at: int) -> Caller:
        """Who calls at this moment, in milliseconds since 1970."""
        ...

    def adopted(self, leg: LegId, at: int) -> Caller:
        """Who is on a leg that began in an earlier process: the same person whenever it is asked."""
        ...

    def habits(self, agent: int) -> Habits: ...
