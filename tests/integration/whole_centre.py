"""A whole centre as its users run it: service, media process and PostgreSQL, each of which can be killed.

    centre = Centre.make()                  # a directory of its own, free ports
    centre.start(); await centre.ready()
    centre.kill_service(); centre.start(); await centre.ready()
    await centre.kill_media()               # the service starts another
    await centre.sql("select …")
    centre.stop()

The rule: everything is done from outside, by process id, socket and SQL; nothing of the centre is imported into
its own tests but where its database listens.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from outside import until

from callcenter.media.lock import holder
from callcenter.store.data_directory import server_status
from callcenter.store.postgres import url_of

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 60
SECONDS_MAX = 30
POLL_SECONDS = 0.03
REJOIN_SECONDS = 4
STOP_SECONDS_MAX = 30
SHOWN_CHARACTERS = 8000

CONFIG = """\
[media]
port = {media_port}
rejoin_seconds = {rejoin_seconds}

[logging]
level = "debug"
"""


class Centre:
    """One demo in a directory of its own. Its ports stay the same over restarts: pages come back to them."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port, self.media_port = free_port(), free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._arguments = arguments
        self._service: subprocess.Popen[bytes] | None = None
        self.config = folder / "config.toml"
        self.config.write_text(CONFIG.format(media_port=self.media_port, rejoin_seconds=REJOIN_SECONDS))
        self.environment = {**os.environ, "PORT": str(self.port), "CALLCENTER_DATA": str(self.data)}
        self.environment.pop("DATABASE_URL", None)

    @classmethod
    def make(cls, *, calls_per_hour: int = 0, agents: int = 0) -> Centre:
        folder = Path(tempfile.mkdtemp(prefix="callcenter-whole-"))
        folder.chmod(0o711)  # PostgreSQL's own user goes through it
        quiet = "--history-days=0"  # what happens is all there is
        return cls(folder, f"--calls-per-hour={calls_per_hour}", f"--agents={agents}", quiet)

    # --- Lives ---

    def start(self) -> None:
        with (self.folder / "service.log").open("ab") as log:
            self._service = subprocess.Popen(
                [sys.executable, "-m", "callcenter", "demo", "--config", str(self.config), *self._arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def ready(self) -> None:
        """Until /readyz says so."""

        async def answers() -> bool:
            assert self._service is not None
            assert self._service.poll() is None, f"the service ended:\n{self.said()[-SHOWN_CHARACTERS:]}"
            try:
                async with http.get(f"{self.address}/readyz") as reply:
                    return reply.status == 200
            except (aiohttp.ClientError, TimeoutError):  # it listens before it answers
                return False

        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as http:
            await until(answers, START_SECONDS_MAX)

    def stop(self) -> None:
        """In good order, media process included; then the directory goes."""
        if self._service is not None and self._service.poll() is None:
            self._service.terminate()
            try:
                self._service.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.kill_service()
        if self.media_pid:
            os.kill(self.media_pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- Kills ---

    def kill_service(self) -> None:
        assert self._service is not None
        self._service.kill()
        self._service.wait()

    async def kill_media(self) -> None:
        """And until the service has started another."""
        killed = self.media_pid
        os.kill(killed, signal.SIGKILL)
        await _other_than(killed, lambda: self.media_pid)

    async def kill_postgres(self) -> None:
        """And until the service has started another."""
        killed = self.postgres_pid
        os.kill(killed, signal.SIGKILL)
        await _other_than(killed, lambda: self.postgres_pid)

    @property
    def service_pid(self) -> int:
        assert self._service is not None
        return self._service.pid

    @property
    def media_pid(self) -> int:
        """0: there is none just now."""
        found = holder(self.data)
        return found.pid if found is not None else 0

    @property
    def postgres_pid(self) -> int:
        """0: there is none just now."""
        status = server_status(self.data / "postgres")
        return status[0] if status is not None else 0

    @property
    def database_url(self) -> str:
        return url_of((self.data / "postgres").resolve())

    # --- What it knows ---

    def said(self) -> str:
        """The logs of all its processes, the service's last."""
        logs = [self.data / "postgres.log", self.data / "media.log", self.folder / "service.log"]
        return "\n".join(log.read_text(errors="replace") for log in logs if log.exists())

    async def sql(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Of the running database; patient while it is away."""
        async with asyncio.timeout(SECONDS_MAX):
            while True:
                try:
                    connection = await asyncpg.connect(self.database_url)
                    try:
                        return [dict(row) for row in await connection.fetch(query, *values)]
                    finally:
                        connection.terminate()
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    await asyncio.sleep(POLL_SECONDS)

    async def settled(self, query: str, *values: Any) -> dict[str, Any]:
        """The one row of a query, as soon as there is one."""
        rows: list[dict[str, Any]] = []

        async def found() -> bool:
            rows[:] = await self.sql(query, *values)
            return bool(rows)

        await until(found)
        assert len(rows) == 1, rows
        return rows[0]

    async def at(self, *nodes: str) -> str:
        """Until the newest call stands at one of these nodes of the IVR; which one it is."""
        entered: list[str] = []

        async def there() -> bool:
            entries = await self.sql("select decisions from journal order by seq desc limit 10")
            entered[:] = [
                decision["node"]
                for entry in reversed(entries)
                for decision in json.loads(entry["decisions"])
                if decision["type"].startswith("node-entered")
            ]
            return bool(entered) and entered[-1] in nodes

        await until(there)
        return entered[-1]

    async def history_written(self) -> None:
        """Until the history holds all that has happened."""

        async def level() -> bool:
            behind = "select from history_checkpoint where through_seq < (select max(seq) from journal)"
            return not await self.sql(behind)

        await until(level)

    # --- Its pages ---

    def visitor(self) -> AbstractAsyncContextManager[Visitor]:
        return _visitor(self)


class Visitor:
    """A browser's requests without the browser: cookies, and the proof that a page carries."""

    def __init__(self, centre: Centre, http: aiohttp.ClientSession) -> None:
        self.centre = centre
        self.http = http

    async def sign_in(self, login: str) -> Visitor:
        page = await self.get("/sign-in")
        form = {"login": login, "password": f"{login}-demo", "next": "/", "csrf": _hidden(page)}
        async with self.http.post(self.centre.address + "/sign-in", data=form) as reply:
            assert reply.status == 200, await reply.text()
        return self

    async def get(self, path: str) -> str:
        return (await self.bytes(path)).decode()

    async def bytes(self, path: str) -> bytes:
        async with self.http.get(self.centre.address + path) as reply:
            assert reply.status == 200, f"{path}: {reply.status}"
            return await reply.read()

    async def json(self, path: str) -> Any:
        return json.loads(await self.get(path))

    async def post(self, page: str, path: str, body: dict[str, Any]) -> Any:
        """As the script of `page` does it."""
        proof = (await self.get(page)).split('name="csrf" content="', 1)[1].split('"', 1)[0]
        headers = {"X-CSRF": proof, "Origin": self.centre.address}
        async with self.http.post(self.centre.address + path, json=body, headers=headers) as reply:
            assert reply.status == 200, await reply.text()
            return await reply.json()

    async def caller_line(self, name: str = "Li Wei") -> dict[str, str]:
        """Address, ticket and leg of a call as this demo customer."""
        caller = next(one["id"] for one in await self.json("/api/callers") if one["name"] == name)
        line: dict[str, str] = await self.post("/call", "/api/call", {"caller": caller})
        return line

    async def station_line(self) -> dict[str, str]:
        line: dict[str, str] = await self.post("/desk", "/api/station", {})
        return line


@asynccontextmanager
async def _visitor(centre: Centre) -> AsyncIterator[Visitor]:
    jar = aiohttp.CookieJar(unsafe=True)  # an address of numbers keeps its cookies too
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Visitor(centre, http)


async def _other_than(killed: int, pid: Callable[[], int]) -> None:
    async def other() -> bool:
        return pid() not in (0, killed)

    await until(other)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _hidden(page: str) -> str:
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]
