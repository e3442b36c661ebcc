"""One Chromium for all tests of this process: starting it takes longer than most of them.

The rule: each test has pages of its own, in contexts that know nothing of each other and end with it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Playwright, async_playwright

from tests.browser.chromium import find

_playwright: Playwright | None = None
_browser: Browser | None = None


@asynccontextmanager
async def lent() -> AsyncIterator[Browser]:
    """The browser; started for whoever asks first, and again if the one before it crashed."""
    browser = await _running()
    try:
        yield browser
    finally:
        for context in browser.contexts:
            await context.close()


async def close() -> None:
    """Nobody tests with it any more."""
    global _playwright, _browser
    if _browser is not None:
        await _browser.close()
    if _playwright is not None:
        await _playwright.stop()
    _playwright = _browser = None


async def _running() -> Browser:
    global _playwright, _browser
    if _playwright is None:
        _playwright = await async_playwright().start()
    if _browser is None or not _browser.is_connected():
        found = find()
        _browser = await _playwright.chromium.launch(
            executable_path=found.executable, args=found.args, env=dict(found.env)
        )
    return _browser
