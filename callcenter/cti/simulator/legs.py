"""A leg, who is at its end, and what this carrier is like.

The rule: what is no longer so goes stale by the leg's `mark`, which changes with every play, key, bridge and
end; a timer remembers the mark under which it was set.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from callcenter.cti.provider import Play
from callcenter.facts import LegId
from callcenter.lifecycles import LegState

NAME = "simulator"


class Person(Protocol):
    """Whoever is at the end of a leg."""

    def rings(self, leg: LegId) -> None: ...

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None: ...

    def talks(self, leg: LegId) -> None: ...

    def ended(self, leg: LegId) -> None: ...


class Carries(Struct, frozen=True):
    """What this carrier is like."""

    ms_per_character: int = 65
    """of speech"""
    recordings: bool = False
    """says that it recorded; without, it states truly that nothing was recorded"""
    adopts: bool = True
    """takes over wanted legs that it has never seen, instead of reporting them as lost"""


class Talk(Struct):
    legs: tuple[Leg, ...]
    recording: int | None
    began_at: int


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
    talk: Talk | None = None
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
