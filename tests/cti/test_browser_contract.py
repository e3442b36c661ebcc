"""The browser phone keeps the provider contract: real websockets, a real unix socket, and the exchange's own
clock, which the tests turn by hand."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from contract import GREETING, MUSIC, Centre, ProviderContract, ProviderUnderTest

# The pages are those of the media process's own tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "media"))

from fake_page import Page
from media_world import AGENT, Service, settings

from callcenter.cti.browser.wire import VERSION, Attach, line, socket_path
from callcenter.cti.provider import WantedLeg
from callcenter.effects import Bridge, RingAgent
from callcenter.facts import LegCause, LegEnded, LegId, RecordingClosed
from callcenter.media.audio import FRAME_MS
from callcenter.media.server import MediaServer
from callcenter.media.wanted import REFUSAL

VANISH_MS = 2_000


class BrowserUnderTest(ProviderUnderTest):
    agent = AGENT
    vanish_ms = VANISH_MS

    def __init__(self, server: MediaServer, service: Service) -> None:
        self.provider = service.provider
        self._server = server
        self._service = service
        self._tickets: dict[LegId, str] = {}
        self._pages: dict[LegId, Page] = {}

    async def open(self) -> None:
        self._desk = await Page.open(self._server.port, self._service.desk_ticket(), tab="desk")
        await self._desk.told("start")
        for say in (*GREETING, *MUSIC, REFUSAL):
            await self._server.sounds.get(say)

    async def call(self, number: str | None) -> None:
        ticket = self._service.caller_ticket(number)
        page = await Page.open(self._server.port, ticket)
        leg = (await page.told("start"))["leg"]
        self._tickets[leg], self._pages[leg] = ticket, page

    async def press(self, leg: LegId, keys: str) -> None:
        page = self._pages[leg]
        await _turns()
        await page.press(keys)
        await self._heard_by_media(page)

    async def answer(self, leg: LegId) -> None:
        await _turns()
        await self._desk.say({"event": "answer", "leg": leg})
        await self._heard_by_media(self._desk)

    async def hang_up(self, leg: LegId) -> None:
        page = self._pages.get(leg, self._desk)
        if page.closed is None:
            await page.say({"event": "hangup"} if page is not self._desk else {"event": "hangup", "leg": leg})
            await self._heard_by_media(page)

    async def lose_network(self, leg: LegId) -> None:
        self._pages[leg].vanish()
        await self._pages[leg].gone()

    async def find_network(self, leg: LegId) -> None:
        self._pages[leg] = await Page.open(self._server.port, self._tickets[leg], rejoin=True)

    async def cut(self) -> None:
        """Our service attaches a second time, whereby the first connection is closed, and leaves at once."""
        _, writer = await asyncio.open_unix_connection(socket_path(self._service.data))
        writer.write(line(Attach(VERSION, self._service.provider.life)))
        await writer.drain()
        await _turns()
        writer.close()
        await writer.wait_closed()

    async def pass_time(self, ms: int) -> None:
        await _turns()
        for _ in range(ms // FRAME_MS):
            await self._server.clockwork.tick()

    def digits_of(self, token: str) -> str | None:
        return self._service.secrets.take(token)

    async def close(self) -> None:
        for page in (*self._pages.values(), self._desk):
            await page.close()

    async def _heard_by_media(self, page: Page) -> None:
        pongs = sum(event["event"] == "pong" for event in page.events)
        await page.say({"event": "ping"})
        await page.until(
            lambda: page.closed is not None or sum(e["event"] == "pong" for e in page.events) > pongs
        )


async def _turns() -> None:
    """All commands have arrived: both ends of their socket live in this loop."""
    for _ in range(10):
        await asyncio.sleep(0)


class TestBrowser(ProviderContract):
    @pytest.fixture
    async def world(self, tmp_path: Path) -> AsyncIterator[ProviderUnderTest]:
        changes = {"rejoin_seconds": VANISH_MS / 1000}
        async with MediaServer(settings(tmp_path, **changes)) as server:
            service = Service(tmp_path)
            world = BrowserUnderTest(server, service)
            await world.open()
            yield world
            await world.close()

    async def test_a_lost_talk_says_what_became_of_its_recording(self, centre: Centre):
        """A desk that is here takes its part of the talk up again; only the caller is lost."""
        caller, agent = "browser:lost-long-ago", "c1-l8"
        bridge = Bridge("browser", 4, caller, agent, 12)
        ring = RingAgent("browser", agent, AGENT, 8)
        await centre.provider.reconcile([WantedLeg(caller, (bridge,)), WantedLeg(agent, (ring, bridge))])
        assert await centre.report(LegEnded) == LegEnded(caller, LegCause.SYSTEM)
        assert (await centre.report(RecordingClosed)).recording == 12
        await centre.nothing_more()
        await centre.release(agent)
        assert await centre.report(LegEnded) == LegEnded(agent, LegCause.RELEASED)
