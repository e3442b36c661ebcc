"""How a caller comes through the tree: walked once with the tree's own flow for everybody who is like them.

The rule: what a caller meets is decided by `ivr.flow`, as for a live call; what they key, by what simulated callers
key when they hear it. So no path stands in the history that the tree does not have.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from callcenter.cti.provider import Say
from callcenter.cti.simulator.callers import HEARD_OUT_MS
from callcenter.cti.simulator.directions import Directions, Guide, Wish
from callcenter.cti.simulator.hearing import spoken_ms
from callcenter.cti.simulator.people import Caller
from callcenter.facts import CentreSetup, KeysKind, PinResult, Prompt
from callcenter.ivr import flow
from callcenter.ivr.prompts import render
from callcenter.ivr.tree import Tree, is_unproven, read_tree

STEPS_MAX = 60
SPOKEN_VALUE = "1234.56 USD"
"""for its length: nobody's balance is looked up"""


class Kind(Struct, frozen=True):
    """All that decides how a call goes through the tree."""

    wish: Wish | None
    choices: tuple[str, ...]
    slip: tuple[int, str] | None
    secrets: tuple[str, ...]
    """"right", "wrong" or "" """
    withheld: bool
    matches: int
    """how many customers have the number"""
    account: str
    """"own", "other" or "": what is keyed when one is asked for"""
    grade: str
    """of the customer, if it is one"""
    language: str
    """the same"""
    closed: frozenset[str]


class Way(Struct, frozen=True):
    path: tuple[tuple[str, str], ...]
    milestones: tuple[str, ...]
    entered: tuple[str, ...]
    """the names under which something was keyed"""
    identified: bool
    verified: bool
    chosen: str
    """the language, "" none was chosen"""
    unrecorded: bool
    heard_ms: int
    """all that was said, heard to its end"""
    asked: int
    """how often something was keyed or not"""
    queue: str | None
    """None: ended in the IVR"""
    left: bool
    """hung up; else the tree let them go"""


class Ways:
    """Through the tree that answers this centre's calls."""

    def __init__(self, setup: CentreSetup) -> None:
        entries = dict(setup.entries)
        self.name = entries.get("*", next(iter(entries.values())))
        self._tree = read_tree(next(tree.source for tree in setup.trees if tree.name == self.name))
        self._directions = Directions(setup)
        self._hours = tuple((queue.name, queue.hours) for queue in setup.queues)
        self._known: dict[Kind, Way] = {}

    def of(self, kind: Kind) -> Way:
        if kind not in self._known:
            self._known[kind] = _Walk(self._tree, self._directions, self._hours, kind).walk()
        return self._known[kind]


def secrets_of(caller: Caller, pin: str) -> tuple[str, ...]:
    return tuple("" if not one else "right" if one == pin else "wrong" for one in caller.secrets)


class _Walk:
    """One caller on their way."""

    def __init__(
        self, tree: Tree, directions: Directions, hours: tuple[tuple[str, str], ...], kind: Kind
    ) -> None:
        self._tree = tree
        self._kind = kind
        self._guide = Guide(directions, kind.wish, kind.slip) if kind.wish else None
        self._choices = list(kind.choices)
        self._context = flow.Context(withheld=kind.withheld, closed=kind.closed, hours=hours)
        self._path: list[tuple[str, str]] = []
        self._milestones: list[str] = []
        self._entered: list[str] = []
        self._heard_ms = self._asked = self._pins = 0
        self._unrecorded = False
        self._chosen = ""

    def walk(self) -> Way:
        step = flow.begin(self._tree, self._context)
        for _ in range(STEPS_MAX):
            self._note(step)
            if isinstance(step.want, flow.Enqueue):
                return self._way(step.want.queue, left=False)
            if isinstance(step.want, flow.Leave):
                return self._way(None, left=False)
            event = self._answer(step.want)
            if event is None:
                return self._way(None, left=True)
            step = flow.advance(self._tree, step.node, step.tries, event, self._context)
        return self._way(None, left=True)

    def _note(self, step: flow.Step) -> None:
        self._path += step.path
        self._milestones += step.milestones
        self._unrecorded |= step.unrecorded
        if step.value_name and step.value_name not in self._entered:
            self._entered.append(step.value_name)
        if step.language:
            self._chosen = step.language
            self._context = replace(self._context, language=step.language)
        if any(is_unproven(self._tree.nodes[node], exit) for node, exit in step.path):
            self._context = replace(self._context, pin_asked=True)

    def _answer(self, want: flow.Want) -> flow.Event | None:
        """What happens next; None: they hang up."""
        match want:
            case flow.FindCustomer(by):
                return self._found(by)
            case flow.CheckPin():
                return self._pin()
            case flow.Speak(prompts, listen):
                says = self._says(prompts)
                self._heard_ms += sum(map(spoken_ms, says))
                return flow.Spoken() if listen is None else self._keyed(listen.kind, says)
            case _:
                raise AssertionError(f"nothing is to be answered to {want!r}")

    def _found(self, by: str) -> flow.Event:
        kind = self._kind
        one = kind.matches == 1 if by == "number" else kind.account == "own"
        if not one:
            return flow.Unknown(kind.matches if by == "number" else 0)
        self._context = replace(
            self._context,
            identified=True,
            grade=kind.grade,
            language=self._context.language or kind.language,
            values=(("balance", "balance"),),
        )
        return flow.Found()

    def _pin(self) -> flow.Event:
        secrets = self._kind.secrets
        right = 0 < self._pins <= len(secrets) and secrets[self._pins - 1] == "right"
        if right:
            self._context = replace(self._context, verified=True)
        return flow.PinAnswered(PinResult.RIGHT if right else PinResult.WRONG)

    def _keyed(self, kind: KeysKind, says: Sequence[Say]) -> flow.Event | None:
        self._asked += 1
        if kind is KeysKind.SECRET:
            self._pins += 1
            secrets = self._kind.secrets
            keyed = self._pins <= len(secrets) and secrets[self._pins - 1] != ""
            return flow.Keyed(has_value=True) if keyed else flow.NotKeyed()
        if kind is KeysKind.VALUE:
            return flow.Keyed(has_value=True, value="account") if self._kind.account else flow.NotKeyed()
        key = self._key(says)
        return None if key is None else flow.Keyed(key) if key else flow.NotKeyed()

    def _key(self, says: Sequence[Say]) -> str | None:
        if self._guide is not None:
            return self._guide.key(says)
        return self._choices.pop(0) if self._choices else None

    def _says(self, prompts: Sequence[Prompt]) -> tuple[Say, ...]:
        values = {ref: SPOKEN_VALUE for prompt in prompts for _, ref in prompt.refs}
        spoken = (render(self._tree, prompt, self._context.language, values) for prompt in prompts)
        return tuple(Say(one.text, one.language, one.file) for one in spoken)

    def _way(self, queue: str | None, *, left: bool) -> Way:
        return Way(
            path=tuple(self._path),
            milestones=tuple(self._milestones),
            entered=tuple(self._entered),
            identified=self._context.identified,
            verified=self._context.verified,
            chosen=self._chosen,
            unrecorded=self._unrecorded,
            heard_ms=self._heard_ms + (HEARD_OUT_MS if left else 0),
            asked=self._asked,
            queue=queue,
            left=left,
        )
