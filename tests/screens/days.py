"""Random days: a small centre in which everything that can happen does, in an order that a seed decides."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.center import decide
from callcenter.customer_record import CustomerRecord
from callcenter.lifecycles import EngagementState, LegState, Presence, Routing
from callcenter.queue.service_level import QueueFigures
from callcenter.state import Live
from tests.core.centre import EN, Centre, agent, setup

AGENTS = (1, 2, 3)
CONTACTS_MAX = 5
"""more would keep everybody busy with what a queue sends them"""
LEADER = 4
"""listens, and is offered nothing by a queue"""
NAMES = {1: "Ann", 2: "Bob", 3: "Cem", 4: "Dee"}
DISPOSITIONS = ("", "done", "complaint")
PARTS = (f.Part.LISTENS, f.Part.COACHES, f.Part.TALKS)
BREAKS = 0.01
"""of the steps, in which a rule of ours raises"""
CONSULTING = (f.SwapAsked, f.ConferenceAsked, f.CompleteAsked, f.TakeBackAsked, f.LeaveAsked)
SHORT = (
    *(f.HoldAsked, f.ResumeAsked, f.SwapAsked, f.ConferenceAsked, f.CompleteAsked, f.TakeBackAsked),
    *(f.LeaveAsked, f.RecordingPauseAsked, f.RecordingResumeAsked, f.RecordingStartAsked),
    f.RecordingRefusalAsked,
)
"""controls that name nothing but the contact"""


def configured(threshold_seconds: int = 20) -> f.CentreSetup:
    """Two queues; agent 3 serves the first one alone."""
    skills = (f.SkillLevel("accounts", 3), EN)
    agents = [agent(number, *skills, may_reject=number != 3) for number in (*AGENTS, LEADER)]
    both = ("accounts", "cards")
    agents = [replace(one, queues=() if one.agent == LEADER else both[: 4 - one.agent]) for one in agents]
    steps = (f.RelaxationStep(20, points=5), f.RelaxationStep(40, drop=("accounts",)))
    made = setup(*agents, wrap_up_seconds=30, threshold_seconds=threshold_seconds, steps=steps)
    (accounts,) = made.queues
    cards = replace(
        accounts, name="cards", title="Cards", title_zh="银行卡", dispositions_zh=("完成", "投诉")
    )
    return replace(made, queues=(accounts, cards), skills_zh=(("accounts", "账户"),))


def _broken(live: Live, fact: f.Fact, at: int) -> list[f.Decision]:
    """The way out alone works."""
    if isinstance(fact, f.ContactQuarantined | f.CentreApplied):
        return decide(live, fact, at)
    raise ArithmeticError("a bug was made up here")


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

    def lines_of(self, agent: int) -> frozenset[str]:
        return frozenset()

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

    def handled_by(self, agent: int) -> int:
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
            *[self._agent_leg] * 8,
            self._caller_leg,
            *[self._controls] * 10,
            *[self._own_phone] * 8,
            *[self._number] * 8,
            *[self._calls] * 2,
            self._pause_expires,
            self._step_is_due,
            *[self._supervises] * 3,
            self._leg_wavers,
            *[self._leg_confirms] * 4,
            *[self._presence] * 3,
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
                breaks = self.random.random() < BREAKS
                rules = _broken if breaks else decide
                self.centre.do(input, after_ms=self.random.randrange(1, 5_000), rules=rules)
                assert breaks or self.centre.fault is None, self.centre.fault
                return self.centre.entries[-1]

    def _some(self, things: object) -> object:
        every = list(things)  # type: ignore[call-overload]
        return self.random.choice(every) if every else None

    def _ref(self, kind: str) -> f.Ref:
        self.values += 1
        return f"v{self.values}/{kind}"

    def _arrives(self) -> f.Input | None:
        if len(self.centre.live.state.contacts) > CONTACTS_MAX:
            return None
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

    def _controls(self) -> f.Input | None:
        """Whatever somebody who works on a contact may press, possible or not."""
        state = self.centre.live.state
        talking = [one for one in state.engagements.values() if one.state is EngagementState.TALKING]
        engagement = self._some(talking)
        if engagement is None:
            return None
        contact, actor = engagement.contact, f"agent{engagement.agent}"  # type: ignore[attr-defined]
        consulting = state.contacts[contact].consult is not None
        if consulting and self.random.random() < 0.7:
            kinds: tuple[type, ...] = CONSULTING
        else:
            kinds = SHORT if consulting or self.random.random() < 0.5 else (f.TransferAsked, f.ConsultAsked)
        kind = self.random.choice(kinds)
        if kind in (f.TransferAsked, f.ConsultAsked):
            return kind(contact, self._target(), actor)
        return kind(contact, actor)

    def _target(self) -> f.Target:
        agents = self.centre.live.state.agents.values()
        free = [one.agent for one in agents if one.routing is Routing.IDLE] or AGENTS
        queue = f.ToQueue(self.random.choice(("accounts", "cards")))
        return self.random.choice(
            [f.ToAgent(self.random.choice(free)), f.ToNumber(self._ref("dialled")), queue]
        )

    def _own_phone(self) -> f.Input | None:
        """Phones that answer by themselves."""
        legs = self.centre.live.state.legs.values()
        rung = [leg.leg for leg in legs if leg.agent and not leg.offer and leg.state is LegState.RINGING]
        leg = self._some(rung)
        if not isinstance(leg, str):
            return None
        return self.random.choice([f.LegAnswered(leg)] * 5 + [f.LegFailed(leg, "gone")])

    def _number(self) -> f.Input | None:
        legs = self.centre.live.state.legs.values()
        leg = self._some(leg.leg for leg in legs if leg.number and leg.state is LegState.RINGING)
        if not isinstance(leg, str):
            return None
        failures = [f.LegFailed(leg, "busy"), f.DialExpired(leg), f.LegEnded(leg, f.LegCause.VANISHED)]
        return self.random.choice([f.LegAnswered(leg)] * 5 + failures)

    def _calls(self) -> f.Input:
        number = self.random.choice(AGENTS)
        login = f"agent{number}"
        if self.random.random() < 0.5:
            return f.InternalCallAsked(number, self.random.choice(AGENTS), login)
        customer = self.random.choice([None, self.random.randrange(1, 10)])
        return f.DialAsked(number, self._ref("dialled"), customer, self.random.choice(("", "cards")), login)

    def _pause_expires(self) -> f.Input | None:
        contacts = self.centre.live.state.contacts.values()
        contact = self._some(contact for contact in contacts if contact.pause is not None)
        return None if contact is None else f.PauseExpired(contact.contact, contact.pause.pause)  # type: ignore[attr-defined]

    def _step_is_due(self) -> f.Input | None:
        contacts = self.centre.live.state.contacts.values()
        relaxing = [one for one in contacts if one.relaxes_at is not None]
        due = [f.StepDue(one.contact, one.waits, one.step + 1) for one in relaxing]
        return self._some(due)  # type: ignore[return-value]

    def _supervises(self) -> f.Input | None:
        state = self.centre.live.state
        if not state.agents[LEADER].has_station:
            return f.StationConnected(LEADER, "phone")
        talks = [number for number, contact in state.contacts.items() if contact.talk is not None]
        contact = self._some(talks or state.contacts)
        if not isinstance(contact, int):
            return None
        login, part = f"agent{LEADER}", self.random.choice(PARTS)
        listens = f.MonitorAsked(contact, LEADER, part, login)
        number = self.random.choice(AGENTS)
        queues = self.random.choice([("accounts",), ("cards",), ("accounts", "cards")])
        if state.agents[LEADER].watching is not None and self.random.random() < 0.3:
            return f.TakeOverAsked(contact, LEADER, login)
        others = [
            f.TakeOverAsked(contact, LEADER, login),
            f.LeaveAsked(contact, login),
            f.AgentMoved(number, queues, login),
            f.ContactPulled(contact, login),
        ]
        return self.random.choice([listens, listens, listens, *others])

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
        return self.random.choice([*[ready] * 6, away, *signs])

    def _station(self) -> f.Input:
        number = self.random.choice(AGENTS)
        connected = f.StationConnected(number, "phone")
        return self.random.choice([*[connected] * 6, f.StationLost(number, "phone")])

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
