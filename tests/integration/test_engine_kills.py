"""kill -9 under load, again and again: what was acknowledged is there, once, and nobody is stuck."""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from callcenter import facts as f
from callcenter.lifecycles import Outcome
from callcenter.simulate.invariants import Invariants, check_journal, deadlines, legs
from callcenter.store.database import Database
from tests.integration.killed_engine import LEG_END_SECONDS
from tests.integration.test_engine import journal_of

KILLS = 10
ENTRIES_MAX = 400
"""between a start and its kill"""
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(120)


class Heard:
    """What all processes have let out."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.seq = 0

    async def listen(self, process: Process, *, until_seq: int | None = None) -> None:
        """Until this entry is durable, or to the last word of the process."""
        assert process.stdout is not None
        while line := (await process.stdout.readline()).decode():
            match line.split():
                case ["ack", source]:
                    self.acknowledged.append(source)
                case ["seq", number]:
                    self.seq = int(number)
            if until_seq is not None and self.seq >= until_seq:
                return


async def start(url: str) -> Process:
    command = (sys.executable, "-m", "tests.integration.killed_engine", url)
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)


async def test_kill_9_at_any_moment_loses_and_doubles_nothing(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (legs, deadlines):
        monkeypatch.setattr(module, "LEG_END_MS", LEG_END_SECONDS * 1_000)
    moments, heard = random.Random(1), Heard()
    for _ in range(KILLS):
        process = await start(database_url)
        await heard.listen(process, until_seq=heard.seq + moments.randrange(1, ENTRIES_MAX))
        process.kill()
        await heard.listen(process)
        await process.wait()
        entries = await journal_of(database)
        check_journal(entries)
        assert set(heard.acknowledged) <= {entry.source for entry in entries}, "acknowledged and not durable"
        assert entries[-1].seq >= heard.seq, "shown and not durable"

    process = await start(database_url)
    await heard.listen(process, until_seq=heard.seq + ENTRIES_MAX)
    process.stdin.write(b"no more calls\n")  # type: ignore[union-attr]
    await heard.listen(process)
    assert await process.wait() == 0
    entries = await journal_of(database)
    invariants = check_journal(entries, everybody_gone=True)
    assert_nobody_was_lost(invariants, entries)


def assert_nobody_was_lost(invariants: Invariants, entries: list[f.Entry]) -> None:
    """Simulated legs are taken over by the next process, so no call may be lost by a kill."""
    outcomes = [contact.outcome for contact in invariants.seen.contacts.values()]
    assert len(outcomes) == sum(isinstance(entry.input, f.CallArrived) for entry in entries)
    assert outcomes.count(Outcome.LOST_BY_SYSTEM) == 0
    assert outcomes.count(Outcome.ANSWERED) > KILLS
    assert sum(isinstance(entry.input, f.OwnerStarted) for entry in entries) > KILLS // 2
