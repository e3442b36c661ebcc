"""Rules that raise now and then, and on each day one that does so often: a bug of ours must cost one contact, and
never the centre.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from callcenter import facts as f
from callcenter.center import DECIDED_UPON, Settled, decide, settle
from callcenter.simulate.faults import Dice
from callcenter.state import Live

KIND = "rule_raises"
SPARED = f.ContactQuarantined | f.CentreApplied
"""the way out, and what nobody could be blamed for"""

TIMERS_MORE = 3
"""times as likely as another kind: who broke on one may never be heard of again"""
KINDS = (*get_args(f.Input), *get_args(f.Decision), *get_args(f.Timer) * TIMERS_MORE)
FAULTY = tuple(kind for kind in KINDS if kind in DECIDED_UPON and not issubclass(kind, SPARED))
OFTEN = 200
"""times as often as another"""

Broke = Callable[[f.Input, int, f.Fact, int | None, Settled], None]
"""hears that on this input at this moment rules raised, the first one on this fact about this contact, if there is
one, and what was made of it"""


class BrokenRules:
    """`settle` by the production's rules, of which some raise."""

    def __init__(self, dice: Dice, broke: Broke) -> None:
        self._dice = dice
        self._broke = broke
        self._faulty = dice.one_of(KIND, FAULTY)
        self._met: f.Fact | None = None
        self._about: int | None = None

    def settle(self, live: Live, input: f.Input, at: int) -> Settled:
        self._met = None
        settled = settle(live, input, at, self._decide)
        if self._met is not None:
            self._broke(input, at, self._met, self._about, settled)
        return settled

    def _decide(self, live: Live, fact: f.Fact, at: int) -> list[f.Decision]:
        following = decide(live, fact, at)
        if not following or isinstance(fact, SPARED):
            return following
        if self._dice.strikes(KIND, OFTEN if isinstance(fact, self._faulty) else 1):
            if self._met is None:
                contact = getattr(fact, "contact", None)
                self._met, self._about = fact, contact if contact in live.state.contacts else None
            raise ArithmeticError("a bug was made up here")
        return following
