"""Signing in and out over HTTP: proofs, cookies, fixation, throttling, and sockets that end with their session."""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections.abc import Callable

import aiohttp
import pytest
import structlog

from callcenter.store.people import FREE_FAILURES_LOGIN
from callcenter.web.doors import local_path
from tests.web.conftest import PASSWORD, Browser, Centre

SESSION = "callcenter-session"


async def test_signing_in_leads_to_the_desk_and_says_who_one_is(browser: Browser):
    reply = await browser.sign_in("anna")
    assert (reply.status, reply.headers["Location"]) == (303, "/desk")
    me = await browser.json("/api/me")
    assert isinstance(me, dict)
    assert {key: me[key] for key in ("login", "name", "role", "agent", "centre")} == {
        "login": "anna",
        "name": "Anna Berg",
        "role": "agent",
        "agent": 7,
        "centre": "Golden Gate Bank",
    }
    assert "work-at-desk" in me["permissions"]
    assert "watch-queues" not in me["permissions"]


async def test_a_supervisor_is_led_to_the_queues(browser: Browser):
    assert (await browser.sign_in("sam")).headers["Location"] == "/supervisor"


async def test_one_is_led_where_one_wanted_to_go(browser: Browser):
    reply = await browser.page("/history/17")
    assert (reply.status, reply.headers["Location"]) == (303, "/sign-in?next=/history/17")
    reply = await browser.sign_in("sam", next_path="/history/17")
    assert reply.headers["Location"] == "/history/17"


ELSEWHERE = [
    *("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "evil.example"),
    *("/@evil", "/sign-in", "/sign-out", "/／evil", "/%0a:evil#", "/:80", "", "/\t/evil.example"),
    *("/a\r\nSet-Cookie: x=1", "/" + "a" * 600),
]


@pytest.mark.parametrize("wish", ELSEWHERE)
async def test_nobody_is_led_to_another_site(wish: str):
    assert local_path(wish) == ""


async def test_a_wrong_password_shows_the_form_again_and_says_nothing_more(browser: Browser):
    wrong, nobody = await browser.sign_in("anna", "wrong"), await browser.sign_in("nobody", "wrong")
    assert (wrong.status, nobody.status) == (401, 401)
    assert "not right" in await wrong.text()
    assert browser.cookie(SESSION) is None


async def test_what_was_typed_stays_text(browser: Browser):
    reply = await browser.sign_in('"><script>alert(1)</script>', "x")
    assert "<script>alert" not in await reply.text()


async def test_the_session_cookie_is_for_our_pages_alone(browser: Browser):
    reply = await browser.sign_in("anna")
    (cookie,) = [
        value for value in reply.headers.getall("Set-Cookie") if SESSION in value and PASSWORD not in value
    ]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


async def test_a_planted_session_cookie_is_worth_nothing_after_signing_in(browser: Browser, centre: Centre):
    browser.http.cookie_jar.update_cookies({SESSION: "planted"}, aiohttp.client.URL(centre.url))
    await browser.sign_in("anna")
    token = browser.cookie(SESSION)
    assert token != "planted"
    assert await centre.people.session("planted") is None


async def test_signing_in_anew_ends_the_old_session(browser: Browser, centre: Centre):
    await browser.sign_in("anna")
    first = browser.cookie(SESSION)
    await browser.sign_in("bo")
    assert first is not None
    assert await centre.people.session(first) is None


# --- proofs ---


async def test_a_sign_in_without_the_proof_of_our_page_is_refused(browser: Browser, centre: Centre):
    form = {"login": "anna", "password": PASSWORD}
    reply = await browser.http.post("/sign-in", data=form)
    assert (reply.status, (await reply.json())["error"]) == (403, "csrf")


async def test_a_proof_is_worth_nothing_in_another_browser(open_browser: Callable[[], Browser]):
    ours, theirs = open_browser(), open_browser()
    await ours.page("/sign-in")
    await theirs.page("/sign-in")
    theirs.proof = ours.proof
    form = {"login": "anna", "password": PASSWORD, "csrf": ours.proof}
    assert (await theirs.http.post("/sign-in", data=form)).status == 403


async def test_the_visitors_proof_does_not_outlive_signing_in(browser: Browser):
    await browser.page("/sign-in")
    before = browser.proof
    await browser.sign_in_to("anna", "/desk")
    assert (await browser.post("/api/station")).status == 200
    browser.proof = before
    assert (await browser.post("/api/station")).status == 403


async def test_a_browser_with_an_old_form_gets_a_new_one(browser: Browser):
    reply = await browser.http.post(
        "/sign-in", data={"csrf": "old"}, headers={"Accept": "text/html"}, allow_redirects=False
    )
    assert (reply.status, reply.headers["Location"]) == (303, "/sign-in?error=expired")


async def test_where_one_wanted_to_go_survives_everything_on_the_way(browser: Browser):
    wish = "/history?customer=li+wei&from=1&note=%E9%80%80%E6%AC%BE"
    form_at = (await browser.page(wish)).headers["Location"]
    old = {"csrf": "old", "next": wish}
    reply = await browser.http.post(
        "/sign-in", data=old, headers={"Accept": "text/html"}, allow_redirects=False
    )
    for address in (form_at, reply.headers["Location"]):
        form = await (await browser.page(address)).text()
        found = re.search(r'name="next" value="([^"]*)"', form)
        assert found is not None
        assert (await browser.sign_in("sam", next_path=html.unescape(found[1]))).headers["Location"] == wish
        await browser.page("/history")
        await browser.post("/sign-out")


async def test_the_error_of_the_form_is_told_in_the_other_language_too(browser: Browser):
    form = await (await browser.sign_in("sam", "wrong", "/audit")).text()
    link = re.search(r'href="([^"]+)" lang="zh-Hans"', form)
    assert link is not None
    chinese = await (await browser.page(html.unescape(link[1]))).text()
    assert "账号或密码不正确。" in chinese
    assert 'value="/audit"' in chinese


FOREIGN_ORIGINS = [
    "null",
    "http://evil.example",
    "http://127.0.0.1:{port}.evil.example",
    "http://evil.127.0.0.1:{port}",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "https://127.0.0.1:{port}",
    "http://127.0.0.1:{port}/",
    "",
]


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
async def test_a_post_from_another_site_is_refused_even_with_the_proof(
    browser: Browser, centre: Centre, origin: str
):
    await browser.sign_in_to("anna", "/desk")
    reply = await browser.post("/api/station", Origin=origin.format(port=centre.server.port))
    assert (reply.status, (await reply.json())["error"]) == (403, "origin")


# --- patience ---


async def test_guessing_is_slowed_down_and_the_form_says_so(browser: Browser):
    for _ in range(FREE_FAILURES_LOGIN):
        assert (await browser.sign_in("anna", "guess")).status == 401
    reply = await browser.sign_in("anna")
    assert reply.status == 429
    assert int(reply.headers["Retry-After"]) >= 1
    assert "Too many tries" in await reply.text()


async def test_nothing_personal_is_logged(browser: Browser, capsys: pytest.CaptureFixture[str]):
    with structlog.testing.capture_logs() as logs:
        await browser.sign_in("anna", "hunter2-secret")
        await browser.sign_in("anna")
        await browser.get("/api/history?number=%2B14155550101")
        await browser.sign_in_to("anna", "/desk")
        await browser.post("/sign-out")
    seen = str(logs) + "".join(capsys.readouterr())
    for secret in ("hunter2", PASSWORD, "14155550101", browser.proof):
        assert secret not in seen


# --- sockets and sessions ---


async def test_signing_out_closes_every_socket_of_the_session_within_a_second(
    browser: Browser, centre: Centre
):
    await browser.sign_in_to("anna", "/desk")
    async with browser.feed() as first, browser.feed() as second:
        assert [await first.receive_str(), await second.receive_str()] == ["Anna Berg", "Anna Berg"]
        began = time.monotonic()
        assert (await browser.post("/sign-out")).status == 303
        closed = [await first.receive(), await second.receive()]
        assert time.monotonic() - began < 1
        assert [message.data for message in closed] == [4401, 4401]
    assert centre.fakes.signed_out == ["anna"]
    assert (await browser.get("/api/me")).status == 401


async def test_a_session_that_ends_elsewhere_loses_its_sockets_within_a_second(
    browser: Browser, centre: Centre
):
    await browser.sign_in_to("anna", "/desk")
    async with browser.feed() as socket:
        await socket.receive_str()
        await centre.people.set_password("anna", "new")
        began = time.monotonic()
        assert (await socket.receive()).data == 4401
        assert time.monotonic() - began < 1


async def test_another_persons_sockets_stay_open(open_browser: Callable[[], Browser]):
    anna, bo = open_browser(), open_browser()
    await anna.sign_in_to("anna", "/desk")
    await bo.sign_in_to("bo", "/desk")
    async with bo.feed() as socket:
        await socket.receive_str()
        await anna.post("/sign-out")
        await socket.send_str("still here")
        assert await socket.receive_str() == "still here"


async def test_a_screen_that_never_reads_is_cut_all_the_same(browser: Browser, centre: Centre):
    await browser.sign_in_to("anna", "/desk")
    cookie = f"{SESSION}={browser.cookie(SESSION)}"
    reader, writer = await asyncio.open_connection("127.0.0.1", centre.server.port)
    writer.write(
        f"GET /feed HTTP/1.1\r\nHost: {centre.host}\r\nOrigin: {centre.url}\r\nCookie: {cookie}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert b"101" in await reader.readline()
    began = time.monotonic()
    await browser.post("/sign-out")
    await reader.read()  # until the connection ends, which a close frame alone would not do
    assert time.monotonic() - began < 2.5
    writer.close()
