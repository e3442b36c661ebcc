"""Who follows the owner, each in its own words: the history and its day, simulated people, the setup.

The rule: a follower is told and never asked; it may take notes here and does its work elsewhere.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog

from callcenter import facts as f
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.history.records import AgentInterval, Engagement, QueueVisit, Row
from callcenter.history.today import TodayFigures
from callcenter.screens.feed import Feed
from callcenter.state import Live
from callcenter.store.history import Projector
from callcenter.store.outage import OUTAGE

RETRY_SECONDS = 0.5

log = structlog.get_logger(__name__)


class Screens:
    """The feed: marks what changed at once, shows it when it is durable."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def observe(self, live: Live, entry: f.Entry) -> None:
        self._feed.observe((entry.input, *entry.decisions), entry.seq)

    def durable(self, entries: Sequence[f.Entry]) -> None:
        if entries:
            self._feed.durable(entries[-1].seq)

    def start_over(self, live: Live, seq: int) -> None:
        self._feed.start_over(live, seq)


class Written:
    """The history's projector, fed with what is durable."""

    def __init__(self, projector: Projector) -> None:
        self._projector = projector

    def observe(self, live: Live, entry: f.Entry) -> None:
        """Nothing is written of what is not durable."""

    def durable(self, entries: Sequence[f.Entry]) -> None:
        self._projector.feed(entries)

    def start_over(self, live: Live, seq: int) -> None:
        """Only what is durable was heard, and that stays."""


class Simulated:
    """Simulated agents look at their desks."""

    def __init__(self, provider: SimulatorProvider) -> None:
        self._provider = provider

    def observe(self, live: Live, entry: f.Entry) -> None:
        """A desk shows nothing that is not durable."""

    def durable(self, entries: Sequence[f.Entry]) -> None:
        for entry in entries:
            self._provider.on_decisions(entry)

    def start_over(self, live: Live, seq: int) -> None:
        """Only what is durable was heard, and that stays."""


class Configured:
    """What hangs on the centre's setup is told of a new one: names, prompts, robots, limits."""

    def __init__(self, changed: Callable[[], Awaitable[None]]) -> None:
        self._changed = changed
        self._pending = asyncio.Event()

    def observe(self, live: Live, entry: f.Entry) -> None:
        """A setup counts once it is durable."""

    def durable(self, entries: Sequence[f.Entry]) -> None:
        if any(isinstance(entry.input, f.CentreApplied) for entry in entries):
            self._pending.set()

    def start_over(self, live: Live, seq: int) -> None:
        """Only what is durable was heard, and that stays."""

    async def run(self) -> None:
        while True:
            await self._pending.wait()
            self._pending.clear()
            try:
                await self._changed()
            except OUTAGE as error:
                log.warning("setup.waiting_for_database", reason=type(error).__name__)
                self._pending.set()
                await asyncio.sleep(RETRY_SECONDS)


class Figures(TodayFigures):
    """Today's figures, which tell the screens whose figures have changed."""

    changed: Callable[[set[str], set[int]], None] | None = None

    def hear(self, at: int, rows: Iterable[Row]) -> None:
        rows = tuple(rows)
        super().hear(at, rows)
        if self.changed is None:
            return
        queues: set[str] = set()
        agents: set[int] = set()
        for row in rows:
            match row:
                case QueueVisit(queue=queue, agent=agent):
                    queues.add(queue)
                    if agent is not None:
                        agents.add(agent)
                case Engagement(queue=str(queue), agent=agent):
                    queues.add(queue)
                    agents.add(agent)
                case AgentInterval(agent=agent):
                    agents.add(agent)
                case _:
                    pass
        if queues or agents:
            self.changed(queues, agents)

    def roll_over(self, at: int, queues: Iterable[str], agents: Iterable[int]) -> None:
        """Begins the day of `at`, if it is a later one, and says so."""
        ended_at = self.to_at
        self.roll(at)
        if self.to_at != ended_at and self.changed is not None:
            self.changed(set(queues), set(agents))
