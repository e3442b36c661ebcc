"""Today in intervals over HTTP: midnight to now, who waits included, read seldom, equal to the records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callcenter.history.records import AgentInterval, AgentNow, Interaction, QueueVisit, Row
from callcenter.lifecycles import Outcome, Presence, Routing
from callcenter.queue.service_level import VisitExit
from callcenter.store.database import Database
from callcenter.store.history_rows import Batch
from callcenter.web.services import Waiting
from tests.web.conftest import Browser, Centre

MINUTE = 60_000
HOUR = 60 * MINUTE
MIDNIGHT = int(datetime(2026, 11, 24, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp() * 1000)
NOW = MIDNIGHT + 9 * HOUR + 40 * MINUTE


def visit(number: int, at: int, wait_ms: int, exit: VisitExit, queue: str = "cards") -> list[Row]:
    answered = exit is VisitExit.ANSWERED
    return [
        Interaction(
            contact=number,
            provider="browser",
            ani=None,
            dnis="+1",
            tree="main",
            tree_version=1,
            started_at=at - 30_000,
            ended_at=at + wait_ms,
            outcome=Outcome.ANSWERED if answered else Outcome.ABANDONED,
            queue=queue,
        ),
        QueueVisit(number, 1, queue, at, at + wait_ms, exit, 7 if answered else None),
    ]


@pytest.fixture
async def morning(centre: Centre, database: Database) -> Centre:
    """9:00 to 9:40 of a Tuesday: on cards three answered and one gone, one on loans; one of the night before."""
    nine = MIDNIGHT + 9 * HOUR
    rows = [
        *visit(1, nine, 4_000, VisitExit.ANSWERED),
        *visit(2, nine + MINUTE, 10_000, VisitExit.ANSWERED),
        *visit(3, nine + 2 * MINUTE, 10_001, VisitExit.ANSWERED),
        *visit(4, nine + 3 * MINUTE, 60_000, VisitExit.ABANDONED),
        *visit(5, nine + 31 * MINUTE, 20_000, VisitExit.ANSWERED, "loans"),
        *visit(6, MIDNIGHT - MINUTE, 90_000, VisitExit.ABANDONED),
        AgentInterval(7, nine - HOUR, nine + 15 * MINUTE, Presence.READY, "", Routing.IDLE),
        AgentInterval(7, nine + 15 * MINUTE, nine + 35 * MINUTE, Presence.AWAY, "Lunch", Routing.OFF_QUEUE),
        AgentNow(7, Presence.READY, "", Routing.ON_CONTACT, nine + 35 * MINUTE),
        AgentNow(8, Presence.READY, "", Routing.WRAP_UP, nine),
    ]
    batch = Batch()
    batch.add(rows)
    async with database.pool.acquire() as connection:
        await batch.write(connection, 1)
    centre.fakes.now = lambda: NOW
    return centre


async def day(browser: Browser, query: str = "") -> Any:
    return await browser.json(f"/api/day?{query}")


async def test_the_day_goes_from_the_centres_midnight_to_now(browser: Browser, morning: Centre):
    await browser.sign_in("sam")
    today = await day(browser)
    assert (today["from_at"], today["to_at"], today["now"]) == (MIDNIGHT, MIDNIGHT + 24 * HOUR, NOW)
    assert (today["zone"], today["formula"], today["step"]) == ("America/Los_Angeles", "of_offered", "30")
    assert len(today["intervals"]) == 20
    assert (today["intervals"][-1]["from_at"], today["intervals"][-1]["to_at"]) == (
        MIDNIGHT + 570 * MINUTE,
        MIDNIGHT + 600 * MINUTE,
    )


async def test_each_interval_has_its_arrivals_and_what_became_of_them(browser: Browser, morning: Centre):
    await browser.sign_in("sam")
    nine = (await day(browser))["intervals"][18]
    assert {name: nine[name] for name in ("entered", "answered", "abandoned", "waiting", "lost")} == {
        "entered": 4,
        "answered": 3,
        "abandoned": 1,
        "waiting": 0,
        "lost": 0,
    }
    assert nine["service_level"] == 50  # two within cards' ten seconds, of four
    assert nine["average_answer_ms"] == 24_001 // 3
    assert nine["average_wait_ms"] == 84_001 // 4
    assert nine["longest_wait_ms"] == 60_000
    assert nine["contacts"] == 3  # the first began half a minute before nine


async def test_staff_is_the_mean_of_who_could_serve_up_to_now(browser: Browser, morning: Centre):
    await browser.sign_in("sam")
    eight, nine, half_past = (await day(browser))["intervals"][17:20]
    assert eight["staffed"] == 1
    assert nine["staffed_ms"] == 45 * MINUTE
    assert nine["staffed"] == 1.5
    assert half_past["staffed"] == 1.5  # ten minutes so far: five of Anna's, all of Bo's
    loans = (await day(browser, "queue=loans"))["intervals"]
    assert [loans[18]["staffed"], loans[19]["staffed"]] == [0.5, 0.5]


async def test_who_waits_now_has_entered_and_may_have_waited_longest(browser: Browser, morning: Centre):
    morning.fakes.waiting = [
        Waiting("cards", NOW - 2 * MINUTE),
        Waiting("loans", NOW - MINUTE),
        Waiting("cards", MIDNIGHT - HOUR),
    ]
    await browser.sign_in("sam")
    last = (await day(browser))["intervals"][19]
    assert (last["waiting"], last["entered"], last["longest_wait_ms"]) == (2, 3, 2 * MINUTE)
    loans = (await day(browser, "queue=loans"))["intervals"][19]
    assert (loans["waiting"], loans["entered"], loans["longest_wait_ms"]) == (1, 2, MINUTE)


async def test_one_queue_is_told_by_its_own_limits(browser: Browser, morning: Centre):
    await browser.sign_in("sam")
    loans = await day(browser, "queue=loans")
    assert (loans["threshold_seconds"], loans["target_percent"]) == (20, 80)
    assert (loans["total"]["entered"], loans["total"]["service_level"], loans["total"]["contacts"]) == (
        1,
        100,
        None,
    )


@pytest.mark.parametrize("step", ["15", "30", "60"])
async def test_the_total_is_the_sum_of_the_intervals_whatever_their_length(
    browser: Browser, morning: Centre, step: str
):
    await browser.sign_in("sam")
    today = await day(browser, f"step={step}")
    total = today["total"]
    for name in ("contacts", "entered", "answered", "abandoned", "answered_in_threshold", "staffed_ms"):
        assert total[name] == sum(interval[name] for interval in today["intervals"]), name
    assert (total["entered"], total["contacts"]) == (5, 5)


async def test_many_wallboards_are_one_reading(
    open_browser: Callable[[], Browser], morning: Centre, database: Database
):
    browsers = [open_browser() for _ in range(3)]
    for browser in browsers:
        await browser.sign_in("sam")
    first = await day(browsers[0])
    await database.pool.execute("delete from queue_visit")
    again = await asyncio.gather(*(day(browser) for browser in browsers))
    assert [one["total"]["entered"] for one in again] == [first["total"]["entered"]] * 3
    assert (await day(browsers[0], "step=15"))["total"]["entered"] == 0


async def test_a_new_day_is_read_at_once(browser: Browser, morning: Centre):
    await browser.sign_in("sam")
    assert (await day(browser))["total"]["entered"] == 5
    morning.fakes.now = lambda: MIDNIGHT + 24 * HOUR
    tomorrow = await day(browser)
    assert (tomorrow["total"]["entered"], len(tomorrow["intervals"])) == (0, 1)


async def test_who_leads_one_line_watches_its_queues_only(browser: Browser, morning: Centre):
    await browser.sign_in("carl")
    assert (await browser.get("/api/day")).status == 403
    assert (await browser.get("/api/day?queue=loans")).status == 403
    assert (await browser.get("/api/day?queue=cards")).status == 200


@pytest.mark.parametrize(
    "query", ["queue=nowhere", "step=7", "step=day", "from=1", "queue=cards&queue=loans"]
)
async def test_what_cannot_be_understood_is_refused(browser: Browser, morning: Centre, query: str):
    await browser.sign_in("sam")
    reply = await browser.get(f"/api/day?{query}")
    assert (reply.status, (await reply.json())["error"]) == (400, "malformed")
