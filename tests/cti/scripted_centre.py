"""A centre of a few rules, to see what simulated people make of it: menu, PIN, balance, one queue, wrap-up.

It answers every report at once, and tells the people's desks what the real centre's engine would tell. Time
is the simulation's own agenda. `inputs` holds everything that was reported, with its moment.
"""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

from callcenter.cti.provider import Play, Say
from callcenter.cti.simulator.simulation import Simulation
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import (
    AgentSetup,
    AgentStateChanged,
    CallArrived,
    CentreSetup,
    ContactQueued,
    Decision,
    EngagementClosed,
    EngagementOpened,
    Entry,
    Input,
    KeysEntered,
    KeysKind,
    KeysTimedOut,
    LegAnswered,
    LegEnded,
    LegId,
    Listen,
    Member,
    OfferExpired,
    Part,
    PlayFinished,
    PresenceChosen,
    QueueSetup,
    Received,
    WrapUpSaved,
    WrapUpStarted,
)
from callcenter.lifecycles import Presence, Routing

In = TypeVar("In", bound=Input)

OFFER_MS = 15_000
WRAP_UP_MS = 60_000
MENU = Listen(KeysKind.CHOICE, 1, 5_000, "")
PIN = Listen(KeysKind.SECRET, 4, 5_000, "#")
DISPOSITIONS = ("question", "complaint", "change")


def bank(agents: int = 3) -> CentreSetup:
    return CentreSetup(
        "bank",
        "America/Los_Angeles",
        entries=(("+14155550199", "main"), ("*", "main")),
        queues=(QueueSetup("service", "Service", dispositions=DISPOSITIONS),),
        agents=(
            *(
                AgentSetup(n, f"agent{n}", queues=("service",), station="simulator")
                for n in range(1, agents + 1)
            ),
            AgentSetup(90, "person", queues=("service",)),
        ),
        trees=(),
        break_reasons=("lunch", "coffee"),
    )


class ScriptedCentre:
    def __init__(self, simulation: Simulation) -> None:
        self.inputs: list[tuple[int, Input]] = []
        self.received: list[Received] = []
        self.ready: dict[int, None] = {}
        self.waiting: dict[LegId, None] = {}
        self.talks: dict[LegId, tuple[LegId, int]] = {}
        """caller's leg -> (agent's leg, engagement)"""
        self.live: set[LegId] = set()
        self._simulation = simulation
        self._offers: dict[LegId, tuple[LegId, int]] = {}
        """agent's leg -> (caller's leg, agent)"""
        self._engagements: dict[int, int] = {}
        self._away: dict[int, Presence] = {}
        self._numbers = 0
        self._plays: Counter[LegId] = Counter()

    def run(self, ms: int) -> None:
        """Let so much time go by."""
        agenda = self._simulation.agenda
        until = agenda.now + ms
        self._take()
        while agenda.next_due is not None and agenda.next_due <= until:
            agenda.advance(agenda.next_due)
            self._take()
        agenda.advance(until)

    def of(self, kind: type[In]) -> list[In]:
        return [what for _, what in self.inputs if isinstance(what, kind)]

    def _take(self) -> None:
        simulation = self._simulation
        while (item := simulation.reports.take()) is not None:
            assert isinstance(item, Received)
            self.received.append(item)
            self.inputs.append((simulation.agenda.now, item.input))
            what = simulation.reports.acknowledge(item.source)
            assert what is not None
            simulation.carrier.acknowledged(what)
            self._decide(item.input)
            self._offer()

    def _decide(self, what: Input) -> None:
        match what:
            case CallArrived(leg):
                self.live.add(leg)
                self._play(leg, "For your balance press 1, for a person 0.", MENU)
            case KeysEntered(leg) if what.secret is not None:
                self._play(leg, "Your balance is 10 dollars.")
            case KeysEntered(leg) if what.choice == "1":
                self._play(leg, "Please key your PIN.", PIN)
            case KeysEntered(leg) if what.choice == "0":
                self._tell(ContactQueued(self._contact(leg), "service", (), 0, 0))
                self._play(leg, "", loop=True)
                self.waiting[leg] = None
            case KeysEntered(leg) | KeysTimedOut(leg) | PlayFinished(leg):
                self._play(leg, "For your balance press 1, for a person 0.", MENU)
            case LegAnswered(leg):
                self._talk(leg)
            case LegEnded(leg):
                self._ended(leg)
            case PresenceChosen():
                self._presence(what)
            case WrapUpSaved():
                self._close(what.engagement)
            case _:
                pass

    def _offer(self) -> None:
        while self.waiting and self.ready:
            caller, agent = next(iter(self.waiting)), next(iter(self.ready))
            del self.waiting[caller], self.ready[agent]
            leg = f"c1-l{self._next()}"
            self._offers[leg] = caller, agent
            self.live.add(leg)
            self._simulation.carrier.perform(RingAgent("simulator", leg, agent, 1))
            self._simulation.agenda.after(OFFER_MS, self._expire, leg)

    def _expire(self, leg: LegId) -> None:
        if (offer := self._offers.pop(leg, None)) is None:
            return
        caller, agent = offer
        self._simulation.carrier.perform(HangUp("simulator", leg))
        self._tell(AgentStateChanged(agent, Presence.READY, "", Routing.NOT_RESPONDING))
        self.waiting = {caller: None, **self.waiting}
        self._offer()

    def _talk(self, leg: LegId) -> None:
        caller, agent = self._offers.pop(leg)
        number = self._next()
        self._engagements[number] = agent
        self.talks[caller] = leg, number
        self._tell(EngagementOpened(number, self._contact(caller), agent, leg))
        members = Member(caller, Part.TALKS, staff=False), Member(leg, Part.TALKS, staff=True)
        self._simulation.carrier.perform(Bridge("simulator", number, members, number))

    def _ended(self, leg: LegId) -> None:
        self.live.remove(leg)
        self.waiting.pop(leg, None)
        for agent_leg, (caller, agent) in list(self._offers.items()):
            if caller == leg:
                del self._offers[agent_leg]
                self._simulation.carrier.perform(HangUp("simulator", agent_leg))
                self._free(agent)
        for caller, (agent_leg, engagement) in list(self.talks.items()):
            if leg in (caller, agent_leg):
                del self.talks[caller]
                other = agent_leg if leg == caller else caller
                self._simulation.carrier.perform(HangUp("simulator", other))
                self._tell(WrapUpStarted(engagement, 0))
                self._simulation.agenda.after(WRAP_UP_MS, self._close, engagement)

    def _close(self, engagement: int) -> None:
        if (agent := self._engagements.pop(engagement, None)) is not None:
            self._tell(EngagementClosed(engagement, "", None))
            self._free(agent)

    def _presence(self, what: PresenceChosen) -> None:
        agent = what.agent
        busy = agent in self._engagements.values() or any(agent == one for _, one in self._offers.values())
        if busy:
            self._away[agent] = what.presence
        elif what.presence is Presence.READY:
            self.ready[agent] = None
        else:
            self._leave(agent)

    def _free(self, agent: int) -> None:
        if self._away.pop(agent, Presence.READY) is Presence.AWAY:
            self._leave(agent)
        else:
            self.ready[agent] = None
        self._offer()

    def _leave(self, agent: int) -> None:
        self.ready.pop(agent, None)
        self._tell(AgentStateChanged(agent, Presence.AWAY, "lunch", Routing.OFF_QUEUE))

    def _play(self, leg: LegId, text: str, listen: Listen | None = None, *, loop: bool = False) -> None:
        self._plays[leg] += 1
        play = Play(leg, self._plays[leg], (Say(text),), listen, loop)
        self._simulation.carrier.perform(play)

    def _tell(self, decision: Decision) -> None:
        self._simulation.observe(Entry(0, 0, "", OfferExpired(0), (decision,)))

    def _contact(self, leg: LegId) -> int:
        return int(leg.rpartition("-")[2])

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers
