"""A leg and a bridge: who hears whom, and what of it is recorded.

The rule: between two people a frame is passed on at once: the far page's own jitter buffer evens out what the
network did, and nothing here makes the talk any later. What we say ourselves goes out by the pacer's clock.
"""

from __future__ import annotations

from collections.abc import Callable

from callcenter.facts import LegCause, LegId
from callcenter.media.phones import Phone
from callcenter.media.playing import Playing
from callcenter.media.recorder import Recording
from callcenter.media.robots import Robot


class Leg:
    """One telephone connection, and what should be true of it."""

    def __init__(self, name: LegId, agent: int | None, offer: int = 0) -> None:
        self.name = name
        self.agent = agent
        """None: a caller"""
        self.offer = offer
        self.up = agent is None
        """False while an agent's phone rings"""
        self.acknowledged = agent is not None
        """the service knows of it for good, so it may also ask for its end"""
        self.refused = False
        self.phone: Phone | None = None
        """None while the page is away"""
        self.robot: Robot | None = None
        self.playing: Playing | None = None
        self.bridge: Bridge | None = None
        self.play_number = self.bridge_number = 0
        """the newest that was wanted: whatever is not above it is stale"""
        self.ahead: str | None = None
        """keys that answer what is asked next, pressed while something is only said; None: they go to `playing`"""
        self.quiet_ticks = 0
        self.away_ticks: int | None = None
        """how long the page has been away; None: it is not, or nobody has answered yet"""
        self.lost_cause = LegCause.VANISHED

    async def hear(self, frame: bytes) -> None:
        if self.phone is not None:
            await self.phone.play(frame)
        elif self.robot is not None:
            self.robot.hear(frame)


class Bridge:
    """Two legs that hear each other. `failed` is called once if the recording can't go on."""

    def __init__(self, caller: Leg, agent: Leg, failed: Callable[[Recording, OSError], None]) -> None:
        self.caller = caller
        self.agent = agent
        self.recording: Recording | None = None
        self._failed = failed

    async def speak(self, leg: Leg, frame: bytes, chunk: int, in_time: bool = True) -> None:
        """A frame from one of the two. One that is late is still recorded at its place."""
        if self.recording is not None:
            try:
                self.recording.write("caller" if leg is self.caller else "agent", frame, chunk)
            except OSError as error:
                recording, self.recording = self.recording, None
                self._failed(recording, error)
        if in_time:
            await (self.agent if leg is self.caller else self.caller).hear(frame)
