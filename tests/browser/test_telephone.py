"""A visitor's page as somebody's telephone: it rings when the centre calls, on a real media process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from media_world import Service, settings
from playwright.async_api import Page, expect

from callcenter.cti.provider import Dial
from callcenter.effects import HangUp
from callcenter.facts import LegAnswered, LegCause, LegEnded, LegFailed, LegInterrupted, LegRestored
from callcenter.media.server import MediaServer
from tests.browser.fake_centre import FakeCentre
from tests.browser.made_up import broken_rules, browser_page

NUMBER, LEG = "+14155550101", "c1-l9"
LI_WEI = {"id": "1", "name": "Li Wei", "number": NUMBER, "note": ""}
WITHHELD = {"id": "2", "name": "Somebody who hides the number", "number": "", "note": ""}


@asynccontextmanager
async def li_wei(tmp_path: Path) -> AsyncIterator[tuple[Service, Page]]:
    """Her page, with her telephone plugged in."""
    async with FakeCentre(role="agent", agent=None) as centre:
        configured = msgspec.structs.replace(settings(tmp_path), origins=(centre.url,))
        async with MediaServer(configured) as server, browser_page() as page:
            service = Service(tmp_path)
            await service.attach()
            centre.phone_url = f"ws://127.0.0.1:{server.port}/phone"
            centre.tokens["/api/telephone"] = service.telephone_ticket(NUMBER)
            centre.api["/api/callers"] = [LI_WEI, WITHHELD]
            await page.goto(f"{centre.url}/call")
            await expect(page.get_by_text("Your phone is on")).to_be_visible()
            yield service, page
            await service.close()


async def rung(service: Service, page: Page, leg: str = LEG) -> None:
    await service.provider.perform(Dial(leg, NUMBER))
    await expect(page.get_by_text("You are being called")).to_be_visible()


async def test_a_visitor_is_called_answers_and_hangs_up(tmp_path: Path) -> None:
    async with li_wei(tmp_path) as (service, page):
        await rung(service, page)
        await expect(page.get_by_text("Harbour Bank").last).to_be_visible()
        await expect(page.get_by_text("+1 415 555 0100, for Li Wei")).to_be_visible()
        assert await broken_rules(page) == []
        await page.keyboard.press("a")
        assert await service.report(LegAnswered) == LegAnswered(LEG)
        await expect(page.get_by_text("Connected")).to_be_visible()
        await expect(page.get_by_text("Li Wei with Harbour Bank")).to_be_visible()
        await expect(page.get_by_label("Key 5")).to_be_enabled()
        await page.get_by_role("button", name="Hang up").click()
        assert await service.report(LegEnded) == LegEnded(LEG, LegCause.HUNG_UP)
        await expect(page.get_by_text("Call ended")).to_be_visible()
        await rung(service, page, "c1-l10")


async def test_who_declines_is_busy_and_has_missed_nothing(tmp_path: Path) -> None:
    async with li_wei(tmp_path) as (service, page):
        await rung(service, page)
        await page.get_by_role("button", name="Decline").click()
        assert await service.report(LegFailed) == LegFailed(LEG, "busy")
        await expect(page.get_by_text("Ready to call")).to_be_visible()


async def test_a_call_that_nobody_took_is_told(tmp_path: Path) -> None:
    async with li_wei(tmp_path) as (service, page):
        await rung(service, page)
        await service.provider.perform(HangUp("browser", LEG))
        await expect(page.get_by_text("Missed call")).to_be_visible()


async def test_a_page_that_reloads_has_its_call_again(tmp_path: Path) -> None:
    async with li_wei(tmp_path) as (service, page):
        await rung(service, page)
        await page.get_by_role("button", name="Answer").click()
        await service.report(LegAnswered)
        await page.reload()
        assert await service.report(LegInterrupted) == LegInterrupted(LEG)
        assert await service.report(LegRestored) == LegRestored(LEG)
        await expect(page.get_by_text("Connected")).to_be_visible()
        await expect(page.get_by_text("Li Wei with Harbour Bank")).to_be_visible()


async def test_who_hides_the_number_can_not_be_called(tmp_path: Path) -> None:
    async with li_wei(tmp_path) as (service, page):
        await page.get_by_label("Somebody who hides the number").check()
        await expect(page.get_by_text("can't be called back")).to_be_visible()
        await service.provider.perform(Dial(LEG, NUMBER))
        assert await service.report(LegFailed) == LegFailed(LEG, "unreachable")
