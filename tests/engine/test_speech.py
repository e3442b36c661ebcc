"""Prompts become words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from callcenter import effects as e
from callcenter import facts as f
from callcenter.cti.provider import Dial, Play, Say, WantedLeg
from callcenter.engine.speech import Speech
from callcenter.state import Live, State
from callcenter.wanted import live_legs
from tests.core.centre import Centre
from tests.core.test_calling import NUMBER, dialled


def said(values: Mapping[f.Ref, str]) -> str:
    prompt = f.Prompt("balance", refs=(("balance", "ref:1"),))
    play = e.PlayPrompt("phone", "phone:1", 1, "main", 1, "en", (prompt,), None, False)
    spoken = Speech(Centre().live, values).play(play)
    assert spoken is not None
    return spoken.says[0].text


def test_a_number_stands_in_for_its_reference_only_here() -> None:
    speech = Speech(Centre().live, {"ref:1": "+14155550101"})
    dial = e.DialNumber("phone", "c1-l2", "ref:1")
    assert speech.command(dial) == Dial("c1-l2", "+14155550101")
    wanted = WantedLeg("c1-l2", (Dial("c1-l2", "+14155550101"),))
    assert list(speech.wanted_legs([("c1-l2", (dial,))])) == [wanted]
    assert Speech(Centre().live, {}).command(dial) == Dial("c1-l2", "")


def test_whom_we_called_and_who_waits_hears_music_and_is_known_to_be_on_the_line() -> None:
    centre, own, leg = dialled()
    centre.do(f.LegAnswered(leg))
    speech = Speech(centre.live, {NUMBER: "+14155550101"})
    wanted = {each.leg: each for each in speech.wanted_legs(live_legs(centre.live, "phone"))}
    assert wanted[leg].answered
    centre.do(f.AgentSignedOut(2, "agent2"))
    centre.do(f.LegEnded(own, f.LegCause.VANISHED))
    wanted = {each.leg: each for each in speech.wanted_legs(live_legs(centre.live, "phone"))}
    music = Play(leg, 1, (Say("", file="music"),), loop=True)
    assert wanted == {leg: WantedLeg(leg, (Dial(leg, "+14155550101"), music), answered=True)}
    effect = next(one for one in reversed(centre.effects) if isinstance(one, e.PlayPrompt))
    assert speech.play(effect) == music


def test_a_number_that_rings_is_not_on_the_line() -> None:
    centre, own, leg = dialled()
    wanted = Speech(centre.live, {}).wanted_legs(live_legs(centre.live, "phone"))
    assert {each.leg: each.answered for each in wanted} == {own: True, leg: False}


def test_who_came_through_no_tree_is_told_the_wait_in_the_centres_words_or_the_built_in_ones() -> None:
    told = f.Prompt("expected_wait", args=(("minutes", "2"),))
    play = e.PlayPrompt("phone", "c1-l2", 1, "", 0, "zh", (told, f.Prompt("music")), None, True)
    spoken = Speech(Centre().live, {}).play(play)
    assert spoken is not None
    assert [say.text for say in spoken.says] == ["Your waiting time is about 2 minutes.", ""]
    spoken = Speech(Live(State(1)), {}).play(play)
    assert spoken is not None
    assert [(say.text, say.file) for say in spoken.says] == [("预计等待时间约两分钟。", ""), ("", "music")]


def test_a_value_is_said_where_it_belongs() -> None:
    assert said({"ref:1": "5.00 USD"}) == "You have 5 dollars."


def test_a_value_that_breaks_its_prompt_costs_a_sentence() -> None:
    broken = cast(Mapping[f.Ref, str], {"ref:1": 5})
    assert said(broken) == "I am sorry, that is not available at the moment."
