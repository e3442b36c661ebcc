"""A centre in its box: the disk, the carrier and processes that come and go, with everything that goes wrong.

    people ── carrier ──▶ line ──▶ engine ──▶ journal ──▶ disk
                  ◀────── line ◀──────┘

The rule: everything happens on one virtual loop, so a seed is a day. Until it heals things go wrong as the plan of
faults says; from then on nothing fails any more, and some time later nobody may be left. Who lives here, and who
looks whether all is well, is somebody else's business.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any, Protocol

from callcenter import facts as f
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.engine.owner import Follower
from callcenter.screens.reader import Visitor
from callcenter.simulate.commits import Outage
from callcenter.simulate.customers import Proving
from callcenter.simulate.exchange import Exchange
from callcenter.simulate.faults import MISFORTUNES, Dice, Plan
from callcenter.simulate.life import Life
from callcenter.simulate.loop import VirtualLoop
from callcenter.simulate.screen import Person, Socket
from callcenter.simulate.screens import KINDS as SCREENS
from callcenter.simulate.screens import Screens
from callcenter.simulate.watch import Watch
from callcenter.simulate.witness import BUSY
from callcenter.state import Live, State
from callcenter.store.in_memory import Disk

SECOND = 1_000
RESTART_MS = (50, 800, 4_000, 20_000)
FROZEN_SECONDS = (0.2, 3.0, 30.0)
CARRIER_AWAY_SECONDS = (0.0, 0.5, 3.0)
DATABASE_AWAY_SECONDS = (0.2, 2.0, 8.0)
ASKED_AGAIN_MS = 2 * SECOND
CLOCK_OFF_MS_MAX = 3_600 * SECOND


class Inhabitants(Protocol):
    """Who lives in the box. Told what happens to it; acts through its carrier and `ask`."""

    setup: f.CentreSetup
    """with which the day begins and heals"""
    outbox_max: int
    """commands that wait for a carrier, at most"""
    heal_seconds: int
    """after which nobody may be left"""
    at_screens: Sequence[Person]
    """who sits before one, on days on which something happens to screens"""

    def new_carrier(self, run: str, keep_secret: Callable[[str], str]) -> SimulatorProvider: ...

    def begin(self) -> None:
        """The day begins."""
        ...

    def settle(self) -> None:
        """Nothing fails any more; everybody is willing."""
        ...

    def reconnect(self) -> None:
        """There is another carrier, or another owner who has to be told whose phones can be rung."""
        ...

    def another(self, random: Random, version: int) -> f.CentreSetup:
        """What somebody applies in mid-day."""
        ...


class Box:
    """Made inside a `VirtualLoop`. `violation` is the first thing that should not be, "" if all is well."""

    def __init__(
        self,
        seed: int,
        plan: Plan,
        inhabitants: Inhabitants,
        customers: Callable[[Dice], Proving],
        followers: Sequence[Follower] = (),
    ) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.loop = loop
        self.disk = Disk()
        begin_ms = loop.now_ms()
        self.dice = Dice(seed, plan, lambda: loop.now_ms() - begin_ms)
        self.lives: list[Life] = []
        self.violation = ""
        self._wrong = asyncio.Event()
        self._random = Random(f"{seed}:box")
        self._inhabitants = inhabitants
        self._customers = customers(self.dice)
        self._followers = followers
        self._numbers: Counter[str] = Counter()
        self._exchange = Exchange(self._new_carrier)
        self._watch = Watch(
            self.disk,
            self._customers,
            self._exchange.name,
            self.lives,
            lambda: self._exchange.carrier.carrier.stations,
            self.found,
            self._random,
            loses_events=self.dice.plans("event_lost"),
        )
        self._outage = Outage(over=self._database_back)
        looked_at = any(self.dice.plans(kind) for kind in SCREENS)
        people = inhabitants.at_screens if looked_at else ()
        self._screens = Screens(seed, people, self._serve, self.found, loop)
        self._applying: asyncio.Task[None] | None = None
        self._clock_off_ms = 0
        self._alone: set[str] = set()
        """names of those who started when no other process was alive"""
        self._calm = False
        self._over = False

    @property
    def carrier(self) -> SimulatorProvider:
        """At this moment: what is due there has happened."""
        self._exchange.carrier.advance()
        return self._exchange.carrier

    @property
    def live(self) -> Live:
        """What people see on their desks: of who owns the centre now, or owned it last."""
        engine = next((life.engine for life in reversed(self.lives) if life.engine is not None), None)
        return engine.live if engine is not None else Live(State(1))

    async def run(self, seconds: float) -> None:
        """The day, its healing, and what must be so afterwards. Raises what is a bug of the simulation."""
        self.loop.set_exception_handler(self._raised)
        day = asyncio.create_task(self._day(seconds), name="day")
        wrong = asyncio.create_task(self._wrong.wait(), name="something is wrong")
        try:
            await asyncio.wait((day, wrong), return_when=asyncio.FIRST_COMPLETED)
            if day.done() and not self.violation:
                await day
        finally:
            for task in (day, wrong):
                task.cancel()
            await asyncio.gather(day, wrong, return_exceptions=True)

    def ask(self, input: f.Input, values: tuple[f.Value, ...] = ()) -> None:
        """From a screen. Nobody hears it while nobody owns the centre."""
        life = self._owner()
        if life.engine is not None and not life.is_dead and not life.is_frozen:
            received = f.Received(f"screen:{self._next('screen')}", input, values)
            life.ask(received, partial(self._answered, received))

    def apply(self, setup: f.CentreSetup) -> None:
        """Until it is durable, or somebody applies another one: whoever imports asks again after a crash."""
        if self._applying is not None:
            self._applying.cancel()
        applied = self._import(setup)
        self._applying = self._tasks.create_task(self._apply_soon(applied), name=applied.source)

    def found(self, what: str) -> None:
        """Something should not be. The first one counts."""
        self.violation = self.violation or what
        self._wrong.set()

    def _raised(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Beside all tasks that somebody waits for: in a callback, or in one that serves a screen."""
        self.found(f"raised beside all tasks: {context.get('exception', context['message'])!r}")

    # --- The day ---

    async def _day(self, seconds: float) -> None:
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._first = self._import(self._inhabitants.setup)
            self._start()
            self._inhabitants.begin()
            passing = [tasks.create_task(self._watch.recoveries(max(1, seconds / 3_600)), name="recovery")]
            if self._screens:
                self._screens.begin()
                looking = self._screens.look_for_ever(self._watch.durable_live, self._watch.serving)
                passing.append(tasks.create_task(looking, name="who looks at screens"))
            passing += [tasks.create_task(self._suffer(kind), name=kind) for kind in MISFORTUNES]
            await asyncio.sleep(seconds)
            self._heal()
            await asyncio.sleep(self._inhabitants.heal_seconds)
            for task in passing:
                task.cancel()
            self._nobody_is_left()
            for life in self.lives:
                life.kill()

    def _heal(self) -> None:
        self._calm = True
        self.dice.heal()
        for life in self.lives:
            life.wake()
        if self._owner().is_dead:
            self._start()
        self.apply(self._inhabitants.setup)
        self.carrier.cut_connection()
        self._inhabitants.settle()
        self._screens.settle()

    def _answered(self, asked: f.Received, refused: str) -> None:
        self._watch.witness.answered(asked.source, refused)
        if refused == BUSY:  # who is told that there is no room tries again
            self.loop.after(ASKED_AGAIN_MS, self.ask, asked.input, asked.values)

    def _import(self, setup: f.CentreSetup) -> f.Received:
        version = self._next("version")
        return f.Received(f"import:{version}", f.CentreApplied(version, setup, "sam"))

    async def _apply_soon(self, applied: f.Received) -> None:
        while applied.source not in self.disk.sources:
            if (engine := self._owner().engine) is not None:
                engine.put(applied)
            await asyncio.sleep(1)

    # --- Processes ---

    def _owner(self) -> Life:
        return self.lives[-1]

    def _start(self) -> None:
        life = Life(
            len(self.lives) + 1,
            self.disk,
            self._exchange,
            self._customers,
            self.dice,
            self._outage,
            followers=[*self._followers, self._watch],
            setup=self._first,
            wall_ms=lambda: self.loop.now_ms() + self._clock_off_ms,
            listener=self._watch,
            broke=self._watch.witness.broke,
            outbox_max=self._inhabitants.outbox_max,
            has_screens=bool(self._screens),
        )
        for older in self.lives:
            older.cut_off()
        if all(older.is_dead for older in self.lives):  # else one of them may still be seen
            self._watch.witness.starts(life.name)
            self._alone.add(life.name)
        self.lives.append(life)
        if len(self.lives) > 1:
            self._inhabitants.reconnect()
        self._tasks.create_task(self._live(life), name=f"process {life.number}")

    async def _live(self, life: Life) -> None:
        await life.run()
        if life.fenced and life is self._owner() and life.name in self._alone:
            self.found(f"I5: {life.name} stopped, and nobody else had taken the centre over")
        if life is not self._owner() or self._over:
            return
        at_once = self._calm or life.now() is None  # nothing to die of: there was no database
        down_ms = RESTART_MS[0] if at_once else self.dice.of("restarts").choice(RESTART_MS)
        await asyncio.sleep(down_ms / SECOND)
        if life is self._owner():
            self._start()

    def _new_carrier(self) -> SimulatorProvider:
        run = f"r{self._next('run')}"
        return self._inhabitants.new_carrier(run, lambda digits: self._owner().vault.put(digits))

    # --- What goes wrong: a method for each of `MISFORTUNES` ---

    async def _suffer(self, kind: str) -> None:
        while (wait_ms := self.dice.wait_ms(kind)) is not None:
            await asyncio.sleep(wait_ms / SECOND)
            if self.dice.befalls(kind):
                if kind in SCREENS:
                    self._screens.suffer(kind, self.dice.of(kind))
                else:
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
        self.loop.call_later(self.dice.of("freeze").choice(FROZEN_SECONDS), frozen.wake)

    def _cut(self) -> None:
        self.carrier.cut_connection()

    def _carrier_dies(self) -> None:
        """With all its legs; what it had not told, nobody will ever hear."""
        away = self.dice.of("carrier_dies").choice(CARRIER_AWAY_SECONDS)
        self._tasks.create_task(self._exchange.replace(away), name="next carrier")
        self._inhabitants.reconnect()

    def _database_away(self) -> None:
        self._outage.begin(self.dice.of("database_away").choice(DATABASE_AWAY_SECONDS))

    def _database_back(self) -> None:
        clocks = [now for life in self.lives if (now := life.now()) is not None]
        if clocks:
            self._watch.database_is_back(clocks[-1])

    def _setup_changes(self) -> None:
        version = self._numbers["version"] + 1
        self.apply(self._inhabitants.another(self.dice.of("setup_changes"), version))

    def _clock_jumps(self) -> None:
        self._clock_off_ms = self.dice.of("clock_jumps").randint(-CLOCK_OFF_MS_MAX, CLOCK_OFF_MS_MAX)

    def _snapshot(self) -> None:
        if (engine := self._owner().engine) is not None and not self._owner().is_dead:
            self._tasks.create_task(engine.leave_snapshot(), name="snapshot")

    # --- After it ---

    def _nobody_is_left(self) -> None:
        self._over = True
        self._watch.over(self.live)
        if self.carrier.unacknowledged:
            self.found("I5: reports that nobody acknowledged")
        self._screens.over(self._watch.durable_live)

    def _serve(self, socket: Socket, visitor: Visitor) -> str:
        owner = self._owner()
        return owner.name if owner.serve(socket, visitor) else ""

    def _next(self, what: str) -> int:
        self._numbers[what] += 1
        return self._numbers[what]
