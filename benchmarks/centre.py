"""A centre under load: engine, journal, look-ups, screens and projection, wired as the service wires them.

The rule: nothing is faked but the people. Callers and agents are the simulator's, in this process, all alike and
evenly spaced (`cti/simulator/load.py`). What a person does counts from the moment for which it was planned, not
from when a busy event loop came round to it: so a centre that is late can't make the load late as well.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.cti.provider import Command, Reconnected
from callcenter.cti.secrets import SecretVault
from callcenter.cti.simulator.legs import Carries
from callcenter.cti.simulator.load import LoadPlan, Steady
from callcenter.cti.simulator.people import Known
from callcenter.cti.simulator.simulation import SimulatorSettings
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.effects import RingAgent
from callcenter.engine.clock import SteadyClock
from callcenter.engine.garbage import keep_collector_away
from callcenter.engine.look_ups import LookUps
from callcenter.engine.owner import Engine, Follower, JournalStore
from callcenter.engine.recovery import recover, rewind, takeover
from callcenter.followers import Figures, Screens, Simulated, Written
from callcenter.lifecycles import ContactState, Outcome
from callcenter.oversight import Audited, Overseer
from callcenter.resources import demo
from callcenter.screens.feed import Feed
from callcenter.setup.centre_toml import load_centre, with_doors_open, with_simulated_agents
from callcenter.staff import Staff
from callcenter.state import Live
from callcenter.store.audit import AuditTrail
from callcenter.store.audit_anchor import ANCHOR
from callcenter.store.customer_import import AccountSetup, CustomerSetup, seed_customers
from callcenter.store.customers import Customers
from callcenter.store.database import Database
from callcenter.store.history import Projector
from callcenter.store.journal import Journal
from callcenter.store.passwords import Passwords
from callcenter.store.people import People

CUSTOMERS = 2_000
LINES_MAX = 100_000
PIN_KEY = bytes(32)
KEYS = ("7", "2", "1", "0")
"""through the demonstration's tree: a key that means nothing, banking (and the PIN), the balance, a person"""


def known_customers() -> tuple[Known, ...]:
    return tuple(
        Known(f"+1415{2_000_000 + i}", f"{10_000 + i}", f"{i % 10_000:04}") for i in range(CUSTOMERS)
    )


async def seed(database: Database, centre: int) -> Customers:
    """Everybody who may call."""
    customers = Customers(database, centre, PIN_KEY)
    setups = [
        CustomerSetup(
            customer=1 + i,
            name=f"Customer {1 + i}",
            grade="ABC"[i % 3],
            numbers=(known.number,),
            pin=known.pin,
            accounts=(AccountSetup(known.account, 100 * i),),
        )
        for i, known in enumerate(known_customers())
    ]
    await seed_customers(database, centre, customers, setups, date(2026, 1, 1))
    return customers


class Crowd(Steady):
    """Callers all alike; agents who come to work one after the other, `gap_ms` apart, from `first_ms` on: all at
    once they would be free at the same moments for ever."""

    def __init__(
        self, plan: LoadPlan, customers: Sequence[Known], *, first_ms: int = 0, gap_ms: float = 0.0
    ) -> None:
        super().__init__(plan, customers)
        self._first_ms, self._gap_ms = first_ms, gap_ms
        self._came = 0

    def sign_in_ms(self) -> int:
        self._came += 1
        return self._first_ms + round(self._came * self._gap_ms)


class TimedSimulator(SimulatorProvider):
    """Knows when each report was due, when each call was handed to the centre and when each ring came out, all in
    ms of the monotonic clock."""

    def __init__(self, setup: f.CentreSetup, population: Crowd, vault: SecretVault) -> None:
        self._due_ms: dict[int, int] = {}
        self.arrived_ms: dict[f.LegId, float] = {}
        self.refused = 0
        self.rang_ms: dict[f.LegId, float] = {}
        super().__init__(
            SimulatorSettings(calls_per_hour=0, lines_max=LINES_MAX),
            setup,
            keep_secret=vault.put,
            population=population,
            carries=Carries(ms_per_character=0, recordings=True),
        )

    def advance(self) -> None:
        """What is late is reported with the moment of the earliest act that was due: never too favourable."""
        agenda, reports = self._simulation.agenda, self._simulation.reports
        due_ms, before = agenda.next_due, reports.number
        super().advance()
        if due_ms is not None:
            for number in range(before + 1, reports.number + 1):
                self._due_ms[number] = due_ms

    def due_ms(self, source: str) -> int | None:
        return self._due_ms.pop(int(source.rpartition(":")[2]), None)

    async def events(self) -> AsyncIterator[f.Received | Reconnected]:
        async for event in super().events():
            if isinstance(event, f.Received) and type(event.input) is f.CallArrived:
                self.arrived_ms[event.input.leg] = time.monotonic_ns() / 1e6
            yield event

    def refuse(self, received: f.Received) -> None:
        self.refused += 1
        super().refuse(received)

    async def perform(self, command: Command) -> None:
        if type(command) is RingAgent:
            self.rang_ms[command.leg] = time.monotonic_ns() / 1e6
        await super().perform(command)


class Watch:
    """Follows the owner: what came in by kind, how calls ended, and when each offer could have been made."""

    def __init__(self, simulator: TimedSimulator) -> None:
        self._simulator = simulator
        self.inputs: Counter[str] = Counter()
        self.outcomes: Counter[Outcome] = Counter()
        self.verified = 0
        self.offers: dict[f.LegId, int] = {}
        """the offer's leg -> when the caller or the agent did what made it possible"""
        self.legs: dict[int, f.LegId] = {}
        """contact -> the caller's leg"""
        self._stirred = asyncio.Event()

    def observe(self, live: Live, entry: f.Entry) -> None:
        self.inputs[type(entry.input).__name__] += 1
        due_ms = self._simulator.due_ms(entry.source) if entry.source.startswith("simulator:") else None
        for decision in entry.decisions:
            if type(decision) is f.OfferMade and due_ms is not None:
                self.offers[decision.leg] = due_ms
            elif type(decision) is f.ContactOpened:
                self.legs[decision.contact] = decision.leg
            elif type(decision) is f.CustomerVerified:
                self.verified += 1
            elif type(decision) is f.ContactEnded:
                self.outcomes[decision.outcome] += 1

    def durable(self, entries: Sequence[f.Entry]) -> None:
        self._stirred.set()

    def start_over(self, live: Live, seq: int) -> None:
        """Nothing of a benchmark comes twice."""

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Looks again after every commit."""
        while not is_so():
            self._stirred.clear()
            await self._stirred.wait()

    def take_offer_ms(self) -> list[float]:
        """How long the offers took whose ring came out since the last time."""
        rang, self._simulator.rang_ms = self._simulator.rang_ms, {}
        return [at - self.offers.pop(leg) for leg, at in rang.items() if leg in self.offers]


class Centre:
    """One running centre."""

    def __init__(
        self,
        engine: Engine,
        simulator: TimedSimulator,
        projector: Projector,
        watch: Watch,
        feed: Feed,
        customers: Customers,
    ) -> None:
        self.engine, self.simulator, self.projector, self.watch = engine, simulator, projector, watch
        self.feed, self.customers = feed, customers

    @property
    def waiting(self) -> int:
        """Callers in the queue."""
        contacts = self.engine.live.state.contacts.values()
        return sum(contact.state is ContactState.WAITING for contact in contacts)

    def call(self, calls_per_s: float) -> None:
        """From now on people call as often as this."""
        self.simulator.set_rate(calls_per_s * 3600)

    async def quiet(self) -> None:
        """Until all calls are over and everything is written."""
        state = self.engine.live.state
        await self.watch.until(lambda: not state.contacts)
        await self.engine.drained()
        await self.projector.drain()


@asynccontextmanager
async def running(
    database: Database,
    number: int,
    population: Crowd,
    agents: int,
    *,
    tree: str = "",
    customers: Customers | None = None,
    journal: JournalStore | None = None,
    beside: Sequence[Follower] = (),
) -> AsyncIterator[Centre]:
    """A centre with the demonstration's queues and so many agents. `tree` stands in for the demonstration's tree,
    `journal` for the centre's own; those `beside` are told before all others."""
    own = Journal(database, number)
    recovered = await recover(own, number)
    clock, vault = SteadyClock(recovered.at), SecretVault()
    setup = _setup(agents, tree)
    customers = customers or await seed(database, number)
    simulator = TimedSimulator(setup, population, vault)
    watch = Watch(simulator)
    today = Figures(ZoneInfo(setup.time_zone), clock.now())
    passwords = Passwords()
    people = People(database, number, passwords, clock.now)
    staff = Staff(people, customers, own, recovered.values)
    folder = tempfile.TemporaryDirectory(prefix="callcenter-benchmark-")
    trail = AuditTrail(database, own, number, Path(folder.name) / ANCHOR)
    feed = Feed(
        lambda received: engine.submit(received),
        staff,
        today,
        oversight=Overseer(people, trail, clock.now),
        now=clock.now,
        build="benchmark",
    )
    today.changed = feed.figures_changed
    projector = Projector(database, own, number, today)
    engine = Engine(
        recovered.live,
        recovered.seq,
        journal or own,
        clock,
        providers=[simulator],
        look_ups=LookUps(customers, vault),
        values=recovered.values,
        recent=recovered.recent,
        rewind=partial(rewind, own, number),
        followers=[*beside, Screens(feed), Written(projector), Audited(trail), Simulated(simulator), watch],
    )
    engine.put(takeover(recovered, clock))
    engine.put(f.Received("apply:1", f.CentreApplied(1, setup, "benchmark")))
    await staff.refresh(setup.agents)
    await projector.start()
    await trail.start()
    feed.begin(recovered.live, recovered.seq)
    async with asyncio.TaskGroup() as tasks:
        parts = [
            tasks.create_task(engine.run(), name="engine"),
            tasks.create_task(projector.run(), name="history"),
            tasks.create_task(trail.run(), name="audit"),
            tasks.create_task(feed.run(), name="feed"),
        ]
        await engine.owning.wait()
        # The last of what happens at once, before anybody calls.
        await watch.until(lambda: watch.inputs["StationConnected"] >= agents)
        keep_collector_away()
        yield Centre(engine, simulator, projector, watch, feed, customers)
        for part in parts:
            part.cancel()
    feed.stop()
    await projector.close()
    await own.close()
    passwords.close()
    folder.cleanup()


def _setup(agents: int, tree: str) -> f.CentreSetup:
    setup, _ = load_centre(demo() / "centre.toml")
    setup = replace(with_doors_open(setup), agents=())
    if tree:
        (name,) = (tree.name for tree in setup.trees)
        setup = replace(setup, trees=(f.TreeSetup(name, 1, tree),))
    return with_simulated_agents(setup, agents)
