"""Customers: found by number or account, verified by PIN, shown as one record.

    found = await customers.by_number("+14155550101")      # Found, or Unknown(matches): none or several
    result = await customers.check_pin(found.customer, digits)
    record = await customers.record(found.customer)        # one indexed statement, or from memory

A record is read afresh when the call arrives and kept for the moment when it pops up on a desk; the newest
`RECORDS_MAX` stay. What many calls want to know at once is asked together.
"""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence

import asyncpg
import msgspec
from msgspec import Struct

from callcenter.customer_record import CustomerRecord
from callcenter.facts import PinResult
from callcenter.store.database import Database
from callcenter.store.gathered import Gathered
from callcenter.store.pins import Pins
from callcenter.store.statements import statements

SQL = statements("customers")

RECORDS_MAX = 2_000
PAST_CONTACTS_MAX = 10
ACCOUNT_DIGITS_MAX = 20
SOUGHT_DIGITS_MIN = 3
"""fewer are in everybody's number"""
CURRENCY = "USD"

_E164 = re.compile(r"\+[0-9]{1,20}")

_RECORD = msgspec.json.Decoder(CustomerRecord)


class Found(Struct, frozen=True):
    """One customer. `values`: what the IVR may read out, by name, e.g. balance "1234.56 USD"."""

    customer: int
    grade: str
    language: str
    values: Mapping[str, str]


class Unknown(Struct, frozen=True):
    """Nobody, or (`matches` > 1) more than one."""

    matches: int = 0


class Customers:
    """The customers of one centre; `key` is the one from `pins.pin_key`."""

    def __init__(self, database: Database, centre: int, key: bytes) -> None:
        self.pins = Pins(database.pool, centre, key)
        self._pool = database.pool
        self._centre = centre
        self._numbers = Gathered(self._find_numbers)
        self._accounts = Gathered(self._find_accounts)
        self._records_wanted = Gathered(self._find_records)
        self._records: OrderedDict[int, CustomerRecord] = OrderedDict()
        self._readings: dict[int, object] = {}
        """which reading of a record is the latest; one that was overtaken or invalidated isn't kept"""

    async def by_number(self, number: str) -> Found | Unknown:
        """`number` is E.164; nobody has any other."""
        return (_E164.fullmatch(number) and await self._numbers.ask(number)) or Unknown()

    async def by_account(self, text: str) -> Found | Unknown:
        """`text` as it was keyed; what isn't digits between them is let pass."""
        digits = re.sub(r"[\s.-]", "", text)
        if not digits.isascii() or not digits.isdigit() or len(digits) > ACCOUNT_DIGITS_MAX:
            return Unknown()
        return await self._accounts.ask(digits) or Unknown()

    async def by_customer(self, customer: int) -> Found | Unknown:
        row = await self._pool.fetchrow(SQL.customer_known, self._centre, customer)
        return Unknown() if row is None else _customer(row)

    async def check_pin(self, customer: int, digits: str) -> PinResult:
        return await self.pins.check(customer, digits)

    async def record(self, customer: int) -> CustomerRecord | None:
        """What the desk shows. None: there is no such customer (any more)."""
        return self.record_at_hand(customer) or await self.read_record(customer)

    def record_at_hand(self, customer: int) -> CustomerRecord | None:
        """The record if it is in memory."""
        record = self._records.get(customer)
        if record is not None:
            self._records.move_to_end(customer)
        return record

    async def read_record(self, customer: int) -> CustomerRecord | None:
        """The record afresh from the database, and from now on at hand: wanted when a call arrives."""
        reading = self._readings[customer] = object()
        try:
            text = await self._records_wanted.ask(customer)
            latest = self._readings.get(customer) is reading
        finally:
            if self._readings.get(customer) is reading:
                del self._readings[customer]
        if text is None:
            return None
        record = _RECORD.decode(text)
        if latest:
            self._keep(customer, record)
        return record

    def invalidate(self, customer: int) -> None:
        """Something about this customer has changed."""
        self._records.pop(customer, None)
        self._readings.pop(customer, None)

    async def by_name(self, part: str, limit: int) -> list[int]:
        """At most `limit` customers with `part` in their names, whatever its case."""
        rows = await self._pool.fetch(SQL.customers_by_name, self._centre, part.strip(), limit)
        return [row["customer"] for row in rows]

    async def having(self, number: str, limit: int) -> list[int]:
        """At most `limit` of those who have this number; `number` is E.164."""
        rows = await self._pool.fetch(SQL.customers_having, self._centre, number, limit)
        return [row["customer"] for row in rows]

    async def sought(self, text: str, limit: int) -> list[int]:
        """At most `limit` customers with `text` in their names, or its digits in one of their numbers."""
        text = text.strip()
        digits = re.sub(r"[\s().+-]", "", text)
        if not (digits.isascii() and digits.isdigit() and len(digits) >= SOUGHT_DIGITS_MIN):
            digits = ""
        rows = await self._pool.fetch(SQL.customers_sought, self._centre, text, digits, limit)
        return [row["customer"] for row in rows]

    async def names(self, customers: Sequence[int]) -> dict[int, str]:
        rows = await self._pool.fetch(SQL.customer_names, self._centre, list(customers))
        return {row["customer"]: row["name"] for row in rows}

    async def _find_numbers(self, numbers: Sequence[str]) -> dict[str, Found | Unknown]:
        return _found(await self._pool.fetch(SQL.customers_by_number, self._centre, numbers))

    async def _find_accounts(self, accounts: Sequence[str]) -> dict[str, Found | Unknown]:
        return _found(await self._pool.fetch(SQL.customers_by_account, self._centre, accounts))

    async def _find_records(self, customers: Sequence[int]) -> dict[int, str]:
        rows = await self._pool.fetch(SQL.customer_records, self._centre, customers, PAST_CONTACTS_MAX)
        return {row["customer"]: row["record"] for row in rows}

    def _keep(self, customer: int, record: CustomerRecord) -> None:
        self._records[customer] = record
        self._records.move_to_end(customer)
        if len(self._records) > RECORDS_MAX:
            self._records.popitem(last=False)


def _found(rows: Sequence[asyncpg.Record]) -> dict[str, Found | Unknown]:
    """What was asked -> who that is, or how many they are."""
    by_asked: defaultdict[str, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        by_asked[row["asked"]].append(row)
    return {
        asked: _customer(same[0]) if len(same) == 1 else Unknown(len(same))
        for asked, same in by_asked.items()
    }


def _customer(row: asyncpg.Record) -> Found:
    cents = row["balance_cents"]
    values = {} if cents is None else {"balance": money(cents)}
    return Found(row["customer"], row["grade"], row["language"], values)


def money(cents: int) -> str:
    """-5 → "-0.05 USD": the form that the IVR's `money` filter reads out."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02} {CURRENCY}"
