"""kill -9 of the service, the media process and PostgreSQL, at ten points of a call each.

By default one of them at each point, and each while people talk; with --long all of them everywhere.

The rule: whatever dies, whoever talks hears the other go on (after the media process: again, within seconds), the
call can be brought to its end, and the history and the day's figures are those of one whole call.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from centre_phone import Phone
from centre_screen import Screen
from whole_centre import SHOWN_CHARACTERS, Centre, Visitor

CALLER_HERTZ, AGENT_HERTZ = 440, 1000
PIN = "2468"
POINTS = (
    "ringing in",
    "greeting",
    "PIN entry",
    "after PIN",
    "waiting",
    "offered",
    "just answered",
    "talking",
    "after hang-up",
    "wrap-up",
)
SILENCE_SECONDS_MAX = {"service": 0.6, "postgres": 0.6, "media": 6.0}
"""of the other's voice. The media process is back in 3 s; its pages need a moment to notice and to rejoin"""
TAKES_UP_SECONDS = 1.0
"""so long a talk goes on after the kill"""

NEWEST = "select * from interaction order by contact desc limit 1"


@pytest.fixture(scope="module")
def centre() -> Iterator[Centre]:
    centre = Centre.make()
    centre.start()
    try:
        asyncio.run(centre.ready())
        yield centre
    finally:
        centre.stop()


@pytest.fixture
async def journey(centre: Centre) -> AsyncIterator[Journey]:
    async with AsyncExitStack() as stack:
        # Shown when the test has failed.
        stack.callback(lambda: print(centre.said()[-SHOWN_CHARACTERS:]))  # noqa: T201
        supervisor = await stack.enter_async_context(centre.visitor())
        await supervisor.sign_in("sam")
        floor = await stack.enter_async_context(Screen.open(supervisor, "queues", "agents", "waiting"))
        anna = await stack.enter_async_context(centre.visitor())
        await anna.sign_in("anna")
        desk = await stack.enter_async_context(Screen.open(anna, "desk:1"))
        line = await anna.station_line()
        phone = await stack.enter_async_context(Phone.open(line, origin=centre.address, hertz=AGENT_HERTZ))
        await desk.until(lambda: desk.row("me")["station"])
        caller = await stack.enter_async_context(centre.visitor())
        yield Journey(centre, floor, desk, phone, caller, stack)


class Journey:
    """One call of Li Wei's to Anna, from point to point; `killed` says what died on the way."""

    def __init__(
        self,
        centre: Centre,
        floor: Screen,
        desk: Screen,
        phone: Phone,
        visitor: Visitor,
        stack: AsyncExitStack,
    ) -> None:
        self.centre = centre
        self.floor = floor
        self.desk = desk
        self.phone = phone
        self.killed = ""
        self.killed_at = 0.0
        self._visitor = visitor
        self._stack = stack
        self.caller: Phone

    async def points(self) -> AsyncIterator[str]:
        """Each point as it is reached; what comes after it may find that something has died."""
        caller = await self._dial()
        yield "ringing in"
        await caller.joined()
        if caller.ended:  # nobody had written this call down: the caller rings again
            caller = await self._dial()
        await caller.hears_something(self.killed_at)
        await self.centre.at("greeting", "by_number", "quick")
        yield "greeting"
        await self._to_the_pin(caller)
        await caller.press(PIN[:2])
        keyed_at = time.monotonic()
        yield "PIN entry"
        if (
            self.killed == "media" and self.killed_at > keyed_at
        ):  # the digits died with it; the voice asks again
            await caller.joined()
            await caller.hears_something(self.killed_at)
            await caller.press(PIN[:2])
        await caller.press(PIN[2:])
        await self.centre.at("bank_menu")
        yield "after PIN"
        await caller.joined()
        await caller.hears_something(self.killed_at)
        await caller.press("0")
        await self.floor.until(lambda: self.floor.rows("waiting"))
        since_at = self._waiting_since()
        yield "waiting"
        await self.floor.until(lambda: self.floor.is_fresh and self.floor.rows("waiting"))
        assert self._waiting_since() == since_at, "whoever waited keeps the place"
        # Else an offer may find a phone that has just lost its line, and there are two.
        await self.phone.until(lambda: self.phone.connected)
        assert await self.desk.ask({"do": "ready"}) == ""
        await self.desk.until(lambda: self.desk.row("contact").get("customer"))
        self._record_is_popped()
        await self.phone.until(lambda: self.phone.ringing)
        yield "offered"
        await self._answer()
        yield "just answered"
        if self.killed:
            await self._answer_if_it_rings_again()
        await self._hear_each_other()
        talked_from = time.monotonic()
        yield "talking"
        if self.killed_at > talked_from:
            await self._go_on_talking()
        await caller.hang_up()
        yield "after hang-up"
        await self.desk.until(lambda: self.desk.row("contact").get("stage") == "wrap_up")
        engagement = self.desk.row("contact")["engagement"]
        yield "wrap-up"
        await self.desk.until(lambda: self.desk.row("contact"))
        save = {"do": "save", "engagement": engagement, "note": "All well.", "done": True}
        assert await self.desk.ask({**save, "disposition": "Question answered"}) == ""
        await self.desk.until(lambda: self.desk.row("me").get("routing") == "idle")

    async def _to_the_pin(self, caller: Phone) -> None:
        """English, then accounts; who took too long with the first is past it."""
        if await self._asks(caller, "quick", "main") == "quick":
            await caller.press("1")
            await self._asks(caller, "main")
        await caller.press("2")
        await self._asks(caller, "pin")

    async def _asks(self, caller: Phone, *nodes: str) -> str:
        """Which of these nodes it is that speaks now."""
        node = await self.centre.at(*nodes)
        await caller.joined()
        await caller.hears_something(self.killed_at)
        return node

    async def kill(self, what: str) -> None:
        self.killed, self.killed_at = what, time.monotonic()
        match what:
            case "service":
                self.centre.kill_service()
                self.centre.start()
            case "media":
                await self.centre.kill_media()
            case "postgres":
                await self.centre.kill_postgres()
        await self.centre.ready()

    async def figures(self) -> dict[str, int]:
        row = self.floor.rows("queues")["accounts"]
        return {name: row[name] for name in ("entered", "answered", "abandoned", "short_abandoned")}

    async def _dial(self) -> Phone:
        line = await self._visitor.caller_line()
        opened = Phone.open(line, origin=self.centre.address, hertz=CALLER_HERTZ)
        self.caller = await self._stack.enter_async_context(opened)
        await self.caller.joined()
        return self.caller

    def _waiting_since(self) -> int:
        (row,) = self.floor.rows("waiting").values()
        since: int = row["since_at"]
        return since

    def _record_is_popped(self) -> None:
        contact = self.desk.row("contact")
        assert contact["stage"] == "offered"
        assert contact["customer"]["name"] == "Li Wei"
        assert contact["verified"]

    async def _answer(self) -> None:
        await self.phone.until(lambda: self.phone.ringing)
        await self.phone.answer(self.phone.ringing[0])

    async def _answer_if_it_rings_again(self) -> None:
        """An answer that died with the media process before it was told: the desk rings again."""
        await self.phone.until(lambda: self.phone.ringing or self.phone.leg)
        if self.phone.ringing:
            await self._answer()

    async def _hear_each_other(self) -> None:
        await self.desk.until(lambda: self.desk.row("contact").get("stage") == "talking")
        await self.caller.hears(AGENT_HERTZ, self.killed_at)
        await self.phone.hears(CALLER_HERTZ, self.killed_at)

    async def _go_on_talking(self) -> None:
        heard_again = time.monotonic()
        await self._hear_each_other()
        await self.phone.until(lambda: time.monotonic() > heard_again + TAKES_UP_SECONDS)
        for phone, hertz in ((self.caller, AGENT_HERTZ), (self.phone, CALLER_HERTZ)):
            silence = phone.longest_silence(hertz, self.killed_at)
            assert silence < SILENCE_SECONDS_MAX[self.killed], f"{hertz} Hz was away for {silence:.2f} s"


def _kills() -> Iterator[object]:
    """(what, point) of each kill."""
    for number, point in enumerate(POINTS):
        for turn, what in enumerate(("service", "media", "postgres")):
            usual = point == "talking" or number % 3 == turn
            yield pytest.param(what, point, marks=() if usual else pytest.mark.long)


@pytest.mark.parametrize(("what", "point"), [*_kills()])
async def test_a_call_survives(what: str, point: str, journey: Journey):
    before = await journey.figures()
    async for reached in journey.points():
        if reached == point:
            await journey.kill(what)
    assert journey.killed == what
    await _history_is_whole(journey, what, point)
    await journey.floor.until(lambda: journey.floor.is_fresh)
    wanted = {**before, "entered": before["entered"] + 1, "answered": before["answered"] + 1}
    await journey.floor.until(lambda: wanted.items() <= journey.floor.row("accounts", "queues").items())
    assert not journey.floor.rows("waiting")
    assert await journey.desk.ask({"do": "sign-off"}) == ""


async def _history_is_whole(journey: Journey, what: str, point: str) -> None:
    """One outcome, one offer, one talk, one recording that states what is missing in it."""
    centre = journey.centre
    contact = await centre.settled(f"select * from ({NEWEST}) as newest where ended_at is not null")
    number = contact["contact"]
    assert contact["outcome"] == "answered"
    assert contact["quarantined"] == ""
    (offer,) = await centre.sql("select * from offer where contact = $1", number)
    assert offer["result"] == "accepted"
    visits = "select * from queue_visit where contact = $1"
    assert len(await centre.sql(visits, number)) == 1
    work = await centre.settled(
        "select * from engagement where contact = $1 and closed_at is not null", number
    )
    assert work["disposition"] == "Question answered"
    recording = await centre.settled(
        "select * from recording where contact = $1 and length_ms is not null", number
    )
    assert recording["failed"] == ""
    gap_ms = sum(end - start for start, end in json.loads(recording["gaps"]))
    if (what, point) == ("media", "talking"):
        assert 200 < gap_ms < 10_000
    elif what != "media":
        assert gap_ms < 1_000


async def test_a_waiting_caller_who_does_not_come_back_is_lost_by_our_fault(journey: Journey):
    before = await journey.figures()
    async for reached in journey.points():
        if reached == "waiting":
            break
    journey.caller.ended = "closed"  # no page that comes back
    await journey.kill("media")
    await journey.floor.until(lambda: not journey.floor.rows("waiting"))
    contact = await journey.centre.settled(f"select * from ({NEWEST}) as newest where ended_at is not null")
    assert contact["outcome"] == "lost_by_system"
    after = await journey.figures()
    assert after == {**before, "entered": before["entered"] + 1}, "never counted as an abandon"


async def test_whoever_waits_is_served_in_the_old_order_after_a_restart(journey: Journey, centre: Centre):
    """Two of the same grade: the first to come is the first to be offered, whoever died meanwhile."""
    async with centre.visitor() as first, centre.visitor() as second, AsyncExitStack() as stack:
        for visitor, name in ((first, "Aisha Rahman"), (second, "Elena Petrova")):
            line = await visitor.caller_line(name)
            phone = await stack.enter_async_context(
                Phone.open(line, origin=centre.address, hertz=CALLER_HERTZ)
            )
            waiting = len(journey.floor.rows("waiting"))
            await centre.at("quick")
            await phone.hears_something()
            await phone.press("0")
            await journey.floor.until(lambda: len(journey.floor.rows("waiting")) > waiting)  # noqa: B023
        queue = sorted(row["since_at"] for row in journey.floor.rows("waiting").values())
        await journey.kill("service")
        await journey.kill("media")
        await journey.floor.until(lambda: len(journey.floor.rows("waiting")) == 2)
        assert sorted(row["since_at"] for row in journey.floor.rows("waiting").values()) == queue
        assert await journey.desk.ask({"do": "ready"}) == ""
        await journey.desk.until(lambda: journey.desk.row("contact").get("customer"))
        assert journey.desk.row("contact")["customer"]["name"] == "Aisha Rahman"
        assert await journey.desk.ask({"do": "sign-off"}) == ""
