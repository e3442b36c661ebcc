"""What simulated people are like: callers and the habits of agents, drawn from a seed.

The rule: all chance is here. A caller is drawn whole on arrival, an agent draws from a source of their own;
so the same seed gives the same people, whatever the centre does with them in between.

Callers come at random (exponential gaps around the wanted rate), some with a customer's number, some
unknown, some withheld. They choose in the menu, key a PIN rightly or wrongly or nothing at all, wait as
long as their patience lasts, talk, and hang up. Agents answer after a moment or miss the call, sometimes
end it first, take breaks, and some forget to code their work.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol

from msgspec import Struct

from callcenter.facts import LegId

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


class Known(Struct, frozen=True):
    """A customer whose number and PIN the simulated callers may use; `pin` "" if there is none."""

    number: str
    account: str = ""
    pin: str = ""


class Caller(Struct, frozen=True):
    """One person's call, from the first ring to the last."""

    number: str | None
    """None: withheld"""
    choices: tuple[str, ...] = ("0",)
    """keyed at each menu in turn, "" nothing; when a menu comes after the last one, they hang up"""
    secrets: tuple[str, ...] = ()
    """the same for a PIN"""
    account: str = ""
    """keyed whenever a number is asked for"""
    listens_percent: int = 100
    """how much of the prompts they hear before they key"""
    think_ms: int = SECOND
    patience_ms: int = 3 * MINUTE
    """from the first music"""
    talk_ms: int = 2 * MINUTE
    away_ms: int = 0
    """in mid-talk their network is gone for so long; 0: never"""


class WrapUp(Struct, frozen=True):
    after_ms: int
    disposition: int
    """which of the queue's dispositions, counted on beyond its last"""
    note: str


class Habits(Protocol):
    """How one agent works. Each call draws anew."""

    def sign_in_ms(self) -> int: ...

    def answer_ms(self) -> int | None:
        """After how long they pick up; None: they don't."""
        ...

    def talk_ms(self) -> int | None:
        """After how long they end the talk; None: that is left to the caller."""
        ...

    def wrap_up(self) -> WrapUp | None:
        """None: forgotten."""
        ...

    def notice_ms(self) -> int:
        """How long they don't see that they are held to be not responding."""
        ...

    def work_ms(self) -> int | None:
        """Until the next break; None: no breaks."""
        ...

    def break_ms(self) -> int: ...


class Population(Protocol):
    """Who calls and who works."""

    def gap_ms(self, calls_per_hour: float) -> float:
        """Until the next call; `calls_per_hour` is above 0."""
        ...

    def caller(self) -> Caller: ...

    def adopted(self, leg: LegId) -> Caller:
        """Who is on a leg that began in an earlier process: the same person whenever it is asked."""
        ...

    def habits(self, agent: int) -> Habits: ...


class Drawn:
    """A population with chance in it."""

    def __init__(self, chance: Random, customers: Sequence[Known] = ()) -> None:
        self._chance = chance
        self._customers = tuple(customers)
        self._seed = chance.getrandbits(64)

    def gap_ms(self, calls_per_hour: float) -> float:
        return self._chance.expovariate(calls_per_hour / HOUR)

    def caller(self) -> Caller:
        return _caller(self._chance, self._customers)

    def adopted(self, leg: LegId) -> Caller:
        return _caller(Random(f"{self._seed}/{leg}"), self._customers)

    def habits(self, agent: int) -> Habits:
        return DrawnHabits(Random(f"{self._seed}/agent-{agent}"))


class DrawnHabits:
    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def sign_in_ms(self) -> int:
        return self._chance.randrange(5 * SECOND)

    def answer_ms(self) -> int | None:
        return None if _one_in(self._chance, 30) else self._chance.randint(1 * SECOND, 7 * SECOND)

    def talk_ms(self) -> int | None:
        return _about(self._chance, 100 * SECOND) if _one_in(self._chance, 5) else None

    def wrap_up(self) -> WrapUp | None:
        if _one_in(self._chance, 12):
            return None
        after_ms = min(_about(self._chance, 15 * SECOND), 45 * SECOND)
        return WrapUp(after_ms, self._chance.randrange(100), self._chance.choice(NOTES))

    def notice_ms(self) -> int:
        return self._chance.randint(20 * SECOND, 2 * MINUTE)

    def work_ms(self) -> int | None:
        return self._chance.randint(20 * MINUTE, 70 * MINUTE)

    def break_ms(self) -> int:
        return self._chance.randint(2 * MINUTE, 8 * MINUTE)


NOTES = (
    "Asked about the last booking; explained it line by line.",
    "Wanted to know when the card arrives. Confirmed the address.",
    "Address changed, confirmation goes out by post.",
    "Unhappy with the waiting time. Apologised; nothing else open.",
    "Explained the fee and waived it once.",
    "Will call again with the contract number at hand.",
    "Question about the standing order, answered.",
    "Line was bad, got everything in the end. Told to expect a letter.",
)


def _caller(chance: Random, customers: Sequence[Known]) -> Caller:
    kind = chance.random()
    known = chance.choice(customers) if customers and kind < 0.65 else None
    number = known.number if known else None if kind > 0.95 else f"+1212555{chance.randint(100, 199):04}"
    return Caller(
        number=number,
        choices=_weighted(chance, CHOICES),
        secrets=_secrets(chance, known),
        account=known.account if known else f"{chance.randrange(100_000):05}",
        listens_percent=chance.choice((30, 60, 100, 100)),
        think_ms=chance.randint(400, 2_500),
        patience_ms=max(4 * SECOND, _about(chance, 4 * MINUTE)),
        talk_ms=max(10 * SECOND, _about(chance, 100 * SECOND)),
        away_ms=chance.randint(1 * SECOND, 25 * SECOND) if _one_in(chance, 50) else 0,
    )


CHOICES: tuple[tuple[tuple[str, ...], int], ...] = (
    (("0", "0", "0"), 35),  # a person at once
    (("1", "0", "0"), 20),  # self-service, then a person
    (("1",), 15),  # self-service only
    (("2", "2", "0"), 10),
    (("3", "3", "0"), 10),
    (("", "0", "0"), 4),  # thinks it over
    (("7", "0", "0"), 3),  # a wrong key
    ((), 3),  # had expected a person
)
"""(what is keyed at one menu after the other, weight)"""


def _secrets(chance: Random, known: Known | None) -> tuple[str, ...]:
    if known is None or not known.pin:
        return ("", "")
    wrong = f"{(int(known.pin) + 1) % 10 ** len(known.pin):0{len(known.pin)}}"
    return _weighted(chance, (((known.pin,), 80), ((wrong, known.pin), 10), (("", known.pin), 5), (("",), 5)))


def _weighted(chance: Random, options: Sequence[tuple[tuple[str, ...], int]]) -> tuple[str, ...]:
    return chance.choices([option for option, _ in options], [weight for _, weight in options])[0]


def _about(chance: Random, mean_ms: int) -> int:
    """A duration with a long tail, as waiting and talking have."""
    return round(chance.gammavariate(2, mean_ms / 2))


def _one_in(chance: Random, n: int) -> bool:
    return chance.randrange(n) == 0
