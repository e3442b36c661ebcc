"""What all benchmarks share: a scratch database, percentiles, CPU by process, and the form of their results.

class Result      name, figures, goals, met: the JSON object of the last line
run(main)         the command line of one benchmark
scratch()         a database of its own on a real, durable server
scratch_folder()  a folder of its own
Cpu               seconds used by this process and by PostgreSQL's together
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import structlog
import uvloop
from msgspec import Struct

from callcenter.store.database import Database
from callcenter.store.postgres import Postgres

Figure = float | int | str | None | Mapping[str, float]

DISK_SYNCS = 100
_TICKS = os.sysconf("SC_CLK_TCK")


class Goal(Struct, frozen=True):
    """What was wanted of a figure, and whether it was reached."""

    goal: str
    value: float
    met: bool


class Result(Struct, frozen=True):
    name: str
    figures: dict[str, Figure]
    goals: dict[str, Goal]
    met: bool


class Options(Struct, frozen=True):
    json: bool
    """nothing but the result's line"""
    full: bool
    """as long as it takes, instead of about a minute at most"""

    def say(self, text: str) -> None:
        if not self.json:
            _tell(text)


def at_least(limit: float, value: float) -> Goal:
    return Goal(f">= {limit:g}", round(value, 3), value >= limit)


def at_most(limit: float, value: float) -> Goal:
    return Goal(f"<= {limit:g}", round(value, 3), value <= limit)


def result(name: str, figures: dict[str, Figure], goals: dict[str, Goal]) -> Result:
    return Result(name, figures, goals, all(goal.met for goal in goals.values()))


def run(main: Callable[[Options], Coroutine[Any, Any, Result]]) -> None:
    """Takes the figures and prints them, last of all as one line of JSON."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--json", action="store_true", help="print the last line alone")
    parser.add_argument("--full", action="store_true", help="the long form, without the limit of a minute")
    given = parser.parse_args()
    options = Options(given.json, given.full)
    _quiet()
    found = uvloop.run(main(options))
    for name, figure in found.figures.items():
        options.say(f"  {name:42} {_shown(figure)}")
    for name, goal in found.goals.items():
        options.say(f"  {name:42} {goal.value:g}, goal {goal.goal}: {'met' if goal.met else 'not met'}")
    _tell(msgspec.json.encode(found).decode())


@asynccontextmanager
async def scratch() -> AsyncIterator[tuple[Postgres, Database]]:
    """A new server with an empty, migrated database; all of it is gone afterwards."""
    with scratch_folder() as folder:
        server = await Postgres.start(folder, progress=lambda _: None)
        try:
            database = await Database.open(server.url)
            try:
                await database.migrate()
                yield server, database
            finally:
                await database.close()
        finally:
            await server.stop()


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="callcenter-benchmark-"))
    try:
        folder.chmod(0o711)  # PostgreSQL's own user passes through it
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Cpu:
    """Counts from its making on."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._began = time.perf_counter()
        self._own, self._server = time.process_time(), _seconds_of(postgres.pid)
        self._waited = _seconds_waited()

    def elapsed(self) -> float:
        return time.perf_counter() - self._began

    def used(self) -> dict[str, float]:
        """Cores, on average since then: 1.0 is one core fully busy. `waiting`: how much of the time the service
        could have run and others had the cores; on a machine of its own next to nothing."""
        elapsed = self.elapsed()
        return {
            "service": round((time.process_time() - self._own) / elapsed, 3),
            "waiting": round((_seconds_waited() - self._waited) / elapsed, 3),
            "postgres": round((_seconds_of(self._postgres.pid) - self._server) / elapsed, 3),
        }


def disk_sync_ms() -> dict[str, float]:
    """How long this disk takes just now to make one page durable: below that no commit can come."""
    took: list[float] = []
    with tempfile.TemporaryFile() as file:
        for _ in range(DISK_SYNCS):
            file.write(bytes(8192))
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return spread(took)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of all don't exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else math.nan


def spread(values: Sequence[float], digits: int = 2) -> dict[str, float]:
    """p50, p95, p99 and the worst."""
    found = {f"p{percent}": round(percentile(values, percent), digits) for percent in (50, 95, 99)}
    return found | {"max": round(max(values, default=math.nan), digits)}


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _seconds_of(root: int) -> float:
    """CPU of a process, its children, and those of them that have ended."""
    total = 0.0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        pid, parent = int(process.name), int(fields[1])
        if pid == root or parent == root:
            own, reaped = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
            total += (own + (reaped if pid == root else 0)) / _TICKS
    return total


def _seconds_waited() -> float:
    """How long this thread stood in line for a core."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


def _quiet() -> None:
    """Only what went wrong is told, and beside the result."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _shown(figure: Figure) -> str:
    if isinstance(figure, Mapping):
        return ", ".join(f"{name} {value:g}" for name, value in figure.items())
    return f"{figure:g}" if isinstance(figure, float) else str(figure)
