"""What can happen to a contact at a node of its tree, and what it needs next: the words of `flow`.

The rule: both are values, and neither names a leg, a play or a look-up. Which answer belongs to which question
is known to the core; here an event is what the caller or the look-up said, a want is what should be done.
"""

from __future__ import annotations

from msgspec import Struct

from callcenter.facts import Listen, PinResult, Prompt, Ref


class Context(Struct, frozen=True):
    """What is known of the contact before the step."""

    withheld: bool = False
    """the caller shows no number"""
    identified: bool = False
    verified: bool = False
    grade: str = ""
    language: str = ""
    values: tuple[tuple[str, Ref], ...] = ()
    """what prompts may read out: of the customer's record, and keyed before"""
    pin_asked: bool = False
    """the PIN was asked for in this call, and not given rightly"""
    closed: frozenset[str] = frozenset()
    """queues that take nobody at this moment"""
    hours: tuple[tuple[str, str], ...] = ()
    """(queue, its opening hours as the centre writes them)"""


# --- What happened at the node ---


class Begun(Struct, frozen=True):
    """The contact comes to this node, for the first time or anew after an interruption."""


class Spoken(Struct, frozen=True):
    """All prompts were heard and no keys were wanted."""


class Keyed(Struct, frozen=True):
    choice: str = ""
    has_value: bool = False
    """an input or a PIN was keyed; without, the finish key alone"""
    value: Ref | None = None
    """where the keyed value is kept, so that the next prompt can repeat it; a PIN is kept nowhere"""


class NotKeyed(Struct, frozen=True):
    pass


class Found(Struct, frozen=True):
    """The look-up found one customer."""


class Unknown(Struct, frozen=True):
    matches: int = 0


class LookUpBroke(Struct, frozen=True):
    pass


class PinAnswered(Struct, frozen=True):
    result: PinResult


Event = Begun | Spoken | Keyed | NotKeyed | Found | Unknown | LookUpBroke | PinAnswered


# --- What the contact needs now ---


class Speak(Struct, frozen=True):
    prompts: tuple[Prompt, ...]
    listen: Listen | None


class FindCustomer(Struct, frozen=True):
    by: str
    """number or account"""
    value: str
    """the name under which the account was keyed; "" for the number of the call"""


class CheckPin(Struct, frozen=True):
    pass


class Enqueue(Struct, frozen=True):
    queue: str


class Leave(Struct, frozen=True):
    pass


Want = Speak | FindCustomer | CheckPin | Enqueue | Leave


class Step(Struct, frozen=True):
    path: tuple[tuple[str, str], ...]
    """(node, exit) left behind, in order; a repeated question counts as "timeout", "invalid" or "again" """
    milestones: tuple[str, ...]
    node: str
    tries: int
    value_name: str
    """the name under which the keyed value is kept, "" if none"""
    want: Want
    language: str = ""
    """chosen in this step"""
    unrecorded: bool = False
    """the caller refused to be recorded in this step"""
