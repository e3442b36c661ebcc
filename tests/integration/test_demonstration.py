"""The demonstration as people start it: with a past that survives kill -9, and a day that goes by in minutes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from centre_screen import Screen
from whole_centre import SHOWN_CHARACTERS, Centre, until

SPEED = 120


def make(*arguments: str) -> Centre:
    folder = Path(tempfile.mkdtemp(prefix="callcenter-demo-"))
    folder.chmod(0o711)  # PostgreSQL's own user goes through it
    return Centre(folder, *arguments)


@pytest.fixture
def looking_back() -> Iterator[Centre]:
    centre = make("--history-days=2")
    yield centre
    print(centre.said()[-SHOWN_CHARACTERS:])  # noqa: T201 (shown when the test has failed)
    centre.stop()


@pytest.fixture
def fast() -> Iterator[Centre]:
    centre = make(f"--speed={SPEED}", "--history-days=0")
    centre.data = centre.folder / "data-fast"
    yield centre
    print(centre.said()[-SHOWN_CHARACTERS:])  # noqa: T201 (shown when the test has failed)
    centre.stop()


async def test_the_past_is_there_once_whatever_is_killed_while_it_is_written(looking_back: Centre):
    centre = looking_back
    centre.start()
    await centre.ready()
    (plan,) = await centre.sql("select contact, until_at from imported_history")
    assert await centre.sql("select day from imported_day"), "today's part comes before the first call"
    centre.kill_service()
    centre.start()
    await centre.ready()

    async def written() -> bool:
        return len(await centre.sql("select day from imported_day")) == 3

    await until(written)
    (told,) = await centre.sql("select sum(contacts)::int as contacts from imported_day")
    (found,) = await centre.sql(
        "select count(*)::int as contacts, max(started_at) as last from interaction where contact <= $1",
        plan["contact"],
    )
    assert found["contacts"] == told["contacts"] > 1_000
    assert found["last"] < plan["until_at"]
    first = "select min(contact) as first from interaction where contact > $1 having min(contact) > 0"
    live = await centre.settled(first, plan["contact"])
    assert live["first"] == plan["contact"] + 1
    async with centre.visitor() as visitor:
        await visitor.sign_in("sam")
        page = await visitor.json("/api/history?customer=1")
        assert "refunded" in json.dumps(await visitor.json(f"/api/history/{page['rows'][0]['interaction']}"))


async def test_a_fast_day_begins_at_seven_on_data_of_its_own_and_tells_its_pages(fast: Centre):
    centre = fast
    centre.start()
    await centre.ready()
    assert not (centre.folder / "data").exists()
    (first,) = await centre.sql(
        "select extract(hour from to_timestamp(min(at) / 1000) at time zone 'America/Los_Angeles')::int as hour,"
        " extract(isodow from to_timestamp(min(at) / 1000) at time zone 'America/Los_Angeles')::int as day"
        " from journal"
    )
    assert first == {"hour": 7, "day": 1}
    async with centre.visitor() as visitor:
        await visitor.sign_in("sam")
        async with Screen.open(visitor, "queues") as screen:
            hello = json.loads(screen.texts[0])
    assert (hello["kind"], hello["speed"]) == ("hello", SPEED)
    later = "select seq from journal where at > (select min(at) from journal) + 600000 limit 1"
    await centre.settled(later)
    calls = "select count(*)::int as calls from interaction having count(*) > 2"
    assert (await centre.settled(calls))["calls"] > 2
