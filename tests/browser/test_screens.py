"""The screens in a real browser before a made-up service: what is shown, the keyboard, losses, accessibility."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Literal

import msgspec
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright, expect

from callcenter.screens import wire
from tests.browser.chromium import find
from tests.browser.fake_centre import FakeCentre

NOW = 1_800_000_000_000
DESK = "desk:1"

ME = wire.Me(
    agent=1,
    name="Anna Lindqvist",
    presence="ready",
    reason="",
    routing="idle",
    since_at=NOW - 65_000,
    station=True,
    postponed="",
    break_reasons=("Lunch", "Training"),
    may_reject=True,
)
CUSTOMER = wire.CustomerRecord(
    customer=1,
    name="Li Wei",
    grade="A",
    language="en",
    numbers=("+14155550101",),
    since_year=2014,
    products=(wire.Product("account", "Premier current account", "No. 10023"),),
    promises=("The yearly fee will be refunded",),
    contacts=(
        wire.PastContact(9, NOW - 86_400_000, "Cards", "Ben", "answered", "Disputed charge", "Saw the fee"),
    ),
)
OFFERED = wire.DeskContact(
    contact=17,
    public_id="c1-k17",
    stage="offered",
    offer=31,
    engagement=None,
    leg="c1-l40",
    queue="accounts",
    queue_title="Accounts",
    stage_at=NOW,
    deadline_at=NOW + 600_000,
    arrived_at=NOW - 90_000,
    waited_ms=42_000,
    number="+14155550101",
    language="en",
    verified=True,
    path=(("pin", "right"), ("main", "0")),
    milestones=("balance_heard",),
    entered=(("account", "10023"),),
    recording=False,
    caller_away=False,
    customer=CUSTOMER,
    dispositions=("Question answered", "Complaint"),
    disposition="",
    note="",
)
WRAP_UP = msgspec.structs.replace(OFFERED, stage="wrap_up", offer=None, engagement=12)
TODO = wire.Todo(7, "c1-k7", NOW - 3_600_000, "Accounts", "Maria Gonzalez", ("Complaint",))
QUEUE = wire.QueueRow(
    queue="accounts",
    title="Accounts",
    waiting=2,
    longest_since_at=NOW - 95_000,
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
)
AGENT = wire.AgentRow(
    2, "Ben Okafor", "ready", "", "not_responding", NOW - 9_000, True, False, ("accounts",), None, 4
)
WAITING = wire.WaitingRow(
    17, "c1-k17", "accounts", "Accounts", NOW - 95_000, 30, "A", "Li Wei", ("en",), "Ben Okafor"
)
ROW = {
    "interaction": 17,
    "public_id": "c1-k17",
    "started_at": NOW,
    "number": "+14155550101",
    "customer": "Li Wei",
    "queue": "accounts",
    "queue_title": "Accounts",
    "agent": "Ben Okafor",
    "outcome": "answered",
    "wait_ms": 42_000,
    "talk_ms": 183_000,
    "wrap_ms": 31_000,
    "disposition": "Complaint",
    "recording": False,
}
SEGMENTS = [
    {"kind": kind, "from_at": NOW + start, "to_at": NOW + end, "queue": "Accounts", "agent": "", "result": ""}
    for kind, start, end in (("ivr", 0, 9_000), ("wait", 9_000, 30_000), ("talk", 30_000, 90_000))
]
OFFER = {"offer": 31, "agent": "Ben Okafor", "made_at": NOW, "closed_at": NOW + 9_000, "result": "accepted"}
STORY = ROW | {
    "segments": SEGMENTS,
    "offers": [OFFER | {"rule": "longest_idle", "step": 0, "runner_up": "Anna Lindqvist"}],
    "path": [["pin", "right"]],
    "milestones": [],
    "verified": True,
    "customer": CUSTOMER,
    "notes": [{"agent": "Ben Okafor", "disposition": "Complaint", "note": "Wants it in writing", "at": NOW}],
    "recording": None,
}
CALLERS = [{"id": "1", "name": "Li Wei", "number": "+14155550101", "note": "PIN 2468"}]

Theme = Literal["light", "dark"]


@asynccontextmanager
async def browser_page(theme: Theme = "light") -> AsyncIterator[Page]:
    """A page whose script errors, and requests to anybody else, fail the test."""
    found, wrong = find(), []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.executable, args=found.args, env=dict(found.env)
        )
        context = await browser.new_context(color_scheme=theme, reduced_motion="reduce")
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda line: line.type == "error" and "WebSocket" not in line.text and wrong.append(line.text),
        )
        page.on("request", lambda request: "127.0.0.1" in request.url or wrong.append(request.url))
        yield page
        await browser.close()
    assert [line for line in wrong if not line.startswith(("data:", "blob:"))] == []


def agent_centre(*rows: wire.Row) -> FakeCentre:
    centre = FakeCentre()
    names = {wire.Me: "me", wire.DeskContact: "contact", wire.Todo: "todo:7"}
    centre.rows[DESK] = {names[type(row)]: row for row in rows}
    return centre


def supervisor_centre() -> FakeCentre:
    centre = FakeCentre(role="supervisor", agent=None)
    centre.rows = {"queues": {"accounts": QUEUE}, "agents": {"2": AGENT}, "waiting": {"17": WAITING}}
    centre.api["/api/history"] = {"rows": [ROW], "next": None}
    centre.api["/api/history/options"] = {
        "queues": [{"value": "accounts", "title": "Accounts"}],
        "agents": [{"value": "2", "title": "Ben Okafor"}],
        "outcomes": [{"value": "answered", "title": ""}],
    }
    centre.api["/api/history/17"] = STORY
    centre.api["/api/callers"] = CALLERS
    return centre


Desk = AbstractAsyncContextManager[tuple[FakeCentre, Page]]


@asynccontextmanager
async def _desk(*rows: wire.Row) -> AsyncIterator[tuple[FakeCentre, Page]]:
    async with agent_centre(*rows) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/desk")
        await expect(page.get_by_text("Phone is ready")).to_be_visible()
        yield centre, page


def desk(*rows: wire.Row) -> Desk:
    return _desk(*rows)


async def test_the_record_is_on_the_screen_before_the_agent_answers() -> None:
    async with desk(ME) as (centre, page):
        offered = msgspec.structs.replace(ME, routing="offered")
        await centre.change(DESK, {"me": offered, "contact": OFFERED})
        for text in (
            "Li Wei",
            "+1 415 555 0101",
            "Verified",
            "Premier current account",
            "Saw the fee",
            "0: Accounts",
        ):
            await expect(page.get_by_text(text, exact=True).first).to_be_visible()
        await expect(page.get_by_text("The yearly fee will be refunded")).to_be_visible()
        await page.keyboard.press("a")
        assert await centre.phone_heard("answer") == {"event": "answer", "leg": "c1-l40"}


async def test_a_refusal_is_told_as_a_sentence() -> None:
    async with desk(msgspec.structs.replace(ME, routing="offered"), OFFERED) as (centre, page):
        centre.refusals[wire.Decline] = "offer_closed"
        await page.keyboard.press("Shift+D")
        await expect(page.get_by_text("Too late: this call is no longer offered to you.")).to_be_visible()


async def test_a_wrap_up_is_coded_without_a_mouse() -> None:
    async with desk(msgspec.structs.replace(ME, routing="wrap_up"), WRAP_UP) as (centre, page):
        await page.keyboard.press("2")
        await page.keyboard.press("n")
        await page.keyboard.type("Wants it in writing: 2 pages.")
        await page.keyboard.press("Control+Enter")
        saved: wire.SaveWrapUp = await centre.heard(wire.SaveWrapUp)
        assert (saved.engagement, saved.disposition, saved.done) == (12, "Complaint", True)
        assert saved.note == "Wants it in writing: 2 pages."


async def test_a_half_written_note_survives_a_reload() -> None:
    async with desk(msgspec.structs.replace(ME, routing="wrap_up"), WRAP_UP) as (_, page):
        await page.get_by_role("textbox", name="Note").fill("half a sent")
        await page.reload()
        await expect(page.get_by_role("textbox", name="Note")).to_have_value("half a sent")


async def test_what_is_typed_into_a_note_never_answers_a_call() -> None:
    async with desk(ME, TODO) as (centre, page):
        await page.keyboard.press("t")
        await page.get_by_role("textbox", name="Note").press_sequentially("a")
        await centre.change(DESK, {"contact": OFFERED})
        await expect(page.get_by_role("button", name="Answer")).to_be_visible()
        await page.keyboard.press("a")
        await page.keyboard.press("Shift+D")
        await centre.heard(wire.Decline)
        assert [said["event"] for said in centre.phone_said] == ["start"]


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


async def test_not_responding_is_an_alarm_and_one_key_comes_back() -> None:
    async with desk(msgspec.structs.replace(ME, routing="not_responding")) as (centre, page):
        await expect(page.get_by_role("alert")).to_contain_text("You missed a call")
        await page.keyboard.press("r")
        await centre.heard(wire.Ready)


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


STATES: dict[str, tuple[wire.Row, ...]] = {
    "idle": (ME, TODO),
    "offered": (msgspec.structs.replace(ME, routing="offered"), OFFERED),
    "unknown": (ME, msgspec.structs.replace(OFFERED, customer=None, number="", verified=False)),
    "talking": (ME, msgspec.structs.replace(WRAP_UP, stage="talking", recording=True, caller_away=True)),
    "wrap-up": (ME, WRAP_UP),
    "missed": (msgspec.structs.replace(ME, routing="not_responding"),),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_screens_break_no_rule_of_accessibility(theme: Theme) -> None:
    async with agent_centre() as centre, supervisor_centre() as seen, browser_page(theme) as page:
        for name, rows in STATES.items():
            centre.rows[DESK] = agent_centre(*rows).rows[DESK]
            await page.goto(f"{centre.url}/desk")
            await expect(page.get_by_text("Phone is ready")).to_be_visible()
            assert await _broken_rules(page) == [], name
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
            assert await _broken_rules(page) == [], path


@pytest.mark.parametrize("width", [360, 768])
async def test_a_narrow_telephone_never_scrolls_sideways(width: int) -> None:
    async with supervisor_centre() as centre, browser_page() as page:
        await page.set_viewport_size({"width": width, "height": 700})
        for path in ("/", "/sign-in", "/call"):
            await page.goto(centre.url + path)
            await page.wait_for_load_state("networkidle")
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path


async def _broken_rules(page: Page) -> list[Any]:
    async with asyncio.timeout(30):
        results = await Axe().run(page)
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in results.response["violations"]]
