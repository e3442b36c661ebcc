"""What goes wrong: each fault with its rate, when it may happen, and a chance of its own.

The rule: every kind draws from streams of its own (whether, and how), and so does everything that is no fault; a
day in which one kind is left out has the others where they were, as long as nothing else moves them. That is what
makes a failure small enough to be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


class Fault(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How often a kind of fault strikes."""

    chance: float = 0.0
    """of each commit, event, command or look-up, 0 to 1; for the kinds of `CHANCES`"""
    per_hour: float = 0.0
    """on average; for the kinds of `MISFORTUNES`"""
    from_minute: int = 0
    """of the day; before it nothing strikes"""
    to_minute: int | None = None
    """None: until everything heals"""


CHANCES: Mapping[str, str] = {
    "commit_slow": "a commit takes 0.5 to 3 s",
    "commit_failed": "the connection is lost before a commit, which never happened",
    "commit_unknown": "the connection is lost after a commit: it happened, and nobody was told",
    "commit_late": "the connection is lost in a commit, which happens while it is tried again",
    "read_failed": "a question to the database, or a beat, is not answered",
    "memory_short": "a new owner remembers next to nothing of what it had heard before, and forgets soon",
    "inbox_short": "a new owner has next to no room for what waits: it refuses new calls and whoever asks",
    "crash_before_commit": "kill -9 with the batch settled and not written",
    "crash_after_commit": "kill -9 with the batch written and nobody told",
    "crash_before_acknowledgement": "kill -9 with an event durable and the carrier not told so",
    "crash_after_acknowledgement": "kill -9 right after the carrier was told",
    "crash_before_command": "kill -9 before the carrier has a command",
    "crash_after_command": "kill -9 after the carrier has it",
    "event_lost": "a carrier's event, and all that follow on its leg, until the connection is mended",
    "event_late": "an event comes up to 12 s late, after others of its leg",
    "event_doubled": "an event comes again up to 6 s later",
    "event_reordered": "an event changes places with the next ones of its leg",
    "acknowledgement_lost": "the carrier is not told that it was heard, and says it again",
    "command_lost": "the carrier never has a command, and nobody knows",
    "command_doubled": "the carrier has a command twice",
    "command_slow": "a command takes up to 1 s",
    "command_refused": "the carrier can't ring or dial",
    "command_failed": "the carrier can't do anything else that it is told, or make true all that is wanted",
    "reply_lost": "the carrier rings or dials, and its reply is lost",
    "phone_silent": "a phone that should answer by itself only rings",
    "rule_raises": "a rule of ours raises on a fact",
    "look_up_lost": "a look-up is never answered",
    "look_up_slow": "a look-up takes 4 to 7 s",
    "look_up_failed": "a look-up fails",
}
MISFORTUNES: Mapping[str, str] = {
    "crash": "kill -9 at any moment",
    "freeze": "the owner stands still, another takes over, and the first goes on as if nothing had been",
    "cut": "the connection to the carrier is cut and mended",
    "carrier_dies": "the media process is killed with all its calls, and back within 3 s",
    "database_away": "no connection to the database, for up to 8 s",
    "setup_changes": "somebody applies another configuration",
    "clock_jumps": "the wall clock is up to an hour off when the next process starts",
    "snapshot": "a snapshot is taken, from which the next process begins",
    "screen_reloads": "somebody's page is loaded anew",
    "screen_stops_reading": "a lid is closed or a network stands still, up to 12 s: nothing says so",
    "screen_opens_twice": "somebody signs in on another screen as well, for up to a minute",
}

Plan = Mapping[str, Fault]
"""kind -> how often; a kind that is not named never strikes"""

BAD_LUCK: Plan = {
    **{kind: Fault(chance=0.002) for kind in CHANCES if kind.startswith(("commit", "crash"))},
    **{
        kind: Fault(chance=0.02)
        for kind in CHANCES
        if kind.startswith(("event", "ack", "command", "look_up"))
    },
    "commit_slow": Fault(chance=0.01),
    "event_late": Fault(chance=0.04),
    "event_doubled": Fault(chance=0.06),
    "reply_lost": Fault(chance=0.02),
    "read_failed": Fault(chance=0.02),
    "memory_short": Fault(chance=0.3),
    "inbox_short": Fault(chance=0.3),
    "phone_silent": Fault(chance=0.1),
    "rule_raises": Fault(chance=0.002),
    **{kind: Fault(per_hour=20) for kind in MISFORTUNES},
    "cut": Fault(per_hour=60),
    "snapshot": Fault(per_hour=120),
}
"""far more than any real day has"""


class Dice:
    """All chance of the faults. `since_ms`: how long the day has been going on."""

    def __init__(self, seed: int | str, plan: Plan, since_ms: Callable[[], int]) -> None:
        self.struck: Counter[str] = Counter()
        self._seed = seed
        self._plan = plan
        self._since_ms = since_ms
        self._calm = False
        self._whether = {kind: Random(f"{seed}:{kind}") for kind in (*CHANCES, *MISFORTUNES)}
        self._how: dict[str, Random] = {}

    def heal(self) -> None:
        """Nothing strikes from now on."""
        self._calm = True

    def plans(self, kind: str) -> bool:
        """Whether this kind may strike on this day at all."""
        return kind in self._plan

    def strikes(self, kind: str, times: int = 1) -> bool:
        """Whether this one goes wrong in this way; `times` as likely as any."""
        fault = self._plan.get(kind)
        if fault is None or not self._may(fault) or self._whether[kind].random() >= fault.chance * times:
            return False
        self.struck[kind] += 1
        return True

    def wait_ms(self, kind: str) -> int | None:
        """Until the next misfortune of this kind; None: there is none."""
        fault = self._plan.get(kind)
        if fault is None or fault.per_hour <= 0:
            return None
        return 1 + round(self._whether[kind].expovariate(fault.per_hour / HOUR_MS))

    def befalls(self, kind: str) -> bool:
        """Whether a misfortune that is due may strike at this moment."""
        if not self._may(self._plan[kind]):
            return False
        self.struck[kind] += 1
        return True

    def one_of(self, kind: str, things: Sequence[T]) -> T:
        """What goes wrong in this way all day."""
        return Random(f"{self._seed}:{kind} of").choice(things)

    def of(self, what: str) -> Random:
        """How it goes wrong, or how it usually is."""
        if what not in self._how:
            self._how[what] = Random(f"{self._seed}:how {what}")
        return self._how[what]

    def _may(self, fault: Fault) -> bool:
        if self._calm:
            return False
        minute = self._since_ms() // MINUTE_MS
        return fault.from_minute <= minute and (fault.to_minute is None or minute < fault.to_minute)
