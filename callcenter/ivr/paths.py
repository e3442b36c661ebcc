"""Every way through a tree, with what is known of the caller at each turn.

The rule: a caller stands at a node with some knowledge (identified, verified, which values were keyed, how
many PINs were tried, which queue was just found open), and the same node with other knowledge is another place.
`explore` finds all places that a caller can come to; `checks` asks its questions of them. So "the balance is read
to verified callers only" is proven over every path, not guessed from the shape of the tree.

A way is *deliberate* when only a caller who wants it goes it: a menu's choice, a keyed number. All other ways
may happen to a silent line, or to one who keys nonsense.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from callcenter.ivr.tree import (
    PIN_TRIES_MAX,
    Branch,
    Identify,
    Input,
    Menu,
    Node,
    Tree,
    Verify,
    exits,
)

PLACES_MAX = 20_000
"""more than that can't be proven in a second or two"""
PATHS_COUNTED_MAX = 10_000


class Place(Struct, frozen=True):
    node: str
    identified: bool = False
    verified: bool = False
    keyed: frozenset[str] = frozenset()
    """names of the values that were surely keyed"""
    pins: int = 0
    """PIN tries that may have been spent, at most PIN_TRIES_MAX + 1; above 0 the caller was asked in vain"""
    open: str = ""
    """the queue that was found open, until the caller is asked or looked for: then time passes"""


class Way(Struct, frozen=True):
    exit: str
    to: Place
    deliberate: bool


class TooLarge(Exception):
    """The tree has more places than can be looked at."""


class Ways(Struct, frozen=True):
    """All places that can be reached; `came_from`: by which one each was found, None for the first."""

    begin: Place
    out: dict[Place, tuple[Way, ...]]
    came_from: dict[Place, Place | None]

    def route(self, place: Place) -> str:
        """A short way to this place, as a person reads it: "greeting → who → main"."""
        names: list[str] = []
        at: Place | None = place
        while at is not None:
            names.append(at.node)
            at = self.came_from[at]
        return " → ".join(reversed(names))


class Summary(Struct, frozen=True):
    nodes: int
    paths: int
    """ways from the beginning to an end that come to no place twice; PATHS_COUNTED_MAX: that many or more"""
    longest: int
    """nodes on the longest of them"""

    def __str__(self) -> str:
        more = "or more " if self.paths == PATHS_COUNTED_MAX else ""
        return f"{self.nodes} nodes, {self.paths:,} {more}paths, the longest over {self.longest} nodes"


def explore(tree: Tree) -> Ways:
    """Every place of the tree. An exit to a node that doesn't exist ends there. Raises TooLarge."""
    begin = Place(tree.begin)
    out: dict[Place, tuple[Way, ...]] = {}
    came_from: dict[Place, Place | None] = {begin: None}
    waiting = [begin]
    for place in waiting:
        node = tree.nodes.get(place.node)
        out[place] = tuple(_ways(place, node)) if node is not None else ()
        for way in out[place]:
            if way.to not in came_from:
                came_from[way.to] = place
                waiting.append(way.to)
        if len(waiting) > PLACES_MAX:
            raise TooLarge(f"has more than {PLACES_MAX} different situations of a caller")
    return Ways(begin, out, came_from)


def trapped(ways: Ways) -> set[Place]:
    """Places from which no way leads to an end, whatever the caller does."""
    into: dict[Place, list[Place]] = {place: [] for place in ways.out}
    for place, out in ways.out.items():
        for way in out:
            into[way.to].append(place)
    free = [place for place, out in ways.out.items() if not out]
    escaping = set(free)
    while free:
        for place in into[free.pop()]:
            if place not in escaping:
                escaping.add(place)
                free.append(place)
    return ways.out.keys() - escaping


def rounds(ways: Ways) -> Iterator[tuple[str, ...]]:
    """Circles of nodes in which a caller who does nothing, or only nonsense, would go round for ever."""
    done: set[Place] = set()
    for start in ways.out:
        trail: dict[Place, Iterator[Place]] = {}
        if start not in done:
            trail[start] = _undeliberate(ways, start)
        while trail:
            at = next(reversed(trail))
            step = next(trail[at], None)
            if step is None:
                del trail[at]
                done.add(at)
            elif step in trail:
                places = list(trail)
                yield tuple(place.node for place in places[places.index(step) :])
            elif step not in done:
                trail[step] = _undeliberate(ways, step)


def summary(tree: Tree, ways: Ways) -> Summary:
    paths = longest = 0
    trail: dict[Place, Iterator[Way]] = {ways.begin: iter(ways.out[ways.begin])}
    # Each extension of a trail is counted, so that dense trees end as well.
    budget = 10 * PATHS_COUNTED_MAX
    while trail and paths < PATHS_COUNTED_MAX and budget:
        at = next(reversed(trail))
        way = next(trail[at], None)
        if way is None:
            if not ways.out[at]:
                paths, longest = paths + 1, max(longest, len(trail))
            del trail[at]
        elif way.to not in trail:
            trail[way.to] = iter(ways.out[way.to])
            budget -= 1
    return Summary(len(tree.nodes), paths if budget else PATHS_COUNTED_MAX, longest)


def _undeliberate(ways: Ways, place: Place) -> Iterator[Place]:
    return (way.to for way in ways.out[place] if not way.deliberate)


def _ways(place: Place, node: Node) -> Iterator[Way]:
    if isinstance(node, Menu | Input | Verify | Identify):
        place = replace(place, open="")
    for exit, target in exits(node).items():
        match node:
            case Menu():
                yield _way(place, exit, target, deliberate=exit in node.choices)
            case Input() if exit == "next":
                keyed = place.keyed | {node.name}
                yield _way(replace(place, keyed=keyed), exit, target, deliberate=True)
            case Identify() if exit == "found":
                yield _way(replace(place, identified=True), exit, target)
            case Verify():
                yield from _verify(place, node, exit, target)
            case Branch():
                if _may_take(place, node, exit):
                    yield _way(_branched(place, node, exit), exit, target)
            case _:
                yield _way(place, exit, target)


def _verify(place: Place, node: Verify, exit: str, target: str) -> Iterator[Way]:
    """Who is verified isn't asked again; who isn't identified can't be."""
    if place.verified or not place.identified:
        if exit == ("right" if place.verified else "failed"):
            yield _way(place, exit, target)
    elif exit == "right":
        yield _way(replace(place, verified=True), exit, target)
    else:
        spent = min(place.pins + node.tries, PIN_TRIES_MAX + 1)
        yield _way(replace(place, pins=spent), exit, target)


def _may_take(place: Place, node: Branch, exit: str) -> bool:
    known = {"identified": place.identified, "verified": place.verified, "pin_asked": place.pins > 0}
    if node.on == "open":
        return exit != "else" or not {"yes", "no"} <= node.cases.keys()
    if node.on not in known:
        return True
    answer = "yes" if known[node.on] else "no"
    return exit == (answer if answer in node.cases else "else")


def _branched(place: Place, node: Branch, exit: str) -> Place:
    if node.on != "open":
        return place
    is_open = exit == "yes" or (exit == "else" and "yes" not in node.cases)
    return replace(place, open=node.queue if is_open else "")


def _way(place: Place, exit: str, target: str, *, deliberate: bool = False) -> Way:
    return Way(exit, replace(place, node=target), deliberate)
