"""Who works on a day: the shifts that touch it, and who is ill.

The rule: who is ill is drawn beside the turns, so one agent's luck changes nobody else's day. A shift that began
the evening before is there from midnight on, and one that goes on after midnight is the next day's from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from zoneinfo import ZoneInfo

from callcenter.cti.simulator.habits import Reasons
from callcenter.cti.simulator.rota import Turn, turn
from callcenter.cti.simulator.shifts import Stretch, touching
from callcenter.facts import AgentSetup, CentreSetup

ILL = 0.025
WITHOUT_SHIFT = "mon-fri 08:30-17:00"
"""for agents of whom nothing is said"""
SHORTEST_MS = 60_000


def turns(
    setup: CentreSetup, span: Stretch, zone: ZoneInfo, chance: Random, *, ill: float = ILL
) -> Iterator[tuple[AgentSetup, Turn]]:
    """The work of everybody in this time, agent by agent."""
    reasons = Reasons.of(setup.break_reasons)
    for agent in setup.agents:
        absent = chance.random() < ill
        for shift in touching(agent.shift or WITHOUT_SHIFT, span.from_at, span.to_at, zone):
            # The shift's own luck: of its two days each sees the same turn.
            own = Random(f"{agent.agent}/{shift.from_at}")
            found = _cut(turn(shift, agent.lunch, zone, reasons, own), span)
            if found.leave_at - found.come_at >= SHORTEST_MS and not absent:
                yield agent, found


def _cut(found: Turn, span: Stretch) -> Turn:
    come_at, leave_at = max(found.come_at, span.from_at), min(found.leave_at, span.to_at)
    aways = (away for away in found.aways if come_at < away.at and away.at + away.for_ms < leave_at)
    return Turn(come_at, leave_at, tuple(aways))
