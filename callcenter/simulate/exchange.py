"""The carrier as processes know it: when it dies with all its calls, the next one answers under the same name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from callcenter.cti.provider import Command, Reconnected, Say, WantedLeg
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.errors import ProviderError
from callcenter.facts import Received


class Exchange:
    """A `Provider` that outlives its carrier. `build` makes the next one."""

    def __init__(self, build: Callable[[], SimulatorProvider]) -> None:
        self._build = build
        self.carrier = build()
        self.name = self.carrier.name
        self._dead = 0
        """deaths from which it is not back"""
        self._back = asyncio.Event()
        self._back.set()

    async def replace(self, away_seconds: float) -> None:
        """kill -9 of the media process. What it had not told, nobody will ever hear; its next life is there at once
        for people, and later for us."""
        self._dead += 1
        self._back.clear()
        old, self.carrier = self.carrier, self._build()
        await old.close()
        await asyncio.sleep(away_seconds)
        self._dead -= 1
        if not self._dead:
            self._back.set()

    async def events(self) -> AsyncIterator[Received | Reconnected]:
        while True:
            await self._back.wait()
            carrier = self.carrier
            async for item in carrier.events():
                if carrier is not self.carrier:
                    break
                yield item

    def acknowledge(self, source: str) -> None:
        self.carrier.acknowledge(source)

    def refuse(self, received: Received) -> None:
        self.carrier.refuse(received)

    async def perform(self, command: Command) -> None:
        self._is_there()
        await self.carrier.perform(command)

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        self._is_there()
        await self.carrier.reconcile(wanted)

    def prepare(self, says: Sequence[Say]) -> None:
        """Nothing is rendered here."""

    async def close(self) -> None:
        await self.carrier.close()

    def _is_there(self) -> None:
        if not self._back.is_set():
            raise ProviderError(self.name, "it is not there", retry=True)
