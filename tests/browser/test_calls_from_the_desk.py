"""Calls that agents make, seen and heard at both ends: to a customer's telephone, and to a colleague's desk."""

from __future__ import annotations

import re

import pytest
from pages import errors_of, hears, open_page
from playwright.async_api import Browser, Page, expect
from whole_centre import Centre

ANNA, BEN, CUSTOMER = 2100, 2500, 1700
"""the tones of their microphones, in hertz"""

PAUSE = """async ([contact, paused]) => {
  const csrf = document.querySelector('meta[name="csrf"]').content;
  const headers = { "Content-Type": "application/json", "X-CSRF": csrf };
  const path = `/api/contacts/${contact}/recording`;
  const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify({ paused }) });
  return reply.status;
}"""

pytestmark = pytest.mark.timeout(240)


async def test_an_agent_calls_a_customer_who_is_told_before_anything_is_recorded(
    browser: Browser, centre: Centre
):
    customer = await open_page(browser, centre, "/call", hertz=CUSTOMER)
    anna = await open_page(browser, centre, "/desk", login="anna", hertz=ANNA)
    complaints = [errors_of(page) for page in (customer, anna)]
    await customer.get_by_role("radio", name=re.compile("Li Wei")).first.check()
    await expect(customer.get_by_text("Your phone is on")).to_be_visible()

    await _look_for(anna, "li wei")
    await expect(anna.get_by_text("There was no contact before.")).to_be_visible()
    await anna.keyboard.press("Enter")
    await expect(anna.get_by_text("Calling…")).to_be_visible()
    await expect(anna.get_by_role("heading", name="Li Wei")).to_be_visible()
    await customer.get_by_role("button", name="Answer").click()
    await hears(customer, ANNA - 20, ANNA + 20)
    await hears(anna, CUSTOMER - 20, CUSTOMER + 20)

    await expect(anna.get_by_text("Not recorded yet")).to_be_visible()
    await anna.keyboard.press("p")
    await expect(anna.get_by_text("Recorded", exact=True)).to_be_visible()
    contact = (await centre.sql("select contact from interaction"))[0]["contact"]
    assert await anna.evaluate(PAUSE, [f"c1-k{contact}", True]) == 200
    await expect(anna.get_by_text("Recording paused")).to_be_visible()
    assert await anna.evaluate(PAUSE, [f"c1-k{contact}", False]) == 200
    await expect(anna.get_by_text("Recorded", exact=True)).to_be_visible()
    await customer.get_by_role("button", name="Key 5").click()
    await expect(anna.get_by_text("They keyed 5")).to_be_visible()

    await customer.get_by_role("button", name="Hang up").click()
    await expect(anna.get_by_text("Wrap-up").first).to_be_visible()
    await anna.keyboard.press("1")
    await anna.keyboard.press("Control+Enter")
    await expect(anna.get_by_text("You are signed in")).to_be_visible()
    await centre.settled("select from interaction where direction = 'outbound' and outcome = 'answered'")
    assert complaints == [[], []]


async def test_a_colleague_is_called_from_desk_to_desk(browser: Browser, centre: Centre):
    anna = await open_page(browser, centre, "/desk", login="anna", hertz=ANNA)
    ben = await open_page(browser, centre, "/desk", login="ben", hertz=BEN)
    await ben.get_by_role("button", name=re.compile("ready$")).click()
    await _look_for(anna, "ben okafor")
    await expect(
        anna.get_by_role("option", name=re.compile("Ben Okafor.*Ready"), selected=True)
    ).to_be_visible()
    await anna.keyboard.press("Enter")
    await expect(ben.get_by_text("Anna Lindqvist calls you", exact=True)).to_be_visible()
    await ben.keyboard.press("a")
    await hears(ben, ANNA - 20, ANNA + 20)
    await hears(anna, BEN - 20, BEN + 20)
    for desk in (anna, ben):
        await expect(desk.get_by_text("A call among colleagues", exact=True)).to_be_visible()
    await anna.keyboard.press("Shift+H")
    await expect(ben.get_by_text("Ready for the next call")).to_be_visible()
    await expect(anna.get_by_text("You are signed in")).to_be_visible()


async def _look_for(desk: Page, words: str) -> None:
    """In a new call, until what fits these words is there."""
    await expect(desk.get_by_role("button", name="New call")).to_be_enabled()
    await desk.keyboard.press("n")
    await desk.keyboard.type(words)
    await expect(desk.locator('[role="listbox"][aria-busy="false"]')).to_be_visible()
