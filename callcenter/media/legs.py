"""One telephone connection, and what should be true of it.

The rule: a leg hears one thing at a time: the people of its talk, or what is played to it. What is played is
either wanted by the service (a play, with its number) or a backdrop of its talk: music on hold, ringing.
"""

from __future__ import annotations

from collections import deque

from callcenter.cti.provider import Say
from callcenter.facts import LegCause, LegId
from callcenter.media.phones import Phone
from callcenter.media.playing import Playing
from callcenter.media.robots import Robot
from callcenter.media.sounds import Sounds

MUSIC = Say("", file="music")
RINGBACK = Say("", file="ringback")


class Leg:
    def __init__(
        self, name: LegId, agent: int | None = None, offer: int = 0, number: str = "", dialled: bool = False
    ) -> None:
        self.name = name
        self.agent = agent
        """None: somebody outside"""
        self.offer = offer
        self.auto = False
        """rings at a phone that answers by itself"""
        self.number = number
        """whose telephone this is, outside; "" withheld"""
        self.dialled = dialled
        self.up = agent is None and not dialled
        """False while it rings"""
        self.acknowledged = not self.is_caller
        """the service knows of it for good, so it may also ask for its end"""
        self.refused = False
        self.phone: Phone | None = None
        """None while the page is away, or nobody has answered yet"""
        self.tab: str | None = None
        """of the page that has it; None: that was in an earlier life of ours"""
        self.rings_at: list[Phone] = []
        """telephones of this number that ring now"""
        self.rings_ticks: int | None = None
        """so long it rings still; None: until the service has enough of it"""
        self.rings_in_vain = "no_answer"
        """what is reported then"""
        self.robot: Robot | None = None
        self.playing: Playing | None = None
        self.backdrop: Say | None = None
        """what `playing` is if it belongs to the talk"""
        self.play_number = self.bridge_number = 0
        """the newest that was wanted: whatever is not above it is stale"""
        self.ahead: str | None = None
        """keys that answer what is asked next, pressed while something is only said; None: they go to `playing`"""
        self.tones: deque[bytes] = deque()
        """of keys that the others in the talk have still to hear"""
        self.quiet_ticks = 0
        self.away_ticks: int | None = None
        """how long the page has been away; None: it is not, or nobody has answered yet"""
        self.lost_cause = LegCause.VANISHED

    @property
    def is_caller(self) -> bool:
        return self.agent is None and not self.dialled

    def set_backdrop(self, say: Say | None, sounds: Sounds) -> None:
        """What the talk lets it hear instead of people; the same again goes on where it is."""
        if say == self.backdrop:
            return
        self.backdrop = say
        self.playing = None if say is None else Playing(0, [sounds.get(say)], loop=True)

    def play(self, playing: Playing | None) -> None:
        """Hear this instead of what it heard before."""
        self.playing, self.backdrop = playing, None
        self.quiet_ticks = 0

    async def hear(self, frame: bytes) -> None:
        if self.phone is not None:
            await self.phone.play(frame)
        elif self.robot is not None:
            self.robot.hear(frame)
