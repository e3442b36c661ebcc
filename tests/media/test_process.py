"""The media process as a child: killed, restarted, taken over, stopped; callers notice as little as can be."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from fake_page import Page
from media_world import Service, Talk, settings
from outside import until

from callcenter.cti.provider import Play, Say, WantedLeg
from callcenter.errors import UserError
from callcenter.facts import (
    CallArrived,
    KeysEntered,
    KeysKind,
    LegCause,
    LegEnded,
    LegRestored,
    Listen,
    RecordingClosed,
)
from callcenter.media.process import MediaProcess
from callcenter.media.recorder import wav_of


def command(data: Path, port: int = 0, **changes: float) -> list[str]:
    configured = settings(data, **{"rejoin_seconds": 5, **changes})
    configured = msgspec.structs.replace(configured, port=port)
    text = msgspec.json.encode(configured, enc_hook=str).decode()
    return [sys.executable, str(Path(__file__).with_name("run_media.py")), text]


@contextlib.asynccontextmanager
async def kept(process: MediaProcess) -> AsyncIterator[int]:
    """Running and supervised; stopped afterwards. Gives the phones' port."""
    port = (await process.start()).port
    keeper = asyncio.create_task(process.keep(), name="keeper")
    try:
        yield port
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
        await process.stop()


def kill(process: MediaProcess, signum: signal.Signals = signal.SIGKILL) -> None:
    found = process.holder
    assert found is not None
    os.kill(found.pid, signum)


async def again(process: MediaProcess, killed: int) -> int:
    """The port of the process that came after the killed one."""
    port = 0

    async def is_back() -> bool:
        nonlocal port
        found = process.holder
        port = found.port if found is not None and found.pid != killed else 0
        return bool(port)

    await until(is_back, 10)
    return port


def raw_files(data: Path) -> list[Path]:
    return list(data.glob("recordings/*/*.ulaw"))


async def test_a_caller_rejoins_after_kill_9_and_hears_the_prompt_again(tmp_path: Path):
    process = MediaProcess(command(tmp_path), tmp_path)
    async with kept(process) as port:
        service = Service(tmp_path)
        await service.attach()
        ticket = service.caller_ticket()
        page = await Page.open(port, ticket)
        leg = (await service.report(CallArrived)).leg
        play = Play(leg, 3, (Say("Your account number, please."),), Listen(KeysKind.VALUE, 5, 60_000))
        await service.provider.perform(play)
        await page.hears_something()
        killed = process.holder
        assert killed is not None
        kill(process)
        await page.gone()
        port = await again(process, killed.pid)
        await service.attach([WantedLeg(leg, (play,))])
        page = await Page.open(port, ticket, rejoin=True)
        assert await service.report(LegRestored) == LegRestored(leg)
        await page.hears_something()
        await page.press("10023")
        assert (await service.report(KeysEntered)).play == 3
        await page.close()
        await service.close()


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "asked_to_end"])
async def test_a_talk_goes_on_in_the_next_life_in_the_same_recording_with_its_gap(
    tmp_path: Path, signum: signal.Signals
):
    process = MediaProcess(command(tmp_path), tmp_path)
    async with kept(process) as port:
        service = Service(tmp_path)
        await service.attach()
        talk = await Talk(service, port).begin(recording=17)
        await talk.both_heard()
        killed = process.holder
        assert killed is not None
        kill(process, signum)
        await talk.caller.gone()
        await talk.desk.gone()
        talk.port = await again(process, killed.pid)
        talk.caller = await Page.open(talk.port, talk.ticket, rejoin=True)  # before the service says a word
        await service.attach(talk.wanted(recording=17))
        talk.desk = await Page.open(talk.port, service.desk_ticket(), tab="desk", rejoin=True)
        await talk.desk.told("start", leg=talk.leg)
        await talk.both_heard()
        await talk.caller.say({"event": "hangup"})
        closed = await service.report(RecordingClosed)
        assert closed.recording == 17
        assert closed.gaps
        assert all(0 <= start < end <= closed.length_ms for start, end in closed.gaps)
        file = wav_of(tmp_path, 17)
        assert file is not None
        assert file.stat().st_size > closed.length_ms * 16
        await talk.close()
        await service.close()


async def test_a_leg_that_does_not_rejoin_after_kill_9_is_lost_by_our_fault(tmp_path: Path):
    process = MediaProcess(command(tmp_path, rejoin_seconds=0.2), tmp_path)
    async with kept(process) as port:
        service = Service(tmp_path)
        await service.attach()
        talk = await Talk(service, port).begin(recording=17)
        await talk.both_heard()
        killed = process.holder
        assert killed is not None
        kill(process)
        await talk.caller.gone()
        await again(process, killed.pid)
        await service.attach(talk.wanted(recording=17))
        assert (await service.report(LegEnded)).cause is LegCause.SYSTEM
        assert (await service.report(RecordingClosed)).recording == 17
        await talk.close()
        await service.close()


async def test_a_recording_whose_call_is_over_is_closed_by_the_next_life(tmp_path: Path):
    process = MediaProcess(command(tmp_path), tmp_path)
    async with kept(process) as port:
        service = Service(tmp_path)
        await service.attach()
        talk = await Talk(service, port).begin(recording=17)
        await talk.both_heard()
        killed = process.holder
        assert killed is not None
        kill(process)
        await again(process, killed.pid)
        await service.attach([])
        assert (await service.report(RecordingClosed)).recording == 17
        await talk.close()
        await service.close()


async def test_the_next_service_takes_over_a_media_process_that_lives(tmp_path: Path):
    first = MediaProcess(command(tmp_path), tmp_path)
    found = await first.start()
    second = MediaProcess(command(tmp_path), tmp_path)
    assert await second.start() == found
    await second.stop()
    assert first.holder is None


async def test_stopping_tells_pages_to_come_back_and_loses_nothing_of_what_was_said(tmp_path: Path):
    process = MediaProcess(command(tmp_path), tmp_path)
    found = await process.start()
    service = Service(tmp_path)
    await service.attach()
    talk = await Talk(service, found.port).begin(recording=17)
    await talk.both_heard()
    await process.stop()
    assert await talk.caller.gone() == 1012
    left = sum(len(file.read_bytes()) for file in raw_files(tmp_path))
    async with kept(MediaProcess(command(tmp_path), tmp_path)):
        await service.attach([])
        closed = await service.report(RecordingClosed)
        assert closed.recording == 17
        assert left
        assert raw_files(tmp_path) == []
        assert wav_of(tmp_path, 17) is not None
    await talk.close()
    await service.close()


async def test_without_a_service_and_without_a_call_it_ends_by_itself(tmp_path: Path):
    process = MediaProcess(command(tmp_path, orphan_seconds=1), tmp_path)
    await process.start()

    async def is_gone() -> bool:
        return process.holder is None

    await until(is_gone, 10)


async def test_a_second_process_says_that_there_is_one(tmp_path: Path):
    process = MediaProcess(command(tmp_path), tmp_path)
    async with kept(process):
        child = await asyncio.create_subprocess_exec(*command(tmp_path), stderr=asyncio.subprocess.PIPE)
        _, said = await child.communicate()
        assert child.returncode == 1
        assert b"already running as process" in said


async def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = MediaProcess(command(tmp_path, port=taken.getsockname()[1]), tmp_path)
        with pytest.raises(UserError, match="can't be used: Address already in use"):
            await process.start()
