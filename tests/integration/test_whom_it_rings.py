"""Whose desk a call rings at: a person's before a simulated agent's, and nobody's who does not answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import NamedTuple

import pytest
from centre_phone import Phone
from centre_screen import Screen
from whole_centre import Centre, Visitor, until


class People(NamedTuple):
    """Anna at her desk, and a caller who may ring."""

    centre: Centre
    desk: Screen
    phone: Phone
    visitor: Visitor
    stack: AsyncExitStack
    since_seq: int
    """the journal's last entry before this test"""

    async def call_a_person(self) -> Phone:
        """Somebody whose number is hidden keys 0 at once."""
        line = await self.visitor.caller_line("Somebody new")
        caller = await self.stack.enter_async_context(Phone.open(line, origin=self.centre.address, hertz=440))
        await self.centre.at("language")
        await caller.hears_something()
        await caller.press("0")
        return caller

    async def takes_the_call(self) -> None:
        await self.phone.until(lambda: self.phone.ringing)
        await self.phone.answer(self.phone.ringing[0])
        await self.desk.until(lambda: self.desk.row("contact").get("stage") == "talking")

    async def codes_it(self) -> None:
        await self.desk.until(lambda: self.desk.row("contact").get("stage") == "wrap_up")
        engagement = self.desk.row("contact")["engagement"]
        save = {"do": "save", "engagement": engagement, "disposition": "Complaint", "note": "", "done": True}
        assert await self.desk.ask(save) == ""
        await self.desk.until(lambda: not self.desk.row("contact"))

    async def is_talked_to(self, caller: Phone) -> None:
        async def talking() -> bool:
            opened = "select from journal where decisions like '%engagement-opened%' and seq > $1"
            return bool(await self.centre.sql(opened, self.since_seq))

        await until(talking)
        await caller.hears_something(time.monotonic())

    async def offers(self) -> list[tuple[int, str]]:
        """(agent, result) of the newest contact's, in their order."""
        await self.centre.history_written()
        rows = await self.centre.sql(
            "select agent, result from offer where contact = (select max(contact) from interaction) order by offer"
        )
        return [(row["agent"], row["result"]) for row in rows]


@pytest.fixture(scope="module")
def centre() -> Iterator[Centre]:
    centre = Centre.make(agents=2)
    centre.start()
    try:
        asyncio.run(centre.ready())
        yield centre
    finally:
        centre.stop()


@pytest.fixture
async def people(centre: Centre) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        anna = await (await stack.enter_async_context(centre.visitor())).sign_in("anna")
        desk = await stack.enter_async_context(Screen.open(anna, "desk:1"))
        line = await anna.station_line()
        phone = await stack.enter_async_context(Phone.open(line, origin=centre.address, hertz=1000))
        await desk.until(lambda: desk.row("me")["station"])
        visitor = await stack.enter_async_context(centre.visitor())
        (last,) = await centre.sql("select max(seq) as seq from journal")
        yield People(centre, desk, phone, visitor, stack, last["seq"])
        assert await desk.ask({"do": "sign-off"}) == ""


async def test_a_simulated_agent_takes_the_call_when_no_person_is_ready(people: People):
    caller = await people.call_a_person()
    await people.is_talked_to(caller)
    ((agent, result),) = await people.offers()
    assert (agent != 1, result) == (True, "accepted")
    await caller.hang_up()


async def test_a_person_is_preferred_and_has_the_break_that_was_asked_for_meanwhile(people: People):
    assert await people.desk.ask({"do": "ready"}) == ""
    caller = await people.call_a_person()
    await people.takes_the_call()
    assert await people.desk.ask({"do": "away", "reason": "Lunch"}) == ""
    await people.desk.until(lambda: people.desk.row("me")["postponed"] == "away:Lunch")
    assert people.desk.row("me")["routing"] == "on_contact"
    await caller.hang_up()
    await people.codes_it()
    await people.desk.until(lambda: people.desk.row("me")["presence"] == "away")
    assert people.desk.row("me")["reason"] == "Lunch"
    assert await people.offers() == [(1, "accepted")]


async def test_a_desk_that_does_not_answer_gets_no_more_and_somebody_else_does(people: People):
    assert await people.desk.ask({"do": "ready"}) == ""
    caller = await people.call_a_person()
    await people.desk.until(lambda: people.desk.row("me")["routing"] == "not_responding")
    assert not people.desk.row("contact"), "the record went with the call"
    await people.is_talked_to(caller)
    first, (agent, result) = await people.offers()
    assert first == (1, "timed_out")
    assert (agent != 1, result) == (True, "accepted")
    await caller.hang_up()
    assert await people.desk.ask({"do": "ready"}) == ""
    await people.desk.until(lambda: people.desk.row("me")["routing"] == "idle")
