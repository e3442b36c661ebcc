"""Pages before a made-up centre: a browser in which nothing may go wrong, and a desk that is opened in it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from callcenter.screens import wire
from tests.browser.desk_rows import DESK, DIRECTORY, FOUND
from tests.browser.fake_centre import FakeCentre
from tests.browser.one_browser import lent

PAGE_MS = 20_000
expect.set_options(timeout=PAGE_MS)

Theme = Literal["light", "dark"]


@asynccontextmanager
async def browser_page(theme: Theme = "light") -> AsyncIterator[Page]:
    """A page whose script errors, and requests to anybody else, fail the test."""
    wrong: list[str] = []
    async with lent() as browser:
        context = await browser.new_context(color_scheme=theme, reduced_motion="reduce")
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda line: line.type == "error" and "WebSocket" not in line.text and wrong.append(line.text),
        )
        page.on("request", lambda request: "127.0.0.1" in request.url or wrong.append(request.url))
        yield page
    assert [line for line in wrong if not line.startswith(("data:", "blob:"))] == []


def agent_centre(*rows: wire.Row) -> FakeCentre:
    """An agent's, with colleagues, queues and a customer to be found."""
    centre = FakeCentre()
    centre.rows = {DESK: rows_by_key(*rows), "directory": dict(DIRECTORY)}
    centre.api["/api/customers"] = FOUND
    return centre


def rows_by_key(*rows: wire.Row) -> dict[str, wire.Row]:
    keys = {wire.Me: "me", wire.DeskContact: "contact", wire.Todo: "todo:7"}
    return {keys[type(row)]: row for row in rows}


@asynccontextmanager
async def desk(*rows: wire.Row) -> AsyncIterator[tuple[FakeCentre, Page]]:
    """An agent's desk that shows these rows."""
    async with agent_centre(*rows) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/desk")
        await expect(page.get_by_text("Phone is ready")).to_be_visible()
        yield centre, page


async def broken_rules(page: Page) -> list[Any]:
    """What axe finds against this page for whoever sees little or uses no mouse: in the dark, against its colours,
    for all else is the same there."""
    dark = await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    rules = {"runOnly": ["color-contrast"]} if dark else {}
    async with asyncio.timeout(30):
        results = await Axe().run(page, options={"resultTypes": ["violations"], **rules})
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in results.response["violations"]]


async def english_words(page: Page) -> set[str]:
    """What is shown, label for label, that has a word in Latin letters: not what says itself that it is English, as
    the switch of languages does, nor abbreviations."""
    texts = await page.evaluate(
        """() => {
          const found = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const ours = (one) => !one.closest("[lang]:not(html)");
          while (walk.nextNode()) {
            const one = walk.currentNode.parentElement;
            if (one.checkVisibility() && ours(one)) found.push(walk.currentNode.data);
          }
          for (const one of document.querySelectorAll("[aria-label], [title], [placeholder]"))
            if (ours(one)) found.push(one.ariaLabel, one.title, one.getAttribute("placeholder"));
          return found.filter(Boolean);
        }"""
    )
    return {
        text.strip()
        for text in texts
        if re.search(r"[a-z]{2}", text) and not re.search(r"[\u3000-\u303f一-鿿\uff00-\uffef]", text)
    }
