"""The browser phone keeps the provider contract: real websockets, a real unix socket, and the exchange's own
clock, which the tests turn by hand."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from contract import GREETING, MUSIC, Centre, ProviderContract, ProviderUnderTest, customer, staff

# The pages are those of the media process's own tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "media"))

from fake_page import Page
from media_world import AGENT, Service, settings
from websockets.exceptions import ConnectionClosed

from callcenter.cti.browser.wire import VERSION, Attach, line, socket_path
from callcenter.cti.provider import WantedLeg
from callcenter.effects import Bridge, RingAgent
from callcenter.facts import LegCause, LegEnded, LegId, RecordingClosed
from callcenter.media.audio import FRAME_MS
from callcenter.media.legs import RINGBACK
from callcenter.media.server import MediaServer
from callcenter.media.sounds import Sounds
from callcenter.media.wanted import REFUSAL

VANISH_MS = 2_000


class BrowserUnderTest(ProviderUnderTest):
    agent = AGENT
    colleague = AGENT + 1
    supervisor = AGENT + 2
    telephone = "+14155550142"
    busy_number = "+14155550143"
    unreachable_number = "+14155550144"
    vanish_ms = VANISH_MS

    def __init__(self, server: MediaServer, service: Service) -> None:
        self.provider = service.provider
        self._server = server
        self._service = service
        self._plugged: list[Page] = []
        """the phones that can be rung"""
        self._tickets: dict[Page, str] = {}
        self._pages: dict[LegId, Page] = {}
        """whoever is on a leg"""
        self._lost: dict[LegId, Page] = {}

    async def open(self) -> None:
        tickets = self._service
        for agent in (self.agent, self.colleague, self.supervisor):
            await self._plug_in(tickets.desk_ticket(agent), tab=f"desk {agent}")
        await self._plug_in(tickets.telephone_ticket(self.telephone))
        await self._plug_in(tickets.telephone_ticket(self.busy_number), at_a_ring="hangup")
        for say in (*GREETING, *MUSIC, REFUSAL):
            await self._server.sounds.get(say)

    async def call(self, number: str | None) -> None:
        ticket = self._service.caller_ticket(number)
        page = await Page.open(self._server.port, ticket)
        leg = (await page.told("start"))["leg"]
        self._tickets[page], self._pages[leg] = ticket, page

    async def press(self, leg: LegId, keys: str) -> None:
        page = self._page(leg)
        await _turns()
        await page.press(keys)
        await self._heard_by_media(page)

    async def answer(self, leg: LegId) -> None:
        await _turns()
        page = self._rung(leg)
        if page is None:
            return
        await page.say({"event": "answer", "leg": leg})
        await self._heard_by_media(page)
        self._pages.setdefault(leg, page)

    async def hang_up(self, leg: LegId) -> None:
        await _turns()
        page = self._page(leg)
        with suppress(ConnectionClosed):  # the other side was faster
            await page.say({"event": "hangup", "leg": leg})
            await self._heard_by_media(page)

    async def lose_network(self, leg: LegId) -> None:
        page = self._page(leg)
        page.vanish()
        await page.gone()
        self._lost[leg] = self._pages.pop(leg, page)

    async def find_network(self, leg: LegId) -> None:
        lost = self._lost.pop(leg)
        ticket = self._tickets[lost]
        page = await Page.open(self._server.port, ticket, tab=lost.tab, rejoin=True, leg=leg)
        self._pages[leg] = page
        self._tickets[page] = ticket
        if lost in self._plugged:
            self._plugged[self._plugged.index(lost)] = page

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
        for page in {*self._pages.values(), *self._plugged}:
            await page.close()

    async def _plug_in(self, ticket: str, **how: str) -> None:
        page = await Page.open(self._server.port, ticket, **how)  # type: ignore[arg-type]
        await page.told("start")
        self._plugged.append(page)
        self._tickets[page] = ticket

    def _page(self, leg: LegId) -> Page:
        """Whose leg this is, or was."""
        page = self._pages.get(leg) or self._rung(leg)
        assert page is not None
        return page

    def _rung(self, leg: LegId) -> Page | None:
        def rang(page: Page) -> bool:
            return any(event["event"] == "ring" and event["leg"] == leg for event in page.events)

        return next((page for page in self._plugged if rang(page)), None)

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


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tests' people hear, made once for all of them."""
    data = tmp_path_factory.mktemp("rendered")

    async def render() -> None:
        sounds = Sounds(data)
        await asyncio.gather(*(sounds.get(say) for say in (*GREETING, *MUSIC, REFUSAL, RINGBACK)))
        sounds.close()

    asyncio.run(render())
    return data / "prompts"


class TestBrowser(ProviderContract):
    @pytest.fixture
    async def world(self, tmp_path: Path, rendered: Path) -> AsyncIterator[ProviderUnderTest]:
        shutil.copytree(rendered, tmp_path / "prompts")
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
        bridge = Bridge("browser", 4, (customer(caller), staff(agent)), 12)
        ring = RingAgent("browser", agent, AGENT, 8)
        await centre.provider.reconcile(
            [WantedLeg(caller, (bridge,)), WantedLeg(agent, (ring, bridge), answered=True)]
        )
        assert await centre.report(LegEnded) == LegEnded(caller, LegCause.SYSTEM)
        assert (await centre.report(RecordingClosed)).recording == 12
        await centre.nothing_more()
        await centre.release(agent)
        assert await centre.report(LegEnded) == LegEnded(agent, LegCause.RELEASED)
