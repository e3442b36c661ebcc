"""The small centre and who lives in it: people who do everything, sensible or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from msgspec import Struct, field
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.legs import NAME, Carries
from callcenter.cti.simulator.simulation import SimulatorSettings
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.lifecycles import ContactState
from callcenter.rights import Role
from callcenter.simulate.box import SECOND, Box
from callcenter.simulate.centres import BASE, another, choosing
from callcenter.simulate.customers import Townspeople
from callcenter.simulate.faults import BAD_LUCK, CHANCES, MISFORTUNES, Fault, Plan
from callcenter.simulate.loop import VirtualClock, VirtualLoop
from callcenter.simulate.public import Caller, Outsider
from callcenter.simulate.screen import Person
from callcenter.simulate.staff import Agent
from callcenter.simulate.supervisor import Supervisor
from callcenter.state import Live

BEGIN_MS = 1_000_000
LINES_MAX = 8
HEAL_SECONDS = 60
OUTBOX_MAX = 8
"""so few that it is full now and then"""
GAPS_SECONDS = (4, 8, 20)
"""between two calls at most: on quiet days agents sit idle, on others callers wait"""
WORSE, CHANCE_MAX = 10, 0.3
WEAKNESSES, SOUND = 2, 10
"""of a day, drawn from all kinds and so many places that are none"""
NOTED = 0.3
"""of what agents code"""
NUMBERS = (None, "+1", "+2", "+3", "+4")
DIALLED = ("100", "200")
OUTSIDE = tuple(f"+1415555010{digit}" for digit in range(1, 7))


class Options(Struct, frozen=True, omit_defaults=True):
    """A day but for its seed: what a minimised failure has less of."""

    seconds: int = 120
    """until everything heals"""
    calls_max: int | None = None
    agents: tuple[int, ...] = tuple(agent.agent for agent in BASE.agents)
    """who comes to work"""
    faults: Plan = field(default_factory=lambda: dict(BAD_LUCK))


class SmallTown:
    """`Inhabitants` of a box, and the `Town` in which these people live."""

    def __init__(self, seed: int, options: Options) -> None:
        self.setup = choosing(Random(f"{seed}:choices"))
        self.heal_seconds = HEAL_SECONDS
        self.outbox_max = OUTBOX_MAX
        self.random = Random(f"{seed}:people")
        self.calm = False
        self.calls = 0
        self._chance = Random(f"{seed}:calls")
        self._gap_ms = self._chance.choice(GAPS_SECONDS) * SECOND
        self._calls_max = options.calls_max
        self._notes = Random(f"{seed}:notes")
        self._typed: dict[f.Ref, f.Value] = {}
        """numbers and notes: the journal has them with whoever asked"""
        setups = [setup for setup in BASE.agents if setup.agent in options.agents]
        agents = [Agent(self, setup) for setup in setups if setup.agent != Supervisor.NUMBER]
        supervisors = [Supervisor(self) for setup in setups if setup.agent == Supervisor.NUMBER]
        self._people: list[Agent | Supervisor] = [*agents, *supervisors]
        self.at_screens: Sequence[Person] = [
            Person.at_desk(setup, Role.SUPERVISOR if setup.agent == Supervisor.NUMBER else Role.AGENT)
            for setup in setups
        ]
        self.box = Box(seed, worse(seed, options.faults), self, lambda dice: Townspeople(dice, self))

    # --- What the box tells ---

    def new_carrier(self, run: str, keep_secret: Callable[[str], str]) -> SimulatorProvider:
        provider = SimulatorProvider(
            SimulatorSettings(calls_per_hour=0, agents_max=0),
            BASE,
            keep_secret=keep_secret,
            carries=Carries(ms_per_character=20, recordings=True, adopts=False, rings_out=False),
            clock=VirtualClock(),
            run=run,
        )
        provider.carrier.dialled = lambda number: Outsider(self)
        return provider

    def begin(self) -> None:
        for person in self._people:
            self.agenda.after(self.random.randrange(5 * SECOND), person.begin)
        self._call()

    def settle(self) -> None:
        self.calm = True
        for person in self._people:
            person.settle_down()

    def reconnect(self) -> None:
        for person in self._people:
            if person.is_connected:
                self.agenda.after(self.random.randrange(2 * SECOND), person.connect)

    def another(self, random: Random, version: int) -> f.CentreSetup:
        return another(random, version, self.setup)

    # --- What people do ---

    @property
    def agenda(self) -> VirtualLoop:
        return self.box.loop

    @property
    def carrier(self) -> Carrier:
        return self.box.carrier.carrier

    @property
    def live(self) -> Live:
        return self.box.live

    def ask(self, input: f.Input) -> None:
        self.box.ask(input, tuple(self._typed[ref] for ref in _typed(input) if ref in self._typed))

    def report(self, input: f.Input) -> None:
        self.box.carrier.report(input)

    def dialled(self) -> f.Ref:
        return self._type("number", self.random.choice(OUTSIDE))

    def note(self) -> f.Ref | None:
        """On a contact; some agents write none."""
        return self._type("note", "will call again") if self._notes.random() < NOTED else None

    def _type(self, kind: str, text: str) -> f.Ref:
        ref = f"screen:{len(self._typed) + 1}/{kind}"
        self._typed[ref] = f.Value(ref, kind, text)
        return ref

    def _call(self) -> None:
        """Somebody calls, and somebody else later."""
        if self.calm or self.calls == self._calls_max:
            return
        contacts = self.live.state.contacts.values()
        if sum(contact.state is not ContactState.ENDED for contact in contacts) < LINES_MAX:
            self.calls += 1
            leg = f"{NAME}:{self.calls}"
            number, dialled = self._chance.choice(NUMBERS), self._chance.choice(DIALLED)
            self.carrier.arrive(leg, number, dialled, Caller(self, leg))
        self.agenda.after(self._chance.randrange(100, self._gap_ms), self._call)


def worse(seed: int, plan: Plan) -> Plan:
    """Most days have weaknesses of their own: kinds of fault that strike far more often, if they are planned."""
    weak = Random(f"{seed}:weakness").sample([*CHANCES, *MISFORTUNES, *[""] * SOUND], WEAKNESSES)
    return {kind: _far_more(fault) if kind in weak else fault for kind, fault in plan.items()}


def _far_more(usual: Fault) -> Fault:
    chance = max(usual.chance, min(CHANCE_MAX, usual.chance * WORSE))
    return replace(usual, chance=chance, per_hour=usual.per_hour * WORSE)


def _typed(input: f.Input) -> list[f.Ref]:
    """What is typed with it."""
    match input:
        case f.WrapUpSaved(note=str(note)):
            return [note]
        case f.DialAsked(number=number):
            return [number]
        case f.TransferAsked(target=f.ToNumber(number)) | f.ConsultAsked(target=f.ToNumber(number)):
            return [number]
        case _:
            return []
