"""What a person is told about a tree before a caller meets it."""

from __future__ import annotations

import pytest
from small_trees import EVERY_KIND, checked, problems_of

from callcenter.errors import ConfigError
from callcenter.ivr.paths import PATHS_COUNTED_MAX, Summary
from callcenter.ivr.tree import Tree
from callcenter.setup.toml_source import parse, validate


def broken(*changes: tuple[str, str]) -> str:
    text = EVERY_KIND
    for old, new in changes:
        assert text.count(old) >= 1, f"{old!r} isn't in the tree"
        text = text.replace(old, new, 1)
    return text


def line_of(fragment: str, text: str = EVERY_KIND) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def test_a_right_tree_has_no_problems_and_is_told_in_figures():
    report = checked(EVERY_KIND)
    assert report.problems == ()
    assert report.summary == Summary(nodes=17, paths=64, longest=12)
    assert str(report.summary) == "17 nodes, 64 paths, the longest over 12 nodes"


def test_every_problem_comes_at_once_with_its_line():
    text = broken(
        ('next = "by_number"', 'next = "by_nomber"'),
        ('queue = "cards"', 'queue = "card"'),
        ('prompts = ["choose"]', 'prompts = ["chose"]'),
        ("A = ", "D = "),
        ('value = "account"', 'value = "acount"'),
    )
    assert problems_of(text) == [
        "t.toml:4: nodes.hello.next: there is no node \"by_nomber\"; did you mean 'by_number'?",
        "t.toml:6: nodes.cards.queue: there is no queue \"card\"; did you mean 'cards'?",
        "t.toml:32: nodes.by_account.value: there is no input \"acount\"; did you mean 'account'?",
        't.toml:53: nodes.grade.cases.D: there is no grade "D"; expected one of A, B',
        "t.toml:57: nodes.menu.prompts[0]: there is no prompt \"chose\"; did you mean 'choose'?",
    ]


def test_a_wrong_beginning_is_told():
    assert problems_of(broken(('begin = "hello"', 'begin = "helo"'))) == [
        "t.toml:1: begin: there is no node \"helo\"; did you mean 'hello'?"
    ]


def test_a_missing_exit_is_told_by_the_shape():
    text = broken(('too_many = "wait"\n[nodes.by_account]', "[nodes.by_account]"), ('no_input = "bye"\n', ""))
    source = parse(text, name="t.toml")
    with pytest.raises(ConfigError) as caught:
        validate(source, Tree)
    assert [(problem.line, problem.where, problem.what) for problem in caught.value.problems] == [
        (line_of("[nodes.account]"), "nodes.account.too_many", "missing"),
        (line_of("[nodes.menu]", text), "nodes.menu.no_input", "missing"),
    ]


def test_a_look_up_needs_the_exits_of_its_kind():
    text = broken(('withheld = "account"\n', ""), ('value = "account"\n', 'withheld = "wait"\n'))
    assert [problem.partition(": ")[2] for problem in problems_of(text)] == [
        "nodes.by_number.withheld: missing; expected the node for callers who show no number",
        "nodes.by_account.value: missing; expected the name under which an input keeps the account",
        'nodes.by_account.withheld: has no meaning with by = "account"',
    ]


def test_a_node_to_which_no_way_leads_is_told():
    text = broken(("[nodes]\n", '[nodes]\nlost = { kind = "hang_up" }\n'))
    assert problems_of(text) == ["t.toml:4: nodes.lost: no way leads to this node"]


def test_a_node_that_only_impossible_ways_lead_to_is_told():
    """Behind the PIN everybody is verified, so the other case is for nobody."""
    text = broken(
        ('on = "grade"\ncases = { A = "cards" }', 'on = "verified"\ncases = { yes = "menu", no = "cards" }'),
    )
    assert problems_of(text) == [f"t.toml:{line_of('cards = {')}: nodes.cards: no way leads to this node"]


def test_a_trap_is_told_with_the_way_into_it():
    text = broken(
        ('next = "done" }', 'next = "tell" }'),
        ("[nodes]\n", '[nodes]\nspare = { kind = "milestone", name = "x", next = "done" }\n'),
    )
    found = problems_of(text)
    assert (
        "t.toml:11: nodes.tell: no way leads from tell to a queue or a hang-up "
        "(caller's way: hello → by_number → pin → grade → menu → tell)"
    ) in found


def test_a_menu_out_of_which_no_choice_leads_is_a_trap_as_well():
    text = """\
begin = "menu"
[nodes]
menu = { kind = "menu", prompts = ["hi"], choices = { 1 = "menu" }, no_input = "menu", too_many = "menu" }
[prompts]
en = { hi = "Hi." }
"""
    found = problems_of(text)
    assert (
        found[0]
        == "t.toml:3: nodes.menu: no way leads from menu to a queue or a hang-up (caller's way: menu)"
    )
    assert found[1].startswith("t.toml:3: nodes.menu: a silent caller goes round for ever: menu → menu")


def test_a_silent_line_must_come_to_an_end():
    """Whoever keys the right thing gets out of this circle; a dead line would turn in it until it is cut."""
    text = broken(
        ('no_input = "bye"', 'no_input = "again"'),
        ("[nodes]\n", '[nodes]\nagain = { kind = "say", prompts = ["sorry"], next = "menu" }\n'),
    )
    (found,) = problems_of(text)
    assert found == (
        f"t.toml:{line_of('[nodes.menu]', text)}: nodes.menu: a silent caller goes round for ever: "
        "menu → again → menu; expected an exit other than a caller's choice that leads to a queue or a hang-up"
    )


def test_a_circle_that_a_caller_chooses_is_welcome():
    assert checked(broken(('9 = "bye"', '9 = "menu"'))).problems == ()


def test_each_language_has_each_prompt():
    text = EVERY_KIND + '[prompts.zh]\nwelcome = "欢迎。"\n'
    found = problems_of(text)
    zh = line_of("[prompts.zh]", text)
    assert len(found) == 9
    assert found[0] == f"t.toml:{zh}: prompts.zh.choose: missing; expected a text in this language"
    assert all(problem.startswith(f"t.toml:{zh}: prompts.zh.") for problem in found)


def test_the_language_of_the_tree_is_one_that_it_speaks():
    assert problems_of('language = "zh"\n' + EVERY_KIND) == [
        't.toml:1: language: there is no language "zh"; expected one of en'
    ]


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{% for a in '12' %}x{% endfor %}", "for is not allowed"),
        ("{{ 'a' * 1000000000 }}", "mul is not allowed"),
        ("{{ range(9) }}", "call is not allowed"),
        ("{{ balance.__class__ }}", "getattr is not allowed"),
        ("{{ balance | upper }}", "there is no filter 'upper', only digits, hours, minutes, money"),
        ("{{ balance | digits('x') }}", "the filter digits takes nothing in brackets"),
        ("{% set a = balance %}", "assign is not allowed"),
        ("{% include 'x' %}", "include is not allowed"),
        ("{% if balance > '3' %}x{% endif %}", "values are only compared with == and !="),
        ("{% if balance == 3 %}x{% endif %}", 'values are texts: write "3" in quotes'),
        ("{{ balance", "unexpected end of template"),
        ("{{ " + "(" * 400 + "balance" + ")" * 400 + " }}", "nested too deeply"),
        ("x" * 1001, "has 1001 characters, at most 1000 are allowed"),
        ("  ", "is empty"),
    ],
)
def test_a_text_that_is_no_prompt_is_told(template: str, what: str):
    text = broken(('sorry = "Sorry?"', f"sorry = '''{template}'''"))
    (found,) = [problem for problem in problems_of(text) if "prompts.en.sorry" in problem]
    assert found.startswith(f"t.toml:{line_of('sorry = ', text)}: prompts.en.sorry: {what}")


def test_a_recording_has_a_prompt_whose_words_never_change():
    text = EVERY_KIND + '[recordings.en]\nwelcome = "welcome"\nyour_balance = "b"\nwelcom = "x"\n'
    at = line_of("[recordings.en]", text)
    assert problems_of(text) == [
        f"t.toml:{at + 2}: recordings.en.your_balance: a recording can't speak balance; "
        "expected a recording only where the words never change",
        f"t.toml:{at + 3}: recordings.en.welcom: there is no prompt \"welcom\"; did you mean 'welcome'?",
    ]


def test_a_personal_value_is_for_verified_ears_only():
    text = broken(('found = "pin"', 'found = "tell"'))
    found = problems_of(text)
    assert found[0] == (
        "t.toml:10: nodes.tell.prompts: the prompt your_balance speaks balance, which is personal, to somebody "
        "who isn't surely verified (caller's way: hello → by_number → tell)"
    )


def test_one_unverified_way_among_many_is_enough():
    text = broken(('locked = "wait"', 'locked = "menu"'))
    (found,) = problems_of(text)
    assert "to somebody who isn't surely verified" in found
    assert found.endswith("(caller's way: hello → by_number → pin → menu → tell)")


def test_a_value_of_the_record_needs_a_customer():
    text = broken(("personal = true", "personal = false"), ('unknown = "account"', 'unknown = "tell"'))
    found = problems_of(text)
    assert "speaks balance, but the customer isn't surely identified" in found[0]


def test_a_keyed_value_is_spoken_only_where_it_was_keyed():
    text = broken(('prompts = ["choose"]', 'prompts = ["choose", "your_account"]'))
    (found,) = problems_of(text)
    assert "speaks account, which isn't surely keyed here (caller's way: hello → by_number → pin" in found


def test_a_value_that_nothing_sets_is_told_with_the_nearest_name():
    text = broken(("{{ balance | money }}", "{{ balanse | money }}"))
    (found,) = problems_of(text)
    assert "speaks balanse, which nothing sets; did you mean 'balance'?" in found


def test_an_account_is_looked_up_only_where_it_was_keyed():
    text = broken(('unknown = "account"', 'unknown = "by_account"'))
    found = problems_of(text)
    assert any("nodes.by_account.value: account isn't surely keyed here" in problem for problem in found)


def test_a_pin_is_asked_only_of_somebody_known():
    text = broken(('unknown = "account"', 'unknown = "pin"'))
    (found,) = problems_of(text)
    assert "nodes.pin: asks for the PIN of somebody who isn't surely identified" in found


def test_no_way_round_gives_more_than_three_pins():
    text = broken(('wrong = "wait"', 'wrong = "account"'))
    found = problems_of(text)
    assert any("nodes.pin: a caller could try more than 3 PINs" in problem for problem in found)


def test_two_questions_share_the_three_pins():
    second = '[nodes.pin2]\nkind = "verify"\nprompts = ["key_pin"]\nright = "menu"\nwrong = "wait"\n'
    second += 'locked = "wait"\nno_input = "wait"\nfailed = "wait"\n'
    text = broken(
        ('wrong = "wait"', 'tries = 1\nwrong = "pin2"'), ("[nodes.grade]", second + "[nodes.grade]")
    )
    assert any("nodes.pin2: a caller could try more than 3 PINs" in problem for problem in problems_of(text))
    assert checked(text.replace("[nodes.pin2]\n", "[nodes.pin2]\ntries = 2\n")).problems == ()


def test_a_verified_caller_stays_who_they_are():
    text = broken(('9 = "bye"', '9 = "account"'))
    assert any("a caller who is verified could become another customer" in p for p in problems_of(text))


def test_what_is_keyed_never_passes_for_what_the_record_says():
    at = line_of('name = "account"')
    text = broken(('name = "account"', 'name = "balance"'), ('value = "account"', 'value = "balance"'))
    found = problems_of(text)
    assert found[0] == (
        f't.toml:{at}: nodes.account.name: "balance" is taken by a value of the centre; '
        "expected a name of its own"
    )


def test_a_branch_has_cases_that_can_be():
    text = broken(('on = "grade"\ncases = { A =', 'on = "language"\ncases = { zh ='))
    assert any('there is no language "zh"' in problem for problem in problems_of(text))
    text = broken(('on = "grade"\ncases = { A =', 'on = "identified"\ncases = { yess ='))
    assert any("there is no identified \"yess\"; did you mean 'yes'?" in p for p in problems_of(text))


# --- Languages, recording, hours ---


def test_a_language_node_speaks_a_language_of_the_tree():
    text = broken(('language = "en"', 'language = "zh"'))
    assert problems_of(text) == [
        f't.toml:{line_of("language = ", text)}: nodes.english.language: there is no language "zh"; '
        "expected one of en"
    ]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (('queue = "accounts"\ncases', "cases"), "nodes.open.queue: missing; expected the queue that may be"),
        (
            ('queue = "accounts"\ncases', 'queue = "acounts"\ncases'),
            'there is no queue "acounts"; did you mean',
        ),
        (('on = "open"', 'on = "verified"'), 'nodes.open.queue: has no meaning with on = "verified"'),
        (("cases = { yes =", "cases = { open ="), 'nodes.open.cases.open: there is no open "open"'),
    ],
)
def test_a_branch_on_open_is_about_a_queue(change: tuple[str, str], what: str):
    assert any(what in problem for problem in problems_of(broken(change)))


def test_nobody_joins_a_queue_that_may_be_closed():
    found = problems_of(EVERY_KIND, limited=("accounts",))
    assert found == [
        f"t.toml:{line_of('wait = {')}: nodes.wait: accounts may be closed here (caller's way: hello → by_number → "
        'wait); expected a branch on = "open" with queue = "accounts" on every way here'
    ]
    assert problems_of(EVERY_KIND, limited=("cards",))[0].startswith(
        f"t.toml:{line_of('cards = {')}: nodes.cards:"
    )


GUARDED = """\
begin = "open"
[nodes]
open = { kind = "branch", on = "open", queue = "cards", cases = { CASES }, else = "ELSE" }
wait = { kind = "queue", queue = "cards", prompts = ["hi"] }
bye = { kind = "hang_up" }
[prompts]
en = { hi = "Hi." }
"""


def guarded(cases: str, otherwise: str) -> str:
    return GUARDED.replace("CASES", cases).replace("ELSE", otherwise)


def test_open_is_known_from_either_answer():
    assert problems_of(guarded('yes = "wait"', "bye"), limited=("cards",)) == []
    assert problems_of(guarded('no = "bye"', "wait"), limited=("cards",)) == []
    assert problems_of(guarded('yes = "bye"', "wait"), limited=("cards",))[0].startswith(
        "t.toml:4: nodes.wait: cards may be closed here (caller's way: open → wait)"
    )
    (unreached,) = problems_of(guarded('yes = "wait", no = "wait"', "bye"), limited=())
    assert unreached == "t.toml:5: nodes.bye: no way leads to this node"


def test_another_queue_that_is_open_proves_nothing():
    text = guarded('yes = "wait"', "bye").replace('queue = "cards", cases', 'queue = "accounts", cases')
    assert "cards may be closed here" in problems_of(text, limited=("cards",))[0]


def test_what_was_open_before_a_question_may_be_closed_after_it():
    ask = 'ask = { kind = "menu", prompts = ["hi"], choices = { 1 = "wait" }, no_input = "bye", too_many = "bye" }'
    text = guarded('yes = "ask"', "bye").replace("[nodes]\n", f"[nodes]\n{ask}\n")
    assert "cards may be closed here" in problems_of(text, limited=("cards",))[0]
    said = guarded('yes = "say"', "bye").replace(
        "[nodes]\n", '[nodes]\nsay = { kind = "say", prompts = ["hi"], next = "wait" }\n'
    )
    assert problems_of(said, limited=("cards",)) == []


def test_who_was_asked_for_the_pin_in_vain_need_not_be_asked_again():
    """So a way back to the menu is safe, which gives six PINs without the question."""
    menu = '[nodes.again]\nkind = "branch"\non = "pin_asked"\ncases = { yes = "wait" }\nelse = "pin"\n'
    text = broken(
        ('found = "repeat"', 'found = "again"'),
        ('wrong = "wait"', 'wrong = "account"'),
        ('found = "pin"', 'found = "again"'),
        ('[nodes.repeat]\nkind = "say"\nprompts = ["your_account"]\nnext = "pin"\n', ""),
        ("[nodes.pin]", menu + "[nodes.pin]"),
    )
    assert problems_of(text) == []
    found = problems_of(
        text.replace('cases = { yes = "wait" }\nelse = "pin"', 'cases = { no = "pin" }\nelse = "pin"')
    )
    assert any("nodes.pin: a caller could try more than 3 PINs" in problem for problem in found)


ALWAYS = (
    EVERY_KIND.replace('prompts = ["welcome"]', 'prompts = ["welcome", "huanying"]')
    + """\
[always.zh]
huanying = "欢迎。"
"""
)


def test_a_prompt_of_its_own_language_needs_no_other():
    assert problems_of(ALWAYS) == []
    at = line_of("huanying = ", ALWAYS)
    twice = ALWAYS + '[always.en]\nhuanying = "Welcome."\n'
    assert problems_of(twice) == [
        f"t.toml:{at + 2}: always.en.huanying: is spoken in zh already; expected one language for each"
    ]
    both = ALWAYS + 'welcome = "欢迎。"\n'
    assert problems_of(both) == [
        f"t.toml:{at + 1}: always.zh.welcome: stands among the prompts of each language as well"
    ]
    wrong = ALWAYS.replace("欢迎。", "{{ a | b }}")
    assert problems_of(wrong)[0].startswith(f"t.toml:{at}: always.zh.huanying: there is no filter 'b'")
    recorded = ALWAYS + '[recordings.en]\nhuanying = "x"\n'
    assert problems_of(recorded) == [
        f"t.toml:{at + 2}: recordings.en.huanying: this prompt is always spoken in zh"
    ]


def test_hours_are_spoken_of_a_queue_that_there_is():
    text = broken(('welcome = "Welcome."', 'welcome = "We are there {{ hours_accounts | hours }}."'))
    assert problems_of(text) == []
    text = text.replace("hours_accounts", "hours_acounts")
    assert problems_of(text) == [
        f't.toml:{line_of("welcome = ", text)}: prompts.en.welcome: there is no queue "acounts"; '
        "did you mean 'accounts'?"
    ]


def test_nothing_else_is_called_like_the_hours_of_a_queue():
    found = problems_of(broken(('name = "account"', 'name = "hours_account"')))
    assert any('"hours_account" is taken by a value of the centre' in problem for problem in found)
    found = problems_of(broken(("values = { balance", "values = { hours_x = {}, balance")))
    assert found[0].startswith('t.toml:2: values.hours_x: "hours_x" would be the opening hours of a queue')


def test_a_tree_with_very_many_paths_is_proven_all_the_same():
    """Nine menus of nine choices in a row: 11 ** 9 paths, but only as many places as nodes."""
    lines = ['begin = "m0"', "[nodes]", 'end = { kind = "hang_up" }']
    for number in range(9):
        following = f"m{number + 1}" if number < 8 else "end"
        choices = ", ".join(f'{key} = "{following}"' for key in range(9))
        lines.append(
            f'm{number} = {{ kind = "menu", prompts = ["hi"], choices = {{ {choices} }}, '
            f'no_input = "{following}", too_many = "{following}" }}'
        )
    report = checked("\n".join(lines) + '\n[prompts]\nen = { hi = "Hi." }\n')
    assert report.problems == ()
    assert report.summary == Summary(nodes=10, paths=PATHS_COUNTED_MAX, longest=10)


def test_a_tree_too_large_to_be_proven_is_refused():
    """Each of these inputs may or may not have been passed: 2 ** 20 situations."""
    lines = ['begin = "m0"', "[nodes]", 'end = { kind = "hang_up" }']
    for number in range(20):
        following = f"m{number + 1}" if number < 19 else "end"
        lines.append(
            f'm{number} = {{ kind = "menu", prompts = ["hi"], choices = {{ 1 = "i{number}" }}, '
            f'no_input = "{following}", too_many = "{following}" }}'
        )
        lines.append(
            f'i{number} = {{ kind = "input", prompts = ["hi"], name = "v{number}", max_digits = 4, '
            f'next = "{following}", no_input = "{following}", too_many = "{following}" }}'
        )
    report = checked("\n".join(lines) + '\n[prompts]\nen = { hi = "Hi." }\n')
    assert report.summary is None
    (problem,) = report.problems
    assert problem.what == "the tree has more than 20000 different situations of a caller"
