"""The screens' websocket: who is there, what they follow, what they ask for.

The rule: a connection costs the others nothing. Each has an outbox of its own and three tasks; what is malformed,
too much or too slow ends that connection with a code, is logged without content, and nobody else notices.

    code   why
    1003   binary message               1009   message too large (aiohttp)
    1007   not a message of ours        1012   the service stops
    1008   too many messages            1013   too slow, or the service is not ready yet
    4401   signed out
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence

import msgspec
import structlog

from callcenter.facts import CentreSetup, Fact
from callcenter.rights import powers_of, topics_of
from callcenter.screens.book import Book, People
from callcenter.screens.listener import Listener, Submit
from callcenter.screens.publisher import Publisher
from callcenter.screens.reader import GONE, Ended, Reader, Socket, Visitor
from callcenter.screens.supervision_asks import Oversight
from callcenter.screens.view_eyes import Today
from callcenter.screens.wire import VERSION, Hello
from callcenter.state import Live

CLOSE_SECONDS = 2
"""a screen that doesn't answer our closing by then is cut off"""
SWEEP_SECONDS = 1
BACK_OFF_SECONDS = 1
"""before people are looked up again after that failed"""

NO_SETUP = CentreSetup("", "UTC", (), (), (), ())

log = structlog.get_logger(__name__)

_ENCODER = msgspec.json.Encoder()


class Feed:
    """All screens of one centre. `now`: server time in ms, of which `speed` go by in one of the world's; `build`
    names the screens that are served, `name_connection` gives each connection a name of its own."""

    def __init__(
        self,
        submit: Submit,
        people: People,
        today: Today,
        *,
        oversight: Oversight,
        now: Callable[[], int],
        speed: Callable[[], int] = lambda: 1,
        build: str,
        name_connection: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._submit = submit
        self._oversight = oversight
        self._book = Book(people)
        self._today = today
        self._now = now
        self._speed = speed
        self._build = build
        self._name_connection = name_connection
        self._publisher: Publisher | None = None
        self._readers: dict[Reader, None] = {}
        self._stopped = False
        self.cut = 0
        """connections that we ended since the start"""

    @property
    def readers(self) -> int:
        """Connections now."""
        return len(self._readers)

    # --- Called by the owner of the centre; none of these waits ---

    def begin(self, live: Live, seq: int) -> None:
        """From now on there is something to see: the state after entry `seq`, all of it durable."""
        self._publisher = Publisher(live, seq, self._book, self._today)

    def observe(self, facts: Sequence[Fact], seq: int) -> None:
        """The state now holds the facts (the input and its decisions) of entry `seq`; not durable yet."""
        if self._publisher is None:
            raise RuntimeError("Feed.observe before Feed.begin: the feed doesn't know what came before")
        self._publisher.observe(facts, seq)

    def durable(self, seq: int) -> None:
        """Entry `seq`, and all before it, may be seen."""
        if self._publisher is not None:
            self._publisher.durable(seq)

    def start_over(self, live: Live, seq: int) -> None:
        """What was observed after entry `seq` was undone: screens connect again and get what is so."""
        for reader in self._readers:
            reader.end(1012, "started over")
        if self._publisher is not None:
            self._publisher.close()
        self.begin(live, seq)

    def figures_changed(self, queues: Iterable[str] = (), agents: Iterable[int] = ()) -> None:
        """Today's figures of these have changed (an interval was folded, midnight has passed)."""
        if self._publisher is not None:
            self._publisher.figures_changed(queues, agents)

    # --- Called by the web application ---

    async def run(self) -> None:
        """Looks up what rows lack, and who no longer reads; for as long as the service lives."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._look_up_for_ever(), name="screens look-ups")
            tasks.create_task(self._sweep_for_ever(), name="screens sweep")

    async def serve(self, ws: Socket, visitor: Visitor, abort: Callable[[], None] = lambda: None) -> None:
        """The life of one connection, until `ws` is closed. The door has checked origin and session.

        `abort` drops the connection at once: what a slow reader never takes shall not stay in memory."""
        reader = Reader(ws, visitor, self._name_connection())
        self._readers[reader] = None
        publisher = self._publisher
        try:
            await self._live_with(ws, reader)
        except* Ended as group:
            await self._hang_up(ws, reader, _first(group), abort)
        finally:
            del self._readers[reader]
            if publisher is not None:  # not a later one: after a start over this reader is nobody's there
                publisher.leave(reader)

    def tell_time(self) -> None:
        """The centre's time goes at another speed from now on: every screen is greeted anew."""
        if self._publisher is not None:
            for reader in self._readers:
                reader.put(self._hello(self._publisher.live, reader.visitor))

    def stop(self) -> None:
        """Ends all connections, also those that come from now on; screens connect again by themselves."""
        self._stopped = True
        for reader in self._readers:
            reader.end(1012, "service restart")
        if self._publisher is not None:
            self._publisher.close()

    # --- Beside the connections ---

    async def _look_up_for_ever(self) -> None:
        while True:
            try:
                rows = await self._book.look_up()
            except Exception:  # whatever the store has: rows stay as they are, the next change asks again
                log.warning("screens.look_up_failed", exc_info=True)
                await asyncio.sleep(BACK_OFF_SECONDS)
                continue
            if self._publisher is not None:
                self._publisher.redraw(rows)

    async def _sweep_for_ever(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for reader in self._readers:
                reader.end_if_stuck(loop.time())

    # --- One connection ---

    async def _live_with(self, ws: Socket, reader: Reader) -> None:
        """Raises `Ended` in a group, whatever the end is."""
        publisher = self._publisher
        if self._stopped:
            reader.end(1012, "service restart")
        elif publisher is None:
            reader.end(1013, "not ready")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(reader.watch(), name=f"screen {reader.connection} watch")
            tasks.create_task(reader.write(), name=f"screen {reader.connection} write")
            if publisher is not None:
                reader.put(self._hello(publisher.live, reader.visitor))
                listener = Listener(self._submit, self._oversight, publisher, reader, tasks, self._now)
                tasks.create_task(listener.listen(ws), name=f"screen {reader.connection} listen")

    def _hello(self, live: Live, visitor: Visitor) -> bytes:
        actor, setup = visitor.actor, live.state.setup or NO_SETUP
        powers, topics = powers_of(actor), topics_of(actor)
        breaks = "force-state" in powers
        hello = Hello(
            version=VERSION,
            build=self._build,
            now=self._now(),
            speed=self._speed(),
            login=actor.login,
            name=visitor.name,
            role=actor.role.value,
            agent=actor.agent,
            centre=setup.name,
            topics=topics,
            powers=powers,
            break_reasons=setup.break_reasons if breaks else (),
            break_reasons_zh=setup.break_reasons_zh if breaks else (),
            skills_zh=setup.skills_zh if "agents" in topics else (),
        )
        return _ENCODER.encode(hello)

    async def _hang_up(self, ws: Socket, reader: Reader, ended: Ended, abort: Callable[[], None]) -> None:
        if ended.code == GONE:
            return
        self.cut += 1
        log.info("screens.ended", connection=reader.connection, code=ended.code, reason=ended.reason)
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                # Not drained: our writer may have been cancelled in its drain, and aiohttp's drains share one
                # future, so that the next one would be cancelled too.
                await ws.close(code=ended.code, message=ended.reason.encode(), drain=False)
        except TimeoutError:
            log.info("screens.did_not_close", connection=reader.connection)
            abort()


def _first(group: BaseExceptionGroup[Ended]) -> Ended:
    """Several tasks may find the end at once; the first of them says why."""
    error = group.exceptions[0]
    return error if isinstance(error, Ended) else _first(error)
