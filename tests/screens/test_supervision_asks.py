"""A supervisor's asks: what becomes of each, who may, what is told when it is done, and what the audit hears."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.lifecycles import Presence
from callcenter.oversight import Overseer
from callcenter.rights import Actor, Role
from callcenter.screens import asks, wire
from callcenter.screens.supervision_asks import received
from callcenter.screens.wire import Hello
from callcenter.store.audit import AuditTrail
from callcenter.store.audit_anchor import ANCHOR
from callcenter.store.database import Database
from callcenter.store.journal import Journal
from tests.core.centre import Centre
from tests.screens.days import LEADER, configured
from tests.screens.stage import Screen, Stage, staged

SAM = Actor("sam", Role.SUPERVISOR, LEADER)
UNPHONED = Actor("sue", Role.SUPERVISOR)
AGENT = Actor("agent2", Role.AGENT, 2)

ASKS: list[tuple[wire.Supervision, f.Input]] = [
    (wire.Monitor("1", 5), f.MonitorAsked(5, LEADER, f.Part.LISTENS, "sam")),
    (wire.Coach("1", 5), f.MonitorAsked(5, LEADER, f.Part.COACHES, "sam")),
    (wire.Barge("1", 5), f.MonitorAsked(5, LEADER, f.Part.TALKS, "sam")),
    (wire.TakeOver("1", 5), f.TakeOverAsked(5, LEADER, "sam")),
    (wire.ForceState("1", 1, "lunch"), f.PresenceChosen(1, Presence.AWAY, "lunch", "sam")),
    (wire.ForceState("1", 1, ""), f.PresenceChosen(1, Presence.READY, "", "sam")),
    (wire.ForceSignOut("1", 1), f.AgentSignedOut(1, "sam")),
    (wire.MoveAgent("1", 1, ("cards",)), f.AgentMoved(1, ("cards",), "sam")),
    (wire.PullForward("1", 5), f.ContactPulled(5, "sam")),
]
EVERY = [ask for ask, _ in ASKS]


def name(case: object) -> str:
    return type(case).__name__


@pytest.mark.parametrize(("ask", "input"), ASKS, ids=name)
def test_an_ask_becomes_its_input_under_the_name_of_whoever_asked(ask: wire.Supervision, input: f.Input):
    assert received(Centre(configured()).live, SAM, ask) == f.Received("screen:sam:1", input)


def test_every_power_is_asked_for_here():
    assert {type(ask) for ask in EVERY} == set(wire.Supervision.__args__)


@pytest.mark.parametrize("ask", EVERY, ids=name)
def test_an_agent_has_no_power_over_others(ask: wire.Supervision):
    assert received(Centre(configured()).live, AGENT, ask) == "forbidden"


@pytest.mark.parametrize("ask", EVERY[:4], ids=name)
def test_who_has_no_phone_listens_to_nobody(ask: wire.Supervision):
    assert received(Centre(configured()).live, UNPHONED, ask) == "no_phone"


@pytest.mark.parametrize("ask", [wire.ForceState("1", LEADER, ""), wire.ForceSignOut("1", LEADER)], ids=name)
def test_nobody_forces_themselves(ask: wire.Supervision):
    assert received(Centre(configured()).live, SAM, ask) == "yourself"


def lines() -> Centre:
    """Accounts are of one line, cards of another; agent 1 serves both, agent 3 accounts alone."""
    centre = Centre(lines_of(configured()))
    centre.call()
    return centre


def lines_of(setup: f.CentreSetup) -> f.CentreSetup:
    queues = tuple(replace(queue, business_line=f"line-{queue.name}") for queue in setup.queues)
    return replace(setup, queues=queues)


@pytest.mark.parametrize(
    ("ask", "allowed"),
    [
        (wire.Monitor("1", 1), True),
        (wire.PullForward("1", 1), True),
        (wire.PullForward("1", 99), True),  # nobody's: the core says that it isn't there
        (wire.ForceState("1", 3, "lunch"), True),
        (wire.ForceState("1", 1, "lunch"), False),
        (wire.ForceSignOut("1", 1), False),
        (wire.MoveAgent("1", 3, ()), True),
        (wire.MoveAgent("1", 3, ("cards",)), False),
        (wire.MoveAgent("1", 1, ("accounts",)), False),
    ],
)
def test_a_power_ends_where_another_business_line_begins(ask: wire.Supervision, allowed: bool):
    confined = replace(SAM, business_lines=frozenset({"line-accounts"}))
    assert (received(lines().live, confined, ask) != "forbidden") is allowed
    elsewhere = replace(SAM, business_lines=frozenset({"line-loans"}))
    if ask != wire.PullForward("1", 99):
        assert received(lines().live, elsewhere, ask) == "forbidden"


def test_a_call_among_colleagues_is_of_the_lines_of_both():
    centre = Centre(lines_of(configured()))
    centre.ready(1, 3)
    centre.do(f.InternalCallAsked(3, 1, "agent3"))
    number = centre.live.state.counters.contact
    confined = replace(SAM, business_lines=frozenset({"line-accounts"}))
    assert received(centre.live, confined, wire.Monitor("1", number)) != "forbidden"
    centre.answer()
    # Agent 1 serves another line as well.
    assert received(centre.live, confined, wire.Monitor("1", number)) == "forbidden"
    both = replace(SAM, business_lines=frozenset({"line-accounts", "line-cards"}))
    assert received(centre.live, both, wire.Monitor("1", number)) != "forbidden"


def test_nobody_calls_on_behalf_of_a_line_that_is_not_theirs():
    live = lines().live
    confined = Actor("agent1", Role.AGENT, 1, frozenset({"line-accounts"}))
    number = "+14155550101"
    assert isinstance(asks.received(live, confined, wire.Dial("1", number, None, "accounts")), f.Received)
    assert asks.received(live, confined, wire.Dial("1", number, None, "cards")) == "forbidden"


async def test_an_id_that_is_used_again_hides_nothing(database: Database, tmp_path: Path):
    trail = AuditTrail(database, Journal(database, 1), 1, tmp_path / ANCHOR)
    await trail.start()
    overseer = Overseer(None, trail, lambda: 7)  # type: ignore[arg-type]
    for contact in (5, 6):
        await overseer.note_refused(SAM, wire.Monitor("same", contact), "forbidden")
    rows = await database.pool.fetch("select contact, refused from audit order by n")
    assert [tuple(row) for row in rows] == [(5, "forbidden"), (6, "forbidden")]


# --- Over the feed ---


async def at_work(stage: Stage, agent: int = 1) -> int:
    """The agent talks to a caller; returns the contact."""
    stage.owner.ready(agent)
    contact = stage.owner.call()
    stage.owner.centre.answer()
    return contact


async def leader(stage: Stage) -> Screen:
    screen = await stage.screen("agent4")
    await screen.follow(f"desk:{LEADER}", "agents", "queues", "waiting")
    stage.owner.do(f.StationConnected(LEADER, "phone"))
    return screen


async def test_the_greeting_tells_powers_kinds_of_break_and_skills_to_whoever_has_to_do_with_them():
    async with staged() as stage:
        (hello,) = (await stage.screen("agent4")).told
        assert isinstance(hello, Hello)
        assert set(hello.powers) == {str(type(ask).__struct_config__.tag) for ask in EVERY}
        assert hello.break_reasons == ("lunch",)
        assert hello.skills_zh == (("accounts", "账户"),)
        (hello,) = (await stage.screen("agent1")).told
        assert isinstance(hello, Hello)
        assert (hello.powers, hello.break_reasons, hello.skills_zh) == ((), (), ())


async def test_a_leader_who_looks_is_not_at_work_as_an_agent():
    async with staged() as stage:
        screen = await leader(stage)
        await screen.catch_up()
        assert not any(isinstance(one.input, f.AgentSignedIn) for one in stage.owner.received)


async def test_a_talk_is_listened_to_over_the_feed():
    async with staged() as stage:
        screen = await leader(stage)
        contact = await at_work(stage)
        assert await screen.ask("monitor", contact=contact) == ""
        assert await screen.ask("take-over", contact=contact) == "listen_first"
        await screen.until(lambda: screen.topics["agents"]["1"].watched_by == ("Dee",))  # type: ignore[union-attr]


async def test_a_forced_sign_out_is_told_done_when_the_sessions_have_ended():
    async with staged() as stage:
        screen = await leader(stage)
        stage.owner.ready(1)
        assert await screen.ask("force-sign-out", agent=1) == ""
        assert stage.oversight.ended == ["agent1"]
        assert await screen.ask("force-sign-out", agent=99) == "unknown_agent"
        assert stage.oversight.ended == ["agent1"]


async def test_a_forced_sign_out_whose_sessions_could_not_be_ended_is_not_told_done():
    async with staged() as stage:
        screen = await leader(stage)
        stage.owner.ready(1)
        stage.oversight.broken = True
        assert await screen.ask("force-sign-out", agent=1) == "unavailable"
        await screen.catch_up()


@pytest.mark.parametrize(
    ("login", "do", "words", "refused", "told"),
    [
        ("agent1", "monitor", {"contact": 1}, "forbidden", "Monitor"),
        ("agent1", "move-agent", {"agent": 1, "queues": ["cards"]}, "forbidden", "MoveAgent"),
        ("super", "barge", {"contact": 1}, "no_phone", "Barge"),
        ("agent4", "force-state", {"agent": LEADER, "reason": ""}, "yourself", "ForceState"),
    ],
)
async def test_what_never_reaches_the_core_stands_in_the_audit_before_its_reply(
    login: str, do: str, words: dict[str, object], refused: str, told: str
):
    async with staged() as stage:
        screen = await stage.screen(login)
        assert await screen.ask(do, **words) == refused
        assert stage.oversight.refused == [(login, told, refused)]
        assert stage.owner.received == []
        stage.oversight.broken = True
        assert await screen.ask(do, **words) == "unavailable"


async def test_what_the_owner_does_not_take_now_stands_in_the_audit_too():
    async with staged() as stage:
        screen = await leader(stage)
        stage.owner.full = True
        assert await screen.ask("pull-forward", contact=99) == "busy"
        assert stage.oversight.refused == [("agent4", "PullForward", "busy")]


async def test_what_the_core_refuses_is_in_its_journal_and_told_to_the_supervisor_alone():
    async with staged() as stage:
        screen = await leader(stage)
        assert await screen.ask("pull-forward", contact=99) == "not_waiting"
        assert await screen.ask("move-agent", agent=1, queues=["x"]) == "unknown_queue"
        assert await screen.ask("force-state", agent=1, reason="x") == "unknown_break_reason"
        assert stage.oversight.refused == []
