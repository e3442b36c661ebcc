"""What every request passes before its handler: our name, the session, the right, the proof.

In this order, and each refusal is JSON with a key (a browser that asked for a page gets one, or the sign-in form):

1. the Host is one of ours: a foreign name that resolves to us (DNS rebinding) gets nothing;
2. the session is looked up;
3. `may` allows the route's action on what belongs to whoever asks (an access to records that it doesn't is in the
   audit before it is refused); handlers judge single interactions again;
4. a request that changes something comes from our origin and carries the proof of a page of this session.

No answer shows a stack trace, no log line a query, a body or a message that might quote one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote, urlencode, urlsplit

import structlog
from aiohttp import web

from callcenter.errors import TooBroad
from callcenter.rights import Action, Role, may
from callcenter.store.outage import OUTAGE
from callcenter.store.passwords import Busy
from callcenter.web.audited import note_refused
from callcenter.web.bugs import log_bug, route_of
from callcenter.web.cookies import CSRF_FIELD, CSRF_HEADER, proves
from callcenter.web.doors import local_path
from callcenter.web.headers import harden
from callcenter.web.keys import COOKIES, PAGES, SERVICES, actor_of, own_scope, remember_session, session_of
from callcenter.web.languages import language_of, remember_choice
from callcenter.web.replies import Refused, read_form, refusal, see_other, with_patience
from callcenter.web.sockets import check_origin

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ACTIONS: web.AppKey[Mapping[tuple[str, str], Action]] = web.AppKey("actions")
"""the action of each route by its method and its path as it was registered"""

_HTTP_REFUSALS = {404: "not_found", 405: "not_allowed", 413: "too_large"}
_PASSING = frozenset({"busy", "unavailable", "stopping", "failed", "too_many", "too_slow"})
"""refusals after which the same may work"""
_READING = frozenset({"GET", "HEAD"})

log = structlog.get_logger(__name__)


@web.middleware
async def answer_plainly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal, expected failure and bug as one clear answer."""
    try:
        return await handler(request)
    except Refused as refused:
        return await _refused(request, refused)
    except TooBroad:
        return await _refused(request, Refused("too_broad"))
    except Busy:
        return await _refused(request, Refused("busy", retry_seconds=5))
    except web.HTTPRequestEntityTooLarge:
        return await _refused(request, Refused("too_large"))
    except web.HTTPException as error:
        if error.status < 400:  # a redirection
            raise
        return await _refused(request, Refused(_HTTP_REFUSALS.get(error.status, "malformed")))
    except OUTAGE as error:
        log.warning("request_without_database", route=route_of(request), reason=type(error).__name__)
        return await _refused(request, Refused("unavailable"))
    except Exception as error:  # a bug of ours: this request fails, the others don't
        log_bug(request, error)
        return await _refused(request, Refused("failed"))


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    method = "GET" if request.method == "HEAD" else request.method
    action = request.app[ACTIONS].get((method, route_of(request)))
    if action is None:  # no such route; aiohttp's own handler says so
        return await handler(request)
    if action is not Action.PROBE:
        _check_host(request)
        await _recognise(request)
    if not may(actor_of(request), action, own_scope(request)):
        if session_of(request) is None:
            raise Refused("sign_in_first")
        await note_refused(request)
        raise Refused("forbidden")
    if request.method not in _READING:
        await _check_proof(request)
    return await handler(request)


async def harden_reply(request: web.Request, reply: web.StreamResponse) -> None:
    """For `on_response_prepare`: answers of every kind, the refused ones too."""
    harden(reply, secure=is_secure(request.app[SERVICES].origins))


def is_secure(origins: frozenset[str]) -> bool:
    return all(origin.startswith("https://") for origin in origins)


async def _recognise(request: web.Request) -> None:
    token = request.app[COOKIES].session_token(request)
    if token and (session := await request.app[SERVICES].people.session(token)):
        remember_session(request, session)


def _check_host(request: web.Request) -> None:
    hosts = {urlsplit(origin).netloc for origin in request.app[SERVICES].origins}
    if request.headers.get("Host", "").lower() not in hosts:
        raise Refused("host")


async def _check_proof(request: web.Request) -> None:
    if "Origin" in request.headers:
        check_origin(request, request.app[SERVICES].origins)
    proof = request.headers.get(CSRF_HEADER)
    if proof is None:
        proof = (await read_form(request)).get(CSRF_FIELD)
    if not proves(request.app[COOKIES].bound_token(request), proof or ""):
        raise Refused("csrf")


async def _refused(request: web.Request, refused: Refused) -> web.Response:
    """Somebody who opens a page in a browser sees a page that says it, programs get JSON."""
    if "text/html" not in request.headers.get("Accept", "") or request.path.startswith("/api/"):
        return refusal(refused)
    if refused.key == "forbidden" and actor_of(request).role is Role.DISPLAY:
        return see_other("/wallboard")  # nobody stands there who could go back
    if request.method in _READING and refused.key in ("sign_in_first", "forbidden"):
        error = "&error=forbidden" if refused.key == "forbidden" else ""
        return see_other(f"/sign-in?next={quote(request.path_qs)}{error}")
    if request.path == "/sign-in" and refused.key == "csrf":
        return see_other(await _to_sign_in(request, error="expired"))
    page = request.app[PAGES].error(
        refused.key,
        language_of(request),
        path=_here(request, request.rel_url.raw_path),
        again=await _again(request) if refused.key in _PASSING else "",
        status=refused.status,
    )
    remember_choice(request, page)
    return with_patience(page, refused)


async def _again(request: web.Request) -> str:
    """Where to try what did not work, "" where only its own page can."""
    if request.path == "/sign-in":
        return await _to_sign_in(request)
    return _here(request, request.path_qs)


def _here(request: web.Request, address: str) -> str:
    """This page's own address; "" where it can't be asked for again, or would lead elsewhere ("//evil.example")."""
    return address if request.method in _READING and not address.startswith(("//", "/\\")) else ""


async def _to_sign_in(request: web.Request, **more: str) -> str:
    """The form, with where somebody wanted to go, as far as that can still be read."""
    try:
        wish = local_path((await read_form(request)).get("next", ""))
    except (Refused, web.HTTPException, OSError):
        wish = ""
    query = {name: value for name, value in {**more, "next": wish}.items() if value}
    return f"/sign-in?{urlencode(query)}" if query else "/sign-in"
