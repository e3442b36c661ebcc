"""What is heard: values, languages, recordings, and what becomes of those that are missing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from small_trees import every_kind

from callcenter.facts import Prompt
from callcenter.ivr.prompts import BUILT_IN, Spoken, fill, render, static_prompts
from callcenter.ivr.speech import FILTERS
from callcenter.ivr.tree import Tree
from callcenter.ivr.wording import OUTPUT_CHARACTERS_MAX, problem_in, rendered, variables

TREE = every_kind()
BOTH = Tree(
    "x",
    {},
    {
        "en": {"balance": "You have {{ balance | money }}.", "hi": "Hello."},
        "zh": {"balance": "您有{{ balance | money }}。", "hi": "您好。"},
    },
    recordings={"zh": {"hi": "hi-zh"}},
)
BALANCE = Prompt("balance", refs=(("balance", "r1"),))


def test_a_prompt_speaks_values_by_reference_in_the_callers_language():
    values = {"r1": "1234.56 USD"}
    assert render(BOTH, BALANCE, "en", values) == Spoken(
        "You have 1,234 dollars and 56 cents.", "en", personal=True
    )
    assert render(BOTH, BALANCE, "zh", values) == Spoken("您有1234.56美元。", "zh", personal=True)


def test_a_language_that_the_tree_does_not_speak_becomes_its_own():
    assert render(BOTH, Prompt("hi"), "fr", {}) == Spoken("Hello.", "en")
    assert render(replace(BOTH, language="zh"), Prompt("closed"), "", {}).language == "zh"


def test_a_recording_stands_in_for_its_text_in_its_language_only():
    assert render(BOTH, Prompt("hi"), "zh", {}) == Spoken("您好。", "zh", file="hi-zh")
    assert render(BOTH, Prompt("hi"), "en", {}) == Spoken("Hello.", "en")


def test_a_value_that_was_erased_since_is_never_silence():
    assert render(BOTH, BALANCE, "en", {}).text == BUILT_IN["en"]["not_available"]


def test_a_newer_queues_prompt_is_music_to_a_call_that_began_before_it():
    assert render(BOTH, Prompt("jazz"), "en", {}) == Spoken("", "en", file="music")


def test_values_are_data_and_never_templates():
    said = render(BOTH, BALANCE, "en", {"r1": "{{ 7 * 7 }} {% for %}"})
    assert said.text == "You have {{ 7 * 7 }} {% for %}."


def test_what_a_queue_needs_is_built_in_and_can_be_worded_anew():
    wait = Prompt("expected_wait", args=(("minutes", "1"),))
    assert render(TREE, wait, "en", {}).text == "Your waiting time is about 1 minute."
    assert render(TREE, Prompt("music"), "en", {}) == Spoken("", "en", file="music")
    own = replace(TREE, prompts={"en": {"expected_wait": "About {{ minutes }}."}})
    assert render(own, wait, "en", {}).text == "About 1."


def test_every_language_has_all_built_in_prompts_and_all_filters():
    assert len({frozenset(texts) for texts in BUILT_IN.values()}) == 1
    assert len({frozenset(filters) for filters in FILTERS.values()}) == 1
    assert BUILT_IN.keys() == FILTERS.keys()
    assert [problem_in(text, name) for name, texts in BUILT_IN.items() for text in texts.values()] == [
        ""
    ] * 12


def test_a_filled_prompt_has_references_to_all_that_it_speaks():
    assert fill(BOTH, "balance", {"balance": "r1", "account": "r2"}) == BALANCE
    assert fill(BOTH, "balance", {"account": "r2"}) == Prompt("not_available")


def test_what_is_the_same_for_everybody_can_be_rendered_ahead():
    said = {(spoken.language, spoken.file or spoken.text) for spoken in static_prompts(BOTH)}
    assert {("en", "Hello."), ("zh", "hi-zh"), ("en", "music"), ("en", BUILT_IN["en"]["apology"])} <= said
    assert not any(spoken.personal or "minutes" in spoken.text for spoken in static_prompts(BOTH))


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("1234.56 USD", "1,234 dollars and 56 cents", "1234.56美元"),
        ("1,234.56 dollars", "1,234 dollars and 56 cents", "1234.56美元"),
        ("1.01", "1 dollar and 1 cent", "1.01美元"),
        ("-20.5", "minus 20 dollars and 50 cents", "负20.50美元"),
        ("0 EUR", "0 euros", "0欧元"),
        ("£3.02", "3 pounds and 2 pence", "3.02英镑"),
        ("8.05 CNY", "8 yuan and 5 fen", "8元零5分"),
        ("8.50 CNY", "8 yuan and 50 fen", "8元5角"),
        ("1234.56 CNY", "1,234 yuan and 56 fen", "1234元5角6分"),
        ("12 bananas", "12 bananas", "12 bananas"),
        ("", "", ""),
    ],
)
def test_money_is_said_as_people_say_it(text: str, english: str, chinese: str):
    assert (FILTERS["en"]["money"](text), FILTERS["zh"]["money"](text)) == (english, chinese)


def test_digits_are_said_one_by_one():
    assert rendered("{{ a | digits }}", "en", {"a": "10-02"}) == "1, 0, 0, 2"


@given(st.text(max_size=200))
def test_a_filter_takes_any_text(text: str):
    for filters in FILTERS.values():
        for said in filters.values():
            assert isinstance(said(text), str)


@given(st.text(alphabet="{}% abif=\"'()[]|.end~*+-<>0129\n\\", max_size=80))
def test_no_template_does_more_than_be_refused_or_rendered(text: str):
    if not problem_in(text, "en"):
        rendered(text, "en", dict.fromkeys(variables(text), "x"))


def test_the_longest_prompt_is_said_in_no_time():
    text = "{{ a | digits }}" * 62
    assert problem_in(text, "en") == ""
    began = time.process_time()
    said = rendered(text, "en", {"a": "9" * 1_000_000})
    assert len(said) == OUTPUT_CHARACTERS_MAX
    assert time.process_time() - began < 0.5
