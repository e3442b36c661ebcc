"""Agents who work all day, more or less."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.cti.provider import Play
from callcenter.cti.simulator.carrier import VANISH_MS
from callcenter.lifecycles import Direction, EngagementState, Presence, Routing
from callcenter.simulate.town import SECOND, Town

NOTICED_MS = VANISH_MS - 1
"""a phone whose network is lost is known to be gone, just before its leg is"""


class Agent:
    """Works all day, more or less."""

    def __init__(self, town: Town, setup: f.AgentSetup) -> None:
        self._town = town
        self._number = setup.agent
        self._login = setup.login
        self._station = setup.station
        self.is_connected = False
        self._away_for: f.LegId | None = None
        """the leg on which the network was lost"""

    def begin(self) -> None:
        self.connect()
        self._does_something()

    def connect(self) -> None:
        """The phone is there."""
        self._away_for = None
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
        if self._calls_by(leg) and not town.calm and chance < 0.5:
            return  # turns away from a phone that should have answered by itself
        if town.calm or chance < 0.6:
            limit = 2 * SECOND if town.calm else 12 * SECOND
            town.agenda.after(town.random.randrange(limit), town.carrier.answer, leg)
        elif chance < 0.7:
            town.agenda.after(town.random.randrange(8 * SECOND), town.carrier.hang_up, leg)
        elif chance < 0.8:
            town.agenda.after(town.random.randrange(8 * SECOND), self._declines, leg)
        elif chance < 0.9:
            town.agenda.after(town.random.randrange(4 * SECOND), self._loses_the_network, leg)

    def _calls_by(self, leg: f.LegId) -> bool:
        """This is the own leg of a call that this agent makes."""
        return any(work.leg == leg for work in self._town.live.state.engagements.values())

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
            town.agenda.after(town.random.randrange(20 * SECOND), self._loses_the_network, leg)

    def ended(self, leg: f.LegId) -> None:
        """The desk shows what is next."""

    def _loses_the_network(self, leg: f.LegId) -> None:
        """Whoever is back in time has the call again; else it is over, and the phone was told to be gone before."""
        town = self._town
        if self._away_for is not None:
            return
        self._away_for = leg
        town.carrier.lose(leg)
        town.agenda.after(NOTICED_MS, self._is_missed, leg)
        town.agenda.after(town.random.randrange(SECOND, 2 * NOTICED_MS), self._has_network)

    def _is_missed(self, leg: f.LegId) -> None:
        if self._away_for == leg and self.is_connected:
            self._town.carrier.stations.pop(self._number, None)
            self._town.report(f.StationLost(self._number, self._station))

    def _has_network(self) -> None:
        leg, self._away_for = self._away_for, None
        if leg is None or not self.is_connected:
            return
        self._town.carrier.come_back(leg)
        if self._number not in self._town.carrier.stations:
            self.connect()

    # --- The desk ---

    def _does_something(self) -> None:
        town = self._town
        if town.calm:
            return
        if self._contact() is not None and town.random.random() < 0.6:
            self._controls()
            town.agenda.after(town.random.randrange(300, 6 * SECOND), self._does_something)
            return
        town.random.choice([
            *[self._is_ready] * 6,
            *[self._saves] * 3,
            self._saves_without_end,
            self._goes_away,
            self._signs,
            self._codes_later,
            self._loses_the_station,
            *[self._calls] * 3,
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
            self._ask(f.WrapUpSaved(agent.engagement, disposition, self._town.note(), done, self._login))

    def _codes_later(self) -> None:
        mine = [todo for todo in self._town.live.state.todos.values() if todo.agent == self._number]
        if mine:
            self._ask(f.WrapUpSaved(mine[0].engagement, "done", self._town.note(), True, self._login))

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

    # --- Controls of a call, sensible or not ---

    def _controls(self) -> None:
        """Mostly what makes sense now, sometimes what doesn't."""
        number, random = self._contact(), self._town.random
        if number is None:
            return
        contact = self._town.live.state.contacts[number]
        consults = contact.consult is not None
        if consults and random.random() < 0.7:
            return  # waits for whoever was asked
        if random.random() < 0.2:
            consults = not consults
        self._ask(random.choice(self._with_another(number) if consults else self._alone(number)))

    def _alone(self, contact: int) -> list[f.Input]:
        me = self._login
        return [
            f.HoldAsked(contact, me),
            f.ResumeAsked(contact, me),
            *[f.ConsultAsked(contact, self._target(), me) for _ in range(4)],
            *[f.TransferAsked(contact, self._target(), me) for _ in range(2)],
            f.RecordingPauseAsked(contact, me),
            f.RecordingResumeAsked(contact, me),
            f.RecordingStartAsked(contact, me),
            f.RecordingRefusalAsked(contact, me),
            f.CustomerChosen(contact, 4, me),
        ]

    def _with_another(self, contact: int) -> list[f.Input]:
        me = self._login
        return [
            f.HoldAsked(contact, me),
            f.ResumeAsked(contact, me),
            f.SwapAsked(contact, me),
            f.SwapAsked(contact, me),
            f.ConferenceAsked(contact, me),
            f.CompleteAsked(contact, me),
            f.CompleteAsked(contact, me),
            f.TakeBackAsked(contact, me),
            f.LeaveAsked(contact, me),
        ]

    def _calls(self) -> None:
        random = self._town.random
        if random.random() < 0.5:
            number = self._town.dialled()
            self._ask(f.DialAsked(self._number, number, random.choice([None, 3]), "", self._login))
        else:
            self._ask(f.InternalCallAsked(self._number, self._colleague(), self._login))

    def _colleague(self) -> int:
        """Rather one who is free."""
        agents, random = self._town.live.state.agents.values(), self._town.random
        free = [one.agent for one in agents if one.routing is Routing.IDLE and one.agent != self._number]
        return random.choice(free) if free and random.random() < 0.8 else random.randrange(1, 7)

    def _contact(self) -> int | None:
        agent = self._town.live.state.agents.get(self._number)
        work = self._town.live.state.engagements.get(agent.engagement or 0) if agent else None
        return work.contact if work is not None else None

    def _target(self) -> f.Target:
        random = self._town.random
        targets: list[f.Target] = [
            f.ToAgent(self._colleague()),
            f.ToAgent(self._colleague()),
            f.ToQueue(random.choice(["accounts", "cards"])),
            f.ToNumber(self._town.dialled()),
        ]
        return random.choice(targets)

    def _looks_at_desk(self) -> None:
        """Calm: does at once what the desk asks for."""
        agent = self._town.live.state.agents.get(self._number)
        if agent is not None and agent.routing is Routing.WRAP_UP:
            self._saves()
        elif agent is not None and agent.routing in (Routing.NOT_RESPONDING, Routing.OFF_QUEUE):
            self._is_ready()
        elif agent is not None and agent.routing is Routing.ON_CONTACT and self._is_held():
            self._hangs_up_at_the_desk()
        self._town.agenda.after(SECOND, self._looks_at_desk)

    def _is_held(self) -> bool:
        """The caller, by the one of us who could let him talk; or it is only a chat among us."""
        contact = self._town.live.state.contacts.get(self._contact() or 0)
        talk = contact.talk if contact is not None else None
        if contact is None or talk is None:
            return False
        return contact.direction is Direction.INTERNAL or talk.part_of(contact.leg) is f.Part.HELD

    def _ask(self, input: f.Input) -> None:
        self._town.ask(input)
        if self._town.random.random() < 0.05 and not self._town.calm:
            self._town.ask(input)  # a double click
