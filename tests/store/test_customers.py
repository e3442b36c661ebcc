"""Customers, their PINs and their record, against a real PostgreSQL and the demo's own people."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import structlog

from callcenter.customer_record import CustomerRecord, PastContact, Product, Promise
from callcenter.demo_customers import CUSTOMERS, KEPT_FREE, demo_customers
from callcenter.errors import ConfigError, UserError
from callcenter.facts import PinResult
from callcenter.store.customer_import import (
    AccountSetup,
    CustomerSetup,
    ProductSetup,
    load_customers,
    seed_customers,
)
from callcenter.store.customers import RECORDS_MAX, SQL, Customers, Found, Unknown, money
from callcenter.store.database import Database
from callcenter.store.pins import KEY_FILE, PIN_FAILURES_MAX, pin_key

DEMO = Path(__file__).parents[2] / "demo" / "customers.toml"
TODAY = date(2026, 3, 2)
LI_WEI, WITHOUT_PIN = 1, 12
RIGHT_PIN = "2468"
SEED_SECONDS_MAX = 2


@pytest.fixture
async def customers(database: Database) -> Customers:
    customers = Customers(database, 1, b"k" * 32)
    await seed_customers(database, 1, customers, load_customers(DEMO), TODAY)
    return customers


# --- finding ---


async def test_a_number_finds_its_customer_with_what_the_ivr_may_say(customers: Customers):
    assert await customers.by_number("+14155550101") == Found(1, "A", "en", {"balance": "12846.50 USD"})


async def test_a_shared_number_finds_nobody_and_says_how_many(customers: Customers):
    assert await customers.by_number("+15105550102") == Unknown(matches=2)
    assert await customers.by_number("+14155550199") == Unknown(matches=0)


async def test_many_who_call_at_once_get_each_their_own_answer(customers: Customers):
    li_wei = await customers.by_number("+14155550101")
    numbers = ["+14155550101", "+15105550102", "+14155550199", "+14155550101", "no number", "\0", ""]
    found = await asyncio.gather(*(customers.by_number(number) for number in numbers))
    assert found == [li_wei, Unknown(2), Unknown(), li_wei, Unknown(), Unknown(), Unknown()]


@pytest.mark.parametrize("keyed", ["20062", " 20062 ", "200-62"])
async def test_an_account_finds_its_customer_with_its_own_balance(customers: Customers, keyed: str):
    assert await customers.by_account(keyed) == Found(4, "A", "en", {"balance": "1500.00 USD"})


@pytest.mark.parametrize("keyed", ["", "99999", "1" * 100, "10023'; drop table account", "１００２３"])
async def test_what_is_no_account_finds_nobody(customers: Customers, keyed: str):
    assert await customers.by_account(keyed) == Unknown()


async def test_a_customer_whom_a_desk_calls_is_told_by_the_record(customers: Customers):
    assert await customers.by_customer(LI_WEI) == await customers.by_number("+14155550101")
    assert await customers.by_customer(99_999) == Unknown()


async def test_another_centre_has_other_customers(customers: Customers, database: Database):
    assert await Customers(database, 2, b"k" * 32).by_number("+14155550101") == Unknown()


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0.00 USD"), (5, "0.05 USD"), (-4510, "-45.10 USD"), (123456, "1234.56 USD")]
)
def test_money_is_written_as_the_ivr_reads_it(cents: int, text: str):
    assert money(cents) == text


# --- PINs ---


async def attempts(database: Database, customer: int = LI_WEI) -> int:
    found: int = await database.pool.fetchval("select attempts from pin where customer = $1", customer)
    return found


async def test_the_right_pin_is_right_and_sets_the_counter_back(customers: Customers, database: Database):
    for _ in range(PIN_FAILURES_MAX - 1):
        assert await customers.check_pin(LI_WEI, "0000") is PinResult.WRONG
    assert await attempts(database) == PIN_FAILURES_MAX - 1
    assert await customers.check_pin(LI_WEI, RIGHT_PIN) is PinResult.RIGHT
    assert await attempts(database) == 0


async def test_the_fifth_failure_in_a_row_locks_and_the_right_pin_comes_too_late(customers: Customers):
    results = [await customers.check_pin(LI_WEI, "0000") for _ in range(PIN_FAILURES_MAX)]
    assert results == [PinResult.WRONG] * 4 + [PinResult.LOCKED]
    assert await customers.check_pin(LI_WEI, RIGHT_PIN) is PinResult.LOCKED


@pytest.mark.parametrize("customer", [WITHOUT_PIN, 999])
async def test_who_has_no_pin_goes_to_a_person(customers: Customers, customer: int):
    assert await customers.check_pin(customer, "") is PinResult.LOCKED


async def test_guesses_at_once_get_no_more_tries_than_one_after_another(customers: Customers):
    guesses = [f"{guess:04}" for guess in range(30)]
    results = await asyncio.gather(*(customers.check_pin(LI_WEI, guess) for guess in guesses))
    assert sorted(results) == [PinResult.LOCKED] * 26 + [PinResult.WRONG] * 4
    assert await customers.check_pin(LI_WEI, RIGHT_PIN) is PinResult.LOCKED


async def test_right_pins_at_once_set_their_own_counters_back_and_no_other(
    customers: Customers, database: Database
):
    setups = [setup for setup in load_customers(DEMO) if setup.pin]
    assert len(setups) > 3
    *right, wrong = [(setup.customer, setup.pin) for setup in setups]
    checks = [customers.check_pin(*one) for one in right]
    results = await asyncio.gather(*checks, customers.check_pin(wrong[0], "0000"))
    assert results == [PinResult.RIGHT] * len(right) + [PinResult.WRONG]
    counters = {customer: await attempts(database, customer) for customer, _ in (*right, wrong)}
    assert counters == {customer: int(customer == wrong[0]) for customer in counters}


async def test_a_process_that_dies_between_count_and_comparison_has_used_up_the_try(
    customers: Customers, database: Database, monkeypatch: pytest.MonkeyPatch
):
    class Killed(BaseException): ...

    def die(*_: object) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("callcenter.store.pins.hmac.compare_digest", die)
        for _ in range(PIN_FAILURES_MAX):
            with pytest.raises(Killed):
                await customers.check_pin(LI_WEI, RIGHT_PIN)
    assert await attempts(database) == PIN_FAILURES_MAX
    assert await customers.check_pin(LI_WEI, RIGHT_PIN) is PinResult.LOCKED


async def test_another_key_locks_and_counts_nothing(customers: Customers, database: Database):
    other = Customers(database, 1, b"x" * 32)
    with structlog.testing.capture_logs() as logs:
        assert await other.check_pin(LI_WEI, RIGHT_PIN) is PinResult.LOCKED
    assert "another key" in logs[0]["event"]
    assert await attempts(database) == 0


async def test_the_digits_are_nowhere(customers: Customers, database: Database):
    with structlog.testing.capture_logs() as logs:
        await customers.check_pin(LI_WEI, RIGHT_PIN)
        await customers.check_pin(LI_WEI, "97531")
        await customers.check_pin(WITHOUT_PIN, "97531")
    rows = await database.pool.fetch("select to_jsonb(p)::text from pin p")
    statements = await database.pool.fetch("select query from pg_stat_activity")
    everything = str(logs) + str([row[0] for row in rows]) + str([row[0] for row in statements])
    assert RIGHT_PIN not in everything
    assert "97531" not in everything


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path):
    key = pin_key(tmp_path)
    assert len(key) == 32
    assert pin_key(tmp_path) == key
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_key_in_the_environment_comes_first_and_leaves_no_file(tmp_path: Path):
    assert pin_key(tmp_path, "f" * 64) == pin_key(tmp_path, "f" * 64) != pin_key(tmp_path, "e" * 64)
    assert not [*tmp_path.iterdir()]


def readable_by_others(path: Path) -> None:
    path.chmod(0o644)


def cut_short(path: Path) -> None:
    path.write_bytes(b"short")


@pytest.mark.parametrize(("spoil", "says"), [(readable_by_others, "chmod 600"), (cut_short, "damaged")])
def test_a_spoilt_key_is_refused_with_what_to_do(tmp_path: Path, spoil: object, says: str):
    pin_key(tmp_path)
    assert callable(spoil)
    spoil(tmp_path / KEY_FILE)
    with pytest.raises(UserError, match=says):
        pin_key(tmp_path)


def test_a_short_key_in_the_environment_is_refused(tmp_path: Path):
    with pytest.raises(UserError, match="openssl rand"):
        pin_key(tmp_path, "secret")


# --- the record ---


async def add_contact(database: Database, contact: int, customer: int = LI_WEI, note: str = "") -> None:
    """An ended contact, handled by agent 7, as the history's fold writes it."""
    at = contact * 1000
    await database.pool.execute(
        """
        insert into interaction values (1, $1, 'voice', 'in', 'browser', '', null, '', 'main', 1, $2::bigint,
            $2::bigint + 500, 'answered', $3, 'A', 'en', true, '[]', '[]', '[]', 'cards', 7, 1, 2, 3, 0, '')
        """,
        contact,
        at,
        customer,
    )
    await database.pool.execute(
        "insert into engagement values (1, $1, $1, 7, 'cards', $2, $2, $2, $2, 'solved', $3, null)",
        contact,
        at,
        f"n{contact}",
    )
    if note:
        await database.pool.execute(
            "insert into personal_value values (1, $1, 'note', $2)", f"n{contact}", note
        )


async def test_a_record_holds_all_that_pops_up(customers: Customers, database: Database):
    await database.pool.execute("insert into person values (1, 'anna', 'Anna Berg', 'agent', 7)")
    await add_contact(database, 5, note="Asked for the fee")
    assert await customers.record(LI_WEI) == CustomerRecord(
        customer=1,
        name="Li Wei",
        grade="A",
        language="en",
        numbers=("+14155550101", "+16285550101"),
        since_year=2014,
        products=(
            Product("account", "Premier current account", "No. 10023", "尊享往来账户", "账号 10023"),
            Product(
                "card",
                "Platinum credit card",
                "ends in 4417, limit 20,000 USD",
                "白金信用卡",
                "尾号 4417，额度 20,000 美元",
            ),
            Product("mortgage", "Home loan", "fixed until 2031", "住房贷款", "固定利率至 2031 年"),
            Product(
                "vehicle",
                "2023 Tesla Model 3",
                "roadside plan, warranty until 2028",
                "2023 款 Tesla Model 3",
                "道路救援，保修至 2028 年",
            ),
        ),
        promises=(
            Promise(
                "2026-03-01",
                "The card's yearly fee of 95.00 USD will be refunded",
                "将退还 95.00 美元的信用卡年费",
            ),
        ),
        contacts=(PastContact(5, 5000, "cards", "Anna Berg", "answered", "solved", "Asked for the fee"),),
    )


async def test_a_record_shows_the_last_ten_contacts_newest_first(customers: Customers, database: Database):
    for contact in range(1, 14):
        await add_contact(database, contact)
    await add_contact(database, 99, customer=2)
    await database.pool.execute("update interaction set ended_at = null where contact = 13")
    record = await customers.record(LI_WEI)
    assert record is not None
    assert [contact.interaction for contact in record.contacts] == list(range(12, 2, -1))


async def test_an_erased_note_leaves_the_contact(customers: Customers, database: Database):
    await add_contact(database, 1, note="Private")
    await database.pool.execute("delete from personal_value")
    record = await customers.record(LI_WEI)
    assert record is not None
    assert [contact.note for contact in record.contacts] == [""]


async def test_nobody_has_no_record(customers: Customers):
    assert await customers.record(999) is None


async def test_the_statement_of_the_record_goes_by_indexes_alone(customers: Customers, database: Database):
    async with database.pool.acquire() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = off")
        plan = await connection.fetch("explain " + SQL.customer_records, 1, [LI_WEI], 10)
    assert "Seq Scan" not in "\n".join(row[0] for row in plan)


async def test_a_record_read_at_arrival_is_at_hand_until_a_wrap_up(customers: Customers, database: Database):
    assert customers.record_at_hand(LI_WEI) is None
    await customers.read_record(LI_WEI)
    await add_contact(database, 1)
    at_hand = customers.record_at_hand(LI_WEI)
    assert at_hand is not None
    assert at_hand.contacts == ()
    assert await customers.record(LI_WEI) is at_hand
    customers.invalidate(LI_WEI)
    fresh = await customers.record(LI_WEI)
    assert fresh is not None
    assert len(fresh.contacts) == 1


async def test_a_reading_that_a_wrap_up_overtook_is_not_kept(customers: Customers):
    reading = asyncio.create_task(customers.read_record(LI_WEI), name="read")
    await asyncio.sleep(0)  # it has asked the database
    customers.invalidate(LI_WEI)
    assert await reading is not None
    assert customers.record_at_hand(LI_WEI) is None


async def test_memory_holds_a_bounded_number_of_records(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("callcenter.store.customers.RECORDS_MAX", 2)
    customers = Customers(database, 1, b"k" * 32)
    await seed_customers(database, 1, customers, load_customers(DEMO), TODAY)
    for customer in (1, 2, 3):
        await customers.read_record(customer)
    assert [customers.record_at_hand(customer) is not None for customer in (1, 2, 3)] == [False, True, True]
    assert RECORDS_MAX > 100


# --- the file ---


async def test_seeding_twice_changes_nothing_and_unlocks_nobody(customers: Customers, database: Database):
    async def everything() -> list[str]:
        tables = ("customer", "customer_number", "account", "product", "promise", "pin")
        rows = []
        for table in tables:
            rows += await database.pool.fetch(f"select to_jsonb(t)::text as row from {table} t order by 1")
        return [row["row"] for row in rows]

    for _ in range(PIN_FAILURES_MAX):
        await customers.check_pin(LI_WEI, "0000")
    before = await everything()
    await seed_customers(database, 1, customers, load_customers(DEMO), TODAY)
    assert await everything() == before
    assert await customers.check_pin(LI_WEI, RIGHT_PIN) is PinResult.LOCKED


def test_the_demo_has_what_its_story_needs():
    setups = load_customers(DEMO)
    assert 10 <= len(setups) <= 14
    numbers = [number for setup in setups for number in setup.numbers]
    assert all(number[2:5] in ("415", "510", "628") and number[5:10] == "55501" for number in numbers)
    assert len(set(numbers)) == len(numbers) - 1, "the two Wangs share one"
    (li_wei,) = [setup for setup in setups if setup.name == "Li Wei"]
    assert (li_wei.grade, li_wei.pin) == ("A", "2468")
    assert [(one.days_ago, "fee" in one.promised, "refunded" in one.promised) for one in li_wei.promises] == [
        (1, True, True)
    ]


# --- Everybody ---


def everybody() -> tuple[CustomerSetup, ...]:
    return demo_customers(load_customers(DEMO))


def test_the_demo_has_240_customers_in_83_households():
    """Who shares a number lives together."""
    households: list[set[str]] = []
    for setup in everybody():
        mine = set(setup.numbers)
        for other in [one for one in households if one & mine]:
            households.remove(other)
            mine |= other
        households.append(mine)
    assert (len(everybody()), len(households)) == (CUSTOMERS, 83)


def test_all_that_the_demos_customers_have_is_told_in_both_languages():
    for setup in everybody():
        for product in setup.products:
            assert product.title_zh, product
            assert bool(product.detail) == bool(product.detail_zh), product
        assert all(promise.promised_zh for promise in setup.promises)


def test_the_demos_customers_are_the_same_at_every_start():
    assert everybody() == everybody()
    assert everybody()[:12] == load_customers(DEMO)
    assert everybody()[12] == CustomerSetup(
        customer=13,
        name="Hoa Tran",
        grade="A",
        language="en",
        since_year=2015,
        numbers=("+15105550100",),
        accounts=(AccountSetup("31176", 4666731),),
        products=(
            ProductSetup("account", "Premier current account", "No. 31176", "尊享往来账户", "账号 31176"),
            ProductSetup("card", "Gold credit card", "ends in 8367", "金卡信用卡", "尾号 8367"),
            ProductSetup("loan", "Car loan", "5 of 36 instalments paid", "汽车贷款", "已还 5 期，共 36 期"),
        ),
    )


def test_the_demos_customers_are_on_fictional_numbers_and_have_their_own_secrets():
    setups = everybody()
    numbers = {number for setup in setups for number in setup.numbers}
    assert all(re.fullmatch(r"\+1(415|510|628)55501[0-9]{2}", number) for number in numbers)
    assert not numbers & KEPT_FREE
    first = [setup.numbers[0] for setup in setups]
    assert len(set(first)) == len(first) - 1, "all but the two Wangs have a number of their own"
    assert len({setup.customer for setup in setups}) == len(setups)
    accounts = [account.account for setup in setups for account in setup.accounts]
    assert len(set(accounts)) == len(accounts)
    pins = [setup.pin for setup in setups if setup.pin]
    assert len(set(pins)) == len(pins) >= 220
    assert len({setup.name for setup in setups}) == len(setups)


def test_the_demos_customers_speak_two_languages_and_own_what_the_queues_are_for():
    setups = everybody()
    chinese = [setup for setup in setups if setup.language == "zh"]
    assert 0.2 < len(chinese) / len(setups) < 0.3
    assert all(re.search(r"[\u4e00-\u9fff]{2,3}$", setup.name) for setup in chinese)
    grades = Counter(setup.grade for setup in setups)
    assert grades["C"] > grades["B"] > grades["A"] > 10
    kinds = Counter(product.kind for setup in setups for product in setup.products)
    assert all(kinds[kind] >= 20 for kind in ("account", "card", "loan", "mortgage", "vehicle", "saving"))
    assert sum(len(setup.promises) for setup in setups) >= 10


async def test_all_240_are_at_the_telephone_in_no_time(database: Database):
    customers = Customers(database, 1, b"k" * 32)
    began = time.monotonic()
    await seed_customers(database, 1, customers, everybody(), TODAY)
    assert time.monotonic() - began < SEED_SECONDS_MAX
    sharing = await customers.by_number("+16285550100")
    assert sharing == Unknown(3)
    for setup in everybody()[-3:]:
        found = await customers.by_number(setup.numbers[0])
        assert isinstance(found, Found)
        assert (found.customer, found.language) == (setup.customer, setup.language)
        if setup.pin:
            assert await customers.check_pin(setup.customer, setup.pin) is PinResult.RIGHT


WRONG_FILE = """
[[customer]]
customer = 1
name = "A"
numbers = ["hello"]
accounts = [{ account = "10023", balance_cents = 1 }, { account = "10023", balance_cents = 2 }]
[[customer]]
customer = 1
name = "B"
"""


def test_a_wrong_file_is_refused_with_every_problem(tmp_path: Path):
    path = tmp_path / "customers.toml"
    path.write_text(WRONG_FILE)
    with pytest.raises(ConfigError) as caught:
        load_customers(path)
    found = [(problem.line, problem.what) for problem in caught.value.problems]
    assert (5, '"hello" is no telephone number') in found
    assert sum("comes twice" in what for _, what in found) == 4


@pytest.fixture(autouse=True)
def _no_output(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    assert RIGHT_PIN not in capsys.readouterr().out
