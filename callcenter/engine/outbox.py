"""The way out to one provider: a bounded line of its own, in order, so that a slow one stalls nobody.

The rule: the owner puts and never waits. What can't be done becomes an input again (a phone that can't be rung, a
number that can't be called) or is mended by a reconciliation, for which the line asks once it is empty. A number is
never handed over twice: where it is in doubt whether the carrier has it, the input says so. Acknowledgements and
reconciliations stand in the same line as commands: a provider must not hear of a later state before an earlier one.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

import structlog
from msgspec import Struct

from callcenter.cti.provider import Command, Dial, Provider, WantedLeg
from callcenter.effects import RingAgent
from callcenter.errors import ProviderError
from callcenter.facts import IN_DOUBT, LegFailed, Received

RECONCILE_AGAIN_SECONDS = 2
"""after one that failed"""

log = structlog.get_logger(__name__)


class Acknowledge(Struct, frozen=True):
    source: str


class Reconcile(Struct, frozen=True):
    wanted: tuple[WantedLeg, ...]


Item = Acknowledge | Reconcile | Command


class Outbox:
    """One provider's line. `run` serves it until it is cancelled."""

    def __init__(
        self,
        provider: Provider,
        put: Callable[[Received], None],
        ask_reconcile: Callable[[], None],
        outbox_max: int,
    ) -> None:
        self.provider = provider
        self._put = put
        self._ask_reconcile = ask_reconcile
        self._max = outbox_max
        self._items: deque[Item] = deque()
        self._commands = 0
        """of the items; acknowledgements come by the batch and don't crowd them out"""
        self._is_behind = False
        """something was not done that is still wanted: a caller may stand in silence until it is mended"""
        self._again: asyncio.TimerHandle | None = None
        """asks for a reconciliation after one that failed"""
        self._filled = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, items: Sequence[Item]) -> None:
        """Never waits. Over the limit commands fail at once; acknowledgements always have room."""
        for item in items:
            if not isinstance(item, Acknowledge | Reconcile):
                if self._commands >= self._max:
                    self._failed(item, "its outbox is full")
                    continue
                if isinstance(item, Dial) and not item.number:
                    self._failed(item, "the number is not known any more")
                    continue
                self._commands += 1
            self._items.append(item)
        self._idle.clear()
        self._filled.set()

    async def run(self) -> None:
        while True:
            while self._items:
                await self._serve(self._items.popleft())
            if self._is_behind:
                self._is_behind = False
                self._ask_reconcile()
            self._idle.set()
            self._filled.clear()
            await self._filled.wait()

    async def drained(self) -> None:
        """Until everything put so far has been handed over."""
        await self._idle.wait()

    async def _serve(self, item: Item) -> None:
        try:
            match item:
                case Acknowledge(source):
                    self.provider.acknowledge(source)
                case Reconcile(wanted):
                    await self.provider.reconcile(wanted)
                case _:
                    self._commands -= 1
                    await self.provider.perform(item)
        except ProviderError as error:
            self._failed(item, error.what, in_doubt=not error.retry)

    def _failed(self, item: Item, reason: str, *, in_doubt: bool = False) -> None:
        log.warning(
            "provider.failed", provider=self.provider.name, command=type(item).__name__, reason=reason
        )
        if isinstance(item, RingAgent):
            # One try for one ring: the core decides what follows.
            failed = LegFailed(item.leg, IN_DOUBT if in_doubt else reason)
            self._put(Received(f"outbox:ring:{item.leg}", failed))
        elif isinstance(item, Dial):
            failed = LegFailed(item.leg, IN_DOUBT if in_doubt else "unreachable")
            self._put(Received(f"outbox:dial:{item.leg}", failed))
        elif isinstance(item, Reconcile):
            self._reconcile_later()
        else:
            self._is_behind = True

    def _reconcile_later(self) -> None:
        """Once, however many have failed meanwhile: each would ask for others."""
        if self._again is None:
            self._again = asyncio.get_running_loop().call_later(
                RECONCILE_AGAIN_SECONDS, self._reconcile_again
            )

    def _reconcile_again(self) -> None:
        self._again = None
        self._ask_reconcile()
