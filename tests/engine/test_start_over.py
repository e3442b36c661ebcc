"""An owner that has forgotten an input begins again from what is durable: nothing is lost, late or done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest

from callcenter import facts as f
from callcenter.center import Settled, settle
from callcenter.cti.secrets import SecretVault
from callcenter.engine.look_ups import LookUps
from callcenter.engine.owner import Engine, Settle
from callcenter.engine.recent import Recent
from callcenter.engine.recovery import rewind
from callcenter.engine.timers import source_of
from callcenter.engine.values import Values
from callcenter.simulate.loop import VirtualLoop
from callcenter.state import Live, State
from callcenter.store.customers import Unknown
from callcenter.store.in_memory import Disk, MemoryDatabase
from callcenter.store.journal import Journal
from tests.core.centre import setup
from tests.engine.test_owner import Nobody


class Weather:
    """Commits while `door` is open; `outages` questions are not answered."""

    def __init__(self) -> None:
        self.door = asyncio.Event()
        self.door.set()
        self.outages = 0

    async def commit(self, write: Callable[[], None]) -> None:
        await self.door.wait()
        write()

    async def answer(self) -> None:
        if self.outages:
            self.outages -= 1
            raise ConnectionResetError("there is no database")


class Silent(Nobody):
    """No customer base that answers."""

    async def by_number(self, number: str) -> Unknown:
        await asyncio.Future()
        raise AssertionError("unreachable")


class LoopClock:
    """The virtual loop's time is the centre's."""

    def now(self) -> int:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        return loop.now_ms()

    def seconds_until(self, at: int) -> float:
        return (at - self.now()) / 1_000

    def worldly(self, at: int) -> int:
        return at


class Owner:
    def __init__(self, settle: Settle) -> None:
        self.disk = Disk()
        self.weather = Weather()
        journal = Journal(MemoryDatabase(self.disk, self.weather), 1)  # type: ignore[arg-type]
        self.engine = Engine(
            Live(State(1)),
            0,
            journal,
            LoopClock(),
            providers=[],
            look_ups=LookUps(Silent(), SecretVault()),
            values=Values(),
            recent=Recent(sources_max=0),
            rewind=partial(rewind, journal, 1),
            settle=settle,
        )

    async def write(self, *asked: f.Received) -> None:
        """All of it in one batch."""
        self.weather.door.clear()
        for received in asked:
            self.engine.put(received)
        await asyncio.sleep(1)
        self.weather.door.set()
        await self.engine.drained()


@asynccontextmanager
async def owning(settle: Settle = settle) -> AsyncIterator[Owner]:
    owner = Owner(settle)
    owner.engine.put(f.Received("owner:1", f.OwnerStarted(0)))
    owner.engine.put(f.Received("import:1", f.CentreApplied(1, setup(), "sam")))
    running = asyncio.create_task(owner.engine.run())
    await owner.engine.drained()
    try:
        yield owner
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def on_a_virtual_loop(test: Callable[[], object]) -> None:
    with asyncio.Runner(loop_factory=VirtualLoop.beginning_at(1_000_000)) as runner:
        runner.run(test())  # type: ignore[arg-type]


SIGNS_IN = f.Received("screen:1", f.AgentSignedIn(1, "agent1"))
SIGNS_IN_TOO = f.Received("screen:2", f.AgentSignedIn(2, "agent2"))


def test_what_is_settled_anew_keeps_its_time() -> None:
    """Else whatever was due meanwhile would be late."""

    async def test() -> None:
        async with owning() as owner:
            await owner.write(SIGNS_IN)
            asked_at = LoopClock().now()
            await owner.write(SIGNS_IN, SIGNS_IN_TOO)
            written = owner.disk.entries()[-1]
            assert (written.source, written.at) == ("screen:2", asked_at)
            assert len(owner.disk.rows) == 4

    on_a_virtual_loop(test)


def test_doubles_in_one_batch_count_once() -> None:
    async def test() -> None:
        async with owning() as owner:
            await owner.write(SIGNS_IN, SIGNS_IN_TOO, SIGNS_IN)
            assert [row["source"] for row in owner.disk.rows[2:]] == ["screen:1", "screen:2"]

    on_a_virtual_loop(test)


def test_a_database_that_is_away_meanwhile_is_waited_for() -> None:
    async def test() -> None:
        async with owning() as owner:
            await owner.write(SIGNS_IN)
            owner.weather.outages = 2
            await owner.write(SIGNS_IN, SIGNS_IN_TOO)
            assert owner.disk.rows[-1]["source"] == "screen:2"

    on_a_virtual_loop(test)


def test_a_timer_on_which_a_rule_broke_comes_again_though_its_first_time_is_forgotten() -> None:
    broken: list[f.Input] = []

    def breaks_once(live: Live, input: f.Input, at: int) -> Settled:
        if isinstance(input, f.LookUpExpired) and not broken:
            broken.append(input)
            return Settled((f.Refused("our_fault"),), (ArithmeticError(),))
        return settle(live, input, at)

    async def test() -> None:
        async with owning(breaks_once) as owner:
            call = f.CallArrived("phone:1", "phone", "ani:1", "100")
            await owner.write(f.Received("phone:1", call, (f.Value("ani:1", "ani", "+1"),)))
            (look_up,) = owner.engine.live.state.look_ups.values()
            timer = f.LookUpExpired(look_up.look_up)
            await owner.write(f.Received(source_of(timer), timer))
            assert owner.engine.live.state.look_ups
            await owner.write(f.Received(source_of(timer), timer))
            assert not owner.engine.live.state.look_ups
            assert owner.disk.entries()[-1].source.startswith(f"{source_of(timer)}:")

    on_a_virtual_loop(test)


def test_a_timer_that_came_while_its_reason_was_gone_for_a_moment_comes_again() -> None:
    """What made it stale was undone, because an input had been forgotten."""

    async def test() -> None:
        async with owning() as owner:
            call = f.CallArrived("phone:1", "phone", "ani:1", "100")
            await owner.write(f.Received("phone:1", call, (f.Value("ani:1", "ani", "+1"),)), SIGNS_IN)
            (look_up,) = owner.engine.live.state.look_ups.values()
            owner.weather.door.clear()
            owner.engine.put(SIGNS_IN)
            owner.engine.put(f.Received("phone:hung-up", f.LegEnded("phone:1", f.LegCause.HUNG_UP)))
            await asyncio.sleep(10)
            assert not owner.engine.live.state.look_ups
            owner.disk.sources.add("phone:hung-up")  # heard before, of which this owner knows nothing
            owner.weather.door.set()
            await owner.engine.drained()
            await asyncio.sleep(1)
            assert look_up.look_up not in owner.engine.live.state.look_ups
            assert owner.disk.entries()[-1].input == f.LookUpExpired(look_up.look_up)

    on_a_virtual_loop(test)


@pytest.mark.parametrize("known", [0, 2])
def test_a_memory_holds_so_many(known: int) -> None:
    recent = Recent(["a", "b", "c"], sources_max=known)
    assert [one for one in "abc" if one in recent] == list("abc")[3 - known :]
