"""The watch over a centre in its box: whatever the disk, the carrier's line and the owner show is compared.

The rule: the watch changes nothing. It hears what is durable as a follower does and what goes out as a listener of
the line; what should be so soon it looks at some seconds later, if the same owner is still at work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from random import Random

from callcenter import facts as f
from callcenter import state as states
from callcenter.apply import apply_entry
from callcenter.cti.provider import Command
from callcenter.engine.owner import Engine
from callcenter.history.fold import History
from callcenter.history.records import Interaction
from callcenter.lifecycles import LegState, Outcome
from callcenter.simulate.customers import Proving
from callcenter.simulate.invariants import Invariants, Violated
from callcenter.simulate.life import Life
from callcenter.simulate.screens import Owner
from callcenter.simulate.witness import Why, Witness
from callcenter.state import Live, State
from callcenter.store.in_memory import Disk

CHECK_SECONDS = (10, 60)
"""between two looks at the whole state, on a day of an hour at most; on longer days by so much more"""
UNKNOWN_SECONDS = 90
"""for which a phone may be there and nobody knows: it takes a carrier so long to tell whom it has lost"""
FENCED_SECONDS = 30
"""three beats"""
KNOWN_SECONDS = 5
"""after which everybody knows that a leg can't be rung"""


class Watch:
    """`lives`: the processes, the last of which took the centre over; `phones`: of which agents can be rung;
    `found` is told what should not be."""

    def __init__(
        self,
        disk: Disk,
        customers: Proving,
        carrier: str,
        lives: Sequence[Life],
        phones: Callable[[], Iterable[int]],
        found: Callable[[str], None],
        random: Random,
        *,
        loses_events: bool,
    ) -> None:
        self.witness = Witness(disk, customers, found)
        self.durable_live = Live(State(1))
        """what applying the journal gives"""
        self._disk = disk
        self._carrier = carrier
        self._lives = lives
        self._phones = phones
        self._loses_events = loses_events
        self._failed_at = float(-KNOWN_SECONDS)
        """when the carrier last said that it could not do something"""
        self._unknown: dict[int, float] = {}
        """agents whose phone nobody knows, and since when that was seen"""
        self._stale: dict[str, float] = {}
        """processes that work beside the owner, likewise"""
        self._found = found
        self._random = random
        self._loop = asyncio.get_running_loop()
        self._invariants = Invariants()
        self._history = History()
        self._ends: dict[int, list[Outcome]] = {}
        """contact -> with what the history says that it ended"""
        self._checked = 0

    async def recoveries(self, times: float) -> None:
        """Looks now and then whether another process would begin from what the owner has. `times`: how much more
        seldom than on a short day."""
        while True:
            await asyncio.sleep(self._random.randint(*CHECK_SECONDS) * times)
            self._recovers()
            if not self._loses_events:  # else a phone is known when the connection is mended
                self._phones_are_known()
            self._nobody_serves_on()

    def serving(self) -> Owner:
        """Who serves the screens."""
        engine = self._at_work(self._owner())
        if engine is None or not engine.durable_seq == self._checked == len(self._disk.rows):
            return Owner()
        return Owner(self._owner().name, is_written=engine.seq == engine.durable_seq)

    def over(self, live: Live) -> None:
        """Long after all is well. `live`: of the last owner."""
        self._check_journal()
        state = live.state
        left = (state.contacts, state.legs, state.offers, state.engagements, state.look_ups)
        if any(left):
            self._found(f"I7: still here long after all is well: {left}")
        self._recovers()
        self._unknown = dict.fromkeys(self._phones(), -UNKNOWN_SECONDS)
        self._phones_are_known()
        try:
            self._invariants.over()
        except Violated as violated:
            self._found(str(violated))
        for number, contact in self._invariants.seen.contacts.items():
            ends = self._ends.get(number, [])
            if contact.outcome is None or set(ends) != {contact.outcome}:
                self._found(f"I1: contact {number} ended {contact.outcome}, and {ends} in the history")

    def database_is_back(self, now: int) -> None:
        """What was due meanwhile may be late."""
        self._invariants.seen.database_back_at = now

    # --- A `Follower` of the owner ---

    def observe(self, live: Live, entry: f.Entry) -> None:
        """Only what is durable is so."""

    def durable(self, entries: Sequence[f.Entry]) -> None:
        self._check_journal()
        for entry in entries:
            self._wanted(entry)

    def start_over(self, live: Live, seq: int) -> None:
        """Only what is durable was heard, and that stays."""

    # --- A `Listener` of the carrier's line ---

    def acknowledged(self, source: str) -> None:
        self.witness.acknowledged(source)

    def refused(self, source: str) -> None:
        self.witness.refused(source)

    def commanded(self, command: Command, *, reconciles: bool) -> None:
        self._check_journal()
        self.witness.commanded(command, reconciles=reconciles)

    def reconciled(self, legs: Collection[f.LegId]) -> None:
        self.witness.reconciled(legs)

    def failed(self) -> None:
        self._failed_at = self._loop.time()

    def not_rung(self, leg: f.LegId) -> None:
        self._loop.call_later(KNOWN_SECONDS, self._is_known, self._owner(), leg)

    # --- What is looked at ---

    def _check_journal(self) -> None:
        """Every entry that has become durable since."""
        for entry in self._disk.entries(self._checked):
            self._checked = entry.seq
            apply_entry(self.durable_live, entry)
            self.witness.hear(entry)
            for row in self._history.fold(entry):
                if isinstance(row, Interaction) and row.outcome is not None:
                    self._ends.setdefault(row.contact, []).append(row.outcome)
            try:
                self._invariants.check(entry)
            except Violated as violated:
                self._found(str(violated))
                return

    def _recovers(self) -> None:
        """I4: the owner's state is what applying the journal gives."""
        engine = self._at_work(self._owner())
        if engine is None or engine.seq != engine.durable_seq:
            return
        self._check_journal()
        if states.encode(self.durable_live.state) != states.encode(engine.live.state):
            self._found(f"I4: after entry {engine.seq} applying the journal gives another state")

    def _phones_are_known(self) -> None:
        """I11: whoever sits by a phone that can be rung is known to, or nothing is ever offered to them."""
        engine = self._at_work(self._owner())
        if engine is None:
            self._unknown.clear()
            return
        agents, now = engine.live.state.agents, self._loop.time()
        unknown = [one for one in self._phones() if one in agents and not agents[one].has_station]
        self._unknown = {one: self._unknown.get(one, now) for one in unknown}
        for agent, since in self._unknown.items():
            if now - since > UNKNOWN_SECONDS:
                self._found(f"I11: the phone of agent {agent} can be rung, and nobody knows")

    def _nobody_serves_on(self) -> None:
        """I9: who stood still while another took over knows it soon, and shows nobody a state that is over."""
        owner, now = self._owner(), self._loop.time()
        if owner.engine is None or not owner.engine.owning.is_set():
            return
        stale = [life for life in self._lives if life is not owner and not (life.is_dead or life.is_frozen)]
        self._stale = {life.name: self._stale.get(life.name, now) for life in stale}
        for name, since in self._stale.items():
            if now - since > FENCED_SECONDS:
                self._found(f"I9: {name} serves on, and {owner.name} has taken over")

    def _wanted(self, entry: f.Entry) -> None:
        """Of the owner's providers, by an entry that is durable."""
        later, owner = self._loop.call_later, self._owner()
        if isinstance(entry.input, f.CallArrived) and f.Refused in map(type, entry.decisions):
            later(KNOWN_SECONDS, self._is_turned_away, owner, entry)
        for one in entry.decisions:
            if (why := _wants(one)) is not None:
                later(KNOWN_SECONDS, self._is_told, owner, why)

    def _is_known(self, life: Life, leg: f.LegId) -> None:
        if (engine := self._at_work(life)) is None:
            return
        record = engine.live.state.legs.get(leg)
        if record is not None and record.state is LegState.RINGING:
            self._found(f"I7: {leg} can't be rung, and nobody was told")

    def _is_told(self, life: Life, why: Why, waited: bool = True) -> None:
        """`waited`: a second ago something stood in line."""
        if (engine := self._at_work(life)) is None or self.witness.was_told(why):
            return
        if not self._is_wanted(engine.live.state, why):
            return
        waits = engine.backlog > 0 or any(engine.outboxes.values())  # for the database, or for the carrier
        waits = waits or self._loop.time() - self._failed_at < KNOWN_SECONDS
        if waits or waited:
            self._loop.call_later(1, self._is_told, life, why, waits)
        else:
            self._found(f"I7: the carrier was never told what is wanted: {why}")

    def _is_wanted(self, state: State, why: Why) -> bool:
        """Still, and of this carrier: some have a phone of another one."""
        kind, what = why
        if kind == "bridge":
            return any(
                one.talk is not None and one.talk.bridge == what and one.provider == self._carrier
                for one in state.contacts.values()
            )
        leg, play = what if isinstance(what, tuple) else (what, 0)
        record = state.legs.get(leg)
        if record is None or record.provider != self._carrier:
            return False
        if kind == "play":
            is_up = record.state is LegState.UP
            return is_up and record.play is not None and record.play.play == play
        return record.state is (LegState.ENDING if kind == "hang up" else LegState.RINGING)

    def _is_turned_away(self, life: Life, arrived: f.Entry) -> None:
        if self._at_work(life) is not None and not self.witness.was_refused(arrived.source):
            self._found(f"I7: a caller with whom nobody will talk hears nothing; at {arrived}")

    def _owner(self) -> Life:
        return self._lives[-1]

    def _at_work(self, life: Life) -> Engine | None:
        """The engine of this process, if it still owns the centre."""
        return None if life is not self._owner() or life.is_dead or life.is_frozen else life.engine


def _wants(fact: f.Decision) -> Why | None:
    """What the carrier must be told of by it."""
    match fact:
        case f.OfferMade() | f.LegRung():
            return "ring", fact.leg
        case f.DialStarted():
            return "dial", fact.leg
        case f.PlayStarted():
            return "play", (fact.leg, fact.play)
        case f.LegReleased():
            return "hang up", fact.leg
        case f.Bridged():
            return "bridge", fact.bridge
        case _:
            return None
