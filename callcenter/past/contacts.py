"""A call of a day that is over, from its arrival to its last word."""

from __future__ import annotations

from msgspec import Struct

from callcenter.cti.simulator.people import About, Caller
from callcenter.facts import LegId, Member, Part
from callcenter.past.desks import Desk
from callcenter.past.ways import Way


class Arrival(Struct, frozen=True):
    """A call with its way through the tree."""

    caller: Caller
    way: Way
    way_ms: int
    grade: str = ""
    language: str = ""
    """of the customer, as the record has it"""
    promised: str = ""
    """in this call"""


class Contact(Struct):
    contact: int
    leg: LegId
    came: Arrival
    about: About
    queue: str = ""
    since_at: int = 0
    """routing age"""
    talk_ms: int = 0
    waits: bool = False
    waited: int = 0
    """how often it has stood in a queue: what was planned for an earlier time has gone stale"""
    offer: int | None = None
    """pending"""
    desk: Desk | None = None
    engagement: int = 0
    recording: int | None = None
    transfers: int = 0

    def members(self, agent_leg: LegId, *, held: bool = False) -> tuple[Member, ...]:
        """The caller and the agent, who may have put the caller on hold."""
        part = Part.HELD if held else Part.TALKS
        return Member(self.leg, part, staff=False), Member(agent_leg, Part.TALKS, staff=True)


def agent_leg(offer: int) -> LegId:
    return f"past-l{offer}"
