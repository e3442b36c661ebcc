"""Who looks at the screens of `benchmarks.fanout`: people with sessions, and the door that lets them in.

The rule: the feed is served as the service serves it, each connection with a session that is looked up and watched
over. Only the sign-in with its password is left out: 300 of them take longer than the benchmark.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from benchmarks.centre import Centre
from benchmarks.screens import COOKIE, Screen
from callcenter.rights import Role
from callcenter.setup.centre_toml import SIMULATED_AGENTS_FROM, simulated_people
from callcenter.store.database import Database
from callcenter.store.passwords import Passwords
from callcenter.store.people import HOUR_MS, SQL, People, PersonSetup, token_hash
from callcenter.web.sockets import Sockets

CENTRE = 1
SOCKETS_MAX = 2_000
PATH = "/feed"
WALLBOARD = ("queues", "agents")
"""its topics; a desk has its own, and the directory only while somebody chooses whom to call"""


class Audience:
    """So many agents, then so many supervisors, all signed in."""

    def __init__(self, people: People, screens: tuple[Screen, ...]) -> None:
        self.people = people
        self.screens = screens

    @classmethod
    async def signed_in(cls, database: Database, desks: int, wallboards: int) -> Audience:
        agents = simulated_people(desks)
        leaders = tuple(
            PersonSetup(f"wallboard-{number}", f"Wallboard {number}", Role.SUPERVISOR)
            for number in range(1, wallboards + 1)
        )
        topics = [(f"desk:{SIMULATED_AGENTS_FROM + index}",) for index in range(desks)]
        everybody, tokens = (
            (*agents, *leaders),
            [secrets.token_urlsafe(32) for _ in range(desks + wallboards)],
        )
        passwords = Passwords()
        people = People(database, CENTRE, passwords, _now)
        await people.set_people(everybody)
        passwords.close()
        now = _now()
        sessions = [
            (CENTRE, token_hash(token), person.login, now, HOUR_MS, now + HOUR_MS)
            for person, token in zip(everybody, tokens, strict=True)
        ]
        await database.pool.executemany(SQL.open_session, sessions)
        return cls(
            people,
            tuple(
                Screen(PATH, token, shown)
                for token, shown in zip(tokens, [*topics, *[WALLBOARD] * wallboards], strict=True)
            ),
        )


@asynccontextmanager
async def served(centre: Centre, people: People) -> AsyncIterator[str]:
    """Where the feed is."""
    sockets, app = Sockets(people, SOCKETS_MAX), web.Application()

    async def feed(request: web.Request) -> web.StreamResponse:
        session = await people.session(request.cookies[COOKIE])
        assert session is not None
        socket = await sockets.accept(request, session)
        try:
            await centre.feed.serve(socket.websocket, session, socket.abort)
        finally:
            sockets.release(socket)
        return socket.websocket

    app.router.add_get(PATH, feed)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    watching = asyncio.create_task(sockets.watch(), name="web sessions")
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        watching.cancel()
        centre.feed.stop()
        await runner.cleanup()


def _now() -> int:
    return time.time_ns() // 1_000_000
