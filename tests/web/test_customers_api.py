"""Customers over HTTP: found by name and number, each with the last contact first; and for whom."""

from __future__ import annotations

from typing import Any

import pytest

from callcenter.store.database import Database
from callcenter.web.customers_api import CUSTOMERS_MAX
from tests.web.conftest import Browser, Centre
from tests.web.test_history_api import history  # noqa: F401


@pytest.fixture
async def numbers(history: Centre, database: Database) -> Centre:  # noqa: F811
    """Li Wei has two numbers; Wang Fang and 100% _Wang share one."""
    async with database.pool.acquire() as connection:
        await connection.executemany(
            "insert into customer_number values (1, $1, $2, $3)",
            [
                ("+14155550101", 1, 0),
                ("+14155550190", 1, 1),
                ("+15105550102", 2, 0),
                ("+15105550102", 3, 0),
            ],
        )
        await connection.execute("insert into promise values (1, 1, 0, '2026-11-21', 'The fee back')")
    return history


async def found(browser: Browser, query: str) -> list[str]:
    answer: Any = await browser.json(f"/api/customers?{query}")
    return [customer["name"] for customer in answer["customers"]]


async def answer_of(browser: Browser, query: str) -> Any:
    return await browser.json(query if query.startswith("/") else f"/api/customers?{query}")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=li", ["Li Wei"]),
        ("q=wang", ["Wang Fang", "100% _Wang"]),  # who begins with it comes first
        ("q=%25+_", ["100% _Wang"]),
        ("q=nobody", []),
        ("q=0102", ["100% _Wang", "Wang Fang"]),
        ("q=(415)+555", ["Li Wei"]),
        ("q=01", []),  # in everybody's number
        ("q=415+555+0190", ["Li Wei"]),
        ("number=%2B15105550102", ["Wang Fang", "100% _Wang"]),
        ("number=0102", []),
        ("customer=1", ["Li Wei"]),
        ("customer=99", []),
    ],
)
async def test_a_customer_is_found_by_part_of_the_name_or_of_a_number(
    browser: Browser, numbers: Centre, query: str, names: list[str]
):
    await browser.sign_in("bo")
    assert await found(browser, query) == names


async def test_the_last_contact_and_what_was_promised_come_with_the_customer(
    browser: Browser, numbers: Centre
):
    await browser.sign_in("bo")
    answer: Any = await browser.json("/api/customers?number=(415)+555-0101")
    (li_wei,) = answer["customers"]
    assert (answer["number"], answer["more"], answer["last"]) == ("+14155550101", False, None)
    assert li_wei["numbers"] == ["+14155550101", "+14155550190"]
    assert li_wei["promises"] == [{"made_on": "2026-11-21", "promised": "The fee back", "promised_zh": ""}]
    last = li_wei["contacts"][0]
    assert (last["queue"], last["agent"], last["disposition"]) == ("Cards", "Anna Berg", "solved")
    assert last["note"] == "=Wants <b>her</b> fee back"


async def test_a_number_of_nobody_comes_with_its_own_last_contact(
    browser: Browser, numbers: Centre, database: Database
):
    await database.pool.execute("delete from customer_number")
    await browser.sign_in("bo")
    answer: Any = await browser.json("/api/customers?q=%2B14155550101")
    assert answer["customers"] == []
    assert answer["number"] == "+14155550101"
    assert (answer["last"]["interaction"], answer["last"]["queue"]) == (5, "")


async def test_contacts_of_another_line_are_as_if_they_were_not_there(
    browser: Browser, numbers: Centre, database: Database
):
    await database.pool.execute("update person set business_lines = '{cards}' where login = 'anna'")
    await database.pool.execute("update interaction set customer = 2 where contact = 1")
    await browser.sign_in("anna")
    (wang,) = (await answer_of(browser, "customer=2"))["customers"]
    assert [past["interaction"] for past in wang["contacts"]] == [1]  # 2 was on loans
    shown = (await answer_of(browser, "/api/history/1"))["customer"]
    assert [past["interaction"] for past in shown["contacts"]] == [1]
    await database.pool.execute("update interaction set business_line = 'loans'")
    await database.pool.execute("delete from customer_number")
    assert (await answer_of(browser, "number=%2B14155550101"))["last"] is None


async def test_who_is_told_what_others_had_with_a_customer_stands_in_the_audit(
    browser: Browser, numbers: Centre, database: Database
):
    await browser.sign_in("anna")
    await answer_of(browser, "q=li")  # only her own contacts
    for typed in ("wan", "wang", "wang"):
        await answer_of(browser, f"q={typed}")
    await database.pool.execute("delete from customer_number")
    await answer_of(browser, "number=%2B14155550101")
    rows = await database.pool.fetch("select actor, action, contact, detail from audit order by n")
    assert [tuple(row) for row in rows] == [
        ("anna", "read_customers", None, '[["customers","2"]]'),
        ("anna", "read_interaction", 5, "[]"),
    ]
    await database.pool.execute("alter table audit rename to audit_away")
    await browser.sign_in("bo")
    assert (await browser.get("/api/customers?q=li")).status == 500


async def test_a_word_of_the_name_that_begins_so_comes_before_the_middle_of_one(
    browser: Browser, numbers: Centre, database: Database
):
    await database.pool.execute(
        "insert into customer values (1, 10, 'Arjun Sharma', 'B', 'en', 2020), (1, 11, 'Wang Jun', 'B', 'en', 2020)"
    )
    await browser.sign_in("bo")
    assert await found(browser, "q=jun") == ["Wang Jun", "Arjun Sharma"]


async def test_what_many_fit_is_cut_off_and_says_so(browser: Browser, numbers: Centre, database: Database):
    await database.pool.execute(
        "insert into customer select 1, n, 'Smith ' || n, 'B', 'en', 2020 from generate_series(10, 30) n"
    )
    await browser.sign_in("bo")
    answer: Any = await browser.json("/api/customers?q=smith")
    assert (len(answer["customers"]), answer["more"]) == (CUSTOMERS_MAX, True)


@pytest.mark.parametrize(
    "query", ["", "q=+", "q=li&number=1", "customer=0", "customer=x", "name=li", "q=" + "x" * 101]
)
async def test_an_unclear_question_is_told_what_is_wrong(browser: Browser, numbers: Centre, query: str):
    await browser.sign_in("bo")
    reply = await browser.get(f"/api/customers?{query}")
    assert (reply.status, (await reply.json())["error"]) == (400, "malformed")
