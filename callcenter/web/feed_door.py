"""The door of `/feed`: origin and session are checked, then the feed speaks with the screen."""

from __future__ import annotations

from aiohttp import WSCloseCode, web

from callcenter.web.bugs import log_bug
from callcenter.web.keys import SERVICES, SOCKETS, signed_in
from callcenter.web.sockets import check_origin


async def feed(request: web.Request) -> web.StreamResponse:
    services, sockets = request.app[SERVICES], request.app[SOCKETS]
    check_origin(request, services.origins)
    session = signed_in(request)
    socket = await sockets.accept(request, session)
    try:
        await services.feed(socket.websocket, session, socket.abort)
    except Exception as error:  # a bug of ours: it is too late for an answer in HTTP
        log_bug(request, error)
        await socket.close(WSCloseCode.INTERNAL_ERROR, b"failed")
    finally:
        sockets.release(socket)
    return socket.websocket
