"""Figures by interval over HTTP: yesterday without asking, totals that are sums, lines of business, clocks."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from callcenter.facts import QueueSetup
from callcenter.history.grid import grid
from callcenter.history.records import AgentInterval, Engagement, QueueVisit, Row
from callcenter.lifecycles import EngagementKind, Presence, Routing
from callcenter.queue.service_level import VisitExit
from callcenter.store.database import Database
from callcenter.store.history_rows import Batch
from callcenter.web.limits import Running
from callcenter.web.services import Waiting
from tests.history.records_of_days import records_of
from tests.web.conftest import SETUP, Browser, Centre

MINUTE = 60_000
HOUR = 60 * MINUTE
ZONE = ZoneInfo("America/Los_Angeles")
TUESDAY = int(datetime(2026, 11, 24, tzinfo=ZONE).timestamp() * 1000)
NINE = TUESDAY + 9 * HOUR
SUMMED = ("entered", "answered", "answered_in_threshold", "abandoned", "short_abandoned", "lost", "handle_ms")


def answered(number: int, at: int, wait_ms: int, agent: int = 7, queue: str = "cards") -> list[Row]:
    talk_at = at + wait_ms
    return [
        QueueVisit(number, 1, queue, at, talk_at, VisitExit.ANSWERED, agent),
        Engagement(
            engagement=number,
            contact=number,
            agent=agent,
            queue=queue,
            entered_at=at,
            talk_at=talk_at,
            wrap_up_at=talk_at + 100_000,
            closed_at=talk_at + 130_000,
            hold_ms=20_000,
            transferred=number == 2,
        ),
    ]


@pytest.fixture
async def tuesday(centre: Centre, database: Database) -> Centre:
    """On cards three from nine on, one of them gone; one on loans by Bo, who advised a colleague before."""
    rows = [
        *answered(1, NINE, 4_000),
        *answered(2, NINE + 29 * MINUTE, 15_000),
        QueueVisit(3, 1, "cards", NINE + 40 * MINUTE, NINE + 41 * MINUTE, VisitExit.ABANDONED, None),
        *answered(4, NINE + HOUR, 20_000, 8, "loans"),
        Engagement(
            engagement=5,
            contact=2,
            agent=8,
            queue="cards",
            entered_at=NINE,
            talk_at=NINE,
            closed_at=NINE + MINUTE,
            kind=EngagementKind.CONSULT,
        ),
        AgentInterval(7, NINE - HOUR, NINE + 10 * MINUTE, Presence.READY, "", Routing.IDLE),
        AgentInterval(7, NINE + 10 * MINUTE, NINE + 20 * MINUTE, Presence.READY, "", Routing.ON_CONTACT),
        AgentInterval(7, NINE + 20 * MINUTE, NINE + 50 * MINUTE, Presence.AWAY, "Lunch", Routing.OFF_QUEUE),
        AgentInterval(8, NINE, NINE + 2 * HOUR, Presence.READY, "", Routing.IDLE),
    ]
    await write(database, rows)
    centre.fakes.now = lambda: TUESDAY + 24 * HOUR + 10 * HOUR
    return centre


async def write(database: Database, rows: list[Row]) -> None:
    batch = Batch()
    batch.add(rows)
    async with database.pool.acquire() as connection:
        await batch.write(connection, 1)


async def report(browser: Browser, query: str = "") -> Any:
    return await browser.json(f"/api/report?{query}")


def line(told: Any, interval: int | None, name: str | int | None) -> Any:
    kind = told["by"]
    (found,) = [one for one in told[f"{kind}_lines"] if (one["interval"], one[kind]) == (interval, name)]
    return found


async def test_without_a_period_it_is_yesterday_in_half_hours(browser: Browser, tuesday: Centre):
    await browser.sign_in("sam")
    told = await report(browser)
    assert (told["by"], told["first"], told["last"], told["step"]) == (
        "queue",
        "2026-11-24",
        "2026-11-24",
        "30",
    )
    assert (told["zone"], told["from_at"], told["to_at"]) == (ZONE.key, TUESDAY, TUESDAY + 24 * HOUR)
    assert told["formulas"] == ["of_offered", "of_answered", "in_time"]
    assert len(told["intervals"]) == 48
    assert told["queues"] == [
        {
            "queue": "cards",
            "title": "Cards",
            "title_zh": "银行卡",
            "threshold_seconds": 10,
            "short_abandon_seconds": 5,
            "target_percent": 90,
        },
        {
            "queue": "loans",
            "title": "Loans",
            "title_zh": "贷款",
            "threshold_seconds": 20,
            "short_abandon_seconds": 5,
            "target_percent": 80,
        },
    ]


async def test_a_queues_line_tells_what_became_of_who_entered(browser: Browser, tuesday: Centre):
    await browser.sign_in("sam")
    cards = line(await report(browser), None, "cards")
    assert {name: cards[name] for name in ("entered", "answered", "abandoned", "handled", "transferred")} == {
        "entered": 3,
        "answered": 2,
        "abandoned": 1,
        "handled": 2,
        "transferred": 1,
    }
    assert cards["service_level"] == {"of_offered": 100 / 3, "of_answered": 50, "in_time": 100 / 3}
    assert (cards["average_answer_ms"], cards["longest_wait_ms"]) == (9_500, MINUTE)
    assert (cards["average_handle_ms"], cards["average_talk_ms"]) == (130_000, 80_000)
    assert (cards["average_hold_ms"], cards["average_wrap_up_ms"]) == (20_000, 30_000)


async def test_intervals_have_their_own(browser: Browser, tuesday: Centre):
    await browser.sign_in("sam")
    told = await report(browser)
    assert told["intervals"][18] == [NINE, NINE + 30 * MINUTE]
    assert [line(told, index, "cards")["entered"] for index in (18, 19)] == [2, 1]
    assert line(told, 20, "loans")["answered"] == 1
    assert line(told, 18, "cards")["staffed"] == (20 + 30) / 30
    assert line(told, 18, "")["staffed"] == (20 + 30) / 30, "each agent counts once in all queues"
    assert line(told, 18, "loans")["staffed"] == 20 / 30


async def test_an_agents_line_tells_how_time_was_spent(browser: Browser, tuesday: Centre):
    await browser.sign_in("sam")
    told = await report(browser, "by=agent")
    anna = line(told, None, 7)
    assert (anna["signed_in_ms"], anna["idle_ms"]) == (110 * MINUTE, 70 * MINUTE)
    assert (anna["talk_ms"], anna["break_ms"], anna["breaks"]) == (
        10 * MINUTE,
        30 * MINUTE,
        {"Lunch": 30 * MINUTE},
    )
    assert anna["occupancy"] == 12.5
    assert (anna["handled"], anna["transferred"], anna["average_handle_ms"]) == (2, 1, 130_000)
    assert line(told, 18, 7)["break_ms"] == 10 * MINUTE
    assert line(told, 19, 7)["break_ms"] == 20 * MINUTE
    bo = line(told, None, 8)
    assert (bo["handled"], bo["consulted"]) == (1, 1)
    assert [agent["name"] for agent in told["agents"]] == ["Anna Berg", "Bo Chen"]
    assert told["break_reasons_zh"] == {"Lunch": "午餐", "Training": "培训"}


@pytest.mark.parametrize("step", ["15", "30", "60", "day"])
@pytest.mark.parametrize("by", ["queue", "agent"])
async def test_totals_are_sums_on_a_day_of_changing_clocks_too(
    browser: Browser, centre: Centre, database: Database, by: str, step: str
):
    day = date(2026, 11, 1)
    cut = grid(day, day, ZONE, step)
    await write(database, records_of(1, cut.starts[0], cut.end))
    centre.fakes.now = lambda: cut.end + HOUR
    await browser.sign_in("sam")
    told = await report(browser, f"from=2026-11-01&to=2026-11-01&step={step}&by={by}")
    assert len(told["intervals"]) == {"15": 100, "30": 50, "60": 25, "day": 1}[step]
    lines, all_ = told[f"{by}_lines"], "" if by == "queue" else None
    names = (
        SUMMED if by == "queue" else ("signed_in_ms", "idle_ms", "talk_ms", "hold_ms", "handled", "break_ms")
    )
    for name in names:
        whole = line(told, None, all_)[name]
        assert whole > 0
        assert whole == sum(one[name] for one in lines if one["interval"] is None and one[by] != all_), name
        assert whole == sum(one[name] for one in lines if one["interval"] is not None and one[by] == all_), (
            name
        )
        assert whole == sum(one[name] for one in lines if one["interval"] is not None and one[by] != all_), (
            name
        )


async def test_who_waits_now_has_entered(browser: Browser, tuesday: Centre):
    tuesday.fakes.now = lambda: TUESDAY + 10 * HOUR
    tuesday.fakes.waiting = [Waiting("cards", TUESDAY + 10 * HOUR - MINUTE)]
    await browser.sign_in("sam")
    told = await report(browser, "from=2026-11-24&to=2026-11-24")
    assert (line(told, 19, "cards")["waiting"], line(told, 19, "cards")["entered"]) == (1, 2)


async def test_a_report_of_today_is_the_day_that_the_wallboard_drew(browser: Browser, tuesday: Centre):
    tuesday.fakes.now = lambda: TUESDAY + 11 * HOUR
    await browser.sign_in("sam")
    day: Any = await browser.json("/api/day")
    told = await report(browser, "from=2026-11-24")
    same = (
        "entered",
        "answered",
        "abandoned",
        "answered_in_threshold",
        "average_answer_ms",
        "longest_wait_ms",
    )
    found = {one["interval"]: one for one in told["queue_lines"] if one["queue"] == ""}
    assert {18, 19, 20} <= found.keys()
    for index, drawn in enumerate(day["intervals"]):
        if index in found:
            assert [drawn[name] for name in same] == [found[index][name] for name in same], index
        else:
            assert not any(drawn[name] for name in same), index
    whole = line(told, None, "")
    assert [day["total"][name] for name in same] == [whole[name] for name in same]
    assert day["total"]["service_level"] == whole["service_level"][day["formula"]]
    assert day["total"]["staffed_ms"] == whole["staffed_ms"]


async def test_a_queue_that_is_no_more_is_still_told(browser: Browser, tuesday: Centre):
    await browser.sign_in("sam")
    tuesday.fakes.setup = replace(SETUP, queues=(QueueSetup("loans", "Loans"),))
    told = await report(browser)
    assert line(told, None, "cards")["answered"] == 2
    gone = next(queue for queue in told["queues"] if queue["queue"] == "cards")
    assert (gone["title"], gone["threshold_seconds"]) == ("cards", None)


async def test_who_leads_one_line_reads_of_its_queues_and_agents(browser: Browser, tuesday: Centre):
    await browser.sign_in("carl")
    told = await report(browser)
    assert {one["queue"] for one in told["queue_lines"]} == {"", "cards"}
    assert line(told, None, "")["answered"] == 2
    assert told["contacts"] == []
    tuesday.fakes.setup = replace(
        SETUP, agents=(SETUP.agents[0], replace(SETUP.agents[1], queues=("loans",)))
    )
    agents = await report(browser, "by=agent")
    assert {one["agent"] for one in agents["agent_lines"]} == {None, 7}


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("from=2026-11-31", "malformed"),
        ("from=yesterday", "malformed"),
        ("from=2026-11-24&to=2026-11-23", "malformed"),
        ("from=0001-01-01&to=0001-01-01", "malformed"),
        ("from=9999-12-31&to=9999-12-31", "malformed"),
        ("step=20", "malformed"),
        ("by=customer", "malformed"),
        ("from=2026-10-24&to=2026-11-24", "too_broad"),
        ("from=2025-11-01&to=2026-11-24&step=day", "too_broad"),
    ],
)
async def test_what_cannot_be_reported_is_refused(browser: Browser, tuesday: Centre, query: str, key: str):
    await browser.sign_in("sam")
    for path in ("/api/report", "/api/report.csv"):
        reply = await browser.get(f"{path}?{query}")
        assert (reply.status, (await reply.json())["error"]) == (400, key)


async def test_a_table_of_too_many_lines_is_too_broad(
    browser: Browser, tuesday: Centre, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("callcenter.web.report_api.LINES_MAX", 5)
    await browser.sign_in("sam")
    assert (await (await browser.get("/api/report")).json())["error"] == "too_broad"


async def test_only_so_many_reports_run_at_once(
    browser: Browser, tuesday: Centre, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Running, "one_more", Running(0).one_more)
    await browser.sign_in("sam")
    reply = await browser.get("/api/report")
    assert (reply.status, reply.headers["Retry-After"]) == (503, "5")


# --- as a file ---


async def table(browser: Browser, query: str) -> list[dict[str, str]]:
    reply = await browser.get(f"/api/report.csv?{query}")
    assert reply.status == 200, await reply.text()
    return [*csv.DictReader(io.StringIO((await reply.read()).decode("utf-8-sig"), newline=""))]


async def test_the_file_of_queues_names_formulas_and_threshold(browser: Browser, tuesday: Centre):
    await browser.sign_in("sam")
    whole, cards, *_ = await table(browser, "from=2026-11-24")
    assert (whole["Day"], whole["From"], whole["Queue"]) == ("2026-11-24", "whole period", "All queues")
    assert cards["Answered in time: within (s)"] == "10"
    assert cards["Service level % = in time / (answered + abandoned - short)"] == str(100 / 3)
    assert (cards["Average hold (s)"], cards["Longest wait (s)"]) == ("20", "60")
    rows = await table(browser, "from=2026-11-24")
    nine = [row for row in rows if row["From"] == "09:00" and row["Queue"] == "Cards"]
    assert [(row["To"], row["Offset"], row["Entered"]) for row in nine] == [("09:30", "UTC-0800", "2")]


async def test_an_hour_that_comes_twice_is_told_apart(browser: Browser, centre: Centre, database: Database):
    one = int(datetime(2026, 11, 1, 1, 30, tzinfo=ZONE).timestamp() * 1000)
    await write(database, [*answered(1, one, 0), *answered(2, one + HOUR, 0)])
    await browser.sign_in("sam")
    rows = await table(browser, "from=2026-11-01")
    assert [(row["From"], row["Offset"]) for row in rows if row["Queue"] == "Cards"] == [
        ("whole period", ""),
        ("01:30", "UTC-0700"),
        ("01:30", "UTC-0800"),
    ]


async def test_the_file_of_agents_has_a_column_for_each_reason(browser: Browser, tuesday: Centre):
    await browser.sign_in("sam")
    rows = await table(browser, "from=2026-11-24&by=agent&step=day&lang=zh")
    anna = next(row for row in rows if row["坐席"] == "Anna Berg")
    assert (anna["小休：午餐（秒）"], anna["占用率%"], anna["处理量"]) == ("1800", "12.5", "2")
