"""Who works on a day: the shifts that touch it, who is ill, and whose weekend it is.

The rule: who is away is drawn beside the turns, so one agent's luck changes nobody else's day. A shift that began
the evening before is there from midnight on, and one that goes on after midnight is the next day's from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from callcenter.cti.simulator.habits import Reasons
from callcenter.cti.simulator.rota import Turn, turn
from callcenter.cti.simulator.shifts import Stretch, touching
from callcenter.facts import AgentSetup, CentreSetup
from callcenter.hours import parts

ILL = 0.025
FREE_ONE_IN = 3
"""of each team's day shifts on a weekend, in turn; the night's watch is there every night"""
DAY_FROM, DAY_TO = 8 * 60, 12 * 60
"""minutes between which day shifts begin"""
SATURDAY = 5
WITHOUT_SHIFT = "mon-fri 08:30-17:00"
"""for agents of whom nothing is said"""
SHORTEST_MS = 60_000


def turns(
    setup: CentreSetup, span: Stretch, zone: ZoneInfo, chance: Random, *, ill: float = ILL
) -> Iterator[tuple[AgentSetup, Turn]]:
    """The work of everybody in this time, agent by agent."""
    reasons = Reasons.of(setup.break_reasons)
    free = _free(setup, datetime.fromtimestamp(span.from_at / 1_000, zone).date())
    for agent in setup.agents:
        absent = chance.random() < ill or agent.agent in free
        for shift in touching(agent.shift or WITHOUT_SHIFT, span.from_at, span.to_at, zone):
            # The shift's own luck: of its two days each sees the same turn.
            own = Random(f"{agent.agent}/{shift.from_at}")
            found = _cut(turn(shift, agent.lunch, zone, reasons, own), span)
            if found.leave_at - found.come_at >= SHORTEST_MS and not absent:
                yield agent, found


def _free(setup: CentreSetup, day: date) -> frozenset[int]:
    """Whose weekend it is: a part of each team, another one every week."""
    if day.weekday() < SATURDAY:
        return frozenset()
    teams: dict[str, list[int]] = {}
    for agent in setup.agents:
        if agent.queues and not _is_on_watch(agent):
            teams.setdefault(agent.queues[0], []).append(agent.agent)
    week = day.isocalendar().week
    return frozenset(
        agent for team in teams.values() for n, agent in enumerate(team) if (n + week) % FREE_ONE_IN == 0
    )


def _is_on_watch(agent: AgentSetup) -> bool:
    """One of the few who are there early, late and at night, when only the round-the-clock queues are open."""
    return any(not DAY_FROM <= part.start <= DAY_TO for part in parts(agent.shift or WITHOUT_SHIFT))


def _cut(found: Turn, span: Stretch) -> Turn:
    come_at, leave_at = max(found.come_at, span.from_at), min(found.leave_at, span.to_at)
    aways = (away for away in found.aways if come_at < away.at and away.at + away.for_ms < leave_at)
    return Turn(come_at, leave_at, tuple(aways))
