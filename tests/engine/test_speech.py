"""Prompts become words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from callcenter import effects as e
from callcenter import facts as f
from callcenter.cti.provider import Dial, WantedLeg
from callcenter.engine.speech import Speech
from tests.core.centre import Centre


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


def test_a_value_is_said_where_it_belongs() -> None:
    assert said({"ref:1": "5.00 USD"}) == "You have 5 dollars."


def test_a_value_that_breaks_its_prompt_costs_a_sentence() -> None:
    broken = cast(Mapping[f.Ref, str], {"ref:1": 5})
    assert said(broken) == "I am sorry, that is not available at the moment."
