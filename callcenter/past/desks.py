"""Agents at their desks on a day that is over: coming, breaks, leaving, and being ready for the next contact.

The rule: it is the core's. Who is in the middle of an offer or a contact does what they chose afterwards, and an
agent who is ready stands in the router's line with the moment since when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.legs import NAME
from callcenter.cti.simulator.rota import Away, Turn
from callcenter.facts import AgentSetup, AgentSignedOut, AgentStateChanged, PresenceChosen
from callcenter.lifecycles import Presence, Routing
from callcenter.past.ledger import Ledger
from callcenter.queue.choice import Merit
from callcenter.queue.routing import Router

FREE = frozenset({Routing.OFF_QUEUE, Routing.IDLE, Routing.NOT_RESPONDING})


class Choice(Struct, frozen=True):
    """Away for so long, or off for the day."""

    presence: Presence
    reason: str = ""
    for_ms: int = 0


class Desk(Struct):
    setup: AgentSetup
    presence: Presence = Presence.OFFLINE
    reason: str = ""
    routing: Routing = Routing.OFF_QUEUE
    idle_since: int = 0
    postponed: Choice | None = None

    def becomes(self, routing: Routing) -> AgentStateChanged:
        self.routing = routing
        return AgentStateChanged(self.setup.agent, self.presence, self.reason, routing)

    def chooses(self, choice: Choice | None) -> AgentStateChanged:
        """None: ready."""
        self.postponed = None
        self.presence, self.reason = (choice.presence, choice.reason) if choice else (Presence.READY, "")
        return self.becomes(Routing.OFF_QUEUE if choice else Routing.IDLE)


class Desks:
    """`take`: called with each desk that becomes ready, to give it the contact that waits for it, if one does."""

    def __init__(self, agenda: Agenda, ledger: Ledger, router: Router, take: Callable[[Desk], None]) -> None:
        self._agenda = agenda
        self._ledger = ledger
        self._router = router
        self._take = take
        self._desks: dict[int, Desk] = {}

    def __getitem__(self, agent: int) -> Desk:
        return self._desks[agent]

    def plan(self, turns: Iterable[tuple[AgentSetup, Turn]]) -> None:
        for setup, turn in turns:
            desk = self._desks.setdefault(setup.agent, Desk(replace(setup, station=NAME)))
            self._agenda.at(turn.come_at, self._choose, desk, None)
            for away in turn.aways:
                self._agenda.at(away.at, self._go_away, desk, away)
            self._agenda.at(turn.leave_at, self._choose, desk, Choice(Presence.OFFLINE))

    def rest(self, desk: Desk, *, idle_since: int | None = None) -> AgentStateChanged:
        """What a desk is after an offer or a contact. `idle_since`: the place among the idle that it keeps."""
        desk.idle_since = self._agenda.now if idle_since is None else idle_since
        return desk.chooses(desk.postponed)

    def settle(self, desk: Desk, choice: Choice | None) -> None:
        """After what `rest` said was put down. `choice`: what was postponed until now."""
        if choice is None:
            self._router.ready(desk.setup.agent, desk.setup, Merit(desk.idle_since))
            self._take(desk)
        elif choice.presence is Presence.AWAY:
            self._agenda.after(choice.for_ms, self._come_back, desk, choice)

    def miss(self, desk: Desk, notice_ms: int) -> AgentStateChanged:
        """The offer was let pass."""
        self._agenda.after(notice_ms, self._notice, desk)
        return desk.becomes(Routing.NOT_RESPONDING)

    def _go_away(self, desk: Desk, away: Away) -> None:
        if desk.presence is Presence.READY:
            self._choose(desk, Choice(Presence.AWAY, away.reason, away.for_ms))

    def _come_back(self, desk: Desk, choice: Choice) -> None:
        if (desk.presence, desk.reason) == (choice.presence, choice.reason):
            self._choose(desk, None)

    def _notice(self, desk: Desk) -> None:
        if desk.routing is Routing.NOT_RESPONDING:
            self._choose(desk, None)

    def _choose(self, desk: Desk, choice: Choice | None) -> None:
        if desk.routing not in FREE:
            desk.postponed = choice
            return
        self._router.busy(desk.setup.agent)
        desk.idle_since = self._agenda.now
        self._ledger.put(self._agenda.now, _input(desk, choice), desk.chooses(choice))
        self.settle(desk, choice)


def _input(desk: Desk, choice: Choice | None) -> PresenceChosen | AgentSignedOut:
    if choice is not None and choice.presence is Presence.OFFLINE:
        return AgentSignedOut(desk.setup.agent, desk.setup.login)
    presence, reason = (choice.presence, choice.reason) if choice else (Presence.READY, "")
    return PresenceChosen(desk.setup.agent, presence, reason, desk.setup.login)
