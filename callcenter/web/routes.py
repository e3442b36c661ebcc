"""Every address of the service, with what it needs the right to do. There are no others.

The guard judges `action` on what belongs to whoever asks; a handler that serves single interactions judges each
of them again. `tests/web/test_matrix.py` asserts every role × every route.
"""

from __future__ import annotations

from aiohttp import web
from msgspec import Struct

from callcenter.rights import Action
from callcenter.web import (
    audit_api,
    calls,
    contacts_api,
    customers_api,
    day_api,
    doors,
    explain_api,
    feed_door,
    health,
    history_api,
    history_csv,
    report_api,
    report_csv,
)
from callcenter.web.assets import PREFIX
from callcenter.web.guard import Handler


class Route(Struct, frozen=True):
    method: str
    path: str
    action: Action
    handler: Handler


ROUTES = (
    Route("GET", "/", Action.ENTER, doors.landing),
    Route("GET", "/sign-in", Action.ENTER, doors.sign_in_form),
    Route("POST", "/sign-in", Action.ENTER, doors.sign_in),
    Route("POST", "/sign-out", Action.STAY, doors.sign_out),
    Route("GET", PREFIX + "{name:.+}", Action.ENTER, doors.static),
    # The screens
    Route("GET", "/call", Action.CALL_AS_CUSTOMER, doors.screen),
    Route("GET", "/desk", Action.WORK_AT_DESK, doors.screen),
    Route("GET", "/supervisor", Action.SUPERVISE, doors.screen),
    Route("GET", "/wallboard", Action.SHOW_WALLBOARD, doors.screen),
    Route("GET", "/audit", Action.READ_AUDIT, doors.screen),
    Route("GET", "/history", Action.SEARCH_HISTORY, doors.screen),
    Route("GET", "/history/{id}", Action.SEARCH_HISTORY, doors.screen),
    Route("GET", "/report", Action.READ_REPORT, doors.screen),
    # What they ask for
    Route("GET", "/feed", Action.STAY, feed_door.feed),
    Route("GET", "/api/me", Action.STAY, calls.me),
    Route("GET", "/api/callers", Action.CALL_AS_CUSTOMER, calls.callers),
    Route("POST", "/api/call", Action.CALL_AS_CUSTOMER, calls.call),
    Route("POST", "/api/telephone", Action.CALL_AS_CUSTOMER, calls.telephone),
    Route("POST", "/api/station", Action.WORK_AT_DESK, calls.station),
    Route("GET", "/api/customers", Action.FIND_CUSTOMERS, customers_api.find),
    Route("POST", "/api/contacts/{id}/recording", Action.PAUSE_RECORDING, contacts_api.recording),
    Route("GET", "/api/history", Action.SEARCH_HISTORY, history_api.search),
    Route("GET", "/api/history.csv", Action.EXPORT_HISTORY, history_csv.export),
    Route("GET", "/api/history/options", Action.SEARCH_HISTORY, history_api.options),
    Route("GET", "/api/history/{id}", Action.READ_INTERACTION, history_api.interaction),
    Route("GET", "/api/offers/{id}", Action.EXPLAIN_OFFER, explain_api.explanation),
    Route("GET", "/api/report", Action.READ_REPORT, report_api.report),
    Route("GET", "/api/report.csv", Action.READ_REPORT, report_csv.export),
    Route("GET", "/api/day", Action.WATCH_QUEUES, day_api.day),
    Route("GET", "/api/audit", Action.READ_AUDIT, audit_api.search),
    Route("GET", "/api/audit/options", Action.READ_AUDIT, audit_api.options),
    Route("GET", "/api/recordings/{id}.wav", Action.PLAY_RECORDING, history_api.recording),
    # Who runs it
    Route("GET", "/healthz", Action.PROBE, health.healthz),
    Route("GET", "/readyz", Action.PROBE, health.readyz),
    Route("GET", "/metrics", Action.PROBE, health.metrics),
)


def add_routes(app: web.Application) -> dict[tuple[str, str], Action]:
    """Registers them all and returns the action of each by method and path."""
    actions = {}
    for route in ROUTES:
        added = app.router.add_route(route.method, route.path, route.handler)
        if route.method == "GET" and route.handler is not feed_door.feed:
            app.router.add_route("HEAD", route.path, route.handler)
        assert added.resource is not None
        actions[route.method, added.resource.canonical] = route.action
    return actions
