"""The world in which a provider is tested: its callers, phones and connection, and the centre at its other end.

The rule: a test acts as the world (through `ProviderUnderTest`) and as the centre (through `Centre`), and looks
only at what is reported. "Nothing more is reported" is shown by a fence: another call comes in, and its arrival is
the next report. No test sleeps: `pass_time` lets the carrier's own time go by, virtual where the provider allows.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import pytest

from callcenter.cti.provider import Dial, Play, Provider, Reconnected, Say
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import (
    CallArrived,
    Input,
    KeysKind,
    LegAnswered,
    LegId,
    LegInterrupted,
    Listen,
    Member,
    Part,
    Received,
    RecordingClosed,
    RecordingFailed,
    StationConnected,
    StationLost,
)

NUMBER = "+14155550101"
REPORT_SECONDS = 10
TIMEOUT_MS = 1_000
"""what the tests' plays allow for a key"""

GREETING = (Say("Welcome."),)
MUSIC = (Say("", file="music"),)

In = TypeVar("In", bound=Input)


class ProviderUnderTest(ABC):
    """The world around one provider: its callers, its agents' phones, its connection."""

    provider: Provider
    agent: int
    """an agent whose phone is connected (StationConnected may have been reported before the first call)"""
    colleague: int
    supervisor: int
    """two more of them"""
    telephone: str
    """an outside number where it rings: `answer` picks up, `hang_up` declines"""
    busy_number: str
    unreachable_number: str
    vanish_ms: int
    """a person's network that is gone for longer is given up"""

    @abstractmethod
    async def call(self, number: str | None) -> None:
        """Somebody rings the centre, from this number or withholding it."""

    @abstractmethod
    async def press(self, leg: LegId, keys: str) -> None:
        """The person at this leg's end keys, one after the other at once."""

    @abstractmethod
    async def answer(self, leg: LegId) -> None:
        """The person whose phone rings as this leg picks up; nothing happens when it doesn't ring any more."""

    @abstractmethod
    async def hang_up(self, leg: LegId) -> None:
        """The person at this leg's end hangs up, or declines while it rings."""

    @abstractmethod
    async def lose_network(self, leg: LegId) -> None:
        """The network of the person at this leg's end is gone."""

    @abstractmethod
    async def find_network(self, leg: LegId) -> None:
        """It is back."""

    @abstractmethod
    async def cut(self) -> None:
        """The connection between the provider and its carrier breaks, and comes back."""

    @abstractmethod
    async def pass_time(self, ms: int) -> None:
        """So much of the carrier's time goes by."""

    @abstractmethod
    def digits_of(self, token: str) -> str | None:
        """The digits that the provider kept under this token."""


class Centre:
    """The centre's end: takes the reports in their order and acknowledges them."""

    def __init__(self, world: ProviderUnderTest) -> None:
        self.world = world
        self.provider = world.provider
        self._events: AsyncIterator[Received | Reconnected] = world.provider.events()
        self._stations = 0

    async def next(self) -> Received | Reconnected:
        """What comes next, unacknowledged."""
        async with asyncio.timeout(REPORT_SECONDS):
            return await anext(self._events)

    async def received(self) -> Received:
        """The next report, unacknowledged."""
        item = await self._next_but_stations()
        assert isinstance(item, Received), "reconnected without a reason"
        return item

    async def report(self, kind: type[In]) -> In:
        """The next report, which is of this kind; acknowledged."""
        received = await self.received()
        assert isinstance(received.input, kind)
        self.provider.acknowledge(received.source)
        return received.input

    async def call(self, number: str | None = NUMBER) -> LegId:
        """A caller's new leg."""
        await self.world.call(number)
        return (await self.report(CallArrived)).leg

    async def nothing_more(self) -> None:
        """No report was made before this one."""
        await self.call(None)

    async def reconnected(self) -> None:
        await self.world.cut()
        assert isinstance(await self._next_but_stations(), Reconnected)

    async def talk(self, recording: int | None = 1) -> tuple[LegId, LegId]:
        """A caller and an agent who hear each other as bridge 1."""
        caller, agent = await self.call(), await self.answered("c1-l1", self.world.agent)
        await self.bridge(1, customer(caller), staff(agent), recording=recording)
        return caller, agent

    async def bridge(
        self, number: int, *members: Member, recording: int | None = None, paused: bool = False
    ) -> None:
        await self.provider.perform(Bridge(self.provider.name, number, members, recording, paused))

    async def ring(self, leg: LegId, agent: int = 0, *, auto: bool = False) -> LegId:
        ring = RingAgent(self.provider.name, leg, agent or self.world.agent, 1, auto)
        await self.provider.perform(ring)
        return leg

    async def answered(self, leg: LegId, agent: int) -> LegId:
        """An agent's phone that was rung and answered."""
        await self.ring(leg, agent)
        await self.world.answer(leg)
        assert await self.report(LegAnswered) == LegAnswered(leg)
        return leg

    async def dial(self, leg: LegId, number: str = "") -> LegId:
        await self.provider.perform(Dial(leg, number or self.world.telephone))
        return leg

    async def play(self, leg: LegId, play: int, listen: Listen | None = None, *, loop: bool = False) -> None:
        await self.provider.perform(Play(leg, play, MUSIC if loop else GREETING, listen, loop=loop))

    async def release(self, leg: LegId) -> None:
        await self.provider.perform(HangUp(self.provider.name, leg))

    async def recording_over(self, recording: int) -> None:
        received = await self.received()
        assert isinstance(received.input, RecordingClosed | RecordingFailed)
        assert received.input.recording == recording
        self.provider.acknowledge(received.source)

    async def _next_but_stations(self) -> Received | Reconnected:
        """Phones come and go when they like: that is acknowledged in passing."""
        while True:
            item = await self.next()
            if isinstance(item, Reconnected) or not isinstance(item.input, StationConnected | StationLost):
                return item
            self.provider.acknowledge(item.source)

    async def close(self) -> None:
        await self.provider.close()
        await self._events.aclose()  # type: ignore[attr-defined]


def customer(leg: LegId, part: Part = Part.TALKS) -> Member:
    return Member(leg, part, staff=False)


def staff(leg: LegId, part: Part = Part.TALKS) -> Member:
    return Member(leg, part, staff=True)


def listen_for(kind: KeysKind, digits: int = 1, finish_key: str = "") -> Listen:
    return Listen(kind, digits, TIMEOUT_MS, finish_key)


Scene = Callable[[Centre], Awaitable[LegId]]


async def just_arrived(centre: Centre) -> LegId:
    return await centre.call()


async def prompted(centre: Centre) -> LegId:
    leg = await centre.call()
    await centre.play(leg, 1)
    return leg


async def half_way_through_keying(centre: Centre) -> LegId:
    leg = await centre.call()
    await centre.play(leg, 1, listen_for(KeysKind.SECRET, 4))
    await centre.world.press(leg, "12")
    return leg


async def waiting_with_music(centre: Centre) -> LegId:
    leg = await centre.call()
    await centre.play(leg, 1, loop=True)
    return leg


async def network_gone(centre: Centre) -> LegId:
    leg = await centre.call()
    await centre.world.lose_network(leg)
    await centre.report(LegInterrupted)
    return leg


async def talking(centre: Centre) -> LegId:
    return (await centre.talk(recording=None))[0]


async def agent_ringing(centre: Centre) -> LegId:
    return await centre.ring("c1-l1")


async def agent_answered(centre: Centre) -> LegId:
    leg = await centre.ring("c1-l1")
    await centre.world.answer(leg)
    await centre.report(LegAnswered)
    return leg


async def agent_talking(centre: Centre) -> LegId:
    return (await centre.talk(recording=None))[1]


async def outside_ringing(centre: Centre) -> LegId:
    return await centre.dial("c1-l9")


async def outside_answered(centre: Centre) -> LegId:
    leg = await centre.dial("c1-l9")
    await centre.world.answer(leg)
    await centre.report(LegAnswered)
    return leg


STATES: list[Scene] = [
    just_arrived,
    prompted,
    half_way_through_keying,
    waiting_with_music,
    talking,
    agent_answered,
    agent_talking,
    outside_answered,
]
in_every_state = pytest.mark.parametrize("scene", STATES, ids=lambda scene: scene.__name__)
also_unreachable = pytest.mark.parametrize(
    "scene", [*STATES, agent_ringing, outside_ringing, network_gone], ids=lambda scene: scene.__name__
)
