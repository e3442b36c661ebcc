"""A centre in its box: the disk, the carrier and processes that come and go, with everything that goes wrong.

    people ── carrier ──▶ line ──▶ engine ──▶ journal ──▶ disk
                  ◀────── line ◀──────┘

The rule: everything happens on one virtual loop, so a seed is a day. Until it heals things go wrong as the plan of
faults says; from then on nothing fails any more, and some time later nobody may be left. What the journal says
is checked as it grows, by code that shares nothing with the core. Who lives here is somebody else's business.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol

from callcenter import facts as f
from callcenter import state as states
from callcenter.apply import apply_entry
from callcenter.cti.provider import Command
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.engine.owner import Engine, Follower
from callcenter.lifecycles import LegState
from callcenter.screens.reader import Visitor
from callcenter.simulate.customers import Proving
from callcenter.simulate.exchange import Exchange
from callcenter.simulate.faults import MISFORTUNES, Dice, Plan
from callcenter.simulate.invariants import Invariants, Violated
from callcenter.simulate.life import Life
from callcenter.simulate.loop import VirtualLoop
from callcenter.simulate.screens import KINDS as SCREENS
from callcenter.simulate.screens import Owner, Person, Screens, Socket
from callcenter.simulate.witness import Witness
from callcenter.state import Live, State
from callcenter.store.in_memory import Disk

SECOND = 1_000
RESTART_MS = (50, 800, 4_000, 20_000)
CHECK_SECONDS = (10, 60)
"""between two looks at the whole state, on a day of an hour at most; on longer days by so much more"""
KNOWN_SECONDS = 5
"""after which everybody knows that a leg can't be rung"""
FROZEN_SECONDS = (0.2, 3.0, 30.0)
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
        self._invariants = Invariants()
        self._checked = 0
        self._witness = Witness(self.disk, self._customers, self.found)
        self._replica = Live(State(1))
        """what applying the journal gives"""
        looked_at = any(self.dice.plans(kind) for kind in SCREENS)
        people = inhabitants.at_screens if looked_at else ()
        self._screens = Screens(seed, people, self._serve, self.found, loop)
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
            life.ask(received, self._answered)

    def apply(self, setup: f.CentreSetup) -> None:
        """Until it is durable: whoever imports asks again after a crash."""
        applied = self._import(setup)
        self._tasks.create_task(self._apply_soon(applied), name=applied.source)

    def found(self, what: str) -> None:
        """Something should not be. The first one counts."""
        self.violation = self.violation or what
        self._wrong.set()

    # --- The day ---

    async def _day(self, seconds: float) -> None:
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._first = self._import(self._inhabitants.setup)
            self._start()
            self._inhabitants.begin()
            passing = [tasks.create_task(self._check_recovery(max(1, seconds / 3_600)), name="recovery")]
            if self._screens:
                self._screens.begin()
                looking = self._screens.look_for_ever(self._replica, self._serving)
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

    def _answered(self, source: str, refused: str) -> None:
        if refused != "busy":
            self.acknowledged(source)

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
            followers=[*self._followers, _Watched(self)],
            setup=self._first,
            wall_ms=lambda: self.loop.now_ms() + self._clock_off_ms,
            listener=self,
            broke=self._witness.broke,
            outbox_max=self._inhabitants.outbox_max,
            has_screens=bool(self._screens),
        )
        for older in self.lives:
            older.cut_off()
        if all(older.is_dead for older in self.lives):  # else one of them may still be seen
            self._witness.starts(life.name)
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
        down_ms = RESTART_MS[0] if self._calm else self.dice.of("crash").choice(RESTART_MS)
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
        self._tasks.create_task(self._exchange.replace(), name="next carrier")
        self._inhabitants.reconnect()

    def _setup_changes(self) -> None:
        version = self._numbers["version"] + 1
        self.apply(self._inhabitants.another(self.dice.of("setup_changes"), version))

    def _clock_jumps(self) -> None:
        self._clock_off_ms = self.dice.of("clock_jumps").randint(-CLOCK_OFF_MS_MAX, CLOCK_OFF_MS_MAX)

    def _snapshot(self) -> None:
        if (engine := self._owner().engine) is not None and not self._owner().is_dead:
            self._tasks.create_task(engine.leave_snapshot(), name="snapshot")

    # --- What must hold ---

    def check_journal(self) -> None:
        """Every entry that has become durable since."""
        for entry in self.disk.entries(self._checked):
            self._checked = entry.seq
            apply_entry(self._replica, entry)
            self._witness.hear(entry)
            try:
                self._invariants.check(entry)
            except Violated as violated:
                self.found(str(violated))
                return

    async def _check_recovery(self, times: float) -> None:
        while True:
            await asyncio.sleep(self._random.randint(*CHECK_SECONDS) * times)
            self._recovers()

    def _recovers(self) -> None:
        """I4: the owner's state is what applying the journal gives."""
        engine = self._owner().engine
        if engine is None or self._owner().is_frozen or engine.seq != engine.durable_seq:
            return
        self.check_journal()
        if states.encode(self._replica.state) != states.encode(engine.live.state):
            self.found(f"I4: after entry {engine.seq} applying the journal gives another state")

    def _serve(self, socket: Socket, visitor: Visitor) -> str:
        owner = self._owner()
        return owner.name if owner.serve(socket, visitor) else ""

    def _serving(self) -> Owner:
        engine = self._at_work(self._owner())
        if engine is None or not engine.durable_seq == self._checked == len(self.disk.rows):
            return Owner()
        return Owner(self._owner().name, is_written=engine.seq == engine.durable_seq)

    # --- What goes out: a `Listener` of the carrier's line ---

    def acknowledged(self, source: str) -> None:
        self._witness.acknowledged(source)

    def refused(self, source: str) -> None:
        self._witness.refused(source)

    def commanded(self, command: Command, *, reconciles: bool) -> None:
        self.check_journal()
        self._witness.commanded(command, reconciles=reconciles)

    def not_rung(self, leg: f.LegId) -> None:
        self.loop.call_later(KNOWN_SECONDS, self._is_known, self._owner(), leg)

    def _is_known(self, life: Life, leg: f.LegId) -> None:
        if (engine := self._at_work(life)) is None:
            return
        record = engine.live.state.legs.get(leg)
        if record is not None and record.state is LegState.RINGING:
            self.found(f"I7: {leg} can't be rung, and nobody was told")

    def wanted(self, entry: f.Entry) -> None:
        """Of the owner's providers, by an entry that is durable."""
        if isinstance(entry.input, f.CallArrived) and any(
            isinstance(one, f.Refused) for one in entry.decisions
        ):
            self.loop.call_later(KNOWN_SECONDS, self._is_turned_away, self._owner(), entry)
        for one in entry.decisions:
            if isinstance(one, f.OfferMade | f.LegRung | f.DialStarted | f.PlayStarted):
                play = one.play if isinstance(one, f.PlayStarted) else 0
                self.loop.call_later(KNOWN_SECONDS, self._is_told, self._owner(), one.leg, play)

    def _is_told(self, life: Life, leg: f.LegId, play: int, waited: bool = True) -> None:
        """`waited`: a second ago something stood in line."""
        if (engine := self._at_work(life)) is None or self._witness.was_told(leg, play):
            return
        record = engine.live.state.legs.get(leg)
        if record is None or record.provider != self._exchange.name:  # some have a phone of another carrier
            return
        is_wanted = record.play and record.play.play == play if play else record.state is LegState.RINGING
        if not is_wanted:
            return
        waits = any(engine.outboxes.values())
        if waits or waited:
            self.loop.call_later(1, self._is_told, life, leg, play, waits)
        else:
            self.found(f"I7: the carrier was never told what is wanted of {leg}")

    def _is_turned_away(self, life: Life, arrived: f.Entry) -> None:
        if self._at_work(life) is not None and not self._witness.was_refused(arrived.source):
            self.found(f"I7: a caller with whom nobody will talk hears nothing; at {arrived}")

    def _at_work(self, life: Life) -> Engine | None:
        """The engine of this process, if it still owns the centre."""
        return None if life is not self._owner() or life.is_dead or life.is_frozen else life.engine

    def _nobody_is_left(self) -> None:
        self._over = True
        self.check_journal()
        state = self.live.state
        left = (state.contacts, state.legs, state.offers, state.engagements, state.look_ups)
        if any(left):
            self.found(f"I7: still here long after all is well: {left}")
        if self.carrier.unacknowledged:
            self.found("I5: reports that nobody acknowledged")
        self._screens.over(self._replica)
        self._recovers()
        try:
            self._invariants.over()
        except Violated as violated:
            self.found(str(violated))

    def _next(self, what: str) -> int:
        self._numbers[what] += 1
        return self._numbers[what]


class _Watched:
    """A follower that has the journal checked as it grows."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def observe(self, live: Live, entry: f.Entry) -> None:
        """Only what is durable is so."""

    def durable(self, entries: Sequence[f.Entry]) -> None:
        self._box.check_journal()
        for entry in entries:
            self._box.wanted(entry)

    def start_over(self, live: Live, seq: int) -> None:
        """Only what is durable was heard, and that stays."""
