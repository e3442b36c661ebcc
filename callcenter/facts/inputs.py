"""What comes in: from the owner, providers, people, look-ups and timers."""

from msgspec import Struct

from callcenter.facts.setup import CentreSetup
from callcenter.facts.words import LegCause, LegId, Part, PinResult, Ref, Target
from callcenter.lifecycles import Presence

# --- From the owner itself ---


class OwnerStarted(Struct, frozen=True, tag="owner-started.1"):
    """A process took the centre over. `down_ms`: how long nobody owned it; open deadlines move by as much."""

    down_ms: int


class CentreApplied(Struct, frozen=True, tag="centre-applied.1"):
    version: int
    setup: CentreSetup
    actor: str


class NumbersReserved(Struct, frozen=True, tag="numbers-reserved.1"):
    """Numbers up to these are taken by a history that was imported: of its contacts the journal tells nothing."""

    contact: int
    offer: int
    engagement: int
    recording: int


# --- From providers ---


class CallArrived(Struct, frozen=True, tag="call-arrived.1"):
    leg: LegId
    provider: str
    ani: Ref | None
    """None: withheld"""
    dnis: str


class LegAnswered(Struct, frozen=True, tag="leg-answered.1"):
    """A phone that we rang or dialled was answered. For an open offer this *is* the acceptance."""

    leg: LegId


class LegInterrupted(Struct, frozen=True, tag="leg-interrupted.1"):
    """The network of this end is gone; the provider waits for it to come back."""

    leg: LegId


class LegRestored(Struct, frozen=True, tag="leg-restored.1"):
    leg: LegId


class LegEnded(Struct, frozen=True, tag="leg-ended.1"):
    leg: LegId
    cause: LegCause


class LegFailed(Struct, frozen=True, tag="leg-failed.1"):
    """A phone could not be rung, or a dialled number was not reached. Whoever says so has no such leg, unless the
    reason is `IN_DOUBT`."""

    leg: LegId
    reason: str
    """of a dialled number: busy, no_answer, unreachable; `FORGOTTEN`: it is over, whatever it did before"""


class PlayFinished(Struct, frozen=True, tag="play-finished.1"):
    """All prompts of a play were heard and no keys were wanted."""

    leg: LegId
    play: int


class KeysEntered(Struct, frozen=True, tag="keys-entered.1"):
    """The caller keyed something. Which field is filled follows from the kind that the play asked for."""

    leg: LegId
    play: int
    choice: str = ""
    value: Ref | None = None
    secret: str | None = None
    """a token: the digits themselves are in memory only"""


class KeysTimedOut(Struct, frozen=True, tag="keys-timed-out.1"):
    """Nothing was keyed within the time that the play allowed."""

    leg: LegId
    play: int


class StationConnected(Struct, frozen=True, tag="station-connected.1"):
    """An agent's phone can be rung from now on."""

    agent: int
    provider: str


class StationLost(Struct, frozen=True, tag="station-lost.1"):
    agent: int
    provider: str


class RecordingClosed(Struct, frozen=True, tag="recording-closed.1"):
    recording: int
    length_ms: int
    gaps: tuple[tuple[int, int], ...]
    """(from, to) in milliseconds since the start of the recording where nothing could be recorded"""


class RecordingFailed(Struct, frozen=True, tag="recording-failed.1"):
    recording: int
    reason: str


# --- From people. `actor` is the login of who did it ---


class AgentSignedIn(Struct, frozen=True, tag="agent-signed-in.1"):
    agent: int
    actor: str


class AgentSignedOut(Struct, frozen=True, tag="agent-signed-out.1"):
    agent: int
    actor: str


class PresenceChosen(Struct, frozen=True, tag="presence-chosen.1"):
    """Ready, or away with a reason. During an offer or a contact it applies afterwards."""

    agent: int
    presence: Presence
    reason: str
    actor: str


class OfferDeclined(Struct, frozen=True, tag="offer-declined.1"):
    offer: int
    actor: str


class HangUpAsked(Struct, frozen=True, tag="hang-up-asked.1"):
    """An agent ends the contact from the desk."""

    contact: int
    actor: str


class HoldAsked(Struct, frozen=True, tag="hold-asked.1"):
    contact: int
    actor: str


class ResumeAsked(Struct, frozen=True, tag="resume-asked.1"):
    contact: int
    actor: str


class TransferAsked(Struct, frozen=True, tag="transfer-asked.1"):
    """Blind: the agent lets go at once."""

    contact: int
    target: Target
    actor: str


class ConsultAsked(Struct, frozen=True, tag="consult-asked.1"):
    """The first half of a warm transfer, or just advice."""

    contact: int
    target: Target
    actor: str


class SwapAsked(Struct, frozen=True, tag="swap-asked.1"):
    """Talk to the other one: caller and consulted change between hold and talk."""

    contact: int
    actor: str


class ConferenceAsked(Struct, frozen=True, tag="conference-asked.1"):
    """Everybody together."""

    contact: int
    actor: str


class CompleteAsked(Struct, frozen=True, tag="complete-asked.1"):
    """The warm transfer is done: the caller stays with the one who was consulted."""

    contact: int
    actor: str


class TakeBackAsked(Struct, frozen=True, tag="take-back-asked.1"):
    """The consultation is over: the agent has the caller again."""

    contact: int
    actor: str


class LeaveAsked(Struct, frozen=True, tag="leave-asked.1"):
    """Whoever is one of several goes; the others stay together."""

    contact: int
    actor: str


class DialAsked(Struct, frozen=True, tag="dial-asked.1"):
    """An agent calls a number on behalf of a queue."""

    agent: int
    number: Ref
    customer: int | None
    queue: str
    actor: str


class CustomerChosen(Struct, frozen=True, tag="customer-chosen.1"):
    """The agent says who it is: one of several with that number, or whoever said so."""

    contact: int
    customer: int
    actor: str


class InternalCallAsked(Struct, frozen=True, tag="internal-call-asked.1"):
    agent: int
    to: int
    actor: str


class RecordingPauseAsked(Struct, frozen=True, tag="recording-pause-asked.1"):
    contact: int
    actor: str


class RecordingResumeAsked(Struct, frozen=True, tag="recording-resume-asked.1"):
    contact: int
    actor: str


class RecordingStartAsked(Struct, frozen=True, tag="recording-start-asked.1"):
    """The agent has told the one whom we called that the talk is recorded."""

    contact: int
    actor: str


class RecordingRefusalAsked(Struct, frozen=True, tag="recording-refusal-asked.1"):
    """The customer told the agent not to record."""

    contact: int
    actor: str


class MonitorAsked(Struct, frozen=True, tag="monitor-asked.1"):
    """A supervisor (an agent by number) listens, coaches or talks; asked again in another part, changes it."""

    contact: int
    agent: int
    part: Part
    actor: str


class TakeOverAsked(Struct, frozen=True, tag="take-over-asked.1"):
    """A supervisor who is in the talk has it from now on; the agent is released into wrap-up."""

    contact: int
    agent: int
    actor: str


class AgentMoved(Struct, frozen=True, tag="agent-moved.1"):
    """A supervisor gives an agent other queues, until the next setup is applied."""

    agent: int
    queues: tuple[str, ...]
    actor: str


class ContactPulled(Struct, frozen=True, tag="contact-pulled.1"):
    """A supervisor pulls a waiting contact to the front."""

    contact: int
    actor: str


class WrapUpSaved(Struct, frozen=True, tag="wrap-up-saved.1"):
    """Disposition and note. With `done` the wrap-up ends; without, it goes on. An engagement that was closed
    *not coded* is coded afterwards by the same input."""

    engagement: int
    disposition: str
    note: Ref | None
    done: bool
    actor: str


# --- Results of what we asked for; a late one is ignored ---


class CustomerFound(Struct, frozen=True, tag="customer-found.1"):
    look_up: int
    customer: int
    grade: str
    language: str
    values: tuple[tuple[str, Ref], ...] = ()
    """(name, reference) of what the IVR may read out, e.g. balance"""


class CustomerUnknown(Struct, frozen=True, tag="customer-unknown.1"):
    """Nobody has this number; `matches` > 1 when several have it."""

    look_up: int
    matches: int = 0


class LookUpFailed(Struct, frozen=True, tag="look-up-failed.1"):
    look_up: int
    reason: str


class PinChecked(Struct, frozen=True, tag="pin-checked.1"):
    look_up: int
    result: PinResult


# --- Timers. They are not cancelled, they go stale ---


class OfferExpired(Struct, frozen=True, tag="offer-expired.1"):
    offer: int


class WrapUpExpired(Struct, frozen=True, tag="wrap-up-expired.1"):
    engagement: int


class LookUpExpired(Struct, frozen=True, tag="look-up-expired.1"):
    look_up: int


class PlayExpired(Struct, frozen=True, tag="play-expired.1"):
    """The backstop for a provider that says neither that a play finished nor that keys came."""

    leg: LegId
    play: int


class DialExpired(Struct, frozen=True, tag="dial-expired.1"):
    """A dialled number, or a phone that should have answered by itself, has rung for long enough."""

    leg: LegId


class PauseExpired(Struct, frozen=True, tag="pause-expired.1"):
    """The recording goes on by itself."""

    contact: int
    pause: int


class StepDue(Struct, frozen=True, tag="step-due.1"):
    """Who waits has waited long enough for this step of relaxation. `wait`: which one of this contact's."""

    contact: int
    wait: int
    step: int


class LegExpired(Struct, frozen=True, tag="leg-expired.1"):
    """The backstop for a leg whose end we asked for and never heard of."""

    leg: LegId


Provided = (
    CallArrived
    | LegAnswered
    | LegInterrupted
    | LegRestored
    | LegEnded
    | LegFailed
    | PlayFinished
    | KeysEntered
    | KeysTimedOut
    | StationConnected
    | StationLost
    | RecordingClosed
    | RecordingFailed
)
"""What a provider may report."""

Asked = (
    AgentSignedIn
    | AgentSignedOut
    | PresenceChosen
    | OfferDeclined
    | HangUpAsked
    | HoldAsked
    | ResumeAsked
    | TransferAsked
    | ConsultAsked
    | SwapAsked
    | ConferenceAsked
    | CompleteAsked
    | TakeBackAsked
    | LeaveAsked
    | CustomerChosen
    | DialAsked
    | InternalCallAsked
    | RecordingPauseAsked
    | RecordingResumeAsked
    | RecordingStartAsked
    | RecordingRefusalAsked
    | MonitorAsked
    | TakeOverAsked
    | AgentMoved
    | ContactPulled
    | WrapUpSaved
)
"""What a person may ask for from a screen."""

Answered = CustomerFound | CustomerUnknown | LookUpFailed | PinChecked
Timer = (
    OfferExpired
    | WrapUpExpired
    | LookUpExpired
    | PlayExpired
    | DialExpired
    | PauseExpired
    | StepDue
    | LegExpired
)
Input = OwnerStarted | CentreApplied | NumbersReserved | Provided | Asked | Answered | Timer
