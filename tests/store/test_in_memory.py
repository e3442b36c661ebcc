"""The journal's tables in memory, beside the real ones: whatever is asked, both say the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callcenter import facts as f
from callcenter.errors import DuplicateSource, Fenced
from callcenter.store.database import Database
from callcenter.store.in_memory import Disk, FairWeather, MemoryDatabase
from callcenter.store.journal import Journal, row_of


def entry(seq: int, source: str = "") -> f.Entry:
    return f.Entry(seq, seq * 1_000, source or f"owner:{seq}", f.OwnerStarted(seq), ())


@pytest.fixture(params=["memory", "postgresql"])
def journals(request: pytest.FixtureRequest) -> Callable[[], Journal]:
    """As many owners of one centre as a test wants."""
    if request.param == "memory":
        disk = Disk()
        return lambda: Journal(MemoryDatabase(disk), 1)  # type: ignore[arg-type]
    database: Database = request.getfixturevalue("database")
    return lambda: Journal(database, 1)


async def commit(journal: Journal, *entries: f.Entry, values: tuple[f.Value, ...] = ()) -> None:
    await journal.commit([row_of(one) for one in entries], values)


async def test_what_was_written_is_read(journals: Callable[[], Journal]) -> None:
    journal = journals()
    assert await journal.last() == (0, 0)
    await commit(
        journal, entry(1), entry(2), values=(f.Value("r1", "ani", "+1"), f.Value("r2", "note", "yes"))
    )
    await commit(journal, entry(3), values=(f.Value("r1", "ani", "+2"),))
    assert await journal.last() == (3, 3_000)
    assert [one async for one in journal.entries(1, 3)] == [entry(2), entry(3)]
    assert await journal.sources(1) == ["owner:2", "owner:3"]
    assert await journal.known(["owner:2", "nobody"]) == {"owner:2"}
    assert await journal.values(["r1", "r2", "r3"]) == {"r1": "+1", "r2": "yes"}
    await journal.close()


async def test_the_second_owner_fences_the_first(journals: Callable[[], Journal]) -> None:
    one, other = journals(), journals()
    await commit(one, entry(1))
    await commit(other, entry(2))
    with pytest.raises(Fenced):
        await commit(one, entry(2, "mine"))
    for journal in (one, other):
        await journal.close()


async def test_who_has_lost_the_centre_finds_out_without_writing(journals: Callable[[], Journal]) -> None:
    one, other = journals(), journals()
    await commit(one, entry(1))
    await one.confirm(1)
    await commit(other, entry(2))
    await other.confirm(2)
    with pytest.raises(Fenced):
        await one.confirm(1)
    for journal in (one, other):
        await journal.close()


async def test_a_source_is_written_once(journals: Callable[[], Journal]) -> None:
    journal = journals()
    await commit(journal, entry(1, "x"))
    with pytest.raises(DuplicateSource):
        await commit(journal, entry(2, "y"), entry(3, "x"))
    assert await journal.last() == (1, 1_000)
    await journal.close()


async def test_snapshots_are_the_newest_few_and_none_of_the_future(
    journals: Callable[[], Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.store.journal.SNAPSHOTS_KEPT", 3)
    journal = journals()
    for seq in (1, 2, 3, 5, 4):
        await journal.keep_snapshot(seq, seq, str(seq).encode())
    await journal.keep_snapshot(4, 4, b"another")  # the first one counts
    assert [await journal.snapshot(seq) for seq in (9, 5, 4, 3, 2)] == [
        (5, b"5"),
        (5, b"5"),
        (4, b"4"),
        (3, b"3"),
        None,
    ]
    await journal.forget_after(4)
    assert await journal.snapshot(9) == (4, b"4")
    await journal.close()


async def test_the_first_entry_since_a_moment_is_found_without_reading_all(
    journals: Callable[[], Journal],
) -> None:
    journal = journals()
    assert await journal.first_since(5_000) == 1
    for seq in range(1, 10):
        await commit(journal, entry(seq))  # at 1,000 ms each later
    assert [await journal.first_since(at) for at in (0, 1_000, 1_001, 5_000, 9_000, 9_001)] == [
        1, 1, 2, 5, 9, 10,
    ]  # fmt: skip
    await journal.close()


async def test_a_beat_of_who_was_followed_says_nothing_once_the_next_owner_has_beaten(
    journals: Callable[[], Journal],
) -> None:
    old, new = journals(), journals()
    await commit(old, entry(1))
    await old.beat(5_000, 1)
    await commit(new, entry(2, "owner:2"))
    await old.beat(90_000, 1)  # the new owner's first beat was lost
    assert await new.alive_at() == 0
    await new.beat(6_000, 2)
    assert await new.alive_at() == 6_000
    await new.beat(5_000, 2)
    assert await new.alive_at() == 6_000
    for journal in (old, new):
        await journal.close()


async def test_a_beat_of_entries_that_are_not_here_any_more_fences_nobody(
    journals: Callable[[], Journal],
) -> None:
    journal = journals()
    await commit(journal, entry(1))
    await journal.beat(5_000, 9)  # from before a backup was restored
    await journal.forget_after(1)
    await journal.beat(6_000, 1)
    assert await journal.alive_at() == 6_000
    await journal.close()


async def test_a_beat_counts_for_who_wrote_last(journals: Callable[[], Journal]) -> None:
    journal = journals()
    assert await journal.alive_at() == 0
    await commit(journal, entry(1), entry(2))
    await journal.beat(9_000, 2)
    await journal.beat(8_000, 2)
    with pytest.raises(Fenced):
        await journal.beat(60_000, 1)
    assert await journal.alive_at() == 9_000
    await commit(journal, entry(3, "simulator:1"))
    assert await journal.alive_at() == 9_000
    await commit(journal, entry(4))  # another owner, of whom nothing was seen yet
    assert await journal.alive_at() == 0
    await journal.close()


async def test_a_commit_in_doubt_is_looked_for_and_sent_again_only_if_it_is_not_there() -> None:
    disk, failures = Disk(), ["before", "after", ""]

    class Storm(FairWeather):
        async def commit(self, write: Callable[[], None]) -> None:
            when = failures.pop(0)
            if when != "before":
                write()
            if when:
                raise ConnectionResetError(when)

    journal = Journal(MemoryDatabase(disk, Storm()), 1)  # type: ignore[arg-type]
    await commit(journal, entry(1))
    assert failures == [""]
    assert [one["seq"] for one in disk.rows] == [1]
    await journal.close()


class LandsLate:
    """The first commit is lost and happens after we have looked; the next look is not answered."""

    def __init__(self) -> None:
        self.commits = 0
        self.looks = 0
        self._lands: Callable[[], None] | None = None

    async def commit(self, write: Callable[[], None]) -> None:
        self.commits += 1
        if self._lands is None:
            self._lands = write
            raise ConnectionResetError("the connection was lost in the commit")
        if self.commits == 2:
            self._lands()
        write()

    async def answer(self) -> None:
        self.looks += 1
        if self.looks == 2:
            raise ConnectionResetError("the connection was lost before the answer")


async def test_a_look_after_doubt_that_is_not_answered_is_made_again() -> None:
    disk, weather = Disk(), LandsLate()
    await commit(Journal(MemoryDatabase(disk, weather), 1), entry(1))  # type: ignore[arg-type]
    assert [row["source"] for row in disk.rows] == ["owner:1"]
    assert (weather.commits, weather.looks) == (2, 3)
