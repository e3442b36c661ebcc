"""What the screens know of people: names, numbers, notes, customers' records.

The rule: a row is drawn at once with what is at hand; what is not is looked up meanwhile and the row drawn again.
The last values stay here, so a record that was dropped elsewhere doesn't vanish from a desk in mid-call.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Generic, Literal, Protocol, TypeVar

from callcenter.customer_record import CustomerRecord
from callcenter.facts import Ref

KEPT_MAX = 5_000
"""values of each kind"""

K = TypeVar("K")
V = TypeVar("V")

RowKey = tuple[str, str]
"""(topic, key)"""
Missing = tuple[Literal["record"], int] | tuple[Literal["name"], int] | tuple[Literal["value"], Ref]


class People(Protocol):
    """Where people's names and values live. `*_at_hand` look into memory; what is awaited may take its time."""

    def agent_name(self, agent: int) -> str: ...

    def lines_of(self, agent: int) -> frozenset[str]: ...

    def record_at_hand(self, customer: int) -> CustomerRecord | None: ...

    async def record(self, customer: int) -> CustomerRecord | None: ...

    async def names(self, customers: Sequence[int]) -> Mapping[int, str]: ...

    def value_at_hand(self, ref: Ref) -> str | None: ...

    async def values(self, refs: Sequence[Ref]) -> Mapping[Ref, str]: ...


class Book:
    """The `Names` that rows are drawn with; it remembers which row lacks what."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._records: _Kept[int, CustomerRecord] = _Kept()
        self._names: _Kept[int, str] = _Kept()
        self._values: _Kept[Ref, str] = _Kept()
        self._row: RowKey | None = None
        self._missing: dict[Missing, set[RowKey]] = {}
        """what is being looked up, or soon will be -> the rows that lack it"""
        self._wanted: list[Missing] = []
        self._is_wanted = asyncio.Event()

    def for_row(self, row: RowKey | None) -> None:
        """What is missing from now on is missing in this row; None: it has just been looked up, leave it."""
        self._row = row

    def agent(self, agent: int) -> str:
        return self._people.agent_name(agent)

    def lines_of(self, agent: int) -> frozenset[str]:
        return self._people.lines_of(agent)

    def record(self, customer: int) -> CustomerRecord | None:
        record = self._people.record_at_hand(customer)
        if record is not None:
            self._records.keep(customer, record)
            return record
        self._miss(("record", customer))
        return self._records.get(customer)

    def customer(self, customer: int) -> str:
        record = self._people.record_at_hand(customer)
        if record is not None:
            self._names.keep(customer, record.name)
            return record.name
        name = self._names.get(customer)
        if name is None:
            self._miss(("name", customer))
        return name or ""

    def value(self, ref: Ref) -> str:
        text = self._people.value_at_hand(ref)
        if text is None and (text := self._values.get(ref)) is None:
            self._miss(("value", ref))
            return ""
        self._values.keep(ref, text)
        return text

    async def look_up(self) -> set[RowKey]:
        """Waits until something is missing and reads it; the rows that can be drawn better now.

        Raises what the store raises; what was not found is asked for again when its row is drawn again."""
        await self._is_wanted.wait()
        self._is_wanted.clear()
        wanted, self._wanted = self._wanted, []
        found: list[Missing] = []
        try:
            await self._read(wanted, found)
        finally:
            rows = {missing: self._missing.pop(missing) for missing in wanted}
        return set().union(*(rows[missing] for missing in found))

    async def _read(self, wanted: Sequence[Missing], found: list[Missing]) -> None:
        # Records first: they pop up on desks.
        for missing in wanted:
            if missing[0] == "record" and (record := await self._people.record(missing[1])) is not None:
                self._records.keep(missing[1], record)
                found.append(missing)
        if refs := [missing[1] for missing in wanted if missing[0] == "value"]:
            for ref, text in (await self._people.values(refs)).items():
                self._values.keep(ref, text)
                found.append(("value", ref))
        if customers := [missing[1] for missing in wanted if missing[0] == "name"]:
            for customer, name in (await self._people.names(customers)).items():
                self._names.keep(customer, name)
                found.append(("name", customer))

    def _miss(self, missing: Missing) -> None:
        if self._row is None:
            return
        rows = self._missing.get(missing)
        if rows is None:
            rows = self._missing[missing] = set()
            self._wanted.append(missing)
            self._is_wanted.set()
        rows.add(self._row)


class _Kept(Generic[K, V]):
    """The values used last."""

    def __init__(self) -> None:
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def keep(self, key: K, value: V) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > KEPT_MAX:
            self._values.popitem(last=False)
