"""A supervisor who is in everybody's talks."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.cti.provider import Play
from callcenter.cti.simulator.legs import NAME
from callcenter.lifecycles import EngagementState, Presence
from callcenter.simulate.town import SECOND, Town

PARTS = (f.Part.LISTENS, f.Part.COACHES, f.Part.TALKS)
QUEUES = (("accounts",), ("accounts", "cards"), ())


class Supervisor:
    """Is in other people's talks, moves them and their callers about."""

    NUMBER = 6

    def __init__(self, town: Town) -> None:
        self._town = town
        self._login = f"agent{self.NUMBER}"
        self.is_connected = False

    def begin(self) -> None:
        self.connect()
        self._does_something()

    def connect(self) -> None:
        self._town.carrier.stations[self.NUMBER] = self
        self.is_connected = True
        self._town.report(f.StationConnected(self.NUMBER, NAME))

    def settle_down(self) -> None:
        self.connect()
        self._gets_out()

    def rings(self, leg: f.LegId) -> None:
        town = self._town
        if town.calm or town.random.random() < 0.9:
            # Now and then slowly enough to have asked for something else meanwhile.
            limit = 500 if town.calm or town.random.random() < 0.6 else 9 * SECOND
            town.agenda.after(town.random.randrange(1, limit), town.carrier.answer, leg)

    def hears(self, leg: f.LegId, play: Play, length_ms: int) -> None:
        """Only talks."""

    def talks(self, leg: f.LegId) -> None:
        town = self._town
        if town.random.random() < 0.2:
            town.agenda.after(town.random.randrange(20 * SECOND), town.carrier.hang_up, leg)

    def ended(self, leg: f.LegId) -> None:
        """On to the next one."""

    def _does_something(self) -> None:
        town, random = self._town, self._town.random
        if town.calm:
            return
        state = town.live.state
        contacts = self._of_interest() if random.random() < 0.7 else [*state.contacts]
        contact = random.choice(contacts or [0])
        me, login = self.NUMBER, self._login
        mine = state.agents[me].engagement if me in state.agents else None
        choices: list[f.Input] = [
            f.MonitorAsked(contact, me, random.choice(PARTS), login),
            f.MonitorAsked(contact, me, random.choice(PARTS), login),
            f.MonitorAsked(contact, me, random.choice(PARTS), login),
            *[f.TakeOverAsked(contact, me, login) for _ in range(4)],
            f.LeaveAsked(contact, login),
            f.ContactPulled(contact, login),
            f.AgentMoved(random.randrange(1, 7), random.choice(QUEUES), login),
            f.AgentSignedIn(me, login),
            f.PresenceChosen(me, Presence.READY, "", login),
            f.PresenceChosen(random.randrange(1, 6), Presence.READY, "", login),
            f.PresenceChosen(random.randrange(1, 6), Presence.AWAY, "lunch", login),
            f.WrapUpSaved(mine or 0, "done", None, True, login),
            f.WrapUpSaved(random.choice([*state.engagements, 0]), "done", None, True, login),
            f.HangUpAsked(contact, login),
        ]
        town.ask(random.choice(choices))
        town.agenda.after(random.randrange(300, 8 * SECOND), self._does_something)

    def _of_interest(self) -> list[int]:
        """Contacts in which somebody talks, or the one of which this is a part."""
        state = self._town.live.state
        agent = state.agents.get(self.NUMBER)
        leg = state.legs.get(agent.watching) if agent is not None and agent.watching else None
        if leg is not None:
            return [leg.contact]
        return [one.contact for one in state.contacts.values() if one.talk is not None]

    def _gets_out(self) -> None:
        """Calm: is in nobody's talk any more, and finishes what was taken over."""
        agent = self._town.live.state.agents.get(self.NUMBER)
        leg = self._town.live.state.legs.get(agent.watching) if agent and agent.watching else None
        work = self._town.live.state.engagements.get(agent.engagement or 0) if agent else None
        if leg is not None:
            self._town.ask(f.LeaveAsked(leg.contact, self._login))
        elif work is not None and work.state is EngagementState.WRAPPING:
            self._town.ask(f.WrapUpSaved(work.engagement, "done", None, True, self._login))
        self._town.agenda.after(SECOND, self._gets_out)
