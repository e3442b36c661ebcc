"""The carrier as processes know it: when it dies with all its calls, the next one answers under the same name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from callcenter.cti.provider import Command, Reconnected, Say, WantedLeg
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.facts import Received


class Exchange:
    """A `Provider` that outlives its carrier. `build` makes the next one."""

    def __init__(self, build: Callable[[], SimulatorProvider]) -> None:
        self._build = build
        self.carrier = build()
        self.name = self.carrier.name

    async def replace(self) -> None:
        """kill -9 of the media process. What it had not told, nobody will ever hear."""
        old, self.carrier = self.carrier, self._build()
        await old.close()

    async def events(self) -> AsyncIterator[Received | Reconnected]:
        while True:
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
        await self.carrier.perform(command)

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        await self.carrier.reconcile(wanted)

    def prepare(self, says: Sequence[Say]) -> None:
        """Nothing is rendered here."""

    async def close(self) -> None:
        await self.carrier.close()
