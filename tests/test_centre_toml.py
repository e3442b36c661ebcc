"""The centre's TOML: taken over whole, or every problem at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from callcenter.errors import ConfigError
from callcenter.facts import AgentSetup, CentreSetup, QueueSetup, SkillLevel, TreeSetup
from callcenter.hours import is_in, spans
from callcenter.queue.requirement import Requirement, preference
from callcenter.resources import schemas
from callcenter.rights import Role
from callcenter.setup.centre_file import json_schemas
from callcenter.setup.centre_toml import (
    SIMULATED_AGENTS_FROM,
    load_centre,
    read_centre,
    simulated_count,
    simulated_people,
    with_doors_open,
    with_simulated_agents,
    with_versions,
)
from callcenter.store.people import PersonSetup

DEMO = Path(__file__).parents[1] / "demo" / "centre.toml"

CENTRE = """\
name = "Small"
time_zone = "Europe/Berlin"
skills = ["cards", "en"]
entries = { "*" = "main" }
trees = { main = "main.toml" }
[queues.cards]
title = "Cards"
skills = { cards = 2 }
dispositions = ["Done", "Not done"]
[[people]]
login = "anna"
name = "Anna"
role = "agent"
agent = 7
queues = ["cards"]
skills = { cards = 3, en = 5 }
[[people]]
login = "sam"
name = "Sam"
role = "supervisor"
business_lines = ["retail"]
"""
TREE = """\
begin = "wait"
nodes.wait = { kind = "queue", queue = "cards", prompts = ["hi"] }
prompts.en = { hi = "Hello." }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.toml").write_text(TREE)
    return tmp_path


def problems_of(folder: Path, text: str) -> list[str]:
    path = folder / "centre.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_centre(path)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def changed(old: str, new: str, text: str = CENTRE) -> str:
    assert old in text, f"{old!r} isn't in the file"
    return text.replace(old, new, 1)


def test_a_right_file_becomes_the_setup_and_the_people(folder: Path):
    (folder / "centre.toml").write_text(CENTRE)
    setup, people = load_centre(folder / "centre.toml")
    assert setup.entries == (("*", "main"),)
    assert setup.queues == (
        QueueSetup("cards", "Cards", (SkillLevel("cards", 2),), dispositions=("Done", "Not done")),
    )
    skills = (SkillLevel("cards", 3), SkillLevel("en", 5))
    assert setup.agents == (AgentSetup(7, "anna", skills, ("cards",)),)
    assert setup.grades == (("A", 30), ("B", 20), ("C", 10))
    assert people == (
        PersonSetup("anna", "Anna", Role.AGENT, agent=7),
        PersonSetup("sam", "Sam", Role.SUPERVISOR, business_lines=("retail",)),
    )


def test_the_setup_holds_the_trees_text_and_no_name_of_a_person(folder: Path):
    (folder / "centre.toml").write_text(CENTRE)
    setup, _ = load_centre(folder / "centre.toml")
    assert [(tree.name, tree.version, tree.source) for tree in setup.trees] == [("main", 1, TREE)]
    assert b"Anna" not in msgspec.json.encode(setup)


def test_every_problem_of_the_file_and_its_trees_comes_at_once(folder: Path):
    (folder / "main.toml").write_text(changed('queue = "cards"', 'queue = "card"', TREE))
    text = changed("time_zone", "timezone")
    text = changed("cards = 2", "cards = 9", text)
    text = changed('role = "agent"', 'role = "boss"', text)
    assert problems_of(folder, text) == [
        "main.toml:2: nodes.wait.queue: there is no queue \"card\"; did you mean 'cards'?",
        "centre.toml:2: timezone: unknown key; did you mean 'time_zone'?",
        "centre.toml:8: queues.cards.skills.cards: 9 is not allowed; expected a whole number from 1 to 5",
        'centre.toml:13: people[0].role: "boss" is not allowed; '
        'expected one of "admin", "agent", "display", "supervisor"',
    ]


def test_a_misspelt_key_does_not_hide_a_misspelt_name(folder: Path):
    text = changed('queues = ["cards"]', 'queues = ["cart"]', changed("title =", 'titel ="C"\ntitle ='))
    told = problems_of(folder, text)
    assert any("queues.cards.titel: unknown key" in problem for problem in told)
    assert any('there is no queue "cart"; did you mean' in problem for problem in told)


def test_every_misspelt_name_is_told_with_the_nearest_right_one(folder: Path):
    text = changed("Europe/Berlin", "Europe/Berlim")
    text = changed('"*" = "main"', '"*" = "mian"', text)
    text = changed("{ cards = 2 }", "{ card = 2 }", text)
    text = changed('queues = ["cards"]', 'queues = ["cards", "crads"]\nstation = "broswer"', text)
    text = changed("{ cards = 3, en = 5 }", "{ cards = 3, en = 5, card = 2 }", text)
    text = changed("skills = { card = 2 }", 'skills = { card = 2 }\nhold_prompt = "musik"', text)
    assert problems_of(folder, text) == [
        'centre.toml:2: time_zone: there is no time zone "Europe/Berlim"; expected one like Europe/Berlin; '
        "did you mean 'Europe/Berlin'?",
        "centre.toml:4: entries.'*': there is no tree \"mian\"; did you mean 'main'?",
        "centre.toml:8: queues.cards.skills.card: there is no skill \"card\"; did you mean 'cards'?",
        'centre.toml:9: queues.cards.hold_prompt: there is no prompt of every tree "musik"; '
        "did you mean 'music'?",
        "centre.toml:16: people[0].queues[1]: there is no queue \"crads\"; did you mean 'cards'?",
        'centre.toml:17: people[0].station: there is no provider in `serves` "broswer"; '
        "did you mean 'browser'?",
        "centre.toml:18: people[0].skills.card: there is no skill \"card\"; did you mean 'cards'?",
    ]


def test_a_login_and_an_agents_number_are_one_persons_only(folder: Path):
    again = '[[people]]\nlogin = "anna"\nname = "Other"\nrole = "agent"\nagent = 7\n'
    assert problems_of(folder, CENTRE + again) == [
        'centre.toml:23: people[2].login: "anna" is another person\'s login already',
        "centre.toml:26: people[2].agent: 7 is another agent's number already",
    ]


def test_nobody_is_called_like_the_desks_of_a_provider(folder: Path):
    (found,) = problems_of(folder, changed('login = "sam"', 'login = "browser"'))
    assert '"browser" is the name of a provider' in found


def test_an_agent_has_a_number_and_nobody_else_takes_calls(folder: Path):
    text = changed("agent = 7\n", "") + "agent = 8\nqueues = ['cards']\nshift = '08:00-16:00'\n"
    assert problems_of(folder, text) == [
        "centre.toml:10: people[0].agent: missing; expected a number that no other agent has",
        "centre.toml:22: people[1].queues: a supervisor takes no calls; expected only with agents",
        "centre.toml:23: people[1].shift: a supervisor takes no calls; expected only with agents",
    ]


def test_a_television_has_no_phone(folder: Path):
    text = CENTRE + '[[people]]\nlogin = "wall"\nname = "Wall"\nrole = "display"\nagent = 91\n'
    assert problems_of(folder, text) == [
        "centre.toml:26: people[2].agent: a display has no phone; expected no number"
    ]


def test_who_leads_may_have_a_phone_to_listen_in_with(folder: Path):
    (folder / "centre.toml").write_text(CENTRE + "agent = 90\n")
    setup, people = load_centre(folder / "centre.toml")
    assert setup.agents[1] == AgentSetup(90, "sam")
    assert people[1] == PersonSetup("sam", "Sam", Role.SUPERVISOR, 90, business_lines=("retail",))
    assert problems_of(folder, CENTRE + "agent = 7\n") == [
        "centre.toml:22: people[1].agent: 7 is another agent's number already"
    ]


# --- Hours and shifts ---


def test_hours_shifts_and_chinese_words_become_part_of_the_setup(folder: Path):
    (folder / "main.toml").write_text(
        'begin = "open"\n'
        'nodes.open = { kind = "branch", on = "open", queue = "cards", cases = { yes = "wait" }, else = "bye" }\n'
        + TREE.partition("\n")[2].replace("prompts.en", 'nodes.bye = { kind = "hang_up" }\nprompts.en', 1)
    )
    text = changed('title = "Cards"', 'title = "Cards"\ntitle_zh = "银行卡"\nhours = "mon-fri 09:00-18:00"')
    text = changed('["Done", "Not done"]', '["Done", "Not done"]\ndispositions_zh = ["完成", "未完成"]', text)
    text = changed("agent = 7", 'agent = 7\nshift = "08:30-18:00"\nlunch = "12:00-12:45"', text)
    breaks = 'break_reasons = ["Lunch"]\nbreak_reasons_zh = ["午餐"]\n'
    text = 'skills_zh = ["银行卡", "英语"]\nname_zh = "小银行"\n' + breaks + text
    (folder / "centre.toml").write_text(text)
    setup, _ = load_centre(folder / "centre.toml")
    (queue,), (agent,) = setup.queues, setup.agents
    assert (queue.title_zh, queue.hours) == ("银行卡", "mon-fri 09:00-18:00")
    assert queue.dispositions_zh == ("完成", "未完成")
    assert (agent.shift, agent.lunch) == ("08:30-18:00", "12:00-12:45")
    assert (setup.name_zh, setup.break_reasons_zh) == ("小银行", ("午餐",))
    assert setup.skills_zh == (("cards", "银行卡"), ("en", "英语"))
    opened = with_doors_open(setup)
    assert (opened.queues[0].hours, opened.agents[0].shift, opened.agents[0].lunch) == ("", "", "")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'title = "Cards"',
            'title = "Cards"\nhours = "9-18"',
            'centre.toml:8: queues.cards.hours: "9-18" is no opening time; expected times like "08:00-20:00" or '
            '"mon-fri 09:00-18:00, sat 09:00-13:00"',
        ),
        (
            "agent = 7",
            'agent = 7\nshift = "mon-fry 08:00-16:00"',
            'centre.toml:15: people[0].shift: "fry" is no day: one of mon, tue, wed, thu, fri, sat, sun',
        ),
        (
            "agent = 7",
            'agent = 7\nshift = "00:00-24:00"\nlunch = "12:00"',
            'centre.toml:16: people[0].lunch: "12:00" is no opening time',
        ),
        ("agent = 7", 'agent = 7\nlunch = "12:00-13:00"', "people[0].lunch: has no meaning without a shift"),
        (
            "agent = 7",
            'agent = 7\nshift = "mon-sun 00:00-24:00"\nlunch = "23:30-00:30"',
            None,
        ),
        (
            "agent = 7",
            'agent = 7\nshift = "12:30-12:00"\nlunch = "12:15-13:00"',
            'people[0].lunch: "12:15-13:00" lies outside the shift 12:30-12:00',
        ),
        (
            "agent = 7",
            'agent = 7\nshift = "08:00-16:00, 16:00-08:00"',
            None,
        ),
        (
            "agent = 7",
            'agent = 7\nshift = "mon-sat 00:00-24:00"',
            "centre.toml:6: queues.cards: nobody who serves this queue works on sun at 00:00, when it is open; "
            "expected another shift, or shorter hours",
        ),
        (
            '"Not done"]',
            '"Not done"]\ndispositions_zh = ["完成"]',
            "centre.toml:10: queues.cards.dispositions_zh: has 1 entries beside 2 English ones; "
            "expected one for each, in the same order",
        ),
    ],
)
def test_hours_shifts_and_translations_that_are_wrong_are_told(
    folder: Path, old: str, new: str, problem: str | None
):
    text = changed(old, new)
    if problem is None:
        (folder / "centre.toml").write_text(text)
        load_centre(folder / "centre.toml")
    else:
        assert any(problem in told for told in problems_of(folder, text)), problems_of(folder, text)


def test_a_queue_is_open_only_while_somebody_works(folder: Path):
    """Two shifts that touch leave no gap; a minute between them is one."""
    other = '[[people]]\nlogin = "ben"\nname = "Ben"\nrole = "agent"\nagent = 8\nqueues = ["cards"]\n'
    other += "skills = { cards = 2, en = 1 }\n"
    text = changed("agent = 7", 'agent = 7\nshift = "06:00-18:00"') + other
    (folder / "centre.toml").write_text(text + 'shift = "18:00-06:00"\n')
    load_centre(folder / "centre.toml")
    (found,) = problems_of(folder, text + 'shift = "18:01-06:00"\n')
    assert "works on mon at 18:00, when it is open" in found
    (folder / "centre.toml").write_text(text)  # who has no shift comes when they like
    load_centre(folder / "centre.toml")


def test_a_queue_with_hours_is_joined_only_when_it_is_open(folder: Path):
    (found,) = problems_of(folder, changed('title = "Cards"', 'title = "Cards"\nhours = "08:00-20:00"'))
    assert found.startswith("main.toml:2: nodes.wait: cards may be closed here (caller's way: wait)")


def test_no_queue_lets_callers_wait_for_nobody(folder: Path):
    (found,) = problems_of(folder, changed("cards = 3", "cards = 1"))
    assert found.startswith(
        "centre.toml:6: queues.cards: nobody serves this queue: callers would wait for ever"
    )


def test_somebody_speaks_the_language_of_every_tree(folder: Path):
    (folder / "main.toml").write_text(TREE + 'prompts.zh = { hi = "您好。" }\n')
    (found,) = problems_of(folder, CENTRE)
    assert found == 'centre.toml:3: skills: lacks "zh", which callers of the tree main speak'
    (found,) = problems_of(folder, changed('"en"]', '"en", "zh"]'))
    assert found == "centre.toml:10: people: nobody has the skill zh of the tree main's callers"


def test_a_missing_tree_is_told_with_its_path(folder: Path):
    (folder / "main.toml").unlink()
    assert problems_of(folder, CENTRE) == ["main.toml: there is no such file"]


# --- The demo bank ---


QUEUES = {  # hours, seconds, percent
    "lost_card": ("", 10, 90),
    "accounts": ("08:00-20:00", 20, 80),
    "personal_zh": ("08:00-20:00", 30, 80),
    "loans": ("09:00-18:00", 40, 80),
    "roadside": ("", 15, 90),
    "car_service": ("08:00-18:00", 30, 80),
    "complaints": ("09:00-18:00", 30, 80),
}


def test_the_demo_bank_is_right():
    centre = read_centre(DEMO)
    setup = centre.setup
    assert (setup.name, setup.name_zh, setup.time_zone) == ("Harbour Bank", "海港银行", "America/Los_Angeles")
    assert {
        queue.name: (queue.hours, queue.threshold_seconds, queue.target_percent) for queue in setup.queues
    } == QUEUES
    for queue in setup.queues:
        assert len(queue.dispositions) == len(queue.dispositions_zh) > 4
        assert queue.title_zh
    assert len(setup.break_reasons) == len(setup.break_reasons_zh)
    asked_for = {one.skill for somebody in (*setup.queues, *setup.agents) for one in somebody.skills}
    assert asked_for <= dict(setup.skills_zh).keys()
    assert dict(setup.serves)["browser"] == ("browser", "simulator")
    assert [name for name, _ in centre.summaries] == ["main"]


def test_the_demo_bank_has_thirty_agents_and_six_doors_to_open():
    centre = read_centre(DEMO)
    people = {person.login: person for person in centre.people}
    desks = {login for login, person in people.items() if person.initial_password}
    assert desks == {"anna", "ben", "chenyu", "sam", "ada", "wall"}
    assert all(people[login].initial_password == f"{login}-demo" for login in desks)
    assert (people["sam"].role, people["sam"].agent, people["ada"].role) == (Role.SUPERVISOR, 90, Role.ADMIN)
    agents = {agent.login: agent for agent in centre.setup.agents if agent.queues}
    assert len(agents) == 30
    assert {login for login, agent in agents.items() if agent.station == "browser"} == {
        "anna",
        "ben",
        "chenyu",
    }
    assert all(bool(agent.shift) == (agent.station == "simulator") for agent in agents.values())
    kinds = Counter(_kind(agent) for agent in agents.values())
    assert kinds == {"accounts": 9, "bilingual": 7, "loans": 3, "cars": 8, "complaints": 3}
    chen_yu = {skill.skill: skill.level for skill in agents["chenyu"].skills}
    assert (people["chenyu"].name, chen_yu["zh"], chen_yu["en"], chen_yu["cards"]) == ("Chen Yu", 5, 3, 4)


def _kind(agent: AgentSetup) -> str:
    levels = {skill.skill: skill.level for skill in agent.skills}
    if "car_service" in agent.queues or "roadside" in agent.queues:
        return "cars"
    if agent.queues in (("loans",), ("complaints",)):
        return agent.queues[0]
    return "bilingual" if "zh" in levels else "accounts"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(QUEUES))
def test_at_every_open_minute_of_the_demo_somebody_is_there_in_each_language(name: str, language: str):
    if (name, language) in (("accounts", "zh"), ("personal_zh", "en")):
        return  # these callers go to the other one of the two
    setup = read_centre(DEMO).setup
    queue = next(queue for queue in setup.queues if queue.name == name)
    need = Requirement(name, (*queue.skills, SkillLevel(language, 1)), "simulator")
    serving = [
        agent
        for agent in setup.agents
        if agent.shift and preference(need, agent, dict(setup.serves)) is not None
    ]
    alone = [
        minute
        for start, end in spans(queue.hours)
        for minute in range(start, end, 5)  # shifts begin and end on such minutes
        if not any(is_in(agent.shift, minute) for agent in serving)
    ]
    assert alone == []


def test_a_changed_tree_gets_a_new_version_and_the_same_text_keeps_its_own():
    setup, _ = load_centre(DEMO)
    main = setup.trees[0]
    assert with_versions(setup, None) == setup
    running = replace(setup, trees=(replace(main, version=4), TreeSetup("night", 6, "…")))
    assert with_versions(setup, running).trees == (replace(main, version=4),)
    edited = replace(setup, trees=(replace(main, source=main.source + "\n"),))
    assert [tree.version for tree in with_versions(edited, running).trees] == [7]


def test_simulated_agents_are_always_the_same_and_serve_every_queue():
    setup, _ = load_centre(DEMO)
    many = with_simulated_agents(setup, 20)
    assert many == with_simulated_agents(setup, 20)
    own = len(setup.agents)
    assert with_simulated_agents(setup, 5).agents == many.agents[: own + 5]
    simulated = many.agents[own:]
    assert [agent.agent for agent in simulated] == list(
        range(SIMULATED_AGENTS_FROM, SIMULATED_AGENTS_FROM + 20)
    )
    assert len({(agent.queues, agent.skills) for agent in simulated}) > 3
    for queue in setup.queues:
        assert sum(_serves(setup, agent, queue) for agent in simulated) >= 5
    assert [(person.login, person.agent) for person in simulated_people(20)] == [
        (agent.login, agent.agent) for agent in simulated
    ]


def _serves(setup: CentreSetup, agent: AgentSetup, queue: QueueSetup) -> bool:
    need = Requirement(queue.name, (*queue.skills, SkillLevel("en", 1)), "browser")
    return preference(need, agent, dict(setup.serves)) is not None


def test_the_json_schemas_are_current():
    for name, content in json_schemas().items():
        kept = (schemas() / name).read_bytes()
        assert kept == content, "run: python -m callcenter.setup.centre_file"


def test_simulated_agents_are_told_from_those_of_the_file():
    setup = read_centre(DEMO).setup
    assert simulated_count(None) == simulated_count(setup) == 0
    assert simulated_count(with_simulated_agents(setup, 6)) == 6


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("ceiling = 30\nageing_per_minute = 5", "grade A has 30 points from its first second on: only age"),
        ("ceiling = 40", "nobody ever reaches it, because who waits gains no points"),
    ],
)
def test_a_ceiling_can_be_reached_and_is_above_every_grade(folder: Path, lines: str, told: str):
    (found,) = problems_of(folder, changed('title = "Cards"', f'title = "Cards"\n{lines}'))
    assert told in found
    assert "queues.cards.ceiling" in found


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (
            "{ after_seconds = 20, drop = ['cards'] }, { after_seconds = 20, points = 5 }",
            "comes at 20 seconds",
        ),
        ("{ after_seconds = 20, drop = ['card'] }", 'there is no skill that is asked for by then "card"'),
        ("{ after_seconds = 20, lower = { cards = 5 } }", "cards is asked for at level 2 by then"),
        ("{ after_seconds = 20, drop = ['en'] }", '"en" is a language'),
        ("{ after_seconds = 20, agents_of = ['card'] }", 'there is no queue "card"'),
        ("{ after_seconds = 20, agents_of = ['cards'] }", "is this queue itself"),
        (
            "{ after_seconds = 2, anyone = true, points = 1 }, { after_seconds = 3, points = 5 }",
            "nothing is left",
        ),
        (
            "{ after_seconds = 20, lower = { cards = 1 } }",
            "adds nobody who could not serve before",
        ),
        ("{ after_seconds = 0, points = 5 }", "after_seconds"),
    ],
)
def test_a_step_that_can_not_take_effect_is_told(folder: Path, steps: str, told: str):
    found = problems_of(folder, changed('title = "Cards"', f'title = "Cards"\nsteps = [{steps}]'))
    assert any(told in one and "queues.cards.steps" in one for one in found), found
