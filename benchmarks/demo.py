"""What a newcomer waits for, and what a caller who waits costs: seconds to /readyz, bytes of live state.

The second start is one of `python -m callcenter demo` on data that a start before it has left. With --full a
newcomer does all of it (`tools/fresh_clone`): clones HEAD, with an empty home, and says `make demo` twice; the
first figure then holds the clone, the environment, the screens and the database.

The state is counted by tracemalloc while so many callers go through the real core into the demonstration's
queues, verified by PIN and with their balance heard; what comes in is forgotten as the engine forgets it. Beside
it the bytes of each in a snapshot.

    .venv/bin/python -m benchmarks.demo [--json] [--full]
"""

from __future__ import annotations

import asyncio
import gc
import getpass
import json
import os
import signal
import socket
import sys
import time
import tracemalloc
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from benchmarks.harness import Figure, Options, Result, at_most, result, run, scratch_folder
from callcenter import facts as f
from callcenter.center import settle
from callcenter.lifecycles import ContactState
from callcenter.resources import demo
from callcenter.setup.centre_toml import load_centre, with_doors_open
from callcenter.state import Live, State, encode

ROOT = Path(__file__).resolve().parent.parent
FIRST_SECONDS_MAX, SECOND_SECONDS_MAX = 180, 5
READY_SECONDS_MAX = 45
POLL_SECONDS = 0.02
SAID_MAX = 4_000
"""characters of its log that are told when it ends"""
OVERRIDES = ("PORT", "DATABASE_URL", "CALLCENTER_DATA")
"""in the environment: they would lead to a centre that is somebody's"""
CROWDS = (1_000, 10_000)
"""callers who wait"""
ARRIVAL_MS = 10
TO_THE_QUEUE = ("1", "2", "1", "0")
"""the keys: English, accounts, the balance, then a person"""


async def main(options: Options) -> Result:
    options.say("Callers wait")
    figures: dict[str, Figure] = {
        f"{crowd:,} callers wait: bytes each": _bytes_each(crowd) for crowd in CROWDS
    }
    if options.full:
        options.say("A newcomer clones and starts, twice")
        first, second = await _newcomer()
        figures |= {"clone to ready, first time, s": round(first, 1), "second time, s": round(second, 2)}
        goals = {
            "first time, s": at_most(FIRST_SECONDS_MAX, first),
            "second time, s": at_most(SECOND_SECONDS_MAX, second),
        }
    else:
        options.say("Starting twice")
        second = await _second_start()
        figures |= {"clone to ready, first time, s": "only with --full", "second time, s": round(second, 2)}
        goals = {"second time, s": at_most(SECOND_SECONDS_MAX, second)}
    return result("demo", figures, goals)


# --- Bytes ---


def _bytes_each(crowd: int) -> dict[str, float]:
    """Of live memory and of a snapshot, without what an empty centre needs."""
    live = Live(State(1))
    setup, _ = load_centre(demo() / "centre.toml")
    settle(live, f.CentreApplied(1, with_doors_open(setup), "benchmark"), 0)
    _call(live, 0)  # what the first caller makes for all: parsed trees, prepared prompts
    empty = len(encode(live.state))
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(1, crowd + 1):
            _call(live, number)
        gc.collect()
        memory, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    waiting = sum(contact.state is ContactState.WAITING for contact in live.state.contacts.values())
    assert waiting == crowd + 1, f"{waiting} of {crowd + 1} callers wait"
    return {
        "memory": round(memory / crowd),
        "snapshot": round((len(encode(live.state)) - empty) / crowd),
    }


def _call(live: Live, number: int) -> None:
    """One caller's way into a queue, everything answered at once."""
    at, keys = number * ARRIVAL_MS, deque(TO_THE_QUEUE)
    leg = f.LegId(f"browser:{number:032x}")
    inputs: deque[f.Input] = deque([f.CallArrived(leg, "browser", f"{leg}/ani", f"+1212555{number:05}")])
    while inputs:
        for decision in settle(live, inputs.popleft(), at).decisions:
            if isinstance(decision, f.ContactQueued):
                return
            if isinstance(decision, f.LookUpWanted):
                inputs.append(_looked_up(decision, number))
            elif isinstance(decision, f.PlayStarted):
                inputs.append(_heard(decision, keys))
    raise AssertionError(f"caller {number} came to no queue")


def _looked_up(wanted: f.LookUpWanted, number: int) -> f.Input:
    if wanted.kind == "pin":
        return f.PinChecked(wanted.look_up, f.PinResult.RIGHT)
    balance = ("balance", f"look-up:{wanted.look_up}/balance")
    return f.CustomerFound(wanted.look_up, number, "B", "en", (balance,))


def _heard(play: f.PlayStarted, keys: deque[str]) -> f.Input:
    if play.listen is None:
        return f.PlayFinished(play.leg, play.play)
    if play.listen.kind is f.KeysKind.SECRET:
        return f.KeysEntered(play.leg, play.play, secret=f"{play.leg}/{play.play}")
    return f.KeysEntered(play.leg, play.play, choice=keys.popleft())


# --- Seconds ---


async def _newcomer() -> tuple[float, float]:
    tool = await asyncio.create_subprocess_exec(
        ROOT / "tools" / "fresh_clone", "--as", getpass.getuser(), "--json", stdout=asyncio.subprocess.PIPE
    )
    said, _ = await tool.communicate()
    assert tool.returncode == 0, "the newcomer came to no running centre; see above"
    (seconds,) = json.loads(said).values()
    return seconds["first"], seconds["second"]


async def _second_start() -> float:
    with scratch_folder() as folder:
        await _start_demo(folder)
        return await _start_demo(folder)


async def _start_demo(folder: Path) -> float:
    """Seconds from the command to /readyz; then it is stopped in good order."""
    began = time.monotonic()
    async with running_demo(folder, "--agents=2"):
        return time.monotonic() - began


@asynccontextmanager
async def running_demo(folder: Path, *arguments: str) -> AsyncIterator[str]:
    """The address of a demonstration on the data in this folder, ready; stopped in good order afterwards."""
    port = _free_port()
    config = folder / "config.toml"
    config.write_text(
        f'[server]\nport = {port}\n[media]\nport = {_free_port()}\n[data]\ndirectory = "data"\n'
    )
    with (folder / "said").open("wb") as log:
        centre = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "callcenter", "demo", *arguments, f"--config={config}"),
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name not in OVERRIDES},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        async with asyncio.timeout(READY_SECONDS_MAX):
            await _ready(port, centre, folder / "said")
        yield f"http://127.0.0.1:{port}"
    finally:
        if centre.returncode is None:
            centre.send_signal(signal.SIGINT)
        await centre.wait()


async def _ready(port: int, centre: asyncio.subprocess.Process, said: Path) -> None:
    async with aiohttp.ClientSession() as client:
        while True:
            assert centre.returncode is None, _told(said)
            try:
                async with client.get(f"http://127.0.0.1:{port}/readyz") as reply:
                    if reply.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass  # not yet
            await asyncio.sleep(POLL_SECONDS)


def _told(said: Path) -> str:
    return f"the demonstration ended:\n{said.read_text()[-SAID_MAX:]}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    run(main)
