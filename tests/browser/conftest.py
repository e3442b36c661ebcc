"""A whole centre and a real Chromium for the tests of this folder."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.one_browser import lent

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("browser", "integration", "media")]

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
    async with lent() as browser:
        yield browser
