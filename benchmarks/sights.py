"""From an entry that is durable to the screens that show it, and what went over the wire meanwhile.

The rule: a change counts as shown when a screen has been sent that state of the agent, or a later one. So what was
overtaken before it could be drawn is no loss, and what never comes is found.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct

from benchmarks.bare import Send
from benchmarks.screens import Note
from callcenter import facts as f
from callcenter.screens.wire import AgentRow, Change, Hello, Me, Reply, Snapshot
from callcenter.state import Live

_TOLD = msgspec.json.Decoder(Hello | Reply | Snapshot | Change)


class Written(Struct, frozen=True):
    """An agent's new state. `since_at`: the centre's time of it, which tells it from an earlier one."""

    agent: int
    since_at: int
    at_ms: float
    """of the monotonic clock: when it was durable"""


class Commits:
    """Follows the owner: what changed for screens, and when it was durable."""

    def __init__(self) -> None:
        self.written: list[Written] = []

    def observe(self, live: Live, entry: f.Entry) -> None:
        """Not durable yet."""

    def durable(self, entries: Sequence[f.Entry]) -> None:
        now_ms = time.monotonic_ns() / 1e6
        for entry in entries:
            for decision in entry.decisions:
                if type(decision) is f.AgentStateChanged:
                    self.written.append(Written(decision.agent, entry.at, now_ms))

    def start_over(self, live: Live, seq: int) -> None:
        """Nothing of a benchmark comes twice."""


def delays_ms(
    written: Iterable[Written], notes: Iterable[Note], screens_of: Callable[[int], Iterable[int]]
) -> list[float]:
    """How long each change took to each screen that shows the agent. Raises AssertionError when one never came."""
    seen: defaultdict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
    for note in notes:
        for agent, since_at in _shown(note.message):
            seen[note.screen, agent].append((since_at, note.at_ms))
    delays: list[float] = []
    for change in written:
        for screen in screens_of(change.agent):
            came = (at_ms for since_at, at_ms in seen[screen, change.agent] if since_at >= change.since_at)
            at_ms = next(came, None)
            assert at_ms is not None, f"screen {screen} was never told of {change}"
            delays.append(at_ms - change.at_ms)
    return delays


def schedule(notes: Iterable[Note], began_ms: float) -> list[Send]:
    """The same bytes at the same distances: one for each message, with all screens that it went to."""
    first_ms: dict[bytes, float] = {}
    screens: defaultdict[bytes, list[int]] = defaultdict(list)
    for note in notes:
        first_ms.setdefault(note.message, note.at_ms - began_ms)
        screens[note.message].append(note.screen)
    return sorted(
        (Send(after_ms, tuple(screens[message]), message) for message, after_ms in first_ms.items()),
        key=lambda send: send.after_ms,
    )


def bare_delays_ms(sends: Sequence[Send], sent_ms: Sequence[float], notes: Iterable[Note]) -> list[float]:
    """A screen is sent its messages in their order."""
    due: defaultdict[int, list[float]] = defaultdict(list)
    for send, at_ms in zip(sends, sent_ms, strict=True):
        for screen in send.screens:
            due[screen].append(at_ms)
    came: defaultdict[int, list[float]] = defaultdict(list)
    for note in notes:
        came[note.screen].append(note.at_ms)
    return [
        at_ms - sent for screen, sents in due.items() for sent, at_ms in zip(sents, came[screen], strict=True)
    ]


def _shown(message: bytes) -> Iterator[tuple[int, int]]:
    """(agent, since when in this state)"""
    told = _TOLD.decode(message)
    if isinstance(told, Change):
        for row in told.set.values():
            if isinstance(row, Me | AgentRow):
                yield row.agent, row.since_at
