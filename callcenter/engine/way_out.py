"""The way out: what a durable entry leads to reaches providers, look-ups, timers and whoever waits for an answer.

The rule: nothing goes out that is not durable, and all goes in the journal's order. Nobody here waits: what a
provider is told stands in its outbox, and a look-up is a task whose answer comes back as an input.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from msgspec import Struct

from callcenter import effects as e
from callcenter import facts as f
from callcenter.cti.provider import Provider
from callcenter.engine.look_ups import LookUps
from callcenter.engine.outbox import Acknowledge, Outbox, Reconcile
from callcenter.engine.speech import Speech
from callcenter.engine.timers import Timers
from callcenter.engine.values import Values
from callcenter.state import Live
from callcenter.wanted import live_legs

REFUSALS_MAX = 10_000
"""remembered for whoever asks the same again"""


class Held(Struct):
    """What waits for its commit: an entry, or a mark between entries that writes nothing (entry None)."""

    source: str = ""
    entry: f.Entry | None = None
    values: tuple[f.Value, ...] = ()
    effects: list[e.Effect] = []
    provider: str | None = None
    """who waits for the acknowledgement"""
    answer: "asyncio.Future[str] | None" = None
    """who waits for it to be durable"""
    reconcile: Reconcile | None = None
    snapshot: bytes | None = None


class WayOut:
    """`put` takes results back in, `ask_reconcile` is told the provider that needs it."""

    def __init__(
        self,
        live: Live,
        values: Values,
        providers: Iterable[Provider],
        look_ups: LookUps,
        timers: Timers,
        put: Callable[[f.Received], None],
        ask_reconcile: Callable[[str], None],
        outbox_max: int,
    ) -> None:
        self.outboxes = {
            p.name: Outbox(p, put, partial(ask_reconcile, p.name), outbox_max) for p in providers
        }
        self._live = live
        self._values = values
        self._speech = Speech(live, values)
        self._look_ups = look_ups
        self._timers = timers
        self._put = put
        self._refusals: dict[str, str] = {}
        """of people's inputs, by source"""
        self._tasks: asyncio.TaskGroup | None = None

    def begin(self, tasks: asyncio.TaskGroup) -> None:
        """What runs from here on runs in this group."""
        self._tasks = tasks
        for outbox in self.outboxes.values():
            tasks.create_task(outbox.run(), name=f"outbox {outbox.provider.name}")

    async def drained(self) -> None:
        """Until everything let out so far has been handed over."""
        for outbox in self.outboxes.values():
            await outbox.drained()

    def reconcile(self, provider: str) -> Reconcile:
        """What this provider must hold, by the state as it is now."""
        return Reconcile(tuple(self._speech.wanted_legs(live_legs(self._live, provider))))

    def let_out(self, held: Held) -> None:
        if held.provider is not None:
            outbox = self.outboxes[held.provider]
            if held.entry is not None and _is_turned_away(held.entry):
                outbox.provider.refuse(f.Received(held.source, held.entry.input))
            else:
                outbox.put((held.reconcile or Acknowledge(held.source),))
        for effect in held.effects:
            self._send(effect)

    def answer(self, held: Held) -> None:
        """Who asks this process the same again, because the reply was lost, is told the same."""
        if held.answer is None:
            return
        if held.entry is None:
            refusal = self._refusals.get(held.source, "")
        elif refusal := _refusal(held.entry):
            self._refusals[held.source] = refusal
            if len(self._refusals) > REFUSALS_MAX:
                del self._refusals[next(iter(self._refusals))]
        if not held.answer.done():
            held.answer.set_result(refusal)

    def _send(self, effect: e.Effect) -> None:
        match effect:
            case e.SetTimer(at, timer):
                self._timers.set(at, timer)
            case e.LookUp():
                assert self._tasks is not None
                self._tasks.create_task(self._look_up(effect), name=f"look-up {effect.look_up}")
            case _:
                command = self._speech.command(effect)
                if command is not None and (outbox := self.outboxes.get(effect.provider)) is not None:
                    outbox.put((command,))

    async def _look_up(self, wanted: e.LookUp) -> None:
        answer = await self._look_ups.answer(wanted, self._values)
        self._put(answer)
        await self._look_ups.make_ready(answer)


def _is_turned_away(entry: f.Entry) -> bool:
    """A call for which a fault of ours left nobody to answer: its caller hears words and not a silence."""
    return isinstance(entry.input, f.CallArrived) and _refusal(entry) != ""


def _refusal(entry: f.Entry) -> str:
    for decision in entry.decisions:
        if isinstance(decision, f.Refused):
            return decision.reason
    return ""
