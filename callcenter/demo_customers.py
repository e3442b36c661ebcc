"""The demo bank's customers: those whom its story names, and as many more by rule, the same at every start.

The rule: 240 people in 83 households around the bay. Who lives together shares a line at home; nearly everybody has
a number of their own before it, all of them reserved for fiction (555-0100 to 555-0199). A household speaks the
languages of its generations: parents Mandarin, children more often English.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from random import Random
from typing import TypeVar

from callcenter.demo_names import (
    ACCOUNTS,
    CARDS,
    CARS,
    CHINESE_GIVEN,
    CHINESE_SURNAMES,
    COVERS,
    FAMILIES,
    PROMISES,
    RATES,
)
from callcenter.store.customer_import import AccountSetup, CustomerSetup, ProductSetup, PromiseSetup

T = TypeVar("T")

CUSTOMERS = 240
SEED = 83
AREAS = ("415", "510", "628")
KEPT_FREE = frozenset(("+14155550100", "+14155550177", "+14155550199"))
"""the bank's own, a stranger's, and nobody's"""
SIZES = (1, 3, 4, 5, 4, 1, 4, 3, 5, 1, 4, 4, 3, 1, 5, 4, 1, 4)
"""of one household after the other, over and over"""
CHINESE_ONE_IN = 3
FIRST_ACCOUNT = 31_007
ACCOUNT_STEP = 13
THIS_YEAR = 2026
BALANCES = {"A": (1_500_000, 9_000_000), "B": (150_000, 2_000_000), "C": (-20_000, 300_000)}
"""in cents, from and to"""


def demo_customers(named: Sequence[CustomerSetup]) -> tuple[CustomerSetup, ...]:
    """`named` first, then so many more that there are CUSTOMERS of them."""
    maker = _Maker(named)
    more: list[CustomerSetup] = []
    while (left := CUSTOMERS - len(named) - len(more)) > 0:
        more += maker.household(left)
    return (*named, *more)


class _Maker:
    def __init__(self, named: Sequence[CustomerSetup]) -> None:
        self._chance = Random(SEED)
        self._next = max((one.customer for one in named), default=0) + 1
        self._households = 0
        self._numbers = _free_numbers({number for one in named for number in one.numbers})
        self._pins = {one.pin for one in named}
        self._names = {" ".join(one.name.split()[:2]) for one in named}
        self._families = [(surname, given) for surnames, given in FAMILIES for surname in surnames]

    def household(self, most: int) -> Iterator[CustomerSetup]:
        size = min(SIZES[self._households % len(SIZES)], most)
        chinese = self._households % CHINESE_ONE_IN == 1
        self._households += 1
        home = (next(self._numbers),) if size > 1 else ()
        people = self._chinese_family(size) if chinese else self._other_family(size)
        for member, (name, language) in enumerate(people):
            yield self._customer(name, language, (next(self._numbers), *home), parent=member < 2)

    def _chinese_family(self, size: int) -> Iterator[tuple[str, str]]:
        """(name, language) of each. Characters stand beside the sound where Mandarin is spoken."""
        sound, character = self._one(CHINESE_SURNAMES)
        written = {f"{sound} {given}": f"{character}{one}" for given, one in CHINESE_GIVEN}
        for member in range(size):
            name = self._unused([*written])
            if member >= 2 and self._part() < 0.5:
                yield name, "en"
            else:
                yield f"{name} {written[name]}", "zh"

    def _other_family(self, size: int) -> Iterator[tuple[str, str]]:
        surname, given = self._families.pop(int(self._part() * len(self._families)))
        for _ in range(size):
            yield self._unused([f"{one} {surname}" for one in given]), "en"

    def _customer(self, name: str, language: str, numbers: tuple[str, ...], *, parent: bool) -> CustomerSetup:
        number, self._next = self._next, self._next + 1
        grade = self._grade(parent)
        account = str(FIRST_ACCOUNT + ACCOUNT_STEP * number)
        low, high = BALANCES[grade]
        since = THIS_YEAR - 1 - int(self._part() * (28 if parent else 9))
        return CustomerSetup(
            number,
            name,
            grade,
            language,
            since,
            numbers,
            self._pin(),
            (AccountSetup(account, low + int(self._part() ** 2 * (high - low))),),
            (*self._products(account, grade, parent),),
            self._promises(),
        )

    def _products(self, account: str, grade: str, parent: bool) -> Iterator[ProductSetup]:
        title, title_zh = ACCOUNTS[grade]
        yield ProductSetup("account", title, f"No. {account}", title_zh, f"账号 {account}")
        if self._part() < 0.6:
            title, title_zh = self._one(CARDS)
            last = 1000 + int(self._part() * 9000)
            yield ProductSetup("card", title, f"ends in {last}", title_zh, f"尾号 {last}")
        if parent and self._part() < 0.3:
            paid, of = 1 + int(self._part() * 30), self._one((36, 48, 60))
            yield ProductSetup(
                "loan",
                "Car loan",
                f"{paid} of {of} instalments paid",
                "汽车贷款",
                f"已还 {paid} 期，共 {of} 期",
            )
        if parent and self._part() < 0.25:
            year = THIS_YEAR + 1 + int(self._part() * 12)
            yield ProductSetup(
                "mortgage", "Home loan", f"fixed until {year}", "住房贷款", f"固定利率至 {year} 年"
            )
        if self._part() < 0.3:
            rate, rate_zh = self._one(RATES)
            yield ProductSetup("saving", "Savings account", rate, "储蓄账户", rate_zh)
        if parent and self._part() < 0.6:
            year = THIS_YEAR - 1 - int(self._part() * 8)
            cover, cover_zh = self._one(COVERS)
            car = self._one(CARS)
            detail, detail_zh = f"{cover}, warranty until {year + 5}", f"{cover_zh}，保修至 {year + 5} 年"
            yield ProductSetup("vehicle", f"{year} {car}", detail, f"{year} 款 {car}", detail_zh)

    def _promises(self) -> tuple[PromiseSetup, ...]:
        if self._part() > 0.08:
            return ()
        promised, promised_zh = self._one(PROMISES)
        return (PromiseSetup(promised, 1 + int(self._part() * 20), promised_zh),)

    def _grade(self, parent: bool) -> str:
        drawn = self._part()
        return "A" if parent and drawn < 0.2 else "B" if drawn < (0.55 if parent else 0.25) else "C"

    def _pin(self) -> str | None:
        """Some have not chosen one yet."""
        if self._part() < 0.07:
            return None
        pin: str | None = None
        while pin is None or pin in self._pins:
            pin = f"{1000 + int(self._part() * 9000)}"
        self._pins.add(pin)
        return pin

    def _unused(self, names: Sequence[str]) -> str:
        """Nobody is called like another, or a demonstration could not tell them apart."""
        self._names.add(name := self._one([name for name in names if name not in self._names]))
        return name

    def _one(self, several: Sequence[T]) -> T:
        return several[int(self._part() * len(several))]

    def _part(self) -> float:
        """Python promises the same numbers for a seed of this method alone, whatever its release."""
        return self._chance.random()


def _free_numbers(taken: set[str]) -> Iterator[str]:
    """One area after the other in turn, so that a household's numbers lie about the bay as families do."""
    every = chain.from_iterable((f"+1{area}55501{last:02}" for area in AREAS) for last in range(100))
    return (number for number in every if number not in taken | KEPT_FREE)
