"""The journey, as people see and hear it: a caller's page, a desk and a supervisor's page in a real Chromium."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from fake_page import strength
from pages import BEEP, errors_of, hears, hears_something, open_page, so
from playwright.async_api import Browser, Page, expect
from whole_centre import Centre

AGENT_HERTZ = 1000
BEEP_HERTZ = range(300, 500, 20)
PIECE_SAMPLES = 400
NOTE = "Asked about the yearly fee; told them about the refund."


async def test_a_caller_talks_to_an_agent_and_the_history_knows(browser: Browser, centre: Centre):
    caller = await open_page(browser, centre, "/call")
    desk = await open_page(browser, centre, "/desk", login="anna", hertz=AGENT_HERTZ)
    floor = await open_page(browser, centre, "/supervisor", login="sam")
    complaints = [errors_of(page) for page in (caller, desk, floor)]
    await _checks(caller, "the call page"), await _checks(desk, "a desk at rest")

    await _call(caller, "Li Wei")
    await centre.at("quick")
    await _key(caller, "1")  # English
    await centre.at("main")
    await _key(caller, "2")
    await centre.at("pin")
    await _key(caller, "2468")
    await centre.at("bank_menu")
    await _key(caller, "1")
    await centre.at("anything_else")
    await _key(caller, "0")
    tile = floor.get_by_role("region", name="Accounts")
    await expect(tile.locator(".figure .value").first).to_have_text("1")
    await expect(floor.get_by_text("Li Wei")).to_be_visible()
    await hears_something(caller)  # the music

    await desk.get_by_role("button", name=re.compile("ready$")).click()
    await _record_is_popped(desk)
    await _checks(desk, "a desk that rings")
    await expect(floor.get_by_role("row", name=re.compile("Anna Lindqvist Ringing"))).to_be_visible()
    await desk.get_by_role("button", name="Answer").click()
    await hears(caller, AGENT_HERTZ - 20, AGENT_HERTZ + 20)
    await hears(desk, *BEEP)
    await expect(tile.locator(".figure .value").first).to_have_text("0")
    await expect(tile.locator(".small-figures dd").first).to_have_text("1")
    await _checks(desk, "a desk in a call"), await _checks(floor, "the supervisor's page")
    await caller.reload()  # a caller who is back in time is in the same call
    await hears(caller, AGENT_HERTZ - 20, AGENT_HERTZ + 20)
    await hears(desk, *BEEP)

    await caller.get_by_role("button", name="Hang up").click()
    await expect(caller.get_by_text("Call ended")).to_be_visible()
    await expect(desk.get_by_text("The call is over. Note what it was about.")).to_be_visible()
    await desk.get_by_role("radio", name="Question answered").check()
    await desk.get_by_role("textbox", name="Note").fill(NOTE)
    await desk.keyboard.press("Control+Enter")
    await expect(desk.get_by_text("Ready for the next call")).to_be_visible()

    await _history_knows(floor, centre)
    assert complaints == [[], [], []]


async def _call(caller: Page, name: str) -> None:
    await caller.get_by_role("radio", name=re.compile(name)).first.check()
    await caller.get_by_role("button", name="Call", exact=True).click()
    await expect(caller.get_by_text("Connected")).to_be_visible()
    await hears_something(caller)


async def _key(caller: Page, digits: str) -> None:
    for digit in digits:
        await caller.get_by_role("button", name=f"Key {digit}").click()


async def _record_is_popped(desk: Page) -> None:
    """All of it is there while it still rings."""
    contact = desk.get_by_role("article", name="The contact")
    await expect(contact.get_by_role("heading", name="Li Wei")).to_be_visible()
    for text in (
        "Incoming call",
        "Verified",
        "English",
        "Premier current account",
        "The card's yearly fee of 95.00 USD will be refunded",
        "Heard the balance",
        re.compile("628.*0101"),
        "This is their first contact.",
    ):
        await expect(contact.get_by_text(text).first).to_be_visible()
    await expect(contact.get_by_title("Grade A")).to_be_visible()
    await expect(contact.locator(".path li")).to_have_text(
        [re.compile(step) for step in ("known", "1: ", "2: ", "PIN.*right", "1: ", "0: ")]
    )
    await expect(desk.get_by_role("button", name="Answer")).to_be_enabled()


async def _history_knows(supervisor: Page, centre: Centre) -> None:
    await centre.settled("select from recording where length_ms is not null")
    await centre.settled("select from engagement where closed_at is not null")
    await supervisor.goto(f"{centre.address}/history")
    row = supervisor.get_by_role("row", name=re.compile("Li Wei"))
    for text in ("Anna Lindqvist", "Answered", "Question answered", "Accounts"):
        await expect(row).to_contain_text(text)
    await _checks(supervisor, "the history")
    await row.get_by_role("link").click()
    for text in (
        NOTE,
        "Longest ready among those with the skills.",
        "accepted",
        "Verified",
        "Heard the balance",
    ):
        await expect(supervisor.locator(".interaction").get_by_text(text).first).to_be_visible()
    times = supervisor.locator("dl.times dd")
    await expect(times).to_have_text([re.compile(r"^\d+:\d\d$")] * 3)
    await expect(supervisor.locator(".path li").last).to_contain_text("0: Accounts")
    await _checks(supervisor, "an interaction")
    await _recording_is_stereo(supervisor)


async def _recording_is_stereo(supervisor: Page) -> None:
    """It plays, and has the caller's beeps on the left and the agent's tone on the right."""
    await supervisor.get_by_role("button", name="Play", exact=True).click()
    await so(supervisor, "document.querySelector('audio').currentTime > 0.3")
    address = await supervisor.evaluate("document.querySelector('audio').src")
    wav = await (await supervisor.request.get(address)).body()
    sound = wav[wav.index(b"data") + 8 :]
    caller, agent = sound[0::2], sound[1::2]
    assert strength(agent, AGENT_HERTZ) > 0.5
    assert strength(caller, AGENT_HERTZ) < 0.05
    assert _beeps(caller)
    assert not _beeps(agent)


def _beeps(sound: bytes) -> bool:
    """Whether some of it is a beep: short and not pure, so it is looked for in pieces that overlap."""
    starts = range(0, len(sound), PIECE_SAMPLES // 4)
    pieces = (sound[start : start + PIECE_SAMPLES] for start in starts)
    return any(strength(piece, hertz) > 0.2 for piece in pieces for hertz in BEEP_HERTZ)


async def _checks(page: Page, what: str) -> None:
    """Nothing serious for whoever sees little or uses no mouse."""
    found = (await Axe().run(page)).response["violations"]
    serious = [
        f"{one['id']}: {one['help']} ({node['html']})"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert not serious, f"{what}: {serious}"


async def test_a_second_tab_of_a_desk_watches_and_takes_the_phone_when_asked(
    browser: Browser, centre: Centre
):
    first = await open_page(browser, centre, "/desk", login="ben")
    await expect(first.get_by_text("Phone is ready")).to_be_visible()
    second = await open_page(browser, centre, "/desk", context=first.context)
    await expect(second.get_by_text("Phone is in another tab", exact=True)).to_be_visible()
    await second.get_by_role("button", name="Use the phone here").click()
    await expect(second.get_by_text("Phone is ready")).to_be_visible()
    await expect(first.get_by_text("Phone is in another tab", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/call"])
async def test_a_page_for_everybody_has_nothing_serious_against_it(
    browser: Browser, centre: Centre, path: str
):
    page = await open_page(browser, centre, path)
    await page.wait_for_load_state("networkidle")
    await _checks(page, path)
