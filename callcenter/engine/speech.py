"""From references to words: what the core wants said becomes what a provider can say, a number what it can call.

Only here do references to personal values meet the values; the words go to the provider and nowhere else. A
contact that came through no tree, because we opened it, hears the words of the centre's first one.
"""

from collections.abc import Iterable, Iterator, Mapping

import structlog

from callcenter import effects as e
from callcenter import facts as f
from callcenter.cti.provider import Command, Dial, Play, Say, WantedLeg
from callcenter.ivr.prompts import BARE, NOT_AVAILABLE, Spoken, render, static_prompts
from callcenter.ivr.tree import Tree
from callcenter.lifecycles import LegState
from callcenter.state import Live, tree_key

log = structlog.get_logger(__name__)


class Speech:
    def __init__(self, live: Live, values: Mapping[f.Ref, str]) -> None:
        self._live = live
        self._values = values
        self._plain: dict[tuple[str, f.Prompt, str], Say] = {}
        """prompts that are the same for everybody; a new version of a tree has a new key"""

    def command(self, effect: e.LegEffect) -> Command | None:
        """None when the contact is gone meanwhile, and with it what was to be said."""
        match effect:
            case e.PlayPrompt():
                return self.play(effect)
            case e.DialNumber(_, leg, number):
                return Dial(leg, self._values.get(number, ""))
            case _:
                return effect

    def play(self, effect: e.PlayPrompt) -> Play | None:
        """None when the contact, and with it the tree, is gone meanwhile."""
        key = tree_key(effect.tree, effect.tree_version) if effect.tree else self._own_tree()
        tree = self._live.tree(key) if key else BARE
        if tree is None:
            return None
        says = tuple(self._say(key, tree, prompt, effect.language) for prompt in effect.prompts)
        return Play(effect.leg, effect.play, says, effect.listen, effect.loop)

    def wanted_legs(self, legs: Iterable[tuple[f.LegId, tuple[e.LegEffect, ...]]]) -> Iterator[WantedLeg]:
        for leg, effects in legs:
            commands = [self.command(effect) for effect in effects]
            record = self._live.state.legs.get(leg)
            answered = record is not None and record.state is LegState.UP
            yield WantedLeg(leg, tuple(command for command in commands if command is not None), answered)

    def ahead_of_need(self) -> Iterator[Say]:
        """Everything that the current trees say in the same words to everybody."""
        setup = self._live.state.setup
        for setup_tree in setup.trees if setup else ():
            tree = self._live.tree(tree_key(setup_tree.name, setup_tree.version))
            if tree is not None:
                yield from map(_as_say, static_prompts(tree))

    def _own_tree(self) -> str:
        """The centre's first; "": it has none."""
        setup = self._live.state.setup
        trees = setup.trees if setup is not None else ()
        return tree_key(trees[0].name, trees[0].version) if trees else ""

    def _say(self, key: str, tree: Tree, prompt: f.Prompt, language: str) -> Say:
        if prompt.refs:
            return self._personal(tree, prompt, language)
        known = self._plain.get((key, prompt, language))
        if known is None:
            known = _as_say(render(tree, prompt, language, {}))
            self._plain[key, prompt, language] = known
        return known

    def _personal(self, tree: Tree, prompt: f.Prompt, language: str) -> Say:
        try:
            return _as_say(render(tree, prompt, language, self._values))
        except Exception as error:  # one customer's data: it costs a sentence, not the centre
            log.error("speech.failed", prompt=prompt.key, reason=type(error).__name__)
            return _as_say(render(tree, f.Prompt(NOT_AVAILABLE), language, {}))


def _as_say(spoken: Spoken) -> Say:
    return Say(spoken.text, spoken.language, spoken.file, spoken.personal)
