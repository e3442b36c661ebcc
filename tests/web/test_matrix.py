"""Every role × every route, asked over HTTP: what is answered, and that no route is without a cell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aiohttp import web

from callcenter.web.routes import ROUTES, add_routes
from tests.web.conftest import Browser

ROLES = {"visitor": "", "agent": "anna", "supervisor": "sam", "admin": "ada", "display": "wall"}
EVERYBODY, SIGNED_IN, PEOPLE, LEADING, SHOWN, AGENT = (
    set(ROLES),
    {"agent", "supervisor", "admin", "display"},
    {"agent", "supervisor", "admin"},
    {"supervisor", "admin"},
    {"supervisor", "admin", "display"},
    {"agent"},
)

HOMES = {
    "visitor": "/sign-in",
    "agent": "/desk",
    "supervisor": "/supervisor",
    "admin": "/supervisor",
    "display": "/wallboard",
}

# Who is let past the guard. What the handler then says (404 for an interaction that isn't there) is not asked here.
MATRIX: dict[tuple[str, str], set[str]] = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): EVERYBODY,
    ("POST", "/sign-out"): SIGNED_IN,
    ("GET", "/static/{name:.+}"): EVERYBODY,
    ("GET", "/call"): EVERYBODY,
    ("GET", "/desk"): AGENT,
    ("GET", "/supervisor"): LEADING,
    ("GET", "/wallboard"): SHOWN,
    ("GET", "/audit"): LEADING,
    ("GET", "/history"): PEOPLE,
    ("GET", "/history/{id}"): PEOPLE,
    ("GET", "/feed"): SIGNED_IN,
    ("GET", "/api/me"): SIGNED_IN,
    ("GET", "/api/callers"): EVERYBODY,
    ("POST", "/api/call"): EVERYBODY,
    ("POST", "/api/telephone"): EVERYBODY,
    ("POST", "/api/station"): AGENT,
    ("GET", "/api/customers"): PEOPLE,
    ("POST", "/api/contacts/{id}/recording"): AGENT,
    ("GET", "/report"): LEADING,
    ("GET", "/api/offers/{id}"): LEADING,
    ("GET", "/api/report"): LEADING,
    ("GET", "/api/report.csv"): LEADING,
    ("GET", "/api/day"): SHOWN,
    ("GET", "/api/history"): PEOPLE,
    ("GET", "/api/history.csv"): LEADING,
    ("GET", "/api/history/options"): PEOPLE,
    ("GET", "/api/history/{id}"): PEOPLE,
    ("GET", "/api/recordings/{id}.wav"): PEOPLE,
    ("GET", "/api/audit"): LEADING,
    ("GET", "/api/audit/options"): LEADING,
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,
}
DEMO_ONLY = {("GET", "/call"), ("GET", "/api/callers"), ("POST", "/api/call"), ("POST", "/api/telephone")}


def test_every_route_has_its_cells_and_nothing_is_registered_past_the_table():
    app = web.Application()
    actions = add_routes(app)
    registered = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource}
    reading = {("HEAD", path) for method, path in actions if method == "GET" and path != "/feed"}
    assert {(route.method, route.path) for route in ROUTES} == set(MATRIX)
    assert registered == set(actions) | reading


async def ask(browser: Browser, method: str, path: str) -> tuple[int, str]:
    """Status, and the key of a refusal."""
    path = path.replace("{id}", "1").replace("{name:.+}", "assets/desk-x1.js")
    reply = await (
        browser.get(path, headers=feed_headers(browser)) if method == "GET" else browser.post(path)
    )
    refused = reply.content_type == "application/json" and reply.status >= 400
    return reply.status, (await reply.json()).get("error", "") if refused else ""


def feed_headers(browser: Browser) -> dict[str, str]:
    return {"Origin": browser.centre.url, "Accept": "*/*"}


async def assert_matrix(browser: Browser, role: str, matrix: dict[tuple[str, str], set[str]]) -> None:
    home = HOMES[role]
    wrong = []
    for (method, path), allowed in matrix.items():
        if role != "visitor":  # anew each time: signing out is a route as well
            await browser.sign_in_to(ROLES[role], home)
        else:
            await browser.page(home)
        status, key = await ask(browser, method, path)
        refused = key in ("forbidden", "sign_in_first")
        if refused != (role not in allowed):
            wrong.append((method, path, status, key))
        if refused:
            assert (status, key) == ((401, "sign_in_first") if role == "visitor" else (403, "forbidden"))
        assert status < 500, (method, path, status)
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_is_let_in_exactly_where_the_matrix_says(browser: Browser, role: str):
    await assert_matrix(browser, role, MATRIX)


@pytest.mark.parametrize("demo", [None])
@pytest.mark.parametrize("role", ["visitor", "admin"])
async def test_outside_a_demonstration_nobody_calls_from_the_page(browser: Browser, role: str):
    await assert_matrix(browser, role, {route: set() for route in DEMO_ONLY})


async def test_a_page_that_one_may_not_see_leads_to_the_form(open_browser: Callable[[], Browser]):
    visitor, agent = open_browser(), open_browser()
    assert (await visitor.page("/desk")).headers["Location"] == "/sign-in?next=/desk"
    await agent.sign_in("anna")
    reply = await agent.page("/supervisor")
    assert reply.headers["Location"] == "/sign-in?next=/supervisor&error=forbidden"
    assert "another role" in await (await agent.page(reply.headers["Location"])).text()


async def test_a_television_that_went_astray_is_led_back_to_its_board(open_browser: Callable[[], Browser]):
    television = open_browser()
    await television.sign_in("wall")
    assert (await television.page("/supervisor")).headers["Location"] == "/wallboard"


async def test_a_head_request_is_judged_as_its_get(browser: Browser):
    assert (await browser.http.head("/api/me")).status == 401
    assert (await browser.http.head("/")).status == 200


async def test_a_method_that_a_route_does_not_take_changes_nothing(browser: Browser):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        reply = await browser.http.request(method, "/api/me")
        assert (reply.status, (await reply.json())["error"]) == (405, "not_allowed")
