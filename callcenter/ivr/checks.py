"""What must be true of a tree before a caller meets it.

The rule: whoever calls gets on. Every exit leads to a node, every node is reached, from everywhere there is a
way to a queue or a hang-up, and a line on which nobody says or keys anything sensible comes to an end by
itself. Every prompt exists in every language, speaks only values that are surely there, and a personal value
only to somebody who has proven who they are. All problems are told at once, each with its line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from callcenter.errors import Problem
from callcenter.ivr.paths import Place, Summary, TooLarge, Ways, explore, rounds, summary, trapped
from callcenter.ivr.prompts import BUILT_IN, BUILT_IN_VALUES, MUSIC
from callcenter.ivr.tree import PIN_TRIES_MAX, Branch, Identify, Input, Queue, Tree, Verify, exits, spoken_at
from callcenter.ivr.wording import BadTemplate, problem_in, variables
from callcenter.setup.toml_check import nearest
from callcenter.setup.toml_source import Source

Problems = Iterator[Problem]


class Report(Struct, frozen=True):
    problems: tuple[Problem, ...]
    summary: Summary | None
    """None for a tree whose ways can't be walked"""


def check_tree(source: Source, tree: Tree, *, queues: Collection[str], grades: Collection[str]) -> Report:
    """Prove a tree that `validate(source, Tree)` gave, for a centre with these queues and grades."""
    problems = [
        *_names(source, tree, queues),
        *_identifying(source, tree),
        *_cases(source, tree, grades),
        *_inputs(source, tree),
        *_texts(source, tree),
        *_recordings(source, tree),
    ]
    told = None
    if tree.begin in tree.nodes:
        try:
            ways = explore(tree)
        except TooLarge as error:
            problems.append(source.problem(("nodes",), f"the tree {error}", expected="a smaller tree"))
        else:
            problems += _ways_on(source, tree, ways)
            problems += _knowledge(source, tree, ways)
            told = summary(tree, ways)
    return Report(tuple(sorted(problems, key=lambda problem: problem.line)), told)


# --- Names ---


def _names(source: Source, tree: Tree, queues: Collection[str]) -> Problems:
    if tree.begin not in tree.nodes:
        yield _unknown(source, ("begin",), "node", tree.begin, tree.nodes)
    for name, node in tree.nodes.items():
        for where, target in _targets(tree, name):
            if target not in tree.nodes:
                yield _unknown(source, where, "node", target, tree.nodes)
        if isinstance(node, Queue) and node.queue not in queues:
            yield _unknown(source, ("nodes", name, "queue"), "queue", node.queue, queues)
        for field, keys in spoken_at(node).items():
            for index, key in enumerate(keys):
                if key not in _prompt_keys(tree):
                    yield _unknown(source, ("nodes", name, field, index), "prompt", key, _prompt_keys(tree))


def _targets(tree: Tree, name: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """(key path, node it names) for each exit that is written down."""
    node = tree.nodes[name]
    inner = {"choices": getattr(node, "choices", {}), "cases": getattr(node, "cases", {})}
    for exit, target in exits(node).items():
        table = next((key for key, keys in inner.items() if exit in keys), None)
        if target:  # an empty one is a missing key, told by `_identifying`
            yield (("nodes", name, table, exit) if table else ("nodes", name, exit)), target


def _identifying(source: Source, tree: Tree) -> Problems:
    inputs = {node.name for node in tree.nodes.values() if isinstance(node, Input)}
    for name, node in tree.nodes.items():
        if not isinstance(node, Identify):
            continue
        needed, idle = ("withheld", "value") if node.by == "number" else ("value", "withheld")
        if not getattr(node, needed):
            expected = "the node for callers who show no number"
            expected = expected if needed == "withheld" else "the name under which an input keeps the account"
            yield source.problem(("nodes", name, needed), "missing", expected=expected)
        if getattr(node, idle):
            yield source.problem(("nodes", name, idle), f'has no meaning with by = "{node.by}"')
        if node.value and node.value not in inputs:
            yield _unknown(source, ("nodes", name, "value"), "input", node.value, inputs)


def _cases(source: Source, tree: Tree, grades: Collection[str]) -> Problems:
    for name, node in tree.nodes.items():
        if not isinstance(node, Branch):
            continue
        known: Collection[str] = ("yes", "no")
        if node.on in ("grade", "language"):
            known = grades if node.on == "grade" else tree.prompts.keys()
        for case in node.cases:
            if case not in known:
                yield _unknown(source, ("nodes", name, "cases", case), node.on, case, known)


def _inputs(source: Source, tree: Tree) -> Problems:
    """What a caller keys must never pass for what the bank's record says."""
    for name, node in tree.nodes.items():
        if isinstance(node, Input) and (node.name in tree.values or node.name in BUILT_IN_VALUES):
            what = f'"{node.name}" is taken by a value of the centre'
            yield source.problem(("nodes", name, "name"), what, expected="a name of its own")


# --- Words ---


def _texts(source: Source, tree: Tree) -> Problems:
    if tree.language not in tree.prompts:
        yield _unknown(source, ("language",), "language", tree.language, tree.prompts)
    # Sorted, or the same tree would be told its problems in another order each time.
    keys = sorted({key for texts in tree.prompts.values() for key in texts})
    for language, texts in tree.prompts.items():
        for key in keys:
            if key in texts:
                if wrong := problem_in(texts[key], language):
                    yield source.problem(("prompts", language, key), wrong)
                elif not texts[key].strip() and key != MUSIC:
                    yield source.problem(("prompts", language, key), "is empty", expected="what is said")
            elif key not in BUILT_IN[language]:
                yield source.problem(
                    ("prompts", language, key), "missing", expected="a text in this language"
                )


def _recordings(source: Source, tree: Tree) -> Problems:
    for language, files in tree.recordings.items():
        for key in files:
            where = ("recordings", language, key)
            if language not in tree.prompts:
                yield _unknown(source, where, "language", language, tree.prompts)
            elif key not in _prompt_keys(tree):
                yield _unknown(source, where, "prompt", key, _prompt_keys(tree))
            elif spoken := _values_of(tree, key):
                what = f"a recording can't speak {', '.join(sorted(spoken))}"
                yield source.problem(where, what, expected="a recording only where the words never change")


# --- Ways ---


def _ways_on(source: Source, tree: Tree, ways: Ways) -> Problems:
    reached = {place.node for place in ways.out}
    broken = {target for name in tree.nodes for _, target in _targets(tree, name)} - tree.nodes.keys()
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
            for value in sorted(_values_of(tree, key)):
                if wrong := _unspeakable(tree, place, value):
                    yield (*at, field), f"the prompt {key} speaks {value}, {wrong}"


def _unspeakable(tree: Tree, place: Place, value: str) -> str:
    if value in place.keyed:
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


# --- What several questions need ---


def _prompt_keys(tree: Tree) -> set[str]:
    return {key for texts in (*tree.prompts.values(), BUILT_IN["en"]) for key in texts}


def _values_of(tree: Tree, key: str) -> set[str]:
    """What a prompt speaks in any language, as far as its texts can be read."""
    found: set[str] = set()
    for language, own in tree.prompts.items():
        try:
            found |= variables(own.get(key, BUILT_IN[language].get(key, "")))
        except BadTemplate:
            continue  # told by `_texts`
    return found


def _unknown(
    source: Source, where: tuple[str | int, ...], noun: str, name: str, known: Collection[str]
) -> Problem:
    close = nearest(name, sorted(known))
    expected = "" if close else "one of " + ", ".join(sorted(known)[:20])
    return source.problem(where, f'there is no {noun} "{name}"', expected=expected, nearest=close)
