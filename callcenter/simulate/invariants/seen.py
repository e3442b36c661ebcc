"""All that the entries have told so far, and what every check asks of it."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.simulate.invariants.records import (
    Agent,
    Centre,
    Contact,
    Deadlines,
    Engagement,
    Key,
    Leg,
    Offer,
)

OUR_FAULT = f.Refused("our_fault")


class Violated(AssertionError):
    """An entry that should not be there, or that should have been there before."""


class Seen:
    """What each fact changes as it is noted."""

    def __init__(self) -> None:
        self.entry = f.Entry(0, 0, "", f.OwnerStarted(0), ())
        """the one that is looked at"""
        self.contacts: dict[int, Contact] = {}
        self.agents: dict[int, Agent] = {}
        self.legs: dict[f.LegId, Leg] = {}
        self.offers: dict[int, Offer] = {}
        self.engagements: dict[int, Engagement] = {}
        self.look_ups: dict[int, int] = {}
        """open ones -> the contact that asks"""
        self.due = Deadlines()
        self.again: set[Key] = set()
        """due again, because a rule broke on it"""
        self.idle: set[int] = set()
        """agents, by the state that they were last told to be in"""
        self.live: set[int] = set()
        """contacts that have not ended"""
        self.to_settle: set[int] = set()
        """contacts that are looked at when the entry is over,"""
        self.at_work: set[int] = set()
        """and agents: whose work was changed"""
        self.applied: Centre | None = None
        self.database_back_at = 0
        """when it was there again"""
        self._counted: set[Key] = set()

    @property
    def centre(self) -> Centre:
        assert self.applied is not None
        return self.applied

    def agent(self, number: int) -> Agent:
        """Whose work is changed: it is looked at when the entry is over."""
        agent = self.agents[number]
        self.at_work.add(number)
        return agent

    def ready(self) -> list[tuple[int, Agent]]:
        return [
            (number, self.agents[number]) for number in sorted(self.idle) if self.agents[number].is_ready()
        ]

    def add_leg(self, contact: int, leg: f.LegId, agent: int | None) -> None:
        self.once("ring", leg)
        self.legs[leg] = Leg(contact, agent)
        self.contacts[contact].legs.add(leg)

    def is_alive(self, name: f.LegId) -> bool:
        leg = self.legs[name]
        return not leg.over and not leg.released

    def once(self, kind: str, what: object) -> None:
        """I6: what has a number comes once."""
        key = kind, what
        if key in self._counted:
            raise self.violated("I6", f"{kind} {what} comes twice")
        self._counted.add(key)

    def broke(self) -> bool:
        """A rule of ours did, on this entry. That none does by itself is the witness's to say."""
        told = self.entry.decisions
        return any(isinstance(one, f.ContactQuarantined) or one == OUR_FAULT for one in told)

    def violated(self, invariant: str, what: str) -> Violated:
        return Violated(f"{invariant}: {what}; at {self.entry}")
