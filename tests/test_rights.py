"""Every cell of the table of rights: role × action, message and topic; and how lines and ownership narrow it."""

from __future__ import annotations

import typing

import pytest

from callcenter.rights import (
    AT_DESK,
    EVERY_LINE,
    MESSAGES,
    RIGHTS,
    TOPICS,
    Action,
    Actor,
    Role,
    Scope,
    may,
    may_subscribe,
    may_tell,
    powers_of,
    topics_of,
)
from callcenter.screens import wire

VISITOR = Actor()
AGENT = Actor("anna", Role.AGENT, 7)
SUPERVISOR = Actor("sam", Role.SUPERVISOR)
ADMIN = Actor("ada", Role.ADMIN)
DISPLAY = Actor("wall", Role.DISPLAY)
LEADER = Actor("lea", Role.SUPERVISOR, 9)
"""a supervisor with an agent's number, so with a phone"""
EVERYBODY = (VISITOR, AGENT, SUPERVISOR, ADMIN, DISPLAY)

# Who may do it to what is their own / to what is somebody else's. v, a, s, d, t: visitor, agent, supervisor, admin,
# a television.
MATRIX = {
    Action.ENTER: ("vasdt", "vasdt"),
    Action.PROBE: ("vasdt", "vasdt"),
    Action.STAY: ("asdt", "asdt"),
    Action.CALL_AS_CUSTOMER: ("", ""),
    **dict.fromkeys(AT_DESK, ("a", "")),
    Action.FIND_CUSTOMERS: ("asd", "asd"),
    Action.WATCH_QUEUES: ("sdt", "sdt"),
    Action.WATCH_AGENTS: ("sd", "sd"),
    Action.WATCH_WAITING: ("sd", "sd"),
    Action.SUPERVISE: ("sd", "sd"),
    Action.SHOW_WALLBOARD: ("sdt", "sdt"),
    Action.MONITOR: ("sd", "sd"),
    Action.WHISPER: ("sd", "sd"),
    Action.BARGE: ("sd", "sd"),
    Action.TAKE_OVER: ("sd", "sd"),
    Action.FORCE_STATE: ("sd", "sd"),
    Action.FORCE_SIGN_OUT: ("sd", "sd"),
    Action.MOVE_AGENT: ("sd", "sd"),
    Action.PULL_FORWARD: ("sd", "sd"),
    Action.READ_AUDIT: ("sd", "sd"),
    Action.SEARCH_HISTORY: ("asd", "sd"),
    Action.READ_INTERACTION: ("asd", "sd"),
    Action.EXPLAIN_OFFER: ("sd", "sd"),
    Action.PLAY_RECORDING: ("asd", "sd"),
    Action.EXPORT_HISTORY: ("sd", "sd"),
    Action.READ_REPORT: ("sd", "sd"),
}
LETTERS = dict(zip("vasdt", EVERYBODY, strict=True))
OWN, FOREIGN = Scope(agents=frozenset({7, 9})), Scope(agents=frozenset({8}))


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("letter", "vasdt")
def test_every_role_may_exactly_what_the_matrix_says(action: Action, letter: str):
    own, foreign = MATRIX[action]
    assert may(LETTERS[letter], action, OWN) is (letter in own)
    assert may(LETTERS[letter], action, FOREIGN) is (letter in foreign)


def test_every_action_has_a_rule_and_every_rule_an_action():
    assert set(RIGHTS) == set(Action) == set(MATRIX)


@pytest.mark.parametrize("actor", EVERYBODY)
def test_calling_as_a_customer_is_for_demonstrations(actor: Actor):
    assert may(actor, Action.CALL_AS_CUSTOMER, Scope(demo=True))


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMIN])
def test_whoever_has_an_agents_number_has_that_desk_alone(role: Role):
    assert may(Actor("lea", role, 9), Action.WORK_AT_DESK, OWN)
    assert not may(Actor("lea", role, 9), Action.WORK_AT_DESK, FOREIGN)


def test_what_is_nobodys_is_nobodys_own():
    assert not may(AGENT, Action.READ_INTERACTION, Scope())
    assert not may(Actor("x", Role.AGENT, None), Action.WORK_AT_DESK, Scope())


@pytest.mark.parametrize(
    ("line", "allowed"), [("cards", True), ("", True), ("loans", False), (EVERY_LINE, False), ("card", False)]
)
def test_who_is_confined_to_a_line_sees_that_line_and_what_has_none(line: str, allowed: bool):
    carl = Actor("carl", Role.SUPERVISOR, None, frozenset({"cards"}))
    assert may(carl, Action.READ_INTERACTION, Scope(business_line=line)) is allowed
    assert may(SUPERVISOR, Action.READ_INTERACTION, Scope(business_line=line))


def test_a_line_confines_what_is_ones_own_too():
    anna = Actor("anna", Role.AGENT, 7, frozenset({"cards"}))
    assert not may(anna, Action.PLAY_RECORDING, Scope(frozenset({7}), "loans"))


# --- the feed ---

TAGS = {kind.__struct_config__.tag: kind for kind in typing.get_args(wire.Ask)}


def test_every_message_of_the_feed_has_a_rule():
    assert set(MESSAGES) == set(TAGS)


POWERS = {
    "monitor": Action.MONITOR,
    "coach": Action.WHISPER,
    "barge": Action.BARGE,
    "take-over": Action.TAKE_OVER,
    "force-state": Action.FORCE_STATE,
    "force-sign-out": Action.FORCE_SIGN_OUT,
    "move-agent": Action.MOVE_AGENT,
    "pull-forward": Action.PULL_FORWARD,
}


@pytest.mark.parametrize("tag", sorted(str(tag) for tag in TAGS))
@pytest.mark.parametrize("letter", "vasdt")
def test_an_agent_acts_at_the_own_desk_and_who_leads_upon_everybody(tag: str, letter: str):
    signed_in = tag in ("subscribe", "unsubscribe")
    own, foreign = ("sd", "sd") if tag in POWERS else ("asdt", "asdt") if signed_in else ("a", "")
    assert may_tell(LETTERS[letter], tag, OWN) is (letter in own)
    assert may_tell(LETTERS[letter], tag, FOREIGN) is (letter in foreign)


def test_each_power_is_a_right_of_its_own():
    assert {tag: MESSAGES[tag] for tag in POWERS} == POWERS
    assert len(set(POWERS.values())) == len(POWERS)
    assert {str(kind.__struct_config__.tag) for kind in typing.get_args(wire.Supervision)} == set(POWERS)


def test_everybody_is_told_which_powers_are_theirs():
    assert powers_of(VISITOR) == powers_of(AGENT) == ()
    assert set(powers_of(SUPERVISOR)) == set(powers_of(ADMIN)) == set(POWERS)
    assert set(powers_of(Actor("carl", Role.SUPERVISOR, None, frozenset({"cards"})))) == set(POWERS)


def test_an_unknown_message_is_nobodys():
    assert not any(may_tell(actor, "read-minds", OWN) for actor in EVERYBODY)


@pytest.mark.parametrize(
    ("topic", "shown"), [("queues", True), ("board", True), ("agents", False), ("waiting", False)]
)
def test_only_who_leads_watches_the_centre_and_a_television_what_names_no_customer(topic: str, shown: bool):
    assert [may_subscribe(actor, topic) for actor in EVERYBODY] == [False, False, True, True, shown]


def test_a_desk_is_followed_by_its_agent_alone():
    assert [may_subscribe(actor, "desk:7") for actor in EVERYBODY] == [False, True, False, False, False]
    assert not may_subscribe(AGENT, "desk:8")
    assert may_subscribe(LEADER, "desk:9")
    assert not may_subscribe(LEADER, "desk:7")


def test_whoever_has_a_desk_sees_whom_a_call_can_go_to():
    everybody = [may_subscribe(actor, "directory") for actor in (*EVERYBODY, LEADER)]
    assert everybody == [False, True, False, False, False, True]


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "desk",
        "desk:",
        "desk:x",
        "desk:-7",
        "desk:７",
        "queues:cards",
        "queues:1",
        "queues:",
        "x",
        "directory:7",
    ],
)
def test_an_unknown_or_malformed_topic_is_nobodys(topic: str):
    assert not any(may_subscribe(actor, topic) for actor in EVERYBODY)


def test_the_topics_that_mix_all_lines_are_not_for_who_is_confined_to_one():
    carl = Actor("carl", Role.SUPERVISOR, None, frozenset({"cards"}))
    assert topics_of(carl) == ()


def test_everybody_is_told_which_topics_are_theirs():
    assert topics_of(VISITOR) == ()
    assert topics_of(AGENT) == ("desk:7", "directory")
    assert topics_of(LEADER) == ("desk:9", "directory", "queues", "agents", "waiting", "board")
    assert topics_of(DISPLAY) == ("queues", "board")
    assert topics_of(SUPERVISOR) == topics_of(ADMIN) == ("queues", "agents", "waiting", "board")
    assert {topic.partition(":")[0] for actor in EVERYBODY for topic in topics_of(actor)} == set(TOPICS)
