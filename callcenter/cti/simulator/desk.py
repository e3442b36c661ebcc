"""A simulated agent at a desk: who they are, and their phone.

The rule: the phone is one end of a leg like a caller's: it rings, is picked up after a moment, and may be hung up.
"""

from __future__ import annotations

from callcenter.cti.provider import Play
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.people import Habits
from callcenter.facts import AgentSetup, LegId, PresenceChosen
from callcenter.lifecycles import Presence


class AgentAtDesk:
    """One agent with their phone."""

    __slots__ = ("_agenda", "_carrier", "at_work", "away_ms", "habits", "setup", "stretch")

    def __init__(self, setup: AgentSetup, agenda: Agenda, carrier: Carrier, habits: Habits) -> None:
        self.setup = setup
        self.habits = habits
        self.at_work = False
        self.stretch = 0
        """counts the stretches of work between two breaks"""
        self.away_ms = 0
        """how long the break takes that is wanted next"""
        self._agenda = agenda
        self._carrier = carrier

    def chooses(self, presence: Presence, reason: str = "") -> PresenceChosen:
        return PresenceChosen(self.setup.agent, presence, reason, self.setup.login)

    def rings(self, leg: LegId) -> None:
        if (answer_ms := self.habits.answer_ms()) is not None:
            self._agenda.after(answer_ms, self._carrier.answer, leg)

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None:
        """Prompts are for callers."""

    def talks(self, leg: LegId) -> None:
        if (talk_ms := self.habits.talk_ms()) is not None:
            self._agenda.after(talk_ms, self._carrier.hang_up, leg)

    def ended(self, leg: LegId) -> None:
        """What follows is on the desk."""
