"""What must be true of whatever goes out, beside the journal: who acts on the carrier had it in writing before.

The rule: a witness believes nobody. It compares what is said to the carrier, answered to people and told by a new
owner with the journal as it is on the disk at that moment.

    I1   no rule of ours raises; one that was made to costs its contact
    I5   acknowledged, answered and commanded is only what is durable; nobody is fenced by nobody
    I6   one leg is told to ring once; who is verified keyed the right PIN
    I7   what is wanted is told to the carrier soon; what can't be rung is known soon
    I12  a new owner knows how long nobody was there
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from callcenter import facts as f
from callcenter.center import Settled
from callcenter.cti.provider import Command, Dial, Play
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.simulate.customers import Proving
from callcenter.store.in_memory import Disk

AWAY_MS = 12_000
"""between two beats, and a little more: by so much a new owner may think longer that nobody was there"""
SHORTER_MS = 1_000
BUSY = "busy"
"""what is told to whoever asks and finds no room"""

Why = tuple[str, object]
"""the kind of fact by which a command is wanted, and of what"""


class Witness:
    """`found` is told what should not be."""

    def __init__(self, disk: Disk, customers: Proving, found: Callable[[str], None]) -> None:
        self._disk = disk
        self._found = found
        self._proven: Counter[int] = Counter()
        """customer -> how often the journal says that they keyed the right PIN"""
        self._customers = customers
        self._asked_of: dict[int, int] = {}
        """look-up -> customer"""
        self._broken: set[tuple[int, str]] = set()
        """(moment, input) of entries in which a rule was made to raise"""
        self._quarantined: set[int] = set()
        self._wanted: dict[Why, object] = {}
        """what the journal says that the command must hold"""
        self._told: set[Why] = set()
        self._ending: set[f.LegId] = set()
        """legs of which it is wanted that they end, and nobody was told"""
        self._over: set[f.LegId] = set()
        """legs"""
        self._rung: set[f.LegId] = set()
        self._refused: set[str] = set()
        self._busy: set[str] = set()
        """sources of people who were told that there is no room"""
        self._refusals: dict[str, str] = {}
        """of what people asked, by its source"""
        self._alive_at: dict[str, int] = {}
        """by the name of who comes next: when the last owner was last seen"""

    def broke(self, input: f.Input, at: int, fact: f.Fact, contact: int | None, settled: Settled) -> None:
        """A rule was made to raise: it costs the contact that the fact is about, or else only what was asked."""
        self._broken.add((at, repr(input)))
        cost = [one.contact for one in settled.decisions if isinstance(one, f.ContactQuarantined)]
        if contact and contact not in (*cost, *self._quarantined):
            self._found(f"I1: a rule raised on {fact}, and contact {contact} goes on; at {input}")
        self._quarantined.update(cost)
        changes = [one for one in settled.decisions if isinstance(one, f.AgentStateChanged)]
        aside = [one.agent for one in changes if one.reason == "our_fault"]
        if len(set(cost)) + len(aside) > len(settled.faults):
            self._found(
                f"I1: {len(settled.faults)} rules raised, and it cost contacts {cost} and agents {aside}"
            )

    def hear(self, entry: f.Entry) -> None:
        """An entry that is on the disk."""
        if entry.source in self._busy:
            self._found(f"I5: {entry.source} was told that there is no room; at {entry}")
        broken = (entry.at, repr(entry.input)) in self._broken if self._broken else False
        for one in entry.decisions:
            match one:
                case f.ContactQuarantined() | f.Refused(reason="our_fault") if not broken:
                    self._found(f"I1: a rule of ours broke; at {entry}")
                case f.Refused(reason):
                    self._refusals[entry.source] = reason
                case f.LookUpWanted():
                    self._asked_of[one.look_up] = one.customer or 0
                case f.PlayStarted():
                    self._wanted["play", (one.leg, one.play)] = len(one.prompts), one.listen, one.loop
                case f.OfferMade():
                    self._wanted["ring", one.leg] = one.agent, one.offer
                case f.LegRung():
                    self._wanted["ring", one.leg] = one.agent, 0
                case f.DialStarted():
                    self._wanted["dial", one.leg] = self._disk.values.get(one.number, "")
                case f.LegReleased():
                    self._wanted["hang up", one.leg] = None
                    self._ending.add(one.leg)
                case f.Bridged():
                    self._wanted["bridge", one.bridge] = one.members, one.recording, one.paused
                case _:
                    pass
        if isinstance(entry.input, f.LegEnded | f.LegFailed | f.LegExpired):
            self._over.add(entry.input.leg)
        if isinstance(entry.input, f.PinChecked) and entry.input.result is f.PinResult.RIGHT:
            customer = self._asked_of.get(entry.input.look_up, 0)
            self._proven[customer] += 1
            if self._proven[customer] > self._customers.proven[customer]:
                self._found(f"I6: customer {customer} keyed no PIN that is right; at {entry}")
        alive_at = self._alive_at.get(entry.source.rpartition(":")[2], 0)
        if isinstance(entry.input, f.OwnerStarted) and alive_at:
            longer_ms = entry.at - alive_at - entry.input.down_ms
            if not -SHORTER_MS <= longer_ms <= AWAY_MS:
                self._found(f"I12: nobody was there for {entry.at - alive_at} ms; at {entry}")

    def starts(self, name: str) -> None:
        """The next owner does, and no other process is alive."""
        last_at = self._disk.rows[-1]["at"] if self._disk.rows else 0
        self._alive_at[name] = max(self._disk.alive["at"] if self._disk.alive else 0, last_at)

    def acknowledged(self, source: str) -> None:
        if source not in self._disk.sources:
            self._found(f"I5: {source} was acknowledged and is not durable")

    def answered(self, source: str, refused: str) -> None:
        """To a person who asked: what the journal says; or that there was no room, and then nothing came of it."""
        if refused == BUSY:
            self._busy.add(source)
            return
        self.acknowledged(source)
        so = self._refusals.get(source, "")
        if refused != so:
            self._found(f"I5: {source} is told {refused!r}, and {so!r} is so")

    def refused(self, source: str) -> None:
        self._refused.add(source)

    def was_refused(self, source: str) -> bool:
        """The caller of this arrival was told that nobody takes the call."""
        return source in self._refused

    def was_told(self, why: Why) -> bool:
        """The carrier was."""
        return why in self._told

    def commanded(self, command: Command, *, reconciles: bool) -> None:
        """Every durable entry was heard before. `reconciles`: it is one of a reconciliation, which repeats."""
        why, holds = _what(command)
        if why not in self._wanted:
            self._found(f"I5: the carrier is told of what is not durable: {command}")
        elif not self._agree(holds, self._wanted[why], reconciles):
            self._found(f"I5: the carrier is told {command}, and {self._wanted[why]} is so")
        self._told.add(why)
        if isinstance(command, RingAgent | Dial) and not reconciles:
            if command.leg in self._rung:
                self._found(f"I6: the carrier is told twice to ring: {command}")
            self._rung.add(command.leg)

    def reconciled(self, legs: Collection[f.LegId]) -> None:
        """Whatever is not among these was told to end."""
        ended = self._ending.difference(legs)
        self._told |= {("hang up", leg) for leg in ended}
        self._ending -= ended

    def _agree(self, holds: object, so: object, reconciles: bool) -> bool:
        """A reconciliation need not know any more what rang, or which number is called; and whose leg is over is in
        no talk, whatever was arranged before."""
        match holds, so:
            case (str(), str()):
                return holds == so or (reconciles and not holds)
            case (int() as agent, int() as offer), (int() as its_agent, int() as its_offer):
                return agent == its_agent and (offer == its_offer or (reconciles and not offer))
            case (tuple() as members, *recorded), (tuple() as its_members, *its_recorded):
                return recorded == its_recorded and self._there(members) == self._there(its_members)
            case _:
                return holds == so

    def _there(self, members: tuple[f.Member, ...]) -> list[f.Member]:
        return [one for one in members if one.leg not in self._over]


def _what(command: Command) -> tuple[Why, object]:
    """Why it is wanted, and what it holds."""
    match command:
        case RingAgent(leg=leg, agent=agent, offer=offer):
            return ("ring", leg), (agent, offer)
        case Dial(leg=leg, number=number):
            return ("dial", leg), number
        case Play(leg=leg, play=play, says=says, listen=listen, loop=loop):
            return ("play", (leg, play)), (len(says), listen, loop)
        case HangUp(leg=leg):
            return ("hang up", leg), None
        case Bridge(bridge=bridge, members=members, recording=recording, paused=paused):
            return ("bridge", bridge), (members, recording, paused)
