"""One random day: a carrier, people, processes that come and go, and a seed.

    people ── carrier ──▶ line ──▶ engine ──▶ journal ──▶ disk
                  ◀────── line ◀──────┘

The rule: everything happens on one virtual loop, so a seed is a day. Until `heal` things go wrong as the plan of
faults says; from then on nothing fails any more, and HEAL_SECONDS later nobody may be left. What the journal says
is checked as it grows, by code that shares nothing with the core.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random

from msgspec import Struct, field

from callcenter import facts as f
from callcenter import state as states
from callcenter.apply import apply_entry
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.legs import NAME, Carries
from callcenter.cti.simulator.simulation import SimulatorSettings
from callcenter.cti.simulator.transport import LoopClock, SimulatorProvider
from callcenter.lifecycles import ContactState
from callcenter.simulate.centres import BASE, another
from callcenter.simulate.customers import Townspeople
from callcenter.simulate.exchange import Exchange
from callcenter.simulate.faults import BAD_LUCK, MISFORTUNES, Dice, Plan
from callcenter.simulate.invariants import Invariants, Violated
from callcenter.simulate.life import Life
from callcenter.simulate.loop import VirtualLoop
from callcenter.simulate.people import SECOND, Agent, Caller, Outsider, Supervisor
from callcenter.state import Live, State
from callcenter.store.in_memory import Disk

BEGIN_MS = 1_000_000
LINES_MAX = 8
HEAL_SECONDS = 60
RESTART_MS = (50, 800, 4_000, 20_000)
CHECK_SECONDS_MAX = 60


class Options(Struct, frozen=True, omit_defaults=True):
    """A day but for its seed: what a minimised failure has less of."""

    seconds: int = 120
    """until everything heals"""
    calls_max: int | None = None
    agents: tuple[int, ...] = tuple(agent.agent for agent in BASE.agents)
    """who comes to work"""
    faults: Plan = field(default_factory=lambda: dict(BAD_LUCK))


class Result(Struct):
    """What a day was."""

    seed: int
    options: Options
    calls: int
    entries: list[f.Entry]
    lives: int
    struck: Counter[str]
    violation: str = ""
    """the first thing that should not be, "" if all is well"""


def run_day(seed: int, options: Options | None = None) -> Result:
    """Lives it. What breaks a rule is in the result; what breaks the simulation itself is raised."""
    with asyncio.Runner(loop_factory=VirtualLoop.beginning_at(BEGIN_MS)) as runner:
        return runner.run(World(seed, options or Options()).live_it())


class World:
    """A `Town` of `callcenter.simulate.people`. Made and lived inside a `VirtualLoop`."""

    def __init__(self, seed: int, options: Options) -> None:
        self.seed = seed
        self.options = options
        self.random = Random(f"{seed}:people")
        self.calm = False
        self.disk = Disk()
        self._calls = Random(f"{seed}:calls")
        self._gap_ms = self._calls.choice([4, 8, 20]) * SECOND
        """between two calls at most: on quiet days agents sit idle, on others callers wait"""
        self._numbers: Counter[str] = Counter()
        self._lives: list[Life] = []
        self._invariants = Invariants()
        self._checked = 0
        self._clock_off_ms = 0
        self._over = False
        self._violation: asyncio.Future[str]

    @property
    def agenda(self) -> VirtualLoop:
        return self._loop

    @property
    def carrier(self) -> Carrier:
        """At this moment: what is due there has happened."""
        self._exchange.carrier.advance()
        return self._exchange.carrier.carrier

    @property
    def live(self) -> Live:
        """What people see on their desks: of who owns the centre now, or owned it last."""
        life = next((life for life in reversed(self._lives) if life.engine is not None), None)
        return life.engine.live if life is not None and life.engine is not None else Live(State(1))

    async def live_it(self) -> Result:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self._loop = loop
        self._violation = loop.create_future()
        self._dice = Dice(self.seed, self.options.faults, lambda: loop.now_ms() - BEGIN_MS)
        self._customers = Townspeople(self._dice, self)
        self._exchange = Exchange(self._new_carrier)
        setups = [setup for setup in BASE.agents if setup.agent in self.options.agents]
        agents = [Agent(self, setup) for setup in setups if setup.agent != Supervisor.NUMBER]
        supervisors = [Supervisor(self) for setup in setups if setup.agent == Supervisor.NUMBER]
        self._people: list[Agent | Supervisor] = [*agents, *supervisors]
        day = asyncio.create_task(self._day(), name="day")
        try:
            await asyncio.wait((day, self._violation), return_when=asyncio.FIRST_COMPLETED)
            if day.done() and not self._violation.done():
                await day
        except Violated as violated:
            self._found(str(violated))
        finally:
            day.cancel()
            await asyncio.gather(day, return_exceptions=True)
        return Result(
            self.seed,
            self.options,
            self._numbers["call"],
            self.disk.entries(),
            len(self._lives),
            self._dice.struck,
            self._violation.result() if self._violation.done() else "",
        )

    async def _day(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._start()
            self._apply(BASE)
            for person in self._people:
                self.agenda.after(self.random.randrange(5 * SECOND), person.begin)
            self._call()
            misfortunes = [tasks.create_task(self._check_recovery(), name="recovery")]
            misfortunes += [tasks.create_task(self._suffer(kind), name=kind) for kind in MISFORTUNES]
            await asyncio.sleep(self.options.seconds)
            self.heal()
            await asyncio.sleep(HEAL_SECONDS)
            for task in misfortunes:
                task.cancel()
            self._nobody_is_left()
            for life in self._lives:
                life.kill()

    def heal(self) -> None:
        """Nothing fails from now on, and everybody is willing."""
        self.calm = True
        self._dice.heal()
        for life in self._lives:
            life.wake()
        if self._owner().is_dead:
            self._start()
        self._apply(BASE)
        self._exchange.carrier.cut_connection()
        for person in self._people:
            person.settle_down()

    # --- What people do; a `Town` ---

    def ask(self, input: f.Input) -> None:
        source = f"screen:{self._next('screen')}"
        life = self._owner()
        if life.engine is not None and not life.is_dead and not life.is_frozen:
            self._tasks.create_task(self._ask(life, f.Received(source, input)), name=source)

    async def _ask(self, life: Life, received: f.Received) -> None:
        assert life.engine is not None
        answer = asyncio.create_task(life.engine.submit(received), name=f"answer {received.source}")
        dead = asyncio.create_task(life.dead.wait(), name="no answer")
        try:
            await asyncio.wait((answer, dead), return_when=asyncio.FIRST_COMPLETED)
            if answer.done() and answer.result() != "busy":
                self._is_durable(received.source)
        finally:
            answer.cancel()
            dead.cancel()

    def report(self, input: f.Input) -> None:
        self._exchange.carrier.report(input)

    def dialled(self) -> f.Ref:
        ref = f"screen:{self._next('dialled')}/number"
        self.disk.values[ref] = self.random.choice(["+14155550101", "+14155550102"])
        return ref

    def _call(self) -> None:
        """Somebody calls, and somebody else later."""
        if self.calm or self._numbers["call"] == self.options.calls_max:
            return
        contacts = self.live.state.contacts.values()
        if sum(contact.state is not ContactState.ENDED for contact in contacts) < LINES_MAX:
            leg = f"{NAME}:{self._next('call')}"
            number = self._calls.choice([None, "+1", "+2", "+3", "+4"])
            self.carrier.arrive(leg, number, self._calls.choice(["100", "200"]), Caller(self, leg))
        self.agenda.after(self._calls.randrange(100, self._gap_ms), self._call)

    # --- Processes ---

    def _owner(self) -> Life:
        return self._lives[-1]

    def _start(self) -> None:
        life = Life(
            len(self._lives) + 1,
            self.disk,
            self._exchange,
            self._customers,
            self._dice,
            followers=[Watched(self)],
            wall_ms=self._wall_ms,
            heard=self._is_durable,
        )
        self._lives.append(life)
        self._tasks.create_task(self._live(life), name=f"process {life.number}")

    async def _live(self, life: Life) -> None:
        await life.run()
        if life is self._owner() and not self._over:
            down_ms = RESTART_MS[0] if self.calm else self._dice.of("crash").choice(RESTART_MS)
            await asyncio.sleep(down_ms / SECOND)
            if life is self._owner():
                self._start()

    def _wall_ms(self) -> int:
        return self._loop.now_ms() + self._clock_off_ms

    # --- What goes wrong ---

    async def _suffer(self, kind: str) -> None:
        while (wait_ms := self._dice.wait_ms(kind)) is not None:
            await asyncio.sleep(wait_ms / SECOND)
            if self._dice.befalls(kind):
                getattr(self, f"_{kind}")()

    def _crash(self) -> None:
        self._owner().kill()

    def _freeze(self) -> None:
        """The old one wakes when another has taken over, and is fenced by what it writes."""
        frozen = self._owner()
        if frozen.is_dead or frozen.is_frozen:
            return
        frozen.freeze()
        self._start()
        self._loop.call_later(self._dice.of("freeze").choice((0.2, 3.0, 30.0)), frozen.wake)

    def _cut(self) -> None:
        self._exchange.carrier.cut_connection()

    def _carrier_dies(self) -> None:
        """With all its legs; what it had not told, nobody will ever hear."""
        self._tasks.create_task(self._exchange.replace(), name="next carrier")
        for person in self._people:
            self.agenda.after(self.random.randrange(2 * SECOND), person.connect)

    def _setup_changes(self) -> None:
        self._apply(another(self._dice.of("setup_changes"), self._numbers["version"] + 1))

    def _clock_jumps(self) -> None:
        self._clock_off_ms = self._dice.of("clock_jumps").randint(-3_600 * SECOND, 3_600 * SECOND)

    def _snapshot(self) -> None:
        if (engine := self._owner().engine) is not None and not self._owner().is_dead:
            self._tasks.create_task(engine.leave_snapshot(), name="snapshot")

    def _apply(self, setup: f.CentreSetup) -> None:
        """Until it is durable: whoever imports asks again after a crash."""
        version = self._next("version")
        applied = f.Received(f"import:{version}", f.CentreApplied(version, setup, "sam"))
        self._tasks.create_task(self._apply_soon(applied), name=applied.source)

    async def _apply_soon(self, applied: f.Received) -> None:
        while applied.source not in self.disk.sources:
            if (engine := self._owner().engine) is not None:
                engine.put(applied)
            await asyncio.sleep(1)

    def _new_carrier(self) -> SimulatorProvider:
        provider = SimulatorProvider(
            SimulatorSettings(calls_per_hour=0, agents_max=0),
            BASE,
            keep_secret=lambda digits: self._owner().vault.put(digits),
            carries=Carries(ms_per_character=20, recordings=True, adopts=False),
            clock=LoopClock(),
            run=f"r{self._next('run')}",
        )
        provider.carrier.dialled = lambda number: Outsider(self)
        return provider

    # --- What must hold ---

    def check_journal(self) -> None:
        """Every entry that has become durable since."""
        entries = self.disk.entries(self._checked)
        for entry in entries:
            self._checked = entry.seq
            try:
                self._invariants.check(entry)
            except Violated as violated:
                self._found(str(violated))
                return

    async def _check_recovery(self) -> None:
        while True:
            await asyncio.sleep(self.random.randint(10, CHECK_SECONDS_MAX))
            self._recovers()

    def _recovers(self) -> None:
        """I4: the owner's state is what applying the journal gives."""
        engine = self._owner().engine
        if engine is None or self._owner().is_frozen or engine.seq != engine.durable_seq:
            return
        live, seq = engine.live, engine.seq
        again = Live(State(1))
        for entry in self.disk.entries()[:seq]:
            apply_entry(again, entry)
        if states.encode(again.state) != states.encode(live.state):
            self._found(f"I4: after entry {seq} recovery gives another state")

    def _is_durable(self, source: str) -> None:
        if source not in self.disk.sources:
            self._found(f"I5: {source} was acknowledged and is not durable")

    def _nobody_is_left(self) -> None:
        self._over = True
        self.check_journal()
        state = self.live.state
        left = (state.contacts, state.legs, state.offers, state.engagements, state.look_ups)
        if any(left):
            self._found(f"I7: still here a minute after all is well: {left}")
        if self._exchange.carrier.unacknowledged:
            self._found("I5: reports that nobody acknowledged")
        self._recovers()
        try:
            self._invariants.over()
        except Violated as violated:
            self._found(str(violated))

    def _found(self, what: str) -> None:
        if not self._violation.done():
            self._violation.set_result(what)

    def _next(self, what: str) -> int:
        self._numbers[what] += 1
        return self._numbers[what]


class Watched:
    """A follower that has the journal checked as it grows."""

    def __init__(self, world: World) -> None:
        self._world = world

    def observe(self, live: Live, entry: f.Entry) -> None:
        """Only what is durable is so."""

    def durable(self, entries: Sequence[f.Entry]) -> None:
        self._world.check_journal()

    def start_over(self, live: Live, seq: int) -> None:
        """Only what is durable was heard, and that stays."""
