"""The names in a tree: whatever is named is there, and nothing bears a name that is taken.

The rule: a misspelt name is told where it stands, with the nearest right one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from callcenter.errors import Problem
from callcenter.ivr.prompts import BUILT_IN_VALUES, HOURS
from callcenter.ivr.texts import all_texts, prompt_keys, spoken_values
from callcenter.ivr.tree import Branch, Identify, Input, Queue, SpeakIn, Tree, exits, spoken_at
from callcenter.setup.toml_source import Source

Problems = Iterator[Problem]


def name_problems(source: Source, tree: Tree, queues: Collection[str], grades: Collection[str]) -> Problems:
    yield from _names(source, tree, queues)
    yield from _openings(source, tree, queues)
    yield from _identifying(source, tree)
    yield from _cases(source, tree, grades)
    yield from _inputs(source, tree)


def _names(source: Source, tree: Tree, queues: Collection[str]) -> Problems:
    if tree.begin not in tree.nodes:
        yield source.unknown(("begin",), "node", tree.begin, tree.nodes)
    for name, node in tree.nodes.items():
        for where, target in targets(tree, name):
            if target not in tree.nodes:
                yield source.unknown(where, "node", target, tree.nodes)
        if isinstance(node, Queue) and node.queue not in queues:
            yield source.unknown(("nodes", name, "queue"), "queue", node.queue, queues)
        if isinstance(node, SpeakIn) and node.language not in tree.prompts:
            yield source.unknown(("nodes", name, "language"), "language", node.language, tree.prompts)
        for field, keys in spoken_at(node).items():
            for index, key in enumerate(keys):
                if key not in prompt_keys(tree):
                    yield source.unknown(("nodes", name, field, index), "prompt", key, prompt_keys(tree))


def targets(tree: Tree, name: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """(key path, node it names) for each exit that is written down."""
    node = tree.nodes[name]
    inner = {"choices": getattr(node, "choices", {}), "cases": getattr(node, "cases", {})}
    for exit, target in exits(node).items():
        table = next((key for key, keys in inner.items() if exit in keys), None)
        if target:  # an empty one is a missing key, told by `_identifying`
            yield (("nodes", name, table, exit) if table else ("nodes", name, exit)), target


def _openings(source: Source, tree: Tree, queues: Collection[str]) -> Problems:
    """Which queue is asked about, and whose hours are spoken."""
    for name, node in tree.nodes.items():
        if not isinstance(node, Branch):
            continue
        where = ("nodes", name, "queue")
        if node.on != "open" and node.queue:
            yield source.problem(where, f'has no meaning with on = "{node.on}"')
        elif node.on == "open" and not node.queue:
            yield source.problem(where, "missing", expected="the queue that may be open or closed")
        elif node.on == "open" and node.queue not in queues:
            yield source.unknown(where, "queue", node.queue, queues)
    for where, text in all_texts(tree):
        for value in sorted(spoken_values(text)):
            if value.startswith(HOURS) and (queue := value.removeprefix(HOURS)) not in queues:
                yield source.unknown(where, "queue", queue, queues)


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
            yield source.unknown(("nodes", name, "value"), "input", node.value, inputs)


def _cases(source: Source, tree: Tree, grades: Collection[str]) -> Problems:
    for name, node in tree.nodes.items():
        if not isinstance(node, Branch):
            continue
        known: Collection[str] = ("yes", "no")
        if node.on in ("grade", "language"):
            known = grades if node.on == "grade" else tree.prompts.keys()
        for case in node.cases:
            if case not in known:
                yield source.unknown(("nodes", name, "cases", case), node.on, case, known)


def _inputs(source: Source, tree: Tree) -> Problems:
    """What a caller keys must never pass for what the bank's record says."""
    for name, node in tree.nodes.items():
        if isinstance(node, Input) and _is_taken(tree, node.name):
            what = f'"{node.name}" is taken by a value of the centre'
            yield source.problem(("nodes", name, "name"), what, expected="a name of its own")
    for name in tree.values:
        if name.startswith(HOURS):
            what = f'"{name}" would be the opening hours of a queue'
            yield source.problem(("values", name), what, expected="a name of its own")


def _is_taken(tree: Tree, name: str) -> bool:
    return name in tree.values or name in BUILT_IN_VALUES or name.startswith(HOURS)
