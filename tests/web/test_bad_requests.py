"""Malformed, oversized, slow and hostile requests: a clear key, never a 5xx or a stack trace; others are served."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
import structlog
import yarl

from callcenter.store.people import People
from callcenter.web.replies import BODY_BYTES_MAX
from tests.web.conftest import Browser, Centre


async def post(browser: Browser, body: bytes, content_type: str = "application/json") -> tuple[int, str]:
    await browser.page("/call")
    headers = {"X-CSRF": browser.proof, "Content-Type": content_type}
    reply = await browser.http.post("/api/call", data=body, headers=headers)
    return reply.status, (await reply.json())["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"1"',
        b'{"caller": 1}',
        b'{"caller": null}',
        b'{"Caller": "1"}',
        b'{"caller": "1", "ani": "+19005550123"}',
        b"\xff\xfe",
        b'{"caller": "\xff"}',
        b"[" * 30_000,
        b'{"caller":' * 5_000,
        b"NaN",
    ],
)
async def test_a_malformed_body_is_refused_by_name(browser: Browser, body: bytes):
    assert await post(browser, body) == (400, "malformed")


async def test_a_body_of_another_kind_is_refused(browser: Browser):
    assert await post(browser, b'{"caller": "1"}', "text/plain") == (415, "not_json")
    assert await post(browser, b"caller=1", "application/x-www-form-urlencoded") == (415, "not_json")


async def test_an_oversized_body_is_refused_with_its_limit(browser: Browser):
    body = b'{"caller": "' + b"x" * BODY_BYTES_MAX + b'"}'
    assert await post(browser, body) == (413, "too_large")
    form = b"csrf=" + b"x" * BODY_BYTES_MAX
    reply = await browser.http.post(
        "/sign-in", data=form, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (reply.status, (await reply.json())["error"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded; charset=klingon", b"login=anna&password=x"),
        ("application/x-www-form-urlencoded", b"login=\xff&password=%ff%00"),
        ("application/x-www-form-urlencoded", b"login=" + b"a" * 60_000),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data", b"--x"),
        ("application/json", b"[1]"),
        ("", b"login=anna"),
    ],
)
async def test_a_form_of_any_kind_is_a_wrong_password_at_most(
    browser: Browser, content_type: str, body: bytes
):
    await browser.page("/sign-in")
    headers = {"X-CSRF": browser.proof, "Content-Type": content_type}
    reply = await browser.http.post("/sign-in", data=body, headers=headers)
    assert reply.status == 401


async def test_a_form_with_a_thousand_fields_is_refused(browser: Browser):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = await browser.http.post("/sign-in", data=b"a=1&" * 1000, headers=headers)
    assert (reply.status, (await reply.json())["error"]) == (400, "malformed")


async def test_a_body_that_never_arrives_holds_nothing_for_long(
    browser: Browser, centre: Centre, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("callcenter.web.replies.BODY_SECONDS_MAX", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", centre.server.port)
    writer.write(
        f"POST /sign-in HTTP/1.1\r\nHost: {centre.host}\r\nContent-Length: 100\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin=".encode()
    )
    assert b"408" in await reader.readline()
    await reader.read()  # until the connection is closed
    writer.close()


@pytest.mark.parametrize(
    "path", ["/history/%ff", "/api/history/%ff%00", "/static/%ff", "/%00", "/sign-in?next=%ff"]
)
async def test_what_is_no_text_is_no_address(browser: Browser, centre: Centre, path: str):
    await browser.sign_in("sam")
    reply = await browser.http.get(yarl.URL(centre.url + path, encoded=True))
    assert reply.status in (200, 404)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=-1",
        "agent=0",
        "agent=99999999999999999999999999",
        "from=yesterday",
        "outcome=eaten",
        "before=1;drop table journal",
        "queue=" + "x" * 101,
        "agent=1&agent=2",
        "evil=1",
    ],
)
async def test_a_malformed_search_is_refused_by_name(browser: Browser, query: str):
    await browser.sign_in("sam")
    reply = await browser.get(f"/api/history?{query}")
    assert (reply.status, (await reply.json())["error"]) == (400, "malformed")


@pytest.mark.parametrize(
    "number", ["0", "-1", "x", "1e3", "9" * 19, "c1-k", "c2-k1", "1 or 1=1", "１", "c1-k01"]
)
async def test_an_interaction_that_cannot_be_is_not_found(browser: Browser, number: str):
    await browser.sign_in("sam")
    assert (await browser.get(f"/api/history/{number}")).status == 404
    assert (await browser.get(f"/api/recordings/{number}.wav")).status == 404


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api", "/api/", "/.env", "/static", "/api/history/1/2", "/desk/1"]
)
async def test_an_unknown_address_is_not_found(browser: Browser, path: str):
    reply = await browser.get(path)
    assert (reply.status, (await reply.json())["error"]) == (404, "not_found")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:1", "", "127.0.0.1"])
async def test_a_foreign_name_that_leads_to_us_gets_nothing(browser: Browser, host: str):
    reply = await browser.get("/", headers={"Host": host})
    assert (reply.status, (await reply.json())["error"]) == (421, "host")


async def test_a_probe_may_come_by_any_name(browser: Browser):
    assert (await browser.get("/healthz", headers={"Host": "10.0.0.7"})).status == 200


RAW = [
    b"\x00\x01\x02\x03\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET  \r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
]


@pytest.mark.parametrize("raw", RAW)
async def test_what_is_hardly_http_gets_a_4xx_without_a_trace(centre: Centre, browser: Browser, raw: bytes):
    reader, writer = await asyncio.open_connection("127.0.0.1", centre.server.port)
    writer.write(raw)
    writer.write_eof()
    answer = await reader.read()
    assert answer == b"" or answer.split()[1][:1] == b"4"
    assert b"Traceback" not in answer
    assert b"callcenter" not in answer
    writer.close()
    assert (await browser.get("/healthz")).status == 200


async def test_a_cookie_of_any_size_and_kind_is_nobodys(centre: Centre):
    async with aiohttp.ClientSession(centre.url) as http:
        for value in ("x", "x" * 4000, "%00", "é", '"'):
            reply = await http.get("/api/me", headers={"Cookie": f"callcenter-session={value}"})
            assert (reply.status, (await reply.json())["error"]) == (401, "sign_in_first")


# --- our own faults ---


async def test_a_bug_is_answered_with_a_key_and_logged_without_its_words(
    browser: Browser, centre: Centre, monkeypatch: pytest.MonkeyPatch
):
    async def broken(_: People, __: str) -> None:
        raise LookupError("+14155550101 is not in the index")

    monkeypatch.setattr(People, "session", broken)
    browser.http.cookie_jar.update_cookies({"callcenter-session": "x"}, aiohttp.client.URL(centre.url))
    with structlog.testing.capture_logs() as logs:
        reply = await browser.get("/api/me")
    assert (reply.status, await reply.json()) == (
        500,
        {"error": "failed", "text": "Something went wrong on our side."},
    )
    assert [(line["event"], line["error"], line["route"]) for line in logs] == [
        ("request_failed", "LookupError", "/api/me")
    ]
    assert "4155550101" not in str(logs)


async def test_without_a_database_one_is_asked_to_come_back(browser: Browser, centre: Centre):
    await browser.sign_in("anna")
    pool = centre.people._pool
    await pool.close()
    reply = await browser.get("/api/me")
    assert (reply.status, (await reply.json())["error"]) == (503, "unavailable")
    assert reply.headers["Retry-After"] == "1"
