"""A screen's outbox: nobody waits for it, and it waits for nobody for ever."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from aiohttp import WSMsgType
from aiohttp.web import WebSocketResponse

from callcenter.screens.reader import Ended, Reader
from callcenter.screens.wire import OUTBOX_BYTES_MAX, OUTBOX_SECONDS_MAX
from tests.screens.stage import SESSIONS


class Socket:
    """Takes what it is given, once it is open."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.sent: list[bytes] = []
        self.taken = asyncio.Event()

    async def send_frame(self, message: bytes, kind: WSMsgType) -> None:
        assert kind is WSMsgType.TEXT
        await self.open.wait()
        self.sent.append(message)
        self.taken.set()


def reader(socket: Socket) -> Reader:
    return Reader(cast(WebSocketResponse, socket), SESSIONS["super"], "test")


async def live(one: Reader) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(one.write())
        tasks.create_task(one.watch())


async def end_of(one: Reader) -> Ended:
    with pytest.raises(ExceptionGroup) as raised:
        await live(one)
    (ended,) = raised.value.exceptions
    assert isinstance(ended, Ended)
    return ended


async def test_what_lies_unread_for_too_long_ends_the_reader():
    one, now = reader(Socket()), asyncio.get_running_loop().time()
    one.put(b"unread")
    ending = asyncio.create_task(end_of(one))
    one.end_if_stuck(now + OUTBOX_SECONDS_MAX - 1)
    await asyncio.sleep(0)
    assert not ending.done()
    one.end_if_stuck(now + OUTBOX_SECONDS_MAX + 1)
    assert (await ending).code == 1013


async def test_who_has_read_everything_may_be_silent_for_ever():
    one = reader(Socket())
    one.end_if_stuck(asyncio.get_running_loop().time() + 1_000)
    one.end(1012, "service restart")
    assert (await end_of(one)).code == 1012


async def test_too_much_unread_ends_the_reader():
    one = reader(Socket())
    one.put(b"x" * OUTBOX_BYTES_MAX)
    one.put(b"x")
    assert (await end_of(one)).code == 1013


async def test_a_large_snapshot_is_not_the_readers_fault():
    socket = Socket()
    one = reader(socket)
    one.put_snapshot("waiting", b"x" * (2 * OUTBOX_BYTES_MAX))
    one.put(b"change")
    assert one.awaits_snapshot("waiting")
    socket.open.set()
    living = asyncio.create_task(live(one))
    while len(socket.sent) < 2:
        socket.taken.clear()
        await socket.taken.wait()
    assert socket.sent[1] == b"change"
    assert not one.awaits_snapshot("waiting")
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)


async def test_what_was_taken_no_longer_counts():
    socket = Socket()
    socket.open.set()
    one = reader(socket)
    living = asyncio.create_task(live(one))
    for number in range(10):
        one.put(b"x" * (OUTBOX_BYTES_MAX // 2))
        while len(socket.sent) <= number:
            socket.taken.clear()
            await socket.taken.wait()
    assert not living.done()
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)


async def test_an_end_comes_through_while_a_message_is_stuck_and_the_first_reason_counts():
    one = reader(Socket())
    one.put(b"stuck")
    ending = asyncio.create_task(end_of(one))
    await asyncio.sleep(0)
    one.end(4401, "signed out")
    one.end(1012, "service restart")
    assert (await ending).code == 4401
