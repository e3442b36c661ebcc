"""The history as a file: what the search finds, in the order of the search, for whoever may take it away."""

from __future__ import annotations

import asyncio
import csv
import io

import pytest

from callcenter.history.records import Interaction
from callcenter.lifecycles import Outcome
from callcenter.store.database import Database
from callcenter.store.history_rows import Batch
from callcenter.web.limits import Running
from callcenter.web.replies import Refused
from tests.web.conftest import Browser, Centre
from tests.web.test_history_api import contact

ATTACKER = '=HYPERLINK("http://evil.example/","Li")'


@pytest.fixture
async def history(centre: Centre, database: Database) -> Centre:
    """1: Anna with Li Wei. 2: Bo on loans, with somebody who calls himself a formula. 3: withheld, left."""
    rows = [
        *contact(1, 7, customer=1, language="zh", grade="A", hold_ms=1_500, transfers=1),
        *contact(2, 8, customer=2, business_line="loans", queue="loans"),
        *contact(3, None, outcome=Outcome.ABANDONED, talk_ms=0, ani=None),
    ]
    batch = Batch()
    batch.add(rows)
    async with database.pool.acquire() as connection:
        await connection.execute("insert into personal_value values (1, 'n1', 'ani', '+14155550101')")
        await connection.executemany(
            "insert into customer values (1, $1, $2, 'A', 'en', 2014)", [(1, "李伟"), (2, ATTACKER)]
        )
        await batch.write(connection, 1)
    return centre


async def file(browser: Browser, query: str = "") -> list[list[str]]:
    reply = await browser.get(f"/api/history.csv?{query}")
    assert reply.status == 200, await reply.text()
    body = await reply.read()
    assert body.startswith(b"\xef\xbb\xbf")
    return [*csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)]


async def test_a_file_has_what_the_search_finds(browser: Browser, history: Centre):
    await browser.sign_in("sam")
    head, *rows = await file(browser)
    assert len({len(row) for row in (head, *rows)}) == 1
    assert dict(zip(head, rows[2], strict=True)) == {
        "Contact": "c1-k1",
        "Started (America/Los_Angeles)": "1969-12-31 16:01:40",
        "Ended (America/Los_Angeles)": "1969-12-31 16:02:40",
        "Direction": "inbound",
        "Number": "+14155550101",
        "Customer": "李伟",
        "Grade": "A",
        "Language": "Chinese",
        "Queue": "Cards",
        "Agent": "Anna Berg",
        "Outcome": "answered",
        "About": "solved",
        "Wait (s)": "4",
        "Talk with holds (s)": "30",
        "Hold (s)": "1.5",
        "Wrap-up (s)": "10",
        "Transfers": "1",
        "Recording": "yes",
    }
    assert [row[0] for row in rows] == ["c1-k3", "c1-k2", "c1-k1"]
    assert (rows[0][4], rows[0][10], rows[0][17]) == ("", "abandoned", "no")
    assert rows[1][5] == f"'{ATTACKER}"


async def test_a_file_speaks_the_readers_language(browser: Browser, history: Centre):
    await browser.sign_in("sam")
    head, *rows = await file(browser, "lang=zh")
    assert head[:5] == [
        "联络编号",
        "开始时间（America/Los_Angeles）",
        "结束时间（America/Los_Angeles）",
        "方向",
        "号码",
    ]
    assert rows[2][7:12] == ["中文", "银行卡", "Anna Berg", "已接通", "已解决"]
    reply = await browser.get("/api/history.csv", headers={"Accept-Language": "zh-CN"})
    assert "联络编号" in await reply.text(encoding="utf-8-sig")


async def test_filters_and_order_are_those_of_the_search(browser: Browser, history: Centre):
    await browser.sign_in("sam")
    assert [row[0] for row in (await file(browser, "sort=talk&order=up"))[1:]] == ["c1-k3", "c1-k1", "c1-k2"]
    assert [row[0] for row in (await file(browser, "agent=7&recorded=true"))[1:]] == ["c1-k1"]
    assert len(await file(browser, "number=nobody")) == 1


async def test_more_than_a_page_is_told_to_the_end(
    browser: Browser, history: Centre, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("callcenter.web.history_csv.PAGE_MAX", 2)
    await browser.sign_in("sam")
    assert [row[0] for row in (await file(browser))[1:]] == ["c1-k3", "c1-k2", "c1-k1"]


async def test_what_is_too_much_for_a_file_is_refused_before_its_first_line(
    browser: Browser, history: Centre, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("callcenter.web.history_csv.ROWS_MAX", 2)
    await browser.sign_in("sam")
    reply = await browser.get("/api/history.csv")
    assert (reply.status, (await reply.json())["error"]) == (400, "too_broad")
    assert len(await file(browser, "agent=7")) == 2


async def test_a_file_of_thousands_is_streamed(browser: Browser, history: Centre, database: Database):
    batch = Batch()
    batch.add(
        Interaction(
            contact=number,
            provider="browser",
            ani=None,
            dnis="+1",
            tree="main",
            tree_version=1,
            started_at=number,
        )
        for number in range(10, 2_510)
    )
    async with database.pool.acquire() as connection:
        await batch.write(connection, 1)
    await browser.sign_in("sam")
    reply = await browser.get("/api/history.csv?order=up&outcome=live")
    assert reply.headers["Transfer-Encoding"] == "chunked"
    rows = [*csv.reader(io.StringIO((await reply.read()).decode("utf-8-sig"), newline=""))]
    assert [row[0] for row in rows[1:]] == [f"c1-k{number}" for number in range(10, 2_510)]


async def test_a_file_is_called_by_its_day_and_kept_by_nobody(browser: Browser, history: Centre):
    await browser.sign_in("sam")
    history.fakes.now = lambda: 1_795_500_000_000
    headers = (await browser.get("/api/history.csv")).headers
    assert headers["Content-Disposition"] == 'attachment; filename="contacts-2026-11-23.csv"'
    assert headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_an_export_stands_in_the_audit_with_what_was_asked(
    browser: Browser, history: Centre, database: Database
):
    await browser.sign_in("sam")
    await file(browser, "queue=cards&number=0101")
    row = await database.pool.fetchrow("select actor, action, refused, detail from audit")
    # Whoever was searched for stays out of what nobody can erase from.
    detail = '[["what","history"],["queue","cards"],["number","…"]]'
    assert tuple(row) == ("sam", "export", "", detail)
    typed = "from=1&to=2&note=divorce&queue=Li+Wei&language=Wei&customer=li"
    await file(browser, f"{typed}&disposition=solved&uncoded=true")
    row = await database.pool.fetchrow("select detail from audit where n = 2")
    assert row["detail"] == (
        '[["what","history"],["from","1"],["to","2"],["note","…"],["queue","…"],["language","…"],'
        '["customer","…"],["disposition","solved"],["uncoded","true"]]'
    )


async def test_without_the_audit_there_is_no_file(browser: Browser, history: Centre, database: Database):
    await browser.sign_in("sam")
    await database.pool.execute("alter table audit rename to audit_away")
    reply = await browser.get("/api/history.csv")
    assert reply.status == 500
    assert "c1-k1" not in await reply.text()


async def test_who_leads_one_line_takes_only_that_away(browser: Browser, history: Centre):
    await browser.sign_in("carl")
    assert [row[0] for row in (await file(browser))[1:]] == ["c1-k3", "c1-k1"]


async def test_an_agent_takes_nothing_away(browser: Browser, history: Centre):
    await browser.sign_in("anna")
    reply = await browser.get("/api/history.csv")
    assert (reply.status, (await reply.json())["error"]) == (403, "forbidden")


@pytest.mark.parametrize("query", ["after=1-1", "lang=xx", "nonsense=1"])
async def test_what_is_no_question_for_a_file_is_refused(browser: Browser, history: Centre, query: str):
    await browser.sign_in("sam")
    reply = await browser.get(f"/api/history.csv?{query}")
    assert (reply.status, (await reply.json())["error"]) == (400, "malformed")


async def test_a_head_request_takes_nothing_away(browser: Browser, history: Centre, database: Database):
    await browser.sign_in("sam")
    reply = await browser.http.head("/api/history.csv")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/csv; charset=utf-8; header=present")
    assert await database.pool.fetchval("select count(*) from audit") == 0


async def test_who_comes_when_enough_are_running_is_asked_to_come_again():
    running = Running(1)
    with running.one_more(), pytest.raises(Refused, match="busy"), running.one_more():
        raise AssertionError("two at once")
    with running.one_more():
        await asyncio.sleep(0)
