"""What the web needs of the rest of the service, as one frozen record; `__main__` wires it.

Whoever builds a test builds one of these with fakes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from aiohttp import web
from msgspec import Struct
from prometheus_client import CollectorRegistry

from callcenter.explain.moment import Explanation
from callcenter.facts import CentreSetup, Received
from callcenter.store.audit import AuditTrail
from callcenter.store.audit_search import AuditSearch
from callcenter.store.customers import Customers
from callcenter.store.history_search import HistorySearch
from callcenter.store.people import People, Session
from callcenter.store.reports import Reports

Check = Callable[[], Awaitable[bool]]


class CallerTicket(Struct, frozen=True):
    leg: str
    token: str


class Tokens(Protocol):
    """What lets a page's phone in at the media process."""

    def issue_caller(self, ani: str | None, dnis: str) -> CallerTicket:
        """For one new call, on a leg of its own. `ani` is E.164, None: withheld."""
        ...

    def issue_station(self, agent: int) -> str: ...

    def issue_telephone(self, number: str) -> str:
        """For a page that rings when the centre calls this number (E.164)."""
        ...


class Login(Struct, frozen=True):
    """A demo login as the landing page shows it."""

    login: str
    password: str
    name: str
    role: str


class Caller(Struct, frozen=True):
    """Somebody in whose name the demo's page may ring. `number` "": withheld."""

    id: str
    name: str
    number: str
    note: str = ""


class Waiting(Struct, frozen=True):
    """Somebody in a queue just now, waiting or with a desk ringing for them."""

    queue: str
    entered_at: int


class Demo(Struct, frozen=True):
    """The service shows itself to whoever comes: passwords on the landing page, calls without signing in."""

    logins: Sequence[Login]
    callers: Sequence[Caller]
    dnis: str
    """the number that the page rings"""


class Services(Struct, frozen=True):
    centre: str
    """its name"""
    centre_number: int
    origins: frozenset[str]
    """ours as browsers write them, e.g. "https://calls.example.org"; all https, or all http"""
    media_url: Callable[[], str]
    """the websocket for phones in pages, e.g. "ws://127.0.0.1:8081/phone" """
    screens: Path
    """the built screens with their manifest.json and templates"""
    people: People
    customers: Customers
    history: HistorySearch
    reports: Reports
    trail: AuditTrail
    """where an access is written before it is granted"""
    audit: AuditSearch
    tokens: Tokens
    feed: Callable[[web.WebSocketResponse, Session, Callable[[], None]], Awaitable[None]]
    """speaks with one screen until its socket closes; the last argument drops the connection"""
    signed_out: Callable[[Session], Awaitable[None]]
    """told after somebody has signed out"""
    submit: Callable[[Received], Awaitable[str]]
    """gives an input to the owner; "" once it is durable, or the text key of its refusal"""
    explain: Callable[[int], Awaitable[Explanation | None]]
    """decides an offer again where it was; None: the journal doesn't hold that moment. Raises TooLong"""
    recording_path: Callable[[int], Path | None]
    setup: Callable[[], CentreSetup]
    """the centre as it is set up now"""
    waiting: Callable[[], Sequence[Waiting]]
    now: Callable[[], int]
    """the centre's own time"""
    checks: Mapping[str, Check]
    """what `/readyz` asks, by name: database, owner, media"""
    registry: CollectorRegistry
    demo: Demo | None = None
    screens_max: int = 2_000
