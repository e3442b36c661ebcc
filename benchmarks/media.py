"""Voices: what a talk costs the media process, and how long a frame stays in it.

The same frames of the same number of talks go first through a bare websocket relay (aiohttp and uvloop like the
media process, each message handed to the other page as it came), then through the media process with recording
on, then again while another process keeps a core busy as a saturated engine would, then in conferences of three,
where each hears two voices mixed. All run as processes of their own; pages are a third one. A frame's delay is from
its sending by one page to its arrival at another.

    .venv/bin/python -m benchmarks.media [--json] [--full]
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from binascii import a2b_base64, b2a_base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import uvloop
from aiohttp import WSMsgType, web
from msgspec import Struct

from benchmarks.harness import Figure, Options, Result, at_most, percentile, result, run, spread
from callcenter.cti.browser.token import Tickets
from callcenter.cti.browser.transport import BrowserProvider
from callcenter.cti.browser.wire import socket_path
from callcenter.cti.provider import Reconnected
from callcenter.cti.secrets import SecretVault
from callcenter.effects import Bridge, RingAgent
from callcenter.facts import CallArrived, LegAnswered, Member, Part
from callcenter.media.audio import SILENCE
from callcenter.media.lock import holder
from callcenter.media.server import PRIORITY, run_media
from callcenter.media.settings import MediaSettings

ORIGIN = "http://benchmark"
TALKS = 20
CONFERENCES = 14
"""of three: about as many legs as the talks have"""
SECONDS, FULL_SECONDS = 8.0, 60.0
WARM_UP_SECONDS = 1.0
FRAME_SECONDS = 0.02
CPU_RATIO_GOAL = 2.0
DELAY_P99_MS_GOAL = 10.0
MIXING_MS_GOAL = 25.0
"""what it may add to the delay: the tick that a frame waits for, and a bit"""
MIXING_CPU_RATIO_GOAL = 1.5

_TICKS = os.sysconf("SC_CLK_TCK")


class Stretch(Struct, frozen=True):
    """What was seen in one run."""

    delays_ms: list[float]
    cpu_percent_a_talk: float
    frames: int
    frames_sent: int


class Talk:
    """Pages that hear each other, each frame marked with when it was sent. Of two both speak; of three one does and
    the others send silence, so that the mark outlives the mixing."""

    def __init__(self, *ends: aiohttp.ClientWebSocketResponse) -> None:
        self.ends = ends
        self.delays_ms: list[float] = []
        self.expected = 0
        """frames that should be heard"""
        self.counting = False
        self._speakers = 2 if len(ends) == 2 else 1
        self._chunk = 0

    async def speak(self) -> None:
        """One frame from each end. The first bytes of one that speaks are the time, in digits."""
        stamp = b"%016x" % time.perf_counter_ns()
        said, silence = self._message(stamp + b"\x55" * 144), self._message(SILENCE)
        self._chunk += 1
        for number, end in enumerate(self.ends):
            speaks = number < self._speakers
            self.expected += self.counting * speaks * (len(self.ends) - 1)
            await end.send_str(said if speaks else silence)

    def _message(self, frame: bytes) -> str:
        payload = b2a_base64(frame, newline=False).decode()
        return (
            f'{{"event":"media","media":{{"payload":"{payload}",'
            f'"timestamp":{self._chunk * 20},"chunk":{self._chunk}}}}}'
        )

    async def listen(self, end: aiohttp.ClientWebSocketResponse) -> None:
        async for message in end:
            now = time.perf_counter_ns()
            if message.type is WSMsgType.TEXT and self.counting and '"media"' in message.data[:20]:
                start = message.data.index('"payload":"') + len('"payload":"')
                stamp = _stamp(message.data[start : start + 24])
                if stamp is not None:
                    self.delays_ms.append((now - stamp) / 1e6)


async def main(options: Options) -> Result:
    with suppress(OSError):  # the pages must not be slower than what they measure; only root may
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    seconds = FULL_SECONDS if options.full else SECONDS
    options.say(f"{TALKS} talks through a bare relay")
    async with child(_run_relay) as (pid, folder), connected_to_relay(folder) as pairs:
        bare = await measured(pairs, pid, seconds)
    options.say(f"{TALKS} talks through the media process, recorded")
    async with child(_run_media) as (pid, folder), talking(folder) as pairs:
        media = await measured(pairs, pid, seconds)
        options.say("the same while a core is busy")
        with BusyCore():
            beside_load = await measured(pairs, pid, seconds)
    options.say(f"{CONFERENCES} conferences of three, recorded")
    async with child(_run_media) as (pid, folder), talking(folder, CONFERENCES, 3) as conferences:
        mixed = await measured(conferences, pid, seconds)
    added_ms = percentile(mixed.delays_ms, 50) - percentile(media.delays_ms, 50)
    cpu_a_leg = mixed.cpu_percent_a_talk / 3 / (media.cpu_percent_a_talk / 2)
    figures: dict[str, Figure] = {
        "talks": TALKS,
        "conferences of three": CONFERENCES,
        "bare relay: CPU % of a core a talk": round(bare.cpu_percent_a_talk, 3),
        "media: CPU % of a core a talk": round(media.cpu_percent_a_talk, 3),
        "bare relay: frame delay ms": spread(bare.delays_ms),
        "media: frame delay ms": spread(media.delays_ms),
        "media beside a busy core: frame delay ms": spread(beside_load.delays_ms),
        "conference: CPU % of a core a conference": round(mixed.cpu_percent_a_talk, 3),
        "conference: frame delay ms": spread(mixed.delays_ms),
        "mixing: added delay p50 ms": round(added_ms, 2),
        "conference: frames lost %": _lost(mixed),
        "media: frames lost %": _lost(media),
        "media beside a busy core: frames lost %": _lost(beside_load),
        "CPU by process, cores": {
            "bare relay": round(bare.cpu_percent_a_talk * TALKS / 100, 3),
            "media": round(media.cpu_percent_a_talk * TALKS / 100, 3),
            "media beside a busy core": round(beside_load.cpu_percent_a_talk * TALKS / 100, 3),
        },
    }
    goals = {
        "CPU, media to bare relay": at_most(
            CPU_RATIO_GOAL, media.cpu_percent_a_talk / bare.cpu_percent_a_talk
        ),
        "frame delay p99, ms": at_most(DELAY_P99_MS_GOAL, percentile(media.delays_ms, 99)),
        "frame delay p99 beside a busy core, ms": at_most(
            DELAY_P99_MS_GOAL, percentile(beside_load.delays_ms, 99)
        ),
    }
    goals |= {
        "added delay of mixing p50, ms": at_most(MIXING_MS_GOAL, added_ms),
        "CPU a leg, conference to talk": at_most(MIXING_CPU_RATIO_GOAL, cpu_a_leg),
    }
    return result("media", figures, goals)


async def measured(pairs: list[Talk], pid: int, seconds: float) -> Stretch:
    """All pairs speak in real time, spread over the 20 ms as people are."""
    listeners = [
        asyncio.create_task(pair.listen(end), name="listener") for pair in pairs for end in pair.ends
    ]
    speakers = [
        asyncio.create_task(_speak(pair, number / len(pairs)), name="speaker")
        for number, pair in enumerate(pairs)
    ]
    await asyncio.sleep(WARM_UP_SECONDS)
    for pair in pairs:
        pair.counting, pair.expected, pair.delays_ms = True, 0, []
    cpu, began = _cpu_seconds(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    cpu, elapsed = _cpu_seconds(pid) - cpu, time.perf_counter() - began
    for pair in pairs:
        pair.counting = False
    for task in (*speakers, *listeners):
        task.cancel()
    await asyncio.gather(*speakers, *listeners, return_exceptions=True)
    delays = [delay for pair in pairs for delay in pair.delays_ms]
    return Stretch(
        delays, 100 * cpu / elapsed / len(pairs), len(delays), sum(pair.expected for pair in pairs)
    )


@asynccontextmanager
async def talking(data: Path, talks: int = TALKS, ends: int = 2) -> AsyncIterator[list[Talk]]:
    """Real pages' sockets, and a service that connects a caller with one or more desks and has them recorded."""
    while (found := holder(data)) is None or not found.port:  # noqa: ASYNC110  another process's lock
        await asyncio.sleep(0.02)
    tickets = Tickets.of(data)
    provider = BrowserProvider(socket_path(data), SecretVault())
    events = provider.events()
    assert isinstance(await anext(events), Reconnected)
    await provider.reconcile([])
    url = f"http://127.0.0.1:{found.port}/phone?token="
    async with aiohttp.ClientSession() as session:
        pairs = []
        for number in range(1, talks + 1):
            now = time.time_ns() // 1_000_000
            agents = [number + 1000 * more for more in range(ends - 1)]
            desks = [
                await session.ws_connect(url + tickets.station(agent, now), origin=ORIGIN) for agent in agents
            ]
            caller = await session.ws_connect(url + tickets.caller(None, "1000", now), origin=ORIGIN)
            for end in (*desks, caller):
                await end.send_str('{"event":"start","start":{}}')
            await _connect(provider, events, dict(zip(agents, desks, strict=True)), number)
            pairs.append(Talk(caller, *desks))
        yield pairs
    await provider.close()
    await events.aclose()  # type: ignore[attr-defined]


@asynccontextmanager
async def connected_to_relay(folder: Path) -> AsyncIterator[list[Talk]]:
    while not (folder / "port").exists():  # noqa: ASYNC110  another process's file
        await asyncio.sleep(0.02)
    url = f"http://127.0.0.1:{(folder / 'port').read_text()}/"
    async with aiohttp.ClientSession() as session:
        yield [
            Talk(await session.ws_connect(f"{url}{number}"), await session.ws_connect(f"{url}{number}"))
            for number in range(TALKS)
        ]


@asynccontextmanager
async def child(target: object) -> AsyncIterator[tuple[int, Path]]:
    """A process of its own with a directory of its own; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="callcenter-benchmark-"))
    process = multiprocessing.get_context("spawn").Process(target=target, args=(folder,))  # type: ignore[arg-type]
    process.start()
    try:
        assert process.pid is not None
        yield process.pid, folder
    finally:
        process.terminate()
        process.join()
        shutil.rmtree(folder, ignore_errors=True)


class BusyCore:
    """Another process that never pauses."""

    def __enter__(self) -> None:
        self._process = multiprocessing.get_context("spawn").Process(target=_spin)
        self._process.start()

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()


async def _connect(
    provider: BrowserProvider,
    events: AsyncIterator[object],
    desks: dict[int, aiohttp.ClientWebSocketResponse],
    number: int,
) -> None:
    members: list[Member] = []
    async for item in events:
        what = getattr(item, "input", None)
        if isinstance(what, CallArrived):
            members.append(Member(what.leg, Part.TALKS, staff=False))
            for agent, desk in desks.items():
                leg = f"c1-l{agent}"
                members.append(Member(leg, Part.TALKS, staff=True))
                await provider.perform(RingAgent("browser", leg, agent, agent))
                while '"ring"' not in (await desk.receive_str()):
                    pass
                await desk.send_str(f'{{"event":"answer","leg":"{leg}"}}')
        elif isinstance(what, LegAnswered):
            del desks[int(what.leg.removeprefix("c1-l"))]
            if not desks:
                await provider.perform(Bridge("browser", number, tuple(members), number))
                return


async def _speak(pair: Talk, phase: float) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time() + phase * FRAME_SECONDS
    while True:
        await asyncio.sleep(max(0.0, due - loop.time()))
        await pair.speak()
        due += FRAME_SECONDS


def _stamp(base64: str) -> int | None:
    """None: silence."""
    digits = a2b_base64(base64)[:16]
    return None if digits == SILENCE[:16] else int(digits, 16)


def _lost(stretch: Stretch) -> float:
    return round(100 * max(0, stretch.frames_sent - stretch.frames) / stretch.frames_sent, 2)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _run_media(data: Path) -> None:
    _no_output()
    uvloop.run(run_media(MediaSettings(data=data, port=0, origins=(ORIGIN,))))


def _run_relay(folder: Path) -> None:
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    _no_output()
    uvloop.run(_relay(folder))


async def _relay(folder: Path) -> None:
    """The least that can be done: what one end says is sent to the other, unread."""
    waiting: dict[str, web.WebSocketResponse] = {}
    other: dict[web.WebSocketResponse, web.WebSocketResponse] = {}

    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        peer = waiting.pop(request.match_info["talk"], None)
        if peer is None:
            waiting[request.match_info["talk"]] = socket
        else:
            other[socket], other[peer] = peer, socket
        async for message in socket:
            if socket in other:
                await other[socket].send_str(message.data)
        return socket

    application = web.Application()
    application.router.add_get("/{talk}", serve)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fresh = folder / "port.new"
    fresh.write_text(str(runner.addresses[0][1]))
    fresh.rename(folder / "port")
    await asyncio.Event().wait()


def _spin() -> None:
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, 0)
    while True:
        pass


def _no_output() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    run(main)
