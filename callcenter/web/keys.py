"""What handlers find in the application and in a request, by typed keys."""

from __future__ import annotations

from aiohttp import web

from callcenter.rights import Actor, Scope
from callcenter.store.people import Session
from callcenter.web.assets import Assets
from callcenter.web.cookies import Cookies
from callcenter.web.day_cache import Kept
from callcenter.web.limits import CallLimit, Running
from callcenter.web.metrics import Metrics
from callcenter.web.noted import Noted
from callcenter.web.pages import Pages
from callcenter.web.services import Services
from callcenter.web.sockets import Sockets

SERVICES = web.AppKey("services", Services)
COOKIES = web.AppKey("cookies", Cookies)
ASSETS = web.AppKey("assets", Assets)
PAGES = web.AppKey("pages", Pages)
CALLS = web.AppKey("calls", CallLimit)
METRICS = web.AppKey("metrics", Metrics)
SOCKETS = web.AppKey("sockets", Sockets)
DAY = web.AppKey("day", Kept)
EXPORTS = web.AppKey("exports", Running)
REPORTS = web.AppKey("reports", Running)
NOTED = web.AppKey("noted", Noted)

_SESSION = web.RequestKey("session", Session)


def remember_session(request: web.Request, session: Session) -> None:
    request[_SESSION] = session


def session_of(request: web.Request) -> Session | None:
    return request.get(_SESSION)


def signed_in(request: web.Request) -> Session:
    """For handlers behind an action that no visitor may do."""
    session = session_of(request)
    assert session is not None, "a route that needs somebody signed in has an action that visitors may do"
    return session


def actor_of(request: web.Request) -> Actor:
    session = session_of(request)
    return session.actor if session else Actor()


def own_scope(request: web.Request) -> Scope:
    """What belongs to whoever asks: what a route as a whole is judged by."""
    agent = actor_of(request).agent
    agents = frozenset() if agent is None else frozenset({agent})
    return Scope(agents=agents, demo=request.app[SERVICES].demo is not None)
