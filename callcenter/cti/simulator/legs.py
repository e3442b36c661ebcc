"""A leg, who is at its end, and what this carrier is like.

The rule: what is no longer so goes stale by the leg's `mark`, which changes with every play, key, bridge and
end; a timer remembers the mark under which it was set.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Protocol

from msgspec import Struct

from callcenter.cti.provider import Play, Say
from callcenter.facts import LegId, Member
from callcenter.lifecycles import LegState

NAME = "simulator"
MS_PER_CHARACTER = 65


HOLD_MUSIC = (Say("", file="music"),)


class Person(Protocol):
    """Whoever is at the end of a leg."""

    def rings(self, leg: LegId) -> None: ...

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None:
        """A play, or music on hold (play 0, which loops)."""
        ...

    def talks(self, leg: LegId) -> None:
        """Somebody else is in the talk now; also after hold."""
        ...

    def ended(self, leg: LegId) -> None: ...


class Carries(Struct, frozen=True):
    """What this carrier is like."""

    ms_per_character: int = MS_PER_CHARACTER
    """of speech"""
    recordings: bool = False
    """says that it recorded; without, it states truly that nothing was recorded"""
    adopts: bool = True
    """takes over wanted legs that it has never seen, instead of reporting them as lost"""
    rings_out: bool = True
    """gives up a number that does not answer, instead of letting it ring until it is told to end"""


class Hears(Enum):
    """What a person perceives of a talk."""

    NOBODY = "nobody"
    PEOPLE = "people"
    MUSIC = "music"


class Talk(Struct, eq=False):
    """Those of the members who are on a leg, answered or not."""

    bridge: int
    members: Mapping[LegId, Member]
    legs: dict[LegId, Leg]
    recording: int | None = None
    began_at: int = 0
    """of the recording"""


class Leg(Struct, eq=False):
    leg: LegId
    person: Person
    state: LegState
    known: bool
    """the centre has it in writing that this leg exists"""
    play: int = 0
    listen: Play | None = None
    """the play whose keys are wanted"""
    keys: str = ""
    mark: int = 0
    bridge: int = 0
    """the newest that was wanted"""
    talk: Talk | None = None
    hears: Hears = Hears.NOBODY
    number: str = ""
    """of the person's telephone; "" unknown, or an agent's"""
    dialled: bool = False
    losses: int = 0
    away: bool = False
    """the person's network is gone"""


class Nobody:
    """A phone that only does what is done to it by hand."""

    def rings(self, leg: LegId) -> None:
        pass

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None:
        pass

    def talks(self, leg: LegId) -> None:
        pass

    def ended(self, leg: LegId) -> None:
        pass


NOBODY = Nobody()
