"""What a screen asks: each by its word in `do`. `id` is chosen by the screen and comes back in the Reply."""

from typing import Annotated

from msgspec import Meta, Struct

AskId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
"""Unique for this person for ever: the same ask, sent again after a reconnection, has one effect."""
Number = Annotated[int, Meta(ge=0, le=2**53)]
Code = Annotated[str, Meta(max_length=100)]
Note = Annotated[str, Meta(max_length=10_000)]


class Subscribe(Struct, frozen=True, tag="subscribe", tag_field="do"):
    id: AskId
    topics: Annotated[tuple[Code, ...], Meta(max_length=8)]
    """also asks for a fresh snapshot of a topic that it already has"""


class Unsubscribe(Struct, frozen=True, tag="unsubscribe", tag_field="do"):
    """These topics are not shown any more. The screen forgets their rows; to see them again it subscribes."""

    id: AskId
    topics: Annotated[tuple[Code, ...], Meta(max_length=8)]


class Ready(Struct, frozen=True, tag="ready", tag_field="do"):
    id: AskId


class Away(Struct, frozen=True, tag="away", tag_field="do"):
    id: AskId
    reason: Code


class SignOff(Struct, frozen=True, tag="sign-off", tag_field="do"):
    """Off queue for the day; signing out of the page is an HTTP request."""

    id: AskId


class Decline(Struct, frozen=True, tag="decline", tag_field="do"):
    id: AskId
    offer: Number


class EndContact(Struct, frozen=True, tag="end-contact", tag_field="do"):
    id: AskId
    contact: Number


class Hold(Struct, frozen=True, tag="hold", tag_field="do"):
    id: AskId
    contact: Number


class Resume(Struct, frozen=True, tag="resume", tag_field="do"):
    id: AskId
    contact: Number


class Target(Struct, frozen=True):
    """Exactly one of them is given."""

    agent: Number | None = None
    queue: Code = ""
    number: Code = ""
    """in any usual form"""


class Transfer(Struct, frozen=True, tag="transfer", tag_field="do"):
    """Blind."""

    id: AskId
    contact: Number
    to: Target


class Consult(Struct, frozen=True, tag="consult", tag_field="do"):
    id: AskId
    contact: Number
    to: Target


class Swap(Struct, frozen=True, tag="swap", tag_field="do"):
    id: AskId
    contact: Number


class Conference(Struct, frozen=True, tag="conference", tag_field="do"):
    id: AskId
    contact: Number


class Complete(Struct, frozen=True, tag="complete", tag_field="do"):
    """The caller stays with the one who was consulted."""

    id: AskId
    contact: Number


class TakeBack(Struct, frozen=True, tag="take-back", tag_field="do"):
    id: AskId
    contact: Number


class Leave(Struct, frozen=True, tag="leave", tag_field="do"):
    """A consultation, a conference, or a talk that is listened to."""

    id: AskId
    contact: Number


class Dial(Struct, frozen=True, tag="dial", tag_field="do"):
    id: AskId
    number: Code
    customer: Number | None = None
    queue: Code = ""
    """on whose behalf; "": the first queue of this agent"""


class Identify(Struct, frozen=True, tag="identify", tag_field="do"):
    """Who it is."""

    id: AskId
    contact: Number
    customer: Number


class CallAgent(Struct, frozen=True, tag="call-agent", tag_field="do"):
    id: AskId
    agent: Number


class PauseRecording(Struct, frozen=True, tag="pause-recording", tag_field="do"):
    id: AskId
    contact: Number


class ResumeRecording(Struct, frozen=True, tag="resume-recording", tag_field="do"):
    id: AskId
    contact: Number


class StartRecording(Struct, frozen=True, tag="start-recording", tag_field="do"):
    """Whom we called has been told."""

    id: AskId
    contact: Number


class RefuseRecording(Struct, frozen=True, tag="refuse-recording", tag_field="do"):
    """The customer does not want it."""

    id: AskId
    contact: Number


class Monitor(Struct, frozen=True, tag="monitor", tag_field="do"):
    """A supervisor listens silently, or goes back to it."""

    id: AskId
    contact: Number


class Coach(Struct, frozen=True, tag="coach", tag_field="do"):
    """Whisper: only the agent hears it."""

    id: AskId
    contact: Number


class Barge(Struct, frozen=True, tag="barge", tag_field="do"):
    """Everybody hears the supervisor."""

    id: AskId
    contact: Number


class TakeOver(Struct, frozen=True, tag="take-over", tag_field="do"):
    id: AskId
    contact: Number


class ForceState(Struct, frozen=True, tag="force-state", tag_field="do"):
    """`reason` "": ready; else away for it. In the middle of a contact it applies afterwards."""

    id: AskId
    agent: Number
    reason: Code


class ForceSignOut(Struct, frozen=True, tag="force-sign-out", tag_field="do"):
    """Off queue after what is at hand; the person's sessions end at once."""

    id: AskId
    agent: Number


class MoveAgent(Struct, frozen=True, tag="move-agent", tag_field="do"):
    """Serves these queues from now on."""

    id: AskId
    agent: Number
    queues: Annotated[tuple[Code, ...], Meta(max_length=100)]


class PullForward(Struct, frozen=True, tag="pull-forward", tag_field="do"):
    """A waiting contact goes to the front."""

    id: AskId
    contact: Number


class SaveWrapUp(Struct, frozen=True, tag="save", tag_field="do"):
    id: AskId
    engagement: Number
    disposition: Code
    note: Note
    done: bool


CallControl = (
    Hold
    | Resume
    | Transfer
    | Consult
    | Swap
    | Conference
    | Complete
    | TakeBack
    | Leave
    | PauseRecording
    | ResumeRecording
    | StartRecording
    | RefuseRecording
)
Supervision = Monitor | Coach | Barge | TakeOver | ForceState | ForceSignOut | MoveAgent | PullForward
Ask = (
    Subscribe
    | Unsubscribe
    | Ready
    | Away
    | SignOff
    | Decline
    | EndContact
    | CallControl
    | Identify
    | Dial
    | CallAgent
    | Supervision
    | SaveWrapUp
)
