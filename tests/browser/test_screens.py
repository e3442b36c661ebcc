"""The screens in a real browser before a made-up service: what is shown, the keyboard, losses, accessibility."""

from __future__ import annotations

import re

import msgspec
import pytest
from playwright.async_api import expect

from callcenter.screens import wire
from tests.browser.desk_rows import CUSTOMER, DESK, ME, NOW, TODO
from tests.browser.fake_centre import FakeCentre
from tests.browser.floor_rows import DAY
from tests.browser.history_rows import OPTIONS, ROW, STORY
from tests.browser.made_up import Theme, broken_rules, browser_page, desk

QUEUE = wire.QueueRow(
    queue="accounts",
    title="Accounts",
    title_zh="个人银行",
    waiting=2,
    longest_since_at=NOW - 95_000,
    refused=0,
    talking=1,
    entered=20,
    answered=15,
    answered_in_threshold=10,
    abandoned=3,
    short_abandoned=1,
    service_level=58.8,
    threshold_seconds=20,
    target_percent=80,
    average_answer_ms=17_000,
    agents={"idle": 1, "on_contact": 2, "not_responding": 1},
    skills=(("accounts", 1),),
)
AGENT = wire.AgentRow(
    agent=2,
    name="Ben Okafor",
    presence="ready",
    reason="",
    routing="not_responding",
    since_at=NOW - 9_000,
    station=True,
    simulated=False,
    queues=("accounts",),
    skills=(("accounts", 3), ("en", 5)),
    postponed="",
    contact=None,
    doing="",
    contact_queue="",
    direction="",
    watched_by=(),
    handled=4,
)
WAITING = wire.WaitingRow(
    contact=17,
    public_id="c1-k17",
    queue="accounts",
    queue_title="Accounts",
    queue_title_zh="个人银行",
    since_at=NOW - 95_000,
    entered_at=NOW - 95_000,
    points=30,
    lift=0,
    ageing=0,
    ceiling=None,
    weight=100,
    step=0,
    refusals=0,
    refused_often=False,
    grade="A",
    customer="Li Wei",
    skills=("en",),
    offered_to="Ben Okafor",
    sent_by="",
)
CALLERS = [{"id": "1", "name": "Li Wei", "number": "+14155550101", "note": "PIN 2468"}]


def supervisor_centre() -> FakeCentre:
    centre = FakeCentre(role="supervisor", agent=None)
    centre.rows = {"queues": {"accounts": QUEUE}, "agents": {"2": AGENT}, "waiting": {"17": WAITING}}
    centre.api["/api/day"] = DAY
    centre.api["/api/history"] = {"rows": [ROW], "next": None}
    centre.api["/api/history/options"] = OPTIONS
    centre.api["/api/history/17"] = STORY | {"customer": CUSTOMER, "recordings": []}
    centre.api["/api/callers"] = CALLERS
    return centre


async def test_after_a_gap_the_screen_equals_the_service() -> None:
    async with desk(ME) as (centre, page):
        centre.change_unheard(DESK, {"todo:7": TODO})
        await centre.change(DESK, {"me": msgspec.structs.replace(ME, since_at=NOW - 1)})
        await expect(page.get_by_text("Maria Gonzalez")).to_be_visible()


async def test_a_lost_connection_is_told_and_what_was_missed_comes_with_it_back() -> None:
    async with desk(ME) as (centre, page):
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
        centre.change_unheard(DESK, {"todo:7": TODO})
        await centre.drop()
        await expect(page.get_by_text("Maria Gonzalez")).to_be_visible()
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()


async def test_a_caller_presses_keys_on_the_keyboard() -> None:
    async with supervisor_centre() as centre, browser_page() as page:
        await page.goto(f"{centre.url}/call")
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(page.get_by_text("Connected")).to_be_visible()
        await page.keyboard.press("5")
        assert (await centre.phone_heard("dtmf"))["dtmf"] == {"digit": "5"}


async def test_the_history_is_walked_by_keys() -> None:
    async with supervisor_centre() as centre, browser_page() as page:
        await page.goto(f"{centre.url}/history?period=all")
        await expect(page.get_by_role("row", name=re.compile("Li Wei"))).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Wants it in writing")).to_be_visible()
        await expect(page.get_by_text("Next would have been Anna Lindqvist.")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page).to_have_url(f"{centre.url}/history?period=all")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_screens_break_no_rule_of_accessibility(theme: Theme) -> None:
    async with supervisor_centre() as seen, browser_page(theme) as page:
        for path, shown in (
            ("/", "Agent desk"),
            ("/sign-in?error=wrong", "Login or password is not right."),
            ("/call", "Li Wei"),
            ("/supervisor", "Ben Okafor"),
            ("/history", "Li Wei"),
            ("/history/17", "Wants it in writing"),
        ):
            await page.goto(seen.url + path)
            await expect(page.get_by_text(shown).first).to_be_visible()
            assert await broken_rules(page) == [], path


@pytest.mark.parametrize("width", [360, 768])
async def test_a_narrow_telephone_never_scrolls_sideways(width: int) -> None:
    async with supervisor_centre() as centre, browser_page() as page:
        await page.set_viewport_size({"width": width, "height": 700})
        for path in ("/", "/sign-in", "/call"):
            await page.goto(centre.url + path)
            await page.wait_for_load_state("networkidle")
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
