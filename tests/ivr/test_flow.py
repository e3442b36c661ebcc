"""The walk of one contact: what each node wants, and where each answer leads."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from small_trees import Caller, every_kind

from callcenter.facts import KeysKind, Listen, PinResult, Prompt
from callcenter.ivr.flow import (
    Begun,
    CheckPin,
    Context,
    Enqueue,
    FindCustomer,
    Found,
    IllegalEvent,
    Keyed,
    Leave,
    LookUpBroke,
    LoopFound,
    NotKeyed,
    PinAnswered,
    Speak,
    Spoken,
    Step,
    Unknown,
    advance,
    begin,
)
from callcenter.ivr.tree import Branch, SpeakIn, Tree, is_unproven, read_tree

TREE = every_kind()
KNOWN = Context(identified=True, grade="B", values=(("balance", "browser:1/balance"),))
PROVEN = Context(identified=True, verified=True, grade="B", values=KNOWN.values)


def at(
    node: str, event: Begun | Spoken | Keyed | NotKeyed, context: Context = PROVEN, tries: int = 0
) -> Step:
    return advance(TREE, node, tries, event, context)


def keys_of(step: Step) -> tuple[str, ...]:
    assert isinstance(step.want, Speak)
    return tuple(prompt.key for prompt in step.want.prompts)


def test_a_say_is_spoken_and_then_left():
    caller = Caller(TREE, Context())
    assert caller.step.want == Speak((Prompt("welcome"),), None)
    step = caller.does(Spoken())
    assert (step.path, step.node, step.want) == (
        (("hello", "next"),),
        "by_number",
        FindCustomer("number", ""),
    )


def test_a_withheld_number_is_never_looked_up():
    step = Caller(TREE, Context(withheld=True)).does(Spoken())
    assert step.path == (("hello", "next"), ("by_number", "withheld"))
    assert step.want == Speak((Prompt("key_account"),), Listen(KeysKind.VALUE, 8, 8000, "#"))


@pytest.mark.parametrize(
    ("event", "exit"),
    [
        (Found(), "found"),
        (Unknown(), "unknown"),
        (Unknown(matches=2), "several"),
        (LookUpBroke(), "failed"),
    ],
)
def test_each_answer_of_a_look_up_has_its_exit(event: Found | Unknown | LookUpBroke, exit: str):
    assert advance(TREE, "by_number", 0, event, Context()).path[0] == ("by_number", exit)


def test_a_keyed_account_is_kept_looked_up_and_repeated():
    step = at("account", Keyed(has_value=True, value="browser:1/keys-3"), Context())
    assert (step.value_name, step.want) == ("account", FindCustomer("account", "account"))
    known = Context(values=(("account", "browser:1/keys-3"),))
    found = advance(TREE, "by_account", 0, Found(), known)
    assert found.want == Speak((Prompt("your_account", refs=known.values),), None)


def test_a_value_can_be_spoken_in_the_very_step_in_which_it_was_keyed():
    tree = _changed("account", next="repeat")
    step = advance(
        tree, "account", 0, Keyed(has_value=True, value="r7"), Context(values=(("account", "r1"),))
    )
    assert step.want == Speak((Prompt("your_account", refs=(("account", "r7"),)),), None)


def test_the_finish_key_alone_is_an_invalid_input():
    step = at("account", Keyed(), Context())
    assert (step.path, step.tries, keys_of(step)) == (
        (("account", "invalid"),),
        1,
        ("sorry", "key_account"),
    )
    assert at("account", Keyed(), Context(), tries=1).path == (("account", "too_many"),)


def test_a_menu_listens_for_one_key_and_every_key_may_be_a_choice():
    step = at("menu", Begun())
    assert step.want == Speak((Prompt("choose"),), Listen(KeysKind.CHOICE, 1, 5000, finish_key=""))
    assert at("menu", Keyed("*")).want == Leave()


def test_a_wrong_key_and_a_silence_are_answered_each_in_its_way():
    assert keys_of(at("menu", Keyed("7"))) == ("sorry", "choose")
    assert keys_of(at("menu", NotKeyed())) == ("hello_there", "choose")


def test_nobody_is_asked_for_ever():
    caller = Caller(TREE, PROVEN)
    caller.step = at("menu", Begun())
    for event in (NotKeyed(), Keyed("7"), NotKeyed()):
        caller.does(event)
    assert caller.path[-3:] == [("menu", "timeout"), ("menu", "invalid"), ("menu", "no_input")]
    assert caller.step.node == "bye"
    assert at("menu", Keyed("7"), tries=2).path == (("menu", "too_many"),)


def test_tries_begin_anew_at_the_next_question():
    assert at("menu", Keyed("0"), tries=2).tries == 0


def test_a_pin_is_asked_checked_and_opens_the_balance():
    caller = Caller(TREE, Context())
    caller.does(Spoken())
    asked = caller.does(Found(), KNOWN)
    assert asked.want == Speak((Prompt("key_pin"),), Listen(KeysKind.SECRET, 4, 8000, "#"))
    assert caller.does(Keyed(has_value=True)).want == CheckPin()
    assert caller.does(PinAnswered(PinResult.RIGHT)).node == "menu"
    told = caller.does(Keyed("1"), PROVEN)
    assert told.want == Speak((Prompt("your_balance", refs=KNOWN.values),), None)
    again = caller.does(Spoken())
    assert (again.milestones, again.node) == (("balance_heard",), "menu")
    assert caller.path == [
        ("hello", "next"),
        ("by_number", "found"),
        ("pin", "right"),
        ("grade", "else"),
        ("menu", "1"),
        ("tell", "next"),
        ("done", "next"),
    ]


def test_the_third_wrong_pin_is_the_last():
    wrong = PinAnswered(PinResult.WRONG)
    first = advance(TREE, "pin", 0, wrong, KNOWN)
    assert (first.path, first.tries, keys_of(first)) == ((("pin", "again"),), 1, ("sorry", "key_pin"))
    assert advance(TREE, "pin", 2, wrong, KNOWN).path == (("pin", "wrong"),)


def test_digits_forgotten_in_a_crash_cost_no_try():
    step = advance(TREE, "pin", 2, PinAnswered(PinResult.FORGOTTEN), KNOWN)
    assert (step.path, step.tries, keys_of(step)) == ((("pin", "forgotten"),), 2, ("key_pin",))


@pytest.mark.parametrize(
    ("event", "exit"),
    [
        (PinAnswered(PinResult.LOCKED), "locked"),
        (LookUpBroke(), "failed"),
        (Keyed(), "no_input"),
    ],
)
def test_other_ends_of_a_pin_lead_to_a_person(event: PinAnswered | LookUpBroke | Keyed, exit: str):
    step = advance(TREE, "pin", 0, event, KNOWN)
    assert (step.path, step.node) == ((("pin", exit),), "wait")


def test_who_is_verified_is_not_asked_again():
    assert at("pin", Begun()).path == (("pin", "right"), ("grade", "else"))


def test_a_pin_is_not_asked_of_nobody():
    assert advance(TREE, "pin", 0, Begun(), Context()).path == (("pin", "failed"),)


def test_another_customer_has_to_be_verified_anew():
    step = advance(TREE, "by_account", 0, Found(), PROVEN)
    assert step.node == "repeat"
    tree = _changed("by_account", found="pin")
    assert keys_of(advance(tree, "by_account", 0, Found(), PROVEN)) == ("key_pin",)


@pytest.mark.parametrize(
    ("branch", "context", "exit"),
    [
        (Branch("identified", {"yes": "gone"}, "bye"), KNOWN, "yes"),
        (Branch("identified", {"yes": "gone"}, "bye"), Context(), "else"),
        (Branch("verified", {"yes": "gone", "no": "gone"}, "bye"), KNOWN, "no"),
        (Branch("grade", {"A": "gone"}, "bye"), Context(grade="A"), "A"),
        (Branch("grade", {"A": "gone"}, "bye"), Context(grade="C"), "else"),
        (Branch("language", {"zh": "gone"}, "bye"), Context(language="zh"), "zh"),
        (Branch("pin_asked", {"yes": "gone"}, "bye"), Context(pin_asked=True), "yes"),
        (Branch("pin_asked", {"yes": "gone"}, "bye"), Context(), "else"),
        (Branch("open", {"yes": "gone"}, "bye", "cards"), Context(), "yes"),
        (Branch("open", {"yes": "gone"}, "bye", "cards"), Context(closed=frozenset(["accounts"])), "yes"),
        (Branch("open", {"yes": "gone"}, "bye", "cards"), Context(closed=frozenset(["cards"])), "else"),
        (
            Branch("open", {"yes": "bye", "no": "gone"}, "bye", "cards"),
            Context(closed=frozenset(["cards"])),
            "no",
        ),
    ],
)
def test_a_branch_goes_by_what_is_known(branch: Branch, context: Context, exit: str):
    tree = Tree("b", {**TREE.nodes, "b": branch}, TREE.prompts)
    assert begin(tree, context).path == (("b", exit),)


def test_a_language_is_chosen_and_known_in_the_same_step():
    nodes = {
        **TREE.nodes,
        "chinese": SpeakIn("zh", "fork"),
        "fork": Branch("language", {"zh": "cards"}, "bye"),
    }
    step = advance(Tree("chinese", nodes, TREE.prompts), "chinese", 0, Begun(), Context(language="en"))
    assert (step.language, step.want) == ("zh", Enqueue("cards"))
    assert step.path == (("chinese", "next"), ("fork", "zh"))


def test_who_wants_no_recording_goes_on_unrecorded():
    step = at("menu", Keyed("2"))
    assert (step.language, step.unrecorded) == ("en", True)
    assert step.path == (("menu", "2"), ("english", "next"), ("unrecorded", "next"), ("open", "yes"))
    assert (at("menu", Keyed("0")).language, at("menu", Keyed("0")).unrecorded) == ("", False)


def test_a_queue_is_open_or_closed_at_this_moment():
    closed = replace(PROVEN, closed=frozenset(["accounts"]))
    assert at("menu", Keyed("2"), closed).node == "bye"


@pytest.mark.parametrize("event", [PinAnswered(PinResult.WRONG), PinAnswered(PinResult.LOCKED), NotKeyed()])
def test_a_pin_not_given_is_known_in_the_same_step(event: PinAnswered | NotKeyed):
    nodes = {**TREE.nodes, "wait": Branch("pin_asked", {"yes": "gone"}, "bye")}
    tree = replace(TREE, nodes=nodes)
    assert advance(tree, "pin", 2, event, KNOWN).path[-1] == ("wait", "yes")
    assert advance(tree, "menu", 0, Keyed("0"), KNOWN).path[-1] == ("wait", "else")


def test_only_who_has_left_the_pin_question_was_asked_in_vain():
    exits = ("wrong", "locked", "no_input", "failed")
    asked = [
        exit
        for exit in (*exits, "right", "again", "timeout", "forgotten")
        if is_unproven(TREE.nodes["pin"], exit)
    ]
    assert asked == list(exits)
    assert not is_unproven(TREE.nodes["menu"], "no_input")


def test_a_queue_speaks_first_and_then_lets_the_caller_wait():
    assert keys_of(at("menu", Keyed("0"))) == ("one_moment",)
    assert at("wait", Spoken()).want == Enqueue("accounts")
    assert advance(TREE, "cards", 0, Begun(), PROVEN).want == Enqueue("cards")


def test_a_hang_up_speaks_first_and_then_lets_go():
    assert keys_of(at("menu", Keyed("9"))) == ("goodbye",)
    assert at("bye", Spoken()).want == Leave()


def test_a_value_that_the_record_lacks_is_never_silence():
    step = at("menu", Keyed("1"), Context(identified=True, verified=True))
    assert keys_of(step) == ("not_available",)


def test_an_interrupted_question_is_asked_anew_with_its_tries():
    step = at("menu", Begun(), tries=2)
    assert (step.path, step.tries, keys_of(step)) == ((), 2, ("choose",))


@pytest.mark.parametrize(
    ("node", "event"),
    [
        ("hello", Keyed("1")),
        ("hello", NotKeyed()),
        ("menu", Spoken()),
        ("menu", Found()),
        ("by_number", Spoken()),
        ("by_number", PinAnswered(PinResult.RIGHT)),
        ("grade", Spoken()),
        ("wait", Keyed("1")),
    ],
)
def test_what_can_not_happen_here_is_a_bug(node: str, event: Keyed | NotKeyed | Spoken | Found):
    with pytest.raises(IllegalEvent, match=f"{type(event).__name__} at {node}"):
        advance(TREE, node, 0, event, PROVEN)


def test_a_circle_without_a_question_raises_instead_of_turning_for_ever():
    tree = read_tree("""
        begin = "a"
        nodes.a = { kind = "milestone", name = "x", next = "b" }
        nodes.b = { kind = "branch", on = "verified", cases = { yes = "a" }, else = "a" }
        prompts.en = {}
    """)
    with pytest.raises(LoopFound, match="came to a again"):
        begin(tree, Context())


def _changed(node: str, **exits: str) -> Tree:
    return replace(TREE, nodes={**TREE.nodes, node: replace(TREE.nodes[node], **exits)})
