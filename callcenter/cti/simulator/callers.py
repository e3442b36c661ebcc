"""What callers do: arrive as often as is wanted, listen, key, wait, talk, hang up, and call again.

The rule: a caller knows only what a person on the telephone knows: what they hear, never what the centre
thinks. Music means waiting, a question is answered with what they came with, a voice means talking.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from callcenter.cti.provider import Play, Say
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.curve import Demand, Flat
from callcenter.cti.simulator.directions import Directions, Guide
from callcenter.cti.simulator.legs import NAME
from callcenter.cti.simulator.people import About, Caller, Population
from callcenter.facts import KeysKind, LegId

HEARD_OUT_MS = 1_500
"""who came for self-service only listens to the next question for so long, then hangs up"""
RUSH_MS = 30_000
CUT_OFF_MS, BETWEEN_MS, SPREAD_MS = 10_000, 7_300, 90_000
"""until somebody who was cut off calls again: the first one, then the others, all within so much more"""
AGAIN_PATIENCE = 2
"""so many times as patient is who calls again"""


class Callers:
    """`lines_max`: so many at once; `not_placed` counts who found all lines busy."""

    def __init__(
        self,
        agenda: Agenda,
        carrier: Carrier,
        population: Population,
        directions: Directions,
        *,
        run: str,
        dialled: Sequence[str],
        lines_max: int,
    ) -> None:
        self.on_line = 0
        self.placed = 0
        self.not_placed = 0
        self.dialled = tuple(dialled)
        self.directions = directions
        self._agenda = agenda
        self._carrier = carrier
        self._population = population
        self._run = run
        self._lines_max = lines_max
        self._demand: Demand = Flat(0)
        self._plan = 0
        self._next_at = 0.0
        self._lines: dict[LegId, Caller] = {}

    def set_rate(self, calls_per_hour: float) -> None:
        """From now on; 0 lets nobody call any more. Calls in progress go on."""
        self.follow(Flat(calls_per_hour))

    def follow(self, demand: Demand) -> None:
        """So many call from now on."""
        self._demand = demand
        self._plan += 1
        self._next_at = float(self._agenda.now)
        self._plan_next(self._plan)

    def rush(self, calls: int) -> None:
        """So many within the next half minute, over and above the demand."""
        for n in range(calls):
            self._agenda.after((n + 1) * RUSH_MS // calls, self._hurry)

    def adopted(self, leg: LegId) -> CallerOnLine:
        """Somebody is on this leg since before this process began."""
        self.on_line += 1
        return self._on_line(leg, self._population.adopted(leg, self._agenda.now))

    def about(self, leg: LegId) -> About | None:
        """What whoever is on this leg tells an agent; None: they are none of ours."""
        caller = self._lines.get(leg)
        return caller.about if caller is not None else None

    def gave_up(self, caller: Caller) -> None:
        """Nobody answered in time."""
        if caller.again_ms:
            patient = replace(caller, again_ms=0, patience_ms=caller.patience_ms * AGAIN_PATIENCE)
            self._agenda.after(caller.again_ms, self._place, patient)

    def cut_off(self) -> list[Caller]:
        """Who is on the line at this moment, when it breaks off."""
        return list(self._lines.values())

    def call_again(self, cut_off: Sequence[Caller]) -> None:
        """Those whose call broke off, one after the other."""
        for index, caller in enumerate(cut_off):
            self._agenda.after(CUT_OFF_MS + index * BETWEEN_MS % SPREAD_MS, self._place, caller)

    def left(self, leg: LegId) -> None:
        self.on_line -= 1
        self._lines.pop(leg, None)

    def _plan_next(self, plan: int) -> None:
        """The next one who calls; where the rate changes before that, chance begins anew."""
        if plan != self._plan:
            return
        calls_per_hour, until = self._demand.per_hour(int(self._next_at))
        if calls_per_hour > 0:
            # A sum of fractions: the rate is kept however short the gaps and however late the wake-ups.
            due = self._next_at + self._population.gap_ms(calls_per_hour)
            if until is None or due < until:
                self._next_at = due
                self._agenda.at(int(due), self._arrive, plan)
                return
        if until is not None:
            self._next_at = float(until)
            self._agenda.at(until, self._plan_next, plan)

    def _arrive(self, plan: int) -> None:
        if plan == self._plan:
            self._place(self._population.caller(self._agenda.now))
            self._plan_next(plan)

    def _hurry(self) -> None:
        self._place(self._population.caller(self._agenda.now))

    def _place(self, caller: Caller) -> None:
        if self.on_line >= self._lines_max:
            self.not_placed += 1
            return
        self.on_line += 1
        self.placed += 1
        dialled = self.dialled[self.placed % len(self.dialled)]
        leg = f"{NAME}:{self._run}-{self.placed}"
        self._carrier.arrive(leg, caller.number, dialled, self._on_line(leg, caller))

    def _on_line(self, leg: LegId, caller: Caller) -> CallerOnLine:
        self._lines[leg] = caller
        return CallerOnLine(self, self._agenda, self._carrier, caller)


class CallerOnLine:
    """One caller at their end of the leg. What they planned goes stale when `_moment` has passed."""

    __slots__ = (
        "_agenda",
        "_caller",
        "_callers",
        "_carrier",
        "_choices",
        "_guide",
        "_moment",
        "_secrets",
        "_waited",
        "_waits",
    )

    def __init__(self, callers: Callers, agenda: Agenda, carrier: Carrier, caller: Caller) -> None:
        self._callers = callers
        self._agenda = agenda
        self._carrier = carrier
        self._caller = caller
        self._guide = Guide(callers.directions, caller.wish, caller.slip) if caller.wish else None
        self._choices = 0
        self._secrets = 0
        self._moment = 0
        self._waits = False
        self._waited = 0
        """how often: patience in the queue has nothing to do with patience on hold"""

    def rings(self, leg: LegId) -> None:
        """A caller's telephone doesn't ring: it was they who called."""

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None:
        self._moment += 1
        if play.loop and not self._waits:
            self._waits = True
            self._waited += 1
            self._agenda.after(self._caller.patience_ms, self._lose_patience, leg, self._waited)
        if play.listen is None or play.loop:
            return
        heard_ms = length_ms * self._caller.listens_percent // 100
        keys = self._answer_to(play.listen.kind, play.says)
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
        self._callers.left(leg)

    def _answer_to(self, kind: KeysKind, says: Sequence[Say]) -> str | None:
        """The keys for this question: "" for silence, None when there is nothing left to say."""
        caller = self._caller
        if kind is KeysKind.CHOICE:
            if self._guide is not None:
                return self._guide.key(says)
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

    def _lose_patience(self, leg: LegId, waited: int) -> None:
        if self._waits and waited == self._waited:
            self._carrier.hang_up(leg)
            self._callers.gave_up(self._caller)

    def _lose(self, leg: LegId, moment: int) -> None:
        if moment == self._moment:
            self._carrier.lose(leg)
            self._agenda.after(self._caller.away_ms, self._carrier.come_back, leg)
