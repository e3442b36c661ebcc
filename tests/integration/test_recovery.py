"""Taking a centre over: whatever the last owner left, the state is apply over its journal."""

from __future__ import annotations

import pytest

from callcenter import facts as f
from callcenter import state as states
from callcenter.apply import apply_entry
from callcenter.engine.clock import SteadyClock
from callcenter.engine.recovery import recover, rewind, takeover
from callcenter.errors import Fenced
from callcenter.simulate.random_day import run_day
from callcenter.state import Live, State
from callcenter.store.database import Database
from callcenter.store.journal import Journal, row_of


@pytest.fixture(scope="module")
def day() -> list[f.Entry]:
    """Some hundred entries of everything."""
    return run_day(3).entries


def after(day: list[f.Entry], seq: int) -> bytes:
    live = Live(State(1))
    for entry in day[:seq]:
        apply_entry(live, entry)
    return states.encode(live.state)


def busiest(day: list[f.Entry]) -> int:
    """The entry after which most was going on."""
    live, sizes = Live(State(1)), []
    for entry in day:
        apply_entry(live, entry)
        sizes.append(len(live.state.legs) + len(live.state.offers) + len(live.state.look_ups))
    return 1 + max(range(len(sizes)), key=sizes.__getitem__)


async def written(database: Database, day: list[f.Entry], seq: int, *values: f.Value) -> Journal:
    journal = Journal(database, 1)
    await journal.commit([row_of(entry) for entry in day[:seq]], values)
    return journal


async def test_recovery_is_apply_over_the_journal(database: Database, day: list[f.Entry]) -> None:
    seq = busiest(day)
    journal = await written(database, day, seq)
    recovered = await recover(journal, 1)
    assert states.encode(recovered.live.state) == after(day, seq)
    assert (recovered.seq, recovered.at) == (seq, day[seq - 1].at)
    await journal.close()


async def test_a_snapshot_shortens_the_way_and_changes_nothing(
    database: Database, day: list[f.Entry]
) -> None:
    seq = busiest(day)
    journal = await written(database, day, seq)
    await journal.keep_snapshot(seq // 2, 0, after(day, seq // 2))
    await database.pool.execute("delete from journal where seq <= $1", seq // 2)
    recovered = await recover(journal, 1)
    assert states.encode(recovered.live.state) == after(day, seq)
    await journal.close()


@pytest.mark.parametrize("broken", [b"", b"no snapshot", b"\x80"], ids=["empty", "nonsense", "nothing in it"])
async def test_a_snapshot_that_cannot_be_read_is_passed_over(
    database: Database, day: list[f.Entry], broken: bytes
) -> None:
    seq = busiest(day)
    journal = await written(database, day, seq)
    await journal.keep_snapshot(seq // 3, 0, after(day, seq // 3))
    await journal.keep_snapshot(seq // 2, 0, broken)
    await journal.keep_snapshot(seq // 2 + 1, 0, after(day, seq // 2 + 1)[:-7])
    recovered = await recover(journal, 1)
    assert states.encode(recovered.live.state) == after(day, seq)
    await journal.close()


async def test_a_snapshot_of_the_future_is_not_begun_from(database: Database, day: list[f.Entry]) -> None:
    """It was written by an owner whose last entries are not there: a restored backup."""
    seq = busiest(day)
    journal = await written(database, day, seq)
    await journal.keep_snapshot(seq + 5, 0, after(day, seq + 5))
    recovered = await recover(journal, 1)
    assert states.encode(recovered.live.state) == after(day, seq)
    await journal.close()


async def test_memory_against_doubles_and_values_of_live_calls_come_back(
    database: Database, day: list[f.Entry]
) -> None:
    seq = busiest(day)
    live = Live(State(1))
    for entry in day[:seq]:
        apply_entry(live, entry)
    refs = [contact.ani for contact in live.state.contacts.values() if contact.ani is not None]
    values = [f.Value(ref, "ani", f"number of {ref}") for ref in refs]
    journal = await written(database, day, seq, *values, f.Value("gone", "ani", "+1"))
    recovered = await recover(journal, 1)
    assert refs
    assert dict(recovered.values) == {value.ref: value.text for value in values}
    assert not any(recovered.recent.add(entry.source) for entry in day[:seq])
    assert recovered.recent.add("never heard of")
    await journal.close()


async def test_the_first_owner_of_an_empty_centre_was_never_away(database: Database) -> None:
    recovered = await recover(Journal(database, 1), 1)
    assert takeover(recovered, SteadyClock()).input == f.OwnerStarted(0)
    assert recovered.live.state == State(1)


async def test_the_next_owner_says_for_how_long_nobody_was_there(
    database: Database, day: list[f.Entry]
) -> None:
    journal = await written(database, day, 10)
    recovered = await recover(journal, 1)
    clock = SteadyClock(recovered.at)
    received = takeover(recovered, clock)
    assert received.source.startswith("owner:11:")
    assert received.source != takeover(recovered, clock).source, "two who start together are told apart"
    assert isinstance(received.input, f.OwnerStarted)
    assert 0 < received.input.down_ms <= clock.now() - recovered.at
    await journal.close()


async def test_an_owner_can_go_back_to_what_is_durable(database: Database, day: list[f.Entry]) -> None:
    journal = await written(database, day, 50)
    state, known = await rewind(journal, 1, 40, [day[4].source, "never heard of"])
    assert states.encode(state) == after(day, 40)
    assert known == {day[4].source}
    await journal.close()


async def test_a_quiet_night_is_no_downtime(database: Database) -> None:
    journal = Journal(database, 1)
    entry = f.Entry(1, 1_000, "owner:1", f.OwnerStarted(0), ())
    await journal.commit([row_of(entry)], [])
    await journal.beat(9_000, 1)
    await journal.beat(8_000, 1)  # a beat that was late takes nothing back
    recovered = await recover(journal, 1)
    assert recovered.at == 9_000
    await journal.close()


async def test_who_stood_still_while_another_took_over_keeps_nothing_alive(database: Database) -> None:
    journal = Journal(database, 1)
    for seq in (1, 2):
        entry = f.Entry(seq, seq * 1_000, f"owner:{seq}", f.OwnerStarted(0), ())
        await journal.commit([row_of(entry)], [])
    await journal.beat(3_000, 2)
    with pytest.raises(Fenced):
        await journal.beat(60_000, 1)  # the first one, awake again
    assert (await recover(journal, 1)).at == 3_000
    entry = f.Entry(
        3, 2_500, "simulator:1", f.LegRestored("l1"), ()
    )  # stamped before that beat, written after it
    await journal.commit([row_of(entry)], [])
    assert (await recover(journal, 1)).at == 3_000
    await database.pool.execute("update centre_alive set at = 60000, seq = 1")
    assert (await recover(journal, 1)).at == 2_500
    await journal.close()
