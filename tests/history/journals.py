"""Journals written by hand: each course of a call as the entries that the core writes for it.

    call = Call(17, at=9 * HOUR).identified(3).queued().offered(agent=1).no_answer().offered(agent=2)
    entries = journal(call.answered(after_ms=2_000).hung_up(after_ms=60_000).wrapped_up())

Several calls are merged by time and numbered as one journal.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import msgspec

from callcenter import facts
from callcenter.facts import Decision, Entry, Input, LegCause, Value
from callcenter.lifecycles import OfferState, Outcome, Presence, Routing

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
MONDAY = 1_795_392_000_000  # 2026-11-23 00:00 UTC

Line = tuple[int, Input, tuple[Decision, ...]]


def journal(*scripts: Call | Iterable[Line]) -> list[Entry]:
    """All lines in the order of time, numbered; lines of one moment stay in the order of the scripts."""
    lines = [line for script in scripts for line in (script.lines if isinstance(script, Call) else script)]
    lines.sort(key=lambda line: line[0])
    return [
        Entry(seq, at, f"test:{seq}", fact, decisions)
        for seq, (at, fact, decisions) in enumerate(lines, start=1)
    ]


def restart(at: int, down_ms: int) -> list[Line]:
    return [(at, facts.OwnerStarted(down_ms), ())]


def agent_state(
    at: int, agent: int, routing: Routing, presence: Presence = Presence.READY, reason: str = ""
) -> Line:
    return at, facts.PresenceChosen(agent, presence, reason, "a"), (_state(agent, routing, presence, reason),)


class Call:
    """One call as it goes on; each step moves its clock. Ids of what belongs to it follow from `contact`."""

    def __init__(self, contact: int, at: int, *, dnis: str = "800") -> None:
        self.contact = contact
        self.at = at
        self.leg = f"browser:{contact}"
        self.ani = f"browser:{contact}/ani"
        self.queue = ""
        self.tries = 0
        self.agent = 0
        self.lines: list[Line] = []
        self.values: list[Value] = [Value(self.ani, "ani", f"+1415555{contact:04}")]
        self._look_up = contact * 10
        self._line(
            facts.CallArrived(self.leg, "browser", self.ani, dnis),
            facts.ContactOpened(contact, self.leg, "browser", self.ani, dnis, "main", 1),
            facts.NodeEntered(contact, "welcome"),
            facts.LookUpWanted(self._look_up, contact, "number", self.ani, None, None, at + 2_000),
        )

    @property
    def offer(self) -> int:
        return self.contact * 10 + self.tries

    @property
    def engagement(self) -> int:
        return self.contact * 10 + self.tries

    @property
    def recording(self) -> int:
        return self.contact * 10 + self.tries

    def identified(self, customer: int, after_ms: int = 5) -> Call:
        return self._line(
            facts.CustomerFound(self._look_up, customer, "A", "en"),
            facts.LookUpClosed(self._look_up, "found"),
            facts.CustomerIdentified(self.contact, customer, "A", "en"),
            after_ms=after_ms,
        )

    def verified(self, after_ms: int = 4_000) -> Call:
        account = f"{self.leg}/account"
        self.values.append(Value(account, "account", f"100{self.contact}"))
        return self._line(
            facts.PinChecked(self._look_up + 1, facts.PinResult.RIGHT),
            facts.ValueEntered(self.contact, "account", account),
            facts.CustomerVerified(self.contact),
            facts.ChoiceMade(self.contact, "pin", "right"),
            facts.MilestoneReached(self.contact, "balance"),
            after_ms=after_ms,
        )

    def queued(self, queue: str = "care", after_ms: int = 3_000) -> Call:
        self.queue = queue
        return self._line(
            facts.KeysEntered(self.leg, 1, choice="0"),
            facts.ChoiceMade(self.contact, "menu", "0"),
            facts.ContactQueued(self.contact, queue, (), 30, self.at + after_ms),
            after_ms=after_ms,
        )

    def offered(self, agent: int, after_ms: int = 0) -> Call:
        self.tries += 1
        self.agent = agent
        return self._line(
            facts.PlayFinished(self.leg, 1),
            facts.OfferMade(self.offer, self.contact, agent, "c1-l1", "longest_idle", 0, 9, self.at + 15_000),
            _state(agent, Routing.OFFERED),
            after_ms=after_ms,
        )

    def no_answer(self, after_ms: int = 15_000) -> Call:
        return self._line(
            facts.OfferExpired(self.offer),
            facts.OfferClosed(self.offer, OfferState.TIMED_OUT),
            facts.LegReleased("c1-l1"),
            _state(self.agent, Routing.NOT_RESPONDING),
            facts.ContactReturned(self.contact, 0, "no_answer"),
            after_ms=after_ms,
        )

    def answered(self, after_ms: int = 3_000) -> Call:
        return self._line(
            facts.LegAnswered("c1-l1"),
            facts.OfferClosed(self.offer, OfferState.ACCEPTED),
            facts.EngagementOpened(self.engagement, self.contact, self.agent, "c1-l1"),
            _state(self.agent, Routing.ON_CONTACT),
            facts.Bridged(
                self.contact,
                self.offer,
                (
                    facts.Member(self.leg, facts.Part.TALKS, staff=False),
                    facts.Member("c1-l1", facts.Part.TALKS, staff=True),
                ),
                self.recording,
            ),
            after_ms=after_ms,
        )

    def agent_vanished(self, after_ms: int = 20_000) -> Call:
        """The agent's phone is lost in mid-talk: wrap-up for the agent, front of the queue for the caller."""
        return self._line(
            facts.LegEnded("c1-l1", LegCause.VANISHED),
            facts.WrapUpStarted(self.engagement, self.at + 80_000),
            _state(self.agent, Routing.WRAP_UP),
            facts.ContactReturned(self.contact, 1, "agent_lost"),
            after_ms=after_ms,
        )

    def hung_up(self, after_ms: int = 60_000) -> Call:
        """The caller ends the talk."""
        return self._line(
            facts.LegEnded(self.leg, LegCause.HUNG_UP),
            facts.ContactEnded(self.contact, Outcome.ANSWERED),
            facts.LegReleased("c1-l1"),
            facts.WrapUpStarted(self.engagement, self.at + after_ms + 60_000),
            _state(self.agent, Routing.WRAP_UP),
            after_ms=after_ms,
        )

    def left(
        self,
        outcome: Outcome,
        after_ms: int = 10_000,
        cause: LegCause = LegCause.HUNG_UP,
        ringing: bool = False,
    ) -> Call:
        """The caller's leg ends before, or without, an answer."""
        canceled = (facts.OfferClosed(self.offer, OfferState.CANCELED), _state(self.agent, Routing.IDLE))
        return self._line(
            facts.LegEnded(self.leg, cause),
            *(canceled if ringing else ()),
            facts.ContactEnded(self.contact, outcome),
            after_ms=after_ms,
        )

    def recorded(self, length_ms: int = 60_000, after_ms: int = 200) -> Call:
        return self._line(facts.RecordingClosed(self.recording, length_ms, ((5, 9),)), after_ms=after_ms)

    def wrapped_up(self, disposition: str = "solved", after_ms: int = 30_000) -> Call:
        note = f"{self.leg}/note/{self.engagement}" if disposition else None
        if note is not None:
            self.values.append(Value(note, "note", f"said hello to {self.contact}"))
        return self._line(
            facts.WrapUpSaved(self.engagement, disposition, note, True, "a")
            if disposition
            else facts.WrapUpExpired(self.engagement),
            facts.EngagementClosed(self.engagement, disposition, note),
            _state(self.agent, Routing.IDLE),
            after_ms=after_ms,
        )

    def coded(self, disposition: str, after_ms: int = 3 * HOUR) -> Call:
        note = f"{self.leg}/late/{self.engagement}"
        self.values.append(Value(note, "note", "remembered later"))
        return self._line(
            facts.WrapUpSaved(self.engagement, disposition, note, True, "a"),
            facts.InteractionCoded(self.engagement, disposition, note),
            after_ms=after_ms,
        )

    def _line(self, fact: Input, *decisions: Decision, after_ms: int = 0) -> Call:
        self.at += after_ms
        self.lines.append((self.at, fact, decisions))
        return self


def random_day(seed: int, calls: int = 60, start_at: int = MONDAY, agents: int = 5) -> list[Call]:
    """Calls of every course over one day and its midnight, interleaved; the same seed, the same day."""
    dice = random.Random(seed)
    return [_random_call(dice, contact, start_at, agents) for contact in range(1, calls + 1)]


def values_of(calls: Iterable[Call]) -> list[Value]:
    return [value for call in calls for value in call.values]


def rows_of(entries: list[Entry]) -> list[tuple[int, int, str, str, str]]:
    """As the journal's table holds them: seq, at, source, input, decisions."""
    return [
        (
            entry.seq,
            entry.at,
            entry.source,
            msgspec.json.encode(entry.input).decode(),
            msgspec.json.encode(entry.decisions).decode(),
        )
        for entry in entries
    ]


def _random_call(dice: random.Random, contact: int, start_at: int, agents: int) -> Call:
    call = Call(contact, start_at + dice.randrange(26 * HOUR))
    if dice.random() < 0.7:
        call.identified(dice.randrange(1, 9))
    if dice.random() < 0.3:
        call.verified()
    if dice.random() < 0.15:
        return call.left(dice.choice([Outcome.LEFT_IN_IVR, Outcome.RESOLVED_IN_IVR]), dice.randrange(9_000))
    call.queued(dice.choice(["care", "sales"]), dice.randrange(9_000))
    if dice.random() < 0.2:
        call.queued("care", dice.randrange(40_000))
    while True:
        fate = dice.random()
        if fate < 0.12:
            return call.left(Outcome.ABANDONED, dice.randrange(30_000))
        if fate < 0.2:
            return call.left(Outcome.LOST_BY_SYSTEM, dice.randrange(30_000), LegCause.SYSTEM)
        call.offered(dice.randrange(1, agents + 1), dice.choice([0, dice.randrange(40_000)]))
        if fate < 0.3:
            return call.left(Outcome.ABANDONED, dice.randrange(9_000), ringing=True)
        if fate > 0.45:
            break
        call.no_answer(dice.randrange(1, 15_000))
    call.answered(dice.randrange(9_000))
    if dice.random() < 0.1:
        call.agent_vanished(dice.randrange(60_000)).wrapped_up("", dice.randrange(5_000))
        call.offered(dice.randrange(1, agents + 1)).answered(dice.randrange(9_000))
    call.hung_up(dice.randrange(300_000))
    if dice.random() < 0.9:
        call.recorded(after_ms=dice.randrange(300))
    coded = dice.random() < 0.7
    call.wrapped_up("solved" if coded else "", dice.randrange(60_000))
    return call if coded or dice.random() < 0.5 else call.coded("later")


def _state(
    agent: int, routing: Routing, presence: Presence = Presence.READY, reason: str = ""
) -> facts.AgentStateChanged:
    return facts.AgentStateChanged(agent, presence, reason, routing)
