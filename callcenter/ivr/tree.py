"""An IVR tree: what a caller may hear, key and reach, as a person writes it in TOML.

The rule: a tree is data. It says where each exit of a node leads and nothing about how; `flow` walks it,
`checks` proves it before it goes live. A running call keeps the version that it began with.

    node          does                                exits (each names a node)
    say           speaks                              next
    menu          speaks, waits for one key           choices, no_input, too_many
    input         speaks, keeps what is keyed         next, no_input, too_many
    identify      looks for the customer              found, unknown, several, withheld, failed
    verify        asks for the PIN                    right, wrong, locked, no_input, failed
    branch        asks what we know                   cases, else
    language      goes on in this language            next
    no_recording  the caller wants no recording       next
    milestone     notes that self-service succeeded   next
    queue         speaks, then lets the caller wait   (an end)
    hang_up       speaks, then ends the call          (an end)
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct, field

PIN_TRIES_MAX = 3
"""a call; the account's own counter is the store's"""
NAME = r"^[a-z][a-z0-9_]{0,39}$"

Language = Literal["en", "zh"]
LANGUAGES = frozenset(get_args(Language))
NodeName = Annotated[str, Meta(pattern=NAME, description="name of a node of this tree")]
PromptName = Annotated[str, Meta(pattern=NAME, description="name of a prompt of this tree")]
ValueName = Annotated[str, Meta(pattern=NAME, description="name of a value, as prompts write it")]
Key = Annotated[str, Meta(pattern=r"^[0-9*#]$", description="one key of the telephone")]
Prompts = Annotated[tuple[PromptName, ...], Meta(max_length=9)]
SomePrompts = Annotated[tuple[PromptName, ...], Meta(min_length=1, max_length=9)]
Seconds = Annotated[int, Meta(ge=1, le=60)]
Tries = Annotated[int, Meta(ge=1, le=9)]


class _Node(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    pass


class Say(_Node, frozen=True, tag="say"):
    prompts: SomePrompts
    next: NodeName


class Menu(_Node, frozen=True, tag="menu"):
    """One key, at once: nothing has to be confirmed."""

    prompts: SomePrompts
    choices: Annotated[dict[Key, NodeName], Meta(min_length=1)]
    no_input: NodeName
    """after the last try in silence"""
    too_many: NodeName
    """after the last try with a key that is no choice"""
    on_silence: Prompts = ()
    """said before the prompts are repeated"""
    on_invalid: Prompts = ()
    timeout_seconds: Seconds = 5
    tries: Tries = 3


class Input(_Node, frozen=True, tag="input"):
    """Keeps a number that the caller keys, under a name. The finish key alone counts as a failed try."""

    prompts: SomePrompts
    name: ValueName
    next: NodeName
    no_input: NodeName
    too_many: NodeName
    max_digits: Annotated[int, Meta(ge=1, le=32)]
    finish_key: Key = "#"
    on_silence: Prompts = ()
    on_invalid: Prompts = ()
    timeout_seconds: Seconds = 8
    tries: Tries = 3


class Identify(_Node, frozen=True, tag="identify"):
    """Looks for the customer by the number of the call, or by an account number keyed before."""

    by: Literal["number", "account"]
    found: NodeName
    unknown: NodeName
    several: NodeName
    failed: NodeName
    """the look-up broke or took too long"""
    value: ValueName = ""
    """by account: the name under which it was keyed"""
    withheld: NodeName = ""
    """by number: the caller shows none"""


class Verify(_Node, frozen=True, tag="verify"):
    """The caller proves who they are. The digits never enter the centre; see `facts.KeysKind.SECRET`."""

    prompts: SomePrompts
    right: NodeName
    wrong: NodeName
    """wrong as often as is allowed"""
    locked: NodeName
    no_input: NodeName
    failed: NodeName
    """the check broke or took too long"""
    max_digits: Annotated[int, Meta(ge=4, le=12)] = 4
    finish_key: Key = "#"
    on_silence: Prompts = ()
    on_wrong: Prompts = ()
    timeout_seconds: Seconds = 8
    tries: Annotated[int, Meta(ge=1, le=PIN_TRIES_MAX)] = PIN_TRIES_MAX


class Branch(_Node, frozen=True, tag="branch"):
    """`grade` and `language` have their names as cases, all else "yes" and "no". `open`: whether `queue` takes
    callers at this moment. `pin_asked`: whether the PIN was asked for in this call and not given rightly."""

    on: Literal["identified", "verified", "pin_asked", "open", "grade", "language"]
    cases: Annotated[dict[str, NodeName], Meta(min_length=1)]
    otherwise: NodeName = field(name="else")
    queue: Annotated[str, Meta(description='with on = "open": a queue of the centre')] = ""


class SpeakIn(_Node, frozen=True, tag="language"):
    """From here on the caller is spoken to in this language, and whoever answers speaks it."""

    language: Language
    next: NodeName


class NoRecording(_Node, frozen=True, tag="no_recording"):
    """What this caller and an agent say to each other is not recorded."""

    next: NodeName


class Milestone(_Node, frozen=True, tag="milestone"):
    """Who hangs up after this was served: the outcome is *resolved in IVR*."""

    name: Annotated[str, Meta(pattern=NAME)]
    next: NodeName


class Queue(_Node, frozen=True, tag="queue"):
    queue: Annotated[str, Meta(pattern=NAME, description="name of a queue of the centre")]
    prompts: Prompts = ()


class HangUp(_Node, frozen=True, tag="hang_up"):
    prompts: Prompts = ()


Node = Say | Menu | Input | Identify | Verify | Branch | SpeakIn | NoRecording | Milestone | Queue | HangUp


class ValueSetup(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that the record of a customer brings and prompts may read out."""

    personal: bool = True
    """only for ears that have been verified"""


class Tree(Struct, frozen=True, forbid_unknown_fields=True):
    begin: NodeName
    nodes: Annotated[dict[NodeName, Node], Meta(min_length=1, max_length=500)]
    prompts: Annotated[dict[Language, dict[PromptName, str]], Meta(min_length=1)]
    """for each language its texts (jinja2); every language has every prompt"""
    always: dict[Language, dict[PromptName, str]] = {}
    """prompts that are spoken in this one language, whatever the caller's: "普通话请按2" """
    language: Language = "en"
    """for callers whose language we don't know or don't speak"""
    recordings: dict[Language, dict[PromptName, str]] = {}
    """sounds that stand in for spoken texts"""
    values: dict[ValueName, ValueSetup] = {}


def read_tree(source: str) -> Tree:
    """The tree in a TOML text that `checks` has let through. Raises ValueError when it isn't one."""
    return msgspec.convert(tomllib.loads(source), Tree)


def spoken_at(node: Node) -> Mapping[str, tuple[str, ...]]:
    """The prompts that a node may speak, by the key under which they stand."""
    fields = ("prompts", "on_silence", "on_invalid", "on_wrong")
    return {field: getattr(node, field) for field in fields if hasattr(node, field)}


def exits(node: Node) -> Mapping[str, str]:
    """Where a node leads: for each exit the name of the next node."""
    match node:
        case Say() | Milestone() | SpeakIn() | NoRecording():
            return {"next": node.next}
        case Menu():
            return {**node.choices, "no_input": node.no_input, "too_many": node.too_many}
        case Input():
            return {"next": node.next, "no_input": node.no_input, "too_many": node.too_many}
        case Identify():
            found = {name: getattr(node, name) for name in ("found", "unknown", "several", "failed")}
            return found | ({"withheld": node.withheld} if node.by == "number" else {})
        case Verify():
            return {name: getattr(node, name) for name in ("right", "wrong", "locked", "no_input", "failed")}
        case Branch():
            return {**node.cases, "else": node.otherwise}
        case Queue() | HangUp():
            return {}


def is_unproven(node: Node, exit: str) -> bool:
    """Whether who left a node by this exit was asked for the PIN in vain; who is asked again hasn't left."""
    return isinstance(node, Verify) and exit != "right" and exit in exits(node)
