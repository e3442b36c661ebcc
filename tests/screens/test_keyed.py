"""What the caller keyed comes to the desk; what the customer's record brought does not stand beside it."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter import facts as f
from tests.core.centre import Centre, setup
from tests.screens.days import value
from tests.screens.test_views import desk

TREE = """
begin = "ask"
language = "en"
[values]
balance = { personal = true }
[nodes.ask]
kind = "input"
prompts = ["account"]
name = "account"
max_digits = 8
next = "find"
no_input = "person"
too_many = "person"
[nodes.find]
kind = "identify"
by = "account"
value = "account"
found = "person"
unknown = "person"
several = "person"
failed = "person"
[nodes.person]
kind = "queue"
queue = "accounts"
[prompts.en]
account = "Your account number, please."
"""
SHORT = TREE.replace('name = "account"', 'name = "card"').replace('value = "account"', 'value = "card"')


def keyed(tree: str, centre: Centre | None = None) -> tuple[tuple[str, str], ...]:
    """What agent 1's desk shows of a call through this tree."""
    centre = centre or Centre(replace(setup(), trees=(f.TreeSetup("main", 1, tree),)))
    centre.ready(1)
    centre.call(ani="a1")
    centre.do(f.KeysEntered("phone:1", 1, value="k1"))
    centre.do(f.CustomerFound(centre.live.state.counters.look_up, 7, "A", "en", (("balance", "b1"),)))
    return desk(centre).entered


def test_what_was_keyed_is_shown_and_what_the_record_brought_is_not():
    assert keyed(TREE) == (("account", value("k1")),)


def test_a_new_version_of_the_tree_asks_for_something_else():
    centre = Centre(replace(setup(), trees=(f.TreeSetup("main", 1, TREE),)))
    centre.do(f.CentreApplied(2, replace(setup(), trees=(f.TreeSetup("main", 2, SHORT),)), "test"))
    assert keyed(SHORT, centre) == (("card", value("k1")),)
