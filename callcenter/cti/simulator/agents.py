"""What agents do with their day: sign in, go ready, take breaks, go home.

The rule: an agent acts through the same two doors as a person: their phone (`desk`) and what they ask for at their
desk, reported with their own login as the actor. What their desk shows they learn from `observe`, which the engine
calls with every durable entry; it costs next to nothing for entries that are not about them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from callcenter.cti.simulator import rota
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.desk import AgentAtDesk
from callcenter.cti.simulator.habits import Reasons
from callcenter.cti.simulator.legs import NAME
from callcenter.cti.simulator.people import About, Population
from callcenter.cti.simulator.reports import Reports
from callcenter.cti.simulator.shifts import current_or_next
from callcenter.cti.simulator.work import AtWork
from callcenter.facts import (
    AgentSetup,
    AgentSignedIn,
    AgentSignedOut,
    AgentStateChanged,
    CentreApplied,
    CentreSetup,
    Entry,
    LegId,
    StationConnected,
)
from callcenter.lifecycles import Presence, Routing

MEAL_EVERY = 4
"""of who works without a shift every so manieth break is a meal"""
MEAL_BREAKS = 3
"""and takes as long as so many others"""


class Agents:
    """Everybody in the setup whose phone is here; with `agents_max` only the first so many come to work. Who has a
    shift keeps it, all others are at work at any hour. `about`: what the caller on a leg tells them."""

    def __init__(
        self,
        agenda: Agenda,
        carrier: Carrier,
        reports: Reports,
        population: Population,
        *,
        run: str,
        agents_max: int | None,
        about: Callable[[LegId], About | None],
    ) -> None:
        self._agenda = agenda
        self._carrier = carrier
        self._reports = reports
        self._population = population
        self._agents_max = agents_max
        self._agents: dict[int, AgentAtDesk] = {}
        self._work = AtWork(agenda, reports, self._agents, run=run, about=about)
        self._zone = ZoneInfo("UTC")
        self._break_reasons: tuple[str, ...] = ()
        self._reasons = Reasons()
        self._seen: Mapping[type[Any], Callable[[Any], None]] = {
            **self._work.seen,
            AgentStateChanged: self._agent_state_changed,
        }

    def start(self, setup: CentreSetup) -> None:
        """The day begins, or somebody new is set up: phones are connected, then their people come."""
        self._zone = ZoneInfo(setup.time_zone)
        self._break_reasons = setup.break_reasons
        self._reasons = Reasons.of(setup.break_reasons)
        self._work.follow(setup)
        ours = [agent for agent in setup.agents if agent.station == NAME][: self._agents_max]
        for gone in self._agents.keys() - {one.agent for one in ours}:
            del self._agents[gone], self._carrier.stations[gone]
        for one in ours:
            if (agent := self._agents.get(one.agent)) is None:
                self._set_up(one)
            else:
                agent.setup = one  # a new shift counts after the one that goes on

    def connect_again(self) -> None:
        """There is a new owner, who has to be told whose phones can be rung."""
        for agent in self._agents:
            self._reports.add(StationConnected(agent, NAME))

    def observe(self, entry: Entry) -> None:
        """What became so and is durable."""
        for decision in entry.decisions:
            if (seen := self._seen.get(type(decision))) is not None:
                seen(decision)
        if type(entry.input) is CentreApplied:
            self.start(entry.input.setup)

    # --- Coming, being away, leaving ---

    def _set_up(self, setup: AgentSetup) -> None:
        habits = self._population.habits(setup.agent)
        agent = AgentAtDesk(setup, self._agenda, self._carrier, habits)
        self._agents[setup.agent] = agent
        self._carrier.stations[setup.agent] = agent
        self._reports.add(StationConnected(setup.agent, NAME))
        if setup.shift:
            if not self._plan_shift(agent, self._agenda.now):
                # An earlier process may have left them at their desk.
                self._reports.add(AgentSignedOut(setup.agent, setup.login))
        else:
            self._agenda.after(habits.sign_in_ms(), self._sign_in, agent)

    def _plan_shift(self, agent: AgentAtDesk, at: int) -> bool:
        """The shift that goes on at this moment, or the next one. Whether they are on duty now."""
        now, setup = self._agenda.now, agent.setup
        if not self._is_ours(agent) or (shift := current_or_next(setup.shift, at, self._zone)) is None:
            return False
        own = Random(f"{setup.agent}/{shift.from_at}")
        turn = rota.turn(shift, setup.lunch, self._zone, self._reasons, own)
        on_duty = turn.come_at <= now < turn.leave_at
        come_at = now + agent.habits.sign_in_ms() if on_duty else max(now, turn.come_at)
        self._agenda.at(come_at, self._sign_in, agent)
        for away in turn.aways:
            if away.at > now:
                self._agenda.at(away.at, self._go_away, agent, away.reason, away.for_ms)
        self._agenda.at(turn.leave_at, self._leave, agent, shift.to_at + 1)
        return on_duty

    def _is_ours(self, agent: AgentAtDesk) -> bool:
        return self._agents.get(agent.setup.agent) is agent

    def _sign_in(self, agent: AgentAtDesk) -> None:
        if self._is_ours(agent):
            agent.at_work = True
            self._reports.add(AgentSignedIn(agent.setup.agent, agent.setup.login))
            self._choose_ready(agent)

    def _choose_ready(self, agent: AgentAtDesk) -> None:
        if not self._is_ours(agent) or not agent.at_work:
            return
        self._reports.add(agent.chooses(Presence.READY))
        if not agent.setup.shift and (work_ms := agent.habits.work_ms()) is not None:
            agent.stretch += 1
            self._agenda.after(work_ms, self._choose_break, agent, agent.stretch)

    def _choose_break(self, agent: AgentAtDesk, stretch: int) -> None:
        if agent.stretch != stretch:
            return
        meal = stretch % MEAL_EVERY == 0
        reason = self._reasons.meal if meal else self._reasons.rest
        self._go_away(agent, reason, agent.habits.break_ms() * (MEAL_BREAKS if meal else 1))

    def _go_away(self, agent: AgentAtDesk, reason: str, for_ms: int) -> None:
        if self._is_ours(agent) and agent.at_work and reason in self._break_reasons:
            agent.away_ms = for_ms
            self._reports.add(agent.chooses(Presence.AWAY, reason))

    def _leave(self, agent: AgentAtDesk, next_from: int) -> None:
        """Home, after what is at hand; and the next shift."""
        if self._is_ours(agent):
            agent.at_work = False
            self._reports.add(AgentSignedOut(agent.setup.agent, agent.setup.login))
            self._plan_shift(agent, next_from)

    def _agent_state_changed(self, decision: AgentStateChanged) -> None:
        if (agent := self._agents.get(decision.agent)) is None:
            return
        if decision.routing is Routing.NOT_RESPONDING:
            self._agenda.after(agent.habits.notice_ms(), self._choose_ready, agent)
        elif decision.presence is Presence.AWAY and decision.reason in self._break_reasons:
            self._agenda.after(agent.away_ms or agent.habits.break_ms(), self._choose_ready, agent)
            agent.away_ms = 0
