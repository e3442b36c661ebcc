"""A live contact's recording over HTTP: the same input as the button, and what is said when it is not possible."""

from __future__ import annotations

import pytest

from callcenter import facts as f
from tests.web.conftest import Browser, Centre


async def asked(browser: Browser, body: object, contact: str = "c1-k17") -> tuple[int, object]:
    await browser.sign_in_to("anna", "/desk")
    reply = await browser.post(f"/api/contacts/{contact}/recording", body)
    return reply.status, await reply.json()


async def test_a_payment_page_pauses_and_resumes_the_recording(browser: Browser, centre: Centre):
    assert await asked(browser, {"paused": True}) == (200, {"paused": True})
    assert await asked(browser, {"paused": False}) == (200, {"paused": False})
    inputs = [received.input for received in centre.fakes.submitted]
    assert inputs == [f.RecordingPauseAsked(17, "anna"), f.RecordingResumeAsked(17, "anna")]
    assert len({received.source for received in centre.fakes.submitted}) == 2


@pytest.mark.parametrize(
    ("paused", "refused", "status"),
    [
        (True, "already_paused", 200),
        (False, "not_paused", 200),
        (True, "not_paused", 409),
        (True, "not_recorded", 409),
        (True, "not_your_contact", 404),
        (False, "not_talking", 404),
    ],
)
async def test_what_the_centre_refuses_is_told_and_what_is_so_is_well(
    browser: Browser, centre: Centre, paused: bool, refused: str, status: int
):
    centre.fakes.refused = refused
    found, body = await asked(browser, {"paused": paused})
    assert found == status
    assert status != 409 or body == {"error": "refused", "text": f"The centre refused this: {refused}."}


async def test_a_centre_that_takes_nothing_now_is_asked_again_soon(browser: Browser, centre: Centre):
    """No conflict: a payment page that took it for one would go on recorded."""
    centre.fakes.refused = "busy"
    await browser.sign_in_to("anna", "/desk")
    reply = await browser.post("/api/contacts/c1-k17/recording", {"paused": True})
    assert (reply.status, (await reply.json())["error"], reply.headers["Retry-After"]) == (503, "busy", "1")


@pytest.mark.parametrize(
    "contact", ["17", "c2-k17", "c1-k017", "c1-k", "c1-k17x", "c1-k99999999999999999999"]
)
async def test_what_is_no_contact_of_this_centre_is_not_found(browser: Browser, centre: Centre, contact: str):
    status, _ = await asked(browser, {"paused": True}, contact)
    assert (status, centre.fakes.submitted) == (404, [])


@pytest.mark.parametrize("body", [{}, {"paused": 1}, {"paused": True, "until": 3}])
async def test_an_unclear_wish_changes_nothing(browser: Browser, centre: Centre, body: object):
    status, _ = await asked(browser, body)
    assert (status, centre.fakes.submitted) == (400, [])


async def test_a_page_of_another_site_pauses_nothing(browser: Browser, centre: Centre):
    await browser.sign_in_to("anna", "/desk")
    reply = await browser.post("/api/contacts/c1-k17/recording", {"paused": True}, **{"X-CSRF": "forged"})
    assert (reply.status, centre.fakes.submitted) == (403, [])
