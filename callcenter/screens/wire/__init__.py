"""The words between the service and its screens: one websocket, `/feed`, JSON, version `VERSION`.

The rule: a screen subscribes to topics. A topic is a map from key to row; the screen gets it whole once
(`Snapshot`, number n), then `Change`s numbered n+1, n+2…: rows set, keys removed. A missing number means: ask
for a new snapshot. Old snapshot + changes = fresh snapshot. A page that speaks another version reloads.

Rows are what a person sees, so they hold names and numbers; whoever subscribes has the right to see them:

    topic      keys                                      for
    desk:AGENT "me", "contact", "todo:ENGAGEMENT"        that agent
    directory  "agent:ID", "queue:NAME"                  whoever has a desk: whom a call can go to
    queues     queue name                                supervisor, admin
    agents     agent id                                  supervisor, admin
    waiting    contact id                                supervisor, admin

`*_at` are server times in integer milliseconds since 1970; `Hello.now` and `Reply.now` let the page correct
its own clock.
Every shown text of ours has a key: rows carry keys and codes, never sentences.
"""

from callcenter.screens.wire.asks import (
    Ask,
    AskId,
    Away,
    Barge,
    CallAgent,
    CallControl,
    Coach,
    Complete,
    Conference,
    Consult,
    Decline,
    Dial,
    EndContact,
    ForceSignOut,
    ForceState,
    Hold,
    Identify,
    Leave,
    Monitor,
    MoveAgent,
    PauseRecording,
    PullForward,
    Ready,
    RefuseRecording,
    Resume,
    ResumeRecording,
    SaveWrapUp,
    SignOff,
    StartRecording,
    Subscribe,
    Supervision,
    Swap,
    TakeBack,
    TakeOver,
    Target,
    Transfer,
    Unsubscribe,
)
from callcenter.screens.wire.rows import (
    AgentRow,
    BoardAgent,
    Consultation,
    DeskContact,
    DirectoryAgent,
    DirectoryQueue,
    HandedNote,
    Me,
    Party,
    QueueRow,
    Row,
    Todo,
    WaitingRow,
)
from callcenter.screens.wire.told import Change, Hello, Reply, Snapshot, Told

__all__ = [
    "ASKS_MAX",
    "MESSAGES_PER_SECOND_MAX",
    "MESSAGE_BYTES_MAX",
    "OUTBOX_BYTES_MAX",
    "OUTBOX_SECONDS_MAX",
    "VERSION",
    "AgentRow",
    "Ask",
    "AskId",
    "Away",
    "Barge",
    "BoardAgent",
    "CallAgent",
    "CallControl",
    "Change",
    "Coach",
    "Complete",
    "Conference",
    "Consult",
    "Consultation",
    "Decline",
    "DeskContact",
    "Dial",
    "DirectoryAgent",
    "DirectoryQueue",
    "EndContact",
    "ForceSignOut",
    "ForceState",
    "HandedNote",
    "Hello",
    "Hold",
    "Identify",
    "Leave",
    "Me",
    "Monitor",
    "MoveAgent",
    "Party",
    "PauseRecording",
    "PullForward",
    "QueueRow",
    "Ready",
    "RefuseRecording",
    "Reply",
    "Resume",
    "ResumeRecording",
    "Row",
    "SaveWrapUp",
    "SignOff",
    "Snapshot",
    "StartRecording",
    "Subscribe",
    "Supervision",
    "Swap",
    "TakeBack",
    "TakeOver",
    "Target",
    "Todo",
    "Told",
    "Transfer",
    "Unsubscribe",
    "WaitingRow",
]

VERSION = 1
MESSAGE_BYTES_MAX = 64 * 1024
"""a larger message from a screen is refused and the socket closed"""
OUTBOX_BYTES_MAX = 256 * 1024
OUTBOX_SECONDS_MAX = 5
"""a screen that leaves more changes than this unread, or for longer, is cut off"""
MESSAGES_PER_SECOND_MAX = 50
"""a screen that sends more is cut off"""
ASKS_MAX = 16
"""asks of one screen that may wait for their reply"""
