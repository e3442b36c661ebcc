"""What a fact does to the state: the only place where state changes.

The rule: `apply` takes facts as they are and never decides. Recovery is `apply` over the journal, so nothing
here may depend on anything but the state and the fact. A change of a life's state goes through its table,
which is asked before anything is touched. Inputs that are late or doubled change nothing.
"""

from collections.abc import Callable
from typing import Any, get_args

from callcenter import facts as f
from callcenter.apply import agents, contacts, legs, queueing, setup, talks
from callcenter.state import Live


def apply(live: Live, fact: f.Fact, at: int) -> None:
    """Changes the state by one fact that became so at `at`."""
    live.state.at = at
    _APPLIERS[type(fact)](live, fact, at)


def apply_entry(live: Live, entry: f.Entry, decisions: int | None = None) -> None:
    """Changes the state by one row of the journal; this is all that recovery does. `decisions`: by its first ones
    alone, to see a moment within it."""
    for fact in (entry.input, *entry.decisions[:decisions]):
        try:
            apply(live, fact, entry.at)
        except Exception:  # it did the same to the state when it was decided, and its row says so
            if not any(isinstance(one, f.ContactQuarantined | f.Refused) for one in entry.decisions):
                raise


def _nothing(live: Live, fact: object, at: int) -> None:
    """This fact asks or reports something; the decisions on it change the state."""


_APPLIERS: dict[type, Callable[[Live, Any, int], None]] = {
    f.OwnerStarted: setup.owner_started,
    f.CentreApplied: setup.centre_applied,
    f.NumbersReserved: setup.numbers_reserved,
    f.CallArrived: _nothing,
    f.LegAnswered: legs.leg_answered,
    f.LegInterrupted: legs.leg_interrupted,
    f.LegRestored: legs.leg_restored,
    f.LegEnded: legs.leg_over,
    f.LegFailed: legs.leg_over,
    f.PlayFinished: _nothing,
    f.KeysEntered: _nothing,
    f.KeysTimedOut: _nothing,
    f.StationConnected: legs.station_connected,
    f.StationLost: legs.station_lost,
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
    f.CustomerChosen: _nothing,
    f.DialAsked: _nothing,
    f.InternalCallAsked: _nothing,
    f.RecordingPauseAsked: _nothing,
    f.RecordingResumeAsked: _nothing,
    f.RecordingStartAsked: _nothing,
    f.RecordingRefusalAsked: _nothing,
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
    f.StepDue: _nothing,
    f.LegExpired: legs.leg_over,
    f.ContactOpened: contacts.contact_opened,
    f.NodeEntered: contacts.node_entered,
    f.ChoiceMade: contacts.choice_made,
    f.MilestoneReached: contacts.milestone_reached,
    f.CustomerIdentified: contacts.customer_identified,
    f.CustomerVerified: contacts.customer_verified,
    f.LanguageChosen: contacts.language_chosen,
    f.RecordingDeclined: contacts.recording_declined,
    f.ValueEntered: contacts.value_entered,
    f.LookUpWanted: contacts.look_up_wanted,
    f.LookUpClosed: contacts.look_up_closed,
    f.PlayStarted: legs.play_started,
    f.ContactQuarantined: contacts.contact_quarantined,
    f.ContactEnded: contacts.contact_ended,
    f.ContactQueued: queueing.contact_queued,
    f.OfferMade: queueing.offer_made,
    f.OfferClosed: queueing.offer_closed,
    f.ContactReturned: queueing.contact_returned,
    f.ContactRaised: queueing.contact_raised,
    f.ContactRelaxed: queueing.contact_relaxed,
    f.ContactTransferred: queueing.contact_transferred,
    f.AlarmRaised: _nothing,
    f.EngagementOpened: agents.engagement_opened,
    f.EngagementPromoted: agents.engagement_promoted,
    f.Bridged: talks.bridged,
    f.LegRung: legs.leg_rung,
    f.DialStarted: legs.dial_started,
    f.InternalCallStarted: _nothing,
    f.ContactReached: contacts.contact_reached,
    f.ConsultStarted: talks.consult_started,
    f.ConsultReturned: talks.consult_returned,
    f.ConsultEnded: talks.consult_ended,
    f.SupervisorJoined: talks.supervisor_joined,
    f.SupervisorLeft: talks.supervisor_left,
    f.RecordingPaused: talks.recording_paused,
    f.RecordingResumed: talks.recording_resumed,
    f.NoticeGiven: talks.notice_given,
    f.WrapUpStarted: agents.wrap_up_started,
    f.EngagementClosed: agents.engagement_closed,
    f.InteractionCoded: agents.interaction_coded,
    f.AgentStateChanged: agents.agent_state_changed,
    f.PresencePostponed: agents.presence_postponed,
    f.AgentReassigned: agents.agent_reassigned,
    f.LegReleased: legs.leg_released,
    f.Refused: _nothing,
}

if missing := set(get_args(f.Fact)) - _APPLIERS.keys():
    raise AssertionError(f"apply knows nothing of {missing}")
