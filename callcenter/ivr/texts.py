"""The words of a tree: each prompt has a text in each language, once, and is a template that can be spoken.

The rule: what can't be said to a caller is told before one hears it.
"""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.errors import Problem
from callcenter.ivr.prompts import BUILT_IN, MUSIC, own_language
from callcenter.ivr.tree import Tree
from callcenter.ivr.wording import BadTemplate, problem_in, variables
from callcenter.setup.toml_source import Source

Problems = Iterator[Problem]


def text_problems(source: Source, tree: Tree) -> Problems:
    yield from _texts(source, tree)
    yield from _always(source, tree)
    yield from _recordings(source, tree)


def prompt_keys(tree: Tree) -> set[str]:
    written = (*tree.prompts.values(), *tree.always.values(), BUILT_IN["en"])
    return {key for texts in written for key in texts}


def all_texts(tree: Tree) -> Iterator[tuple[tuple[str, str, str], str]]:
    """(key path, text) of whatever this tree says in words of its own."""
    for table, languages in (("prompts", tree.prompts), ("always", tree.always)):
        for language, texts in languages.items():
            for key, text in texts.items():
                yield (table, language, key), text


def values_of(tree: Tree, key: str) -> set[str]:
    """What a prompt speaks in any language, as far as its texts can be read."""
    if (language := own_language(tree, key)) is not None:
        return set(spoken_values(tree.always[language][key]))
    texts = (own.get(key, BUILT_IN[language].get(key, "")) for language, own in tree.prompts.items())
    return set().union(*map(spoken_values, texts))


def spoken_values(text: str) -> frozenset[str]:
    try:
        return variables(text)
    except BadTemplate:
        return frozenset()  # told by `_texts`


def _texts(source: Source, tree: Tree) -> Problems:
    if tree.language not in tree.prompts:
        yield source.unknown(("language",), "language", tree.language, tree.prompts)
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


def _always(source: Source, tree: Tree) -> Problems:
    """A prompt is either everybody's in one language, or each caller's in theirs."""
    for language, texts in tree.always.items():
        for key, text in texts.items():
            where = ("always", language, key)
            if wrong := problem_in(text, language):
                yield source.problem(where, wrong)
            elif not text.strip():
                yield source.problem(where, "is empty", expected="what is said")
            if any(key in own for own in tree.prompts.values()) or key in BUILT_IN[language]:
                yield source.problem(where, "stands among the prompts of each language as well")
            elif own_language(tree, key) != language:
                what = f"is spoken in {own_language(tree, key)} already"
                yield source.problem(where, what, expected="one language for each")


def _recordings(source: Source, tree: Tree) -> Problems:
    for language, files in tree.recordings.items():
        for key in files:
            where = ("recordings", language, key)
            if language not in {*tree.prompts, *tree.always}:
                yield source.unknown(where, "language", language, tree.prompts)
            elif (own := own_language(tree, key)) not in (None, language):
                yield source.problem(where, f"this prompt is always spoken in {own}")
            elif key not in prompt_keys(tree):
                yield source.unknown(where, "prompt", key, prompt_keys(tree))
            elif spoken := values_of(tree, key):
                what = f"a recording can't speak {', '.join(sorted(spoken))}"
                yield source.problem(where, what, expected="a recording only where the words never change")
