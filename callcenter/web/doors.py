"""Handlers of the pages that people walk through: landing, sign-in, sign-out, and the screens' shells."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from callcenter.rights import Role
from callcenter.store.people import Refusal
from callcenter.web.cookies import new_visitor
from callcenter.web.keys import ASSETS, COOKIES, PAGES, SERVICES, SOCKETS, session_of, signed_in
from callcenter.web.languages import language_of, remember_choice
from callcenter.web.replies import Refused, read_form, see_other

PATH_CHARACTERS_MAX = 500

_ERRORS = frozenset({"forbidden", "expired", "ended", "wrong", "too_many"})
_HOMES = {
    Role.AGENT: "/desk",
    Role.SUPERVISOR: "/supervisor",
    Role.ADMIN: "/supervisor",
    Role.DISPLAY: "/wallboard",
}
_LOCAL_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9_\-./=&%~]*(\?[A-Za-z0-9_\-./?=&%~+:,;@!*'()$]*)?", re.ASCII)

log = structlog.get_logger(__name__)


async def landing(request: web.Request) -> web.Response:
    page = request.app[PAGES].landing(language_of(request))
    remember_choice(request, page)
    return page


async def sign_in_form(request: web.Request) -> web.Response:
    token = _bound(request)
    login, error = request.query.get("login", "")[:100], request.query.get("error", "")
    page = request.app[PAGES].sign_in(
        token,
        language_of(request),
        error=error if error in _ERRORS else "",
        next_path=local_path(request.query.get("next", "")),
        login=login,
    )
    request.app[COOKIES].welcome(request, page, token)
    remember_choice(request, page)
    return page


async def sign_in(request: web.Request) -> web.Response:
    """A new token at every sign-in: one that somebody planted before is worth nothing afterwards."""
    form = await read_form(request)
    login, password, wish = (form.get(name, "") for name in ("login", "password", "next"))
    people, cookies = request.app[SERVICES].people, request.app[COOKIES]
    outcome = await people.sign_in(login, password, request.remote or "")
    if isinstance(outcome, Refusal):
        log.info("sign_in_refused", throttled=outcome.wait_ms > 0)
        return _refused_form(request, outcome, local_path(wish), login[:100])
    if old := cookies.session_token(request):
        await people.sign_out(old)
        if before := session_of(request):
            await request.app[SOCKETS].close_session(before.key)
    reply = see_other(local_path(wish) or _HOMES[outcome.session.actor.role])
    cookies.start_session(reply, outcome.token, outcome.lasts_ms)
    log.info("signed_in", role=outcome.session.actor.role)
    return reply


async def sign_out(request: web.Request) -> web.Response:
    session = signed_in(request)
    cookies, services = request.app[COOKIES], request.app[SERVICES]
    await services.people.sign_out(cookies.session_token(request))
    await request.app[SOCKETS].close_session(session.key)
    await services.signed_out(session)
    reply = see_other("/")
    cookies.end_session(reply)
    return reply


async def screen(request: web.Request) -> web.Response:
    """/desk, /history/17: the first part of the path names the screen."""
    page = request.path.split("/")[1]
    token = _bound(request)
    reply = request.app[PAGES].screen(page, token, language_of(request))
    request.app[COOKIES].welcome(request, reply, token)
    remember_choice(request, reply)
    return reply


async def static(request: web.Request) -> web.Response:
    reply = request.app[ASSETS].reply(request, request.match_info["name"])
    if reply is None:
        raise Refused("not_found")
    return reply


def local_path(wish: str) -> str:
    """Where to go after signing in, if it is a path of ours; "" otherwise."""
    if len(wish) > PATH_CHARACTERS_MAX or not _LOCAL_PATH.fullmatch(wish) or urlsplit(wish).netloc:
        return ""
    return "" if wish.startswith(("/sign-in", "/sign-out")) else wish


def _bound(request: web.Request) -> str:
    """What the page's proof is bound to."""
    return request.app[COOKIES].bound_token(request) or new_visitor()


def _refused_form(request: web.Request, refusal: Refusal, next_path: str, login: str) -> web.Response:
    throttled = refusal.wait_ms > 0
    page = request.app[PAGES].sign_in(
        request.app[COOKIES].bound_token(request),
        language_of(request),
        error="too_many" if throttled else "wrong",
        next_path=next_path,
        login=login,
        status=429 if throttled else 401,
    )
    if throttled:
        page.headers["Retry-After"] = str(-(-refusal.wait_ms // 1000))
    return page
