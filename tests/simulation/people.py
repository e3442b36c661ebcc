"""People who do everything that people do: hesitate, key nonsense, hang up, lose the network, forget to code.

Each waits a while of its own for whatever it does next and looks then whether that still makes sense; so a late
hand is as likely as a quick one. `calm` people are those of the hour after: patient, quick and thorough.
"""

from __future__ import annotations

from random import Random
from typing import Protocol

from callcenter import facts as f
from callcenter.cti.provider import Play
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.carrier import Carrier
from callcenter.lifecycles import EngagementState, Presence, Routing
from callcenter.state import Live

SECOND = 1_000


class Town(Protocol):
    """Where they live."""

    random: Random
    agenda: Agenda
    calm: bool

    @property
    def carrier(self) -> Carrier: ...

    @property
    def live(self) -> Live: ...

    def ask(self, input: f.Input) -> None:
        """From a screen."""
        ...

    def report(self, input: f.Input) -> None:
        """From a phone."""
        ...


class Caller:
    """Calls once."""

    def __init__(self, town: Town, leg: f.LegId) -> None:
        self._town = town
        self._leg = leg
        self._heard = 0

    def rings(self, leg: f.LegId) -> None:
        """Nobody rings a caller."""

    def hears(self, leg: f.LegId, play: Play, length_ms: int) -> None:
        self._heard += 1
        random, heard = self._town.random, self._heard
        if play.loop:
            self._town.agenda.after(random.randrange(2 * SECOND, 60 * SECOND), self._loses_patience, heard)
        elif play.listen is not None and (self._town.calm or random.random() < 0.8):
            keys = random.choice(["0", "0", "9", "1234#", "5", "#"])
            if self._town.calm:
                keys = "0" if play.listen.kind is f.KeysKind.CHOICE else "1234#"
            self._town.agenda.after(random.randrange(200, length_ms + 2 * SECOND), self._keys, heard, keys)
        self._stumbles()

    def talks(self, leg: f.LegId) -> None:
        self._heard += 1
        limit = 4 * SECOND if self._town.calm else 30 * SECOND
        self._town.agenda.after(self._town.random.randrange(SECOND, limit), self._says_bye, self._heard)
        self._stumbles()

    def ended(self, leg: f.LegId) -> None:
        self._heard += 1

    def _stumbles(self) -> None:
        town, chance = self._town, self._town.random.random()
        if town.calm:
            return
        if chance < 0.04:
            town.agenda.after(town.random.randrange(10 * SECOND), town.carrier.lose, self._leg)
            town.agenda.after(
                town.random.randrange(10 * SECOND, 40 * SECOND), town.carrier.come_back, self._leg
            )
        elif chance < 0.08:
            town.agenda.after(town.random.randrange(10 * SECOND), town.carrier.hang_up, self._leg)

    def _keys(self, heard: int, keys: str) -> None:
        if heard == self._heard:
            self._town.carrier.press(self._leg, keys)

    def _loses_patience(self, heard: int) -> None:
        if heard == self._heard and not self._town.calm:
            self._town.carrier.hang_up(self._leg)

    def _says_bye(self, heard: int) -> None:
        if heard == self._heard:
            self._town.carrier.hang_up(self._leg)


class Agent:
    """Works all day, more or less."""

    def __init__(self, town: Town, setup: f.AgentSetup) -> None:
        self._town = town
        self._number = setup.agent
        self._login = setup.login
        self._station = setup.station
        self.is_connected = False

    def begin(self) -> None:
        self.connect()
        self._does_something()

    def connect(self) -> None:
        """The phone is there."""
        self._town.carrier.stations[self._number] = self
        self.is_connected = True
        self._town.report(f.StationConnected(self._number, self._station))

    def settle_down(self) -> None:
        """From now on at the desk and willing."""
        self.connect()
        self._ask(f.AgentSignedIn(self._number, self._login))
        self._ask(f.PresenceChosen(self._number, Presence.READY, "", self._login))
        self._looks_at_desk()

    # --- The phone ---

    def rings(self, leg: f.LegId) -> None:
        town, chance = self._town, self._town.random.random()
        if town.calm or chance < 0.6:
            limit = 2 * SECOND if town.calm else 12 * SECOND
            town.agenda.after(town.random.randrange(limit), town.carrier.answer, leg)
        elif chance < 0.7:
            town.agenda.after(town.random.randrange(8 * SECOND), town.carrier.hang_up, leg)
        elif chance < 0.8:
            town.agenda.after(town.random.randrange(8 * SECOND), self._declines, leg)
        elif chance < 0.9:
            town.agenda.after(town.random.randrange(4 * SECOND), town.carrier.lose, leg)

    def hears(self, leg: f.LegId, play: Play, length_ms: int) -> None:
        """Agents hear no prompts."""

    def talks(self, leg: f.LegId) -> None:
        town, chance = self._town, self._town.random.random()
        if town.calm:
            return
        if chance < 0.2:
            town.agenda.after(town.random.randrange(30 * SECOND), town.carrier.hang_up, leg)
        elif chance < 0.4:
            town.agenda.after(town.random.randrange(30 * SECOND), self._hangs_up_at_the_desk)
        elif chance < 0.55:
            town.agenda.after(town.random.randrange(20 * SECOND), town.carrier.lose, leg)

    def ended(self, leg: f.LegId) -> None:
        """The desk shows what is next."""

    # --- The desk ---

    def _does_something(self) -> None:
        town = self._town
        if town.calm:
            return
        town.random.choice([
            *[self._is_ready] * 6,
            *[self._saves] * 3,
            self._saves_without_end,
            self._goes_away,
            self._signs,
            self._codes_later,
            self._loses_the_station,
        ])()  # fmt: skip
        town.agenda.after(town.random.randrange(300, 10 * SECOND), self._does_something)

    def _is_ready(self) -> None:
        self._ask(f.AgentSignedIn(self._number, self._login))
        self._ask(f.PresenceChosen(self._number, Presence.READY, "", self._login))

    def _goes_away(self) -> None:
        self._ask(f.PresenceChosen(self._number, Presence.AWAY, "lunch", self._login))

    def _signs(self) -> None:
        self._ask(f.AgentSignedOut(self._number, self._login))

    def _saves(self) -> None:
        self._save("done", done=True)

    def _saves_without_end(self) -> None:
        self._save("complaint", done=False)

    def _save(self, disposition: str, *, done: bool) -> None:
        agent = self._town.live.state.agents.get(self._number)
        if agent is not None and agent.engagement is not None:
            self._ask(f.WrapUpSaved(agent.engagement, disposition, None, done, self._login))

    def _codes_later(self) -> None:
        mine = [todo for todo in self._town.live.state.todos.values() if todo.agent == self._number]
        if mine:
            self._ask(f.WrapUpSaved(mine[0].engagement, "done", None, True, self._login))

    def _loses_the_station(self) -> None:
        town = self._town
        self.is_connected = False
        town.carrier.stations.pop(self._number, None)
        town.report(f.StationLost(self._number, self._station))
        town.agenda.after(town.random.randrange(100, 15 * SECOND), self._is_back)

    def _is_back(self) -> None:
        if not self.is_connected:
            self.connect()

    def _declines(self, leg: f.LegId) -> None:
        offers = [offer.offer for offer in self._town.live.state.offers.values() if offer.leg == leg]
        for offer in offers:
            self._ask(f.OfferDeclined(offer, self._login))

    def _hangs_up_at_the_desk(self) -> None:
        agent = self._town.live.state.agents.get(self._number)
        work = self._town.live.state.engagements.get(agent.engagement or 0) if agent else None
        if work is not None and work.state is EngagementState.TALKING:
            self._ask(f.HangUpAsked(work.contact, self._login))

    def _looks_at_desk(self) -> None:
        """Calm: does at once what the desk asks for."""
        agent = self._town.live.state.agents.get(self._number)
        if agent is not None and agent.routing is Routing.WRAP_UP:
            self._saves()
        elif agent is not None and agent.routing in (Routing.NOT_RESPONDING, Routing.OFF_QUEUE):
            self._is_ready()
        self._town.agenda.after(SECOND, self._looks_at_desk)

    def _ask(self, input: f.Input) -> None:
        self._town.ask(input)
        if self._town.random.random() < 0.05 and not self._town.calm:
            self._town.ask(input)  # a double click
