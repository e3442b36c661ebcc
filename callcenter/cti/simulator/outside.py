"""Whoever answers when the centre calls an outside number: there in a moment, or engaged, or not at home.

The rule: how they take the call follows from their number (`callcenter.cti.imagined`), so it is the same at
every try. They talk for a while and hang up; put on hold, they wait.
"""

from __future__ import annotations

from random import Random

from callcenter.cti.imagined import reaction
from callcenter.cti.provider import Play
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.carrier import Carrier
from callcenter.facts import LegId

TALK_MS = (25_000, 150_000)
HOLD_PATIENCE_MS = 120_000


class Outsider:
    """The person at this number. What they planned goes stale when `_moment` has passed."""

    __slots__ = ("_agenda", "_carrier", "_moment", "_number")

    def __init__(self, agenda: Agenda, carrier: Carrier, number: str) -> None:
        self._agenda = agenda
        self._carrier = carrier
        self._number = number
        self._moment = 0

    def rings(self, leg: LegId) -> None:
        taken = reaction(self._number)
        if not taken.failure:
            self._agenda.after(taken.after_ms, self._carrier.answer, leg)
        elif taken.failure == "busy":
            self._agenda.after(taken.after_ms, self._carrier.hang_up, leg)

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None:
        self._plan_to_leave(leg, HOLD_PATIENCE_MS)

    def talks(self, leg: LegId) -> None:
        self._plan_to_leave(leg, Random(self._number).randint(*TALK_MS))

    def ended(self, leg: LegId) -> None:
        self._moment += 1

    def _plan_to_leave(self, leg: LegId, wait_ms: int) -> None:
        self._moment += 1
        self._agenda.after(wait_ms, self._leave, leg, self._moment)

    def _leave(self, leg: LegId, moment: int) -> None:
        if moment == self._moment:
            self._carrier.hang_up(leg)
