"""What callers make of a menu: they hear its words and know which key leads where they want to go.

The rule: a caller hears a text and nothing else. Which menu that text is, and which of its keys is the shortest
way, is read from the centre's trees, so a new tree needs no new callers. Nobody chooses a language that they don't
speak, and only who refuses to be recorded presses the key for it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from callcenter.cti.provider import Say
from callcenter.facts import CentreSetup, Prompt
from callcenter.ivr.prompts import own_language, render, wanted_values
from callcenter.ivr.tree import (
    Branch,
    Identify,
    Input,
    Menu,
    Milestone,
    Node,
    NoRecording,
    Queue,
    SpeakIn,
    Tree,
    Verify,
    exits,
    read_tree,
)

_SILENT_EXITS = frozenset({"no_input", "too_many"})
"""of a node that asks: nobody goes that way on purpose"""


A_PERSON = "0"
"""what people press who don't know what to press"""
SAME_KEY_MAX = 2
"""so often somebody presses a key that brought them back to the same menu"""


class Wish(Struct, frozen=True):
    """Where a caller wants to get to: a person in this queue, or else this piece of self-service."""

    queue: str = ""
    milestone: str = ""
    language: str = "en"
    unrecorded: bool = False
    """wants no recording"""


class Choice(Struct, frozen=True):
    key: str
    arrives: bool = False
    """nothing more is asked on the way from here"""
    refuses: bool = False
    """to be recorded; the way is asked for anew afterwards"""


class Guide:
    """One caller's way: from menu to menu to where they wish to be. `slip`: (which menu, from 0, what is keyed
    there by mistake)."""

    def __init__(self, directions: Directions, wish: Wish, slip: tuple[int, str] | None = None) -> None:
        self._directions = directions
        self._wish = wish
        self._slip = slip
        self._menus = 0
        self._pressed: Counter[tuple[str, str]] = Counter()
        self._served = False

    def key(self, says: Sequence[Say]) -> str | None:
        """What is pressed when this is heard, "" nothing; None: they hang up, served or tired of it."""
        menu, self._menus = self._menus, self._menus + 1
        if self._served:
            return None
        if self._slip is not None and self._slip[0] == menu:
            return self._slip[1]
        choice = self._directions.choice(says, self._wish)
        if choice is None:
            return None
        if choice.refuses:
            self._wish = replace(self._wish, unrecorded=False)
        self._served = choice.arrives and not self._wish.queue
        pressed = (says[-1].text, choice.key)
        self._pressed[pressed] += 1
        return choice.key if self._pressed[pressed] <= SAME_KEY_MAX else None


class Directions:
    """The menus of a centre's trees by what is said in them."""

    def __init__(self, setup: CentreSetup) -> None:
        self._menus: dict[tuple[str, ...], _Heard] = {}
        self._known: dict[tuple[tuple[str, ...], Wish], Choice | None] = {}
        self.open_milestones: tuple[str, ...] = ()
        """self-service for everybody"""
        self.customers_milestones: tuple[str, ...] = ()
        """self-service for whoever has been found or has proven to be a customer"""
        for tree_setup in setup.trees:
            self._read(read_tree(tree_setup.source))

    def choice(self, says: Sequence[Say], wish: Wish) -> Choice | None:
        """The key to press when this is heard. Where the words are unknown or lead nowhere that is wanted, whoever
        wants a person tries 0 and all others give up: None."""
        texts = tuple(say.text for say in says)
        known = next((texts[n:] for n in range(len(texts)) if texts[n:] in self._menus), None)
        found = self._way(known, wish) if known is not None else None
        return found or (Choice(A_PERSON) if wish.queue else None)

    def _read(self, tree: Tree) -> None:
        for name, node in tree.nodes.items():
            if isinstance(node, Menu):
                for language, texts in _spoken(tree, node.prompts):
                    self._menus.setdefault(texts, _Heard(tree, name, language))
        anybody = {node.name for node in _milestones(tree, _reached(tree, anybody=True))}
        customers = {node.name for node in _milestones(tree, _reached(tree))} - anybody
        self.open_milestones += tuple(sorted(anybody))
        self.customers_milestones += tuple(sorted(customers))

    def _way(self, texts: tuple[str, ...], wish: Wish) -> Choice | None:
        if (texts, wish) not in self._known:
            self._known[texts, wish] = _choose(self._menus[texts], wish)
        return self._known[texts, wish]


class _Heard(Struct, frozen=True):
    """A menu, and the language that it is spoken in; "" when everybody hears the same."""

    tree: Tree
    menu: str
    language: str


def _spoken(tree: Tree, prompts: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(language, what is heard) of a menu. One that speaks of somebody's values has no words of its own."""
    if any(wanted_values(tree, key) for key in prompts):
        return
    alike = all(own_language(tree, key) for key in prompts)
    for language in tree.prompts:
        texts = tuple(render(tree, Prompt(key), language, {}).text for key in prompts)
        yield "" if alike else language, texts


def _choose(heard: _Heard, wish: Wish) -> Choice | None:
    tree, node = heard.tree, heard.tree.nodes[heard.menu]
    assert isinstance(node, Menu)
    if wish.unrecorded:
        for key, target in node.choices.items():
            if isinstance(tree.nodes[target], NoRecording):
                return Choice(key, refuses=True)
    if not heard.language:  # what is said alike to everybody asks for the language
        for key, target in node.choices.items():
            at = tree.nodes[target]
            if isinstance(at, SpeakIn) and at.language == wish.language:
                return Choice(key)
    ways = (
        (length, key)
        for key, target in node.choices.items()
        if not isinstance(tree.nodes[target], NoRecording)
        and (length := _distance(heard, target, wish)) is not None
    )
    found = min(ways, default=None)
    if found is None:
        return None
    key = found[1]
    return Choice(key, arrives=_distance(heard, node.choices[key], wish, unasked=True) is not None)


Place = tuple[str, str]
"""(node, the language that the caller is spoken to in by then)"""


def _distance(heard: _Heard, start: str, wish: Wish, *, unasked: bool = False) -> int | None:
    """How many nodes lie between here and where the wish is fulfilled. `unasked`: past no further question."""
    first = (start, heard.language)
    seen: set[Place] = {first}
    line: deque[tuple[Place, int]] = deque([(first, 0)])
    while line:
        (name, language), length = line.popleft()
        node = heard.tree.nodes[name]
        if isinstance(node, SpeakIn) and node.language != wish.language:
            continue
        if isinstance(node, Queue) and node.queue == wish.queue:
            return length
        if isinstance(node, Milestone) and node.name == wish.milestone:
            return length
        if unasked and isinstance(node, Menu | Input | Verify):
            continue
        for place in _onward(node, language):
            if place not in seen:
                seen.add(place)
                line.append((place, length + 1))
    return None


def _onward(node: Node, language: str) -> Iterable[Place]:
    if isinstance(node, SpeakIn):
        language = node.language
    if isinstance(node, Branch) and node.on == "language":
        return ((node.cases.get(language, node.otherwise), language),)
    if isinstance(node, Menu):
        return ((target, language) for target in node.choices.values())
    ways = exits(node).items()
    return ((target, language) for exit, target in ways if target and exit not in _SILENT_EXITS)


def _reached(tree: Tree, *, anybody: bool = False) -> set[str]:
    """The nodes that a caller can come to. `anybody`: without being found among the customers."""
    seen, line = {tree.begin}, [tree.begin]
    while line:
        node = tree.nodes[line.pop()]
        for exit, target in exits(node).items():
            if target and target not in seen and not (anybody and _only_for_customers(node, exit)):
                seen.add(target)
                line.append(target)
    return seen


def _only_for_customers(node: Node, exit: str) -> bool:
    """Or by a fault of ours."""
    match node:
        case Identify():
            return exit in ("found", "failed")
        case Verify():
            return exit == "right"
        case Branch(on="identified" | "verified"):
            return exit == "yes"
        case _:
            return False


def _milestones(tree: Tree, names: Iterable[str]) -> Iterator[Milestone]:
    for name in names:
        if isinstance(node := tree.nodes[name], Milestone):
            yield node
