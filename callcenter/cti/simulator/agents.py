"""What agents do: sign in, go ready, answer, talk, code their work, take breaks.

The rule: an agent acts through the same two doors as a person: their phone (the carrier) and their desk,
whose inputs (`AgentSignedIn`, `PresenceChosen`, `WrapUpSaved`) are reported with the actor "simulator".
What their desk shows they learn from `observe`, which the engine calls with every durable entry; it costs
next to nothing for entries that are not about them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from callcenter.cti.provider import Play
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.legs import NAME
from callcenter.cti.simulator.people import Habits, Population, WrapUp
from callcenter.cti.simulator.reports import Reports
from callcenter.facts import (
    AgentSetup,
    AgentSignedIn,
    AgentStateChanged,
    CentreApplied,
    CentreSetup,
    ContactEnded,
    ContactQueued,
    EngagementClosed,
    EngagementOpened,
    Entry,
    LegId,
    PresenceChosen,
    StationConnected,
    Value,
    WrapUpSaved,
    WrapUpStarted,
)
from callcenter.lifecycles import Presence, Routing

ACTOR = NAME


class Work(Struct, frozen=True):
    """An open engagement of one of ours."""

    agent: int
    queue: str


class Agents:
    """Everybody in the setup whose phone is here; with `agents_max` only the first so many come to work."""

    def __init__(
        self,
        agenda: Agenda,
        carrier: Carrier,
        reports: Reports,
        population: Population,
        *,
        run: str,
        agents_max: int | None,
    ) -> None:
        self._agenda = agenda
        self._carrier = carrier
        self._reports = reports
        self._population = population
        self._run = run
        self._agents_max = agents_max
        self._agents: dict[int, AgentAtDesk] = {}
        self._break_reasons: tuple[str, ...] = ()
        self._dispositions: dict[str, tuple[str, ...]] = {}
        self._queues: dict[int, str] = {}  # of each contact that waits
        self._work: dict[int, Work] = {}
        self._seen: Mapping[type[Any], Callable[[Any], None]] = {
            ContactQueued: self._contact_queued,
            ContactEnded: self._contact_ended,
            EngagementOpened: self._engagement_opened,
            WrapUpStarted: self._wrap_up_started,
            EngagementClosed: self._engagement_closed,
            AgentStateChanged: self._agent_state_changed,
        }

    def start(self, setup: CentreSetup) -> None:
        """The day begins, or somebody new is set up: phones are connected, then their people come."""
        self._break_reasons = setup.break_reasons
        self._dispositions = {queue.name: queue.dispositions for queue in setup.queues}
        ours = [agent for agent in setup.agents if agent.station == NAME][: self._agents_max]
        for gone in self._agents.keys() - {one.agent for one in ours}:
            del self._agents[gone], self._carrier.stations[gone]
        for one in ours:
            if one.agent not in self._agents:
                self._come_to_work(one)

    def observe(self, entry: Entry) -> None:
        """What became so and is durable."""
        for decision in entry.decisions:
            if (seen := self._seen.get(type(decision))) is not None:
                seen(decision)
        if type(entry.input) is CentreApplied:
            self.start(entry.input.setup)

    def _come_to_work(self, setup: AgentSetup) -> None:
        habits = self._population.habits(setup.agent)
        agent = AgentAtDesk(setup.agent, self._agenda, self._carrier, habits)
        self._agents[setup.agent] = agent
        self._carrier.stations[setup.agent] = agent
        self._reports.add(StationConnected(setup.agent, NAME))
        self._agenda.after(habits.sign_in_ms(), self._sign_in, setup.agent)

    def _sign_in(self, agent: int) -> None:
        if agent in self._agents:
            self._reports.add(AgentSignedIn(agent, ACTOR))
            self._choose_ready(agent)

    def _choose_ready(self, agent: int) -> None:
        if (found := self._agents.get(agent)) is None:
            return
        self._reports.add(PresenceChosen(agent, Presence.READY, "", ACTOR))
        if (work_ms := found.habits.work_ms()) is not None:
            found.stretch += 1
            self._agenda.after(work_ms, self._choose_break, agent, found.stretch)

    def _choose_break(self, agent: int, stretch: int) -> None:
        found = self._agents.get(agent)
        if found is None or found.stretch != stretch or not self._break_reasons:
            return
        reason = self._break_reasons[stretch % len(self._break_reasons)]
        self._reports.add(PresenceChosen(agent, Presence.AWAY, reason, ACTOR))

    # --- What the desk shows ---

    def _contact_queued(self, decision: ContactQueued) -> None:
        self._queues[decision.contact] = decision.queue

    def _contact_ended(self, decision: ContactEnded) -> None:
        self._queues.pop(decision.contact, None)

    def _engagement_opened(self, decision: EngagementOpened) -> None:
        if decision.agent in self._agents:
            queue = self._queues.get(decision.contact, "")
            self._work[decision.engagement] = Work(decision.agent, queue)

    def _wrap_up_started(self, decision: WrapUpStarted) -> None:
        work = self._work.get(decision.engagement)
        if work is None or (agent := self._agents.get(work.agent)) is None:
            return
        if (wrap_up := agent.habits.wrap_up()) is not None:
            self._agenda.after(wrap_up.after_ms, self._save, decision.engagement, wrap_up)

    def _save(self, engagement: int, wrap_up: WrapUp) -> None:
        if (work := self._work.get(engagement)) is None:
            return
        choices = self._dispositions.get(work.queue, ())
        disposition = choices[wrap_up.disposition % len(choices)] if choices else ""
        note = f"{NAME}:{self._run}/note-{engagement}"
        self._reports.add(
            WrapUpSaved(engagement, disposition, note, done=True, actor=ACTOR),
            Value(note, "note", wrap_up.note),
        )

    def _engagement_closed(self, decision: EngagementClosed) -> None:
        self._work.pop(decision.engagement, None)

    def _agent_state_changed(self, decision: AgentStateChanged) -> None:
        if (agent := self._agents.get(decision.agent)) is None:
            return
        if decision.routing is Routing.NOT_RESPONDING:
            self._agenda.after(agent.habits.notice_ms(), self._choose_ready, decision.agent)
        elif decision.presence is Presence.AWAY and decision.reason in self._break_reasons:
            self._agenda.after(agent.habits.break_ms(), self._choose_ready, decision.agent)


class AgentAtDesk:
    """One agent with their phone."""

    __slots__ = ("_agenda", "_agent", "_carrier", "habits", "stretch")

    def __init__(self, agent: int, agenda: Agenda, carrier: Carrier, habits: Habits) -> None:
        self.habits = habits
        self.stretch = 0
        """counts the stretches of work between two breaks"""
        self._agent = agent
        self._agenda = agenda
        self._carrier = carrier

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
