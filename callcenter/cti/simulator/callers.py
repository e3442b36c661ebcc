"""What callers do: arrive at the wanted rate, listen, key, wait, talk, hang up.

The rule: a caller knows only what a person on the telephone knows: what they hear, never what the centre
thinks. Music means waiting, a question is answered with what they came with, a voice means talking.
"""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.cti.provider import Play
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.legs import NAME
from callcenter.cti.simulator.people import Caller, Population
from callcenter.facts import KeysKind, LegId

HEARD_OUT_MS = 1_500
"""who came for self-service only listens to the next question for so long, then hangs up"""


class Callers:
    """`lines_max`: so many at once; `not_placed` counts who found all lines busy."""

    def __init__(
        self,
        agenda: Agenda,
        carrier: Carrier,
        population: Population,
        *,
        run: str,
        dialled: Sequence[str],
        lines_max: int,
    ) -> None:
        self.on_line = 0
        self.placed = 0
        self.not_placed = 0
        self.dialled = tuple(dialled)
        self._agenda = agenda
        self._carrier = carrier
        self._population = population
        self._run = run
        self._lines_max = lines_max
        self._calls_per_hour = 0.0
        self._rate = 0
        self._next_at = 0.0

    def set_rate(self, calls_per_hour: float) -> None:
        """From now on; 0 lets nobody call any more. Calls in progress go on."""
        self._calls_per_hour = calls_per_hour
        self._rate += 1
        self._next_at = float(self._agenda.now)
        self._plan_next()

    def adopted(self, leg: LegId) -> CallerOnLine:
        """Somebody is on this leg since before this process began."""
        self.on_line += 1
        return CallerOnLine(self, self._agenda, self._carrier, self._population.adopted(leg))

    def left(self) -> None:
        self.on_line -= 1

    def _plan_next(self) -> None:
        if self._calls_per_hour > 0:
            # A sum of fractions: the rate is kept however short the gaps and however late the wake-ups.
            self._next_at += self._population.gap_ms(self._calls_per_hour)
            self._agenda.at(int(self._next_at), self._arrive, self._rate)

    def _arrive(self, rate: int) -> None:
        if rate != self._rate:
            return
        caller = self._population.caller()
        if self.on_line < self._lines_max:
            self.on_line += 1
            self.placed += 1
            dialled = self.dialled[self.placed % len(self.dialled)]
            person = CallerOnLine(self, self._agenda, self._carrier, caller)
            self._carrier.arrive(f"{NAME}:{self._run}-{self.placed}", caller.number, dialled, person)
        else:
            self.not_placed += 1
        self._plan_next()


class CallerOnLine:
    """One caller at their end of the leg. What they planned goes stale when `_moment` has passed."""

    __slots__ = (
        "_agenda",
        "_caller",
        "_callers",
        "_carrier",
        "_choices",
        "_moment",
        "_secrets",
        "_waits",
    )

    def __init__(self, callers: Callers, agenda: Agenda, carrier: Carrier, caller: Caller) -> None:
        self._callers = callers
        self._agenda = agenda
        self._carrier = carrier
        self._caller = caller
        self._choices = 0
        self._secrets = 0
        self._moment = 0
        self._waits = False

    def rings(self, leg: LegId) -> None:
        """A caller's telephone doesn't ring: it was they who called."""

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None:
        self._moment += 1
        if play.loop and not self._waits:
            self._waits = True
            self._agenda.after(self._caller.patience_ms, self._lose_patience, leg)
        if play.listen is None or play.loop:
            return
        heard_ms = length_ms * self._caller.listens_percent // 100
        keys = self._answer_to(play.listen.kind)
        if keys is None:
            self._agenda.after(heard_ms + HEARD_OUT_MS, self._leave, leg, self._moment)
        elif keys:
            if len(keys) < play.listen.max_digits:
                keys += play.listen.finish_key
            self._agenda.after(heard_ms + self._caller.think_ms, self._key, leg, self._moment, keys)

    def talks(self, leg: LegId) -> None:
        self._moment += 1
        self._waits = False
        caller = self._caller
        self._agenda.after(caller.talk_ms, self._leave, leg, self._moment)
        if caller.away_ms:
            self._agenda.after(caller.talk_ms // 2, self._lose, leg, self._moment)

    def ended(self, leg: LegId) -> None:
        self._moment += 1
        self._waits = False
        self._callers.left()

    def _answer_to(self, kind: KeysKind) -> str | None:
        """The keys for this question: "" for silence, None when there is nothing left to say."""
        caller = self._caller
        if kind is KeysKind.CHOICE:
            self._choices += 1
            return caller.choices[self._choices - 1] if self._choices <= len(caller.choices) else None
        if kind is KeysKind.SECRET:
            self._secrets += 1
            return caller.secrets[self._secrets - 1] if self._secrets <= len(caller.secrets) else ""
        return caller.account

    def _key(self, leg: LegId, moment: int, keys: str) -> None:
        if moment == self._moment:
            self._carrier.press(leg, keys)

    def _leave(self, leg: LegId, moment: int) -> None:
        if moment == self._moment:
            self._carrier.hang_up(leg)

    def _lose_patience(self, leg: LegId) -> None:
        if self._waits:
            self._carrier.hang_up(leg)

    def _lose(self, leg: LegId, moment: int) -> None:
        if moment == self._moment:
            self._carrier.lose(leg)
            self._agenda.after(self._caller.away_ms, self._carrier.come_back, leg)
