"""A whole centre and a real Chromium for the tests of this folder."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("browser", "integration", "media")]

import chromium  # noqa: E402
from whole_centre import Centre  # noqa: E402


@pytest.fixture(scope="module")
def centre() -> Iterator[Centre]:
    """Nobody is in it but who the test brings."""
    centre = Centre.make()
    centre.start()
    try:
        asyncio.run(centre.ready())
        yield centre
    finally:
        centre.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    found = chromium.find()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.executable, args=found.args, env=found.env
        )
        yield browser
        await browser.close()
