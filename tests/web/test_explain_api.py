"""Why that agent, over HTTP: names for numbers, for leaders alone, and a word for what can't be told any more."""

from __future__ import annotations

from typing import Any

import pytest

from callcenter.errors import TooLong
from callcenter.explain.candidates import Candidate, Missing, Verdict
from callcenter.explain.moment import Explanation, Line
from callcenter.facts import SkillLevel
from callcenter.lifecycles import OfferKind
from callcenter.store.database import Database
from callcenter.store.history_rows import Batch
from tests.web.conftest import Browser, Centre
from tests.web.test_history_api import contact

FOUND = Explanation(
    offer=1,
    contact=1,
    agent=7,
    kind=OfferKind.CONTACT,
    rule="longest_idle",
    at=101_000,
    seq=12,
    runner_up=None,
    line=Line(
        queue="cards",
        queues=("cards", "loans"),
        skills=(SkillLevel("cards", 2),),
        language="",
        step=1,
        steps=2,
        waited_ms=9_000,
        age_ms=12_000,
        points=30,
        lift=0,
        candidates=(
            Candidate(7, Verdict.CHOSEN, idle_ms=4_000),
            Candidate(8, Verdict.NOT_ABLE, "skill", missing=(Missing("cards", 2, 0),)),
        ),
        today=8,
    ),
)


@pytest.fixture
async def offers(centre: Centre, database: Database) -> Centre:
    """1: Anna's, of the cards queue. 2: of the loans line, too long ago. 4: of an imported history."""
    batch = Batch()
    batch.add([*contact(1, 7), *contact(2, 8, business_line="loans", queue="loans"), *contact(4, 7)])
    async with database.pool.acquire() as connection:
        await batch.write(connection, 1)
    centre.fakes.explained = {1: FOUND, 2: TooLong()}
    return centre


async def test_a_supervisor_reads_why_by_name(offers: Centre, browser: Browser) -> None:
    await browser.sign_in("sam")
    told: Any = await browser.json("/api/offers/1")
    assert (told["rule"], told["seq"]) == ("longest_idle", 12)
    line = told["line"]
    assert [queue["title_zh"] for queue in line["queues"]] == ["银行卡", "贷款"]
    assert line["skills"] == [{"skill": "cards", "skill_zh": "", "level": 2, "has": 0}]
    assert line["today"] == "Bo Chen"
    assert [(one["agent"], one["verdict"], one["why"]) for one in line["candidates"]] == [
        ("Anna Berg", "chosen", ""),
        ("Bo Chen", "not_able", "skill"),
    ]
    assert line["candidates"][1]["missing"] == [{"skill": "cards", "skill_zh": "", "level": 2, "has": 0}]


@pytest.mark.parametrize(
    ("offer", "status", "told"),
    [
        ("2", 503, "callcenter explain 2"),
        ("3", 404, "not over yet"),
        ("x", 404, "no such offer"),
        ("9" * 30, 404, "no such offer"),
    ],
)
async def test_what_can_not_be_told_is_said(
    offers: Centre, browser: Browser, offer: str, status: int, told: str
) -> None:
    await browser.sign_in("sam")
    answer = await browser.get(f"/api/offers/{offer}")
    assert answer.status == status
    assert told in (await answer.json())["text"]


async def test_of_an_imported_offer_the_rule_is_told(offers: Centre, browser: Browser) -> None:
    await browser.sign_in("sam")
    told = await browser.json("/api/offers/4")
    assert told == {"offer": 4, "rule": "longest_idle", "seq": None, "line": None}


async def test_leaders_of_one_line_are_told_of_no_other(offers: Centre, browser: Browser) -> None:
    await browser.sign_in("carl")
    assert (await browser.get("/api/offers/2")).status == 404


async def test_an_agent_is_not_told(offers: Centre, browser: Browser) -> None:
    await browser.sign_in("anna")
    assert (await browser.get("/api/offers/1")).status == 403
