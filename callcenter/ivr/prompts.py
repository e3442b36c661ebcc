"""What is heard: the prompts of a tree, with values in them, in the caller's language.

The rule: a caller never hears silence, a template or somebody else's words. A tree has every prompt in every
language that it speaks (`checks` sees to it); a language that it doesn't speak becomes the tree's own. A prompt
that stands under `always` is spoken in its one language to everybody. What any tree needs while a caller waits is
built in, and a tree may word it anew under the same key. A value that can't be had (no balance in the record, a
value erased since) turns its prompt into `not_available`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import UndefinedError
from msgspec import Struct

from callcenter.facts import Prompt, Ref
from callcenter.ivr.tree import HangUp, Language, Tree
from callcenter.ivr.wording import rendered, variables

MUSIC = "music"
"""a sound, not a text: its recording bears the same name"""
NOT_AVAILABLE = "not_available"

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "en": {
        "queue_greeting": "Please hold the line, we are connecting you.",
        "expected_wait": "Your waiting time is about {{ minutes | minutes }}.",
        "closed": "We are closed at the moment. Please call again during our opening hours. Goodbye.",
        "apology": "We are sorry, something went wrong on our side. Please call again. Goodbye.",
        NOT_AVAILABLE: "I am sorry, that is not available at the moment.",
        MUSIC: "",
    },
    "zh": {
        "queue_greeting": "请稍候，正在为您转接。",
        "expected_wait": "预计等待时间约{{ minutes | minutes }}。",
        "closed": "现在不是服务时间，请在营业时间来电。再见。",
        "apology": "非常抱歉，我们的系统出现故障，请重新来电。再见。",
        NOT_AVAILABLE: "非常抱歉，目前无法提供该信息。",
        MUSIC: "",
    },
}
BUILT_IN_VALUES = frozenset({"minutes"})
"""plain values that the core gives to built-in prompts; see `Prompt.args`"""
HOURS = "hours_"
"""with a queue's name behind it: a plain value, when that queue is open"""
NOTHING: Mapping[str, str] = {}
BARE = Tree("end", {"end": HangUp()}, {"en": {}, "zh": {}})
"""says what is built in, in every language: for who waits in a centre that has no tree"""


class Spoken(Struct, frozen=True):
    """One thing to be heard."""

    text: str
    language: str
    file: str = ""
    """a recording or a sound that stands in for the text"""
    personal: bool = False
    """holds a personal value: its audio is never kept"""


def fill(tree: Tree, key: str, values: Mapping[str, Ref], hours: Mapping[str, str] = NOTHING) -> Prompt:
    """The prompt with references to the values that it speaks, or `not_available` when one is unknown. `hours`:
    those of each queue."""
    names = wanted_values(tree, key)
    times = {name: hours.get(name.removeprefix(HOURS)) for name in names if name.startswith(HOURS)}
    args = tuple((name, text) for name, text in sorted(times.items()) if text is not None)
    own = sorted(names - times.keys())
    if len(args) < len(times) or not values.keys() >= set(own):
        return Prompt(NOT_AVAILABLE)
    return Prompt(key, tuple((name, values[name]) for name in own), args)


def render(tree: Tree, prompt: Prompt, language: str, values: Mapping[Ref, str]) -> Spoken:
    """What the caller hears. `values` resolves the prompt's references."""
    spoken = own_language(tree, prompt.key) or _language(tree, language)
    written = _text(tree, prompt.key, spoken)
    if written is None:
        # The centre was changed under a running call, and a queue now wants what this version doesn't have.
        return render(tree, Prompt(MUSIC), spoken, {})
    named = dict(prompt.args)
    named.update((name, values[ref]) for name, ref in prompt.refs if ref in values)
    try:
        text = rendered(written, spoken, named)
    except UndefinedError:
        return render(tree, Prompt(NOT_AVAILABLE), spoken, {})
    return Spoken(text, spoken, _recording(tree, prompt.key, spoken), personal=bool(prompt.refs))


def static_prompts(tree: Tree) -> Iterator[Spoken]:
    """Everything that this tree will say in the same words to everybody: to be rendered ahead of need."""
    for language in tree.prompts:
        for key in sorted(BUILT_IN[language].keys() | tree.prompts[language].keys()):
            if not wanted_values(tree, key):
                yield render(tree, Prompt(key), language, {})
    for language, texts in tree.always.items():
        yield from (render(tree, Prompt(key), language, {}) for key in texts if not wanted_values(tree, key))


def wanted_values(tree: Tree, key: str) -> frozenset[str]:
    """The names of the values that a prompt speaks in any of the tree's languages."""
    own = own_language(tree, key)
    languages = (own,) if own else tree.prompts
    texts = (_text(tree, key, language) for language in languages)
    return frozenset().union(*(variables(text) for text in texts if text is not None))


def own_language(tree: Tree, key: str) -> Language | None:
    """The one language in which this prompt is always spoken; None: it is the caller's."""
    return next((language for language, texts in tree.always.items() if key in texts), None)


def _language(tree: Tree, language: str) -> Language:
    return next((known for known in tree.prompts if known == language), tree.language)


def _text(tree: Tree, key: str, language: Language) -> str | None:
    """None: this tree and we have no such prompt."""
    for texts in (tree.prompts.get(language), tree.always.get(language), BUILT_IN[language]):
        if texts is not None and key in texts:
            return texts[key]
    return None


def _recording(tree: Tree, key: str, language: Language) -> str:
    file = tree.recordings.get(language, {}).get(key, "")
    return MUSIC if key == MUSIC and not file else file
