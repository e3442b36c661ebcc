"""The price of durability: the engine on PostgreSQL, beside the same engine on a store that discards.

A real stretch of calls is taken down first; its inputs are then poured into fresh centres as fast as they take
them, in turns, so that a busy moment of the machine hits all alike:

    durable    the production engine and journal, fsync on
    discarded  the same engine; its commits return at once
    bare       no engine: the same rows, in the same statement, batch after batch

and settled once more without any engine, timed by kind of input (decide + apply, until nothing follows).

    .venv/bin/python -m benchmarks.journal [--json] [--full]
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from operator import truediv
from statistics import median
from typing import NoReturn

from msgspec import Struct

from benchmarks.centre import KEYS, Crowd, known_customers, running
from benchmarks.harness import (
    Cpu,
    Figure,
    Options,
    Result,
    at_least,
    disk_sync_ms,
    percentile,
    result,
    run,
    scratch,
)
from callcenter import facts as f
from callcenter.center import settle
from callcenter.cti.provider import Command, Reconnected, Say, WantedLeg
from callcenter.cti.simulator.load import LoadPlan
from callcenter.effects import LookUp
from callcenter.engine.clock import SteadyClock
from callcenter.engine.garbage import keep_collector_away
from callcenter.engine.look_ups import LookUps
from callcenter.engine.owner import BATCH_ENTRIES_MAX, Engine
from callcenter.engine.recent import Recent
from callcenter.engine.values import Values
from callcenter.state import Live, State
from callcenter.store.database import Database
from callcenter.store.journal import Journal, Row, row_of
from callcenter.store.postgres import Postgres

SHARE_GOAL = 0.6
TAKEN_CALLS_PER_S, TAKEN_SECONDS = 150, 6.0
AGENTS = 300
ROUNDS, ROUNDS_FULL = 7, 25
SETTLE_ROUNDS = 3


class Taken(Struct):
    """Entries of a real stretch of calls, and the personal values that came with each."""

    entries: list[f.Entry] = []
    values: list[f.Value] = []

    def received(self) -> list[f.Received]:
        """The inputs as they came in; a value belongs to the input that names it."""
        waiting = iter(self.values)
        value = next(waiting, None)
        found: list[f.Received] = []
        for entry in self.entries:
            mine: list[f.Value] = []
            text = row_of(entry).input
            while value is not None and f'"{value.ref}"' in text:
                mine.append(value)
                value = next(waiting, None)
            found.append(f.Received(entry.source, entry.input, tuple(mine)))
        return found


class Listening(Struct):
    """Stands in for a journal's `commit` and hands on; keeps the values, which followers don't see."""

    journal: Journal
    taken: Taken

    async def commit(self, rows: Sequence[Row], values: Sequence[f.Value]) -> None:
        self.taken.values += values
        await self.journal.commit(rows, values)

    async def confirm(self, seq: int) -> None:
        await self.journal.confirm(seq)

    async def keep_snapshot(self, seq: int, at: int, state: bytes) -> None:
        """Not in so short a time."""


class Discarding:
    """A store that forgets at once."""

    async def commit(self, rows: Sequence[Row], values: Sequence[f.Value]) -> None: ...

    async def confirm(self, seq: int) -> None: ...

    async def keep_snapshot(self, seq: int, at: int, state: bytes) -> None: ...


class Deaf:
    """A provider to whom everything is said and nothing happens."""

    name = "simulator"

    async def events(self) -> AsyncIterator[f.Received | Reconnected]:
        await asyncio.Event().wait()
        yield Reconnected()

    def acknowledge(self, source: str) -> None: ...

    def refuse(self, received: f.Received) -> None: ...

    async def perform(self, command: Command) -> None: ...

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None: ...

    def prepare(self, says: Sequence[Say]) -> None: ...

    async def close(self) -> None: ...


class Remembered(LookUps):
    """Answers that were taken down with all other inputs: what was found then is found again, at once."""

    def __init__(self, answers: dict[str, f.Received]) -> None:
        self._answers = answers

    async def answer(self, wanted: LookUp, values: Values) -> f.Received:
        return self._answers[f"look-up:{wanted.look_up}"]

    async def make_ready(self, answer: f.Received) -> None: ...


async def main(options: Options) -> Result:
    disk = disk_sync_ms()
    async with scratch() as (server, database):
        options.say("Taking down a stretch of calls")
        taken = await _take_down(database)
        inputs = taken.received()
        keep_collector_away()
        options.say(f"{len(inputs):,} inputs; pouring them in")
        rates, cores = await _in_turns(
            database, server, taken, inputs, ROUNDS_FULL if options.full else ROUNDS
        )
    by_kind = _settle_us(taken.entries)
    durable, discarded, bare = (median(rates[name]) for name in ("durable", "discarded", "bare"))
    # Round by round: what disturbs a round disturbs all of it.
    share = median(map(truediv, rates["durable"], rates["discarded"]))
    figures: dict[str, Figure] = {
        "inputs": len(inputs),
        "rounds": len(rates["durable"]),
        "durable_per_s": round(durable),
        "discarded_per_s": round(discarded),
        "bare_rows_per_s": round(bare),
        "durable_of_discarded": round(share, 3),
        "durable_of_bare": round(durable / bare, 3),
        "durable_cpu_cores": cores,
        "disk_sync_ms": disk,
        **{f"settle_us {kind}": figure for kind, figure in by_kind.items()},
    }
    return result("journal", figures, {"durable_of_discarded": at_least(SHARE_GOAL, share)})


async def _take_down(database: Database) -> Taken:
    taken = Taken()
    listening = Listening(Journal(database, 1), taken)
    crowd = Crowd(LoadPlan(KEYS), known_customers(), gap_ms=1)
    async with running(database, 1, crowd, AGENTS, journal=listening) as centre:
        centre.call(TAKEN_CALLS_PER_S)
        await asyncio.sleep(TAKEN_SECONDS)
        centre.call(0)
        await centre.quiet()
        taken.entries = [entry async for entry in listening.journal.entries(0, centre.engine.durable_seq)]
    await listening.journal.close()
    return taken


async def _in_turns(
    database: Database, server: Postgres, taken: Taken, inputs: Sequence[f.Received], rounds: int
) -> tuple[dict[str, list[float]], dict[str, float]]:
    rates: dict[str, list[float]] = defaultdict(list)
    cores: dict[str, float] = {}
    rows = [row_of(entry) for entry in taken.entries]
    for number in range(rounds):
        journal = Journal(database, 100 + 2 * number)
        cpu = Cpu(server)
        rates["durable"].append(len(inputs) / await _pour(inputs, journal, 100 + 2 * number))
        cores = cpu.used()
        await journal.close()
        rates["discarded"].append(len(inputs) / await _pour(inputs, Discarding(), 1))
        journal = Journal(database, 101 + 2 * number)
        rates["bare"].append(len(rows) / await _bare(rows, taken.values, journal))
        await journal.close()
    return rates, cores


async def _pour(inputs: Sequence[f.Received], store: Journal | Discarding, number: int) -> float:
    """Seconds until all of it is durable (or discarded)."""
    answers = {received.source: received for received in inputs if received.source.startswith("look-up:")}
    engine = Engine(
        Live(State(number)),
        0,
        store,
        SteadyClock(),
        providers=[Deaf()],
        look_ups=Remembered(answers),
        values=Values(),
        recent=Recent(),
        rewind=_no_doubles,
        outbox_max=1_000_000,
    )
    task = asyncio.create_task(engine.run(), name="engine")
    began = time.perf_counter()
    for received in inputs:
        engine.put(received, "simulator")
    await engine.drained()
    took = time.perf_counter() - began
    assert engine.durable_seq == len(inputs), f"{engine.durable_seq} of {len(inputs)} inputs became entries"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return took


async def _no_doubles(seq: int, sources: Sequence[str]) -> NoReturn:
    raise AssertionError("every input comes once")


async def _bare(rows: Sequence[Row], values: Sequence[f.Value], journal: Journal) -> float:
    began = time.perf_counter()
    for start in range(0, len(rows), BATCH_ENTRIES_MAX):
        share = slice(
            start * len(values) // len(rows), (start + BATCH_ENTRIES_MAX) * len(values) // len(rows)
        )
        await journal.commit(rows[start : start + BATCH_ENTRIES_MAX], values[share])
    return time.perf_counter() - began


def _settle_us(entries: Sequence[f.Entry]) -> dict[str, dict[str, float]]:
    """By kind of input: the middle and the 99th percentile, of the best of some rounds for each input."""
    best = [float("inf")] * len(entries)
    for _ in range(SETTLE_ROUNDS):
        live = Live(State(1))
        for index, entry in enumerate(entries):
            began = time.perf_counter()
            settled = settle(live, entry.input, entry.at)
            best[index] = min(best[index], time.perf_counter() - began)
            assert settled.decisions == entry.decisions, f"entry {entry.seq} is decided otherwise today"
    by_kind: dict[str, list[float]] = defaultdict(list)
    for entry, seconds in zip(entries, best, strict=True):
        by_kind[type(entry.input).__name__].append(seconds * 1e6)
    return {
        kind: {"p50": round(median(us), 1), "p99": round(percentile(us, 99), 1), "count": len(us)}
        for kind, us in sorted(by_kind.items())
    }


if __name__ == "__main__":
    run(main)
