"""The words that facts are made of: references, ids, causes, prompts."""

from enum import StrEnum

from msgspec import Struct

Ref = str
"""Names one personal value, e.g. "browser:4f1c/ani"; unique for ever, says nothing about the person."""

LegId = str
"""A telephone leg: the carrier's own id ("browser:4f1c…") for a caller, ours ("c1-l5") for an agent."""


class LegCause(StrEnum):
    """Why a leg ended."""

    HUNG_UP = "hung_up"
    """the person at this end hung up"""
    RELEASED = "released"
    """we asked for it"""
    VANISHED = "vanished"
    """the network of the person at this end was lost and did not come back"""
    SYSTEM = "system"
    """our fault: the media process died and the leg did not rejoin"""


class Part(StrEnum):
    """What one leg does in a talk."""

    TALKS = "talks"
    """hears all who talk, and is heard by all but those on hold"""
    HELD = "held"
    """hears music and is heard by nobody"""
    LISTENS = "listens"
    """hears all who talk and is heard by nobody: silent monitoring"""
    COACHES = "coaches"
    """hears all who talk and is heard by the staff among them: whisper"""


class Member(Struct, frozen=True):
    """One leg of a talk. `staff`: ours, not the customer's side: the right side of a recording."""

    leg: LegId
    part: Part
    staff: bool


class ToAgent(Struct, frozen=True, tag="agent"):
    agent: int


class ToQueue(Struct, frozen=True, tag="queue"):
    queue: str


class ToNumber(Struct, frozen=True, tag="number"):
    number: Ref


Target = ToAgent | ToQueue | ToNumber
"""Whom a transfer or a consultation asks for."""

IN_DOUBT = "unknown"
"""why a phone was not rung: the order's answer was lost, it may ring"""
FORGOTTEN = "forgotten"
"""why a dialled number failed: the life of the provider that may have called it is gone"""
COMPLETED = "completed"
"""the result of a consultation that became a transfer"""


class KeysKind(StrEnum):
    """How keyed digits are treated."""

    CHOICE = "choice"
    """a menu choice; stands in the fact"""
    VALUE = "value"
    """an account number, a date: a personal value, by reference"""
    SECRET = "secret"
    """a PIN or card: never written, held in memory under a token"""


class PinResult(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    FORGOTTEN = "forgotten"
    """the digits were lost in a crash: ask again"""


class Prompt(Struct, frozen=True):
    """One thing to say: a prompt of the contact's tree, with values by reference or plain (name, value)."""

    key: str
    refs: tuple[tuple[str, Ref], ...] = ()
    args: tuple[tuple[str, str], ...] = ()


class Listen(Struct, frozen=True):
    """Which keys are wanted while and after the prompts play."""

    kind: KeysKind
    max_digits: int
    timeout_ms: int
    """from the end of the prompts, and between two keys"""
    finish_key: str = "#"
