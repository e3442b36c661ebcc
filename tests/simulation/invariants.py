"""What must be true of a journal, read from its entries alone.

The rule: nothing here is shared with the rules of the centre. Facts are counted and compared; what an entry says
is believed, what it should have said is worked out anew from the entries before it.

    I1   a contact ends once, with the outcome that its end deserves
    I2   an agent has one offer or one engagement at most, a contact one offer
    I3   the best contact for an agent (priority, then age), the best agent for a contact (phone, then idleness)
    I4   numbers are dense and time does not go back
    I6   an input counts once; a leg is rung once and released once
    I7   nothing is older than its deadline and LATE_MS; what is over leaves nothing behind
    I11  nobody waits while somebody who may serve them sits ready
    I12  our downtime expires nothing and changes nothing
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatchmethod

from msgspec import Struct, field

from callcenter import facts as f
from callcenter.lifecycles import OfferState, Outcome, Presence, Routing

LATE_MS = 5_000
LEG_END_MS = 30_000

_LOST = (f.LegCause.VANISHED, f.LegCause.SYSTEM)
_BUSY = (Routing.OFFERED, Routing.ON_CONTACT, Routing.WRAP_UP)


class Violated(AssertionError):
    """An entry that should not be there, or that should have been there before."""


class Contact(Struct):
    leg: f.LegId
    provider: str
    legs: set[f.LegId]
    grade: str = ""
    milestones: int = 0
    queued: bool = False
    waiting: bool = False
    queue: str = ""
    skills: tuple[f.SkillLevel, ...] = ()
    speaks: tuple[f.SkillLevel, ...] = ()
    """what is asked for beside the skills of the queue"""
    priority: int = 0
    since_at: int = 0
    offer: int | None = None
    talking: bool = False
    away: bool = False
    """the network is lost just now: nobody is asked to answer into silence"""
    quarantined: bool = False
    outcome: Outcome | None = None

    def is_there(self) -> bool:
        return self.waiting and not self.away

    def place(self) -> tuple[int, int]:
        return -self.priority, self.since_at


class Agent(Struct):
    setup: f.AgentSetup
    presence: Presence = Presence.OFFLINE
    routing: Routing = Routing.OFF_QUEUE
    idle_since: int = 0
    stations: set[str] = field(default_factory=set)
    leaves: bool = False
    """chose to be away, or gone, after what is at hand"""
    offer: int | None = None
    engagement: int | None = None

    def is_ready(self) -> bool:
        return self.routing is Routing.IDLE and self.setup.station in self.stations


class Leg(Struct):
    contact: int
    agent: int | None
    over: bool = False
    released: bool = False


class Offer(Struct):
    contact: int
    agent: int
    leg: f.LegId


class Engagement(Struct):
    contact: int
    agent: int
    wrapping: bool = False


class Invariants:
    """Feed it every entry in order, then `over` when nobody should be left."""

    def __init__(self) -> None:
        self.entry = f.Entry(0, 0, "", f.OwnerStarted(0), ())
        self.contacts: dict[int, Contact] = {}
        self.agents: dict[int, Agent] = {}
        self.legs: dict[f.LegId, Leg] = {}
        self.offers: dict[int, Offer] = {}
        self.engagements: dict[int, Engagement] = {}
        self.look_ups: dict[int, int] = {}
        self.due: dict[tuple[str, object], int] = {}
        """what must be over by when: (kind, id) -> milliseconds"""
        self._setup: f.CentreSetup | None = None
        self._sources: set[str] = set()
        self._seen: set[tuple[str, object]] = set()
        self._calls: set[f.LegId] = set()
        self._live: set[int] = set()
        self._to_settle: set[int] = set()

    def check(self, entry: f.Entry) -> None:
        before, self.entry = self.entry, entry
        self._require(entry.seq == before.seq + 1, "I4", f"after entry {before.seq}")
        self._require(entry.at >= before.at, "I4", f"time goes back from {before.at}")
        self._require(entry.source not in self._sources, "I6", f"{entry.source} counts twice")
        self._sources.add(entry.source)
        self._note(entry.input)
        self._nothing_is_overdue()
        for decision in entry.decisions:
            self._note(decision)
        self._nothing_hangs()
        self._nobody_waits_in_vain()

    def over(self) -> None:
        """The day has ended, everybody is gone."""
        for number in self._live:
            self._require(False, "I1", f"contact {number} never ends")
        for kind, what in (
            ("offer", self.offers),
            ("engagement", self.engagements),
            ("look-up", self.look_ups),
        ):
            self._require(not what, "I7", f"{kind} {list(what)} never ends")
        for name, leg in self.legs.items():
            self._require(leg.over, "I7", f"leg {name} never ends")

    # --- What each kind of fact must agree with ---

    @singledispatchmethod
    def _note(self, fact: f.Fact) -> None:
        """Most facts say nothing about these rules."""

    @_note.register
    def _(self, fact: f.OwnerStarted) -> None:
        self._require(not self.entry.decisions, "I12", "something follows from our absence")
        for key, at in self.due.items():
            # A leg's end has its whole time again: nobody could tell us of it.
            self.due[key] = self.entry.at + LEG_END_MS if key[0] == "leg" else at + fact.down_ms
        for agent in self.agents.values():
            agent.stations.clear()  # providers tell a new owner anew

    @_note.register
    def _(self, fact: f.CentreApplied) -> None:
        self._setup = fact.setup
        for setup in fact.setup.agents:
            self.agents.setdefault(setup.agent, Agent(setup)).setup = setup

    @_note.register
    def _(self, fact: f.CallArrived) -> None:
        self._once("call", fact.leg)
        opened = [one for one in self.entry.decisions if isinstance(one, f.ContactOpened)]
        self._require([one.leg for one in opened] == [fact.leg], "I1", f"{fact.leg} has no contact")

    @_note.register
    def _(self, fact: f.ContactOpened) -> None:
        self._once("contact", fact.contact)
        self.contacts[fact.contact] = Contact(fact.leg, fact.provider, {fact.leg})
        self.legs[fact.leg] = Leg(fact.contact, None)
        self._live.add(fact.contact)

    @_note.register
    def _(self, fact: f.CustomerIdentified) -> None:
        self.contacts[fact.contact].grade = fact.grade

    @_note.register
    def _(self, fact: f.MilestoneReached) -> None:
        self.contacts[fact.contact].milestones += 1

    @_note.register
    def _(self, fact: f.LookUpWanted) -> None:
        self._once("look-up", fact.look_up)
        self.look_ups[fact.look_up] = fact.contact
        self.due["look-up", fact.look_up] = fact.deadline_at

    @_note.register
    def _(self, fact: f.LookUpClosed) -> None:
        if isinstance(self.entry.input, f.LookUpExpired):
            self._not_early("look-up", fact.look_up)
        del self.look_ups[fact.look_up], self.due["look-up", fact.look_up]

    @_note.register
    def _(self, fact: f.PlayStarted) -> None:
        self._once("play", (fact.leg, fact.play))
        leg = self.legs[fact.leg]
        self._require(not (leg.over or leg.released), "I6", f"{fact.leg} is over and hears nothing")

    @_note.register
    def _(self, fact: f.ContactQueued) -> None:
        contact = self.contacts[fact.contact]
        assert self._setup is not None
        grades = dict(self._setup.grades)
        self._require(
            fact.priority == grades.get(contact.grade, 0), "I3", f"{fact.priority} for {contact.grade!r}"
        )
        self._require(fact.since_at == self.entry.at, "I3", f"contact {fact.contact} has another age")
        contact.queue, contact.skills = fact.queue, fact.skills
        asked = next(queue.skills for queue in self._setup.queues if queue.name == fact.queue)
        contact.speaks = tuple(skill for skill in fact.skills if skill not in asked)
        contact.priority, contact.since_at = fact.priority, fact.since_at
        contact.waiting = contact.queued = True

    @_note.register
    def _(self, fact: f.ContactReturned) -> None:
        contact = self.contacts[fact.contact]
        self._require(contact.offer is None, "I2", f"contact {fact.contact} waits and is offered")
        contact.priority += fact.lift
        contact.waiting, contact.talking = True, False

    @_note.register
    def _(self, fact: f.OfferMade) -> None:
        self._once("offer", fact.offer)
        self._once("ring", fact.leg)
        contact, agent = self.contacts[fact.contact], self.agents[fact.agent]
        self._require(
            contact.is_there() and not contact.quarantined, "I2", f"contact {fact.contact} does not wait"
        )
        self._require(agent.offer is None and agent.engagement is None, "I2", f"agent {fact.agent} is busy")
        self._require(agent.is_ready(), "I2", f"agent {fact.agent} is not ready")
        self._best_contact(fact.contact, agent)
        self._best_agent(contact, fact.agent)
        contact.waiting, contact.offer, agent.offer = False, fact.offer, fact.offer
        contact.legs.add(fact.leg)
        self.legs[fact.leg] = Leg(fact.contact, fact.agent)
        self.offers[fact.offer] = Offer(fact.contact, fact.agent, fact.leg)
        self.due["offer", fact.offer] = fact.deadline_at

    @_note.register
    def _(self, fact: f.OfferClosed) -> None:
        self._require(fact.offer in self.offers, "I2", f"offer {fact.offer} is not open")
        if fact.result is OfferState.TIMED_OUT:
            self._not_early("offer", fact.offer)
        offer = self.offers.pop(fact.offer)
        del self.due["offer", fact.offer]
        self.contacts[offer.contact].offer = self.agents[offer.agent].offer = None
        self._to_settle.add(offer.contact)

    @_note.register
    def _(self, fact: f.EngagementOpened) -> None:
        self._once("engagement", fact.engagement)
        agent = self.agents[fact.agent]
        self._require(agent.engagement is None, "I2", f"agent {fact.agent} has another contact")
        self._require(agent.routing is Routing.OFFERED, "I2", f"agent {fact.agent} was not asked")
        answered = isinstance(self.entry.input, f.LegAnswered) and self.entry.input.leg == fact.leg
        self._require(answered, "I2", f"nobody answered {fact.leg}")
        agent.engagement = fact.engagement
        self.contacts[fact.contact].talking = True
        self.engagements[fact.engagement] = Engagement(fact.contact, fact.agent)

    @_note.register
    def _(self, fact: f.Bridged) -> None:
        self._once("bridge", fact.bridge)
        self._once("recording", fact.recording)
        for leg in (fact.caller_leg, fact.agent_leg):
            self._require(not self.legs[leg].over and not self.legs[leg].released, "I6", f"{leg} is over")

    @_note.register
    def _(self, fact: f.WrapUpStarted) -> None:
        self.engagements[fact.engagement].wrapping = True
        self.due["wrap-up", fact.engagement] = fact.deadline_at

    @_note.register
    def _(self, fact: f.EngagementClosed) -> None:
        if isinstance(self.entry.input, f.WrapUpExpired):
            self._not_early("wrap-up", fact.engagement)
        self.agents[self.engagements.pop(fact.engagement).agent].engagement = None
        self.due.pop(("wrap-up", fact.engagement), None)

    @_note.register
    def _(self, fact: f.AgentStateChanged) -> None:
        agent = self.agents[fact.agent]
        if fact.routing is Routing.IDLE and agent.routing not in (Routing.IDLE, Routing.OFFERED):
            agent.idle_since = self.entry.at
        agent.routing, agent.presence = fact.routing, fact.presence
        willing = agent.presence is Presence.READY and not agent.leaves
        self._require(
            willing or fact.routing is not Routing.IDLE, "I2", f"agent {fact.agent} did not ask for work"
        )
        if fact.routing is Routing.OFF_QUEUE:
            agent.leaves = False

    @_note.register
    def _(self, fact: f.PresencePostponed) -> None:
        self.agents[fact.agent].leaves = fact.presence is not Presence.READY

    @_note.register
    def _(self, fact: f.LegReleased) -> None:
        leg = self.legs[fact.leg]
        self._require(not leg.released and not leg.over, "I6", f"{fact.leg} is released again")
        leg.released = True
        self.due["leg", fact.leg] = self.entry.at + LEG_END_MS

    @_note.register(f.LegEnded | f.LegFailed | f.LegExpired)
    def _(self, fact: f.LegEnded | f.LegFailed | f.LegExpired) -> None:
        leg = self.legs.get(fact.leg)
        if leg is None or leg.over:
            return
        leg.over = True
        self.due.pop(("leg", fact.leg), None)
        failed = isinstance(fact, f.LegFailed) or (isinstance(fact, f.LegEnded) and fact.cause in _LOST)
        if leg.agent is not None and failed:
            self.agents[leg.agent].stations.discard(self.contacts[leg.contact].provider)
        self._to_settle.add(leg.contact)

    @_note.register(f.LegInterrupted)
    @_note.register(f.LegRestored)
    def _(self, fact: f.LegInterrupted | f.LegRestored) -> None:
        leg = self.legs.get(fact.leg)
        if leg is not None and leg.agent is None:
            self.contacts[leg.contact].away = isinstance(fact, f.LegInterrupted)

    @_note.register
    def _(self, fact: f.StationConnected) -> None:
        if fact.agent in self.agents:
            self.agents[fact.agent].stations.add(fact.provider)

    @_note.register
    def _(self, fact: f.StationLost) -> None:
        if fact.agent in self.agents:
            self.agents[fact.agent].stations.discard(fact.provider)

    @_note.register
    def _(self, fact: f.ContactQuarantined) -> None:
        contact = self.contacts[fact.contact]
        contact.quarantined, contact.waiting = True, False

    @_note.register
    def _(self, fact: f.ContactEnded) -> None:
        contact = self.contacts[fact.contact]
        self._require(contact.outcome is None, "I1", f"contact {fact.contact} ends twice")
        deserved = self._deserved(contact)
        self._require(
            fact.outcome in deserved, "I1", f"contact {fact.contact}: {fact.outcome}, not {deserved}"
        )
        contact.outcome, contact.waiting, contact.talking = fact.outcome, False, False
        self._live.discard(fact.contact)
        self._to_settle.add(fact.contact)
        for look_up in [number for number, asker in self.look_ups.items() if asker == fact.contact]:
            del self.look_ups[look_up], self.due["look-up", look_up]

    # --- What must be true between facts ---

    def _deserved(self, contact: Contact) -> tuple[Outcome, ...]:
        input = self.entry.input
        if contact.quarantined:
            return (Outcome.LOST_BY_SYSTEM,)
        if isinstance(input, f.LegEnded) and input.cause is f.LegCause.SYSTEM and input.leg == contact.leg:
            return (Outcome.LOST_BY_SYSTEM,)
        if isinstance(input, f.LegEnded) and input.leg != contact.leg and input.cause in _LOST:
            return ()  # the network of an agent ends no call
        if contact.talking:
            return (Outcome.ANSWERED,)
        if contact.queued:
            return (Outcome.ABANDONED,)
        if contact.milestones:
            return (Outcome.RESOLVED_IN_IVR,)
        return Outcome.LEFT_IN_IVR, Outcome.CLOSED

    def _best_contact(self, number: int, agent: Agent) -> None:
        chosen = self.contacts[number].place()
        for other in self._live:
            contact = self.contacts[other]
            if other != number and contact.is_there() and contact.place() < chosen:
                rank = self._rank(contact, agent)
                self._require(rank is None, "I3", f"contact {other} goes before {number}")

    def _best_agent(self, contact: Contact, number: int) -> None:
        ranked = []
        for other, agent in self.agents.items():
            rank = self._rank(contact, agent) if agent.is_ready() else None
            if rank is not None:
                ranked.append((rank, agent.idle_since, other))
        self._require(
            bool(ranked) and min(ranked)[2] == number, "I3", f"agent {number} is not first of {ranked}"
        )

    def _rank(self, contact: Contact, agent: Agent) -> int | None:
        """How gladly this agent's phone is rung for this contact; None: the agent may not serve it."""
        assert self._setup is not None
        queue, skills = contact.queue, contact.skills
        if queue not in [known.name for known in self._setup.queues]:  # gone: the first one answers
            queue, skills = self._setup.queues[0].name, (*self._setup.queues[0].skills, *contact.speaks)
        has = {skill.skill: skill.level for skill in agent.setup.skills}
        if queue not in agent.setup.queues or any(has.get(s.skill, 0) < s.level for s in skills):
            return None
        stations = dict(self._setup.serves).get(contact.provider, (contact.provider,))
        return stations.index(agent.setup.station) if agent.setup.station in stations else None

    def _nobody_waits_in_vain(self) -> None:
        ready = [(number, agent) for number, agent in self.agents.items() if agent.is_ready()]
        for waiting in self._live if ready else ():
            contact = self.contacts[waiting]
            for number, agent in ready if contact.is_there() else ():
                if self._rank(contact, agent) is not None:
                    raise self._violated("I11", f"contact {waiting} waits, agent {number} sits ready")

    def _nothing_hangs(self) -> None:
        """An agent's state is what the agent has to do, and nothing rings on for what is over."""
        for number, agent in self.agents.items():
            work = self.engagements.get(agent.engagement) if agent.engagement is not None else None
            doing = None if work is None else Routing.WRAP_UP if work.wrapping else Routing.ON_CONTACT
            if agent.offer is not None:
                doing = Routing.OFFERED
            held = agent.routing if agent.routing in _BUSY else None
            if held is not doing:
                raise self._violated("I7", f"agent {number} is {agent.routing} and has {doing}")
        for settled in self._to_settle:
            contact = self.contacts[settled]
            self._legs_are_wanted(contact)
            over = contact.outcome is not None
            self._require(
                not over or contact.offer is None, "I7", f"offer {contact.offer} outlives its contact"
            )
            gone = self.legs[contact.leg].over and not contact.quarantined
            self._require(over or not gone, "I7", f"contact {settled} outlives its caller")
        self._to_settle.clear()

    def _legs_are_wanted(self, contact: Contact) -> None:
        """Legs of a contact that is over, or of an offer that nobody took, were asked to end."""
        wanted = {contact.leg} if contact.outcome is None else set()
        if contact.offer is not None:
            wanted.add(self.offers[contact.offer].leg)
        for name in contact.legs - wanted:
            leg = self.legs[name]
            talks = contact.talking and contact.outcome is None
            self._require(leg.over or leg.released or talks, "I7", f"nobody wants leg {name}")

    def _nothing_is_overdue(self) -> None:
        limit = self.entry.at - LATE_MS
        for key, at in self.due.items():
            if at < limit:
                raise self._violated("I7", f"{key} was due {self.entry.at - at} ms ago")

    def _not_early(self, kind: str, number: int) -> None:
        early = self.due[kind, number] - self.entry.at
        self._require(early <= 0, "I12", f"{kind} {number} expires {early} ms early")

    def _once(self, kind: str, what: object) -> None:
        self._require((kind, what) not in self._seen, "I6", f"{kind} {what} comes twice")
        self._seen.add((kind, what))

    def _require(self, holds: bool, invariant: str, what: str) -> None:
        if not holds:
            raise self._violated(invariant, what)

    def _violated(self, invariant: str, what: str) -> Violated:
        return Violated(f"{invariant}: {what}; at {self.entry}")


def check_journal(entries: Iterable[f.Entry], *, everybody_gone: bool = False) -> Invariants:
    """Raises Violated at the first entry that breaks an invariant."""
    invariants = Invariants()
    for entry in entries:
        invariants.check(entry)
    if everybody_gone:
        invariants.over()
    return invariants
