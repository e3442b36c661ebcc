"""One process's life: it recovers from the disk, takes the centre over and runs production's engine until it dies.

The rule: what a life acts on outside, it reaches through its own line and its own commits, which do nothing for the
dead. Whatever ends it other than `kill` is a bug, save that another has taken the centre over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

from callcenter import facts as f
from callcenter.center import settle
from callcenter.cti.provider import Provider
from callcenter.cti.secrets import SecretVault
from callcenter.engine.clock import SteadyClock
from callcenter.engine.look_ups import Customers, LookUps
from callcenter.engine.owner import Engine, Follower
from callcenter.engine.recent import Recent
from callcenter.engine.recovery import beat, orphans, recover, rewind, takeover
from callcenter.errors import Fenced
from callcenter.followers import Screens
from callcenter.screens.feed import Feed
from callcenter.screens.reader import Visitor
from callcenter.simulate.broken_rules import KIND, Broke, BrokenRules
from callcenter.simulate.carrier_line import CarrierLine, Listener
from callcenter.simulate.commits import Commits, Outage
from callcenter.simulate.faults import Dice
from callcenter.simulate.feed import feed_before
from callcenter.simulate.loop import VirtualLoop
from callcenter.simulate.mortal import Mortal
from callcenter.simulate.screen import Socket
from callcenter.store.in_memory import Disk, MemoryDatabase
from callcenter.store.journal import Journal
from callcenter.store.outage import OUTAGE

CENTRE = 1
SOURCES_MAX = (0, 3, 20)
"""that an owner of a short memory knows"""
INBOX_MAX, SHORT_INBOX_MAX = 1_000, (0, 0, 2)
BEAT_SECONDS = 10
"""a fifth of production's beats: they are most of what a quiet hour costs"""


class Life(Mortal):
    """The process of this `number`; `engine` is there once it has recovered, which no outage of the database lets
    it. A centre without a setup is given `setup` first."""

    def __init__(
        self,
        number: int,
        disk: Disk,
        carrier: Provider,
        customers: Customers,
        dice: Dice,
        outage: Outage,
        *,
        setup: f.Received,
        followers: Sequence[Follower] = (),
        wall_ms: Callable[[], int],
        listener: Listener,
        broke: Broke,
        outbox_max: int,
        has_screens: bool,
    ) -> None:
        super().__init__()
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.number = number
        self.engine: Engine | None = None
        tokens = count(1)
        self.vault = SecretVault(loop.time, lambda: f"secret:{number}:{next(tokens)}")
        self.fenced = False
        self._asks: dict[asyncio.Task[str], None] = {}
        self._served: dict[asyncio.Task[None], None] = {}
        """in their order, in which they end: a set would have the order of addresses"""
        self._loop = loop
        self._dice = dice
        self._customers = customers
        self._followers = followers
        self._setup = setup
        self._wall_ms = wall_ms
        self._outbox_max = outbox_max
        self._has_screens = has_screens
        self._feed: Feed | None = None
        self._steady: SteadyClock | None = None
        self._journal = Journal(MemoryDatabase(disk, Commits(dice, self, outage)), CENTRE)  # type: ignore[arg-type]
        self._rules = BrokenRules(dice, broke)
        self._line = CarrierLine(carrier, dice, self, loop, listener)

    @property
    def name(self) -> str:
        return f"life{self.number}"

    def now(self) -> int | None:
        """Its clock; None: it has not recovered yet."""
        return self._steady.now() if self._steady is not None else None

    def cut_off(self) -> None:
        """Another process has the carrier's ear now."""
        self._line.cut_off()

    def ask(self, received: f.Received, answered: Callable[[str], None]) -> None:
        """A person does, of a process that has recovered. `answered(refused)`, unless it dies before."""
        assert self.engine is not None
        answer = self._loop.create_task(self.engine.submit(received), name=received.source)
        self._asks[answer] = None
        answer.add_done_callback(self._asks.pop)
        answer.add_done_callback(partial(_tell, answered))

    def serve(self, socket: Socket, visitor: Visitor) -> bool:
        """A screen connects, for as long as this process lives; False: nobody is there who could serve it."""
        if self._feed is None or self.is_dead or self.is_frozen:
            return False
        serving = self._loop.create_task(self._feed.serve(socket, visitor, socket.drop), name="screen")
        self._served[serving] = None
        serving.add_done_callback(self._served.pop)
        serving.add_done_callback(lambda _: socket.drop())
        serving.add_done_callback(_raise)
        return True

    async def run(self) -> None:
        """Until it is killed or fenced. Raises what the engine raises, which never should."""
        living = asyncio.create_task(self._live(), name=f"life {self.number}")
        dying = asyncio.create_task(self.dead.wait(), name=f"death {self.number}")
        try:
            await asyncio.wait((living, dying), return_when=asyncio.FIRST_COMPLETED)
            if living.done() and not self.is_dead:
                self._ended(living)
        finally:
            self.kill()
            ending = (living, dying, *self._asks, *self._served)
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)

    def _ended(self, living: asyncio.Task[None]) -> None:
        error = living.exception()
        assert error is not None, "an engine never ends by itself"
        if isinstance(error, ExceptionGroup) and error.subgroup(Fenced) is not None:
            self.fenced = True
        elif self.engine is not None or not isinstance(error, OUTAGE):  # else it is started anew
            raise error

    async def _live(self) -> None:
        recovered = await recover(self._journal, CENTRE)
        self._steady = clock = self._clock(recovered.at)
        feed = feed_before(self._submit, clock.now, self.name) if self._has_screens else None
        self.engine = engine = Engine(
            recovered.live,
            recovered.seq,
            self._journal,
            clock,
            providers=[self._line],
            look_ups=LookUps(self._customers, self.vault),
            values=recovered.values,
            recent=self._remembered(recovered.recent),
            rewind=partial(rewind, self._journal, CENTRE),
            settle=self._rules.settle if self._dice.plans(KIND) else settle,
            followers=[*([] if feed is None else [Screens(feed)]), *self._followers],
            inbox_max=self._inbox_max(),
            outbox_max=self._outbox_max,
        )
        engine.put(takeover(recovered, clock, self.name))
        if not recovered.live.state.version:  # before any phone says that it is there
            engine.put(self._setup)
        for received in orphans(recovered, [self._line.name]):
            engine.put(received)
        if feed is not None:
            feed.begin(recovered.live, recovered.seq)
            self._feed = feed
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(engine.run(), name="engine")
            tasks.create_task(self._beat(engine, clock), name="beat")
            if feed is not None:
                tasks.create_task(feed.run(), name="feed")

    def _remembered(self, recent: Recent) -> Recent:
        """Of what was heard before; where it is too little, the journal itself must tell doubles."""
        if not self._dice.strikes("memory_short"):
            return recent
        return Recent(sources_max=self._dice.of("memory_short").choice(SOURCES_MAX))

    def _inbox_max(self) -> int:
        short = self._dice.strikes("inbox_short")
        return self._dice.of("inbox_short").choice(SHORT_INBOX_MAX) if short else INBOX_MAX

    async def _submit(self, received: f.Received) -> str:
        assert self.engine is not None
        return await self.engine.submit(received)

    async def _beat(self, engine: Engine, clock: SteadyClock) -> None:
        await engine.owning.wait()
        while True:
            await self.awake()
            await beat(self._journal, engine.durable_seq, clock)
            await asyncio.sleep(BEAT_SECONDS)

    def _clock(self, last_at: int) -> SteadyClock:
        return SteadyClock(
            last_at, begin_at=self._wall_ms(), monotonic_ns=lambda: round(self._loop.time() * 1_000_000_000)
        )


def _raise(task: asyncio.Task[None]) -> None:
    """To whoever hears of exceptions in callbacks: nobody waits for this task."""
    if not task.cancelled():
        task.result()


def _tell(answered: Callable[[str], None], answer: asyncio.Task[str]) -> None:
    if not answer.cancelled():
        answered(answer.result())
