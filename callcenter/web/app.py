"""The web application: pages, API, the door of the feed, health and metrics.

    app = build_app(services)
    server = await Server.start(app, config.server)       # callcenter/web/server.py

A request goes: measured → answered plainly → guarded → handler (routes.py). `services` is all that it knows of the
rest of the process.
"""

from __future__ import annotations

from aiohttp import web

from callcenter.web.assets import Assets
from callcenter.web.cookies import Cookies
from callcenter.web.day_cache import Kept
from callcenter.web.guard import ACTIONS, answer_plainly, guard, harden_reply, is_secure
from callcenter.web.health import measure
from callcenter.web.history_csv import EXPORTS_MAX
from callcenter.web.keys import (
    ASSETS,
    CALLS,
    COOKIES,
    DAY,
    EXPORTS,
    METRICS,
    NOTED,
    PAGES,
    REPORTS,
    SERVICES,
    SOCKETS,
)
from callcenter.web.limits import CallLimit, Running
from callcenter.web.metrics import Metrics
from callcenter.web.noted import Noted
from callcenter.web.pages import Pages
from callcenter.web.replies import BODY_BYTES_MAX
from callcenter.web.report_api import REPORTS_MAX
from callcenter.web.routes import add_routes
from callcenter.web.services import Services
from callcenter.web.sockets import Sockets


def build_app(services: Services) -> web.Application:
    """Raises UserError when the screens have not been built."""
    app = web.Application(
        middlewares=[measure, answer_plainly, guard],
        client_max_size=BODY_BYTES_MAX,
    )
    assets = Assets(services.screens)
    app[SERVICES] = services
    app[ASSETS] = assets
    app[PAGES] = Pages(services, assets)
    app[COOKIES] = Cookies(secure=is_secure(services.origins))
    app[CALLS] = CallLimit()
    app[DAY] = Kept()
    app[EXPORTS] = Running(EXPORTS_MAX)
    app[REPORTS] = Running(REPORTS_MAX)
    app[NOTED] = Noted()
    app[METRICS] = Metrics(services.registry)
    app[SOCKETS] = Sockets(services.people, services.screens_max)
    app[ACTIONS] = add_routes(app)
    app.on_response_prepare.append(harden_reply)
    app.on_shutdown.append(_close_sockets)
    return app


async def _close_sockets(app: web.Application) -> None:
    await app[SOCKETS].close_all()
