"""The tree of the demo bank: proven, friendly, and 0 always leads to a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_trees import Caller

from callcenter.facts import PinResult
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
    Unknown,
    advance,
)
from callcenter.ivr.prompts import render
from callcenter.ivr.tree import Input, Menu, Tree, Verify, read_tree
from callcenter.setup.toml_source import read, validate

FILE = Path(__file__).parents[2] / "demo" / "trees" / "main.toml"
TREE = read_tree(FILE.read_text(encoding="utf-8"))
KNOWN = Context(identified=True, grade="A", language="en", values=(("balance", "r/balance"),))
QUESTION_CHARACTERS_MAX = 140
"""nobody keeps a longer question in mind"""


def test_every_path_of_it_is_proven():
    source = read(FILE)
    report = check_tree(source, validate(source, Tree), queues=("accounts", "cards", "loans"), grades="ABC")
    assert report.problems == ()
    assert report.summary is not None
    assert report.summary.paths > 100


@pytest.mark.parametrize("name", [name for name, node in TREE.nodes.items() if isinstance(node, Menu)])
def test_zero_leads_from_every_menu_to_a_person(name: str):
    step = advance(TREE, name, 0, Keyed("0"), KNOWN)
    assert (step.node, advance(TREE, step.node, 0, Spoken(), KNOWN).want) == ("person", Enqueue("accounts"))


@pytest.mark.parametrize(
    "name", [name for name, node in TREE.nodes.items() if isinstance(node, Menu | Input | Verify)]
)
def test_questions_are_short(name: str):
    step = advance(TREE, name, 0, Begun(), KNOWN)
    assert isinstance(step.want, Speak)
    assert sum(len(render(TREE, p, "en", {}).text) for p in step.want.prompts) <= QUESTION_CHARACTERS_MAX


def test_a_customer_hears_the_balance_and_then_asks_for_a_person():
    caller = Caller(TREE, Context())
    caller.does(Spoken())
    caller.does(Found(), KNOWN)
    assert caller.does(Keyed(has_value=True)).want == CheckPin()
    caller.does(PinAnswered(PinResult.RIGHT))
    told = caller.does(Keyed("1"))
    assert isinstance(told.want, Speak)
    heard = render(TREE, told.want.prompts[0], "en", {"r/balance": "12846.50 USD"})
    assert heard.text == "Your balance is 12,846 dollars and 50 cents."
    caller.does(Spoken())
    assert caller.milestones == ["balance_heard"]
    caller.does(Keyed("0"))
    assert caller.does(Spoken()).want == Enqueue("accounts")
    assert caller.path == [
        ("greeting", "next"),
        ("by_number", "found"),
        ("pin", "right"),
        ("main", "1"),
        ("balance", "next"),
        ("balance_heard", "next"),
        ("anything_else", "0"),
    ]


def test_who_says_nothing_after_the_balance_is_thanked_and_let_go():
    caller = Caller(TREE, KNOWN)
    caller.step = advance(TREE, "balance", 0, Spoken(), KNOWN)
    caller.does(NotKeyed())
    assert caller.does(NotKeyed()).node == "goodbye"
    assert caller.does(Spoken()).want == Leave()


def test_an_unknown_caller_can_key_an_account_or_ask_for_a_person():
    caller = Caller(TREE, Context())
    caller.does(Spoken())
    caller.does(Unknown())
    caller.does(Keyed("1"))
    caller.does(Keyed(has_value=True))
    assert caller.does(Unknown()).node == "not_found"
    assert caller.does(Spoken()).node == "who"
    assert caller.does(Keyed("0")).node == "person"


@pytest.mark.parametrize("event", [PinAnswered(PinResult.LOCKED), LookUpBroke(), Keyed()])
def test_who_cannot_be_verified_is_still_served(event: PinAnswered | LookUpBroke | Keyed):
    caller = Caller(TREE, KNOWN)
    caller.step = advance(TREE, "pin", 0, event, KNOWN)
    for _ in range(8):
        if isinstance(caller.step.want, Enqueue):
            break
        asked = isinstance(caller.step.want, Speak) and caller.step.want.listen is not None
        caller.does(NotKeyed() if asked else Spoken())
    assert caller.step.want == Enqueue("accounts")
