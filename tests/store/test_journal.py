"""The journal in a real PostgreSQL: whatever happens to the connection, a batch is there once or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from callcenter import facts as f
from callcenter.errors import DuplicateSource, Fenced
from callcenter.store import journal as journals
from callcenter.store.database import Database
from callcenter.store.journal import SNAPSHOT_FORMAT, SNAPSHOTS_KEPT, Journal, row_of
from tests.core.centre import Centre
from tests.store.cutting_proxy import CuttingProxy, cutting_proxy

pytestmark = pytest.mark.timeout(30)


def entry(seq: int, source: str) -> f.Entry:
    return f.Entry(seq, 1_000 + seq, source, f.OwnerStarted(seq), (f.Refused(source),))


async def commit(journal: Journal, *entries: f.Entry, values: tuple[f.Value, ...] = ()) -> None:
    await journal.commit([row_of(one) for one in entries], values)


async def sources(database: Database) -> list[str]:
    rows = await database.pool.fetch("select seq, source from journal where centre = 1 order by seq")
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    return [row["source"] for row in rows]


@pytest.fixture
async def journal(database: Database) -> AsyncIterator[Journal]:
    opened = Journal(database, 1)
    yield opened
    await opened.close()


@pytest.fixture
async def proxy(database_url: str) -> AsyncIterator[CuttingProxy]:
    async with cutting_proxy(database_url) as opened:
        yield opened


@pytest.fixture
async def cut_journal(proxy: CuttingProxy) -> AsyncIterator[Journal]:
    """A journal behind a wire that can break."""
    database = await Database.open(proxy.url)
    opened = Journal(database, 1)
    yield opened
    await opened.close()
    await database.close()


async def test_what_was_committed_is_read_as_it_was(journal: Journal) -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    await commit(journal, *centre.entries)
    assert [one async for one in journal.entries(0, len(centre.entries))] == centre.entries
    assert await journal.last() == (len(centre.entries), centre.at)
    assert [one.seq async for one in journal.entries(2, 4)] == [3, 4]
    assert await journal.sources(len(centre.entries) - 2) == [one.source for one in centre.entries[-2:]]


async def test_an_empty_journal_ends_before_its_first_entry(journal: Journal) -> None:
    assert await journal.last() == (0, 0)
    assert await journal.sources(0) == []


async def test_values_lie_in_the_same_commit_and_can_be_erased(journal: Journal, database: Database) -> None:
    await commit(journal, entry(1, "one"), values=(f.Value("r1", "ani", "+1"), f.Value("r2", "note", "hm")))
    await commit(journal, entry(2, "two"), values=(f.Value("r2", "note", "other"),))
    assert await journal.values(["r1", "r2", "r3"]) == {"r1": "+1", "r2": "hm"}
    with pytest.raises(DuplicateSource):
        await commit(journal, entry(3, "one"), values=(f.Value("r4", "ani", "+2"),))
    assert await journal.values(["r4"]) == {}, "no value without its entry"
    await database.pool.execute("delete from personal_value where ref = 'r1'")
    assert await journal.values(["r1"]) == {}


async def test_an_input_that_was_here_before_takes_its_whole_batch_along(
    journal: Journal, database: Database
) -> None:
    await commit(journal, entry(1, "one"))
    with pytest.raises(DuplicateSource):
        await commit(journal, entry(2, "two"), entry(3, "one"))
    assert await sources(database) == ["one"]


async def test_the_old_of_two_owners_is_fenced_and_writes_nothing_more(
    journal: Journal, database: Database
) -> None:
    old = journal
    await commit(old, entry(1, "old:1"))
    new = Journal(database, 1)
    await commit(new, entry(2, "new:2"))
    for _ in range(2):
        with pytest.raises(Fenced):
            await commit(old, entry(2, "old:2"), entry(3, "old:3"))
    await commit(new, entry(3, "new:3"))
    assert await sources(database) == ["old:1", "new:2", "new:3"]
    await new.close()


@pytest.mark.parametrize("values", [(), (f.Value("r1", "ani", "+1"),)], ids=["plain", "with values"])
async def test_a_commit_whose_answer_is_lost_has_one_effect(
    cut_journal: Journal, proxy: CuttingProxy, database: Database, values: tuple[f.Value, ...]
) -> None:
    await commit(cut_journal, entry(1, "one"))
    proxy.cut_after("second")
    await commit(cut_journal, entry(2, "second"), entry(3, "third"), values=values)
    assert await sources(database) == ["one", "second", "third"]
    await commit(cut_journal, entry(4, "fourth"))
    assert await cut_journal.values(["r1"]) == {value.ref: value.text for value in values}


async def test_a_commit_that_never_arrived_is_sent_again(
    cut_journal: Journal, proxy: CuttingProxy, database: Database
) -> None:
    await commit(cut_journal, entry(1, "one"))
    proxy.cut_before("second")
    await commit(cut_journal, entry(2, "second"), entry(3, "third"))
    assert await sources(database) == ["one", "second", "third"]


async def test_an_old_backend_that_commits_after_we_looked_has_one_effect(
    cut_journal: Journal, proxy: CuttingProxy, database: Database
) -> None:
    await commit(cut_journal, entry(1, "one"))
    proxy.cut_and_delay("second")
    await commit(cut_journal, entry(2, "second"), entry(3, "third"))
    assert await sources(database) == ["one", "second", "third"]
    await commit(cut_journal, entry(4, "fourth"))


async def test_doubt_does_not_take_anothers_entry_for_ours(
    cut_journal: Journal, proxy: CuttingProxy, journal: Journal, database: Database
) -> None:
    await commit(cut_journal, entry(1, "one"))
    proxy.cut_before("second")

    async def another_owner_is_faster() -> None:
        await commit(journal, entry(2, "stranger"))

    proxy.before("source from journal", another_owner_is_faster)
    with pytest.raises(Fenced):
        await commit(cut_journal, entry(2, "second"))
    assert await sources(database) == ["one", "stranger"]


async def test_a_database_that_is_away_is_waited_for(
    cut_journal: Journal, proxy: CuttingProxy, database: Database
) -> None:
    await commit(cut_journal, entry(1, "one"))
    proxy.go_away()
    waiting = asyncio.create_task(commit(cut_journal, entry(2, "second")))
    for _ in range(3):
        proxy.tried.clear()
        await proxy.tried.wait()
    assert not waiting.done()
    proxy.come_back()
    await waiting
    assert await sources(database) == ["one", "second"]


async def test_a_server_that_never_answers_is_asked_anew(
    cut_journal: Journal, proxy: CuttingProxy, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "COMMIT_SECONDS_MAX", 0.2)
    healed = asyncio.Event()

    async def until_healed() -> None:
        await healed.wait()

    proxy.before("insert into journal", until_healed)
    await commit(cut_journal, entry(1, "one"))
    healed.set()  # the first one arrives after all
    await commit(cut_journal, entry(2, "two"))
    assert await sources(database) == ["one", "two"]


async def test_a_killed_backend_has_one_effect(journal: Journal, database: Database) -> None:
    await commit(journal, entry(1, "one"))
    killed = await database.pool.fetchval(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where application_name = 'callcenter/journal' and datname = current_database()"
    )
    assert killed == 1
    await commit(journal, entry(2, "second"))
    assert await sources(database) == ["one", "second"]


async def test_the_newest_snapshots_are_kept_and_those_of_other_formats_passed_over(
    journal: Journal, database: Database
) -> None:
    for seq in range(1, SNAPSHOTS_KEPT + 3):
        await journal.keep_snapshot(seq, seq, f"state {seq}".encode())
    assert await journal.snapshot(SNAPSHOTS_KEPT + 1) == (
        SNAPSHOTS_KEPT + 1,
        f"state {SNAPSHOTS_KEPT + 1}".encode(),
    )
    assert await journal.snapshot(2) is None
    await database.pool.execute("update centre_snapshot set format = $1", SNAPSHOT_FORMAT + 1)
    assert await journal.snapshot(SNAPSHOTS_KEPT + 1) is None


async def test_each_import_is_a_version_and_only_the_newest_is_taken_up(journal: Journal) -> None:
    setup = Centre().live.state.setup
    assert setup is not None
    assert [await journal.import_setup(setup, actor) for actor in ("ann", "bob")] == [1, 2]
    assert await journal.next_import(0) == (2, setup, "bob")
    assert await journal.next_import(2) is None


async def test_centres_share_a_journal_and_nothing_else(journal: Journal, database: Database) -> None:
    other = Journal(database, 2)
    await commit(journal, entry(1, "one"))
    await commit(other, entry(1, "one"))
    assert await other.last() == (1, 1_001)
    await other.close()


async def test_numbers_begin_at_one(journal: Journal) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await commit(journal, entry(0, "zero"))
