"""What one screen says: subscriptions at once, asks through the owner.

The rule: every ask gets one reply, and the reply of one that was done comes when it is durable. Each ask that waits
for the owner is a task of its own, so a slow one delays neither the next one nor what the screen is shown. A power
over others that is refused here stands in the audit before its reply.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
import structlog
from aiohttp import WSMsgType

from callcenter.errors import CallCenterError
from callcenter.facts import Received
from callcenter.lifecycles import Presence
from callcenter.rights import Actor, Role, may_subscribe
from callcenter.screens import asks, supervision_asks
from callcenter.screens.publisher import Publisher
from callcenter.screens.reader import GONE, Ended, Reader, Socket
from callcenter.screens.supervision_asks import Oversight
from callcenter.screens.views import DESK
from callcenter.screens.wire import (
    ASKS_MAX,
    Ask,
    AskId,
    ForceSignOut,
    Reply,
    Subscribe,
    Supervision,
    Unsubscribe,
)

UNAVAILABLE = "unavailable"
BUSY = "busy"
MALFORMED = "malformed"

log = structlog.get_logger(__name__)

Submit = Callable[[Received], Awaitable[str]]
"""Gives an input to the owner; "" once it is durable, or the text key of its refusal."""


class _Named(msgspec.Struct):
    """What can be told of a malformed ask."""

    id: AskId


_ASKS: msgspec.json.Decoder[Ask] = msgspec.json.Decoder(Ask)
_NAMED = msgspec.json.Decoder(_Named)
_ENCODER = msgspec.json.Encoder()


class Listener:
    """Hears one screen; each ask that waits for the owner is a task of its own."""

    def __init__(
        self,
        submit: Submit,
        oversight: Oversight,
        publisher: Publisher,
        reader: Reader,
        tasks: asyncio.TaskGroup,
        now: Callable[[], int],
    ) -> None:
        self._submit = submit
        self._oversight = oversight
        self._publisher = publisher
        self._reader = reader
        self._actor = reader.visitor.actor
        self._tasks = tasks
        self._now = now
        self._waiting = 0
        self._signed_in = False

    async def listen(self, ws: Socket) -> None:
        while True:
            message = await ws.receive()
            if message.type is WSMsgType.BINARY:
                raise Ended(1003, "text only")
            if message.type is not WSMsgType.TEXT:
                raise Ended(GONE, "gone")
            self._reader.count_message()
            self._hear(message.data)

    def _hear(self, text: str) -> None:
        try:
            ask = _ASKS.decode(text)
        except msgspec.DecodeError:
            return self._refuse_malformed(text)
        if isinstance(ask, Subscribe):
            return self._subscribe(ask)
        if isinstance(ask, Unsubscribe):
            return self._unsubscribe(ask)
        if self._waiting >= ASKS_MAX:
            return self._reply(ask.id, BUSY)
        if isinstance(ask, Supervision):
            return self._begin(ask.id, partial(self._supervise, ask))
        received = asks.received(self._publisher.live, self._actor, ask)
        if isinstance(received, str):
            return self._reply(ask.id, received)
        return self._begin(ask.id, partial(self._give, received))

    def _refuse_malformed(self, text: str) -> None:
        log.warning("screens.malformed", connection=self._reader.connection, length=len(text))
        try:
            named = _NAMED.decode(text)
        except msgspec.DecodeError:
            raise Ended(1007, "not a message of this protocol") from None
        self._reply(named.id, MALFORMED)

    def _subscribe(self, ask: Subscribe) -> None:
        if not all(may_subscribe(self._actor, topic) for topic in ask.topics):
            return self._reply(ask.id, asks.FORBIDDEN)
        self._reply(ask.id, "")
        for topic in ask.topics:
            self._publisher.subscribe(self._reader, topic)
        if self._actor.agent is not None and f"{DESK}{self._actor.agent}" in ask.topics:
            self._sign_in(self._actor, self._actor.agent)
        return None

    def _unsubscribe(self, ask: Unsubscribe) -> None:
        self._publisher.leave(self._reader, ask.topics)
        self._reply(ask.id, "")

    def _sign_in(self, actor: Actor, number: int) -> None:
        """Whoever opens the desk is at work, though not ready yet."""
        agent = self._publisher.live.state.agents.get(number)
        if self._signed_in or agent is None or actor.role is not Role.AGENT:
            return  # who leads may listen on that phone without being at work as an agent
        # Once: whoever signs off at an open desk and then asks for a fresh snapshot stays off.
        self._signed_in = True
        if agent.will_be is not Presence.OFFLINE:
            return
        signed_in = asks.signed_in(actor, number, self._reader.connection)
        self._tasks.create_task(self._give(signed_in), name=f"sign in {signed_in.source}")

    def _begin(self, id: str, work: Callable[[], Awaitable[str]]) -> None:
        """The reply of `work` goes out when it is done."""
        self._waiting += 1
        self._tasks.create_task(self._ask(id, work), name=f"ask {self._reader.connection}:{id}")

    async def _ask(self, id: str, work: Callable[[], Awaitable[str]]) -> None:
        try:
            self._reply(id, await work())
        finally:
            self._waiting -= 1

    async def _supervise(self, ask: Supervision) -> str:
        live, actor = self._publisher.live, self._actor
        received = supervision_asks.received(live, actor, ask)
        try:
            if isinstance(received, str):
                await self._oversight.note_refused(actor, ask, received)
                return received
            refused = await self._give(received)
            if refused in (BUSY, UNAVAILABLE):
                await self._oversight.note_refused(actor, ask, refused)
            if not refused and isinstance(ask, ForceSignOut):
                await self._oversight.end_sessions(live.state.agents[ask.agent].setup.login)
            return refused
        except Exception:  # whatever the store has: the supervisor is told, and asks again
            log.warning("screens.supervision_failed", connection=self._reader.connection, exc_info=True)
            return UNAVAILABLE

    async def _give(self, received: Received) -> str:
        try:
            return await self._submit(received)
        except CallCenterError:  # the owner takes nothing now: it is stopping, or its inbox is full
            return UNAVAILABLE

    def _reply(self, id: str, refused: str) -> None:
        self._reader.put(_ENCODER.encode(Reply(id, refused, self._now())))
