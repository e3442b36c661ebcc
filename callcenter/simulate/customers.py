"""Who calls the small centre, as its look-ups find them: anybody, nobody, several, or no answer at all."""

from __future__ import annotations

import asyncio
from typing import Protocol

from callcenter.facts import PinResult
from callcenter.simulate.faults import Dice
from callcenter.store.customers import Found, Unknown

ANSWER_MS_MAX = 300
SLOW_MS = (4_000, 7_000)


class Mood(Protocol):
    """Calm: everybody is known and keys the right PIN."""

    calm: bool


class Townspeople:
    """`Customers` of `callcenter.engine.look_ups`."""

    def __init__(self, dice: Dice, mood: Mood) -> None:
        self._dice = dice
        self._mood = mood
        self._random = dice.of("look_up_failed")

    async def by_number(self, number: str) -> Found | Unknown:
        return await self._anybody()

    async def by_account(self, account: str) -> Found | Unknown:
        return await self._anybody()

    async def by_customer(self, customer: int) -> Found | Unknown:
        return await self._anybody(customer)

    async def check_pin(self, customer: int, digits: str) -> PinResult:
        await self._takes_its_time()
        if self._mood.calm:
            return PinResult.RIGHT
        right, wrong, locked = PinResult.RIGHT, PinResult.WRONG, PinResult.LOCKED
        return self._random.choice([right, right, wrong, locked])

    async def read_record(self, customer: int) -> None:
        """Nobody looks at a desk here."""

    async def _anybody(self, customer: int | None = None) -> Found | Unknown:
        await self._takes_its_time()
        random = self._random
        if random.random() < 0.25:
            return Unknown(random.choice([0, 2]))
        language = random.choice(["en", "en", "zh", "fr"])
        return Found(
            customer or random.randrange(1, 9), random.choice("ABC"), language, {"balance": "12.00 USD"}
        )

    async def _takes_its_time(self) -> None:
        dice = self._dice
        if dice.strikes("look_up_lost"):
            await asyncio.Future()
        slow = dice.strikes("look_up_slow")
        await asyncio.sleep(
            dice.of("look_up_slow").randint(*(SLOW_MS if slow else (1, ANSWER_MS_MAX))) / 1_000
        )
        if dice.strikes("look_up_failed"):
            raise ConnectionResetError("the customer base is away")
