"""The centre's TOML: taken over whole, or every problem at once."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from callcenter.errors import ConfigError
from callcenter.facts import AgentSetup, CentreSetup, QueueSetup, SkillLevel, TreeSetup
from callcenter.queue.routing import Profile, Requirement, preference
from callcenter.resources import schemas
from callcenter.rights import Role
from callcenter.setup.centre_file import json_schemas
from callcenter.setup.centre_toml import (
    SIMULATED_AGENTS_FROM,
    load_centre,
    read_centre,
    simulated_count,
    simulated_people,
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
        'expected one of "admin", "agent", "supervisor"',
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


def test_an_agent_has_a_number_and_nobody_else_takes_calls(folder: Path):
    text = changed("agent = 7\n", "") + "agent = 8\nqueues = ['cards']\n"
    assert problems_of(folder, text) == [
        "centre.toml:10: people[0].agent: missing; expected a number that no other agent has",
        "centre.toml:21: people[1].agent: a supervisor takes no calls; expected only with agents",
        "centre.toml:22: people[1].queues: a supervisor takes no calls; expected only with agents",
    ]


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


def test_the_demo_bank_is_right():
    centre = read_centre(DEMO)
    assert [(person.login, person.agent) for person in centre.people] == [
        ("anna", 1),
        ("ben", 2),
        ("chloe", 3),
        ("sam", None),
        ("ada", None),
    ]
    assert [queue.name for queue in centre.setup.queues] == ["accounts", "cards", "loans"]
    assert all(queue.dispositions for queue in centre.setup.queues)
    assert dict(centre.setup.serves)["browser"] == ("browser", "simulator")
    assert [name for name, _ in centre.summaries] == ["main"]


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
    assert with_simulated_agents(setup, 5).agents == many.agents[: 3 + 5]
    simulated = many.agents[3:]
    assert [agent.agent for agent in simulated] == list(
        range(SIMULATED_AGENTS_FROM, SIMULATED_AGENTS_FROM + 20)
    )
    assert len({Profile.of(agent) for agent in simulated}) > 3
    for queue in setup.queues:
        assert sum(_serves(setup, agent, queue) for agent in simulated) >= 12
    assert [(person.login, person.agent) for person in simulated_people(20)] == [
        (agent.login, agent.agent) for agent in simulated
    ]


def _serves(setup: CentreSetup, agent: AgentSetup, queue: QueueSetup) -> bool:
    need = Requirement(queue.name, (*queue.skills, SkillLevel("en", 1)), "browser")
    return preference(need, Profile.of(agent), dict(setup.serves)) is not None


def test_the_json_schemas_are_current():
    for name, content in json_schemas().items():
        kept = (schemas() / name).read_bytes()
        assert kept == content, "run: python -m callcenter.setup.centre_file"


def test_simulated_agents_are_told_from_those_of_the_file():
    setup = read_centre(DEMO).setup
    assert simulated_count(None) == simulated_count(setup) == 0
    assert simulated_count(with_simulated_agents(setup, 6)) == 6
