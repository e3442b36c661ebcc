"""Customers from a TOML file: the same file twice changes nothing, and never sets a PIN's counter back.

    [[customer]]
    customer = 1
    name = "Li Wei"
    ...                     see demo/customers.toml

Customers that the file doesn't name are left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from callcenter.errors import ConfigError, Problem
from callcenter.numbers import e164
from callcenter.setup.toml_source import Source, read, validate
from callcenter.store.customers import Customers
from callcenter.store.database import Database
from callcenter.store.statements import statements

SQL = statements("customers")

Text = Annotated[str, Meta(min_length=1, max_length=200)]
Maybe = Annotated[str, Meta(max_length=200)]
Digits = Annotated[str, Meta(pattern="^[0-9]{4,20}$")]
Number = Annotated[int, Meta(ge=1, lt=2**31)]


class AccountSetup(Struct, frozen=True, forbid_unknown_fields=True):
    account: Digits
    balance_cents: int


class ProductSetup(Struct, frozen=True, forbid_unknown_fields=True):
    kind: Text
    title: Text
    detail: Maybe = ""
    title_zh: Maybe = ""
    detail_zh: Maybe = ""


class PromiseSetup(Struct, frozen=True, forbid_unknown_fields=True):
    promised: Text
    days_ago: Annotated[int, Meta(ge=0, le=3650)] = 0
    promised_zh: Maybe = ""


class CustomerSetup(Struct, frozen=True, forbid_unknown_fields=True):
    customer: Number
    name: Text
    grade: Text = "C"
    language: Text = "en"
    since_year: int | None = None
    numbers: tuple[Text, ...] = ()
    pin: Digits | None = None
    accounts: tuple[AccountSetup, ...] = ()
    products: tuple[ProductSetup, ...] = ()
    promises: tuple[PromiseSetup, ...] = ()


class CustomerFile(Struct, frozen=True, forbid_unknown_fields=True):
    customer: tuple[CustomerSetup, ...] = ()


def load_customers(path: Path) -> tuple[CustomerSetup, ...]:
    """The customers in a file, numbers as E.164. Raises ConfigError with every problem at once."""
    source = read(path)
    found = validate(source, CustomerFile).customer
    if problems := [*_contradictions(source, found)]:
        raise ConfigError(problems)
    return found


async def seed_customers(
    database: Database, centre: int, customers: Customers, setups: Sequence[CustomerSetup], today: date
) -> None:
    """Make these customers what the file says, all or none."""
    async with database.pool.acquire() as connection, connection.transaction():
        ids = [setup.customer for setup in setups]
        await connection.executemany(SQL.put_customer, [_customer_row(centre, setup) for setup in setups])
        for statement in (SQL.drop_numbers, SQL.drop_accounts, SQL.drop_products, SQL.drop_promises):
            await connection.execute(statement, centre, ids)
        await connection.executemany(SQL.put_number, [*_number_rows(centre, setups)])
        await connection.executemany(SQL.put_account, [*_account_rows(centre, setups)])
        await connection.executemany(SQL.put_product, [*_product_rows(centre, setups)])
        await connection.executemany(SQL.put_promise, [*_promise_rows(centre, setups, today)])
        for setup in setups:
            if setup.pin is not None:
                await customers.pins.put(connection, setup.customer, setup.pin)
    for setup in setups:
        customers.invalidate(setup.customer)


Row = tuple[object, ...]


def _customer_row(centre: int, setup: CustomerSetup) -> Row:
    return centre, setup.customer, setup.name, setup.grade, setup.language, setup.since_year


def _number_rows(centre: int, setups: Sequence[CustomerSetup]) -> Iterator[Row]:
    for setup in setups:
        for position, number in enumerate(setup.numbers):
            yield centre, e164(number), setup.customer, position


def _account_rows(centre: int, setups: Sequence[CustomerSetup]) -> Iterator[Row]:
    for setup in setups:
        for position, account in enumerate(setup.accounts):
            yield centre, account.account, setup.customer, position, account.balance_cents


def _product_rows(centre: int, setups: Sequence[CustomerSetup]) -> Iterator[Row]:
    for setup in setups:
        for position, product in enumerate(setup.products):
            words = product.title, product.detail, product.title_zh, product.detail_zh
            yield centre, setup.customer, position, product.kind, *words


def _promise_rows(centre: int, setups: Sequence[CustomerSetup], today: date) -> Iterator[Row]:
    for setup in setups:
        for position, promise in enumerate(setup.promises):
            made_on = today - timedelta(days=promise.days_ago)
            yield centre, setup.customer, position, made_on, promise.promised, promise.promised_zh


def _contradictions(source: Source, setups: Sequence[CustomerSetup]) -> Iterator[Problem]:
    """What is wrong although every key for itself is right."""
    ids = Counter(setup.customer for setup in setups)
    accounts = Counter(account.account for setup in setups for account in setup.accounts)
    for place, setup in enumerate(setups):
        if ids[setup.customer] > 1:
            yield source.problem(("customer", place, "customer"), f"{setup.customer} comes twice")
        for position, number in enumerate(setup.numbers):
            if e164(number) is None:
                where = ("customer", place, "numbers", position)
                yield source.problem(
                    where, f'"{number}" is no telephone number', expected='one like "+14155550101"'
                )
        for position, account in enumerate(setup.accounts):
            if accounts[account.account] > 1:
                key = ("customer", place, "accounts", position, "account")
                yield source.problem(key, f'"{account.account}" comes twice')
