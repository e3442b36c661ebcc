"""The owner on a journal that does what a test says, without a database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from callcenter import facts as f
from callcenter.cti.provider import Command, Reconnected, Say, WantedLeg
from callcenter.cti.secrets import SecretVault
from callcenter.engine.clock import SteadyClock
from callcenter.engine.look_ups import LookUps
from callcenter.engine.owner import Engine
from callcenter.engine.recent import Recent
from callcenter.engine.recovery import Recovered, orphans
from callcenter.engine.values import Values
from callcenter.state import Live, State
from callcenter.store.customers import Unknown
from callcenter.store.journal import Row
from tests.core.centre import Centre


class Journal:
    """Commits while `door` is open."""

    def __init__(self) -> None:
        self.door = asyncio.Event()
        self.door.set()
        self.asked = asyncio.Event()
        """somebody has come to the door"""
        self.snapshots: list[int] = []

    async def commit(self, rows: Sequence[Row], values: Sequence[f.Value]) -> None:
        self.asked.set()
        await self.door.wait()

    async def confirm(self, seq: int) -> None:
        """Nobody else writes here."""

    async def keep_snapshot(self, seq: int, at: int, state: bytes) -> None:
        self.snapshots.append(seq)


class Phones:
    """A provider that reports one thing."""

    name = "phone"

    def __init__(self, report: f.Received) -> None:
        self._report = report
        self.refused: list[str] = []
        self.acknowledged = asyncio.Event()

    async def events(self) -> AsyncIterator[f.Received | Reconnected]:
        yield self._report

    def acknowledge(self, source: str) -> None:
        self.acknowledged.set()

    def refuse(self, received: f.Received) -> None:
        self.refused.append(received.source)
        self.acknowledged.set()

    async def perform(self, command: Command) -> None:
        """Done."""

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        """Done."""

    def prepare(self, says: Sequence[Say]) -> None:
        """Nothing is rendered."""

    async def close(self) -> None:
        """Nothing is open."""


class Nobody:
    async def by_number(self, number: str) -> Unknown:
        return Unknown()

    async def by_account(self, account: str) -> Unknown:
        return Unknown()

    async def by_customer(self, customer: int) -> Unknown:
        return Unknown()

    async def check_pin(self, customer: int, digits: str) -> f.PinResult:
        return f.PinResult.FORGOTTEN

    async def read_record(self, customer: int) -> object:
        return None


@asynccontextmanager
async def working(
    journal: Journal, *phones: Phones, known: Sequence[str] = (), inbox_max: int = 1000
) -> AsyncIterator[Engine]:
    engine = Engine(
        Live(State(1)),
        0,
        journal,
        SteadyClock(),
        providers=phones,
        look_ups=LookUps(Nobody(), SecretVault()),
        values=Values(),
        recent=Recent(known),
        inbox_max=inbox_max,
    )
    engine.put(f.Received("owner:1", f.OwnerStarted(0)))
    running = asyncio.create_task(engine.run())
    await engine.owning.wait()
    try:
        yield engine
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_last_snapshot_holds_nothing_that_may_never_become_durable() -> None:
    journal = Journal()
    async with working(journal) as engine:
        journal.door.clear()
        asking = asyncio.create_task(engine.submit(f.Received("screen:1", f.AgentSignedIn(1, "one"))))
        journal.asked.clear()
        await journal.asked.wait()
        await engine.leave_snapshot()
        assert journal.snapshots == []
        journal.door.set()
        await asking
        await engine.leave_snapshot()
        assert journal.snapshots == [2]


async def test_a_call_that_is_here_already_is_never_refused() -> None:
    arrived = f.Received("phone:1", f.CallArrived("phone:1", "phone", None, "100"))
    again, new = Phones(arrived), Phones(arrived)
    async with working(Journal(), again, known=["phone:1"], inbox_max=-1):
        await again.acknowledged.wait()
    assert again.refused == []
    async with working(Journal(), new, inbox_max=-1):
        await new.acknowledged.wait()
    assert new.refused == ["phone:1"]


def test_legs_of_a_provider_that_is_here_no_longer_are_lost_by_our_fault() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call("phone:1")
    leg = centre.answer()
    left = Recovered(centre.live, len(centre.entries), centre.at, Recent(), Values())
    assert list(orphans(left, ["phone"])) == []
    ends = [received.input for received in orphans(left, ["browser"])]
    assert ends == [f.LegEnded("phone:1", f.LegCause.SYSTEM), f.LegEnded(leg, f.LegCause.SYSTEM)]
    for end in ends:
        centre.do(end)
    assert not centre.live.state.contacts[1].talk
    assert not [
        one for one in centre.live.state.contacts[1].legs if centre.live.state.legs[one].state != "ended"
    ]


async def test_who_asks_the_same_again_is_refused_again() -> None:
    async with working(Journal()) as engine:
        asked = f.Received("screen:1", f.AgentSignedIn(99, "nobody"))
        assert [await engine.submit(asked), await engine.submit(asked)] == ["unknown_agent", "unknown_agent"]


class Broken(Nobody):
    async def read_record(self, customer: int) -> object:
        raise ValueError("a record of another shape")


async def test_a_record_that_cannot_be_read_ends_nothing() -> None:
    found = f.Received("look-up:1", f.CustomerFound(1, 5, "A", "en"))
    await LookUps(Broken(), SecretVault()).make_ready(found)
