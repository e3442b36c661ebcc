"""The virtual loop: time leaps, order holds, and what never ends is told."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.simulate.loop import NeverWaits, NothingLeft, VirtualClock, VirtualLoop

BEGIN_MS = 1_795_446_000_000


def runner() -> asyncio.Runner:
    return asyncio.Runner(loop_factory=VirtualLoop.beginning_at(BEGIN_MS))


def test_a_week_passes_at_once_and_to_the_millisecond() -> None:
    async def week() -> list[int]:
        clock, heard = VirtualClock(), list[int]()
        for hours in (24 * 7, 1, 3):
            clock.call_at(BEGIN_MS + hours * 3_600_000, lambda: heard.append(clock.now_ms()))
        await asyncio.sleep(7 * 24 * 3600 + 1)
        return heard

    with runner() as virtual:
        assert virtual.run(week()) == [BEGIN_MS + hours * 3_600_000 for hours in (1, 3, 24 * 7)]


def test_time_limits_and_short_sleeps_are_those_of_the_made_up_clock() -> None:
    async def limited() -> int:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.Event().wait()
        for _ in range(1_000):
            await asyncio.sleep(0.001)
        return loop.now_ms()

    with runner() as virtual:
        assert virtual.run(limited()) == BEGIN_MS + 31_000


def test_when_everything_waits_for_what_never_comes_it_is_said() -> None:
    with runner() as virtual, pytest.raises(NothingLeft):
        virtual.run(_never())


def test_what_never_waits_is_told_instead_of_running_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy() -> None:
        loop = asyncio.get_running_loop()

        def again() -> None:
            loop.call_soon(again)

        again()
        await asyncio.Event().wait()

    monkeypatch.setattr("callcenter.simulate.loop.TURNS_MAX", 1_000)
    with runner() as virtual, pytest.raises(NeverWaits):
        virtual.run(busy())


async def _never() -> None:
    await asyncio.Event().wait()
