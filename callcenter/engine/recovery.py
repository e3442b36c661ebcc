"""Taking a centre over: the newest snapshot, then every later entry applied. Nothing is decided anew.

The rule: state after recovery = apply over the journal up to the last durable row (invariant I4).
"""

import secrets
from collections.abc import Collection, Iterator, Sequence

import msgspec
import structlog
from msgspec import Struct

from callcenter import facts as f
from callcenter import state as states
from callcenter.apply import apply_entry
from callcenter.engine.clock import Clock
from callcenter.engine.recent import Recent
from callcenter.engine.values import Values
from callcenter.lifecycles import LegState
from callcenter.state import Live, State
from callcenter.store.journal import OWNER, Journal
from callcenter.store.outage import OUTAGE

SOURCES_READ = 100_000
"""of the newest entries: what a provider may still repeat after a restart"""

log = structlog.get_logger(__name__)


class Recovered(Struct):
    live: Live
    seq: int
    at: int
    """when the last owner was last seen: its newest entry, or a beat after it"""
    recent: Recent
    values: Values


async def recover(journal: Journal, centre: int) -> Recovered:
    """The centre as its last owner left it."""
    seq, at = await journal.last()
    # Else a later start would begin from one of them, when other entries stand under its number.
    await journal.forget_after(seq)
    live, after = await _live_after(journal, centre, seq)
    recent = Recent(await journal.sources(max(0, seq - SOURCES_READ)))
    values = Values(await journal.values(_refs(live.state)), journal.values)
    log.info("centre.recovered", seq=seq, applied=seq - after, contacts=len(live.state.contacts))
    return Recovered(live, seq, max(at, await journal.alive_at()), recent, values)


def takeover(recovered: Recovered, clock: Clock, name: str = "") -> f.Received:
    """The first input of a new owner: it fences the old one, and its time away counts against no deadline.

    Its source is this owner's alone (`name`, by chance if none is given): after an unknown commit it tells ours
    from that of another who starts too."""
    down_ms = max(0, clock.now() - recovered.at) if recovered.seq else 0
    source = f"{OWNER}{recovered.seq + 1}:{name or secrets.token_hex(4)}"
    return f.Received(source, f.OwnerStarted(down_ms))


def orphans(recovered: Recovered, providers: Collection[str]) -> Iterator[f.Received]:
    """The ends of legs whose provider this process has no longer: nobody else would ever tell of them."""
    for leg in recovered.live.state.legs.values():
        if leg.provider not in providers and leg.state is not LegState.ENDED:
            source = f"owner:{recovered.seq + 1}:{leg.leg}"
            yield f.Received(source, f.LegEnded(leg.leg, f.LegCause.SYSTEM))


async def beat(journal: Journal, seq: int, clock: Clock) -> None:
    """The owner, who has written up to entry `seq`, tells whoever comes next that it is alive: a quiet night is no
    downtime. Raises Fenced when another has taken over; an outage is met by counting from the last entry."""
    try:
        await journal.beat(clock.now(), seq)
    except OUTAGE as error:
        log.debug("owner.no_beat", reason=type(error).__name__)


async def rewind(journal: Journal, centre: int, seq: int, sources: Sequence[str]) -> tuple[State, set[str]]:
    """The state after entry `seq`, and those of these inputs that the journal knows: for an owner whose memory had
    forgotten one and who must begin again from what is durable."""
    live = await state_after(journal, centre, seq)
    return live.state, await journal.known(sources)


async def state_after(journal: Journal, centre: int, seq: int) -> Live:
    """The centre as it was when entry `seq` had been applied."""
    live, _ = await _live_after(journal, centre, seq)
    return live


async def _live_after(journal: Journal, centre: int, seq: int) -> tuple[Live, int]:
    """The state after entry `seq`, and the snapshot's entry with which it began."""
    live, after = await _begin(journal, centre, seq)
    async for entry in journal.entries(after, seq):
        apply_entry(live, entry)
    return live, after


async def _begin(journal: Journal, centre: int, seq: int) -> tuple[Live, int]:
    through = seq
    while (snapshot := await journal.snapshot(through)) is not None:
        snapshot_seq, encoded = snapshot
        try:
            return Live(states.decode(encoded)), snapshot_seq
        except msgspec.MsgspecError as error:
            log.warning("snapshot.unreadable", seq=snapshot_seq, reason=str(error))
            through = snapshot_seq - 1
    return Live(State(centre)), 0


def _refs(state: State) -> Iterator[f.Ref]:
    for contact in state.contacts.values():
        if contact.ani is not None:
            yield contact.ani
        yield from contact.values.values()
    for engagement in state.engagements.values():
        if engagement.note is not None:
            yield engagement.note
