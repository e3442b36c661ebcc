"""An explanation by a process of its own, for a service that has calls to serve: deciding again may take seconds.

The rule: one at a time, at a low priority, and none for longer than SECONDS_MAX.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from callcenter.errors import TooLong
from callcenter.explain.moment import Explanation

SECONDS_MAX = 60
COMMAND = (sys.executable, "-m", "callcenter", "explain", "--json")


class Aside:
    """`url`: the database of the service."""

    def __init__(self, url: str, data: Path) -> None:
        self._environment = {**os.environ, "DATABASE_URL": url, "CALLCENTER_DATA": str(data)}
        self._turn = asyncio.Lock()

    async def explain(self, offer: int) -> Explanation | None:
        """None: the journal doesn't hold that moment. Raises TooLong, or RuntimeError with its last words."""
        try:
            async with asyncio.timeout(SECONDS_MAX), self._turn:
                return await self._explain(offer)
        except TimeoutError:
            raise TooLong from None

    async def _explain(self, offer: int) -> Explanation | None:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            str(offer),
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            said, errors = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            last = errors.decode(errors="replace")[-500:]
            raise RuntimeError(f"explain ended with {process.returncode}: {last}")
        return msgspec.json.decode(said, type=Explanation | None)
