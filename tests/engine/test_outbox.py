"""What can't be handed to a provider, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from callcenter.cti.provider import Command, Dial, Reconnected, Say, WantedLeg
from callcenter.effects import HangUp
from callcenter.engine.outbox import RECONCILE_AGAIN_SECONDS, Outbox, Reconcile
from callcenter.errors import ProviderError
from callcenter.facts import LegFailed, Received
from callcenter.simulate.loop import VirtualLoop

DIAL = Dial("c1-l2", "+14155550101")


class Carrier:
    """A provider that has had everything handed to it, and fails as it is told."""

    name = "carrier"

    def __init__(self, error: ProviderError | None = None) -> None:
        self.had: list[Command] = []
        self._error = error

    async def events(self) -> AsyncIterator[Received | Reconnected]:
        yield Reconnected()

    def acknowledge(self, source: str) -> None:
        """Nothing is repeated."""

    def refuse(self, received: Received) -> None:
        """Nobody calls."""

    async def perform(self, command: Command) -> None:
        self.had.append(command)
        if self._error is not None:
            raise self._error

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        if self._error is not None:
            raise self._error

    def prepare(self, says: Sequence[Say]) -> None:
        """Nothing is rendered."""

    async def close(self) -> None:
        """Nothing is open."""


async def handed_over(carrier: Carrier, *commands: Command, outbox_max: int = 10) -> list[Received]:
    """What came back."""
    back: list[Received] = []
    outbox = Outbox(carrier, back.append, lambda: None, outbox_max)
    outbox.put(commands)
    running = asyncio.create_task(outbox.run())
    await outbox.drained()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return back


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ProviderError("carrier", "nobody is there", retry=True), "unreachable"),
        (ProviderError("carrier", "cut off in the middle"), "unknown"),
    ],
)
async def test_a_number_that_may_have_been_called_is_told_apart_and_never_called_again(
    error: ProviderError, reason: str
) -> None:
    carrier = Carrier(error)
    assert await handed_over(carrier, DIAL) == [Received("outbox:dial:c1-l2", LegFailed("c1-l2", reason))]
    assert carrier.had == [DIAL]


async def test_a_number_that_was_forgotten_can_not_be_called() -> None:
    carrier = Carrier()
    back = await handed_over(carrier, Dial("c1-l2", ""))
    assert [received.input for received in back] == [LegFailed("c1-l2", "unreachable")]
    assert carrier.had == []


async def test_a_number_behind_a_full_outbox_was_not_called() -> None:
    carrier, before = Carrier(), HangUp("carrier", "c1-l1")
    back = await handed_over(carrier, before, DIAL, outbox_max=1)
    assert [received.input for received in back] == [LegFailed("c1-l2", "unreachable")]
    assert carrier.had == [before]


@pytest.mark.parametrize(
    ("outbox_max", "error"), [(1, None), (10, ProviderError("carrier", "it did not hear"))]
)
async def test_what_was_not_done_and_is_still_wanted_is_asked_for_once_the_line_is_empty(
    outbox_max: int, error: ProviderError | None
) -> None:
    carrier, asked = Carrier(error), []
    outbox = Outbox(carrier, lambda received: None, lambda: asked.append(len(outbox)), outbox_max)
    outbox.put([HangUp("carrier", "c1-l1"), HangUp("carrier", "c1-l2"), HangUp("carrier", "c1-l3")])
    running = asyncio.create_task(outbox.run())
    await outbox.drained()
    assert asked == [0], "once, and by an empty line"
    outbox.put([Reconcile(())])
    await outbox.drained()
    assert asked == [0], "a reconciliation that fails asks for no other: they would never end"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_number_that_can_not_be_called_is_no_reason_to_reconcile() -> None:
    asked: list[int] = []
    outbox = Outbox(
        Carrier(ProviderError("carrier", "off")), lambda received: None, lambda: asked.append(1), 10
    )
    outbox.put([DIAL])
    running = asyncio.create_task(outbox.run())
    await outbox.drained()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert asked == []


def test_a_reconciliation_that_fails_is_asked_for_again_soon() -> None:
    """Not a minute later: somebody may stand in silence."""
    asked: list[float] = []

    async def test() -> None:
        loop = asyncio.get_running_loop()
        carrier = Carrier(ProviderError("carrier", "not now"))
        outbox = Outbox(carrier, lambda received: None, lambda: asked.append(loop.time()), 10)
        outbox.put((Reconcile(()), Reconcile(()), Reconcile(())))  # and once, though each has failed
        running = asyncio.create_task(outbox.run())
        await outbox.drained()
        began = loop.time()
        await asyncio.sleep(10)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert [at - began for at in asked] == [RECONCILE_AGAIN_SECONDS]

    with asyncio.Runner(loop_factory=VirtualLoop.beginning_at(0)) as runner:
        runner.run(test())
