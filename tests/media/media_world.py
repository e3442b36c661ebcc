"""A running media process (inside the test's own, or a child) and a service's end to talk to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TypeVar

from fake_page import ORIGIN, Page

from callcenter.cti.browser.token import Tickets
from callcenter.cti.browser.transport import BrowserProvider
from callcenter.cti.browser.wire import socket_path
from callcenter.cti.provider import Play, Reconnected, Say, WantedLeg
from callcenter.cti.secrets import SecretVault
from callcenter.effects import Bridge, RingAgent
from callcenter.facts import CallArrived, Input, LegAnswered, LegId, Listen, Member, Part, Received
from callcenter.media.settings import MediaSettings

AGENT = 7
NUMBER = "+14155550101"
SECONDS_MAX = 10

In = TypeVar("In", bound=Input)


def settings(data: Path, **changes: float) -> MediaSettings:
    return MediaSettings(data=data, port=0, origins=(ORIGIN,), **changes)  # type: ignore[arg-type]


def customer(leg: LegId, part: Part = Part.TALKS) -> Member:
    return Member(leg, part, staff=False)


def staff(leg: LegId, part: Part = Part.TALKS) -> Member:
    return Member(leg, part, staff=True)


class Service:
    """The service's end: a real provider over the real unix socket. Acknowledges what it is asked for."""

    def __init__(self, data: Path, origins: Sequence[str] = ()) -> None:
        self.data = data
        self.tickets = Tickets.of(data)
        self.secrets = SecretVault()
        self.provider = BrowserProvider(socket_path(data), self.secrets, origins=origins)
        self.reports: list[Received] = []
        self._events: AsyncIterator[Received | Reconnected] = self.provider.events()

    async def attach(self, wanted: Sequence[WantedLeg] = ()) -> None:
        while not isinstance(item := await self._next(), Reconnected):
            self.reports.append(item)  # the last words of a life that was asked to end
            self.provider.acknowledge(item.source)
        await self.provider.reconcile(wanted)

    async def report(self, kind: type[In], *, acknowledge: bool = True) -> In:
        """The next report of this kind; what comes before it is kept in `reports` and acknowledged."""
        while True:
            item = await self._next()
            if isinstance(item, Reconnected):
                continue
            self.reports.append(item)
            if acknowledge:
                self.provider.acknowledge(item.source)
            if isinstance(item.input, kind):
                return item.input

    async def play(
        self,
        leg: LegId,
        play: int,
        *texts: str,
        listen: Listen | None = None,
        file: str = "",
        loop: bool = False,
    ) -> None:
        says = tuple(Say(text) for text in texts) or (Say("", file=file),)
        await self.provider.perform(Play(leg, play, says, listen, loop=loop))

    async def close(self) -> None:
        await self.provider.close()
        await self._events.aclose()  # type: ignore[attr-defined]

    def caller_ticket(self, number: str | None = NUMBER) -> str:
        return self.tickets.caller(number, "1000", time.time_ns() // 1_000_000)

    def desk_ticket(self, agent: int = AGENT) -> str:
        return self.tickets.station(agent, time.time_ns() // 1_000_000)

    def telephone_ticket(self, number: str) -> str:
        return self.tickets.telephone(number, time.time_ns() // 1_000_000)

    async def _next(self) -> Received | Reconnected:
        async with asyncio.timeout(SECONDS_MAX):
            return await anext(self._events)


class Talk:
    """A caller's and an agent's page that hear each other."""

    def __init__(self, service: Service, port: int) -> None:
        self.service = service
        self.port = port
        self.ticket = service.caller_ticket()
        self.leg = "c1-l1"

    async def begin(self, recording: int | None = None) -> Talk:
        service = self.service
        self.desk = await Page.open(self.port, service.desk_ticket(), tab="desk")
        self.caller = await Page.open(self.port, self.ticket)
        self.caller_leg = (await service.report(CallArrived)).leg
        await self.desk.told("start")
        await service.provider.perform(RingAgent("browser", self.leg, AGENT, 1))
        await self.desk.told("ring")
        await self.desk.say({"event": "answer", "leg": self.leg})
        await service.report(LegAnswered)
        await service.provider.perform(self.bridge(recording))
        return self

    def bridge(self, recording: int | None = None) -> Bridge:
        members = customer(self.caller_leg), staff(self.leg)
        return Bridge("browser", 1, members, recording)

    def wanted(self, recording: int | None = None) -> list[WantedLeg]:
        bridge = self.bridge(recording)
        ring = RingAgent("browser", self.leg, AGENT, 1)
        return [WantedLeg(self.caller_leg, (bridge,)), WantedLeg(self.leg, (ring, bridge), answered=True)]

    async def both_heard(self) -> None:
        """Each hears the other's tone. Spoken again and again: the first frames may cross the bridge's making."""
        await _heard(self.caller, self.desk, 440)
        await _heard(self.desk, self.caller, 1000)

    async def close(self) -> None:
        await self.caller.close()
        await self.desk.close()


async def _heard(speaker: Page, listener: Page, frequency: int) -> None:
    from fake_page import tone

    listening = asyncio.ensure_future(listener.hears(frequency))
    while not listening.done():
        await speaker.speak(tone(frequency, frames=10))
        await asyncio.wait([listening], timeout=0.2)
    await listening
