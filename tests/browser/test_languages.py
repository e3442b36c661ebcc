"""The switch of languages in a real browser: at once, kept, and without a word of the other language left."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace
from playwright.async_api import expect

from tests.browser.desk_rows import ME, TODO, WRAP_UP
from tests.browser.made_up import agent_centre, browser_page, english_words
from tests.browser.test_screens import supervisor_centre

SWITCH = "切换为中文"


async def test_the_switch_acts_at_once_and_is_kept() -> None:
    async with agent_centre(ME, TODO) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/desk")
        await expect(page.get_by_text("Ready for the next call")).to_be_visible()
        await page.evaluate("window.same = true")
        await page.get_by_role("button", name=SWITCH).click()
        await expect(page.get_by_text("就绪，等待来电")).to_be_visible()
        assert await page.evaluate("[window.same, document.documentElement.lang]") == [True, "zh-Hans"]
        assert "坐席" in await page.title()
        await page.reload()
        await expect(page.get_by_text("就绪，等待来电")).to_be_visible()
        await page.goto(centre.url)
        await expect(page.get_by_role("heading", name="致电我们")).to_be_visible()


async def test_a_note_that_is_being_written_stays_when_the_language_changes() -> None:
    async with agent_centre(replace(ME, routing="wrap_up"), WRAP_UP) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/desk")
        await page.get_by_role("textbox", name="Note").fill("half a sent")
        await page.get_by_role("button", name=SWITCH).click()
        await expect(page.get_by_role("textbox", name="备注")).to_have_value("half a sent")


@pytest.mark.parametrize("path", ["/call", "/supervisor", "/history", "/history/17"])
async def test_a_chinese_screen_has_no_english_words_of_its_own(path: str) -> None:
    async with supervisor_centre() as centre, browser_page() as page:
        await page.goto(f"{centre.url}/?lang=zh")
        await page.goto(centre.url + path)
        await expect(page.locator("main").get_by_text(re.compile("Li Wei|Ben Okafor")).last).to_be_visible()
        english = await english_words(page)
        assert english <= MADE_UP, english - MADE_UP


MADE_UP = {
    *("Li Wei", "Ben Okafor", "Anna Lindqvist", "Sam Castellano", "X", "Accounts", "Complaint", "EN"),
    *("Harbour Bank", "Wants it in writing", "Saw the fee", "PIN 2468", "Premier current account", "c1-k17"),
}
"""what the made-up centre says itself, and the switch back"""
