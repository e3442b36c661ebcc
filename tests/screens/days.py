"""Random days: a small centre in which everything that can happen does, in an order that a seed decides."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence

from callcenter import facts as f
from callcenter.lifecycles import LegState, Presence
from callcenter.queue.service_level import QueueFigures
from callcenter.screens.wire import CustomerRecord
from tests.core.centre import EN, Centre, agent, setup

AGENTS = (1, 2, 3)
NAMES = {1: "Ann", 2: "Bob", 3: "Cem", 4: "Dee"}
DISPOSITIONS = ("", "done", "complaint")


def configured(threshold_seconds: int = 20) -> f.CentreSetup:
    skills = (f.SkillLevel("accounts", 3), EN)
    agents = [agent(number, *skills, may_reject=number != 3) for number in AGENTS]
    return setup(*agents, wrap_up_seconds=30, threshold_seconds=threshold_seconds)


def record(customer: int) -> CustomerRecord:
    return CustomerRecord(customer, f"Customer {customer}", "A", "en", (f"+1415555{customer:04}",))


class Everybody:
    """All people and values there are; `at_hand` are the customers and references in memory, None: all."""

    def __init__(self, at_hand: set[int | f.Ref] | None = None) -> None:
        self.at_hand = at_hand
        self.reads: list[int | f.Ref] = []
        self.failures = 0
        """how many of the next reads fail"""
        self.poisoned: set[int] = set()
        """agents whose name breaks a row"""
        self.drawn = 0
        """how often an agent's name was asked for"""

    def agent_name(self, agent: int) -> str:
        self.drawn += 1
        if agent in self.poisoned:
            raise ValueError("a name that can't be shown")
        return NAMES[agent]

    def record_at_hand(self, customer: int) -> CustomerRecord | None:
        return record(customer) if self._has(customer) else None

    def value_at_hand(self, ref: f.Ref) -> str | None:
        return value(ref) if self._has(ref) else None

    async def record(self, customer: int) -> CustomerRecord | None:
        await self._read(customer)
        return record(customer)

    async def names(self, customers: Sequence[int]) -> dict[int, str]:
        await self._read(*customers)
        return {customer: record(customer).name for customer in customers}

    async def values(self, refs: Sequence[f.Ref]) -> dict[f.Ref, str]:
        await self._read(*refs)
        return {ref: value(ref) for ref in refs}

    def _has(self, what: int | f.Ref) -> bool:
        return self.at_hand is None or what in self.at_hand

    async def _read(self, *what: int | f.Ref) -> None:
        await asyncio.sleep(0)
        self.reads += what
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the database is gone")


def value(ref: f.Ref) -> str:
    return f"value of {ref}"


class Today:
    """Figures that a test moves by hand."""

    def __init__(self) -> None:
        self.queues: dict[str, QueueFigures] = {}
        self.answered: dict[int, int] = {}

    def queue(self, name: str) -> QueueFigures:
        return self.queues.get(name, QueueFigures())

    def answered_by(self, agent: int) -> int:
        return self.answered.get(agent, 0)


class Day:
    """`step` lets one possible thing happen; the entries are in `centre.entries`."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.centre = Centre(configured())
        self.calls = 0
        self.values = 0
        self._things: list[Callable[[], f.Input | None]] = [
            *[self._arrives] * 3,
            *[self._look_up_answers] * 4,
            *[self._play_is_over] * 4,
            *[self._agent_leg] * 4,
            self._caller_leg,
            self._leg_wavers,
            *[self._leg_confirms] * 3,
            *[self._presence] * 4,
            *[self._station] * 2,
            self._hang_up,
            *[self._saves] * 3,
            self._wrap_up_expires,
            self._rarely,
        ]

    def step(self) -> f.Entry:
        while True:
            input = self.random.choice(self._things)()
            if input is not None:
                self.centre.do(input, after_ms=self.random.randrange(1, 5_000))
                assert self.centre.fault is None, self.centre.fault
                return self.centre.entries[-1]

    def _some(self, things: object) -> object:
        every = list(things)  # type: ignore[call-overload]
        return self.random.choice(every) if every else None

    def _ref(self, kind: str) -> f.Ref:
        self.values += 1
        return f"v{self.values}/{kind}"

    def _arrives(self) -> f.Input:
        self.calls += 1
        return f.CallArrived(f"phone:{self.calls}", "phone", self._some((None, self._ref("ani"))), "100")  # type: ignore[arg-type]

    def _look_up_answers(self) -> f.Input | None:
        number = self._some(self.centre.live.state.look_ups)
        if not isinstance(number, int):
            return None
        if self.centre.live.state.look_ups[number].kind == "pin":
            return f.PinChecked(number, self.random.choice([f.PinResult.RIGHT, f.PinResult.WRONG]))
        customer = self.random.randrange(1, 10)
        found = f.CustomerFound(number, customer, "A", "en", (("balance", self._ref("balance")),))
        return self.random.choice([found, found, f.CustomerUnknown(number), f.LookUpFailed(number, "x")])

    def _play_is_over(self) -> f.Input | None:
        state = self.centre.live.state
        asking = {wanted.contact for wanted in state.look_ups.values()}
        heard = [leg for leg in state.legs.values() if leg.play and not leg.play.loop]
        leg = self._some(leg for leg in heard if leg.contact not in asking)
        if leg is None:
            return None
        play = leg.play  # type: ignore[attr-defined]
        if play.listen is None:
            return f.PlayFinished(play.leg, play.play)
        if play.listen.kind is f.KeysKind.SECRET:
            return f.KeysEntered(play.leg, play.play, secret="token")
        return f.KeysEntered(play.leg, play.play, choice=self.random.choice("0009"))

    def _agent_leg(self) -> f.Input | None:
        offer = self._some(self.centre.live.state.offers.values())
        if offer is None:
            return None
        number, leg, login = offer.offer, offer.leg, f"agent{offer.agent}"  # type: ignore[attr-defined]
        answered = f.LegAnswered(leg)
        others = [
            f.LegFailed(leg, "gone"),
            f.LegEnded(leg, f.LegCause.HUNG_UP),
            f.LegEnded(leg, f.LegCause.VANISHED),
            f.OfferExpired(number),
            f.OfferDeclined(number, login),
        ]
        return self.random.choice([answered] * 6 + others)

    def _caller_leg(self) -> f.Input | None:
        legs = [leg.leg for leg in self.centre.live.state.legs.values() if leg.state is LegState.UP]
        leg = self._some(legs)
        causes = [f.LegCause.HUNG_UP, f.LegCause.HUNG_UP, f.LegCause.VANISHED, f.LegCause.SYSTEM]
        return f.LegEnded(leg, self.random.choice(causes)) if isinstance(leg, str) else None

    def _leg_wavers(self) -> f.Input | None:
        leg = self._some(self.centre.live.state.legs)
        kind = self.random.choice([f.LegInterrupted, f.LegRestored])
        return kind(leg) if isinstance(leg, str) else None

    def _leg_confirms(self) -> f.Input | None:
        legs = [leg.leg for leg in self.centre.live.state.legs.values() if leg.state is LegState.ENDING]
        leg = self._some(legs)
        if not isinstance(leg, str):
            return None
        ended = f.LegEnded(leg, f.LegCause.RELEASED)
        return self.random.choice([ended, ended, f.LegExpired(leg), f.LegFailed(leg, "gone")])

    def _presence(self) -> f.Input:
        number = self.random.choice(AGENTS)
        login = f"agent{number}"
        ready = f.PresenceChosen(number, Presence.READY, "", login)
        away = f.PresenceChosen(number, Presence.AWAY, "lunch", login)
        signs = [f.AgentSignedIn(number, login), f.AgentSignedOut(number, login)]
        return self.random.choice([ready, ready, ready, away, *signs])

    def _station(self) -> f.Input:
        number = self.random.choice(AGENTS)
        connected = f.StationConnected(number, "phone")
        return self.random.choice([connected, connected, connected, f.StationLost(number, "phone")])

    def _hang_up(self) -> f.Input | None:
        engagement = self._some(self.centre.live.state.engagements.values())
        if engagement is None:
            return None
        return f.HangUpAsked(engagement.contact, f"agent{engagement.agent}")  # type: ignore[attr-defined]

    def _saves(self) -> f.Input | None:
        state = self.centre.live.state
        work = self._some([*state.engagements.values(), *state.todos.values()])
        if work is None:
            return None
        note = self.random.choice([None, self._ref("note")])
        done = self.random.random() < 0.7
        disposition = self.random.choice(DISPOSITIONS)
        number, login = work.engagement, f"agent{work.agent}"  # type: ignore[attr-defined]
        return f.WrapUpSaved(number, disposition, note, done, login)

    def _wrap_up_expires(self) -> f.Input | None:
        number = self._some(self.centre.live.state.engagements)
        return f.WrapUpExpired(number) if isinstance(number, int) else None

    def _rarely(self) -> f.Input | None:
        chance = self.random.random()
        if chance < 0.05:
            return f.OwnerStarted(down_ms=3_000)
        if chance < 0.1:
            return f.CentreApplied(2, configured(self.random.choice([10, 30])), "admin")
        return None
