"""The walk of one contact through its tree, step by step.

The rule: a step begins with what happened at a node and ends where something outside has to happen: words to
be spoken, keys to be keyed, a look-up, the queue, the end. A step reads the tree and the contact's context
and changes nothing; where the contact stands is the two words (node, tries) that the core keeps.

A node that asks keeps count: `tries` is how often it was answered by silence or by something wrong. After the
last try the contact leaves by `no_input`, `too_many` or `wrong`, so nobody is asked for ever.
"""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from callcenter.facts import KeysKind, Listen, PinResult, Prompt, Ref
from callcenter.ivr.events import (
    Begun,
    CheckPin,
    Context,
    Enqueue,
    Event,
    FindCustomer,
    Found,
    Keyed,
    Leave,
    LookUpBroke,
    NotKeyed,
    PinAnswered,
    Speak,
    Spoken,
    Step,
    Unknown,
    Want,
)
from callcenter.ivr.prompts import fill
from callcenter.ivr.tree import (
    Branch,
    HangUp,
    Identify,
    Input,
    Menu,
    Milestone,
    Node,
    NoRecording,
    Queue,
    Say,
    SpeakIn,
    Tree,
    Verify,
    exits,
    is_unproven,
)

__all__ = [
    "Begun",
    "CheckPin",
    "Context",
    "Enqueue",
    "Event",
    "FindCustomer",
    "Found",
    "IllegalEvent",
    "Keyed",
    "Leave",
    "LookUpBroke",
    "LoopFound",
    "NotKeyed",
    "PinAnswered",
    "Speak",
    "Spoken",
    "Step",
    "Unknown",
    "Want",
    "advance",
    "begin",
]


class IllegalEvent(Exception):
    """What happened can't happen at this node. The core has sorted out what came late, so this is a bug."""


class LoopFound(Exception):
    """A step goes in a circle that has nothing to wait for; `checks` lets no such tree through."""


def begin(tree: Tree, context: Context) -> Step:
    """The first step of a contact."""
    return advance(tree, tree.begin, 0, Begun(), context)


def advance(tree: Tree, node: str, tries: int, event: Event, context: Context) -> Step:
    """The step that follows when `event` happens at `node`.

    `context` is what is known with the event applied: after Found it has the values of the customer's record.
    Raises IllegalEvent for an event that this node doesn't wait for, LoopFound for an endless step."""
    at = tree.nodes[node]
    walk = _Walk(tree, node, tries, _known(context, event))
    match event, at:
        case Begun(), _:
            return walk.enter()
        case Spoken(), Say():
            return walk.leave("next")
        case Spoken(), Queue():
            return walk.stop(Enqueue(at.queue))
        case Spoken(), HangUp():
            return walk.stop(Leave())
        case Keyed(), Menu() if event.choice in at.choices:
            return walk.leave(event.choice)
        case Keyed(has_value=True), Input():
            return walk.keep(at.name, event.value)
        case Keyed(), Menu() | Input():
            return walk.again("invalid", at.on_invalid, "too_many")
        case Keyed(), Verify():
            return walk.stop(CheckPin()) if event.has_value else walk.leave("no_input")
        case NotKeyed(), Menu() | Input() | Verify():
            return walk.again("timeout", at.on_silence, "no_input")
        case Found(), Identify():
            return walk.leave("found")
        case Unknown(), Identify():
            return walk.leave("several" if event.matches > 1 else "unknown")
        case LookUpBroke(), Identify() | Verify():
            return walk.leave("failed")
        case PinAnswered(), Verify():
            return walk.pin(event.result, at)
        case _:
            raise IllegalEvent(f"{type(event).__name__} at {node} ({type(at).__name__})")


def _known(context: Context, event: Event) -> Context:
    """The context with what the event itself proves. Another customer has to be verified anew."""
    match event:
        case Found():
            return replace(context, identified=True, verified=False)
        case PinAnswered(PinResult.RIGHT):
            return replace(context, verified=True)
        case _:
            return context


class _Walk:
    """One step under way: from node to node until something outside has to happen."""

    def __init__(self, tree: Tree, node: str, tries: int, context: Context) -> None:
        self.tree = tree
        self.node = node
        self.tries = tries
        self.context = context
        self.path: list[tuple[str, str]] = []
        self.milestones: list[str] = []
        self.value_name = ""
        self.language = ""
        self.unrecorded = False

    def enter(self) -> Step:
        # Moves without an event teach nothing new: who comes to more nodes than there are came to one twice.
        for _ in self.tree.nodes:
            found = self._arrive(self.tree.nodes[self.node])
            if not isinstance(found, str):
                return self.stop(found)
            self._go(found)
        raise LoopFound(f"a step that came to {self.node} again")

    def leave(self, exit: str) -> Step:
        self._go(exit)
        return self.enter()

    def again(self, reason: str, first: tuple[str, ...], last_exit: str) -> Step:
        """Ask once more, after the prompts that say why; after the last try leave."""
        at = self.tree.nodes[self.node]
        assert isinstance(at, Menu | Input | Verify)
        if self.tries + 1 >= at.tries:
            return self.leave(last_exit)
        self.path.append((self.node, reason))
        self.tries += 1
        return self.stop(self._ask(at, first))

    def keep(self, name: str, value: Ref | None) -> Step:
        self.value_name = name
        if value is not None:
            others = tuple(pair for pair in self.context.values if pair[0] != name)
            self.context = replace(self.context, values=(*others, (name, value)))
        return self.leave("next")

    def pin(self, result: PinResult, at: Verify) -> Step:
        match result:
            case PinResult.RIGHT:
                return self.leave("right")
            case PinResult.WRONG:
                return self.again("again", at.on_wrong, "wrong")
            case PinResult.LOCKED:
                return self.leave("locked")
            case PinResult.FORGOTTEN:
                # Our crash lost the digits: the caller's tries are not touched.
                self.path.append((self.node, "forgotten"))
                return self.stop(self._ask(at, ()))
            case _:
                assert_never(result)

    def stop(self, want: Want) -> Step:
        return Step(
            tuple(self.path),
            tuple(self.milestones),
            self.node,
            self.tries,
            self.value_name,
            want,
            self.language,
            self.unrecorded,
        )

    def _go(self, exit: str) -> None:
        at = self.tree.nodes[self.node]
        self.path.append((self.node, exit))
        if is_unproven(at, exit):
            self.context = replace(self.context, pin_asked=True)
        self.node = exits(at)[exit]
        self.tries = 0

    def _arrive(self, at: Node) -> Want | str:
        """What this node wants from outside, or the exit by which it is left at once."""
        match at:
            case Say():
                return Speak(self._prompts(at.prompts), None)
            case Menu() | Input():
                return self._ask(at, ())
            case Verify():
                return self._verify(at)
            case Identify():
                withheld = at.by == "number" and self.context.withheld
                return "withheld" if withheld else FindCustomer(at.by, at.value)
            case Branch():
                case = _case(at, self.context)
                return case if case in at.cases else "else"
            case SpeakIn():
                self.language = at.language
                self.context = replace(self.context, language=at.language)
                return "next"
            case NoRecording():
                self.unrecorded = True
                return "next"
            case Milestone():
                self.milestones.append(at.name)
                return "next"
            case Queue():
                return Speak(self._prompts(at.prompts), None) if at.prompts else Enqueue(at.queue)
            case HangUp():
                return Speak(self._prompts(at.prompts), None) if at.prompts else Leave()
            case _:
                assert_never(at)

    def _verify(self, at: Verify) -> Want | str:
        if self.context.verified:
            return "right"
        return self._ask(at, ()) if self.context.identified else "failed"

    def _ask(self, at: Menu | Input | Verify, first: tuple[str, ...]) -> Speak:
        return Speak(self._prompts((*first, *at.prompts)), _listen(at))

    def _prompts(self, keys: tuple[str, ...]) -> tuple[Prompt, ...]:
        values, hours = dict(self.context.values), dict(self.context.hours)
        return tuple(fill(self.tree, key, values, hours) for key in keys)


def _case(at: Branch, context: Context) -> str:
    match at.on:
        case "grade":
            return context.grade
        case "language":
            return context.language
        case "identified":
            holds = context.identified
        case "verified":
            holds = context.verified
        case "pin_asked":
            holds = context.pin_asked
        case "open":
            holds = at.queue not in context.closed
        case _:
            assert_never(at.on)
    return "yes" if holds else "no"


def _listen(at: Menu | Input | Verify) -> Listen:
    timeout_ms = at.timeout_seconds * 1000
    match at:
        case Menu():
            # No finish key: every key of a menu may be a choice.
            return Listen(KeysKind.CHOICE, 1, timeout_ms, finish_key="")
        case Input():
            return Listen(KeysKind.VALUE, at.max_digits, timeout_ms, at.finish_key)
        case Verify():
            return Listen(KeysKind.SECRET, at.max_digits, timeout_ms, at.finish_key)
        case _:
            assert_never(at)
