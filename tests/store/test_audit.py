"""The audit on a real PostgreSQL: each deed once, in a chain that shows every tampering."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from callcenter import facts as f
from callcenter.history.audit import AuditAction, Deed
from callcenter.history.records import Engagement
from callcenter.store import audit as trails
from callcenter.store.audit import AuditTrail
from callcenter.store.audit_anchor import ANCHOR, End, read_end, witnesses
from callcenter.store.audit_check import check
from callcenter.store.audit_search import AuditFilters, AuditSearch
from callcenter.store.database import Database
from callcenter.store.history_rows import Batch
from callcenter.store.journal import Journal, row_of
from tests.core.centre import agent, setup

CENTRE = 1
APPLIED = f.CentreApplied(1, setup(agent(1), agent(9)), "ada")


def journal_of(count: int) -> list[f.Entry]:
    """A setup, then a deed in every third entry."""
    inputs: list[f.Input] = [APPLIED]
    for number in range(2, count + 1):
        told = f.LegAnswered(f"leg{number}")
        inputs.append(f.ContactPulled(number, "sam") if number % 3 == 0 else told)
    return [f.Entry(seq, seq * 10, f"s{seq}", input, ()) for seq, input in enumerate(inputs, start=1)]


def access(number: int) -> Deed:
    return Deed(
        source=f"web:{number}",
        at=number,
        actor="sam",
        action=AuditAction.PLAY_RECORDING,
        contact=number,
        detail=(("recording", "7"),),
    )


@pytest.fixture
async def log(database: Database) -> AsyncIterator[Journal]:
    opened = Journal(database, CENTRE)
    yield opened
    await opened.close()


async def append(log: Journal, entries: list[f.Entry]) -> None:
    await log.commit([row_of(entry) for entry in entries], [])


@contextlib.asynccontextmanager
async def following(database: Database, log: Journal, data: Path) -> AsyncIterator[AuditTrail]:
    """A trail at work; it ends like a killed one."""
    trail = AuditTrail(database, log, CENTRE, data / ANCHOR)
    await trail.start()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(trail.run(), name="audit")
        yield trail
        task.cancel()


async def lines(database: Database, **filters: object) -> list[int]:
    """Contacts of the deeds that are found, the newest first."""
    found = await AuditSearch(database, CENTRE).search(AuditFilters(**filters))  # type: ignore[arg-type]
    return [line.contact or 0 for line in found]


async def whole(database: Database, data: Path) -> list[str]:
    return (await check(database, CENTRE, witnesses(data))).problems


async def tamper(database: Database, statement: str) -> None:
    """As the owner of the database, who can take the fence away."""
    async with database.pool.acquire() as connection, connection.transaction():
        await connection.execute("alter table audit disable trigger user")
        await connection.execute(statement)
        await connection.execute("alter table audit enable trigger user")


async def test_deeds_of_the_journal_and_accesses_stand_in_one_chain(
    database: Database, log: Journal, tmp_path: Path
):
    entries = journal_of(9)
    await append(log, entries[:3])
    async with following(database, log, tmp_path) as trail:
        assert await lines(database) == [3, 0]  # what was there before us is there already
        await trail.note(access(70))
        await append(log, entries[3:])
        trail.feed(entries[3:])
        await trail.drain()
    assert await lines(database) == [9, 6, 70, 3, 0]
    found = await check(database, CENTRE, witnesses(tmp_path))
    assert (found.entries, found.problems) == (5, [])
    assert witnesses(tmp_path) == [found.end]


async def test_a_trail_killed_at_any_moment_goes_on_exactly(database: Database, log: Journal, tmp_path: Path):
    entries = journal_of(60)
    for start in range(0, 60, 20):
        part = entries[start : start + 20]
        await append(log, part)
        async with following(database, log, tmp_path) as trail:
            trail.feed(part)  # read from the journal already, and heard again
            await asyncio.sleep(0)
    async with following(database, log, tmp_path):
        assert await lines(database) == [*range(60, 0, -3), 0]
    assert await whole(database, tmp_path) == []


async def test_a_journal_of_long_ago_is_followed_in_stretches(
    database: Database, log: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(trails, "READ_ENTRIES", 7)
    await append(log, journal_of(40))
    async with following(database, log, tmp_path):
        assert await lines(database) == [*range(39, 0, -3), 0]
    assert await whole(database, tmp_path) == []


async def test_an_outage_of_the_database_is_waited_for_and_nothing_is_lost_or_doubled(
    database: Database, log: Journal, tmp_path: Path
):
    entries = journal_of(12)
    await append(log, entries)
    async with following(database, log, tmp_path) as trail:
        await append(log, later := [f.Entry(13, 130, "s13", f.ContactPulled(13, "sam"), ())])
        async with database.pool.acquire() as other:
            await other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where pid <> pg_backend_pid() and datname = current_database()"
            )
        trail.feed(later)
        await trail.drain()
    assert await lines(database) == [13, 12, 9, 6, 3, 0]


async def test_entries_without_a_deed_are_not_read_again_for_ever(
    database: Database, log: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(trails, "SKIPPED_ENTRIES_MAX", 5)
    entries = [f.Entry(seq, seq, f"s{seq}", f.LegAnswered("x"), ()) for seq in range(1, 12)]
    async with following(database, log, tmp_path) as trail:
        await append(log, entries)
        for entry in entries:
            trail.feed([entry])
        while await database.pool.fetchval("select journal_seq from audit_head") < 6:
            trail._written.clear()
            await trail._written.wait()


async def test_many_accesses_at_once_make_one_chain(database: Database, log: Journal, tmp_path: Path):
    async with following(database, log, tmp_path) as trail:
        await asyncio.gather(*(trail.note(access(number)) for number in range(1, 31)))
        await trail.note(access(7))  # the same again
    assert sorted(await lines(database)) == [*range(1, 31)]
    found = await check(database, CENTRE, witnesses(tmp_path))
    assert (found.problems, witnesses(tmp_path)) == ([], [found.end])


@pytest.mark.parametrize("statement", ["update audit set actor = 'x'", "delete from audit", "truncate audit"])
async def test_the_database_refuses_every_change(
    database: Database, log: Journal, tmp_path: Path, statement: str
):
    async with following(database, log, tmp_path) as trail:
        await trail.note(access(1))
    with pytest.raises(asyncpg.RaiseError, match="written once"):
        await database.pool.execute(statement)


TAMPERED = {
    "update audit set actor = 'bo' where n = 5": ["Entry 5 is not as it was written"],
    "update audit set at = at + 1 where n = 1": ["Entry 1 is not as it was written"],
    'update audit set detail = \'[["recording","8"]]\' where n = 5': ["Entry 5 is not as it was written"],
    "update audit set detail = 'none' where n = 5": ["Entry 5 is not as it was written"],
    "update audit set refused = 'x', contact = null where n = 5": ["Entry 5 is not as it was written"],
    "update audit set action = 'nothing' where n = 5": ["Entry 5 is not as it was written"],
    "delete from audit where n = 5": ["Entry 5 is missing."],
    "delete from audit where n in (5, 6)": ["Entries 5 to 6 are missing."],
    "delete from audit where n = 1": ["Entry 1 is missing."],
    "create temp table two on commit drop as select * from audit where n in (7, 9);"
    "delete from audit where n in (7, 9); update two set n = 16 - n; insert into audit select * from two": [
        "Entry 7 is not",
        "Entry 8 is not",
        "Entry 9 is not",
    ],
    "update audit set n = 99 where n = 5": ["Entry 5 is missing.", "Entries 11 to 98 are missing."],
    "delete from audit where n > 8": [
        "ends with entry 8, but 10 were written",
        "everything after entry 8 is missing",
    ],
    "delete from audit": ["ends with entry 0, but 10 were written", "everything after entry 0 is missing"],
}


@pytest.mark.parametrize("statement", TAMPERED)
async def test_whatever_is_done_to_the_rows_is_found(
    database: Database, log: Journal, tmp_path: Path, statement: str
):
    async with following(database, log, tmp_path) as trail:
        for number in range(1, 11):
            await trail.note(access(number))
    assert await whole(database, tmp_path) == []
    await tamper(database, statement)
    problems = await whole(database, tmp_path)
    for expected in TAMPERED[statement]:
        assert any(expected in problem for problem in problems), problems


async def test_a_chain_that_was_written_anew_is_found_by_where_it_once_ended(
    database: Database, log: Journal, tmp_path: Path
):
    async with following(database, log, tmp_path) as trail:
        for number in range(1, 4):
            await trail.note(access(number))
    noted = await AuditSearch(database, CENTRE).end()
    await tamper(database, "delete from audit; delete from audit_head")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    async with following(database, log, elsewhere) as trail:
        for number in range(2, 5):
            await trail.note(access(number))
    assert await whole(database, elsewhere) == []
    assert noted is not None
    assert "written anew" in (await check(database, CENTRE, [noted])).problems[0]
    assert "written anew" in (await whole(database, tmp_path))[0]


async def test_an_end_that_was_cut_off_is_still_missed_after_the_service_has_gone_on(
    database: Database, log: Journal, tmp_path: Path
):
    async with following(database, log, tmp_path) as trail:
        for number in range(1, 6):
            await trail.note(access(number))
    await tamper(database, "delete from audit where n > 3")
    await tamper(database, "update audit_head set n = 3, hash = (select hash from audit where n = 3)")
    async with following(database, log, tmp_path) as trail:
        for number in range(11, 16):
            await trail.note(access(number))
    assert len(witnesses(tmp_path)) == 2
    assert "Entry 5 was another one once" in (await whole(database, tmp_path))[0]


async def test_the_anchor_never_goes_back_and_is_nobody_elses(
    database: Database, log: Journal, tmp_path: Path
):
    trail = AuditTrail(database, log, CENTRE, tmp_path / ANCHOR)
    await trail.start()
    await trail.note(access(1))
    await trail._anchor.move(0, b"x" * 32)
    assert witnesses(tmp_path) == [(await check(database, CENTRE, [])).end]
    assert (tmp_path / ANCHOR).stat().st_mode & 0o077 == 0


async def test_a_search_has_exactly_the_conditions_that_were_asked_for(
    database: Database, log: Journal, tmp_path: Path
):
    entries = [
        *journal_of(1),
        f.Entry(2, 20, "s2", f.ContactPulled(5, "sam"), ()),
        f.Entry(3, 30, "s3", f.ContactPulled(6, "ada"), (f.Refused("not_waiting"),)),
        f.Entry(4, 40, "s4", f.AgentMoved(1, ("loans",), "sam"), ()),
    ]
    await append(log, entries)
    work = Engagement(engagement=1, contact=5, agent=8, queue="cards", entered_at=0, talk_at=1)
    batch = Batch()
    batch.add([work])
    async with database.pool.acquire() as connection:
        await batch.write(connection, CENTRE)
    async with following(database, log, tmp_path):
        pass

    async def found(**filters: object) -> list[int]:
        search = AuditSearch(database, CENTRE)
        return [line.n for line in await search.search(AuditFilters(**filters))]  # type: ignore[arg-type]

    assert await found() == [4, 3, 2, 1]
    assert await found(actor="sam") == [4, 2]
    assert await found(action=AuditAction.PULL_FORWARD) == [3, 2]
    assert await found(refused=True) == [3]
    assert await found(refused=False, actor="ada") == [1]
    assert await found(agent=8) == [2]  # who had the contact
    assert await found(agent=1) == [4]
    assert await found(contact=6) == [3]
    assert await found(from_at=20, to_at=40) == [3, 2]
    search = AuditSearch(database, CENTRE)
    assert [line.n for line in await search.search(AuditFilters(), before=3, limit=1)] == [2]
    assert [line.agent for line in await search.search(AuditFilters(contact=5))] == [8]
    assert await search.actors() == ["ada", "sam"]


@pytest.mark.parametrize("text", ["", "12", "x:00", "0:" + "00" * 32, "3:00ff", "-1:" + "00" * 32])
def test_an_end_that_is_none_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 (any of them)
        read_end(text)


def test_an_end_is_written_down_and_read_back():
    assert read_end("12:" + "ab" * 32) == End(12, b"\xab" * 32)
