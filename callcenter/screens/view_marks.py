"""Whose rows a fact may change.

The rule: a fact marks contacts and agents, never rows; what follows for the rows is one table in the feed. To
mark too many costs a comparison, to mark too few shows somebody a state that is over. What is closed has left
the state when its fact is looked at, so offers and engagements are remembered here.
"""

from collections.abc import Callable, Iterable
from typing import Any, get_args

from msgspec import Struct, field

from callcenter import facts as f
from callcenter.state import Live

TODOS_SPARE_MAX = 1_000
"""entries of interactions that fell off a full list; more than this and the index is made anew"""


class Marks(Struct):
    """Whose rows have to be looked at again."""

    contacts: set[int] = field(default_factory=set)
    agents: set[int] = field(default_factory=set)
    lists: set[int] = field(default_factory=set)
    """agents whose list of interactions to be coded may have changed"""
    everything: bool = False


class Marker:
    """Follows one centre's facts from the state `live` on; each must have been applied when it is marked."""

    def __init__(self, live: Live) -> None:
        state = live.state
        self.offers = {o.offer: (o.contact, o.agent) for o in state.offers.values()}
        self.engagements = {e.engagement: (e.contact, e.agent) for e in state.engagements.values()}
        self.todos = {todo.engagement: todo.agent for todo in state.todos.values()}
        # What was put off for a contact that is offered back may come to the list again.
        put_off = (contact.put_off for contact in state.contacts.values() if contact.put_off is not None)
        self.todos |= {todo.engagement: todo.agent for todo in put_off}

    def mark(self, live: Live, facts: Iterable[f.Fact]) -> Marks:
        marks = Marks()
        for fact in facts:
            rule = _RULES.get(type(fact))
            if rule is not None:
                rule(self, live, fact, marks)
        return marks


def _everything(marker: Marker, live: Live, fact: f.Fact, marks: Marks) -> None:
    marks.everything = True


def _contact(marker: Marker, live: Live, fact: Any, marks: Marks) -> None:
    marks.contacts.add(fact.contact)


def _agent(marker: Marker, live: Live, fact: Any, marks: Marks) -> None:
    marks.agents.add(fact.agent)


def _leg(marker: Marker, live: Live, fact: Any, marks: Marks) -> None:
    if (leg := live.state.legs.get(fact.leg)) is not None:
        marks.contacts.add(leg.contact)


def _offer_made(marker: Marker, live: Live, fact: f.OfferMade, marks: Marks) -> None:
    marker.offers[fact.offer] = fact.contact, fact.agent
    _both(fact.contact, fact.agent, marks)


def _offer_closed(marker: Marker, live: Live, fact: f.OfferClosed, marks: Marks) -> None:
    if (offer := marker.offers.pop(fact.offer, None)) is not None:
        _both(*offer, marks)
        marks.lists.add(offer[1])  # what was let pass a second time is to be coded


def _engagement_opened(marker: Marker, live: Live, fact: f.EngagementOpened, marks: Marks) -> None:
    marker.engagements[fact.engagement] = fact.contact, fact.agent
    _both(fact.contact, fact.agent, marks)


def _working(marker: Marker, live: Live, fact: Any, marks: Marks) -> None:
    if (engagement := marker.engagements.get(fact.engagement)) is not None:
        _both(*engagement, marks)


def _engagement_closed(marker: Marker, live: Live, fact: f.EngagementClosed, marks: Marks) -> None:
    engagement = marker.engagements.pop(fact.engagement, None)
    if engagement is None:
        return
    _both(*engagement, marks)
    if not fact.disposition:
        agent = marker.todos[fact.engagement] = engagement[1]
        marks.lists.add(agent)
        if len(marker.todos) > len(live.state.todos) + TODOS_SPARE_MAX:
            marker.todos = {todo.engagement: todo.agent for todo in live.state.todos.values()}


def _interaction_coded(marker: Marker, live: Live, fact: f.InteractionCoded, marks: Marks) -> None:
    if (engagement := marker.engagements.get(fact.engagement)) is not None:
        _both(*engagement, marks)
    elif (agent := marker.todos.get(fact.engagement)) is not None:
        marks.lists.add(agent)
        if fact.disposition:
            del marker.todos[fact.engagement]


def _both_named(marker: Marker, live: Live, fact: Any, marks: Marks) -> None:
    _both(fact.contact, fact.agent, marks)


def _both(contact: int, agent: int, marks: Marks) -> None:
    marks.contacts.add(contact)
    marks.agents.add(agent)


_RULES: dict[type, Callable[[Marker, Live, Any, Marks], None]] = {
    f.OwnerStarted: _everything,  # every open deadline moved
    f.CentreApplied: _everything,
    f.LegAnswered: _leg,
    f.LegInterrupted: _leg,
    f.LegRestored: _leg,
    f.LegEnded: _leg,
    f.LegFailed: _leg,
    f.LegExpired: _leg,
    f.StationConnected: _agent,
    f.StationLost: _agent,
    f.ChoiceMade: _contact,
    f.MilestoneReached: _contact,
    f.CustomerIdentified: _contact,
    f.CustomerVerified: _contact,
    f.ValueEntered: _contact,
    f.LanguageChosen: _contact,
    f.RecordingDeclined: _contact,
    f.ContactQueued: _contact,
    f.ContactReturned: _contact,
    f.ContactRaised: _contact,
    f.ContactRelaxed: _contact,
    f.ContactTransferred: _contact,
    f.ContactQuarantined: _contact,
    f.ContactEnded: _contact,
    f.OfferMade: _offer_made,
    f.OfferClosed: _offer_closed,
    f.EngagementOpened: _engagement_opened,
    f.Bridged: _contact,
    f.LegReleased: _leg,
    f.DialStarted: _contact,
    f.ContactReached: _contact,
    f.ConsultStarted: _contact,
    f.ConsultReturned: _contact,
    f.ConsultEnded: _contact,
    f.SupervisorJoined: _both_named,
    f.SupervisorLeft: _both_named,
    f.RecordingPaused: _contact,
    f.RecordingResumed: _contact,
    f.NoticeGiven: _contact,
    f.WrapUpStarted: _working,
    f.EngagementPromoted: _working,
    f.EngagementClosed: _engagement_closed,
    f.InteractionCoded: _interaction_coded,
    f.AgentStateChanged: _agent,
    f.PresencePostponed: _agent,
    f.AgentReassigned: _agent,
}

UNSEEN = frozenset(get_args(f.Fact)) - _RULES.keys()
"""facts that no row shows; a new kind lands here until somebody decides (a test names them all)"""
