"""The supervisor's floor, the wallboard and the audit before a made-up centre: powers, alarms, charts, keys."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect

from callcenter.screens import wire
from tests.browser import floor_rows as rows
from tests.browser.desk_rows import TALKING
from tests.browser.fake_centre import FakeCentre
from tests.browser.floor_rows import BEN, DESK, LEADER, ME, listening
from tests.browser.made_up import Theme, broken_rules, browser_page, english_words


def floor_centre(agent: int | None = LEADER) -> FakeCentre:
    centre = FakeCentre(role="supervisor", agent=agent)
    centre.rows = {
        "queues": dict(rows.QUEUES),
        "agents": dict(rows.AGENTS),
        "board": dict(rows.BOARD),
        "waiting": dict(rows.WAITING),
        DESK: {"me": ME},
    }
    centre.api = {"/api/day": rows.DAY, "/api/audit": rows.AUDIT, "/api/audit/options": rows.AUDIT_OPTIONS}
    return centre


@asynccontextmanager
async def floor(agent: int | None = LEADER, theme: Theme = "light") -> AsyncIterator[tuple[FakeCentre, Page]]:
    async with floor_centre(agent) as centre, browser_page(theme) as page:
        await page.set_viewport_size({"width": 1440, "height": 900})
        await page.goto(f"{centre.url}/supervisor")
        await expect(page.get_by_role("button", name="Ben Okafor", exact=True)).to_be_visible()
        yield centre, page


def line(page: Page, name: str) -> Any:
    return page.get_by_role("region", name="Agents").get_by_role("row", name=re.compile(name))


def strip(page: Page) -> Any:
    return page.get_by_role("region", name="Your part in the talk")


async def choose(page: Page, name: str) -> None:
    """With the arrow keys alone."""
    for _ in range(len(rows.AGENTS)):
        await page.keyboard.press("ArrowDown")
        chosen = page.locator("tr.on")
        await expect(chosen).to_have_count(1)
        if name in (await chosen.inner_text()):
            return
    raise AssertionError(f"the keys never reach {name}")


# --- Powers ---


async def test_a_call_is_listened_to_with_keys_alone_and_the_phone_is_connected_for_it() -> None:
    async with floor() as (centre, page):
        assert centre.phone_said == []  # nobody is asked for a microphone before it is needed
        await choose(page, "Ben Okafor")
        await page.keyboard.press("l")
        assert await centre.heard(wire.Monitor) == wire.Monitor(id=centre.asked[-1].id, contact=17)
        await centre.change(DESK, {"me": listening("")})
        await expect(strip(page)).to_contain_text("Connecting your phone…")
        await centre.change(DESK, {"me": listening()})
        await expect(strip(page)).to_contain_text(re.compile(r"You listen.*Ben Okafor · Accounts.*0:0"))
        await page.keyboard.press("w")
        assert (await centre.heard(wire.Coach)).contact == 17
        await centre.change(DESK, {"me": listening("coaches")})
        await expect(strip(page).get_by_role("button", name="Whisper")).to_have_attribute(
            "aria-pressed", "true"
        )
        await page.keyboard.press("Shift+B")
        assert (await centre.heard(wire.Barge)).contact == 17
        await page.keyboard.press("x")
        assert (await centre.heard(wire.Leave)).contact == 17
        await centre.change(DESK, {"me": ME})
        await expect(strip(page)).to_have_count(0)


async def test_since_when_one_listens_survives_a_reload() -> None:
    async with floor() as (centre, page):
        await centre.change(DESK, {"me": listening()})
        await expect(strip(page).locator(".since")).to_have_text("0:02")
        await page.reload()
        await expect(strip(page).locator(".since")).to_have_text(re.compile(r"0:0[2-9]"))


async def test_who_may_not_speak_has_no_button_for_it_and_no_key() -> None:
    async with floor_centre() as centre, browser_page() as page:
        centre.powers = ("monitor",)
        centre.rows[DESK] = {"me": listening()}
        await page.goto(f"{centre.url}/supervisor")
        await expect(strip(page).get_by_role("button")).to_have_text(
            [re.compile("Listen"), re.compile("Leave")]
        )
        await page.keyboard.press("w")
        await page.keyboard.press("Shift+T")
        await page.keyboard.press("x")
        await centre.heard(wire.Leave)
        assert not [ask for ask in centre.asked if isinstance(ask, wire.Coach | wire.TakeOver)]


async def test_a_take_over_is_asked_about_first() -> None:
    async with floor() as (centre, page):
        await centre.change(DESK, {"me": listening()})
        await expect(strip(page)).to_contain_text("You listen")
        await page.keyboard.press("Shift+T")
        dialog = page.get_by_role("dialog", name="Take over from Ben Okafor?")
        await expect(dialog).to_contain_text("Ben Okafor is taken out of the call and wraps up.")
        await expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await page.keyboard.press("Shift+T")
        await dialog.get_by_role("button", name="Take over").click()
        assert (await centre.heard(wire.TakeOver)).contact == 17
        await expect(
            page.locator(".toast", has_text="The call is yours. Ben Okafor wraps up.")
        ).to_be_visible()


async def test_an_agent_is_found_and_chosen_without_a_mouse() -> None:
    async with floor() as (centre, page):
        await page.keyboard.press("/")
        await page.keyboard.type("chen")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Chen Yu", exact=True)).to_be_focused()
        await page.keyboard.press("/")
        await page.keyboard.type("nobody")
        await expect(page.get_by_text("No agent matches.")).to_be_visible()
        await page.keyboard.press("Tab")
        centre.asked.clear()
        for key in ("l", "w", "Shift+B"):  # nobody acts upon whom they don't see
            await page.keyboard.press(key)
        await page.keyboard.press("/")
        await page.keyboard.press("Escape")
        await expect(page.get_by_label("Find an agent")).to_have_value("")
        assert centre.asked == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_label("Find an agent")).not_to_be_focused()


async def test_a_refusal_says_what_it_means_to_a_supervisor() -> None:
    async with floor() as (centre, page):
        centre.refusals = {wire.Monitor: "phone_not_served", wire.PullForward: "not_waiting"}
        await line(page, "Ben Okafor").get_by_role("button", name="Listen: Ben Okafor").click()
        await expect(
            page.locator(".toast", has_text="This call can't be heard on your phone.")
        ).to_be_visible()
        await page.get_by_role("button", name="Maria Gonzalez to the front").click()
        await expect(page.locator(".toast", has_text="Nobody waits there any more.")).to_be_visible()


async def test_who_has_no_phone_is_told_so_before_trying() -> None:
    async with floor(agent=None) as (_, page):
        await expect(page.get_by_role("button", name="Listen: Ben Okafor")).to_have_count(0)
        await page.get_by_role("button", name="Ben Okafor", exact=True).click()
        await expect(page.get_by_role("dialog")).to_contain_text("your login has no agent's number")


async def test_a_state_is_forced_by_one_key_of_the_sheet_and_taken_back_by_another() -> None:
    async with floor() as (centre, page):
        await page.get_by_role("button", name="Ben Okafor", exact=True).click()
        await expect(page.get_by_role("dialog", name="Ben Okafor")).to_contain_text("applies after this call")
        await page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keys on this page").get_by_role(
            "region", name="In this dialog"
        )
        await expect(keys).to_contain_text("M")
        await expect(keys).to_contain_text("0 – 2")
        await page.keyboard.press("Escape")
        await page.keyboard.press("1")
        assert (await centre.heard(wire.ForceState)).reason == "Lunch"
        await expect(page.get_by_role("button", name="Ben Okafor", exact=True)).to_be_focused()
        await expect(page.locator(".toast", has_text="Ben Okafor after this call: Lunch.")).to_be_visible()
        centre.asked.clear()
        await page.keyboard.press("Control+z")
        undone: wire.ForceState = await centre.heard(wire.ForceState)
        assert (undone.agent, undone.reason) == (2, "")
        await expect(page.locator(".toast", has_text="It is as it was.")).to_be_visible()


async def test_a_sign_out_says_whom_it_hurts() -> None:
    async with floor() as (centre, page):
        await page.get_by_role("button", name="Ben Okafor", exact=True).click()
        await page.get_by_role("button", name="Sign out…").click()
        dialog = page.get_by_role("dialog", name="Sign Ben Okafor out?")
        await expect(dialog).to_contain_text("the caller goes to the front of the queue")
        await dialog.get_by_role("button", name="Sign out").click()
        assert (await centre.heard(wire.ForceSignOut)).agent == 2
        await expect(page.locator(".toast", has_text="Ben Okafor is signed out.")).to_be_visible()


async def test_an_agent_is_moved_to_other_queues_and_back() -> None:
    async with floor() as (centre, page):
        await page.get_by_role("button", name="Ben Okafor", exact=True).click()
        await page.keyboard.press("m")
        dialog = page.get_by_role("dialog", name="Queues of Ben Okafor")
        await expect(dialog.get_by_role("checkbox", checked=True)).to_have_count(2)
        await expect(dialog.get_by_text("lacks Loans")).to_be_visible()
        await expect(dialog.get_by_role("button", name="Move")).to_be_disabled()
        await page.keyboard.press("2")
        await page.keyboard.press("3")
        await page.keyboard.press("Control+Enter")
        assert set((await centre.heard(wire.MoveAgent)).queues) == {"accounts", "loans"}
        centre.asked.clear()
        await page.get_by_role("button", name="Undo").click()
        assert (await centre.heard(wire.MoveAgent)).queues == BEN.queues
        await page.get_by_role("button", name="切换为中文").click()
        await expect(page.get_by_role("row", name=re.compile("Fatima Haddad"))).to_contain_text("贷款 4")


async def test_a_waiting_caller_is_pulled_to_the_front() -> None:
    async with floor() as (centre, page):
        waiting = page.get_by_role("region", name="Waiting")
        await expect(waiting.get_by_text("step 1")).to_be_visible()
        await expect(waiting.get_by_text("sent on by Ben Okafor")).to_be_visible()
        # The first can't be pulled further, and who is sent to somebody stands in no line.
        await expect(waiting.get_by_role("button", name=re.compile("to the front"))).to_have_count(1)
        await waiting.get_by_role("button", name="Maria Gonzalez to the front").click()
        assert (await centre.heard(wire.PullForward)).contact == 32
        await expect(page.locator(".toast", has_text="Maria Gonzalez is next.")).to_be_visible()


async def test_what_was_taken_over_can_be_ended_here_or_gone_on_with_at_the_desk() -> None:

    async with floor() as (centre, page):
        await centre.change(DESK, {"me": replace(ME, routing="on_contact"), "contact": TALKING})
        await expect(page.get_by_text("You have this call now")).to_be_visible()
        await expect(page.get_by_role("link", name="To your desk")).to_have_attribute("href", "/desk")
        await page.get_by_role("button", name="Hang up").click()
        await centre.heard(wire.EndContact)


# --- What is shown ---


async def test_a_line_says_what_an_agent_does_in_words() -> None:
    async with floor() as (centre, page):
        for name, said in (
            ("Ben Okafor", "In a call.*Accounts"),
            ("Chen Yu", "Caller on hold.*then Lunch"),
            ("Dana Ruiz", "Not responding"),
            ("Emil Novak", "Lunch"),
            ("Hugo Marchetti", "Calls out.*outbound"),
        ):
            await expect(line(page, name)).to_contain_text(re.compile(said, re.DOTALL))
        await centre.change("agents", {"2": replace(BEN, since_at=BEN.since_at - 60_000)})
        head = page.get_by_role("columnheader", name="For").first
        for sort, place in (("descending", 0), ("ascending", -1)):
            await head.get_by_role("button").click()
            await expect(head).to_have_attribute("aria-sort", sort)
            await expect(page.locator(".agents .name").nth(place)).to_have_text("Ben Okafor")


async def test_one_queue_alone_is_looked_at_by_a_key() -> None:
    async with floor() as (_, page):
        names = page.locator(".agents .name")
        await expect(names).to_have_count(6)
        await page.keyboard.press("2")  # loans
        await expect(names).to_have_text(["Fatima Haddad"])
        await expect(page.get_by_role("button", name="Loans", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        await expect(page.get_by_text("Nobody waits")).to_be_visible()
        await page.keyboard.press("0")
        await expect(names).to_have_count(6)
        await page.get_by_role("combobox", name="Skills").select_option("loans")
        await expect(names).to_have_text(["Fatima Haddad"])


async def test_a_queue_that_passes_its_limit_says_why_and_the_limit_can_be_moved() -> None:
    async with floor() as (_, page):
        tile = page.locator(".tile", has_text="Roadside")
        await expect(tile.get_by_role("status")).to_have_text(
            re.compile(r"Waits over 1:00.*More than 4 wait.*Under 75 % in time", re.DOTALL)
        )
        await page.keyboard.press("a")
        dialog = page.get_by_role("dialog", name="Alarms")
        first = await dialog.get_by_role("spinbutton").first.bounding_box() or {}
        await page.mouse.move(first["x"] + 20, first["y"] + 10)
        await page.mouse.down()
        await page.mouse.move(5, first["y"] + 10)
        await page.mouse.up()  # marks what is in the field: no click beside the dialog
        for name, value in (
            ("Wait longer than, s", "900"),
            ("More waiting than", "9"),
            ("Service level below, %", "9"),
        ):
            field = dialog.get_by_label(f"Roadside: {name}")
            await field.fill(value)
            await field.press("Tab")
        await page.keyboard.press("Escape")
        await expect(tile.get_by_role("status")).to_be_empty()
        await page.reload()
        await expect(tile.get_by_text("abandoned")).to_be_visible()
        await expect(tile.get_by_role("status")).to_be_empty()


async def test_the_library_of_the_charts_comes_with_the_first_chart_and_not_before() -> None:
    async with floor_centre() as centre, browser_page() as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{centre.url}/supervisor")
        await expect(page.locator(".charts canvas")).to_have_count(4)
        assert [url for url in asked if "/draw-" in url]
        await page.keyboard.press("c")
        await expect(page.locator(".charts")).to_have_count(0)
        asked.clear()
        await page.reload()
        await expect(page.get_by_role("button", name="Ben Okafor", exact=True)).to_be_visible()
        assert [url for url in asked if "/draw-" in url or "/api/day" in url] == []


async def test_a_chart_is_read_with_the_arrow_keys() -> None:
    async with floor() as (_, page):
        calls = page.get_by_role("slider", name=re.compile("^Calls"))
        await expect(calls).to_have_attribute("aria-valuetext", re.compile("216.*193.*23"))
        await calls.focus()
        await page.keyboard.press("ArrowLeft")
        await expect(calls).to_have_attribute(
            "aria-valuetext", re.compile(r"Into the queue: 48; answered 43")
        )
        await page.keyboard.press("ArrowLeft")
        await expect(calls).to_have_attribute(
            "aria-valuetext", re.compile(r"Into the queue: 42; answered 38")
        )


# --- The wallboard ---


@asynccontextmanager
async def board(queues: int = 3) -> AsyncIterator[tuple[FakeCentre, Page]]:
    async with floor_centre() as centre, browser_page() as page:
        for number in range(queues - len(rows.QUEUES)):
            more = replace(
                rows.ROADSIDE, queue=f"more{number}", title=f"Personal banking {number}", service_level=100.0
            )
            centre.rows["queues"][more.queue] = more
        await page.set_viewport_size({"width": 1920, "height": 1080})
        await page.goto(f"{centre.url}/wallboard")
        await expect(page.get_by_role("heading", name="Roadside")).to_be_visible()
        yield centre, page


async def test_a_television_shows_the_sums_of_its_tiles_and_nothing_to_click() -> None:
    async with board() as (_, page):
        totals = page.locator(".totals dd")
        await expect(totals).to_have_text(["8", re.compile(r"1:3\d"), re.compile("72"), "158", "12"])
        assert await page.locator("button, a, input, select").count() == 0
        await expect(page.locator(".people li", has_text="Not responding")).to_contain_text("1")
        await expect(page.locator(".box.alarm h2")).to_have_text(["Roadside"])
        await expect(page.locator(".day canvas")).to_have_count(4)


async def test_a_television_lists_who_is_at_work_with_their_time_in_it() -> None:
    async with board() as (centre, page):
        crew = page.get_by_role("list", name="At work: ")
        names = crew.locator(".clip")
        at_work = ["Dana Ruiz", "Ben Okafor", "Chen Yu", "Hugo Marchetti", "Fatima Haddad", "Emil Novak"]
        await expect(names).to_have_text(at_work)
        await expect(crew.get_by_role("listitem").first).to_contain_text(
            re.compile(r"Not responding\s*1:3\d")
        )
        await expect(crew.get_by_role("listitem").last).to_contain_text("On a break")
        gone = replace(centre.rows["board"]["2"], routing="off_queue", presence="offline")  # type: ignore[type-var]
        await centre.change("board", {"2": gone})
        await expect(names).to_have_text([name for name in at_work if name != "Ben Okafor"])
        crowd = {
            str(n): wire.BoardAgent(n, f"Agent {n}", "idle", "ready", rows.NOW - n * 1000)
            for n in range(100, 190)
        }
        await centre.change("board", crowd)
        await expect(crew.get_by_role("listitem").last).to_have_text(re.compile(r"and \d\d more"))
        size = "e => [e.scrollHeight > e.clientHeight, e.getBoundingClientRect().bottom > innerHeight]"
        for part in (".crew ul", ".boxes", ".board"):
            assert await page.locator(part).evaluate(size) == [False, False]


async def test_who_stands_before_the_board_is_shown_its_keys_and_what_they_do() -> None:
    async with board() as (centre, page):
        tools = page.get_by_role("navigation", name="What can be done here")
        await page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Keys on this page")
        for said in ("Full screen", "Alarms", "Back to the supervisor's page"):
            await expect(sheet.get_by_text(said)).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("a")
        await page.get_by_role("button", name="Ring").click()
        await page.keyboard.press("Escape")
        await expect(tools).to_be_visible()
        assert await broken_rules(page) == []
        await tools.get_by_role("button", name="切换为中文").click()
        await expect(page.get_by_role("heading", name="道路救援")).to_be_visible()
        await page.keyboard.press("f")
        await page.wait_for_function("() => document.fullscreenElement !== null")
        await page.evaluate("window.same = true")
        centre.build = "another"
        centre.asked.clear()
        await centre.drop()
        await centre.heard(wire.Subscribe)
        await centre.change("queues", {"roadside": replace(rows.ROADSIDE, waiting=7)})
        await expect(page.locator(".totals dd").first).to_have_text("9")
        assert await page.evaluate("window.same")  # a reload would end full screen
        await page.keyboard.press("f")
        await page.wait_for_function("() => window.same === undefined")


async def test_from_a_televisions_own_sign_in_nothing_else_can_be_reached() -> None:
    async with board() as (centre, page):
        centre.role = "display"
        await page.reload()
        await page.mouse.move(200, 200)
        tools = page.get_by_role("navigation", name="What can be done here")
        await expect(tools.get_by_role("button", name="Sign out")).to_be_visible()
        await expect(page.get_by_role("link")).to_have_count(0)
        assert await broken_rules(page) == []
        await page.keyboard.press("Escape")
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Keys on this page")).not_to_contain_text(
            "supervisor's page"
        )
        assert page.url.endswith("/wallboard")


# As a browser of people's does it: no sound before a key or a click.
UNTOUCHED = """
  Object.defineProperty(BaseAudioContext.prototype, "state", {
    get() { return this.allowed ? "running" : "suspended"; },
  });
  AudioContext.prototype.resume = async function () {
    this.allowed = navigator.userActivation.hasBeenActive;
    this.dispatchEvent(new Event("statechange"));
  };
"""


async def test_a_board_that_may_not_sound_says_so_until_it_is_touched() -> None:
    async with floor_centre() as centre, browser_page() as page:
        await page.add_init_script(UNTOUCHED)
        await page.goto(f"{centre.url}/wallboard")
        await expect(page.get_by_text("No sound: press a key")).to_be_visible()
        await page.keyboard.press("j")
        await expect(page.get_by_text("No sound: press a key")).to_have_count(0)


async def test_a_television_is_legible_from_five_metres() -> None:
    """On 55 inches a pixel of 1080 is 0.63 mm; five metres ask for figures of 25 mm, so 40 pixels."""
    async with board() as (_, page):
        for figures in (".box .huge > span", ".box .large > span", ".totals dd", ".clock time"):
            size = await page.locator(figures).first.evaluate(
                "one => parseFloat(getComputedStyle(one).fontSize)"
            )
            assert size * 0.7 >= 40, figures


# The charts take their new size a frame after they hear of it.
SETTLED = """() => new Promise((drawn) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn))))"""

# What reaches beyond the screen or its box, and what lies over something else.
MISPLACED = """() => {
  const at = (one) => one.getBoundingClientRect();
  const apart = (a, b) => a.left >= b.right - 1 || b.left >= a.right - 1
    || a.top + a.height * 0.2 >= b.bottom - b.height * 0.2 || b.top + b.height * 0.2 >= a.bottom - a.height * 0.2;
  const outside = [...document.querySelectorAll(".board *")]
    .filter((one) => at(one).right > innerWidth + 1 || at(one).bottom > innerHeight + 1);
  const spilt = [...document.querySelectorAll(".box, .chart, .board header")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
  const covered = [...document.querySelectorAll(".box")].filter((box) => {
    const parts = [...box.querySelectorAll("h2, small, .huge > span, .large > span, .foot, li")]
      .map(at).filter((place) => place.width && place.height);
    return parts.some((a, i) => parts.some((b, j) => j > i && !apart(a, b)));
  });
  return [...outside, ...spilt, ...covered].map((one) => one.textContent || one.className);
}"""


@pytest.mark.parametrize("queues", [3, 7, 9, 14, 20])
async def test_everything_is_on_one_picture_whatever_the_television(queues: int) -> None:
    async with board(queues) as (_, page):
        for width, height in ((1920, 1080), (1440, 900), (3840, 2160), (1366, 768)):
            await page.set_viewport_size({"width": width, "height": height})
            await page.evaluate(SETTLED)
            assert await page.evaluate(MISPLACED) == [], (width, height)


async def test_a_television_tells_that_it_is_cut_off_and_heals_by_itself() -> None:
    async with board() as (centre, page):
        centre.change_unheard(
            "queues", {"roadside": replace(rows.ROADSIDE, waiting=0, longest_since_at=None)}
        )
        await page.evaluate("window.same = true")
        await centre.drop()
        await expect(page.locator(".totals dd").first).to_have_text("2")
        assert await page.evaluate("window.same") is True
        centre.build = "another"
        await centre.drop()  # with it comes a new version of the screens, and nobody is there to reload
        await expect(page.locator(".totals dd").first).to_have_text("2")
        await page.wait_for_function("() => window.same === undefined")


async def test_a_television_says_so_while_nothing_comes() -> None:
    async with board() as (centre, page):
        centre.closed = True
        await centre.drop()
        await expect(page.get_by_role("status")).to_contain_text(
            re.compile(r"Reconnecting… figures as of \d+:\d\d")
        )
        assert await page.get_by_text("Harbour Bank").count() == 1


# --- The audit ---


async def test_who_leads_some_lines_only_is_told_why_there_is_no_floor_and_what_there_is() -> None:
    async with floor_centre() as centre, browser_page() as page:
        centre.confined = True
        await page.goto(f"{centre.url}/supervisor")
        main = page.get_by_role("main")
        await expect(main).to_contain_text("mixes all business lines")
        assert await main.get_by_role("link", name="Report").get_attribute("href") == "/report"
        await page.goto(f"{centre.url}/wallboard")
        await expect(main).to_contain_text("mixes all business lines")


async def test_the_audit_says_who_did_what_to_whom_in_words() -> None:
    async with floor_centre() as centre, browser_page() as page:
        await page.goto(f"{centre.url}/audit")
        for said in (
            "Sam Castellano Took over Ben Okafor c1-k17 – done",
            "Took over Chen Yu c1-k18 Listen to this call first, then take it over. Refused",
            "by itself Went on recording Chen Yu c1-k18 the pause ran out",
            "Ada King Set the state Ben Okafor – → Lunch · after the call",
            "Moved to other queues Chen Yu – Accounts → Loans, Roadside",
            "Exported – – The history as a file · queue Loans · number …",
        ):
            await expect(page.get_by_role("row", name=said)).to_be_visible()
        await expect(page.get_by_text("The chain ends with entry 12")).to_be_visible()


async def test_the_audit_is_searched_and_walked_and_its_search_stands_in_the_address() -> None:
    async with floor_centre() as centre, browser_page() as page:
        asked: list[str] = []
        page.on("request", lambda request: "/api/audit?" in request.url and asked.append(request.url))
        await page.goto(f"{centre.url}/audit?actor=sam&period=all")
        await expect(page.get_by_role("row", name=re.compile("Took over")).first).to_be_visible()
        assert "actor=sam" in asked[-1]
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("row").nth(2)).to_be_focused()
        await page.keyboard.press("/")
        await expect(page.get_by_label("Contact")).to_be_focused()
        async with page.expect_request(re.compile(r"/api/audit\?.*contact=17")):
            await page.get_by_label("Contact").fill("c1-k17")
        async with page.expect_request(re.compile(r"/api/audit\?.*refused=true")):
            await page.get_by_label("Result").select_option("refused")
        await expect(page).to_have_url(re.compile(r"actor=sam.*contact=c1-k17.*result=refused"))
        await page.locator("h1").first.focus()
        async with page.expect_request(re.compile(r"before=4")):
            await page.get_by_role("button", name="Older").click()
        await page.get_by_role("button", name="Clear").click()
        await expect(page).to_have_url(f"{centre.url}/audit")


# --- All of them ---


SHOWN = {"/supervisor": "Ben Okafor", "/wallboard": "Roadside", "/audit": "c1-k17"}
DIALOGS = {
    "sheet": ("Enter",),
    "move": ("Enter", "m"),
    "alarms": ("a",),
    "help": ("?",),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_floor_breaks_no_rule_of_accessibility(theme: Theme) -> None:
    async with floor_centre() as centre, browser_page(theme) as page:
        await page.set_viewport_size({"width": 1440, "height": 900})
        for path, shown in SHOWN.items():
            await page.goto(centre.url + path)
            await expect(page.get_by_text(shown).first).to_be_visible()
            assert await broken_rules(page) == [], path
        for name, keys in DIALOGS.items():
            await page.goto(f"{centre.url}/supervisor")
            await expect(page.get_by_role("button", name="Ben Okafor", exact=True)).to_be_visible()
            await choose(page, "Ben Okafor")
            for key in keys:
                await page.keyboard.press(key)
            await expect(page.get_by_role("dialog")).to_be_visible()
            assert await broken_rules(page) == [], name
        centre.rows[DESK] = {"me": listening("coaches")}
        await page.goto(f"{centre.url}/supervisor")
        await expect(strip(page)).to_contain_text("You whisper")
        await page.keyboard.press("Shift+T")
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await broken_rules(page) == []


@pytest.mark.parametrize("path", SHOWN)
async def test_no_page_of_the_floor_scrolls_sideways(path: str) -> None:
    """However wide it is opened, and made."""
    async with floor_centre() as centre, browser_page() as page:
        centre.rows[DESK] = {"me": listening()}
        for opened, *widened in ((360, 390, 768), (1024, 1440, 1920)):
            await page.set_viewport_size({"width": opened, "height": 844})
            await page.goto(centre.url + path)
            await expect(page.get_by_text(SHOWN[path]).first).to_be_attached()
            for width in (opened, *widened):
                await page.set_viewport_size({"width": width, "height": 844})
                await page.evaluate(SETTLED)
                assert await page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", SHOWN)
async def test_the_chinese_floor_has_no_english_words_of_its_own(path: str) -> None:
    async with floor_centre() as centre, browser_page() as page:
        centre.rows[DESK] = {"me": listening()}
        await page.goto(f"{centre.url}/?lang=zh")
        await page.goto(centre.url + path)
        await expect(
            page.locator("main").get_by_text(re.compile("Ben Okafor|道路救援|c1-k17")).last
        ).to_be_visible()
        english = await english_words(page)
        assert english <= MADE_UP, english - MADE_UP


MADE_UP = {
    *("Ben Okafor", "Chen Yu", "Dana Ruiz", "Emil Novak", "Fatima Haddad", "Hugo Marchetti", "Li Wei"),
    *("Maria Gonzalez", "Sam Castellano", "Ada King", "Harbour Bank", "X", "EN", "sam", "ada"),
    "Switch to English",
    *("c1-k17", "c1-k18", "c1-k9", "c1-k…", "9f3a1c059f3a…", "Ctrl Z"),
}
"""what the made-up centre says itself"""
