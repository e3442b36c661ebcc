"""A centre's time, and whoever waits for it, when it goes faster than the world's."""

from __future__ import annotations

import asyncio

from callcenter import facts as f
from callcenter.cti.simulator.transport import CentreClock
from callcenter.engine.clock import SteadyClock
from callcenter.engine.timers import Timers

HOUR = 3_600_000
AN_HOUR_A_MILLISECOND = HOUR


class World:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.ns = 5_000_000_000

    def monotonic_ns(self) -> int:
        return self.ns

    def pass_ms(self, ms: int) -> None:
        self.ns += ms * 1_000_000


def test_the_clock_begins_where_it_is_told_and_follows_the_world():
    world = World()
    clock = SteadyClock(begin_at=1_000_000, monotonic_ns=world.monotonic_ns)
    world.pass_ms(1_500)
    assert clock.now() == 1_001_500
    assert clock.seconds_until(1_004_500) == 3.0


def test_at_speed_60_a_minute_passes_in_a_second():
    world = World()
    clock = SteadyClock(begin_at=1_000_000, speed=60, monotonic_ns=world.monotonic_ns)
    world.pass_ms(1_000)
    assert clock.now() == 1_060_000
    assert clock.seconds_until(1_000_000 + 15 * 60_000) == 14.0
    assert clock.seconds_until(1_000_000) < 0


def test_it_never_begins_before_the_last_journalled_moment():
    assert SteadyClock(2_000_000, begin_at=1_000_000, monotonic_ns=World().monotonic_ns).now() == 2_000_000


def test_a_new_speed_counts_from_that_moment_on():
    world = World()
    clock = SteadyClock(begin_at=1_000_000, speed=60, monotonic_ns=world.monotonic_ns)
    world.pass_ms(1_000)
    clock.set_speed(1)
    assert clock.now() == 1_060_000
    world.pass_ms(1_000)
    assert clock.now() == 1_061_000


async def test_timers_are_due_in_the_centres_time():
    clock = SteadyClock(begin_at=0, speed=AN_HOUR_A_MILLISECOND)
    fired: list[tuple[int, int]] = []
    last = asyncio.Event()

    def put(received: f.Received) -> None:
        assert isinstance(received.input, f.OfferExpired)
        fired.append((received.input.offer, clock.now()))
        if len(fired) == 2:
            last.set()

    timers = Timers(clock, put)
    running = asyncio.create_task(timers.run())
    timers.set(200 * HOUR, f.OfferExpired(2))
    timers.set(20 * HOUR, f.OfferExpired(1))
    async with asyncio.timeout(10):
        await last.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [offer for offer, _ in fired] == [1, 2]
    assert fired[0][1] >= 20 * HOUR
    assert fired[1][1] >= 200 * HOUR


async def test_a_look_up_has_the_worlds_time_also_on_a_fast_day():
    world = World()
    clock = SteadyClock(begin_at=0, speed=60, monotonic_ns=world.monotonic_ns)
    fired: list[f.Received] = []
    timers = Timers(clock, fired.append)
    timers.set(5_000, f.LookUpExpired(1))
    timers.set(5_000, f.OfferExpired(2))

    async def due() -> list[f.Input]:
        fired.clear()
        running = asyncio.create_task(timers.run())
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return [received.input for received in fired]

    world.pass_ms(100)
    assert await due() == [f.OfferExpired(2)]
    world.pass_ms(4_899)
    assert await due() == []
    world.pass_ms(1)
    assert await due() == [f.LookUpExpired(1)]


async def test_simulated_people_wake_in_the_centres_time_and_never_too_early():
    clock = SteadyClock(begin_at=0, speed=AN_HOUR_A_MILLISECOND)
    alarms = CentreClock(clock)
    woken: list[int] = []
    done = asyncio.Event()

    def wake() -> None:
        woken.append(clock.now())
        done.set()

    alarms.call_at(30 * HOUR, wake)
    alarms.call_at(20 * HOUR, lambda: woken.append(0)).cancel()
    async with asyncio.timeout(10):
        await done.wait()
    assert len(woken) == 1
    assert woken[0] >= 30 * HOUR
    assert alarms.now_ms() >= woken[0]
