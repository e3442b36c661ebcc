"""The tree of the demo bank: proven, friendly, in both languages, and 0 always leads to a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from small_trees import Caller

from callcenter.facts import PinResult, Prompt
from callcenter.ivr.checks import check_tree
from callcenter.ivr.flow import (
    Begun,
    CheckPin,
    Context,
    Enqueue,
    Found,
    Keyed,
    Leave,
    LookUpBroke,
    NotKeyed,
    PinAnswered,
    Speak,
    Spoken,
    Step,
    Unknown,
    advance,
)
from callcenter.ivr.prompts import Spoken as Said
from callcenter.ivr.prompts import render
from callcenter.ivr.tree import Input, Menu, Milestone, Queue, Tree, Verify, read_tree
from callcenter.setup.centre_toml import read_centre
from callcenter.setup.toml_source import read, validate

DEMO = Path(__file__).parents[2] / "demo"
FILE = DEMO / "trees" / "main.toml"
TREE = read_tree(FILE.read_text(encoding="utf-8"))
QUEUES = {queue.name: queue.hours for queue in read_centre(DEMO / "centre.toml").setup.queues}
LIMITED = frozenset(name for name, hours in QUEUES.items() if hours)
KNOWN = Context(
    identified=True,
    grade="A",
    language="en",
    values=(("balance", "r/balance"),),
    hours=tuple(QUEUES.items()),
)
NIGHT = replace(KNOWN, closed=LIMITED)
MENUS = [name for name, node in TREE.nodes.items() if isinstance(node, Menu)]
QUESTION_CHARACTERS_MAX = 150
"""nobody keeps a longer question in mind; a Chinese character takes as long as two letters"""
CHOICES_MAX = 5


def said(step: Step, language: str = "en", values: dict[str, str] | None = None) -> list[Said]:
    assert isinstance(step.want, Speak)
    return [render(TREE, prompt, language, values or {}) for prompt in step.want.prompts]


def texts(step: Step, language: str = "en", values: dict[str, str] | None = None) -> str:
    return " ".join(spoken.text for spoken in said(step, language, values))


def at(node: str, context: Context = KNOWN) -> Caller:
    """A caller who stands at this node."""
    caller = Caller(TREE, context)
    caller.step = advance(TREE, node, 0, Begun(), context)
    return caller


def heard_out(caller: Caller) -> Step:
    """Whatever is said is listened to, and nothing is keyed."""
    for _ in range(20):
        want = caller.step.want
        if not isinstance(want, Speak):
            break
        caller.does(Spoken() if want.listen is None else NotKeyed())
    return caller.step


def test_every_path_of_it_is_proven():
    source = read(FILE)
    report = check_tree(source, validate(source, Tree), queues=QUEUES, grades="ABC", limited=LIMITED)
    assert report.problems == ()
    assert report.summary is not None
    assert report.summary.paths > 1_000


# --- Every menu, every language ---


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", MENUS)
def test_zero_leads_from_every_menu_to_a_person(name: str, language: str):
    caller = at(name, replace(KNOWN, language=language))
    caller.does(Keyed("0"))
    assert isinstance(heard_out(caller).want, Enqueue)


@pytest.mark.parametrize("name", MENUS)
def test_menus_are_short(name: str):
    node = TREE.nodes[name]
    assert isinstance(node, Menu)
    assert len(node.choices) <= CHOICES_MAX


@pytest.mark.parametrize(
    "name", [name for name, node in TREE.nodes.items() if isinstance(node, Menu | Input | Verify)]
)
def test_questions_are_short(name: str):
    for language in ("en", "zh"):
        lengths = [
            len(one.text) * (2 if one.language == "zh" else 1) for one in said(at(name).step, language)
        ]
        assert sum(lengths) <= QUESTION_CHARACTERS_MAX


def test_a_chinese_voice_reads_no_latin_letters_and_no_long_numbers():
    for key, text in {**TREE.prompts["zh"], **TREE.always["zh"]}.items():
        spoken = re.sub(r"\{\{.*?\}\}", "", text)
        assert not re.search(r"[A-Za-z]|[0-9]{2}|[,.?!]", spoken), key


def test_every_word_is_in_both_languages():
    assert TREE.prompts["en"].keys() == TREE.prompts["zh"].keys()
    assert len(TREE.always["en"]) == len(TREE.always["zh"])
    assert {node.queue for node in TREE.nodes.values() if isinstance(node, Queue)} == QUEUES.keys()


# --- The beginning ---


def test_everybody_is_greeted_in_both_languages_each_in_its_own_voice():
    caller = Caller(TREE, Context())
    greeting = said(caller.step, "en") + said(caller.does(Spoken()) and caller.does(Unknown()), "en")
    assert greeting == [
        Said("Welcome to Harbour Bank.", "en"),
        Said("海港银行欢迎您。", "zh"),
        Said("For English, press 1.", "en"),
        Said("普通话请按2。", "zh"),
        Said("Calls are recorded.", "en"),
        Said("本次通话将被录音。", "zh"),
        Said("If you do not want that, press 9.", "en"),
        Said("如果不同意，请按9。", "zh"),
    ]


@pytest.mark.parametrize(("key", "language"), [("1", "en"), ("2", "zh")])
@pytest.mark.parametrize("menu", ["quick", "language", "language_again"])
def test_a_language_is_chosen_by_one_key(menu: str, key: str, language: str):
    step = at(menu).does(Keyed(key))
    assert (step.language, step.node) == (language, "main")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_whose_language_we_know_need_do_nothing_and_wait_little(language: str):
    caller = Caller(TREE, Context())
    caller.does(Spoken())
    step = caller.does(Found(), replace(KNOWN, language=language))
    assert step.node == "quick"
    assert isinstance(step.want, Speak)
    assert step.want.listen is not None
    assert step.want.listen.timeout_ms <= 2_000
    after = caller.does(NotKeyed())
    assert (after.node, after.language) == ("main", "")


def test_who_says_nothing_is_spoken_to_in_english():
    caller = at("language", Context())
    caller.does(NotKeyed())
    assert caller.does(NotKeyed()).language == "en"


@pytest.mark.parametrize("menu", ["quick", "language", "more"])
def test_nine_refuses_the_recording_and_is_confirmed_in_both_languages(menu: str):
    caller = at(menu, replace(KNOWN, language="" if menu == "language" else "zh"))
    step = caller.does(Keyed("9"))
    assert step.unrecorded
    assert [spoken.language for spoken in said(step)] == ["en", "zh"]
    assert caller.does(Spoken()).node == ("language_again" if menu == "language" else "main")


# --- Self-service ---


@pytest.mark.parametrize(
    ("language", "balance"),
    [
        ("en", "Your balance is 12,846 dollars and 50 cents."),
        ("zh", "您的账户余额是一万两千八百四十六美元五十美分。"),
    ],
)
def test_a_customer_hears_the_balance_and_then_asks_for_a_person(language: str, balance: str):
    caller = Caller(TREE, Context())
    caller.does(Spoken())
    caller.does(Found(), KNOWN)
    caller.does(Keyed("2" if language == "zh" else "1"), replace(KNOWN, language=language))
    assert caller.does(Keyed("2")).node == "pin"
    assert caller.does(Keyed(has_value=True)).want == CheckPin()
    caller.does(PinAnswered(PinResult.RIGHT))
    told = caller.does(Keyed("1"), replace(caller.context, verified=True))
    assert texts(told, language, {"r/balance": "12846.50 USD"}) == balance
    caller.does(Spoken())
    assert caller.milestones == ["balance_heard"]
    caller.does(Keyed("0"))
    queue = "personal_zh" if language == "zh" else "accounts"
    assert caller.does(Spoken()).want == Enqueue(queue)
    assert [step for step in caller.path if step[1] not in ("next", "else", "yes", "en", "zh")] == [
        ("by_number", "found"),
        ("quick", "2" if language == "zh" else "1"),
        ("main", "2"),
        ("pin", "right"),
        ("bank_menu", "1"),
        ("anything_else", "0"),
    ]


@pytest.mark.parametrize(
    ("node", "milestone"),
    [
        ("balance", "balance_heard"),
        ("pin_help", "pin_help_heard"),
        ("appointment", "appointment_heard"),
        ("opening_hours", "hours_heard"),
    ],
)
def test_who_got_what_they_wanted_and_says_no_more_is_thanked_and_let_go(node: str, milestone: str):
    caller = at(node, replace(KNOWN, verified=True))
    assert heard_out(caller).want == Leave()
    assert caller.path[-1][1] == "no_input"
    assert caller.milestones == [milestone]
    assert milestone in {one.name for one in TREE.nodes.values() if isinstance(one, Milestone)}


def test_the_hours_are_those_of_the_centre():
    step = at("opening_hours").step
    assert texts(step) == (
        "Our account team is there every day from 8 AM to 8 PM. "
        "Our loan team is there every day from 9 AM to 6 PM. "
        "Car service is there every day from 8 AM to 6 PM. "
        "For lost cards and breakdowns we are there day and night."
    )
    assert texts(step, "zh").startswith(
        "账户服务时间是每天上午八点到晚上八点。 贷款服务时间是每天上午九点到下午六点。"
    )


# --- People, by day and by night ---


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("keys", "queue"),
    [
        (("1",), "lost_card"),
        (("0",), "accounts"),
        (("3", "1"), "roadside"),
        (("3", "2"), "car_service"),
        (("4", "1"), "complaints"),
        (("4", "0"), "accounts"),
    ],
)
def test_every_queue_is_a_key_or_two_away(keys: tuple[str, ...], queue: str, language: str):
    caller = at("main", replace(KNOWN, language=language))
    for key in keys:
        caller.does(Keyed(key))
    in_chinese = {"accounts": "personal_zh"} if language == "zh" else {}
    assert heard_out(caller).want == Enqueue(in_chinese.get(queue, queue))


def test_loans_are_behind_the_pin_or_without_it():
    for menu in ("bank_menu", "unverified"):
        caller = at(menu)
        caller.does(Keyed("2"))
        assert heard_out(caller).want == Enqueue("loans")


def test_whose_car_broke_down_is_warned_first():
    caller = at("car")
    assert texts(caller.does(Keyed("1"))) == "In danger? Hang up, dial 9 1 1."
    assert texts(caller.step, "zh") == "如果您有危险，请挂断电话，拨打九一一。"
    assert heard_out(caller).want == Enqueue("roadside")


@pytest.mark.parametrize(
    ("node", "hours"),
    [
        ("person", "Our account team is there every day from 8 AM to 8 PM."),
        ("loans_open", "Our loan team is there every day from 9 AM to 6 PM."),
        ("car_service_open", "Car service is there every day from 8 AM to 6 PM."),
        ("complaints_open", "Our complaints team is there every day from 9 AM to 6 PM."),
    ],
)
def test_a_closed_queue_says_when_it_is_open_and_what_is_possible_now(node: str, hours: str):
    caller = at(node, NIGHT)
    assert texts(caller.step) == f"I am sorry, nobody is there just now. {hours}"
    menu = caller.does(Spoken())
    assert "For a lost or stolen card, press 1. For a breakdown on the road, 2." in texts(menu)
    assert caller.does(Keyed("1")).node == "lost_card"
    assert heard_out(caller).want == Enqueue("lost_card")


def test_a_closed_chinese_queue_says_so_in_chinese():
    step = at("person", replace(NIGHT, language="zh")).step
    assert texts(step, "zh") == "非常抱歉，现在没有人接听。 中文服务时间是每天上午八点到晚上八点。"


def test_a_silent_line_at_night_is_let_go():
    caller = at("main", NIGHT)
    assert heard_out(caller).want == Leave()


def test_self_service_goes_on_at_night():
    caller = at("closed", NIGHT)
    caller.does(Keyed("9"))
    caller.does(Keyed("2"))
    assert caller.step.node == "pin"


# --- Who are they ---


def test_an_unknown_caller_can_key_an_account_or_ask_for_a_person():
    caller = at("main", Context())
    assert caller.does(Keyed("2")).node == "who"
    caller.does(Keyed("1"))
    caller.does(Keyed(has_value=True))
    assert caller.does(Unknown()).node == "not_found"
    assert caller.does(Spoken()).node == "who"
    assert caller.does(Keyed("0")).node == "accounts"


@pytest.mark.parametrize("event", [PinAnswered(PinResult.LOCKED), LookUpBroke(), Keyed()])
def test_who_cannot_be_verified_is_still_served(event: PinAnswered | LookUpBroke | Keyed):
    caller = at("pin")
    caller.does(event)
    assert heard_out(caller).want == Enqueue("accounts")


def test_who_gave_no_pin_is_not_asked_again():
    caller = at("pin")
    caller.does(Keyed())
    assert caller.step.node == "unverified"
    caller.does(Keyed("9"), replace(KNOWN, pin_asked=True))
    assert caller.does(Keyed("2")).node == "unverified"


def test_the_wait_is_told_in_the_callers_language():
    wait = Prompt("expected_wait", args=(("minutes", "2"),))
    assert render(TREE, wait, "en", {}).text == "Your waiting time is about 2 minutes."
    assert render(TREE, wait, "zh", {}) == Said("预计等待时间约两分钟。", "zh")
