"""The core: what follows from an input, and nothing of how it gets in or out.

The rule: a fact is applied, then decided upon, and so is each decision in its turn, until nothing follows. That
chain, from one input, is one row of the journal (`settle`). `decide` only reads; `apply` alone changes state.
What raises quarantines the contact it was about and no other; an agent with whom it raises again gets no offer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from callcenter import facts as f
from callcenter.apply import apply
from callcenter.decisions import (
    calling,
    consults,
    desks,
    holds,
    look_ups,
    offers,
    recordings,
    relaxation,
    replies,
    self_service,
    supervision,
    talks,
    transfers,
)
from callcenter.decisions.controlling import Refusal
from callcenter.lifecycles import Routing
from callcenter.state import Live

OUR_FAULT = "our_fault"
"""why something was refused, or an agent is offered nothing: a text key"""
CHAIN_MAX = 10_000
"""decisions that may follow from one input; more is a loop of ours"""


class EndlessChain(Exception):
    """One input led to CHAIN_MAX decisions. Always a bug of ours."""


Rules = Callable[[Live, f.Fact, int], list[f.Decision]]
"""what follows from a fact that the state already holds, at this moment; reads only"""


class Settled(Struct, frozen=True):
    """All that followed from one input. `faults`: what rules of ours raised, for the log."""

    decisions: tuple[f.Decision, ...]
    faults: tuple[Exception, ...] = ()


def decide(live: Live, fact: f.Fact, at: int) -> list[f.Decision]:
    """What follows from a fact that the state already holds. Reads only."""
    rule = _RULES.get(type(fact))
    if rule is None:
        return []
    try:
        return rule(live, fact, at)
    except Refusal as refusal:
        return [f.Refused(refusal.reason)]


def settle(live: Live, input: f.Input, at: int, rules: Rules = decide) -> Settled:
    """Applies an input and all that follows from it by these rules. The state is sound afterwards whatever
    happened; who asked for what a fault of ours prevented is refused."""
    chain = _Chain(live, input, at, rules)
    try:
        chain.go()
    except Exception as fault:  # it broke a way in, and nothing of it can be relied upon
        chain.broke(fault)
    return Settled(tuple(chain.out), tuple(chain.faults))


def contact_of(live: Live, fact: f.Fact) -> int | None:
    """The contact that a fact is about, if it is about one."""
    state = live.state
    if (number := getattr(fact, "contact", None)) is not None:
        return int(number)
    if (leg := state.legs.get(getattr(fact, "leg", ""))) is not None:
        return leg.contact
    if (look_up := state.look_ups.get(getattr(fact, "look_up", 0))) is not None:
        return look_up.contact
    if (offer := state.offers.get(getattr(fact, "offer", 0))) is not None:
        return offer.contact
    if (engagement := state.engagements.get(getattr(fact, "engagement", 0))) is not None:
        return engagement.contact
    return None


class _Chain:
    """What follows from one input. `out` is in the order in which it was applied."""

    def __init__(self, live: Live, input: f.Input, at: int, rules: Rules) -> None:
        self.out: list[f.Decision] = []
        self.faults: list[Exception] = []
        """whatever rules of ours raised"""
        self._live = live
        self._input = input
        self._at = at
        self._rules = rules
        self._contact = contact_of(live, input)
        self._quarantined: set[int] = set()
        self._tried: f.Fact | None = None
        """an agent was made ready by it, and it broke with whoever was first in line"""

    def go(self) -> None:
        apply(self._live, self._input, self._at)
        self._follow(self._input)

    def broke(self, fault: Exception, fact: f.Fact | None = None) -> int | None:
        """A fault costs the contact that it was about, which is returned, or nothing but this input; in any case it
        is told that something broke."""
        self.faults.append(fault)
        live = self._live
        number = contact_of(live, fact) if fact is not None else None
        number = number or self._contact
        if number is None and self.out:
            number = contact_of(live, self.out[-1])
        cost = None
        if number is not None and number in live.state.contacts:
            cost = self._quarantine(number, fault)
        if cost is None or hasattr(self._input, "actor"):
            self._refuse()
        return cost

    def _follow(self, first: f.Fact) -> None:
        """What follows from one fact is applied whole before any of it is decided upon: so a rule that looks at its
        first fact already sees the last one done."""
        live, at, out = self._live, self._at, self.out
        pending: list[f.Fact] = [first]
        while pending:
            fact = pending.pop()
            done: list[f.Fact] = []
            try:
                for decision in self._rules(live, fact, at):
                    # First into the row: what breaks half applied, recovery has to apply by half as well.
                    out.append(decision)
                    apply(live, decision, at)
                    done.append(decision)
            except Exception as fault:  # any bug of ours: it must cost one contact, not the centre
                pending = self._go_on(fault, fact, [*pending, *reversed(done)])
                continue
            if len(out) > CHAIN_MAX:
                raise EndlessChain(f"{CHAIN_MAX} decisions follow from one input, the last one {out[-1]!r}")
            pending.extend(reversed(done))

    def _go_on(self, fault: Exception, fact: f.Fact, pending: list[f.Fact]) -> list[f.Fact]:
        """What still has to be decided: of the others all."""
        live = self._live
        met = _would_meet(live, fact)
        if met is None:
            cost = self.broke(fault, fact)
            return [other for other in pending if cost is None or contact_of(live, other) != cost]
        self.faults.append(fault)
        if fact is self._tried or self._quarantine(met, fault) is None:
            self._set_aside(getattr(fact, "agent", 0))
            return pending
        self._tried = fact  # the agent is as free as before, and others stand behind that contact
        return [*(other for other in pending if contact_of(live, other) != met), fact]

    def _set_aside(self, number: int) -> None:
        """Where it breaks with another contact as well it is the agent whom our fault is about: nobody else in line
        shall pay for it."""
        self._refuse()
        agent = self._live.state.agents[number]
        aside = f.AgentStateChanged(number, agent.presence, OUR_FAULT, Routing.NOT_RESPONDING)
        self.out.append(aside)
        with self._spared():
            apply(self._live, aside, self._at)

    def _quarantine(self, number: int, fault: Exception) -> int | None:
        """None: it was before in this chain. One that was by an earlier input is so again: what broke now may have
        been what would end it."""
        if number in self._quarantined:
            return None
        self._quarantined.add(number)
        quarantined = f.ContactQuarantined(number, type(fault).__name__)
        self.out.append(quarantined)
        # Should its data break the way out as well, it stays flagged, and the ends of its legs still count.
        with self._spared():
            apply(self._live, quarantined, self._at)
            self._follow(quarantined)
        return number

    @contextmanager
    def _spared(self) -> Iterator[None]:
        """On the way out nothing else may break for it."""
        try:
            yield
        except Exception as fault:
            self.faults.append(fault)

    def _refuse(self) -> None:
        if not any(isinstance(one, f.Refused) for one in self.out):
            self.out.append(f.Refused(OUR_FAULT))


def _would_meet(live: Live, fact: f.Fact) -> int | None:
    """The contact that is first in line for the agent whom a fact has made ready."""
    changes = f.AgentStateChanged | f.StationConnected | f.AgentReassigned
    if not isinstance(fact, changes) or not live.router.is_ready(fact.agent):
        return None
    place = live.router.contact_for(fact.agent, live.state.at)
    return None if place is None else abs(place)


def _centre_applied(live: Live, fact: f.CentreApplied, at: int) -> list[f.Decision]:
    made = desks.on_centre_applied(live, fact, at) + offers.on_centre_applied(live, fact, at)
    return made + relaxation.on_centre_applied(live, fact, at)


def _waits(live: Live, fact: f.ContactQueued | f.ContactReturned, at: int) -> list[f.Decision]:
    if isinstance(fact, f.ContactQueued):
        music = self_service.on_contact_queued(live, fact, at)
    else:
        music = self_service.on_contact_returned(live, fact, at)
    made = offers.on_contact_waits(live, fact.contact, at)
    late = relaxation.on_contact_returned(live, fact, at) if isinstance(fact, f.ContactReturned) else []
    return music + made + late


def _on_its_way(live: Live, fact: f.ContactTransferred, at: int) -> list[f.Decision]:
    """Music, unless a queue has its own word on it."""
    return [] if isinstance(fact.target, f.ToQueue) else self_service.on_contact_returned(live, fact, at)


def _agent_may_be_ready(
    live: Live, fact: f.AgentStateChanged | f.StationConnected | f.AgentReassigned, at: int
) -> list[f.Decision]:
    return offers.on_agent_may_be_ready(live, fact.agent, at)


def _looked_up(
    live: Live, fact: f.CustomerFound | f.CustomerUnknown | f.LookUpFailed | f.LookUpExpired, at: int
) -> list[f.Decision]:
    """A tree waits for it, or a desk."""
    match fact:
        case f.CustomerFound():
            walked = self_service.on_customer_found(live, fact, at)
        case f.CustomerUnknown():
            walked = self_service.on_customer_unknown(live, fact, at)
        case _:
            walked = self_service.on_look_up_broke(live, fact, at)
    return walked or look_ups.on_agents_look_up_over(live, fact, at)


def _leg_restored(live: Live, fact: f.LegRestored, at: int) -> list[f.Decision]:
    leg = live.state.legs.get(fact.leg)
    contact = live.state.contacts.get(leg.contact) if leg is not None else None
    if leg is None or contact is None or contact.leg != leg.leg:
        return []
    return offers.on_contact_waits(live, leg.contact, at)


_RULES: dict[type, Callable[[Live, Any, int], list[f.Decision]]] = {
    f.CentreApplied: _centre_applied,
    f.CallArrived: self_service.on_call_arrived,
    f.ContactOpened: self_service.on_contact_opened,
    f.PlayFinished: self_service.on_play_over,
    f.KeysEntered: self_service.on_play_over,
    f.KeysTimedOut: self_service.on_play_over,
    f.PlayExpired: self_service.on_play_over,
    f.CustomerFound: _looked_up,
    f.CustomerUnknown: _looked_up,
    f.LookUpFailed: _looked_up,
    f.LookUpExpired: _looked_up,
    f.PinChecked: self_service.on_pin_checked,
    f.ContactQueued: _waits,
    f.ContactReturned: _waits,
    f.ContactTransferred: _on_its_way,
    f.StepDue: relaxation.on_step_due,
    f.ContactRelaxed: relaxation.on_relaxed,
    f.AgentStateChanged: _agent_may_be_ready,
    f.AgentReassigned: _agent_may_be_ready,
    f.StationConnected: _agent_may_be_ready,
    f.LegAnswered: replies.on_leg_answered,
    f.LegRestored: _leg_restored,
    f.LegFailed: talks.on_leg_failed,
    f.LegEnded: talks.on_leg_ended,
    f.OfferExpired: replies.on_offer_expired,
    f.OfferDeclined: replies.on_offer_declined,
    f.HangUpAsked: talks.on_hang_up_asked,
    f.LeaveAsked: talks.on_leave_asked,
    f.HoldAsked: holds.on_hold_asked,
    f.ResumeAsked: holds.on_resume_asked,
    f.RecordingPauseAsked: recordings.on_pause_asked,
    f.RecordingResumeAsked: recordings.on_resume_asked,
    f.PauseExpired: recordings.on_pause_expired,
    f.RecordingStartAsked: recordings.on_start_asked,
    f.NoticeGiven: recordings.on_notice_given,
    f.RecordingRefusalAsked: recordings.on_refusal_asked,
    f.RecordingDeclined: recordings.on_declined,
    f.TransferAsked: transfers.on_transfer_asked,
    f.ConsultAsked: consults.on_consult_asked,
    f.ConsultStarted: consults.on_consult_waits,
    f.ConsultReturned: consults.on_consult_waits,
    f.SwapAsked: consults.on_swap_asked,
    f.ConferenceAsked: consults.on_conference_asked,
    f.CompleteAsked: consults.on_complete_asked,
    f.TakeBackAsked: consults.on_take_back_asked,
    f.CustomerChosen: look_ups.on_customer_chosen,
    f.DialAsked: calling.on_dial_asked,
    f.InternalCallAsked: calling.on_internal_call_asked,
    f.InternalCallStarted: calling.on_internal_call_started,
    f.DialExpired: calling.on_dial_expired,
    f.MonitorAsked: supervision.on_monitor_asked,
    f.TakeOverAsked: supervision.on_take_over_asked,
    f.AgentMoved: supervision.on_agent_moved,
    f.ContactPulled: supervision.on_contact_pulled,
    f.ContactQuarantined: talks.on_quarantined,
    f.AgentSignedIn: desks.on_signed_in,
    f.AgentSignedOut: desks.on_signed_out,
    f.PresenceChosen: desks.on_presence_chosen,
    f.WrapUpSaved: desks.on_wrap_up_saved,
    f.WrapUpExpired: desks.on_wrap_up_expired,
}

DECIDED_UPON = frozenset(_RULES)
"""facts from which something may follow"""
