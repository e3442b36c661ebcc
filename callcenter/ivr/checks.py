"""What must be true of a tree before a caller meets it.

The rule: whoever calls gets on. Every exit leads to a node, every node is reached, from everywhere there is a
way to a queue or a hang-up, and a line on which nobody says or keys anything sensible comes to an end by
itself. Every prompt exists in every language, speaks only values that are surely there, and a personal value
only to somebody who has proven who they are. Nobody joins a queue that may be closed. All problems are told at
once, each with its line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from callcenter.errors import Problem
from callcenter.ivr.naming import name_problems, targets
from callcenter.ivr.paths import Place, Summary, TooLarge, Ways, explore, rounds, summary, trapped
from callcenter.ivr.prompts import HOURS
from callcenter.ivr.texts import text_problems, values_of
from callcenter.ivr.tree import PIN_TRIES_MAX, Identify, Input, Queue, Tree, Verify, spoken_at
from callcenter.setup.toml_check import nearest
from callcenter.setup.toml_source import Source

Problems = Iterator[Problem]


class Report(Struct, frozen=True):
    problems: tuple[Problem, ...]
    summary: Summary | None
    """None for a tree whose ways can't be walked"""


def check_tree(
    source: Source,
    tree: Tree,
    *,
    queues: Collection[str],
    grades: Collection[str],
    limited: Collection[str] = (),
) -> Report:
    """Prove a tree that `validate(source, Tree)` gave, for a centre with these queues and grades. `limited`: the
    queues that have opening hours."""
    problems = [*name_problems(source, tree, queues, grades), *text_problems(source, tree)]
    told = None
    if tree.begin in tree.nodes:
        try:
            ways = explore(tree)
        except TooLarge as error:
            problems.append(source.problem(("nodes",), f"the tree {error}", expected="a smaller tree"))
        else:
            problems += _ways_on(source, tree, ways)
            problems += _knowledge(source, tree, ways)
            problems += _closed(source, tree, ways, limited)
            told = summary(tree, ways)
    return Report(tuple(sorted(problems, key=lambda problem: problem.line)), told)


def _ways_on(source: Source, tree: Tree, ways: Ways) -> Problems:
    reached = {place.node for place in ways.out}
    broken = {target for name in tree.nodes for _, target in targets(tree, name)} - tree.nodes.keys()
    if not broken:  # else what lies behind a misspelt name would be told as well
        for name in tree.nodes:
            if name not in reached:
                yield source.problem(("nodes", name), "no way leads to this node")
    if captives := trapped(ways):
        names = [name for name in tree.nodes if any(place.node == name for place in captives)]
        first = next(place for place in ways.out if place in captives)
        what = f"no way leads from {', '.join(names)} to a queue or a hang-up"
        yield source.problem(("nodes", first.node), f"{what} (caller's way: {ways.route(first)})")
    told: set[frozenset[str]] = set()
    for circle in rounds(ways):
        if (members := frozenset(circle)) not in told:
            told.add(members)
            what = f"a silent caller goes round for ever: {' → '.join((*circle, circle[0]))}"
            expected = "an exit other than a caller's choice that leads to a queue or a hang-up"
            yield source.problem(("nodes", circle[0]), what, expected=expected)


def _knowledge(source: Source, tree: Tree, ways: Ways) -> Problems:
    told: set[tuple[str, ...]] = set()
    for place in ways.out:
        for where, what in _missing_knowledge(tree, place):
            if (*where, what) not in told:
                told.add((*where, what))
                yield source.problem(where, f"{what} (caller's way: {ways.route(place)})")


def _closed(source: Source, tree: Tree, ways: Ways, limited: Collection[str]) -> Problems:
    told: set[str] = set()
    for place in ways.out:
        node = tree.nodes.get(place.node)
        if not isinstance(node, Queue) or node.queue not in limited or place.node in told:
            continue
        if place.open != node.queue:
            told.add(place.node)
            what = f"{node.queue} may be closed here (caller's way: {ways.route(place)})"
            expected = f'a branch on = "open" with queue = "{node.queue}" on every way here'
            yield source.problem(("nodes", place.node), what, expected=expected)


def _missing_knowledge(tree: Tree, place: Place) -> Iterator[tuple[tuple[str, ...], str]]:
    node = tree.nodes.get(place.node)
    at = ("nodes", place.node)
    match node:
        case None:
            return
        case Verify() if not place.identified:
            yield at, "asks for the PIN of somebody who isn't surely identified"
        case Verify() if not place.verified and place.pins + node.tries > PIN_TRIES_MAX:
            yield at, f"a caller could try more than {PIN_TRIES_MAX} PINs"
        case Identify() if place.verified:
            yield at, "a caller who is verified could become another customer"
        case Identify() if node.by == "account" and node.value and node.value not in place.keyed:
            yield (*at, "value"), f"{node.value} isn't surely keyed here"
        case _:
            pass
    for field, keys in spoken_at(node).items():
        for key in keys:
            for value in sorted(values_of(tree, key)):
                if wrong := _unspeakable(tree, place, value):
                    yield (*at, field), f"the prompt {key} speaks {value}, {wrong}"


def _unspeakable(tree: Tree, place: Place, value: str) -> str:
    if value in place.keyed or value.startswith(HOURS):
        return ""
    if setup := tree.values.get(value):
        if setup.personal and not place.verified:
            return "which is personal, to somebody who isn't surely verified"
        return "" if place.identified else "but the customer isn't surely identified"
    known = {*tree.values, *(node.name for node in tree.nodes.values() if isinstance(node, Input))}
    if value in known:
        return "which isn't surely keyed here"
    close = nearest(value, sorted(known))
    return "which nothing sets" + (f"; did you mean {close!r}?" if close else "")
