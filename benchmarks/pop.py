"""Screen-pop: from a call's arrival to the customer's record in the agent's websocket.

The call is looked up by its number, queued and offered at once: two commits, one after the other, and a look at
the customer's record in between. The floor is taken in the same run, in turns with it: as many sequential commits
of one row, one select of a record, and one message of that size through a websocket of the same server. The desks
are another process, with one websocket for each agent.

    .venv/bin/python -m benchmarks.pop [--json] [--full]      --full: at least 5,000 pops, about five minutes
"""

from __future__ import annotations

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from aiohttp import WSMsgType, web

from benchmarks.centre import Centre, Crowd, known_customers, running
from benchmarks.desks import Echo, Seen
from benchmarks.harness import (
    Cpu,
    Options,
    Result,
    at_most,
    disk_sync_ms,
    percentile,
    result,
    run,
    scratch,
    spread,
)
from callcenter import facts as f
from callcenter.cti.simulator.load import LoadPlan
from callcenter.rights import Actor, Role
from callcenter.store.database import Database
from callcenter.store.journal import Journal, row_of

CALLS_PER_S = 20
TURNS, TURNS_FULL = 3, 28
POP_SECONDS, FLOOR_SECONDS = 9.0, 2.5
COMMITS = 2
"""what came in with the call, then what was found of the customer"""
AGENTS = 30
FIRST_AGENT = 1001
P50_TIMES, P99_MORE_MS = 2.0, 5.0

PLAN = LoadPlan(talk_ms=100, away_ms=0, answer_ms=50)

TREE = """
begin = "by_number"
language = "en"
[nodes.by_number]
kind = "identify"
by = "number"
found = "person"
unknown = "person"
several = "person"
withheld = "person"
failed = "person"
[nodes.person]
kind = "queue"
queue = "accounts"
[prompts.en]
expected_wait = "You will wait about {{ minutes }} minutes."
"""


class Visitor:
    """An agent, as the door has found out."""

    def __init__(self, agent: int) -> None:
        self.name = f"Agent {agent}"
        self.actor = Actor(f"agent-{agent}", Role.AGENT, agent)


class Server:
    """aiohttp with the feed behind it; who comes in is believed to be who they say."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self.sockets: list[web.WebSocketResponse] = []

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(compress=False)
        await websocket.prepare(request)
        self.sockets.append(websocket)
        await self._centre.feed.serve(websocket, Visitor(int(request.match_info["agent"])))
        return websocket


async def main(options: Options) -> Result:
    turns = TURNS_FULL if options.full else TURNS
    floor_from_ms: list[float] = []
    disk = disk_sync_ms()
    async with scratch() as (postgres, database):
        crowd = Crowd(PLAN, known_customers(), gap_ms=1)
        async with (
            running(database, 1, crowd, AGENTS, tree=TREE) as centre,
            _served(centre) as (server, url),
        ):
            desks = await _sit_down(url)
            cpu = Cpu(postgres)
            for turn in range(turns):
                options.say(f"Turn {turn + 1} of {turns}")
                await _pop(centre)
                await _floor(centre, server, database, floor_from_ms)
            cores, elapsed = cpu.used(), cpu.elapsed()
            seen = await _stand_up(desks)
        pops = [
            seen.popped_ms[contact] - centre.simulator.arrived_ms[leg]
            for contact, leg in centre.watch.legs.items()
            if contact in seen.popped_ms
        ]
    floor = [seen.echoed_ms[number] - began for number, began in enumerate(floor_from_ms)]
    assert len(pops) == len(centre.watch.legs), f"of {len(centre.watch.legs)} calls {len(pops)} popped up"
    return result(
        "pop",
        {
            "pops": len(pops),
            "calls_per_s": CALLS_PER_S,
            "pop_ms": spread(pops),
            "floor_ms": spread(floor),
            "floors": len(floor),
            "p50_of_floor": round(percentile(pops, 50) / percentile(floor, 50), 2),
            "disk_sync_ms": disk,
            "record_bytes": seen.message_bytes,
            "cpu_cores": cores | {"desks": round(seen.cpu_seconds / elapsed, 3)},
        },
        {
            "p50_times_floor": at_most(P50_TIMES, percentile(pops, 50) / percentile(floor, 50)),
            "p99_over_floor_ms": at_most(P99_MORE_MS, percentile(pops, 99) - percentile(floor, 99)),
        },
    )


async def _pop(centre: Centre) -> None:
    centre.call(CALLS_PER_S)
    await asyncio.sleep(POP_SECONDS)
    centre.call(0)
    await centre.quiet()


async def _floor(centre: Centre, server: Server, database: Database, from_ms: list[float]) -> None:
    """The same pace, nothing but the database and the wire."""
    journal = Journal(database, 2)
    seq, _ = await journal.last()
    customers = range(1, len(known_customers()))
    until = time.monotonic() + FLOOR_SECONDS
    while time.monotonic() < until:
        began_ms = time.monotonic_ns() / 1e6
        for _ in range(COMMITS):
            seq += 1
            entry = f.Entry(
                seq, 0, f"floor:{seq}", f.CallArrived(f"simulator:floor-{seq}", "simulator", None, "1"), ()
            )
            await journal.commit([row_of(entry)], ())
        record = await centre.customers.read_record(customers[len(from_ms) % len(customers)])
        echo = Echo(len(from_ms), msgspec.json.encode(record).decode())
        from_ms.append(began_ms)
        socket = server.sockets[len(from_ms) % len(server.sockets)]
        await socket.send_frame(msgspec.json.encode(echo), WSMsgType.TEXT)
        await asyncio.sleep(1 / CALLS_PER_S - (time.monotonic_ns() / 1e6 - began_ms) / 1000)
    await journal.close()


@asynccontextmanager
async def _served(centre: Centre) -> AsyncIterator[tuple[Server, str]]:
    server, app = Server(centre), web.Application()
    app.router.add_get("/feed/{agent}", server.serve)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield server, f"ws://{host}:{port}"
    centre.feed.stop()
    await runner.cleanup()


async def _sit_down(url: str) -> Process:
    agents = [str(FIRST_AGENT + index) for index in range(AGENTS)]
    desks = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.desks", url, *agents, stdin=PIPE, stdout=PIPE, limit=2**26
    )
    assert desks.stdout is not None
    assert await desks.stdout.readline() == b"ready\n"
    return desks


async def _stand_up(desks: Process) -> Seen:
    said, _ = await desks.communicate(b"")  # closes its standard input: that is the end
    return msgspec.json.decode(said, type=Seen, strict=False)


if __name__ == "__main__":
    run(main)
