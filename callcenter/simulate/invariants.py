"""What must be true of a journal, read from its entries alone.

The rule: nothing here is shared with the rules of the centre. Facts are counted and compared; what an entry says
is believed, what it should have said is worked out anew from the entries before it.

    I1   a contact ends once, with the outcome that its end deserves
    I2   an agent has one offer or one engagement at most, a contact one offer
    I3   the best contact for an agent (priority, then age), the best agent for a contact (phone, then idleness)
    I4   numbers are dense and time does not go back
    I6   an input counts once; a leg is rung once and released once; what is late or refused changes nothing
    I7   nothing is older than its deadline and LATE_MS; what is over leaves nothing behind
    I8   nobody is hung up but by the other side, by an agent or by the tree
    I11  nobody waits while somebody who may serve them sits ready
    I12  our downtime expires nothing and changes nothing: presence is what the agent chose
    I13  nobody talks to nobody: a caller in a talk, on hold or not, has somebody of the others there; a
         supervisor is in one talk at most; who is on hold was put there, who waits hears something
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatchmethod

from msgspec import Struct, field
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.lifecycles import Direction, EngagementKind, OfferKind, OfferState, Outcome, Presence, Routing

LATE_MS = 5_000
LEG_END_MS = 30_000
BROKEN_TIMER_MS = 20_000
NO_STATION = "no_station"
ASKED_AGAIN_MAX = 2
"""at one node: no tree of the random days lets anybody try more than three times"""

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
    lift: int = 0
    since_at: int = 0
    called_for: bool = False
    """called on behalf of its queue, which it never entered"""
    offer: int | None = None
    talking: bool = False
    away: bool = False
    """the network is lost just now: nobody is asked to answer into silence"""
    quarantined: bool = False
    outcome: Outcome | None = None
    direction: Direction = Direction.INBOUND
    dialling: bool = False
    """we call, and nobody has answered"""
    sent: bool = False
    """on its way to somebody, in no line"""
    consult: str | None = None
    """the queue that was asked, while nobody of it rings"""
    consult_offer: int | None = None
    members: tuple[f.Member, ...] = ()
    """as they were last arranged"""
    recording: int | None = None
    unrecorded: bool = False
    """refused, or called by us and not told yet"""
    watchers: set[f.LegId] = field(default_factory=set)
    language: str = ""
    asks: bool = False
    """a consultation goes on"""
    held: bool = False
    hears: bool = False
    """something is played to the customer"""
    play: int = 0
    """the last one, 0: it was answered"""
    node: str = ""
    asked: tuple[str, int] = ("", 0)
    """(node, how often in a row it asked again)"""

    def is_there(self) -> bool:
        return self.waiting and not self.away

    @property
    def may_ask(self) -> bool:
        """For a language that no entry names: of whom we called it is asked when somebody there speaks it."""
        return self.called_for and bool(self.language)

    def place(self) -> tuple[int, int]:
        return -self.priority - self.lift, self.since_at


class Agent(Struct):
    setup: f.AgentSetup
    presence: Presence = Presence.OFFLINE
    routing: Routing = Routing.OFF_QUEUE
    idle_since: int = 0
    stations: set[str] = field(default_factory=set)
    leaves: bool = False
    """chose to be away, or gone, after what is at hand"""
    silent: int = 0
    """the entry by which an offer passed"""
    chosen: Presence | None = None
    """for afterwards"""
    offer: int | None = None
    engagement: int | None = None
    watches: f.LegId | None = None

    def is_ready(self) -> bool:
        free = self.routing is Routing.IDLE and self.watches is None
        return free and self.setup.station in self.stations


class Leg(Struct):
    contact: int
    agent: int | None
    answered: bool = False
    over: bool = False
    released: bool = False


class Offer(Struct):
    contact: int
    agent: int
    leg: f.LegId
    kind: OfferKind


class Engagement(Struct):
    contact: int
    agent: int
    leg: f.LegId
    queue: str
    kind: EngagementKind
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
        self._again: set[tuple[str, object]] = set()
        """due again, because a rule broke on it"""
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
        self._answers_something(entry)
        self._note(entry.input)
        self._nothing_is_overdue()
        refused = [one for one in entry.decisions if isinstance(one, f.Refused)]
        ours = any(one.reason == "our_fault" for one in refused)
        self._require(ours or len(entry.decisions) == 1 or not refused, "I6", "half of it is refused")
        for decision in entry.decisions:
            self._note(decision)
        if self._broke():
            self._comes_again(entry)
        self._nothing_hangs()
        self._nobody_waits_in_vain()

    def _answers_something(self, entry: f.Entry) -> None:
        """What answers to a play or a look-up that is not the open one is late, and nothing follows."""
        input = entry.input
        if isinstance(input, f.PlayFinished | f.KeysEntered | f.KeysTimedOut | f.PlayExpired):
            leg = self.legs.get(input.leg)
            open = leg is not None and self.contacts[leg.contact].play == input.play
            self._require(open or not entry.decisions, "I6", f"play {input.play} is not the open one")
            if leg is not None and entry.decisions:
                self.contacts[leg.contact].play = 0
        if isinstance(
            input, f.CustomerFound | f.CustomerUnknown | f.LookUpFailed | f.LookUpExpired | f.PinChecked
        ):
            late = input.look_up not in self.look_ups
            self._require(not late or not entry.decisions, "I6", f"look-up {input.look_up} is not open")

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
        if fact.leg in self.legs:  # told twice under two names
            self._require(not self.entry.decisions, "I1", f"{fact.leg} is one call")
            return
        self._once("call", fact.leg)
        if self._broke() and len(self.entry.decisions) == 1:
            return  # its carrier tells it so
        opened = [one for one in self.entry.decisions if isinstance(one, f.ContactOpened)]
        self._require([one.leg for one in opened] == [fact.leg], "I1", f"{fact.leg} has no contact")

    @_note.register
    def _(self, fact: f.ContactOpened) -> None:
        self._once("contact", fact.contact)
        calls_in = fact.direction is Direction.INBOUND
        self.contacts[fact.contact] = Contact(
            fact.leg, fact.provider, set(), direction=fact.direction, dialling=not calls_in
        )
        self.contacts[fact.contact].unrecorded = fact.direction is Direction.OUTBOUND
        if calls_in:
            self._add_leg(fact.contact, fact.leg, None)
        self._live.add(fact.contact)

    def _add_leg(self, contact: int, leg: f.LegId, agent: int | None) -> None:
        self._once("ring", leg)
        self.legs[leg] = Leg(contact, agent)
        self.contacts[contact].legs.add(leg)

    @_note.register
    def _(self, fact: f.CustomerIdentified) -> None:
        contact = self.contacts[fact.contact]
        contact.grade, contact.language = fact.grade, fact.language or contact.language

    @_note.register
    def _(self, fact: f.MilestoneReached) -> None:
        self.contacts[fact.contact].milestones += 1

    @_note.register
    def _(self, fact: f.LookUpWanted) -> None:
        self._once("look-up", fact.look_up)
        asks = fact.contact in self.look_ups.values()
        self._require(not asks, "I2", f"contact {fact.contact} has another question open")
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
        if fact.leg == self.contacts[leg.contact].leg:
            self.contacts[leg.contact].hears, self.contacts[leg.contact].play = True, fact.play

    @_note.register
    def _(self, fact: f.ChoiceMade) -> None:
        contact = self.contacts[fact.contact]
        if isinstance(self.entry.input, f.PinChecked) and self.entry.input.result is f.PinResult.FORGOTTEN:
            self._require(fact.exit == "forgotten", "I12", "digits that our crash has lost cost a try")
            return
        if isinstance(self.entry.input, f.PinChecked) and self.entry.input.result is f.PinResult.LOCKED:
            self._require(fact.exit != "again", "I6", "a PIN that is locked is asked for again")
        if fact.exit not in ("again", "invalid", "timeout"):
            contact.asked = "", 0
            return
        node, times = contact.asked
        contact.asked = fact.node, times + 1 if node == fact.node else 1
        self._require(contact.asked[1] <= ASKED_AGAIN_MAX, "I7", f"{fact.node} asks for ever")

    @_note.register
    def _(self, fact: f.NodeEntered) -> None:
        contact = self.contacts[fact.contact]
        anew = contact.node != fact.node
        self._require(not anew or fact.tries == 0, "I6", f"{fact.node} begins with {fact.tries} tries")
        contact.node = fact.node

    @_note.register
    def _(self, fact: f.CustomerVerified) -> None:
        input = self.entry.input
        right = isinstance(input, f.PinChecked) and input.result is f.PinResult.RIGHT
        self._require(right, "I6", f"contact {fact.contact} is verified by nothing")

    @_note.register
    def _(self, fact: f.ContactQueued) -> None:
        contact = self.contacts[fact.contact]
        assert self._setup is not None
        worth = dict(self._setup.grades).get(contact.grade, 0)
        self._require(fact.priority == worth, "I3", f"{fact.priority} for {contact.grade!r}")
        # Who is transferred keeps the age.
        since_at = (contact.since_at if contact.sent else 0) or self.entry.at
        self._require(fact.since_at == since_at, "I3", f"contact {fact.contact} has another age")
        contact.queue, contact.skills, contact.called_for = fact.queue, fact.skills, False
        asked = next(queue.skills for queue in self._setup.queues if queue.name == fact.queue)
        contact.speaks = tuple(skill for skill in fact.skills if skill not in asked)
        contact.priority, contact.since_at = fact.priority, fact.since_at
        contact.waiting = contact.queued = True
        self._no_talk(contact)
        self._to_settle.add(fact.contact)

    @_note.register
    def _(self, fact: f.ContactReturned) -> None:
        contact = self.contacts[fact.contact]
        self._require(contact.offer is None, "I2", f"contact {fact.contact} waits and is offered")
        contact.lift += fact.lift
        contact.since_at = contact.since_at or self.entry.at
        contact.waiting = contact.queued = True
        self._no_talk(contact)
        self._to_settle.add(fact.contact)

    @_note.register
    def _(self, fact: f.ContactRaised) -> None:
        self.contacts[fact.contact].lift += fact.lift

    @_note.register
    def _(self, fact: f.ContactTransferred) -> None:
        contact = self.contacts[fact.contact]
        again = fact.target == f.ToAgent(fact.by)
        self._require(contact.talking != again, "I2", f"contact {fact.contact} is not there to be sent")
        self._no_talk(contact)
        contact.sent = True
        self._to_settle.add(fact.contact)

    def _no_talk(self, contact: Contact) -> None:
        contact.talking = contact.sent = contact.asks = contact.held = False
        contact.members, contact.recording, contact.consult = (), None, None
        for leg in contact.watchers:
            self._stops_watching(leg)
        contact.watchers.clear()

    def _stops_watching(self, leg: f.LegId) -> None:
        supervisor = self.agents[self.legs[leg].agent or 0]
        if supervisor.watches == leg:
            supervisor.watches = None

    @_note.register
    def _(self, fact: f.OfferMade) -> None:
        self._once("offer", fact.offer)
        contact, agent = self.contacts[fact.contact], self.agents[fact.agent]
        self._require(agent.offer is None and agent.engagement is None, "I2", f"agent {fact.agent} is busy")
        recalled = fact.kind is OfferKind.RECALL and agent.routing is Routing.WRAP_UP
        self._require(agent.is_ready() or recalled, "I2", f"agent {fact.agent} is not ready")
        self._may_be_offered(fact, contact, agent)
        agent.offer = fact.offer
        if fact.kind is OfferKind.CONSULT:
            contact.consult, contact.consult_offer = None, fact.offer
        else:
            contact.waiting, contact.offer = False, fact.offer
        self._add_leg(fact.contact, fact.leg, fact.agent)
        self.offers[fact.offer] = Offer(fact.contact, fact.agent, fact.leg, fact.kind)
        self.due["offer", fact.offer] = fact.deadline_at

    def _may_be_offered(self, fact: f.OfferMade, contact: Contact, agent: Agent) -> None:
        self._require(contact.offer is None, "I2", f"contact {fact.contact} is offered twice")
        match fact.kind:
            case OfferKind.CONTACT:
                there = contact.is_there() and not contact.quarantined
                self._require(there, "I2", f"contact {fact.contact} does not wait")
                self._best_contact(fact.contact, agent)
                self._best_agent(contact, fact.agent)
            case OfferKind.TRANSFER | OfferKind.RECALL:
                self._require(contact.sent, "I2", f"contact {fact.contact} is not on its way")
            case OfferKind.CONSULT:
                asks = contact.talking and contact.consult_offer is None
                self._require(asks, "I2", f"contact {fact.contact} has nobody who asks")
            case OfferKind.INTERNAL:
                self._require(contact.dialling, "I2", f"contact {fact.contact} calls nobody")

    @_note.register
    def _(self, fact: f.OfferClosed) -> None:
        self._require(fact.offer in self.offers, "I2", f"offer {fact.offer} is not open")
        if fact.result is OfferState.TIMED_OUT:
            self._not_early("offer", fact.offer)
        offer = self.offers.pop(fact.offer)
        del self.due["offer", fact.offer]
        contact = self.contacts[offer.contact]
        agent = self.agents[offer.agent]
        agent.offer = None
        passed = fact.result in (OfferState.TIMED_OUT, OfferState.REJECTED)
        broke = fact.result is OfferState.FAILED and agent.setup.station in agent.stations
        blamed = (passed or broke) and offer.kind is not OfferKind.INTERNAL
        # Who said meanwhile what comes afterwards is there.
        agent.silent = self.entry.seq if blamed and agent.chosen is None else 0
        if offer.kind is OfferKind.CONSULT:
            contact.consult_offer = None
        else:
            contact.offer = None
        self._to_settle.add(offer.contact)

    @_note.register
    def _(self, fact: f.EngagementOpened) -> None:
        self._once("engagement", fact.engagement)
        agent, input = self.agents[fact.agent], self.entry.input
        self._require(agent.engagement is None, "I2", f"agent {fact.agent} has another contact")
        if isinstance(input, f.LegAnswered):
            self._require(agent.routing is Routing.OFFERED, "I2", f"agent {fact.agent} was not asked")
            self._require(input.leg == fact.leg, "I2", f"nobody answered {fact.leg}")
        else:
            asker = (
                input.agent
                if isinstance(input, f.DialAsked | f.InternalCallAsked | f.TakeOverAsked)
                else None
            )
            self._require(asker == fact.agent, "I2", f"agent {fact.agent} asked for nothing")
            calls = not isinstance(input, f.TakeOverAsked)  # from wrap-up too: what it was about is put off
            free = agent.routing in (Routing.IDLE, Routing.OFF_QUEUE) or (
                calls and agent.routing is Routing.WRAP_UP
            )
            self._require(free, "I2", f"agent {fact.agent} is {agent.routing}")
        agent.engagement = fact.engagement
        contact = self.contacts[fact.contact]
        contact.talking = contact.talking or fact.kind is EngagementKind.CONTACT
        contact.sent = False
        if fact.kind is not EngagementKind.CONSULT:
            contact.lift = 0
        if fact.kind is EngagementKind.OUTBOUND:
            contact.queue, contact.called_for = fact.queue, True
        if fact.leg in contact.watchers:
            contact.watchers.remove(fact.leg)
            self._stops_watching(fact.leg)
        self.engagements[fact.engagement] = Engagement(
            fact.contact, fact.agent, fact.leg, fact.queue or contact.queue, fact.kind
        )
        self._to_settle.add(fact.contact)

    @_note.register
    def _(self, fact: f.EngagementPromoted) -> None:
        self.engagements[fact.engagement].kind = EngagementKind.CONTACT

    @_note.register
    def _(self, fact: f.LegRung) -> None:
        self._add_leg(fact.contact, fact.leg, fact.agent)
        self.due["dial", fact.leg] = fact.deadline_at
        self._to_settle.add(fact.contact)

    @_note.register
    def _(self, fact: f.DialStarted) -> None:
        self._add_leg(fact.contact, fact.leg, None)
        self.due["dial", fact.leg] = fact.deadline_at
        self._to_settle.add(fact.contact)

    @_note.register
    def _(self, fact: f.LegAnswered) -> None:
        self.due.pop(("dial", fact.leg), None)
        if fact.leg in self.legs:
            self.legs[fact.leg].answered = True

    @_note.register
    def _(self, fact: f.ContactReached) -> None:
        contact = self.contacts[fact.contact]
        self._require(contact.dialling or contact.sent, "I1", f"contact {fact.contact} was reached before")
        contact.dialling = contact.sent = False
        contact.lift = 0
        contact.talking = True
        self._to_settle.add(fact.contact)

    @_note.register
    def _(self, fact: f.ConsultStarted) -> None:
        contact = self.contacts[fact.contact]
        self._require(contact.talking, "I2", f"contact {fact.contact} has nobody who could ask")
        contact.consult = fact.target.queue if isinstance(fact.target, f.ToQueue) else None
        contact.asks = True

    @_note.register
    def _(self, fact: f.ConsultReturned) -> None:
        """Which queue it was stands in its beginning."""

    @_note.register
    def _(self, fact: f.ConsultEnded) -> None:
        self.contacts[fact.contact].consult = None
        self.contacts[fact.contact].asks = self.contacts[fact.contact].held = False
        self._to_settle.add(fact.contact)

    @_note.register
    def _(self, fact: f.SupervisorJoined) -> None:
        contact, supervisor = self.contacts[fact.contact], self.agents[fact.agent]
        self._require(contact.talking, "I13", f"contact {fact.contact} has no talk to be in")
        self._require(
            supervisor.watches in (None, fact.leg), "I13", f"{fact.agent} is in {supervisor.watches} too"
        )
        busy = supervisor.offer is not None or supervisor.engagement is not None
        self._require(not busy, "I2", f"{fact.agent} is busy")
        supervisor.watches = fact.leg
        contact.watchers.add(fact.leg)

    @_note.register
    def _(self, fact: f.SupervisorLeft) -> None:
        self._stops_watching(fact.leg)
        self.contacts[fact.contact].watchers.discard(fact.leg)
        self._to_settle.add(fact.contact)

    @_note.register
    def _(self, fact: f.NoticeGiven) -> None:
        self.contacts[fact.contact].unrecorded = False

    @_note.register
    def _(self, fact: f.RecordingDeclined) -> None:
        self.contacts[fact.contact].unrecorded = True

    @_note.register
    def _(self, fact: f.RecordingPaused) -> None:
        if fact.until_at is not None:
            self.due["pause", (fact.contact, fact.pause)] = fact.until_at

    @_note.register
    def _(self, fact: f.RecordingResumed) -> None:
        for key in [key for key in self.due if key[0] == "pause" and key[1][0] == fact.contact]:  # type: ignore[index]
            del self.due[key]

    @_note.register
    def _(self, fact: f.AgentReassigned) -> None:
        agent = self.agents[fact.agent]
        agent.setup = replace(agent.setup, queues=fact.queues)

    @_note.register
    def _(self, fact: f.Bridged) -> None:
        self._once("bridge", fact.bridge)
        contact = self.contacts[fact.contact]
        if fact.recording is not None and fact.recording != contact.recording:
            self._require(
                contact.recording is None, "I10", f"{fact.recording} breaks {contact.recording} off"
            )
            self._once("recording", fact.recording)
        self._require(fact.recording is None or not contact.unrecorded, "I10", "recorded though not to be")
        for member in fact.members if fact.recording is not None and not fact.paused else ():
            held = member.part is f.Part.HELD and member.leg == contact.leg
            outside = member.part is f.Part.TALKS and not member.staff and member.leg != contact.leg
            self._require(not held, "I10", "recorded while the customer is on hold")
            self._require(not outside, "I10", f"{member.leg} is recorded and was not told")
        contact.recording, contact.members = fact.recording, fact.members
        held = any(one.leg == contact.leg and one.part is f.Part.HELD for one in fact.members)
        put = contact.held or contact.asks or isinstance(self.entry.input, f.HoldAsked)
        self._require(put or not held, "I13", f"nobody put {contact.leg} on hold")
        contact.held = held and not contact.asks  # with a consultation this hold ends as well
        contact.hears = contact.hears and all(one.leg != contact.leg for one in fact.members)
        for member in fact.members:
            leg = self.legs[member.leg]
            self._require(not leg.over and not leg.released, "I6", f"{member.leg} is over")
            self._require(leg.contact == fact.contact, "I6", f"{member.leg} is of another contact")
        self._to_settle.add(fact.contact)

    @_note.register
    def _(self, fact: f.WrapUpStarted) -> None:
        self.engagements[fact.engagement].wrapping = True
        self.due["wrap-up", fact.engagement] = fact.deadline_at

    @_note.register
    def _(self, fact: f.EngagementClosed) -> None:
        if isinstance(self.entry.input, f.WrapUpExpired):
            self._not_early("wrap-up", fact.engagement)
        self._is_wrapped_up(self.engagements[fact.engagement])
        self._is_of(self.engagements[fact.engagement].agent)
        again = self.engagements[fact.engagement].contact
        offered = [one.contact for one in self.entry.decisions if isinstance(one, f.OfferMade)]
        self._require(not fact.goes_on or again in offered, "I2", f"contact {again} does not come back")
        self.agents[self.engagements.pop(fact.engagement).agent].engagement = None
        self.due.pop(("wrap-up", fact.engagement), None)

    @_note.register
    def _(self, fact: f.AgentStateChanged) -> None:
        agent = self.agents[fact.agent]
        self._is_as_chosen(agent, fact)
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
        self.agents[fact.agent].chosen = fact.presence

    @_note.register
    def _(self, fact: f.LegReleased) -> None:
        leg = self.legs[fact.leg]
        self._require(not leg.released and not leg.over, "I6", f"{fact.leg} is released again")
        leg.released = True
        if self.entry.input == f.DialExpired(fact.leg):
            self._not_early("dial", fact.leg)
        self.due.pop(("dial", fact.leg), None)
        self.due["leg", fact.leg] = self.entry.at + LEG_END_MS
        self._to_settle.add(leg.contact)

    @_note.register(f.LegEnded | f.LegFailed | f.LegExpired)
    def _(self, fact: f.LegEnded | f.LegFailed | f.LegExpired) -> None:
        leg = self.legs.get(fact.leg)
        if leg is None or leg.over:
            return
        hung_up = isinstance(fact, f.LegEnded) and fact.cause is f.LegCause.RELEASED
        self._require(leg.released or not hung_up, "I8", f"{fact.leg} was hung up and nobody asked for it")
        in_doubt = isinstance(fact, f.LegFailed) and fact.reason == f.IN_DOUBT
        if in_doubt and leg.answered and not leg.released:
            return  # it did ring
        # A carrier that died with the leg and is told to ring it again may say that nobody is there.
        excused = (f.IN_DOUBT, f.FORGOTTEN, NO_STATION)
        failed = isinstance(fact, f.LegFailed) and fact.reason not in excused
        self._require(not failed or not leg.answered or leg.released, "I8", f"{fact.leg} has answered")
        leg.over = True
        self.due.pop(("leg", fact.leg), None)
        self.due.pop(("dial", fact.leg), None)
        failed = isinstance(fact, f.LegFailed) or (isinstance(fact, f.LegEnded) and fact.cause in _LOST)
        if leg.agent is not None and failed:
            self.agents[leg.agent].stations.discard(self.contacts[leg.contact].provider)
        self._to_settle.add(leg.contact)

    @_note.register(f.LegInterrupted)
    @_note.register(f.LegRestored)
    def _(self, fact: f.LegInterrupted | f.LegRestored) -> None:
        leg = self.legs.get(fact.leg)
        if leg is not None and fact.leg == self.contacts[leg.contact].leg:
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
        self._somebody_ended_it(contact, fact.outcome)
        contact.outcome, contact.waiting, contact.dialling = fact.outcome, False, False
        self._no_talk(contact)
        for key in [key for key in self.due if key[0] == "pause" and key[1][0] == fact.contact]:  # type: ignore[index]
            del self.due[key]
        self._live.discard(fact.contact)
        self._to_settle.add(fact.contact)
        for look_up in [number for number, asker in self.look_ups.items() if asker == fact.contact]:
            del self.look_ups[look_up], self.due["look-up", look_up]

    # --- What must be true between facts ---

    def _deserved(self, contact: Contact) -> tuple[Outcome, ...]:
        input = self.entry.input
        if contact.quarantined:
            return (Outcome.LOST_BY_SYSTEM, *[Outcome.ANSWERED] * contact.talking)
        if isinstance(input, f.LegEnded) and input.cause is f.LegCause.SYSTEM and input.leg == contact.leg:
            return (Outcome.LOST_BY_SYSTEM,)
        if input == f.LegFailed(contact.leg, f.FORGOTTEN) and not contact.dialling:
            return (Outcome.LOST_BY_SYSTEM,)
        if contact.dialling:
            return (Outcome.NOT_REACHED,)
        if isinstance(input, f.LegEnded) and self._is_agents(contact, input) and input.cause in _LOST:
            return ()  # the network of an agent ends no call
        if contact.talking:
            return (Outcome.ANSWERED,)
        if contact.queued or contact.sent:
            return (Outcome.ABANDONED,)
        if contact.milestones:
            return (Outcome.RESOLVED_IN_IVR,)
        return Outcome.LEFT_IN_IVR, Outcome.CLOSED

    def _somebody_ended_it(self, contact: Contact, outcome: Outcome) -> None:
        """Who abandons has gone, and a talk goes on while somebody of the others is there."""
        input = self.entry.input
        left = input.leg if isinstance(input, f.LegEnded | f.LegFailed | f.LegExpired) else None
        gone = outcome is not Outcome.ABANDONED or left == contact.leg
        self._require(gone, "I8", f"{contact.leg} abandons nothing: it is still there")
        if left is None or left == contact.leg or contact.direction is Direction.INTERNAL:
            return
        for one in contact.members if outcome is Outcome.ANSWERED else ():
            talks = self.legs[one.leg].answered and self._is_alive(one.leg)
            other = one.leg not in (contact.leg, left, *contact.watchers)
            self._require(not (talks and other), "I8", f"{contact.leg} was still with {one.leg}")

    def _is_wrapped_up(self, work: Engagement) -> None:
        """Whoever had a contact has the time of its queue to code it."""
        assert self._setup is not None
        seconds = {queue.name: queue.wrap_up_seconds for queue in self._setup.queues}
        coded = work.kind in (EngagementKind.CONTACT, EngagementKind.OUTBOUND)
        self._require(
            work.wrapping or not coded or not seconds.get(work.queue, 0),
            "I7",
            f"agent {work.agent} has no wrap-up after contact {work.contact}",
        )

    def _is_of(self, agent: int) -> None:
        input, setup = self.entry.input, self.agents[agent].setup
        own = not isinstance(input, f.WrapUpSaved) or input.actor in (setup.login, setup.station)
        self._require(own or self._broke(), "I6", f"the work of agent {agent} is coded by somebody else")

    def _is_as_chosen(self, agent: Agent, fact: f.AgentStateChanged) -> None:
        chooses = isinstance(
            self.entry.input, f.PresenceChosen | f.AgentSignedIn | f.AgentSignedOut | f.CentreApplied
        )
        passed = agent.silent == self.entry.seq
        self._require(
            not passed or fact.routing is not Routing.IDLE, "I2", f"agent {fact.agent} let an offer pass"
        )
        as_chosen = fact.presence in (agent.presence, agent.chosen)
        self._require(chooses or as_chosen, "I12", f"agent {fact.agent} did not choose to be {fact.presence}")
        if fact.routing in (Routing.IDLE, Routing.OFF_QUEUE):
            missed = agent.chosen is not None and not chooses and fact.presence is not agent.chosen
            self._require(not missed, "I12", f"agent {fact.agent} chose to be {agent.chosen}")
            agent.chosen = None

    def _is_agents(self, contact: Contact, input: f.LegEnded) -> bool:
        """An agent's leg, in a call with somebody from outside."""
        leg = self.legs[input.leg]
        return leg.agent is not None and contact.direction is not Direction.INTERNAL

    def _best_contact(self, number: int, agent: Agent) -> None:
        chosen = self.contacts[number].place()
        for other in self._live:
            contact = self.contacts[other]
            if other != number and contact.is_there() and not contact.may_ask and contact.place() < chosen:
                rank = self._rank(contact, agent)
                self._require(rank is None, "I3", f"contact {other} goes before {number}")

    def _best_agent(self, contact: Contact, number: int) -> None:
        ranked = []
        for other, agent in self.agents.items():
            rank = self._rank(contact, agent) if agent.is_ready() else None
            if rank is not None:
                ranked.append((rank, agent.idle_since, other))
        best = [one[2] for one in (ranked if contact.may_ask else sorted(ranked)[:1])]
        self._require(number in best, "I3", f"agent {number} is not first of {ranked}")

    def _rank(self, contact: Contact, agent: Agent) -> int | None:
        """How gladly this agent's phone is rung for this contact; None: the agent may not serve it."""
        assert self._setup is not None
        queue, skills = contact.queue, contact.skills
        if queue not in [known.name for known in self._setup.queues]:  # gone: the first one answers
            queue, skills = self._setup.queues[0].name, (*self._setup.queues[0].skills, *contact.speaks)
        elif contact.called_for:
            skills = next(known.skills for known in self._setup.queues if known.name == queue)
        has = {skill.skill: skill.level for skill in agent.setup.skills}
        if queue not in agent.setup.queues or any(has.get(s.skill, 0) < s.level for s in skills):
            return None
        stations = dict(self._setup.serves).get(contact.provider, (contact.provider,))
        return stations.index(agent.setup.station) if agent.setup.station in stations else None

    def _nobody_waits_in_vain(self) -> None:
        ready = [(number, agent) for number, agent in self.agents.items() if agent.is_ready()]
        for waiting in self._live if ready else ():
            contact = self.contacts[waiting]
            for number, agent in ready if contact.is_there() and not contact.may_ask else ():
                if self._rank(contact, agent) is not None:
                    raise self._violated("I11", f"contact {waiting} waits, agent {number} sits ready")
            for number, agent in ready if contact.consult is not None and not contact.quarantined else ():
                asked = Contact(contact.leg, contact.provider, set(), queue=contact.consult or "")
                asked.skills = self._needs(contact)
                if asked.queue in self._queues() and self._rank(asked, agent) is not None:
                    raise self._violated("I11", f"contact {waiting} is on hold, agent {number} sits ready")

    def _queues(self) -> list[str]:
        assert self._setup is not None
        return [queue.name for queue in self._setup.queues]

    def _needs(self, contact: Contact) -> tuple[f.SkillLevel, ...]:
        """Who has these can be asked; whether the language is needed depends on who else is there."""
        assert self._setup is not None
        skills = next((one.skills for one in self._setup.queues if one.name == contact.consult), ())
        return (*skills, f.SkillLevel(contact.language, 1)) if contact.language else skills

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
            self._waits_with_music(contact)
            self._works_on_a_leg(settled, contact)
            over = contact.outcome is not None
            self._require(
                not over or contact.offer is None, "I7", f"offer {contact.offer} outlives its contact"
            )
            first = self.legs.get(contact.leg)
            gone = first is not None and first.over and not contact.quarantined
            self._require(over or not gone, "I7", f"contact {settled} outlives its caller")
        self._to_settle.clear()

    def _legs_are_wanted(self, contact: Contact) -> None:
        """Whatever leg is neither in the talk nor rings was asked to end, and who is in a talk is not alone."""
        for name in contact.legs - self._wanted_of(contact):
            leg = self.legs[name]
            self._require(leg.over or leg.released, "I7", f"nobody wants leg {name}")
        if not contact.talking or contact.outcome is not None or contact.quarantined:
            return
        parts = {one.leg: one.part for one in contact.members if self._is_alive(one.leg)}
        caller = parts.pop(contact.leg, None)
        there = [leg for leg in parts if leg not in contact.watchers and self.legs[leg].answered]
        others = [leg for leg in there if parts[leg] is f.Part.TALKS]
        self._require(caller is not None and bool(others), "I13", f"{contact.leg} is alone in its talk")

    def _waits_with_music(self, contact: Contact) -> None:
        first = self.legs.get(contact.leg)
        there = first is not None and not first.over and not first.released and not contact.quarantined
        waits = contact.waiting or (contact.sent and not contact.talking)
        self._require(not (there and waits) or contact.hears, "I13", f"{contact.leg} waits in silence")

    def _works_on_a_leg(self, number: int, contact: Contact) -> None:
        """Who talks has a leg; whose leg is over, or shall be, wraps up or is free."""
        for work in self.engagements.values():
            idle = work.contact == number and not work.wrapping and not self._is_alive(work.leg)
            self._require(not idle or contact.quarantined, "I7", f"agent {work.agent} talks on no leg")

    def _wanted_of(self, contact: Contact) -> set[f.LegId]:
        if contact.outcome is not None:
            return set()
        rings = [self.offers[one].leg for one in (contact.offer, contact.consult_offer) if one is not None]
        works = [one.leg for one in self.engagements.values() if not one.wrapping]
        dialled = [str(key[1]) for key in self.due if key[0] == "dial"]
        members = [member.leg for member in contact.members]
        return {contact.leg, *rings, *works, *dialled, *members, *contact.watchers}

    def _is_alive(self, name: f.LegId) -> bool:
        leg = self.legs[name]
        return not leg.over and not leg.released

    def _nothing_is_overdue(self) -> None:
        limit = self.entry.at - LATE_MS
        for key, at in self.due.items():
            if at < limit:
                raise self._violated("I7", f"{key} was due {self.entry.at - at} ms ago")

    def _not_early(self, kind: str, number: int | f.LegId) -> None:
        if (kind, number) in self._again:
            return  # or at once, by the next owner
        early = self.due[kind, number] - self.entry.at
        self._require(early <= 0, "I12", f"{kind} {number} expires {early} ms early")

    def _broke(self) -> bool:
        """A rule of ours did, on this entry. That none does by itself is the witness's to say."""
        told = self.entry.decisions
        return f.Refused("our_fault") in told or any(isinstance(one, f.ContactQuarantined) for one in told)

    def _comes_again(self, entry: f.Entry) -> None:
        """A timer on which a rule broke, while what it would have ended is still there."""
        for key in _waits_of(entry.input):
            if key in self.due:
                self.due[key] = entry.at + BROKEN_TIMER_MS
                self._again.add(key)

    def _once(self, kind: str, what: object) -> None:
        self._require((kind, what) not in self._seen, "I6", f"{kind} {what} comes twice")
        self._seen.add((kind, what))

    def _require(self, holds: bool, invariant: str, what: str) -> None:
        if not holds:
            raise self._violated(invariant, what)

    def _violated(self, invariant: str, what: str) -> Violated:
        return Violated(f"{invariant}: {what}; at {self.entry}")


def _waits_of(input: f.Input) -> tuple[tuple[str, object], ...]:
    """What is due by this timer."""
    match input:
        case f.WrapUpExpired(engagement):
            return (("wrap-up", engagement),)
        case f.OfferExpired(offer):
            return (("offer", offer),)
        case f.LookUpExpired(look_up):
            return (("look-up", look_up),)
        case f.PauseExpired(contact, pause):
            return (("pause", (contact, pause)),)
        case f.DialExpired(leg):
            return (("dial", leg),)
        case f.LegExpired(leg):
            return (("leg", leg),)
        case _:
            return ()


def check_journal(entries: Iterable[f.Entry], *, everybody_gone: bool = False) -> Invariants:
    """Raises Violated at the first entry that breaks an invariant."""
    invariants = Invariants()
    for entry in entries:
        invariants.check(entry)
    if everybody_gone:
        invariants.over()
    return invariants
