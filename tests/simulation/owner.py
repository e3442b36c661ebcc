"""The engine's rule without its loop: settle, commit, then let out; and what a crash leaves of it.

The rule: only what `Disk` holds survives. Between settling and the commit lies time, in which the process may die;
then the batch was written or it was not, and nobody was told either way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, get_args

from msgspec import Struct, field

from callcenter import effects as e
from callcenter import facts as f
from callcenter import state as states
from callcenter.apply import apply_entry
from callcenter.center import settle
from callcenter.cti.provider import Command, WantedLeg
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.legs import NAME
from callcenter.engine.recent import Recent
from callcenter.engine.speech import Speech
from callcenter.engine.timers import source_of
from callcenter.engine.values import Values
from callcenter.state import Live, State
from callcenter.wanted import effects_of, is_stale, live_legs

_TIMERS = get_args(f.Timer)


class Disk(Struct):
    """What survives the process."""

    entries: list[f.Entry] = field(default_factory=list)
    values: dict[f.Ref, str] = field(default_factory=dict)


class World(Protocol):
    """What the owner acts on. Each is called only with what is durable."""

    def acknowledged(self, source: str) -> None: ...

    def commanded(self, command: Command) -> None: ...

    def reconciled(self, wanted: Sequence[WantedLeg]) -> None: ...

    def asked(self, look_up: e.LookUp) -> None: ...

    def commit_ms(self) -> int:
        """How long the database takes this time."""
        ...


class Held(Struct):
    """Settled, not yet durable."""

    source: str = ""
    entry: f.Entry | None = None
    effects: list[e.Effect] = field(default_factory=list)
    wanted: tuple[WantedLeg, ...] | None = None


class Owner:
    """One process's life. `observe` is called with every entry right after it was settled."""

    def __init__(
        self,
        disk: Disk,
        agenda: Agenda,
        world: World,
        observe: Callable[[f.Entry], None],
        *,
        snapshot_seq: int = 0,
    ) -> None:
        self.live = recovered(disk.entries, snapshot_seq)
        self.entries = list(disk.entries)
        self.dead = False
        self._disk = disk
        self._agenda = agenda
        self._world = world
        self._observe = observe
        self._recent = Recent(entry.source for entry in disk.entries)
        self._values = Values(disk.values)
        self._speech = Speech(self.live, self._values)
        self._held: list[Held] = []
        self._in_flight = 0

    def take_over(self) -> None:
        down_ms = self._agenda.now - self.entries[-1].at if self.entries else 0
        self.put(f.Received(f"owner:{len(self.entries) + 1}", f.OwnerStarted(down_ms)))

    def put(self, received: f.Received) -> None:
        if self.dead:
            return
        if isinstance(received.input, _TIMERS) and is_stale(self.live, received.input):
            return
        if not self._recent.add(received.source):
            self._hold(Held(received.source))
            return
        for value in received.values:
            self._values.put(value.ref, value.text)
            self._disk.values[value.ref] = value.text
        settled = settle(self.live, received.input, self._agenda.now)
        if settled.fault is not None:
            raise settled.fault
        seq = len(self.entries) + 1
        entry = f.Entry(seq, self._agenda.now, received.source, received.input, settled.decisions)
        self.entries.append(entry)
        effects = [it for fact in (received.input, *settled.decisions) for it in effects_of(self.live, fact)]
        self._observe(entry)
        self._hold(Held(received.source, entry, effects))

    def reconcile(self) -> None:
        if not self.dead:
            wanted = tuple(self._speech.wanted_legs(live_legs(self.live, NAME)))
            self._hold(Held(wanted=wanted))

    def crash(self, *, written: bool) -> None:
        """kill -9. `written`: the batch that was on its way had reached the disk."""
        self.dead = True
        if written:
            self._write(self._held[: self._in_flight])

    def _hold(self, held: Held) -> None:
        self._held.append(held)
        if not self._in_flight:
            self._commit()

    def _commit(self) -> None:
        self._in_flight = len(self._held)
        self._agenda.after(self._world.commit_ms(), self._committed)

    def _committed(self) -> None:
        if self.dead:
            return
        batch = self._held[: self._in_flight]
        self._write(batch)
        del self._held[: self._in_flight]
        self._in_flight = 0
        if self._held:
            self._commit()
        for held in batch:
            self._let_out(held)

    def _write(self, batch: Sequence[Held]) -> None:
        self._disk.entries += [held.entry for held in batch if held.entry is not None]

    def _let_out(self, held: Held) -> None:
        if held.wanted is not None:
            self._world.reconciled(held.wanted)
        elif held.source:
            self._world.acknowledged(held.source)
        for effect in held.effects:
            match effect:
                case e.SetTimer(at, timer):
                    self._agenda.at(max(at, self._agenda.now), self.put, f.Received(source_of(timer), timer))
                case e.LookUp():
                    self._world.asked(effect)
                case _:
                    if (command := self._speech.command(effect)) is not None:
                        self._world.commanded(command)


def recovered(entries: Sequence[f.Entry], snapshot_seq: int = 0) -> Live:
    """What apply alone makes of a journal, by way of a snapshot after entry `snapshot_seq`."""
    live = Live(State(1))
    for entry in entries[:snapshot_seq]:
        apply_entry(live, entry)
    if snapshot_seq:
        live = Live(states.decode(states.encode(live.state)))
    for entry in entries[snapshot_seq:]:
        apply_entry(live, entry)
    return live


def same(one: Live, other: Live) -> bool:
    """Whether two states are equal."""
    return states.encode(one.state) == states.encode(other.state)
