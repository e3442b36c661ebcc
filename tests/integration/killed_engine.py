"""`python -m tests.integration.killed_engine URL`: an engine under load, made to be killed.

Tells on its output, a line each, what it lets out: "ack SOURCE" for what it acknowledges, "seq N" for what is
durable. A line on its input stops the calls; then it ends by itself when nobody is left.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from functools import partial

from callcenter import facts as f
from callcenter import wanted
from callcenter.config import Logging
from callcenter.cti.secrets import SecretVault
from callcenter.cti.simulator.legs import NAME, Carries
from callcenter.cti.simulator.load import LoadPlan, Steady
from callcenter.cti.simulator.people import Known
from callcenter.cti.simulator.simulation import SimulatorSettings
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.engine.clock import SteadyClock
from callcenter.engine.look_ups import LookUps
from callcenter.engine.owner import Engine
from callcenter.engine.recovery import recover, rewind, takeover
from callcenter.logs import configure
from callcenter.state import Live
from callcenter.store.database import Database
from callcenter.store.journal import Journal
from tests.core.centre import TREE, agent
from tests.integration.engine_world import Nobody

LEG_END_SECONDS = 2
"""legs that died with a process are waited for at the end"""
CALLS_PER_HOUR = 90_000.0
AGENTS = 12

SETUP = f.CentreSetup(
    name="Killed",
    time_zone="UTC",
    entries=(("*", "main"),),
    queues=(
        f.QueueSetup(
            "accounts",
            "Accounts",
            (f.SkillLevel("accounts", 1),),
            offer_seconds=2,
            wrap_up_seconds=2,
            dispositions=("done",),
        ),
    ),
    agents=tuple(agent(number, station=NAME) for number in range(1, AGENTS + 1)),
    trees=(f.TreeSetup("main", 1, TREE),),
    break_reasons=("lunch",),
)


class Telling(SimulatorProvider):
    """Says what the engine acknowledges."""

    def acknowledge(self, source: str) -> None:
        tell(f"ack {source}")
        super().acknowledge(source)


class Watching:
    """Says what is durable, and lets simulated agents see it."""

    def __init__(self, provider: SimulatorProvider) -> None:
        self._provider = provider
        self.live: Live | None = None
        self.changed = asyncio.Event()

    def observe(self, live: Live, entry: f.Entry) -> None:
        self.live = live

    def durable(self, entries: Sequence[f.Entry]) -> None:
        for entry in entries:
            self._provider.on_decisions(entry)
        if entries:
            tell(f"seq {entries[-1].seq}")
        self.changed.set()

    def start_over(self, live: Live, seq: int) -> None:
        """Only what is durable was heard."""

    async def until_nobody_is_left(self) -> None:
        while self.live is None or self.live.state.contacts:
            self.changed.clear()
            await self.changed.wait()


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main(url: str) -> None:
    database = await Database.open(url)
    journal = Journal(database, 1)
    recovered = await recover(journal, 1)
    clock, vault = SteadyClock(recovered.at), SecretVault()
    people = Steady(
        LoadPlan(talk_ms=120), [Known(f"+1415555{number:04}", "1", "1234") for number in range(100)]
    )
    provider = Telling(
        SimulatorSettings(calls_per_hour=CALLS_PER_HOUR, lines_max=60),
        SETUP,
        keep_secret=vault.put,
        population=people,
        carries=Carries(ms_per_character=2, recordings=True),
    )
    watching = Watching(provider)
    engine = Engine(
        recovered.live,
        recovered.seq,
        journal,
        clock,
        providers=[provider],
        look_ups=LookUps(Nobody(), vault),
        values=recovered.values,
        recent=recovered.recent,
        rewind=partial(rewind, journal, 1),
        followers=[watching],
    )
    engine.put(takeover(recovered, clock))
    if not recovered.seq:
        engine.put(f.Received("import:1", f.CentreApplied(1, SETUP, "test")))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(engine.run(), name="engine")
        await asyncio.to_thread(sys.stdin.readline)
        provider.set_rate(0)
        await watching.until_nobody_is_left()
        await engine.drained()
        running.cancel()
    await provider.close()
    await journal.close()
    await database.close()


if __name__ == "__main__":
    wanted.LEG_END_SECONDS = LEG_END_SECONDS
    configure(Logging(level="warning"), sys.stderr)
    asyncio.run(main(sys.argv[1]))
