"""Agents' desks for `benchmarks.pop`: a process of its own that reads screens and notes when what was shown.

    python -m benchmarks.desks URL AGENT...

Opens a websocket for each agent, says "ready" on its standard output, and when its standard input is closed
prints one line of JSON: the moments (ms of the monotonic clock, which all processes of a machine share) at which
each contact's customer record was first there, and those at which each echo came in.
"""

from __future__ import annotations

import asyncio
import sys
import time

import msgspec
import uvloop
from msgspec import Struct
from websockets.asyncio.client import connect

from callcenter.screens.wire import Change, DeskContact, Hello, Reply, Snapshot, Subscribe


class Echo(Struct, frozen=True, tag="echo", tag_field="kind"):
    """Not of the feed: a message of the size of a pop, for the floor."""

    number: int
    filling: str


class Seen(Struct):
    popped_ms: dict[int, float] = {}
    echoed_ms: dict[int, float] = {}
    message_bytes: int = 0
    """of the last record"""
    cpu_seconds: float = 0.0


_DECODER = msgspec.json.Decoder(Hello | Reply | Snapshot | Change | Echo)


async def main(url: str, agents: list[int]) -> None:
    seen = Seen()
    async with asyncio.TaskGroup() as tasks:
        connected = [asyncio.Event() for _ in agents]
        desks = [
            tasks.create_task(_sit(url, agent, seen, event), name=f"desk {agent}")
            for agent, event in zip(agents, connected, strict=True)
        ]
        for event in connected:
            await event.wait()
        _tell("ready")
        await asyncio.to_thread(sys.stdin.read)
        for desk in desks:
            desk.cancel()
    seen.cpu_seconds = time.process_time()
    _tell(msgspec.json.encode(seen).decode())


async def _sit(url: str, agent: int, seen: Seen, connected: asyncio.Event) -> None:
    topic = f"desk:{agent}"
    async with connect(f"{url}/feed/{agent}", compression=None) as websocket:
        await websocket.send(msgspec.json.encode(Subscribe("1", (topic,))).decode())
        async for message in websocket:
            now_ms = time.monotonic_ns() / 1e6
            match _DECODER.decode(message):
                case Change(set={"contact": DeskContact() as shown}) if shown.customer is not None:
                    if seen.popped_ms.setdefault(shown.contact, now_ms) == now_ms:
                        seen.message_bytes = len(message)
                case Echo(number=number):
                    seen.echoed_ms[number] = now_ms
                case Reply():
                    connected.set()
                case _:
                    pass


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], [int(agent) for agent in sys.argv[2:]]))
