"""Many people on real sockets who all speak at once, each in a tone of their own, and what each of them hears."""

from __future__ import annotations

import asyncio
import audioop
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Set
from contextlib import asynccontextmanager, suppress

from fake_page import FRAME, Page, pcm, strength, tone
from media_world import AGENT, NUMBER, SECONDS_MAX, Service, customer, staff

from callcenter.cti.provider import Dial, WantedLeg
from callcenter.effects import Bridge, RingAgent
from callcenter.facts import CallArrived, LegAnswered, LegId, Member, Part
from callcenter.media.pacer import pace

CALLER, AGENT_, COLLEAGUE, SUPERVISOR, OUTSIDE = "caller", "agent", "colleague", "supervisor", "outside"
TONES = {CALLER: 550, AGENT_: 850, COLLEAGUE: 1110, SUPERVISOR: 1300, OUTSIDE: 1600}
"""far from every note of the music"""
MUSIC, RINGING = "music", "ringing"
RINGBACK_HERTZ = 425
TELEPHONE = "+14155550142"
OUTSIDE_LEG = "c1-l20"
DESKS = {AGENT_: AGENT, COLLEAGUE: AGENT + 1, SUPERVISOR: AGENT + 2}
WINDOW = 8 * FRAME
LEVEL = 4000
"""five of them together do not clip"""
PRESENT = 0.04
"""of the energy in a window; five equal tones have 0.2 each"""


def sounds_in(ulaw: bytes) -> set[str]:
    """What there is to hear: people by their tone, or what the exchange plays."""
    if not ulaw or audioop.rms(pcm(ulaw), 2) < 50:
        return set()
    if strength(ulaw, RINGBACK_HERTZ) > 0.5:
        return {RINGING}
    return {who for who, hertz in TONES.items() if strength(ulaw, hertz) > PRESENT} or {MUSIC}


class Crowd:
    """Everybody speaks from `speaking` on, without a pause."""

    def __init__(self, service: Service, port: int) -> None:
        self.service = service
        self.port = port
        self.pages: dict[str, Page] = {}
        self.legs: dict[str, LegId] = {}
        self.tickets: dict[str, str] = {}
        self.newest: Bridge | None = None
        self._frames = {who: tone(hertz, frames=50, level=LEVEL) for who, hertz in TONES.items()}
        self._ticks = 0
        self._ticked = asyncio.Condition()

    # --- Who is there ---

    async def call(self) -> None:
        self.tickets[CALLER] = ticket = self.service.caller_ticket(NUMBER)
        self.pages[CALLER] = await Page.open(self.port, ticket)
        self.legs[CALLER] = (await self.service.report(CallArrived)).leg

    async def ring(self, who: str, *, auto: bool = False) -> LegId:
        self.tickets.setdefault(who, self.service.desk_ticket(DESKS[who]))
        if who not in self.pages:
            self.pages[who] = await Page.open(self.port, self.tickets[who], tab=who)
            await self.pages[who].told("start")
        leg = self.legs[who] = f"c1-l{DESKS[who]}"
        await self.service.provider.perform(RingAgent("browser", leg, DESKS[who], 1, auto))
        await self.pages[who].told("ring", leg=leg)
        return leg

    async def dial(self) -> LegId:
        self.tickets[OUTSIDE] = self.service.telephone_ticket(TELEPHONE)
        self.pages[OUTSIDE] = await Page.open(self.port, self.tickets[OUTSIDE], tab=OUTSIDE)
        await self.pages[OUTSIDE].told("start")
        leg = self.legs[OUTSIDE] = OUTSIDE_LEG
        await self.service.provider.perform(Dial(leg, TELEPHONE))
        await self.pages[OUTSIDE].told("ring", leg=leg)
        return leg

    async def answer(self, who: str) -> None:
        await self.pages[who].say({"event": "answer", "leg": self.legs[who]})
        assert await self.service.report(LegAnswered) == LegAnswered(self.legs[who])

    async def come(self, *who: str) -> None:
        """All of these are there and have answered."""
        for one in who:
            if one == CALLER:
                await self.call()
            else:
                await (self.dial() if one == OUTSIDE else self.ring(one))
                await self.answer(one)

    async def come_back(self, who: str) -> None:
        """After the connection was lost, with the ticket that one has."""
        ticket, leg = self.tickets[who], self.legs[who]
        self.pages[who] = await Page.open(self.port, ticket, tab=who, rejoin=True, leg=leg)

    # --- What is wanted ---

    def members(self, parts: dict[str, Part]) -> tuple[Member, ...]:
        return tuple(
            (customer if who in (CALLER, OUTSIDE) else staff)(self.legs[who], part)
            for who, part in parts.items()
        )

    async def arrange(
        self, number: int, parts: dict[str, Part], *, recording: int | None = None, paused: bool = False
    ) -> None:
        self.newest = Bridge("browser", number, self.members(parts), recording, paused)
        await self.service.provider.perform(self.newest)

    def wanted(self, *unanswered: str) -> list[WantedLeg]:
        assert self.newest is not None
        first = {who: RingAgent("browser", self.legs.get(who, ""), DESKS[who], 1) for who in DESKS}
        commands = {**first, OUTSIDE: Dial(OUTSIDE_LEG, TELEPHONE)}
        return [
            WantedLeg(
                leg,
                (
                    *((commands[who],) if who in commands else ()),
                    *(() if who in unanswered else (self.newest,)),
                ),
                answered=who not in unanswered,
            )
            for who, leg in self.legs.items()
        ]

    # --- What is heard ---

    async def hears(self, listener: str, expected: Set[str]) -> None:
        """This is what there is to hear, and nothing else, now or soon and from then on."""
        heard: set[str] | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(3 * SECONDS_MAX):  # ringing is silent most of the time
                while heard != expected or await self._window(listener) != expected:
                    heard = await self._window(listener)
        assert heard == expected, f"{listener} hears {heard}, not {expected}"

    async def all_hear(self, heard: Mapping[str, Set[str]]) -> None:
        async with asyncio.TaskGroup() as listeners:
            for listener, expected in heard.items():
                listeners.create_task(self.hears(listener, expected))

    async def ticks(self, count: int) -> None:
        """Everybody has said so many frames more."""
        until = self._ticks + count
        async with self._ticked:
            await self._ticked.wait_for(lambda: self._ticks >= until)

    async def _window(self, listener: str) -> set[str]:
        before = len(self.pages[listener].heard)
        await self.ticks(WINDOW // FRAME + 4)
        return sounds_in(bytes(self.pages[listener].heard[before:][-WINDOW:]))

    async def _speak(self) -> None:
        for who, page in self.pages.items():
            if page.closed is None:
                frames = self._frames[who]
                await page.speak([frames[self._ticks % len(frames)]])
        async with self._ticked:
            self._ticks += 1
            self._ticked.notify_all()


@asynccontextmanager
async def speaking(service: Service, port: int) -> AsyncIterator[Crowd]:
    crowd = Crowd(service, port)
    speaking = asyncio.create_task(pace(_unless_cut_off(crowd._speak)), name="crowd")
    try:
        yield crowd
    finally:
        speaking.cancel()
        await asyncio.wait([speaking])
        for page in crowd.pages.values():
            await page.close()


def _unless_cut_off(speak: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    from websockets.exceptions import ConnectionClosed

    async def spoken() -> None:
        with suppress(ConnectionClosed):
            await speak()

    return spoken
