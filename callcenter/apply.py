"""What a fact does to the state: the only place where state changes.

The rule: `apply` takes facts as they are and never decides. Recovery is `apply` over the journal, so nothing
here may depend on anything but the state and the fact. A change of a life's state goes through its table,
which is asked before anything is touched. Inputs that are late or doubled change nothing.
"""

from collections.abc import Callable
from typing import Any, get_args

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.lifecycles import (
    CONTACT,
    ENGAGEMENT,
    LEG,
    ROUTING,
    ContactState,
    EngagementKind,
    EngagementState,
    LegState,
    OfferKind,
    OfferState,
    Routing,
    step,
)
from callcenter.state import (
    RECENT_WAITS_MAX,
    TODO_MAX,
    Agent,
    Consult,
    Contact,
    Engagement,
    Leg,
    Live,
    Offer,
    Pause,
    Talk,
    Todo,
    tree_key,
)

INBOUND = "inbound"
COMPLETED = "completed"
"""the result of a consultation that ended in a transfer"""


def apply(live: Live, fact: f.Fact, at: int) -> None:
    """Changes the state by one fact that became so at `at`."""
    live.state.at = at
    _APPLIERS[type(fact)](live, fact, at)


def apply_entry(live: Live, entry: f.Entry) -> None:
    """Changes the state by one row of the journal; this is all that recovery does."""
    try:
        apply(live, entry.input, entry.at)
    except Exception:  # it did the same to the state when it came in, and its row says so
        if not any(isinstance(one, f.ContactQuarantined | f.Refused) for one in entry.decisions):
            raise
    for decision in entry.decisions:
        apply(live, decision, entry.at)


# --- The owner and the setup ---


def _owner_started(live: Live, fact: f.OwnerStarted, at: int) -> None:
    """Nobody owned the centre for a while: that time counts against no deadline (invariant I12).

    Whose phone can be rung is told anew by the providers: a desk that was closed meanwhile must not be offered
    anything. What agents have chosen stays."""
    state = live.state
    for agent in state.agents.values():
        agent.stations.clear()
        live.set_readiness(agent)
    for leg in state.legs.values():
        if leg.play is not None and leg.play.deadline_at is not None:
            leg.play = replace(leg.play, deadline_at=leg.play.deadline_at + fact.down_ms)
    for number, wanted in state.look_ups.items():
        state.look_ups[number] = replace(wanted, deadline_at=wanted.deadline_at + fact.down_ms)
        if leg.deadline_at is not None:
            leg.deadline_at += fact.down_ms
    for contact in state.contacts.values():
        if contact.pause is not None and contact.pause.until_at is not None:
            contact.pause = replace(contact.pause, until_at=contact.pause.until_at + fact.down_ms)
    for offer in state.offers.values():
        offer.deadline_at += fact.down_ms
    for engagement in state.engagements.values():
        if engagement.deadline_at is not None:
            engagement.deadline_at += fact.down_ms


def _centre_applied(live: Live, fact: f.CentreApplied, at: int) -> None:
    state = live.state
    state.setup, state.version = fact.setup, fact.version
    for tree in fact.setup.trees:
        state.trees[tree_key(tree.name, tree.version)] = tree
    for setup in fact.setup.agents:
        agent = state.agents.get(setup.agent)
        if agent is None:
            state.agents[setup.agent] = Agent(setup.agent, setup, since_at=at)
        else:
            agent.setup = setup
    # Who is no longer in the setup ends what is at hand and serves no queue from now on.
    for number in state.agents.keys() - {setup.agent for setup in fact.setup.agents}:
        state.agents[number].setup = replace(state.agents[number].setup, queues=())
    _drop_unused_trees(live)
    live.rebuild()


def _drop_unused_trees(live: Live) -> None:
    state = live.state
    assert state.setup is not None
    used = {tree_key(tree.name, tree.version) for tree in state.setup.trees}
    used |= {tree_key(contact.tree, contact.tree_version) for contact in state.contacts.values()}
    for key in state.trees.keys() - used:
        del state.trees[key]


# --- Legs ---


def _leg_answered(live: Live, fact: f.LegAnswered, at: int) -> None:
    leg = live.state.legs.get(fact.leg)
    if leg is not None and leg.state is LegState.RINGING:
        leg.state = LegState.UP


def _leg_interrupted(live: Live, fact: f.LegInterrupted, at: int) -> None:
    if (leg := live.state.legs.get(fact.leg)) is not None:
        leg.interrupted = True
        contact = live.state.contacts.get(leg.contact)
        if contact is not None and contact.leg == leg.leg:
            live.router.leave(leg.contact)


def _leg_restored(live: Live, fact: f.LegRestored, at: int) -> None:
    if (leg := live.state.legs.get(fact.leg)) is not None:
        leg.interrupted = False
        contact = live.state.contacts.get(leg.contact)
        if contact is None or contact.leg != leg.leg:
            return
        if contact.state is ContactState.WAITING:
            live.stand_in_line(contact)


def _leg_over(live: Live, fact: f.LegEnded | f.LegFailed | f.LegExpired, at: int) -> None:
    leg = live.state.legs.get(fact.leg)
    if leg is None or leg.state is LegState.ENDED:
        return
    if isinstance(fact, f.LegExpired) and leg.state is not LegState.ENDING:
        return
    if isinstance(fact, f.LegFailed) and leg.state is LegState.UP:
        return  # the command's answer was lost, the phone did ring: whoever talks goes on talking
    leg.state = step(LEG, leg.state, LegState.ENDED)
    lost = isinstance(fact, f.LegFailed) or (
        isinstance(fact, f.LegEnded) and fact.cause in (f.LegCause.VANISHED, f.LegCause.SYSTEM)
    )
    if lost and leg.agent is not None:
        agent = live.state.agents[leg.agent]
        agent.stations.discard(leg.provider)
        live.set_readiness(agent)
    contact = live.state.contacts[leg.contact]
    if (talk := contact.talk) is not None and talk.part_of(leg.leg) is not None:
        contact.talk = replace(talk, members=tuple(one for one in talk.members if one.leg != leg.leg))
    _forget_if_over(live, leg.contact)


def _leg_released(live: Live, fact: f.LegReleased, at: int) -> None:
    leg = live.state.legs[fact.leg]
    leg.state = step(LEG, leg.state, LegState.ENDING)
    leg.play = None


def _play_started(live: Live, fact: f.PlayStarted, at: int) -> None:
    leg = live.state.legs[fact.leg]
    leg.play, leg.plays = fact, fact.play


def _station_connected(live: Live, fact: f.StationConnected, at: int) -> None:
    if (agent := live.state.agents.get(fact.agent)) is not None:
        agent.stations.add(fact.provider)
        live.set_readiness(agent)


def _station_lost(live: Live, fact: f.StationLost, at: int) -> None:
    if (agent := live.state.agents.get(fact.agent)) is not None:
        agent.stations.discard(fact.provider)
        live.set_readiness(agent)


# --- Contact and IVR ---


def _contact_opened(live: Live, fact: f.ContactOpened, at: int) -> None:
    state = live.state
    state.counters.contact = fact.contact
    state.contacts[fact.contact] = Contact(
        contact=fact.contact,
        leg=fact.leg,
        provider=fact.provider,
        ani=fact.ani,
        dnis=fact.dnis,
        tree=fact.tree,
        tree_version=fact.tree_version,
        business_line=fact.business_line,
        arrived_at=at,
        state=ContactState.DIALLING,
        state_at=at,
        legs=[],
        direction=fact.direction,
    )
    if fact.direction != INBOUND:
        state.counters.leg += 1
    else:
        contact = state.contacts[fact.contact]
        contact.state = ContactState.IVR
        _add_leg(live, contact, Leg(fact.leg, fact.provider, fact.contact, None, LegState.UP))


def _node_entered(live: Live, fact: f.NodeEntered, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.node, contact.tries = fact.node, fact.tries


def _choice_made(live: Live, fact: f.ChoiceMade, at: int) -> None:
    live.state.contacts[fact.contact].path.append((fact.node, fact.exit))


def _milestone_reached(live: Live, fact: f.MilestoneReached, at: int) -> None:
    live.state.contacts[fact.contact].milestones.append(fact.milestone)


def _customer_identified(live: Live, fact: f.CustomerIdentified, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    if contact.customer not in (None, fact.customer):
        # Somebody else now: nothing that was proven or known of the first holds for the second.
        contact.verified = False
        contact.values.clear()
    contact.customer, contact.grade = fact.customer, fact.grade
    contact.language = fact.language or contact.language
    contact.values.update(fact.values)


def _customer_verified(live: Live, fact: f.CustomerVerified, at: int) -> None:
    live.state.contacts[fact.contact].verified = True


def _language_chosen(live: Live, fact: f.LanguageChosen, at: int) -> None:
    live.state.contacts[fact.contact].language = fact.language


def _recording_declined(live: Live, fact: f.RecordingDeclined, at: int) -> None:
    live.state.contacts[fact.contact].unrecorded = fact.reason


def _value_entered(live: Live, fact: f.ValueEntered, at: int) -> None:
    live.state.contacts[fact.contact].values[fact.name] = fact.value


def _look_up_wanted(live: Live, fact: f.LookUpWanted, at: int) -> None:
    state = live.state
    state.counters.look_up = fact.look_up
    state.look_ups[fact.look_up] = fact
    contact = state.contacts[fact.contact]
    contact.look_up = fact.look_up


def _look_up_closed(live: Live, fact: f.LookUpClosed, at: int) -> None:
    wanted = live.state.look_ups.pop(fact.look_up)
    live.state.contacts[wanted.contact].look_up = None


def _contact_quarantined(live: Live, fact: f.ContactQuarantined, at: int) -> None:
    live.state.contacts[fact.contact].quarantined = True
    live.router.leave(fact.contact)


def _contact_ended(live: Live, fact: f.ContactEnded, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    _move(contact, ContactState.ENDED, at)
    live.router.leave(contact.contact)
    _leave_talk(live, contact)
    contact.sent_by = contact.sent_to = None
    if contact.look_up is not None:
        live.state.look_ups.pop(contact.look_up, None)
        contact.look_up = None
    _forget_if_over(live, contact.contact)


# --- Queue and offers ---


def _contact_queued(live: Live, fact: f.ContactQueued, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    _wait(contact, at)
    contact.queue, contact.skills, contact.priority = fact.queue, fact.skills, fact.priority
    contact.since_at, contact.entered_at = fact.since_at, at
    _leave_talk(live, contact)
    contact.sent_by = contact.sent_to = None
    live.stand_in_line(contact)


def _contact_returned(live: Live, fact: f.ContactReturned, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    _wait(contact, at)
    contact.priority += fact.lift
    if not contact.entered_at:  # called by us, or transferred before it was in any queue
        contact.since_at = contact.entered_at = at
    _leave_talk(live, contact)
    contact.sent_by = contact.sent_to = None
    live.stand_in_line(contact)


def _contact_raised(live: Live, fact: f.ContactRaised, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.priority += fact.lift
    if contact.state is ContactState.WAITING:
        live.stand_in_line(contact)


def _contact_transferred(live: Live, fact: f.ContactTransferred, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    _wait(contact, at)
    _leave_talk(live, contact)
    contact.sent_by, contact.sent_to = fact.by, None


def _leave_talk(live: Live, contact: Contact) -> None:
    """Nobody hears the caller any more: what hung on the talk is over."""
    live.router.leave(-contact.contact)
    contact.talk = contact.held_at = contact.owner = contact.consult = contact.pause = None
    for leg in tuple(contact.watchers):
        _stop_watching(live, contact, leg)


def _offer_made(live: Live, fact: f.OfferMade, at: int) -> None:
    state = live.state
    contact, agent = state.contacts[fact.contact], state.agents[fact.agent]
    state.counters.offer = fact.offer
    state.offers[fact.offer] = Offer(
        fact.offer,
        fact.contact,
        fact.agent,
        fact.leg,
        made_at=at,
        deadline_at=fact.deadline_at,
        kind=fact.kind,
    )
    _add_agent_leg(live, contact, fact.leg, fact.agent, fact.offer)
    agent.offer = fact.offer
    if fact.kind is OfferKind.CONSULT:
        assert contact.consult is not None, "only who consults rings a colleague for advice"
        contact.consult.offer, contact.consult.leg = fact.offer, fact.leg
        live.router.leave(-fact.contact)
        return
    contact.offer = fact.offer
    if fact.kind is not OfferKind.INTERNAL:
        _move(contact, ContactState.OFFERED, at)
        live.router.leave(fact.contact)


def _offer_closed(live: Live, fact: f.OfferClosed, at: int) -> None:
    state = live.state
    # Only pending offers are in the state: a closed one that is closed again is a bug and raises here.
    offer = state.offers.pop(fact.offer)
    contact = state.contacts[offer.contact]
    state.agents[offer.agent].offer = None
    if offer.kind is OfferKind.CONSULT:
        if contact.consult is not None and contact.consult.offer == fact.offer:
            contact.consult.offer = None
            if fact.result is not OfferState.ACCEPTED:
                contact.consult.leg = None
        return
    contact.offer = None
    if offer.kind is not OfferKind.CONTACT:
        return
    if fact.result is OfferState.ACCEPTED:
        waits = state.recent_waits.setdefault(contact.queue, [])
        waits.append(at - contact.entered_at)
        del waits[:-RECENT_WAITS_MAX]
    elif fact.result in (OfferState.TIMED_OUT, OfferState.REJECTED):
        contact.refusals += 1


def _nothing(live: Live, fact: object, at: int) -> None:
    """This fact asks or reports something; the decisions on it change the state."""


# --- Talk, wrap-up and agents ---


def _engagement_opened(live: Live, fact: f.EngagementOpened, at: int) -> None:
    state = live.state
    contact, agent = state.contacts[fact.contact], state.agents[fact.agent]
    state.counters.engagement = fact.engagement
    state.engagements[fact.engagement] = Engagement(
        fact.engagement,
        fact.contact,
        fact.agent,
        fact.leg,
        fact.queue or contact.queue,
        EngagementState.TALKING,
        state_at=at,
        waited_ms=at - contact.entered_at if contact.entered_at else 0,
        kind=fact.kind,
    )
    contact.engagements.append(fact.engagement)
    agent.engagement = fact.engagement
    live.set_readiness(agent)
    if fact.kind is EngagementKind.CONSULT:
        if contact.consult is not None:
            contact.consult.engagement, contact.consult.leg = fact.engagement, fact.leg
        return
    if contact.owner is None or fact.kind is EngagementKind.CONTACT:
        contact.owner = fact.engagement
    contact.sent_by = contact.sent_to = None
    if fact.leg in contact.watchers:  # a supervisor takes over
        _stop_watching(live, contact, fact.leg)
    if fact.kind is EngagementKind.OUTBOUND:
        contact.queue = fact.queue
    if contact.state is ContactState.OFFERED:
        _move(contact, ContactState.TALKING, at)


def _engagement_promoted(live: Live, fact: f.EngagementPromoted, at: int) -> None:
    engagement = live.state.engagements[fact.engagement]
    engagement.kind = EngagementKind.CONTACT
    live.state.contacts[engagement.contact].owner = fact.engagement


def _bridged(live: Live, fact: f.Bridged, at: int) -> None:
    state = live.state
    state.counters.bridge = fact.bridge
    if fact.recording is not None:
        state.counters.recording = max(state.counters.recording, fact.recording)
    for member in fact.members:
        if (leg := state.legs.get(member.leg)) is not None:
            leg.play = None
    contact = state.contacts[fact.contact]
    contact.talk = Talk(fact.bridge, fact.members, fact.recording, fact.paused)
    held = contact.talk.part_of(contact.leg) is f.Part.HELD
    contact.held_at = (contact.held_at or at) if held else None


def _leg_rung(live: Live, fact: f.LegRung, at: int) -> None:
    _add_agent_leg(live, live.state.contacts[fact.contact], fact.leg, fact.agent, offer=0)


def _dial_started(live: Live, fact: f.DialStarted, at: int) -> None:
    state = live.state
    contact = state.contacts[fact.contact]
    leg = Leg(
        fact.leg,
        contact.provider,
        fact.contact,
        None,
        LegState.RINGING,
        number=fact.number,
        deadline_at=fact.deadline_at,
    )
    _add_leg(live, contact, leg)
    if contact.consult is not None:
        contact.consult.leg = fact.leg
    elif contact.sent_by is not None:
        contact.sent_to = fact.leg


def _contact_reached(live: Live, fact: f.ContactReached, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    _move(contact, ContactState.TALKING, at)
    contact.sent_by = None


def _consult_started(live: Live, fact: f.ConsultStarted, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.consult = Consult(fact.target, since_at=at)
    if isinstance(fact.target, f.ToQueue):
        contact.consult.requirement = live.requirement_in(fact.target.queue, contact)
        live.consult_in_line(contact)


def _consult_returned(live: Live, fact: f.ConsultReturned, at: int) -> None:
    live.consult_in_line(live.state.contacts[fact.contact])


def _consult_ended(live: Live, fact: f.ConsultEnded, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    consult, contact.consult = contact.consult, None
    live.router.leave(-fact.contact)
    if consult is not None and consult.engagement is None and fact.result == COMPLETED:
        contact.owner, contact.sent_to = (
            None,
            consult.leg,
        )  # the caller stays with the number that was dialled


def _supervisor_joined(live: Live, fact: f.SupervisorJoined, at: int) -> None:
    state = live.state
    contact, agent = state.contacts[fact.contact], state.agents[fact.agent]
    contact.watchers[fact.leg] = fact.part
    agent.watching = fact.leg
    live.set_readiness(agent)


def _supervisor_left(live: Live, fact: f.SupervisorLeft, at: int) -> None:
    _stop_watching(live, live.state.contacts[fact.contact], fact.leg)


def _stop_watching(live: Live, contact: Contact, leg: f.LegId) -> None:
    contact.watchers.pop(leg, None)
    record = live.state.legs.get(leg)
    agent = live.state.agents.get(record.agent) if record is not None and record.agent is not None else None
    if agent is not None and agent.watching == leg:
        agent.watching = None
        live.set_readiness(agent)


def _recording_paused(live: Live, fact: f.RecordingPaused, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.pauses = fact.pause
    contact.pause = Pause(fact.pause, fact.until_at, fact.reason)


def _recording_resumed(live: Live, fact: f.RecordingResumed, at: int) -> None:
    live.state.contacts[fact.contact].pause = None


def _wrap_up_started(live: Live, fact: f.WrapUpStarted, at: int) -> None:
    engagement = live.state.engagements[fact.engagement]
    engagement.state = step(ENGAGEMENT, engagement.state, EngagementState.WRAPPING)
    engagement.state_at, engagement.deadline_at = at, fact.deadline_at


def _engagement_closed(live: Live, fact: f.EngagementClosed, at: int) -> None:
    state = live.state
    engagement = state.engagements[fact.engagement]
    engagement.state = step(ENGAGEMENT, engagement.state, EngagementState.DONE)
    del state.engagements[fact.engagement]
    agent, contact = state.agents[engagement.agent], state.contacts[engagement.contact]
    agent.engagement = None
    contact.engagements.remove(fact.engagement)
    if contact.owner == fact.engagement:
        contact.owner = None
    queue = live.queues.get(engagement.queue)
    coded_here = engagement.kind in (EngagementKind.CONTACT, EngagementKind.OUTBOUND) and not fact.goes_on
    if coded_here and not fact.disposition and queue is not None and queue.dispositions:
        _remember_todo(live, engagement, contact, at)
    _forget_if_over(live, engagement.contact)


def _remember_todo(live: Live, engagement: Engagement, contact: Contact, at: int) -> None:
    live.add_todo(
        Todo(engagement.engagement, contact.contact, engagement.agent, engagement.queue, contact.customer, at)
    )
    for oldest in tuple(live.todos_of(engagement.agent))[:-TODO_MAX]:
        live.drop_todo(oldest)


def _interaction_coded(live: Live, fact: f.InteractionCoded, at: int) -> None:
    engagement = live.state.engagements.get(fact.engagement)
    if engagement is not None:
        engagement.disposition = fact.disposition
        engagement.note = fact.note
    elif fact.disposition:
        live.drop_todo(fact.engagement)


def _agent_state_changed(live: Live, fact: f.AgentStateChanged, at: int) -> None:
    agent = live.state.agents[fact.agent]
    _route(live, agent, fact.routing, at)
    agent.presence, agent.reason, agent.since_at = fact.presence, fact.reason, at
    if fact.routing in (Routing.IDLE, Routing.OFF_QUEUE):
        agent.postponed = None


def _presence_postponed(live: Live, fact: f.PresencePostponed, at: int) -> None:
    agent = live.state.agents[fact.agent]
    chosen = fact.presence, fact.reason
    agent.postponed = None if chosen == (agent.presence, agent.reason) else chosen


def _agent_reassigned(live: Live, fact: f.AgentReassigned, at: int) -> None:
    agent = live.state.agents[fact.agent]
    agent.setup = replace(agent.setup, queues=fact.queues)
    live.staff_changed()
    live.set_readiness(agent)


# --- What several facts do ---


def _add_leg(live: Live, contact: Contact, leg: Leg) -> None:
    live.state.legs[leg.leg] = leg
    contact.legs.append(leg.leg)
    # Of a call that we make, the number of the customer's leg is given when the contact is opened.
    if contact.leg != leg.leg:
        live.state.counters.leg += 1


def _add_agent_leg(live: Live, contact: Contact, leg: f.LegId, agent: int, offer: int) -> None:
    record = Leg(leg, contact.provider, contact.contact, agent, LegState.RINGING, offer=offer)
    _add_leg(live, contact, record)


def _move(contact: Contact, new: ContactState, at: int) -> None:
    contact.state = step(CONTACT, contact.state, new)
    contact.state_at = at


def _wait(contact: Contact, at: int) -> None:
    """Who is on the way to somebody waits already."""
    if contact.state is not ContactState.WAITING:
        _move(contact, ContactState.WAITING, at)


def _route(live: Live, agent: Agent, new: Routing, at: int) -> None:
    if new is agent.routing:
        return
    old, agent.routing = agent.routing, step(ROUTING, agent.routing, new)
    # An offer that the caller took away leaves the agent's idle age as it was.
    if new is Routing.IDLE and old is not Routing.OFFERED:
        agent.idle_since = at
    live.set_readiness(agent)


def _forget_if_over(live: Live, number: int) -> None:
    """A contact leaves the state once it has ended, its legs are gone and nobody works on it."""
    state = live.state
    contact = state.contacts.get(number)
    if contact is None or contact.state is not ContactState.ENDED or contact.engagements:
        return
    if all(state.legs[leg].state is LegState.ENDED for leg in contact.legs):
        for leg in contact.legs:
            del state.legs[leg]
        del state.contacts[number]


_APPLIERS: dict[type, Callable[[Live, Any, int], None]] = {
    f.OwnerStarted: _owner_started,
    f.CentreApplied: _centre_applied,
    f.CallArrived: _nothing,
    f.LegAnswered: _leg_answered,
    f.LegInterrupted: _leg_interrupted,
    f.LegRestored: _leg_restored,
    f.LegEnded: _leg_over,
    f.LegFailed: _leg_over,
    f.PlayFinished: _nothing,
    f.KeysEntered: _nothing,
    f.KeysTimedOut: _nothing,
    f.StationConnected: _station_connected,
    f.StationLost: _station_lost,
    f.RecordingClosed: _nothing,
    f.RecordingFailed: _nothing,
    f.AgentSignedIn: _nothing,
    f.AgentSignedOut: _nothing,
    f.PresenceChosen: _nothing,
    f.OfferDeclined: _nothing,
    f.HangUpAsked: _nothing,
    f.WrapUpSaved: _nothing,
    f.HoldAsked: _nothing,
    f.ResumeAsked: _nothing,
    f.TransferAsked: _nothing,
    f.ConsultAsked: _nothing,
    f.SwapAsked: _nothing,
    f.ConferenceAsked: _nothing,
    f.CompleteAsked: _nothing,
    f.TakeBackAsked: _nothing,
    f.LeaveAsked: _nothing,
    f.DialAsked: _nothing,
    f.InternalCallAsked: _nothing,
    f.RecordingPauseAsked: _nothing,
    f.RecordingResumeAsked: _nothing,
    f.MonitorAsked: _nothing,
    f.TakeOverAsked: _nothing,
    f.AgentMoved: _nothing,
    f.ContactPulled: _nothing,
    f.CustomerFound: _nothing,
    f.CustomerUnknown: _nothing,
    f.LookUpFailed: _nothing,
    f.PinChecked: _nothing,
    f.OfferExpired: _nothing,
    f.WrapUpExpired: _nothing,
    f.LookUpExpired: _nothing,
    f.PlayExpired: _nothing,
    f.DialExpired: _nothing,
    f.PauseExpired: _nothing,
    f.LegExpired: _leg_over,
    f.ContactOpened: _contact_opened,
    f.NodeEntered: _node_entered,
    f.ChoiceMade: _choice_made,
    f.MilestoneReached: _milestone_reached,
    f.CustomerIdentified: _customer_identified,
    f.CustomerVerified: _customer_verified,
    f.LanguageChosen: _language_chosen,
    f.RecordingDeclined: _recording_declined,
    f.ValueEntered: _value_entered,
    f.LookUpWanted: _look_up_wanted,
    f.LookUpClosed: _look_up_closed,
    f.PlayStarted: _play_started,
    f.ContactQuarantined: _contact_quarantined,
    f.ContactEnded: _contact_ended,
    f.ContactQueued: _contact_queued,
    f.OfferMade: _offer_made,
    f.OfferClosed: _offer_closed,
    f.ContactReturned: _contact_returned,
    f.ContactRaised: _contact_raised,
    f.ContactTransferred: _contact_transferred,
    f.AlarmRaised: _nothing,
    f.EngagementOpened: _engagement_opened,
    f.EngagementPromoted: _engagement_promoted,
    f.Bridged: _bridged,
    f.LegRung: _leg_rung,
    f.DialStarted: _dial_started,
    f.InternalCallStarted: _nothing,
    f.ContactReached: _contact_reached,
    f.ConsultStarted: _consult_started,
    f.ConsultReturned: _consult_returned,
    f.ConsultEnded: _consult_ended,
    f.SupervisorJoined: _supervisor_joined,
    f.SupervisorLeft: _supervisor_left,
    f.RecordingPaused: _recording_paused,
    f.RecordingResumed: _recording_resumed,
    f.WrapUpStarted: _wrap_up_started,
    f.EngagementClosed: _engagement_closed,
    f.InteractionCoded: _interaction_coded,
    f.AgentStateChanged: _agent_state_changed,
    f.PresencePostponed: _presence_postponed,
    f.AgentReassigned: _agent_reassigned,
    f.LegReleased: _leg_released,
    f.Refused: _nothing,
}

if missing := set(get_args(f.Fact)) - _APPLIERS.keys():
    raise AssertionError(f"apply knows nothing of {missing}")
