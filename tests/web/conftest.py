"""A real web server on a real port before a real PostgreSQL, with fakes where other rooms begin."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web
from argon2 import PasswordHasher
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from prometheus_client import CollectorRegistry

from callcenter.config import Server as ServerSettings
from callcenter.explain.moment import Explanation
from callcenter.facts import AgentSetup, CentreSetup, QueueSetup, Received, SkillLevel
from callcenter.rights import Role
from callcenter.store.audit import AuditTrail
from callcenter.store.audit_anchor import ANCHOR
from callcenter.store.audit_search import AuditSearch
from callcenter.store.customers import Customers
from callcenter.store.database import Database
from callcenter.store.history_search import HistorySearch
from callcenter.store.journal import Journal
from callcenter.store.passwords import Passwords
from callcenter.store.people import People, PersonSetup, Session
from callcenter.store.reports import Reports
from callcenter.web.app import build_app
from callcenter.web.keys import PAGES as PAGES_KEY
from callcenter.web.server import Server, listen, origins_of
from callcenter.web.services import Caller, CallerTicket, Demo, Login, Services, Waiting

TEMPLATES = Path(__file__).parents[2] / "agents_ui" / "templates"
PAGES = ("call", "desk", "supervisor", "history", "wallboard", "audit", "report")
MANIFEST = {
    "_shared-x1.js": {"file": "assets/shared-x1.js", "css": ["assets/shared-x1.css"]},
    "src/styles/site.css": {"file": "assets/site-x1.css"},
    **{
        f"src/pages/{page}.tsx": {"file": f"assets/{page}-x1.js", "imports": ["_shared-x1.js"]}
        for page in PAGES
    },
}
PASSWORD = "correct horse battery"
PEOPLE = (
    PersonSetup("anna", "Anna Berg", Role.AGENT, 7, PASSWORD),
    PersonSetup("bo", "Bo Chen", Role.AGENT, 8, PASSWORD),
    PersonSetup("sam", "Sam Lee", Role.SUPERVISOR, None, PASSWORD),
    PersonSetup("ada", "Ada King", Role.ADMIN, None, PASSWORD),
    PersonSetup("wall", "Wallboard", Role.DISPLAY, None, PASSWORD),
    PersonSetup("carl", "Carl Ode", Role.SUPERVISOR, None, PASSWORD, ("cards",)),
)
CALLERS = (
    Caller("1", "Li Wei", "+14155550101", "PIN 2468"),
    Caller("withheld", "Withheld", ""),
)
SETUP = CentreSetup(
    "Golden Gate Bank",
    "America/Los_Angeles",
    entries=(),
    queues=(
        QueueSetup(
            "cards",
            "Cards",
            title_zh="银行卡",
            threshold_seconds=10,
            target_percent=90,
            dispositions=("Complaint", "solved"),
            dispositions_zh=("投诉", "已解决"),
        ),
        QueueSetup("loans", "Loans", title_zh="贷款", business_line="loans"),
    ),
    agents=(
        AgentSetup(7, "anna", (SkillLevel("en", 5), SkillLevel("cards", 3)), ("cards", "loans")),
        AgentSetup(8, "bo", (SkillLevel("zh", 5), SkillLevel("en", 2)), ("cards",)),
    ),
    trees=(),
    break_reasons=("Lunch", "Training"),
    break_reasons_zh=("午餐", "培训"),
    name_zh="金门银行",
)
DEMO = Demo((Login("anna", "shown-to-all", "Anna Berg", "agent"),), CALLERS, "+14155550000")


class FakeTokens:
    def issue_caller(self, ani: str | None, dnis: str) -> CallerTicket:
        return CallerTicket("browser:1", f"caller {ani} {dnis}")

    def issue_station(self, agent: int) -> str:
        return f"station {agent}"

    def issue_telephone(self, number: str) -> str:
        return f"telephone {number}"


@dataclass
class Fakes:
    """What the other rooms would do, and what they were told."""

    signed_out: list[str] = field(default_factory=list)
    submitted: list[Received] = field(default_factory=list)
    explained: dict[int, Explanation | Exception] = field(default_factory=dict)
    refused: str = ""
    """what the owner says to the next inputs"""
    feeds: list[str] = field(default_factory=list)
    parts: dict[str, bool] = field(default_factory=lambda: {"database": True, "owner": True, "media": True})
    recordings: Path = Path("/nonexistent")
    setup: CentreSetup = SETUP
    waiting: list[Waiting] = field(default_factory=list)
    now: Callable[[], int] = lambda: time.time_ns() // 1_000_000

    async def feed(
        self, websocket: web.WebSocketResponse, session: Session, _abort: Callable[[], None]
    ) -> None:
        self.feeds.append(session.actor.login)
        await websocket.send_str(session.name)
        async for message in websocket:
            if message.data == "break":
                raise LookupError("a bug")
            if message.type is aiohttp.WSMsgType.TEXT:
                await websocket.send_str(message.data)

    async def hear_sign_out(self, session: Session) -> None:
        self.signed_out.append(session.actor.login)

    async def explain(self, offer: int) -> Explanation | None:
        found = self.explained.get(offer)
        if isinstance(found, Exception):
            raise found
        return found

    async def submit(self, received: Received) -> str:
        self.submitted.append(received)
        return self.refused

    def check(self, part: str) -> Callable[[], object]:
        async def check() -> bool:
            return self.parts[part]

        return check


@dataclass
class Centre:
    """A server under test."""

    url: str
    server: Server
    services: Services
    fakes: Fakes
    people: People

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")


class Browser:
    """A client with cookies that sends what a browser sends."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.http = aiohttp.ClientSession(
            centre.url, cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(60)
        )
        self.proof = ""

    async def page(self, path: str) -> aiohttp.ClientResponse:
        """Opens a page as a person does, and takes the proof that stands in it."""
        reply = await self.http.get(path, headers={"Accept": "text/html"}, allow_redirects=False)
        if found := re.search(r'name="csrf" (?:content|value)="([^"]+)"', await reply.text()):
            self.proof = found[1]
        return reply

    async def get(self, path: str, **options: object) -> aiohttp.ClientResponse:
        return await self.http.get(path, allow_redirects=False, **options)  # type: ignore[arg-type]

    async def json(self, path: str) -> object:
        reply = await self.get(path)
        assert reply.status == 200, await reply.text()
        return await reply.json()

    async def post(self, path: str, body: object = None, **headers: str) -> aiohttp.ClientResponse:
        headers = {"X-CSRF": self.proof, "Origin": self.centre.url} | headers
        return await self.http.post(path, json=body or {}, headers=headers, allow_redirects=False)

    async def sign_in(
        self, login: str, password: str = PASSWORD, next_path: str = ""
    ) -> aiohttp.ClientResponse:
        await self.page("/sign-in")
        form = {"login": login, "password": password, "next": next_path, "csrf": self.proof}
        headers = {"Origin": self.centre.url}
        return await self.http.post("/sign-in", data=form, headers=headers, allow_redirects=False)

    async def sign_in_to(self, login: str, page: str) -> None:
        """Signed in, with the proof of that page."""
        assert (await self.sign_in(login)).status == 303
        assert (await self.page(page)).status == 200

    def feed(self, **headers: str) -> object:
        return self.http.ws_connect("/feed", headers={"Origin": self.centre.url} | headers)

    def cookie(self, name: str) -> str | None:
        found = [cookie.value for cookie in self.http.cookie_jar if name in cookie.key]
        return found[0] if found else None


class Compiled(BytecodeCache):
    """What Jinja made of each template of this text, for the pages of all tests of this process."""

    def __init__(self) -> None:
        self._made: dict[str, bytes] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return name  # each test has a folder of its own

    def load_bytecode(self, bucket: Bucket) -> None:
        if made := self._made.get(bucket.key):
            bucket.bytecode_from_string(made)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._made[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@pytest.fixture
def screens(tmp_path: Path) -> Path:
    """A build as Vite leaves one, with the real templates."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "manifest.json").write_bytes(msgspec.json.encode(MANIFEST))
    (folder / "templates").symlink_to(TEMPLATES)
    for name in ("shared-x1.js", *(f"{page}-x1.js" for page in PAGES)):
        (folder / "assets" / name).write_text(f"// {name}\n" * 100)
    for name in ("shared-x1.css", "site-x1.css"):
        (folder / "assets" / name).write_text("body{}")
    return folder


@pytest.fixture
def hasher() -> PasswordHasher:
    """A cheap one: tests sign in often. A test of the costs gives the real one for this."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def passwords(hasher: PasswordHasher) -> Iterator[Passwords]:
    pool = Passwords(hasher)
    yield pool
    pool.close()


@pytest.fixture
async def people(database: Database, passwords: Passwords) -> People:
    people = People(database, 1, passwords, lambda: int(time.time() * 1000))
    hashed = await passwords.hash(PASSWORD)
    await people.set_people([msgspec.structs.replace(person, initial_password=None) for person in PEOPLE])
    await database.pool.execute("update person set password = $1", hashed)
    return people


@pytest.fixture
def demo() -> Demo | None:
    """The service is a demonstration; a test of real life gives None for this."""
    return DEMO


@pytest.fixture
async def centre(
    database: Database, people: People, screens: Path, demo: Demo | None, tmp_path: Path
) -> AsyncIterator[Centre]:
    settings = ServerSettings(port=0)
    listening = listen(settings)
    port = listening.getsockname()[1]
    fakes = Fakes()
    trail = AuditTrail(database, Journal(database, 1), 1, tmp_path / ANCHOR)
    await trail.start()
    services = Services(
        centre="Golden Gate Bank",
        centre_number=1,
        origins=origins_of(settings, port),
        media_url=lambda: "ws://127.0.0.1:8081/phone",
        screens=screens,
        people=people,
        customers=Customers(database, 1, b"k" * 32),
        history=HistorySearch(database, 1),
        reports=Reports(database, 1),
        trail=trail,
        audit=AuditSearch(database, 1),
        tokens=FakeTokens(),
        feed=fakes.feed,
        signed_out=fakes.hear_sign_out,
        submit=fakes.submit,
        explain=fakes.explain,
        recording_path=lambda recording: fakes.recordings / f"{recording}.wav",
        setup=lambda: fakes.setup,
        waiting=lambda: fakes.waiting,
        now=lambda: fakes.now(),
        checks={part: fakes.check(part) for part in fakes.parts},  # type: ignore[misc]
        registry=CollectorRegistry(),
        demo=demo,
    )
    app = build_app(services)
    app[PAGES_KEY]._templates.bytecode_cache = COMPILED
    server = await Server.start(app, settings, listening)
    watching = asyncio.create_task(server.watch(), name="watch")
    yield Centre(f"http://127.0.0.1:{port}", server, services, fakes, people)
    watching.cancel()
    await server.stop()


@pytest.fixture
async def open_browser(centre: Centre) -> AsyncIterator[Callable[[], Browser]]:
    opened: list[Browser] = []

    def open_one() -> Browser:
        opened.append(Browser(centre))
        return opened[-1]

    yield open_one
    for browser in opened:
        await browser.http.close()


@pytest.fixture
async def browser(open_browser: Callable[[], Browser]) -> Browser:
    return open_browser()


def replaced(services: Services, **changes: object) -> Services:
    return msgspec.structs.replace(services, **changes)
