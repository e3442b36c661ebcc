"""Which page is an agent's phone.

The rule: the first tab of a desk owns its phone, further ones watch and may claim it. A page that reloads
keeps it: for `GRACE_SECONDS` nothing is lost, and a tab is known again by its own name. Only when the grace
has passed and no other tab watches is the station reported lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from callcenter.cti.browser.codec import PROVIDER
from callcenter.facts import StationConnected, StationLost
from callcenter.media import phone_wire as wire
from callcenter.media.audio import FRAMES_A_SECOND
from callcenter.media.phones import Phone


class Calls(Protocol):
    """What the exchange does about a desk whose phone comes and goes."""

    def desk_back(self, agent: int, phone: Phone) -> None: ...
    def desk_away(self, agent: int) -> None: ...
    def desk_lost(self, agent: int) -> None: ...


class Desk:
    def __init__(self) -> None:
        self.owner: Phone | None = None
        self.watchers: list[Phone] = []
        self.away_ticks = 0


class Desks:
    def __init__(
        self, calls: Calls, report: Callable[[StationConnected | StationLost], None], grace_seconds: float
    ) -> None:
        self._calls = calls
        self._report = report
        self._grace_ticks = round(grace_seconds * FRAMES_A_SECOND)
        self._desks: dict[int, Desk] = {}

    def phone(self, agent: int) -> Phone | None:
        desk = self._desks.get(agent)
        return desk.owner if desk else None

    def known(self, agent: int) -> bool:
        """Connected, or gone for so short a while that it counts as connected."""
        return agent in self._desks

    def connect(self, agent: int, phone: Phone) -> None:
        desk = self._desks.get(agent)
        if desk is None:
            desk = self._desks[agent] = Desk()
            self._report(StationConnected(agent, PROVIDER))
        old = desk.owner
        if old is None or (phone.tab and phone.tab == old.tab):
            self._own(agent, desk, phone)
            if old is not None:
                old.close(wire.CLOSE_REPLACED)
        else:
            desk.watchers.append(phone)
            phone.tell(wire.Watching())

    def claim(self, agent: int, phone: Phone) -> None:
        """This tab shall be the phone from now on. One that does not watch is on its way out."""
        desk = self._desks.get(agent)
        if desk is None or phone not in desk.watchers:
            return
        desk.watchers.remove(phone)
        old = desk.owner
        self._own(agent, desk, phone)
        if old is not None:
            desk.watchers.append(old)
            old.tell(wire.Watching())

    def gone(self, agent: int, phone: Phone) -> None:
        """This socket is closed."""
        desk = self._desks.get(agent)
        if desk is None:
            return
        if phone in desk.watchers:
            desk.watchers.remove(phone)
        if desk.owner is phone:
            desk.owner = None
            self._calls.desk_away(agent)
            desk.away_ticks = 0

    def report_all(self) -> None:
        """For a service that may have started with another history than we have."""
        for agent in self._desks:
            self._report(StationConnected(agent, PROVIDER))

    def tick(self) -> None:
        """20 ms have passed."""
        for agent, desk in tuple(self._desks.items()):
            if desk.owner is None:
                desk.away_ticks += 1
                if desk.away_ticks >= self._grace_ticks:
                    self._lose(agent, desk)

    def _own(self, agent: int, desk: Desk, phone: Phone) -> None:
        if desk.owner is not None:
            desk.owner.leg = None
        desk.owner = phone
        phone.tell(wire.Started(f"desk:{agent}", None))
        self._calls.desk_back(agent, phone)

    def _lose(self, agent: int, desk: Desk) -> None:
        if desk.watchers:
            self._own(agent, desk, desk.watchers.pop(0))
            return
        del self._desks[agent]
        self._report(StationLost(agent, PROVIDER))
        self._calls.desk_lost(agent)
