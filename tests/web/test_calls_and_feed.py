"""The phone's tokens and the feed's door: who gets in, from where, and how much at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
import pytest

from callcenter.screens.wire import MESSAGE_BYTES_MAX
from callcenter.web import sockets
from callcenter.web.limits import CALLS_PER_MINUTE_MAX, CallLimit
from callcenter.web.replies import Refused
from tests.web.conftest import SETUP, Browser, Centre
from tests.web.test_signing_in import FOREIGN_ORIGINS


async def test_a_visitor_of_the_demo_rings_as_a_customer(browser: Browser):
    await browser.page("/call")
    callers = await browser.json("/api/callers")
    assert callers == [
        {"id": "1", "name": "Li Wei", "number": "+14155550101", "note": "PIN 2468"},
        {"id": "withheld", "name": "Withheld", "number": "", "note": ""},
    ]
    reply = await browser.post("/api/call", {"caller": "1"})
    assert await reply.json() == {
        "url": "ws://127.0.0.1:8081/phone",
        "token": "caller +14155550101 +14155550000",
        "leg": "browser:1",
    }
    withheld = await (await browser.post("/api/call", {"caller": "withheld"})).json()
    assert withheld["token"] == "caller None +14155550000"


async def test_an_unknown_caller_rings_nobody(browser: Browser):
    await browser.page("/call")
    reply = await browser.post("/api/call", {"caller": "+19005550123"})
    assert (reply.status, (await reply.json())["error"]) == (404, "not_found")


async def test_a_visitor_of_the_demo_can_be_called_as_a_customer_who_has_a_number(browser: Browser):
    await browser.page("/call")
    reply = await browser.post("/api/telephone", {"caller": "1"})
    assert await reply.json() == {
        "url": "ws://127.0.0.1:8081/phone",
        "token": "telephone +14155550101",
        "centre": "Golden Gate Bank",
        "centre_zh": SETUP.name_zh,
        "number": "+14155550000",
    }
    for caller in ("withheld", "+19005550123"):
        reply = await browser.post("/api/telephone", {"caller": caller})
        assert (reply.status, (await reply.json())["error"]) == (404, "not_found")


async def test_a_desk_gets_the_phone_of_its_own_agent(browser: Browser):
    await browser.sign_in_to("bo", "/desk")
    assert (await (await browser.post("/api/station")).json())["token"] == "station 8"


def test_calls_through_the_open_door_are_limited_and_let_in_again_a_minute_later():
    now = 0.0
    limit = CallLimit(clock=lambda: now)
    for _ in range(CALLS_PER_MINUTE_MAX):
        limit.count()
    with pytest.raises(Refused) as caught:
        limit.count()
    assert (caught.value.key, caught.value.retry_seconds) == ("too_many", 61)
    now = 60.0
    limit.count()


# --- the feed ---


async def refused(browser: Browser, **headers: str) -> int:
    """The status of a feed that isn't let in."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        async with browser.http.ws_connect("/feed", headers=headers):
            pass
    return caught.value.status


async def test_the_feed_is_for_whoever_is_signed_in(browser: Browser, centre: Centre):
    assert await refused(browser, Origin=centre.url) == 401
    await browser.sign_in("anna")
    async with browser.feed() as feed:
        assert await feed.receive_str() == "Anna Berg"
        await feed.send_str("hello")
        assert await feed.receive_str() == "hello"
    assert centre.fakes.feeds == ["anna"]


@pytest.mark.parametrize("origin", [None, *FOREIGN_ORIGINS])
async def test_a_feed_from_another_site_is_refused(browser: Browser, centre: Centre, origin: str | None):
    await browser.sign_in("anna")
    headers = {} if origin is None else {"Origin": origin.format(port=centre.server.port)}
    assert await refused(browser, **headers) == 403
    assert centre.fakes.feeds == []


async def test_two_origins_are_not_one_of_ours(browser: Browser, centre: Centre):
    await browser.sign_in("anna")
    headers = [("Origin", centre.url), ("Origin", "http://evil.example")]
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with browser.http.ws_connect("/feed", headers=headers):  # type: ignore[arg-type]
            pass


async def test_the_other_name_of_this_machine_is_ours_too(browser: Browser, centre: Centre):
    await browser.sign_in("anna")
    async with browser.feed(Origin=centre.url.replace("127.0.0.1", "localhost")) as feed:
        assert await feed.receive_str() == "Anna Berg"


async def test_a_page_that_opens_the_feed_as_a_page_is_told(browser: Browser, centre: Centre):
    await browser.sign_in("anna")
    reply = await browser.get("/feed", headers={"Origin": centre.url})
    assert (reply.status, (await reply.json())["error"]) == (400, "malformed")


async def test_a_message_too_large_ends_that_socket_alone(browser: Browser):
    await browser.sign_in("anna")
    async with browser.feed() as loud, browser.feed() as other:
        await loud.receive_str()
        await other.receive_str()
        await loud.send_str("x" * (MESSAGE_BYTES_MAX + 1))
        assert (await loud.receive()).data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        await other.send_str("still here")
        assert await other.receive_str() == "still here"


async def test_a_message_is_never_unpacked(browser: Browser, centre: Centre):
    await browser.sign_in("anna")
    async with browser.http.ws_connect("/feed", headers={"Origin": centre.url}, compress=15) as feed:
        assert feed.compress == 0


async def test_one_person_opens_a_bounded_number_of_feeds(browser: Browser, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sockets, "SOCKETS_PER_SESSION_MAX", 2)
    await browser.sign_in("anna")
    async with browser.feed(), browser.feed():
        assert await refused(browser, Origin=browser.centre.url) == 429
    async with browser.feed() as again:
        assert await again.receive_str() == "Anna Berg"


async def test_a_feed_that_fails_is_closed_with_a_code_and_leaves_no_socket_behind(browser: Browser):
    await browser.sign_in("anna")
    async with browser.feed() as feed:
        await feed.receive_str()
        await feed.send_str("break")
        assert (await feed.receive()).data == aiohttp.WSCloseCode.INTERNAL_ERROR
    metrics = await (await browser.get("/metrics")).text()
    while "callcenter_screens 0.0" not in metrics:
        metrics = await (await browser.get("/metrics")).text()


# --- leaving in good order ---


async def test_a_stop_says_not_ready_first_and_then_restart(browser: Browser, centre: Centre):
    await browser.sign_in("anna")
    async with browser.feed() as feed:
        await feed.receive_str()
        centre.server.stop_accepting()
        ready = await browser.get("/readyz")
        assert (ready.status, (await ready.json())["parts"]["stopping"]) == (503, False)
        await feed.send_str("still served")
        assert await feed.receive_str() == "still served"
        assert await refused(browser, Origin=centre.url) == 503
        stopping = asyncio.create_task(centre.server.stop(), name="stop")
        assert (await feed.receive()).data == 1012
        await stopping
    with pytest.raises(aiohttp.ClientConnectionError):
        await browser.get("/healthz")


async def test_a_crowd_of_screens_is_closed_at_once(open_browser: Callable[[], Browser], centre: Centre):
    browser = open_browser()
    await browser.sign_in("anna")
    feeds = [await browser.http.ws_connect("/feed", headers={"Origin": centre.url}) for _ in range(20)]
    for feed in feeds:
        await feed.receive_str()
    stopping = asyncio.create_task(centre.server.stop(), name="stop")
    assert {(await feed.receive()).data for feed in feeds} == {1012}
    await stopping
