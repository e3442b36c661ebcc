"""The engine: one task owns the centre; everyone else puts inputs into its bounded inbox.

The rule: settle, commit, then let out. The owner settles inputs as they come; the committer writes whatever has
been settled while its last commit ran; only then acknowledgements, effects and screens go out, in the journal's
order. Nobody waits for a lock, and the owner waits for nobody: not for the database, a provider or a screen.

    inbox → owner (settle) → held → committer (journal.commit) → way out, followers
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol, get_args

import structlog
from msgspec import Struct

from callcenter import effects as e
from callcenter import facts as f
from callcenter import state as states
from callcenter.center import Settled, settle
from callcenter.cti.provider import Provider, Reconnected
from callcenter.engine.clock import Clock
from callcenter.engine.look_ups import LookUps
from callcenter.engine.recent import Recent
from callcenter.engine.timers import Timers
from callcenter.engine.values import Values
from callcenter.engine.way_out import Held, WayOut
from callcenter.errors import DuplicateSource
from callcenter.state import Live
from callcenter.store.journal import Row, row_of
from callcenter.store.outage import OUTAGE
from callcenter.wanted import effects_of, is_stale, resume

BATCH_ENTRIES_MAX = 512
HELD_MAX = 4_096
"""settled and not yet durable; beyond it the owner waits for the committer, and new calls are refused"""
SLICE_INPUTS = 64
"""settled in one go before others on the loop get their turn"""
SNAPSHOT_ENTRIES = 50_000
RECONCILE_SECONDS = 60
REWIND_AGAIN_SECONDS = 0.5
BROKEN_TIMER_SECONDS = 20
"""after which a timer on which a rule of ours broke comes again: nothing is stuck for a fault"""

log = structlog.get_logger(__name__)

_TIMERS = get_args(f.Timer)


class Follower(Protocol):
    """Whoever wants to know: `observe` right after an entry was settled (do not show it to anyone yet),
    `durable` once it and all before it are, `start_over` when what was observed after entry `seq` never became
    durable and was undone. None may wait."""

    def observe(self, live: Live, entry: f.Entry) -> None: ...

    def durable(self, entries: Sequence[f.Entry]) -> None: ...

    def start_over(self, live: Live, seq: int) -> None: ...


class JournalStore(Protocol):
    async def commit(self, rows: Sequence[Row], values: Sequence[f.Value]) -> None: ...

    async def confirm(self, seq: int) -> None:
        """Returns once it is sure that nobody has written after entry `seq`. Raises Fenced."""
        ...

    async def keep_snapshot(self, seq: int, at: int, state: bytes) -> None: ...


Rewind = Callable[[int, Sequence[str]], Awaitable[tuple[states.State, set[str]]]]
"""(seq, sources) -> the state after that entry, and those of these inputs that were here before"""


Settle = Callable[[Live, f.Input, int], Settled]
"""what an input leads to, applied to the state"""


class Asked(Struct):
    """An input in the inbox, with whoever waits for it to be durable."""

    received: f.Received
    provider: str | None = None
    answer: "asyncio.Future[str] | None" = None


class ReconcileAsked(Struct):
    provider: str


class Engine:
    """Owns `live` from `run` on. `seq` is the last entry of the journal that `live` holds."""

    def __init__(
        self,
        live: Live,
        seq: int,
        journal: JournalStore,
        clock: Clock,
        *,
        providers: Iterable[Provider],
        look_ups: LookUps,
        values: Values,
        recent: Recent,
        rewind: Rewind | None = None,
        settle: Settle = settle,
        followers: Sequence[Follower] = (),
        inbox_max: int = 1000,
        outbox_max: int = 1000,
    ) -> None:
        self.live = live
        self.seq = seq
        self.durable_seq = seq
        self.owning = asyncio.Event()
        """set once the first entry of this owner is durable: the centre is ours"""
        self._journal = journal
        self._clock = clock
        self._values = values
        self._recent = recent
        self._rewind = rewind
        self._settle_by = settle
        self._followers = tuple(followers)
        self._inbox_max = inbox_max
        self._inbox: deque[Asked | ReconcileAsked] = deque()
        self._arrived = asyncio.Event()
        self._held: list[Held] = []
        self._to_commit = asyncio.Event()
        self._released = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._timers = Timers(clock, self.put)
        self._out = WayOut(
            live, values, providers, look_ups, self._timers, self.put, self._ask_reconcile, outbox_max
        )

    async def run(self) -> None:
        """Until cancelled. Raises Fenced when another process has taken the centre over."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._own(), name="owner")
            tasks.create_task(self._commit_for_ever(), name="committer")
            tasks.create_task(self._timers.run(), name="timers")
            self._out.begin(tasks)
            await self.owning.wait()
            for name, outbox in self._out.outboxes.items():
                tasks.create_task(self._listen(outbox.provider), name=f"listen {name}")
            tasks.create_task(self._reconcile_for_ever(), name="reconcile")

    # --- The way in ---

    def put(self, received: f.Received, provider: str | None = None) -> None:
        """Results, hang-ups, timers: always admitted."""
        self._inbox.append(Asked(received, provider))
        self._arrived.set()

    async def submit(self, received: f.Received) -> str:
        """An input of a person. Returns once it is durable: "" or the text key of why it was refused."""
        if self.is_full:
            return "busy"
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._inbox.append(Asked(received, None, answer))
        self._arrived.set()
        return await answer

    @property
    def is_full(self) -> bool:
        """Whether new calls are refused: what is already here comes first."""
        return len(self._inbox) + len(self._held) > self._inbox_max

    @property
    def backlog(self) -> int:
        """Inputs that wait for a decision or for their commit."""
        return len(self._inbox) + len(self._held)

    @property
    def outboxes(self) -> dict[str, int]:
        """Items that wait for each provider."""
        return {name: len(outbox) for name, outbox in self._out.outboxes.items()}

    async def drained(self) -> None:
        """Until all that came in so far is durable and has gone out. New inputs are still admitted."""
        while self._inbox or self._held:
            self._released.clear()
            await self._released.wait()
        await self._out.drained()

    async def leave_snapshot(self) -> None:
        """The next start begins here. Not when something is settled that may never become durable: another owner
        would write other entries under its numbers, and one day begin from a state that never was."""
        if self.seq == self.durable_seq:
            state = self.live.state
            await self._keep_snapshot(self.seq, state.at, states.encode(state))

    async def _listen(self, provider: Provider) -> None:
        async for event in provider.events():
            if isinstance(event, Reconnected):
                self._ask_reconcile(provider.name)
            elif isinstance(event.input, f.CallArrived) and self.is_full and event.source not in self._recent:
                log.warning("engine.call_refused", backlog=self.backlog)
                provider.refuse(event)
            else:
                self.put(event, provider.name)

    async def _reconcile_for_ever(self) -> None:
        while True:
            await asyncio.sleep(RECONCILE_SECONDS)
            for name in self._out.outboxes:
                self._ask_reconcile(name)

    def _ask_reconcile(self, provider: str) -> None:
        self._inbox.append(ReconcileAsked(provider))
        self._arrived.set()

    # --- The owner ---

    async def _own(self) -> None:
        while True:
            await self._arrived.wait()
            await self._room.wait()
            for _ in range(min(SLICE_INPUTS, len(self._inbox))):
                self._take(self._inbox.popleft())
            if len(self._held) >= HELD_MAX:
                self._room.clear()
            if self._inbox:  # the committer, sockets and screens have their turn between two slices
                await asyncio.sleep(0)
            else:
                self._arrived.clear()

    def _take(self, asked: Asked | ReconcileAsked) -> None:
        if isinstance(asked, ReconcileAsked):
            self._hold(Held(provider=asked.provider, reconcile=self._out.reconcile(asked.provider)))
            return
        input = asked.received.input
        if isinstance(input, _TIMERS) and is_stale(self.live, input):
            return
        if self._recent.add(asked.received.source):
            self._settle(asked)
        else:
            self._was_here(asked)

    def _was_here(self, asked: Asked, at: int | None = None) -> None:
        """Whoever sent it again may forget it once the first is durable, which is not before now. A timer comes
        again where a rule broke on it: what it would end is still there."""
        source, input = asked.received.source, asked.received.input
        if not isinstance(input, _TIMERS):
            self._hold(Held(source, provider=asked.provider, answer=asked.answer))
        elif not is_stale(self.live, input):
            self._settle(Asked(f.Received(f"{source}:{self.seq + 1}", input)), at)

    def _settle(self, asked: Asked, at: int | None = None) -> None:
        """One input becomes one entry. In a slice of the owner; nothing here waits. `at`: now, unless it was
        settled before."""
        received, at = asked.received, self._clock.now() if at is None else at
        for value in received.values:
            self._values.put(value.ref, value.text)
        outcome = self._settle_by(self.live, received.input, at)
        for fault in outcome.faults:
            log.error("engine.fault", source=received.source, exc_info=fault)
        if outcome.faults and isinstance(received.input, _TIMERS):
            self._timers.set(at + BROKEN_TIMER_SECONDS * 1000, received.input)
        self.seq += 1
        entry = f.Entry(self.seq, at, received.source, received.input, outcome.decisions)
        effects: list[e.Effect] = []
        for fact in (received.input, *outcome.decisions):
            effects += effects_of(self.live, fact)
        for follower in self._followers:
            follower.observe(self.live, entry)
        held = Held(received.source, entry, received.values, effects, asked.provider, asked.answer)
        if self.seq % SNAPSHOT_ENTRIES == 0:
            held.snapshot = states.encode(self.live.state)
        self._hold(held)

    def _hold(self, held: Held) -> None:
        self._held.append(held)
        self._to_commit.set()

    # --- The committer ---

    async def _commit_for_ever(self) -> None:
        while True:
            await self._to_commit.wait()
            batch = self._held[:BATCH_ENTRIES_MAX]
            entries = [held.entry for held in batch if held.entry is not None]
            if entries:
                values = [value for held in batch for value in held.values]
                try:
                    await self._journal.commit([row_of(entry) for entry in entries], values)
                except DuplicateSource:
                    if self._rewind is None:
                        raise
                    try:
                        await self._start_over(self._rewind)
                    except OUTAGE as error:  # the same batch is refused again
                        log.warning("engine.not_started_over", reason=type(error).__name__)
                        await asyncio.sleep(REWIND_AGAIN_SECONDS)
                    continue
                self.durable_seq = entries[-1].seq
            elif any(held.reconcile is not None for held in batch):
                # Who stood still while another took over would end legs that it does not know.
                await self._journal.confirm(self.durable_seq)
            del self._held[: len(batch)]
            if not self._held:
                self._to_commit.clear()
            self._room.set()
            self.owning.set()
            self._let_out(batch, entries)
            self._released.set()
            for held in batch:
                if held.snapshot is not None and held.entry is not None:
                    await self._keep_snapshot(held.entry.seq, held.entry.at, held.snapshot)

    async def _keep_snapshot(self, seq: int, at: int, snapshot: bytes) -> None:
        """It only makes the next start faster: an outage skips this one."""
        try:
            await self._journal.keep_snapshot(seq, at, snapshot)
        except OUTAGE as error:
            log.warning("engine.snapshot_skipped", reason=type(error).__name__)

    async def _start_over(self, rewind: Rewind) -> None:
        """An input that memory had forgotten was in the journal before: it never happened a second time, and what
        was settled since then is settled anew, at the time at which it was. Nothing of that had gone out."""
        sources = [held.source for held in self._held if held.entry is not None]
        state, known = await rewind(self.durable_seq, sources)
        if not known and len(set(sources)) == len(sources):
            raise DuplicateSource("the journal refuses an input as doubled and does not know it")
        log.warning("engine.started_over", forgotten=len(known), settled_anew=len(sources))
        # From here on without a wait: the owner must not settle between the old state and the new one.
        held, self._held = self._held, []
        self.live.state, self.seq = state, self.durable_seq
        self.live.rebuild()
        for effect in resume(self.live):
            # What was stale by what never happened is not, and its timer may have come and gone.
            if isinstance(effect, e.SetTimer):
                self._timers.set(effect.at, effect.timer)
        for follower in self._followers:
            follower.start_over(self.live, self.seq)
        for one in held:
            if one.reconcile is not None and one.provider is not None:
                self._take(ReconcileAsked(one.provider))
            elif one.entry is None:
                self._hold(Held(one.source, provider=one.provider, answer=one.answer))
            else:
                received = f.Received(one.source, one.entry.input, one.values)
                settle = self._was_here if one.source in known else self._settle
                settle(Asked(received, one.provider, one.answer), one.entry.at)
                known.add(one.source)

    def _let_out(self, batch: Sequence[Held], entries: Sequence[f.Entry]) -> None:
        for held in batch:
            self._out.let_out(held)
        for follower in self._followers:
            follower.durable(entries)
        for held in batch:
            self._out.answer(held)
