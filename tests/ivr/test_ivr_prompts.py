"""What is heard: values, languages, recordings, and what becomes of those that are missing."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from small_trees import every_kind

from callcenter.facts import Prompt
from callcenter.ivr.chinese import DIGITS, number
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
    assert render(BOTH, BALANCE, "zh", values) == Spoken(
        "您有一千两百三十四美元五十六美分。", "zh", personal=True
    )


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
        ("1234.56 USD", "1,234 dollars and 56 cents", "一千两百三十四美元五十六美分"),
        ("1,234.56 dollars", "1,234 dollars and 56 cents", "一千两百三十四美元五十六美分"),
        ("12846.50 USD", "12,846 dollars and 50 cents", "一万两千八百四十六美元五十美分"),
        ("1.01", "1 dollar and 1 cent", "一美元一美分"),
        ("2.02", "2 dollars and 2 cents", "两美元两美分"),
        ("0.05", "5 cents", "五美分"),
        ("-20.5", "minus 20 dollars and 50 cents", "负二十美元五十美分"),
        ("0 EUR", "0 euros", "零欧元"),
        ("£3.02", "3 pounds and 2 pence", "三英镑两便士"),
        ("8.05 CNY", "8 yuan and 5 fen", "八元零五分"),
        ("8.50 CNY", "8 yuan and 50 fen", "八元五角"),
        ("0.05 CNY", "5 fen", "五分"),
        ("1234.56 CNY", "1,234 yuan and 56 fen", "一千两百三十四元五角六分"),
        ("12 bananas", "12 bananas", "12 bananas"),
        ("9999999999999999 USD", "9999999999999999 USD", "9999999999999999 USD"),
        ("", "", ""),
    ],
)
def test_money_is_said_as_people_say_it(text: str, english: str, chinese: str):
    assert (FILTERS["en"]["money"](text), FILTERS["zh"]["money"](text)) == (english, chinese)


def test_digits_are_said_one_by_one():
    assert rendered("{{ a | digits }}", "en", {"a": "10-02"}) == "1, 0, 0, 2"
    assert rendered("{{ a | digits }}", "zh", {"a": "10-02"}) == "一，零，零，二"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (22, "二十二"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1_010, "一千零一十"),
        (2_002, "两千零二"),
        (10_000, "一万"),
        (10_110, "一万零一百一十"),
        (20_000, "两万"),
        (123_456, "十二万三千四百五十六"),
        (200_022, "二十万零二十二"),
        (123_456_789, "一亿两千三百四十五万六千七百八十九"),
    ],
)
def test_a_number_is_said_in_chinese_as_people_say_it(value: int, said: str):
    assert number(value) == said


@given(st.integers(0, 10**15 - 1))
def test_any_chinese_number_can_be_read_back(value: int):
    assert read_back(number(value)) == value


def read_back(said: str) -> int:
    """What a person makes of it who knows the characters."""
    for name, step in (("亿", 10**8), ("万", 10**4)):
        before, found, after = said.rpartition(name)
        if found:
            return read_back(before) * step + read_back(after)
    total = digit = 0
    for character in said:
        if character in "十百千":
            total += digit * {"十": 10, "百": 100, "千": 1000}[character] if digit else 10
            digit = 0
        else:
            digit = 2 if character == "两" else DIGITS.index(character)
    return total + digit


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("1", "1 minute", "一分钟"),
        ("2", "2 minutes", "两分钟"),
        ("12", "12 minutes", "十二分钟"),
        ("?", "? minutes", "?分钟"),
    ],
)
def test_minutes_are_counted(text: str, english: str, chinese: str):
    assert (FILTERS["en"]["minutes"](text), FILTERS["zh"]["minutes"](text)) == (english, chinese)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("08:00-20:00", "every day from 8 AM to 8 PM", "每天上午八点到晚上八点"),
        (
            "mon-fri 09:00-18:00, sat 09:05-13:30",
            "Monday to Friday from 9 AM to 6 PM, and Saturday from 9:05 AM to 1:30 PM",
            "星期一到星期五上午九点到下午六点，星期六上午九点零五分到下午一点半",
        ),
        (
            "sun 08:00-12:00, 14:00-24:00",
            "Sunday from 8 AM to noon, and from 2 PM to midnight",
            "星期日上午八点到中午十二点，下午两点到午夜十二点",
        ),
        ("", "at any time, day and night", "全天二十四小时"),
        ("00:00-24:00", "at any time, day and night", "全天二十四小时"),
        ("always", "always", "always"),
    ],
)
def test_opening_hours_are_said_as_people_say_them(text: str, english: str, chinese: str):
    assert (FILTERS["en"]["hours"](text), FILTERS["zh"]["hours"](text)) == (english, chinese)


@given(st.sampled_from(sorted(FILTERS["zh"])), st.integers(0, 10**9), st.integers(0, 99))
def test_no_figure_is_left_for_a_chinese_voice_to_misread(name: str, whole: int, cents: int):
    texts = {"money": f"{whole}.{cents:02} USD", "digits": str(whole), "minutes": str(whole)}
    said = FILTERS["zh"][name](texts.get(name, "08:00-20:00"))
    assert not re.search(r"[0-9A-Za-z]", said)


def test_a_prompt_of_its_own_language_is_spoken_so_to_everybody():
    tree = replace(
        BOTH, always={"zh": {"press": "普通话请按2。"}, "en": {"wait": "Wait {{ hours_day | hours }}."}}
    )
    for language in ("en", "zh", ""):
        assert render(tree, fill(tree, "press", {}), language, {}) == Spoken("普通话请按2。", "zh")
    assert render(tree, fill(tree, "hi", {}), "zh", {}).language == "zh"
    said = [spoken for spoken in static_prompts(tree) if spoken.text == "普通话请按2。"]
    assert said == [Spoken("普通话请按2。", "zh")]
    assert fill(tree, "wait", {}) == Prompt("not_available"), "the queue is gone"


def test_a_prompt_speaks_a_queues_hours_in_the_callers_language():
    hours = {
        "en": {"open": "We are there {{ hours_day | hours }}."},
        "zh": {"open": "{{ hours_day | hours }}营业。"},
    }
    tree = Tree("x", {}, hours)
    prompt = fill(tree, "open", {}, {"day": "08:00-20:00", "night": ""})
    assert prompt == Prompt("open", args=(("hours_day", "08:00-20:00"),))
    assert render(tree, prompt, "en", {}) == Spoken("We are there every day from 8 AM to 8 PM.", "en")
    assert render(tree, prompt, "zh", {}) == Spoken("每天上午八点到晚上八点营业。", "zh")


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
