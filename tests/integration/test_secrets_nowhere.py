"""What a caller keys as a PIN is found nowhere afterwards: not in tables, files, logs, recordings or on screens.

The rule: the PIN has twelve digits that stand nowhere by chance. A note, which is kept on purpose, is searched for
in the same way and found: so the search is worth something.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from centre_phone import Phone
from centre_screen import Screen
from whole_centre import ROOT, Centre, until

from callcenter.store.customers import Customers
from callcenter.store.database import Database
from callcenter.store.pins import pin_key

PIN = "830592617448"
WRONG_PIN = "917364028551"
NOTE = "Wants the yellow brochure"
LI_WEI = 1
CENTRE = 1


@pytest.fixture
def centre() -> Iterator[Centre]:
    centre = Centre.make()
    centre.start()
    try:
        asyncio.run(centre.ready())
        yield centre
    finally:
        centre.stop()


async def test_the_digits_of_a_pin_are_found_nowhere(centre: Centre):
    await _take_long_pins(centre)
    texts = await _journey(centre)
    # What PostgreSQL still holds in memory goes to its files.
    await centre.sql("checkpoint")
    assert await _places(centre, texts, NOTE) >= {"table personal_value", "a screen"}
    for digits in (PIN, WRONG_PIN):
        assert await _places(centre, texts, digits) == set()


async def _take_long_pins(centre: Centre) -> None:
    """A tree that asks for twelve digits, applied to the running centre, and a PIN that has them."""
    demo = centre.folder / "demo"
    shutil.copytree(ROOT / "demo", demo)
    tree = demo / "trees" / "main.toml"
    tree.write_text(tree.read_text().replace("max_digits = 4", f"max_digits = {len(PIN)}"))
    file = demo / "centre.toml"
    # It may be night in San Francisco.
    file.write_text(re.sub(r"(?m)^(hours|shift|lunch) = .*\n", "", file.read_text()))
    command = ["-m", "callcenter", "apply", "--config", str(centre.config), str(file)]
    applying = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, env=centre.environment, stdout=asyncio.subprocess.DEVNULL
    )
    assert await applying.wait() == 0

    async def applied() -> bool:
        return bool(await centre.sql("select from journal where source = 'import:2'"))

    await until(applied)
    database = await Database.open(centre.database_url)
    customers = Customers(database, CENTRE, pin_key(centre.data, ""))
    async with database.pool.acquire() as connection:
        await customers.pins.put(connection, LI_WEI, PIN)
    await database.close()


async def _journey(centre: Centre) -> list[str]:
    """A wrong PIN, the right one, a talk and a note; everything that screens were told meanwhile."""
    async with AsyncExitStack() as stack:
        sam = await (await stack.enter_async_context(centre.visitor())).sign_in("sam")
        floor = await stack.enter_async_context(Screen.open(sam, "queues", "agents", "waiting"))
        anna = await (await stack.enter_async_context(centre.visitor())).sign_in("anna")
        desk = await stack.enter_async_context(Screen.open(anna, "desk:1"))
        station = await anna.station_line()
        phone = await stack.enter_async_context(Phone.open(station, origin=centre.address, hertz=1000))
        assert await desk.ask({"do": "ready"}) == ""
        visitor = await stack.enter_async_context(centre.visitor())
        line = await visitor.caller_line()
        caller = await stack.enter_async_context(Phone.open(line, origin=centre.address, hertz=440))
        for node, key in (("quick", "1"), ("main", "2")):
            await centre.at(node)
            await caller.hears_something()
            await caller.press(key)
        await centre.at("pin")
        await caller.press(WRONG_PIN)
        await until(lambda: _checked(centre, "wrong"))
        await caller.hears_something(time.monotonic())
        await caller.press(PIN)
        await centre.at("bank_menu")
        await caller.press("0")
        await phone.until(lambda: phone.ringing)
        await phone.answer(phone.ringing[0])
        await caller.hears(1000)
        await phone.hears(440)
        await caller.hang_up()
        await desk.until(lambda: desk.row("contact").get("stage") == "wrap_up")
        engagement = desk.row("contact")["engagement"]
        save = {"do": "save", "engagement": engagement, "disposition": "Question answered", "note": NOTE}
        assert await desk.ask({**save, "done": False}) == ""
        await desk.until(lambda: desk.row("contact").get("note") == NOTE)
        assert await desk.ask({**save, "done": True}) == ""
        contact = await centre.settled("select contact from interaction where outcome = 'answered'")
        await centre.settled("select from recording where length_ms is not null")
        story = await sam.get(f"/api/history/{contact['contact']}")
        return [*floor.texts, *desk.texts, story, await sam.get("/metrics")]


async def _checked(centre: Centre, result: str) -> bool:
    return bool(await centre.sql("select from journal where input like $1", f'%pin-checked%"{result}"%'))


async def _places(centre: Centre, texts: list[str], wanted: str) -> set[str]:
    """Where it stands: tables as text, every file of the data directory byte by byte, logs, screens."""
    found = {"a screen"} if any(wanted in text for text in texts) else set()
    tables = await centre.sql("select tablename from pg_tables where schemaname = 'public'")
    for table in (row["tablename"] for row in tables):
        rows = await centre.sql(f"select from {table} as r where strpos(r::text, $1) > 0", wanted)
        found |= {f"table {table}"} if rows else set()
    files = [file for file in centre.folder.rglob("*") if file.is_file() and not file.is_symlink()]
    assert any(file.suffix == ".wav" for file in files), "the recording is there to be searched"
    assert any("pg_wal" in file.parts for file in files), "so is what PostgreSQL wrote"
    return found | {_name(centre, file) for file in files if _holds(file, wanted.encode())}


def _holds(file: Path, wanted: bytes) -> bool:
    try:
        return wanted in file.read_bytes()
    except FileNotFoundError:  # a temporary one of the server's
        return False


def _name(centre: Centre, file: Path) -> str:
    return str(file.relative_to(centre.folder))
