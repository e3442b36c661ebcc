"""The feed: 300 desks and 5 wallboards while 20 calls/s run, beside a bare broadcast of the same bytes.

Every desk has its agent at work; the calls are spread over the demonstration's queues and journalled. In short
turns the screens follow their topics at the centre, then, silent there, are sent the bytes of the turn before by a
bare aiohttp process, at the same distances through as many sockets; the calls go on all the time. What it costs the
service is its CPU in the first turns less that in the others; by the messages that arrived that is the cost of one.
An agent's change of state is on its way from the moment when its entry is durable until a screen has it.

    .venv/bin/python -m benchmarks.fanout [--json] [--full]      --full: ten times as long
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from statistics import median

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from benchmarks.audience import CENTRE, Audience, served
from benchmarks.bare import SENT, Sent
from benchmarks.centre import Crowd, known_customers, running
from benchmarks.child import Child, child
from benchmarks.harness import (
    Cpu,
    Options,
    Result,
    at_least,
    at_most,
    percentile,
    result,
    run,
    scratch,
    scratch_folder,
    spread,
)
from benchmarks.screens import Follow, Leave, Note, Open, Screen, Take
from benchmarks.sights import Commits, bare_delays_ms, delays_ms, schedule
from callcenter.cti.simulator.directions import Wish
from callcenter.cti.simulator.load import LoadPlan
from callcenter.cti.simulator.people import Caller
from callcenter.lifecycles import Outcome
from callcenter.resources import demo
from callcenter.setup.centre_toml import SIMULATED_AGENTS_FROM, load_centre
from callcenter.store.postgres import Postgres

DESKS, WALLBOARDS = 300, 5
CALLS_PER_S = 20
TURNS, TURNS_FULL = 8, 80
TURN_SECONDS, SETTLE_SECONDS = 2.5, 0.2
LAST_MS = 400
"""what becomes durable so late in a turn may not have been sent before its end"""
P99_MS, OF_BARE = 100.0, 0.5

PLAN = LoadPlan(away_ms=0, answer_ms=1_000, talk_ms=7_000, wrap_up_ms=3_000)
BUSY_SECONDS = (PLAN.answer_ms + PLAN.talk_ms + PLAN.wrap_up_ms) / 1000
"""of an agent by each call: three of four desks are busy"""

ON_WALLBOARDS = range(DESKS, DESKS + WALLBOARDS)


class Callers(Crowd):
    """For each queue in turn, in its language."""

    def __init__(self) -> None:
        super().__init__(PLAN, known_customers(), gap_ms=1)
        setup, _ = load_centre(demo() / "centre.toml")
        chinese = {queue.name for queue in setup.queues if any(need.skill == "zh" for need in queue.skills)}
        wishes = [Wish(queue.name, "", "zh" if queue.name in chinese else "en") for queue in setup.queues]
        self._wishes = cycle(wishes)

    def caller(self, at: int) -> Caller:
        return replace(super().caller(at), wish=next(self._wishes))


class Stage(Struct, frozen=True):
    """All that a turn needs."""

    postgres: Postgres
    commits: Commits
    screens: Child
    bare: Child
    folder: Path

    async def tell(self, command: Open | Follow | Leave) -> None:
        assert await self.screens.ask(msgspec.json.encode(command)) == "done"

    async def notes(self) -> list[Note]:
        """What came since the last time."""
        file = self.folder / "notes"
        assert await self.screens.ask(msgspec.json.encode(Take(str(file)))) == "done"
        return msgspec.msgpack.decode(file.read_bytes(), type=list[Note])


class Turn(Struct, frozen=True):
    """Some seconds with the screens at one of the two."""

    began_ms: float
    seconds: float
    cpu: dict[str, float]
    """seconds by process"""
    notes: tuple[Note, ...]
    delays_ms: dict[str, list[float]]
    """by kind of screen"""

    def cores(self, process: str) -> float:
        return self.cpu[process] / self.seconds


class Meter:
    """Counts from its making on."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._cpu = Cpu(stage.postgres)
        self._screens = stage.screens.cpu_seconds()
        self.began_ms = _now_ms()

    def read(self) -> tuple[float, dict[str, float]]:
        """Seconds that have passed, and CPU seconds by process."""
        elapsed = self._cpu.elapsed()
        cpu = {name: cores * elapsed for name, cores in self._cpu.used().items()}
        return elapsed, cpu | {"screens": self._stage.screens.cpu_seconds() - self._screens}


async def main(options: Options) -> Result:
    commits, feed, bare = Commits(), list[Turn](), list[Turn]()
    async with scratch() as (postgres, database):
        audience = await Audience.signed_in(database, DESKS, WALLBOARDS)
        async with running(database, CENTRE, Callers(), DESKS, beside=[commits]) as centre:
            options.say("Agents get to work")
            centre.call(CALLS_PER_S)
            await asyncio.sleep(BUSY_SECONDS)
            async with (
                served(centre, audience.people) as url,
                _stage(postgres, commits, audience, url) as stage,
            ):
                for turn in range(TURNS_FULL if options.full else TURNS):
                    options.say(f"Turn {turn + 1}")
                    feed.append(await _at_the_centre(stage))
                    bare.append(await _at_bare(stage, feed[-1]))
            outcomes = centre.watch.outcomes
    assert set(outcomes) == {Outcome.ANSWERED}, f"these are the outcomes of the calls: {outcomes}"
    return _found(feed, bare)


@asynccontextmanager
async def _stage(postgres: Postgres, commits: Commits, audience: Audience, url: str) -> AsyncIterator[Stage]:
    """All sockets are open, and nothing comes through them."""
    with scratch_folder() as folder:
        async with child("benchmarks.screens") as screens, child("benchmarks.bare") as bare:
            stage = Stage(postgres, commits, screens, bare, folder)
            await stage.tell(Open(url, audience.screens))
            numbers = tuple(Screen(f"/{number}") for number in range(DESKS + WALLBOARDS))
            await stage.tell(Open(f"ws://127.0.0.1:{await bare.said()}", numbers))
            yield stage


async def _at_the_centre(stage: Stage) -> Turn:
    await stage.tell(Follow())
    await asyncio.sleep(SETTLE_SECONDS)
    await stage.notes()
    stage.commits.written.clear()
    meter = Meter(stage)
    await asyncio.sleep(TURN_SECONDS)
    seconds, cpu = meter.read()
    until_ms = _now_ms()
    written = [change for change in stage.commits.written if change.at_ms <= until_ms - LAST_MS]
    notes = await stage.notes()
    await stage.tell(Leave())
    return Turn(
        meter.began_ms,
        seconds,
        cpu,
        tuple(note for note in notes if meter.began_ms <= note.at_ms <= until_ms),
        {
            "desks": delays_ms(written, notes, lambda agent: (agent - SIMULATED_AGENTS_FROM,)),
            "wallboards": delays_ms(written, notes, lambda _: ON_WALLBOARDS),
        },
    )


async def _at_bare(stage: Stage, before: Turn) -> Turn:
    """What was sent in the turn before, once more."""
    sends, file = schedule(before.notes, before.began_ms), stage.folder / "sends"
    file.write_bytes(msgspec.msgpack.encode(sends))
    await asyncio.sleep(SETTLE_SECONDS)
    await stage.notes()
    meter = Meter(stage)
    await stage.bare.ask(bytes(file))
    await asyncio.sleep(TURN_SECONDS - (_now_ms() - meter.began_ms) / 1000)
    seconds, cpu = meter.read()
    notes = [replace(note, screen=note.screen - DESKS - WALLBOARDS) for note in await stage.notes()]
    sent = msgspec.msgpack.decode(file.with_suffix(SENT).read_bytes(), type=Sent)
    delays = {"bare": bare_delays_ms(sends, sent.at_ms, notes)}
    return Turn(meter.began_ms, seconds, cpu | {"bare": sent.cpu_seconds}, tuple(notes), delays)


def _found(feed: Sequence[Turn], bare: Sequence[Turn]) -> Result:
    desks = [note for turn in feed for note in turn.notes if note.screen not in ON_WALLBOARDS]
    wallboards = [note for turn in feed for note in turn.notes if note.screen in ON_WALLBOARDS]
    seconds = sum(turn.seconds for turn in feed)
    feed_us, bare_us = _feed_us(feed, bare), median(1e6 * turn.cpu["bare"] / len(turn.notes) for turn in bare)
    desk_ms, wallboard_ms = _delays(feed, "desks"), _delays(feed, "wallboards")
    return result(
        "fanout",
        {
            "screens": {"desks": DESKS, "wallboards": WALLBOARDS},
            "calls_per_s": CALLS_PER_S,
            "seconds": round(seconds, 1),
            "messages_per_s": {
                "to desks": round(len(desks) / seconds, 1),
                "to wallboards": round(len(wallboards) / seconds, 1),
            },
            "bytes_per_minute": {
                "a desk": _bytes_per_minute(desks, DESKS, seconds),
                "a wallboard": _bytes_per_minute(wallboards, WALLBOARDS, seconds),
            },
            "commit_to_desk_ms": spread(desk_ms),
            "commit_to_wallboard_ms": spread(wallboard_ms),
            "bare_ms": spread(_delays(bare, "bare")),
            "changes": {"on desks": len(desk_ms), "on wallboards": len(wallboard_ms)},
            "cpu_cores": _cores(feed),
            "cpu_cores in the other turns": _cores(bare),
            "cpu_us_per_message": {"feed": round(feed_us, 1), "bare": round(bare_us, 1)},
        },
        {
            "desk_p99_ms": at_most(P99_MS, percentile(desk_ms, 99)),
            "wallboard_p99_ms": at_most(P99_MS, percentile(wallboard_ms, 99)),
            "feed_of_bare": at_least(OF_BARE, bare_us / feed_us),
        },
    )


def _feed_us(feed: Sequence[Turn], bare: Sequence[Turn]) -> float:
    """What a message costs the service: in the middle of all turns, because what else goes on falls on some."""
    return median(
        1e6 * (own.cores("service") - other.cores("service")) * own.seconds / len(own.notes)
        for own, other in zip(feed, bare, strict=True)
    )


def _cores(turns: Sequence[Turn]) -> dict[str, float]:
    return {process: round(median(turn.cores(process) for turn in turns), 3) for process in turns[0].cpu}


def _delays(turns: Sequence[Turn], kind: str) -> list[float]:
    return [delay for turn in turns for delay in turn.delays_ms[kind]]


def _bytes_per_minute(notes: Sequence[Note], screens: int, seconds: float) -> float:
    return round(sum(len(note.message) for note in notes) / screens / seconds * 60)


def _now_ms() -> float:
    return time.monotonic_ns() / 1e6


if __name__ == "__main__":
    run(main)
