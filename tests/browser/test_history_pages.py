"""History and report in a real browser: what is asked for, what is heard, with the keyboard and without."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Page, expect

from callcenter.history.interval_figures import fold_agents, fold_queues, staffed_ms
from callcenter.web.report_api import Report, ReportedAgent, ReportedQueue
from callcenter.web.report_shapes import agent_lines, contact_lines, queue_lines
from tests.browser.fake_centre import FakeCentre
from tests.browser.history_rows import (
    CONTACTS,
    CUT,
    EXPLAINED,
    FIRST_MS,
    NOW,
    OPTIONS,
    OUTBOUND,
    ROW,
    SECOND_MS,
    STORY,
    TIMES,
    VISITS,
    WORK,
    voice,
)
from tests.browser.made_up import Theme, broken_rules, browser_page, english_words


def reported(by: str) -> Report:
    """What the service would tell of these sums."""
    places, staffed = (
        fold_queues(VISITS, WORK),
        staffed_ms(TIMES, {1: ("accounts", "cards"), 2: ("accounts",)}),
    )
    return Report(
        by=by,  # type: ignore[arg-type]
        zone="UTC",
        first="2027-01-15",
        last="2027-01-15",
        step="30",
        now=CUT.end,
        from_at=NOW,
        to_at=CUT.end,
        formulas=["of_offered", "of_answered", "in_time"],
        intervals=[CUT.bounds(index) for index in range(len(CUT))],
        queues=[
            ReportedQueue("accounts", "Accounts", "账户", 20, 5, 80),
            ReportedQueue("cards", "Cards", "银行卡", 10, 5, 90),
        ],
        agents=[ReportedAgent(1, "Anna Lindqvist"), ReportedAgent(2, "Ben Okafor")],
        break_reasons_zh={"Lunch": "午餐"},
        contacts=contact_lines(CONTACTS),
        queue_lines=queue_lines(places, staffed, CUT, CUT.end) if by == "queue" else [],
        agent_lines=agent_lines(fold_agents(TIMES, [], WORK)) if by == "agent" else [],
    )


@asynccontextmanager
async def centre_with_history(folder: Path) -> AsyncIterator[FakeCentre]:
    centre = FakeCentre(role="supervisor", agent=None)
    centre.api |= {
        "/api/history": {"rows": [ROW, OUTBOUND], "next": None},
        "/api/history/options": OPTIONS,
        "/api/history/17": STORY,
        "/api/recordings/17-1.wav": voice(folder / "1.wav", FIRST_MS, 440),
        "/api/recordings/17-2.wav": voice(folder / "2.wav", SECOND_MS, 880),
        "/api/report": reported("queue"),
    }
    async with centre:
        yield centre


async def asked_of(page: Page, path: str, act: object) -> str:
    """The query of the next request to this path, once `act` has been awaited."""
    async with page.expect_request(lambda request: f"{path}?" in request.url) as sent:
        await act  # type: ignore[misc]
    return (await sent.value).url.split("?", 1)[1]


# --- The search ---


async def test_every_filter_reaches_the_search_and_the_address(tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/history?period=all")
        await expect(page.get_by_text("Li Wei")).to_be_visible()
        await page.get_by_role("button", name="More filters").click()
        for label, value in (
            ("About", "Complaint"),
            ("Noted", "true"),
            ("Direction", "outbound"),
            ("Language", "zh"),
            ("Recording", "true"),
            ("Waited at least", "60"),
        ):
            await page.get_by_role("combobox", name=label, exact=True).select_option(value)
        choose = page.get_by_label("Talked at least").select_option("300")
        query = await asked_of(page, "/api/history", choose)
        for part in ("disposition=Complaint", "uncoded=true", "direction=outbound", "language=zh"):
            assert part in query
            assert part in page.url
        assert {"recorded=true", "min_wait=60", "min_talk=300"} <= set(query.split("&"))
        await page.reload()
        await expect(page.get_by_role("button", name="More filters: 7")).to_be_visible()
        await page.get_by_role("button", name="Clear").click()
        await expect(page).to_have_url(re.compile(r"/history$"))


async def test_the_whole_list_is_sorted_by_the_service(tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/history?period=all")
        await expect(page.get_by_text("Li Wei")).to_be_visible()
        wait = page.get_by_role("columnheader", name="Wait")
        query = await asked_of(page, "/api/history", wait.get_by_role("button").click())
        assert {"sort=wait", "order=down"} <= set(query.split("&"))
        await expect(wait).to_have_attribute("aria-sort", "descending")
        query = await asked_of(page, "/api/history", wait.get_by_role("button").click())
        assert {"sort=wait", "order=up"} <= set(query.split("&"))


async def test_a_file_has_what_the_list_has_in_the_language_that_is_spoken(tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/history?period=all&queue=accounts&sort=talk")
        link = page.get_by_role("link", name="CSV")
        await expect(link).to_have_attribute(
            "href", re.compile(r"^/api/history\.csv\?.*queue=accounts.*sort=talk.*lang=en$")
        )
        await page.get_by_role("button", name="切换为中文").click()
        await expect(link).to_have_attribute("href", re.compile("lang=zh$"))


async def test_who_may_take_nothing_away_is_not_offered_to() -> None:
    async with FakeCentre(role="agent") as centre, browser_page() as page:
        centre.api |= {"/api/history": {"rows": [ROW], "next": None}, "/api/history/options": OPTIONS}
        await page.goto(f"{centre.url}/history?period=all")
        await expect(page.get_by_text("Li Wei")).to_be_visible()
        await expect(page.get_by_role("link", name="CSV")).to_have_count(0)


# --- One contact ---


@pytest.mark.parametrize("agent", [7, None])
async def test_who_has_a_desk_calls_back_from_it(tmp_path: Path, agent: int | None) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        centre.role, centre.agent = ("agent", agent) if agent else ("supervisor", None)
        await page.goto(f"{centre.url}/history/17")
        await expect(page.get_by_role("button", name="Play")).to_be_enabled()
        link = page.get_by_role("link", name="Call +1 415 555 0101")
        await expect(link).to_have_count(0 if agent is None else 1)
        if agent is not None:
            await expect(link).to_have_attribute("href", "/desk?call=%2B14155550101")


@asynccontextmanager
async def contact_page(folder: Path) -> AsyncIterator[Page]:
    async with centre_with_history(folder) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/history/17")
        await expect(page.get_by_role("button", name="Play")).to_be_enabled()
        await expect(page.locator("audio")).to_have_count(2)
        yield page


async def playing(page: Page) -> list[bool]:
    return await page.evaluate("[...document.querySelectorAll('audio')].map((one) => !one.paused)")


async def moments(page: Page) -> list[float]:
    return await page.evaluate("[...document.querySelectorAll('audio')].map((one) => one.currentTime)")


async def test_a_click_on_a_segment_listens_from_there(tmp_path: Path) -> None:
    async with contact_page(tmp_path) as page:
        await page.get_by_role("button", name=re.compile("Talk.*Anna Lindqvist")).click()
        await expect(page.get_by_role("button", name="Pause")).to_be_visible()
        assert await playing(page) == [False, True]
        await page.get_by_role("button", name=re.compile("Consultation")).click()
        await expect(page.locator("audio").first).to_have_js_property("paused", False)
        assert await playing(page) == [True, False]
        assert (await moments(page))[0] >= 16


async def test_between_two_recordings_the_voice_goes_on_in_the_next(tmp_path: Path) -> None:
    async with contact_page(tmp_path) as page:
        slider = page.get_by_role("slider", name="Position in the recording")
        await page.keyboard.press("4")
        await page.get_by_role("button", name=re.compile("Consultation")).click()
        await expect(page.locator("audio").nth(1)).to_have_js_property("paused", False, timeout=15_000)
        assert await playing(page) == [False, True]
        assert int(await slider.get_attribute("aria-valuenow") or 0) >= 58


async def test_the_keyboard_plays_seeks_and_sets_the_speed(tmp_path: Path) -> None:
    async with contact_page(tmp_path) as page:
        slider = page.get_by_role("slider", name="Position in the recording")
        await expect(slider).to_have_attribute("aria-valuenow", "30")
        await page.keyboard.press("ArrowRight")
        await expect(slider).to_have_attribute("aria-valuenow", "35")
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("ArrowLeft")
        await expect(slider).to_have_attribute("aria-valuenow", "25")
        await page.keyboard.press("3")
        await expect(page.get_by_role("button", name="Speed 1.5 times")).to_have_attribute(
            "aria-pressed", "true"
        )
        await page.keyboard.press(" ")
        await expect(page.locator("audio").first).to_have_js_property("paused", False)
        await expect(page.locator("audio").first).to_have_js_property("playbackRate", 1.5)
        await page.keyboard.press(" ")
        await expect(page.locator("audio").first).to_have_js_property("paused", True)


async def test_what_cannot_be_heard_is_hatched_and_named(tmp_path: Path) -> None:
    async with contact_page(tmp_path) as page:
        silences = page.locator(".silences")
        await expect(silences).to_contain_text("Paused by the agent 0:03")
        await expect(silences).to_contain_text("Missing in the recording 0:01")
        await expect(silences).to_contain_text("On hold: nobody talks 0:04")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"unrecorded": "declined_by_caller", "recordings": []}, "The caller does not want it"),
        ({"recordings": []}, "There is no recording."),
        ({"outcome": "", "recordings": []}, "The recording can be heard when the call is over."),
        (
            {"recordings": [STORY["recordings"][0] | {"url": "", "length_ms": None, "failed": "simulated"}]},
            "There is no recording: the agent is simulated.",
        ),
    ],
)
async def test_why_there_is_nothing_to_hear_is_told(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        centre.api["/api/history/17"] = STORY | change
        await page.goto(f"{centre.url}/history/17")
        await expect(page.get_by_text(told)).to_be_visible()
        await expect(page.get_by_role("button", name="Play")).to_have_count(0)


# --- Why an offer went to this agent ---


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_why_it_was_not_somebody_else_is_told_of_everybody(tmp_path: Path, theme: Theme) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page(theme=theme) as page:
        centre.api["/api/offers/31"] = EXPLAINED
        await page.goto(f"{centre.url}/history/17")
        opens = page.get_by_role("button", name="Why not somebody else?")
        await expect(opens).to_have_count(1)  # not of a transfer to a named colleague
        await opens.click()
        told = page.get_by_role("dialog", name="Why Ben Okafor")
        await expect(told.get_by_role("listitem")).to_have_text(
            [
                "Ben Okaforchosen1:15",
                "Anna Lindqvistnext: ready for less long0:05",
                "Chen Yuaway (Lunch)",
                "Maya Torresno English, Cards 1, 3 is asked",
            ]
        )
        await expect(told).to_contain_text("Asked for: an agent of Accounts with Cards 3, English 1.")
        await expect(told).to_contain_text("Signed out: Tom Hadley, Grace Ibrahim.")
        await expect(told).to_contain_text("Today's rules would choose Anna Lindqvist.")
        assert await broken_rules(page) == []
        await page.keyboard.press("Escape")
        await expect(told).to_have_count(0)
        await expect(opens).to_be_focused()


async def test_a_moment_that_is_not_kept_any_more_is_told_as_such(tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        centre.api["/api/offers/31"] = {"offer": 31, "rule": "longest_idle", "seq": None, "line": None}
        await page.goto(f"{centre.url}/history/17")
        await page.get_by_role("button", name="Why not somebody else?").click()
        await expect(page.get_by_role("dialog")).to_contain_text("The journal does not hold that moment")


async def test_the_way_back_from_a_contact_leads_to_its_row_and_to_the_list_where_there_is_none(
    tmp_path: Path,
) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/history?period=all")
        number = page.get_by_role("row", name=re.compile("Li Wei")).get_by_text("+1 415 555 0101")
        box = await number.bounding_box() or {}
        await page.mouse.move(box["x"] + 2, box["y"] + 8)
        await page.mouse.down()
        await page.mouse.move(box["x"] + 60, box["y"] + 8)
        await page.mouse.up()  # somebody copies it
        assert await page.evaluate("getSelection().toString()")
        await expect(page).to_have_url(re.compile("/history$|period=all"))
        await number.click()
        await expect(page.get_by_role("button", name="Play")).to_be_enabled()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("row", name=re.compile("Li Wei")).get_by_role("link")).to_be_focused()
        await page.goto("about:blank")
        await page.goto(f"{centre.url}/history/17")
        await expect(page.get_by_role("button", name="Play")).to_be_enabled()
        await page.keyboard.press("Escape")
        await expect(page).to_have_url(re.compile("/history$"))
        await expect(page.get_by_text("Li Wei")).to_be_visible()


async def test_a_recording_that_could_not_be_played_is_tried_again(tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        right = centre.api["/api/recordings/17-1.wav"]
        centre.api["/api/recordings/17-1.wav"] = "no sound at all"
        await page.goto(f"{centre.url}/history/17")
        await expect(page.get_by_role("alert")).to_contain_text("The recording can't be played.")
        centre.api["/api/recordings/17-1.wav"] = right
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("alert")).to_have_count(0)
        await page.get_by_role("button", name="Play").click()
        await expect(page.locator("audio").first).to_have_js_property("paused", False)


# --- The report ---


async def test_the_report_names_its_formula_and_is_chosen_by_it(tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/report")
        await expect(
            page.get_by_text("Service level = answered in time / (answered + abandoned − short).")
        ).to_be_visible()
        await expect(page.get_by_text("Accounts: within 20 s, Cards: within 10 s")).to_be_visible()
        accounts = page.get_by_role("row", name=re.compile("^Accounts"))
        await expect(accounts).to_contain_text("70.6 %")
        await page.get_by_label("Formula of the service level").select_option("of_answered")
        await expect(accounts).to_contain_text("85.7 %")
        await expect(page.get_by_text("Service level = answered in time / answered.")).to_be_visible()
        assert "formula=of_answered" in page.url


async def test_a_line_of_the_report_opens_its_intervals(tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/report")
        intervals = page.get_by_role("region", name=re.compile("^Intervals"))
        await expect(intervals.get_by_role("row")).to_have_count(3)
        await page.get_by_role("button", name="Cards").click()
        await expect(page.get_by_role("heading", name="Intervals: Cards")).to_be_visible()
        await expect(intervals.get_by_role("row", name=re.compile("9:00 – 9:30"))).to_contain_text("100.0 %")


async def test_agents_are_told_by_how_they_spent_their_time(tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        centre.api["/api/report"] = reported("agent")
        await page.goto(f"{centre.url}/report?by=agent")
        ben = page.get_by_role("row", name=re.compile("^Ben Okafor")).first
        for text in ("30:00", "25:00", "5:00", "12"):
            await expect(ben).to_contain_text(text)
        await expect(page.get_by_role("columnheader", name="Lunch").first).to_be_visible()


async def test_days_and_steps_reach_the_service(tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/report")
        await expect(page.get_by_role("textbox", name="From")).to_have_value("2027-01-15")
        query = await asked_of(
            page, "/api/report", page.get_by_role("textbox", name="From").fill("2026-12-20")
        )
        assert set(query.split("&")) == {"by=queue", "step=day", "from=2026-12-20", "to=2027-01-15"}
        href = await page.get_by_role("link", name="CSV").get_attribute("href")
        assert href == f"/api/report.csv?{query}&lang=en"


# --- Both languages, both themes, all widths ---

SHOWN = re.compile("Ben Okafor|Accounts|账户")
PAGES = ("/history?period=all", "/history/17", "/report", "/report?by=agent")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_history_and_report_break_no_rule_of_accessibility(theme: Theme, tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page(theme) as page:
        for path in PAGES:
            if "agent" in path:
                centre.api["/api/report"] = reported("agent")
            await page.goto(centre.url + path)
            await expect(page.locator("main").get_by_text(SHOWN).last).to_be_visible()
            assert await broken_rules(page) == [], path
        await page.goto(f"{centre.url}/history?period=all")
        await page.get_by_role("button", name="More filters").click()
        assert await broken_rules(page) == []


@pytest.mark.parametrize("width", [390, 768])
async def test_no_page_of_the_history_scrolls_sideways(width: int, tmp_path: Path) -> None:
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        await page.set_viewport_size({"width": width, "height": 800})
        for lang in ("en", "zh"):
            await page.goto(f"{centre.url}/?lang={lang}")
            for path in PAGES[:3]:
                await page.goto(centre.url + path)
                await expect(page.locator("main").get_by_text(SHOWN).last).to_be_visible()
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (lang, path)


async def test_in_chinese_history_and_report_have_no_english_word_of_their_own(tmp_path: Path) -> None:
    names = {"Li Wei", "Ben Okafor", "Anna Lindqvist", "Harbour Bank", "Wants it in writing", "c1-k17"}
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/?lang=zh")
        for path in PAGES:
            if "agent" in path:
                centre.api["/api/report"] = reported("agent")
            await page.goto(centre.url + path)
            await expect(page.locator("main").get_by_text(SHOWN).last).to_be_visible()
            assert await english_words(page) <= names, path


async def test_a_moment_of_the_report_is_on_the_clock_of_the_centre(tmp_path: Path) -> None:
    zone = "Asia/Shanghai"
    async with centre_with_history(tmp_path) as centre, browser_page() as page:
        centre.api["/api/report"] = msgspec.structs.replace(reported("queue"), zone=zone)
        await page.goto(f"{centre.url}/report")
        # 08:00 UTC is four in the afternoon there, whatever the browser's own zone is.
        await expect(page.get_by_role("row", name=re.compile("4:00 – 4:30 PM")).first).to_be_visible()
