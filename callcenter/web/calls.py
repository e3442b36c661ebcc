"""Handlers that say who one is and let a page's phone in: a caller's in the demo, an agent's at the desk."""

from __future__ import annotations

from aiohttp import web
from msgspec import Struct

from callcenter.rights import Action, may
from callcenter.web.keys import CALLS, SERVICES, actor_of, own_scope, signed_in
from callcenter.web.replies import Refused, json_reply, read_json
from callcenter.web.services import Demo


class Me(Struct, frozen=True):
    login: str
    name: str
    role: str
    agent: int | None
    centre: str
    permissions: tuple[str, ...]


class Call(Struct, frozen=True, forbid_unknown_fields=True):
    caller: str


class CallLine(Struct, frozen=True):
    url: str
    token: str
    leg: str


class TelephoneLine(Struct, frozen=True):
    """Where a page plugs its telephone in, and who will call it."""

    url: str
    token: str
    centre: str
    centre_zh: str
    number: str
    """of the centre"""


class StationLine(Struct, frozen=True):
    url: str
    token: str


async def me(request: web.Request) -> web.Response:
    session = signed_in(request)
    actor, scope = session.actor, own_scope(request)
    return json_reply(
        Me(
            login=actor.login,
            name=session.name,
            role=actor.role,
            agent=actor.agent,
            centre=request.app[SERVICES].centre,
            permissions=tuple(action for action in Action if may(actor, action, scope)),
        )
    )


async def callers(request: web.Request) -> web.Response:
    return json_reply(_demo(request).callers)


async def call(request: web.Request) -> web.Response:
    demo = _demo(request)
    wanted = await read_json(request, Call)
    caller = next((caller for caller in demo.callers if caller.id == wanted.caller), None)
    if caller is None:
        raise Refused("not_found", "There is no such caller.")
    request.app[CALLS].count()
    services = request.app[SERVICES]
    ticket = services.tokens.issue_caller(caller.number or None, demo.dnis)
    return json_reply(CallLine(services.media_url(), ticket.token, ticket.leg))


async def telephone(request: web.Request) -> web.Response:
    """Somebody whom the demo's page may be can be called there."""
    demo = _demo(request)
    wanted = await read_json(request, Call)
    caller = next((caller for caller in demo.callers if caller.id == wanted.caller), None)
    if caller is None or not caller.number:
        raise Refused("not_found", "There is no such caller, or they hide their number.")
    services = request.app[SERVICES]
    token = services.tokens.issue_telephone(caller.number)
    chinese = services.setup().name_zh
    return json_reply(TelephoneLine(services.media_url(), token, services.centre, chinese, demo.dnis))


async def station(request: web.Request) -> web.Response:
    await read_json(request, dict[str, None])
    agent = actor_of(request).agent
    assert agent is not None, "only who has a desk may work at one"
    services = request.app[SERVICES]
    return json_reply(StationLine(services.media_url(), services.tokens.issue_station(agent)))


def _demo(request: web.Request) -> Demo:
    demo = request.app[SERVICES].demo
    assert demo is not None, "calling as a customer is allowed in a demonstration only"
    return demo
