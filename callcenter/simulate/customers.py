"""Customers as look-ups find them: of the small centre by chance, of a real one by its list."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol

from callcenter.engine.look_ups import Customers
from callcenter.facts import PinResult
from callcenter.simulate.faults import Dice
from callcenter.store.customer_import import CustomerSetup
from callcenter.store.customers import Found, Unknown, money

ANSWER_MS_MAX = 300
QUICK_MS_MAX = 8
SLOW_MS = (4_000, 7_000)


class Mood(Protocol):
    """Calm: everybody keys the right PIN."""

    calm: bool


class Proving(Customers, Protocol):
    """Customers whose PINs somebody may look up again."""

    proven: Counter[int]
    """how often a customer keyed the right one"""


class Townspeople:
    """`Customers` of `callcenter.engine.look_ups`: anybody, nobody or several."""

    def __init__(self, dice: Dice, mood: Mood) -> None:
        self._dice = dice
        self._mood = mood
        self._random = dice.of("customers")
        self.proven: Counter[int] = Counter()

    async def by_number(self, number: str) -> Found | Unknown:
        return await self._anybody()

    async def by_account(self, account: str) -> Found | Unknown:
        return await self._anybody()

    async def by_customer(self, customer: int) -> Found | Unknown:
        return await self._anybody(customer)

    async def check_pin(self, customer: int, digits: str) -> PinResult:
        await _look_up(self._dice, ANSWER_MS_MAX)
        right, wrong, locked = PinResult.RIGHT, PinResult.WRONG, PinResult.LOCKED
        result = right if self._mood.calm else self._random.choice([right, right, wrong, locked])
        self.proven[customer] += result is right
        return result

    async def read_record(self, customer: int) -> None:
        """Nobody looks at a desk here."""

    async def _anybody(self, customer: int | None = None) -> Found | Unknown:
        await _look_up(self._dice, ANSWER_MS_MAX)
        random = self._random
        if random.random() < 0.25:
            return Unknown(random.choice([0, 2]))
        language = random.choice(["en", "en", "zh", "fr"])
        return Found(
            customer or random.randrange(1, 9), random.choice("ABC"), language, {"balance": money(1200)}
        )


class Directory:
    """`Customers` of `callcenter.engine.look_ups`: those of a list."""

    def __init__(self, customers: Sequence[CustomerSetup], dice: Dice) -> None:
        self._dice = dice
        self.proven: Counter[int] = Counter()
        self._by_number: defaultdict[str, list[CustomerSetup]] = defaultdict(list)
        self._by_account: dict[str, CustomerSetup] = {}
        self._by_customer = {customer.customer: customer for customer in customers}
        for customer in customers:
            for number in customer.numbers:
                self._by_number[number].append(customer)
            self._by_account |= {account.account: customer for account in customer.accounts}

    async def by_number(self, number: str) -> Found | Unknown:
        await _look_up(self._dice, QUICK_MS_MAX)
        same = self._by_number.get(number, [])
        return _found(same[0]) if len(same) == 1 else Unknown(len(same))

    async def by_account(self, account: str) -> Found | Unknown:
        await _look_up(self._dice, QUICK_MS_MAX)
        customer = self._by_account.get(account)
        return _found(customer) if customer is not None else Unknown()

    async def by_customer(self, customer: int) -> Found | Unknown:
        await _look_up(self._dice, QUICK_MS_MAX)
        known = self._by_customer.get(customer)
        return _found(known) if known is not None else Unknown()

    async def check_pin(self, customer: int, digits: str) -> PinResult:
        await _look_up(self._dice, QUICK_MS_MAX)
        known = self._by_customer.get(customer)
        right = known is not None and known.pin == digits
        self.proven[customer] += right
        return PinResult.RIGHT if right else PinResult.WRONG

    async def read_record(self, customer: int) -> None:
        """Nobody looks at a desk here."""


def _found(customer: CustomerSetup) -> Found:
    balance = {"balance": money(customer.accounts[0].balance_cents)} if customer.accounts else {}
    return Found(customer.customer, customer.grade, customer.language, balance)


async def _look_up(dice: Dice, usual_ms_max: int) -> None:
    if dice.strikes("look_up_lost"):
        await asyncio.Future()
    slow = dice.strikes("look_up_slow")
    random = dice.of("look_up_slow" if slow else "look-up")
    wait_ms = random.randint(*(SLOW_MS if slow else (1, usual_ms_max)))
    await asyncio.sleep(wait_ms / 1_000)
    if dice.strikes("look_up_failed"):
        raise ConnectionResetError("the customer base is away")
