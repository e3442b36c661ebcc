"""An engine in a test's hands: a provider that does what it is told, and ways to wait for what happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from callcenter import facts as f
from callcenter.cti.provider import Command, Reconnected, Say, WantedLeg
from callcenter.cti.secrets import SecretVault
from callcenter.effects import RingAgent
from callcenter.engine.clock import SteadyClock
from callcenter.engine.look_ups import LookUps
from callcenter.engine.owner import Engine, Follower
from callcenter.engine.recovery import Recovered, recover, rewind, takeover
from callcenter.errors import ProviderError
from callcenter.lifecycles import Presence
from callcenter.store.customers import Found, Unknown
from callcenter.store.database import Database
from callcenter.store.journal import Journal, Row
from tests.core.centre import setup

PHONE = "phone"


class Changes:
    """Whoever notices something says so; whoever waits looks again."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def tell(self) -> None:
        self._changed.set()

    async def until(self, holds: Callable[[], object]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()


class Hands:
    """A `callcenter.cti.provider.Provider` that a test plays."""

    def __init__(self, changes: Changes, name: str = PHONE) -> None:
        self.name = name
        self.done: list[Command] = []
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self.reconciled: list[tuple[WantedLeg, ...]] = []
        self.stuck: asyncio.Event | None = None
        """while this event is not set, nothing is performed"""
        self.fails: Callable[[Command], bool] = lambda command: False
        self._changes = changes
        self._events: asyncio.Queue[f.Received | Reconnected] = asyncio.Queue()
        self._told = 0

    def tell(self, input: f.Input, source: str = "", *values: f.Value) -> str:
        """The provider reports this; its source id."""
        self._told += 1
        source = source or f"{self.name}:{id(self)}:{self._told}"
        self._events.put_nowait(f.Received(source, input, values))
        return source

    def reconnect(self) -> None:
        self._events.put_nowait(Reconnected())

    def rings(self) -> list[RingAgent]:
        return [command for command in self.done if isinstance(command, RingAgent)]

    async def events(self) -> AsyncIterator[f.Received | Reconnected]:
        while True:
            yield await self._events.get()

    def acknowledge(self, source: str) -> None:
        self.acknowledged.append(source)
        self._changes.tell()

    def refuse(self, received: f.Received) -> None:
        self.refused.append(received.source)
        self._changes.tell()

    async def perform(self, command: Command) -> None:
        if self.stuck is not None:
            await self.stuck.wait()
        if self.fails(command):
            raise ProviderError(self.name, "it is broken")
        self.done.append(command)
        self._changes.tell()

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        self.reconciled.append(tuple(wanted))
        self._changes.tell()

    def prepare(self, says: Sequence[Say]) -> None:
        """Nothing is rendered."""

    async def close(self) -> None:
        """Nothing is open."""


class Heard:
    """A follower that takes notes."""

    def __init__(self, changes: Changes) -> None:
        self.observed: list[f.Entry] = []
        self.durable_entries: list[f.Entry] = []
        self.started_over: list[int] = []
        self._changes = changes

    def observe(self, live: object, entry: f.Entry) -> None:
        self.observed.append(entry)
        self._changes.tell()

    def durable(self, entries: Sequence[f.Entry]) -> None:
        self.durable_entries += entries
        self._changes.tell()

    def start_over(self, live: object, seq: int) -> None:
        self.started_over.append(seq)
        self._changes.tell()


class Nobody:
    """A customer base without customers."""

    async def by_number(self, number: str) -> Found | Unknown:
        return Unknown()

    async def by_account(self, account: str) -> Found | Unknown:
        return Unknown()

    async def by_customer(self, customer: int) -> Found | Unknown:
        return Unknown()

    async def check_pin(self, customer: int, digits: str) -> f.PinResult:
        return f.PinResult.FORGOTTEN

    async def read_record(self, customer: int) -> object:
        return None


class SlowStore:
    """A `callcenter.engine.JournalStore`: the journal behind a door. Nothing is written while it is shut."""

    def __init__(self, journal: Journal) -> None:
        self.door = asyncio.Event()
        self.door.set()
        self.commits = 0
        self.snapshots_fail = False
        self._journal = journal

    async def commit(self, rows: Sequence[Row], values: Sequence[f.Value]) -> None:
        await self.door.wait()
        await self._journal.commit(rows, values)
        self.commits += 1

    async def confirm(self, seq: int) -> None:
        await self.door.wait()
        await self._journal.confirm(seq)

    async def keep_snapshot(self, seq: int, at: int, state: bytes) -> None:
        if self.snapshots_fail:
            raise ConnectionError("the database is away")
        await self._journal.keep_snapshot(seq, at, state)


class World:
    """One engine at work."""

    def __init__(
        self, engine: Engine, store: SlowStore, hands: Hands, heard: Heard, changes: Changes
    ) -> None:
        self.engine = engine
        self.store = store
        self.hands = hands
        self.heard = heard
        self.changes = changes
        self.until = changes.until
        self.failure: BaseException | None = None
        """why the engine stopped by itself"""
        self._asked = 0

    def stopped(self, running: asyncio.Task[None]) -> None:
        self.failure = None if running.cancelled() else running.exception()
        self.changes.tell()

    async def ask(self, input: f.Input, source: str = "") -> str:
        """A person asks; returns when it is durable."""
        self._asked += 1
        return await self.engine.submit(f.Received(source or f"screen:{id(self)}:{self._asked}", input))

    async def applied(self, centre: f.CentreSetup | None = None) -> None:
        await self.ask(f.CentreApplied(1, centre or setup(), "test"))

    async def ready(self, agent: int, provider: str = PHONE) -> None:
        login = f"agent{agent}"
        await self.ask(f.AgentSignedIn(agent, login))
        await self.ask(f.StationConnected(agent, provider))
        await self.ask(f.PresenceChosen(agent, Presence.READY, "", login))

    async def acknowledged(self, *sources: str) -> None:
        await self.until(lambda: set(sources) <= set(self.hands.acknowledged))

    async def rung(self, count: int = 1) -> RingAgent:
        """The newest of at least so many rings."""
        await self.until(lambda: len(self.hands.rings()) >= count)
        return self.hands.rings()[-1]

    def call(self, leg: str) -> str:
        return self.hands.tell(f.CallArrived(leg, self.hands.name, None, "100"))


@asynccontextmanager
async def working(
    database: Database,
    *,
    hands: Hands | None = None,
    others: Sequence[Hands] = (),
    changes: Changes | None = None,
    clock_ahead_ms: int = 0,
    followers: Sequence[Follower] = (),
    recovered: Recovered | None = None,
    **limits: int,
) -> AsyncIterator[World]:
    """An engine that owns centre 1 until the block ends; what it raises is in `failure`."""
    changes = changes or Changes()
    hands, heard = hands or Hands(changes), Heard(changes)
    journal = Journal(database, 1)
    recovered = recovered or await recover(journal, 1)
    clock = _Ahead(recovered.at, clock_ahead_ms)
    store = SlowStore(journal)
    engine = Engine(
        recovered.live,
        recovered.seq,
        store,
        clock,
        providers=[hands, *others],
        look_ups=LookUps(Nobody(), SecretVault()),
        values=recovered.values,
        recent=recovered.recent,
        rewind=partial(rewind, journal, 1),
        followers=[heard, *followers],
        **limits,
    )
    engine.put(takeover(recovered, clock))
    world = World(engine, store, hands, heard, changes)
    running = asyncio.create_task(engine.run(), name="engine")
    running.add_done_callback(world.stopped)
    owning = asyncio.create_task(engine.owning.wait())
    await asyncio.wait([running, owning], return_when=asyncio.FIRST_COMPLETED)
    try:
        yield world
    finally:
        owning.cancel()
        running.cancel()
        await asyncio.gather(running, owning, return_exceptions=True)
        await journal.close()


class _Ahead(SteadyClock):
    """A clock of a later day."""

    def __init__(self, last_at: int, ahead_ms: int) -> None:
        super().__init__(last_at)
        self._ahead_ms = ahead_ms

    def now(self) -> int:
        return super().now() + self._ahead_ms
