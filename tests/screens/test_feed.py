"""The feed over real websockets: who sees what, when it is shown, and who is cut off."""

from __future__ import annotations

import asyncio
import json
import socket
import time

import pytest
from structlog.testing import capture_logs

from callcenter import facts as f
from callcenter.screens.wire import (
    MESSAGE_BYTES_MAX,
    OUTBOX_SECONDS_MAX,
    Change,
    DeskContact,
    DirectoryAgent,
    Hello,
    Me,
    Reply,
    Snapshot,
)
from tests.screens.days import Everybody, configured, record, value
from tests.screens.stage import SESSIONS, Screen, Stage, staged

TOPICS = ("desk:1", "desk:2", "directory", "queues", "agents", "waiting", "board")
MAY_FOLLOW = {
    "agent1": {"desk:1", "directory"},
    "agent2": {"desk:2", "directory"},
    "agent4": {"desk:4", "directory", "queues", "agents", "waiting", "board"},
    "super": {"queues", "agents", "waiting", "board"},
    "admin": {"queues", "agents", "waiting", "board"},
}


def desk_contact(screen: Screen, agent: int = 1) -> DeskContact:
    row = screen.topics[f"desk:{agent}"]["contact"]
    assert isinstance(row, DeskContact)
    return row


def me(screen: Screen, agent: int = 1) -> Me:
    row = screen.topics[f"desk:{agent}"]["me"]
    assert isinstance(row, Me)
    return row


async def rung(stage: Stage, screen: Screen) -> int:
    """Agent 1's desk rings; returns the offer."""
    await screen.follow("desk:1")
    stage.owner.ready(1)
    stage.owner.call()
    await screen.until(lambda: "contact" in screen.topics["desk:1"])
    offer = desk_contact(screen).offer
    assert offer is not None
    return offer


# --- Rights ---


@pytest.mark.parametrize("login", SESSIONS)
async def test_the_greeting_names_exactly_what_may_be_followed(login: str):
    async with staged() as stage:
        screen = await stage.screen(login)
        (hello,) = screen.told
        assert isinstance(hello, Hello)
        assert (hello.login, hello.centre, hello.build) == (login, "Test", "test")
        assert set(hello.topics) == MAY_FOLLOW[login]


@pytest.mark.parametrize("topic", [*TOPICS, "desk:", "desk:x", "desk:01x", "everything", ""])
@pytest.mark.parametrize("login", SESSIONS)
async def test_nobody_follows_what_is_not_theirs(login: str, topic: str):
    async with staged() as stage:
        screen = await stage.screen(login)
        refused = await screen.ask("subscribe", topics=[topic])
        assert refused == ("" if topic in MAY_FOLLOW[login] else "forbidden")
        stage.owner.ready(1, 2)
        await screen.catch_up()
        told = {one.topic for one in screen.told if isinstance(one, Snapshot | Change)}
        assert told <= MAY_FOLLOW[login]


@pytest.mark.parametrize(
    ("do", "words"),
    [
        ("ready", {}),
        ("away", {"reason": "lunch"}),
        ("sign-off", {}),
        ("decline", {"offer": 1}),
        ("end-contact", {"contact": 1}),
        ("hold", {"contact": 1}),
        ("consult", {"contact": 1, "to": {"agent": 2}}),
        ("dial", {"number": "+14155550123"}),
        ("call-agent", {"agent": 2}),
        ("pause-recording", {"contact": 1}),
        ("save", {"engagement": 1, "disposition": "done", "note": "", "done": True}),
    ],
)
@pytest.mark.parametrize("login", ["super", "admin"])
async def test_who_has_no_desk_does_nothing_at_one(login: str, do: str, words: dict[str, object]):
    async with staged() as stage:
        screen = await stage.screen(login)
        assert await screen.ask(do, **words) == "forbidden"
        assert stage.owner.received == []


async def test_nobody_declines_another_ones_offer():
    async with staged() as stage:
        own, other = await stage.screen("agent1"), await stage.screen("agent2")
        offer = await rung(stage, own)
        assert await other.ask("decline", offer=offer) == "forbidden"
        assert await own.ask("decline", offer=offer) == ""


# --- What is shown, and when ---


async def test_nothing_is_shown_before_it_is_durable():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        await screen.follow("desk:1")
        stage.owner.ready(1)
        stage.owner.writing.clear()
        stage.owner.call()
        await screen.catch_up()
        assert "contact" not in screen.topics["desk:1"]
        stage.owner.write()
        await screen.until(lambda: "contact" in screen.topics["desk:1"])


async def test_a_first_snapshot_waits_until_what_it_shows_is_durable():
    async with staged() as stage:
        stage.owner.ready(1)
        stage.owner.writing.clear()
        stage.owner.call()
        screen = await stage.screen("agent1")
        assert await screen.ask("subscribe", topics=["desk:1"]) == ""
        await screen.catch_up()
        assert "desk:1" not in screen.topics
        stage.owner.write()
        await screen.until(lambda: "desk:1" in screen.topics)
        assert desk_contact(screen).stage == "offered"


async def test_a_record_at_hand_is_in_the_message_that_makes_the_desk_ring():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        await screen.follow("desk:1")
        stage.owner.ready(1)
        popped = await pop(stage, screen)
        assert popped.customer == record(7)
        assert popped.number == value("ani:1")
        assert stage.people.reads == []


async def test_a_record_that_is_not_at_hand_follows_in_a_change():
    async with staged(Everybody(at_hand=set())) as stage:
        screen = await stage.screen("agent1")
        await screen.follow("desk:1")
        stage.owner.ready(1)
        popped = await pop(stage, screen)
        assert (popped.customer, popped.number) == (None, "")
        await screen.until(lambda: desk_contact(screen).customer == record(7))
        assert desk_contact(screen).number == value("ani:1")
        assert sorted(map(str, stage.people.reads)) == ["7", "ani:1"]


async def test_a_failed_look_up_of_a_record_is_made_again_with_the_next_change():
    people = Everybody(at_hand={"ani:1"})
    people.failures = 1
    async with staged(people) as stage:
        screen = await stage.screen("agent1")
        await screen.follow("desk:1")
        stage.owner.ready(1)
        await pop(stage, screen)
        await screen.catch_up()
        stage.owner.do(f.LegInterrupted("phone:1"))
        await screen.until(lambda: desk_contact(screen).customer is not None)
        assert people.reads == [7, 7]


async def pop(stage: Stage, screen: Screen) -> DeskContact:
    """A known customer rings and reaches agent 1; returns what the desk shows first."""
    stage.owner.call(ani="ani:1")
    look_up = stage.owner.centre.live.state.counters.look_up
    stage.owner.do(f.CustomerFound(look_up, 7, "A", "en"))
    stage.owner.do(f.KeysTimedOut("phone:1", 1))
    stage.owner.do(f.KeysTimedOut("phone:1", 2))
    stage.owner.do(f.KeysTimedOut("phone:1", 3))
    await screen.until(lambda: "contact" in screen.topics["desk:1"])
    return desk_contact(screen)


async def test_supervisors_see_the_floor_move():
    async with staged() as stage:
        screen = await stage.screen("super")
        await screen.follow("queues", "agents", "waiting")
        contact = stage.owner.call()
        await screen.until(lambda: screen.topics["waiting"].keys() == {str(contact)})
        stage.owner.ready(1)
        await screen.until(lambda: screen.topics["waiting"][str(contact)].offered_to == "Ann")  # type: ignore[union-attr]
        stage.owner.centre.made()
        stage.owner.do(f.LegAnswered(stage.owner.centre.made().leg))
        await screen.until(lambda: not screen.topics["waiting"])
        await screen.until(lambda: screen.topics["queues"]["accounts"].talking == 1)  # type: ignore[union-attr]
        assert screen.topics["queues"]["accounts"].agents == {"off_queue": 2, "on_contact": 1}  # type: ignore[union-attr]


async def test_what_nobody_reads_any_more_is_not_drawn():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        await rung(stage, screen)
        await screen.ws.close()
        await stage.left.get()
        drawn = stage.people.drawn
        stage.owner.do(f.LegAnswered(stage.owner.centre.made().leg))
        assert stage.people.drawn == drawn
        back = await stage.screen("agent1")
        await back.follow("desk:1")
        assert desk_contact(back).stage == "talking"


async def test_data_that_break_a_row_cost_that_row_alone():
    people = Everybody()
    people.poisoned.add(2)
    async with staged(people) as stage:
        screen = await stage.screen("super")
        with capture_logs() as logs:
            await screen.follow("agents")
        assert screen.topics["agents"].keys() == {"1", "3", "4"}
        assert [line["event"] for line in logs] == ["screens.row_failed"]
        people.poisoned.clear()
        stage.owner.ready(2)
        await screen.until(lambda: "2" in screen.topics["agents"])


async def test_asking_again_brings_a_fresh_snapshot():
    async with staged() as stage:
        screen = await stage.screen("super")
        await screen.follow("agents")
        assert await screen.ask("subscribe", topics=["agents"]) == ""
        first, second = screen.told[-2], await screen.hear()
        assert isinstance(first, Snapshot)
        assert second == first


async def test_numbers_of_another_run_never_fit():
    numbers = set()
    for _ in range(2):
        async with staged() as stage:
            screen = await stage.screen("super")
            await screen.follow("queues")
            numbers.add(screen.told[-1].n)  # type: ignore[union-attr]
    first, second = numbers
    assert abs(first - second) > 1_000


# --- Asks ---


async def test_an_opened_desk_signs_its_agent_in_once():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        await screen.follow("desk:1")
        await screen.until(lambda: me(screen).presence == "away")
        assert await screen.ask("sign-off") == ""
        await screen.follow("desk:1")
        await screen.catch_up()
        assert me(screen).presence == "offline"


async def test_a_reply_comes_when_the_ask_is_durable():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        await screen.follow("desk:1")
        stage.owner.writing.clear()
        asked = await screen.say("ready")
        await screen.catch_up()
        assert not any(isinstance(told, Reply) and told.id == asked for told in screen.told)
        stage.owner.write()
        assert await screen.reply_to(asked) == ""


async def test_what_the_centre_refuses_comes_back_with_its_reason():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        assert await screen.ask("away", reason="golf") == "unknown_break_reason"
        assert await screen.ask("end-contact", contact=99) == "not_talking"


async def test_the_same_ask_from_a_new_connection_has_one_effect():
    async with staged() as stage:
        first = await stage.screen("agent1")
        assert await first.ask("ready", id="page1:1") == ""
        await first.ws.close()
        second = await stage.screen("agent1")
        assert await second.ask("ready", id="page1:1") == ""
        assert [one.source for one in stage.owner.received] == ["screen:agent1:page1:1"]


async def test_the_same_id_of_another_person_is_another_ask():
    async with staged() as stage:
        for login in ("agent1", "agent2"):
            assert await (await stage.screen(login)).ask("ready", id="1") == ""
        assert len(stage.owner.received) == 2


async def test_a_typed_number_is_a_personal_value_and_whole():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        stage.owner.ready(1)
        assert await screen.ask("dial", id="d1", number="(415) 555-0123", customer=7) == ""
        received = stage.owner.received[-1]
        ref = "screen:agent1:d1/dialled"
        assert received.input == f.DialAsked(1, ref, 7, "accounts", "agent1")
        assert received.values == (f.Value(ref, "dialled", "+14155550123"),)


@pytest.mark.parametrize(
    ("number", "refused"),
    [("555-0123", "bad_number"), ("hello", "bad_number"), ("", "bad_number"), ("911", "emergency_number")],
)
async def test_what_can_not_be_dialled_never_reaches_the_centre(number: str, refused: str):
    async with staged() as stage:
        screen = await stage.screen("agent1")
        assert await screen.ask("dial", number=number) == refused
        assert stage.owner.received == []


@pytest.mark.parametrize(
    ("to", "target"),
    [
        ({"agent": 2}, f.ToAgent(2)),
        ({"queue": "cards"}, f.ToQueue("cards")),
        ({"number": "415 555 0123"}, f.ToNumber("screen:agent1:x/dialled")),
    ],
)
@pytest.mark.parametrize(("do", "kind"), [("transfer", f.TransferAsked), ("consult", f.ConsultAsked)])
async def test_a_call_is_sent_to_an_agent_a_queue_or_a_number(
    do: str, kind: type, to: dict[str, object], target: f.Target
):
    async with staged() as stage:
        screen = await stage.screen("agent1")
        assert await screen.ask(do, id="x", contact=1, to=to) == "not_talking"
        assert stage.owner.received[-1].input == kind(1, target, "agent1")


@pytest.mark.parametrize("to", [{}, {"agent": 2, "queue": "cards"}, {"agent": 2, "number": "+14155550123"}])
async def test_a_call_is_sent_to_one_place(to: dict[str, object]):
    async with staged() as stage:
        screen = await stage.screen("agent1")
        assert await screen.ask("transfer", contact=1, to=to) == "malformed"
        assert stage.owner.received == []


async def test_a_topic_that_nobody_looks_at_any_more_says_nothing_and_comes_whole_again():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        await screen.follow("directory")
        assert await screen.ask("unsubscribe", topics=["directory"]) == ""
        del screen.topics["directory"]
        stage.owner.ready(1)
        await screen.follow("directory")
        assert [type(one) for one in screen.told if getattr(one, "topic", "") == "directory"] == [
            Snapshot
        ] * 2
        shown = screen.topics["directory"]["agent:1"]
        assert isinstance(shown, DirectoryAgent)
        assert (shown.name, shown.routing, shown.station) == ("Ann", "idle", True)


async def test_a_note_is_a_personal_value():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        await rung(stage, screen)
        stage.owner.do(f.LegAnswered(stage.owner.centre.made().leg))
        await screen.until(lambda: desk_contact(screen).stage == "talking")
        engagement = desk_contact(screen).engagement
        saved = {"engagement": engagement, "disposition": "done", "note": "calls back", "done": False}
        assert await screen.ask("save", id="n1", **saved) == ""
        received = stage.owner.received[-1]
        assert received.values == (f.Value("screen:agent1:n1/note", "note", "calls back"),)
        assert "calls back" not in str(received.input)
        await screen.until(lambda: desk_contact(screen).note == value("screen:agent1:n1/note"))


# --- Bad input ---


@pytest.mark.parametrize(
    "message",
    [
        {"do": "dance", "id": "x"},
        {"do": "ready", "id": "x", "subscribe": 1, "version": 99, "do ": 1} | {"do": "fly"},
        {"do": "decline", "id": "x"},
        {"do": "decline", "id": "x", "offer": "1"},
        {"do": "decline", "id": "x", "offer": -1},
        {"do": "decline", "id": "x", "offer": 10**30},
        {"do": "away", "id": "x", "reason": "r" * 101},
        {"do": "save", "id": "x", "engagement": 1, "disposition": "", "note": "n" * 10_001, "done": True},
        {"do": "subscribe", "id": "x", "topics": ["queues"] * 9},
        {"id": "x"},
    ],
)
async def test_an_ask_that_makes_no_sense_is_refused_and_the_screen_stays(message: dict[str, object]):
    async with staged() as stage:
        screen = await stage.screen("agent1")
        await screen.ws.send_json(message)
        assert await screen.reply_to("x") == "malformed"
        await screen.catch_up()
        assert stage.owner.received == []


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", 1007),
        ("", 1007),
        ("[]", 1007),
        ('{"do": "ready"}', 1007),
        (json.dumps({"do": "ready", "id": "i" * 65}), 1007),
        (json.dumps({"do": "ready", "id": "a b"}), 1007),
        ("[" * 60_000, 1007),
        ("x" * (MESSAGE_BYTES_MAX + 1), 1009),
        (b'{"do": "ready", "id": "x"}', 1003),
    ],
    ids=["brace", "empty", "list", "no id", "long id", "odd id", "deep", "large", "binary"],
)
async def test_what_is_no_message_ends_that_connection_and_no_other(message: str | bytes, code: int):
    async with staged() as stage:
        bad, good = await stage.screen("agent1"), await stage.screen("agent2")
        send = bad.ws.send_bytes(message) if isinstance(message, bytes) else bad.ws.send_str(message)
        await send
        assert await bad.closed_with() == code
        await good.catch_up()
        assert stage.owner.received == []


async def test_a_flood_ends_that_connection_and_no_other():
    async with staged() as stage:
        bad, good = await stage.screen("agent1"), await stage.screen("agent2")
        for _ in range(200):
            await bad.say("subscribe", topics=[])
        assert await bad.closed_with() == 1008
        await good.catch_up()


async def test_a_screen_has_a_bounded_number_of_open_asks():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        stage.owner.writing.clear()
        for number in range(17):
            await screen.say("ready", id=f"r{number}")
        assert await screen.reply_to("r16") == "busy"
        stage.owner.write()
        assert await screen.reply_to("r0") == ""


async def test_logs_say_what_was_wrong_and_nothing_of_what_was_said():
    async with staged() as stage:
        with capture_logs() as logs:
            screen = await stage.screen("agent1")
            await screen.ws.send_str('{"do": "save", "id": "x", "note": "blind in one eye"}')
            assert await screen.reply_to("x") == "malformed"
            await screen.ws.send_str("blind in one eye")
            assert await screen.closed_with() == 1007
            await stage.left.get()
        assert [line["event"] for line in logs] == ["screens.malformed", "screens.malformed", "screens.ended"]
        assert "blind" not in str(logs)


# --- Ends ---


async def test_a_stop_sends_everybody_away_and_lets_nobody_in():
    async with staged() as stage:
        screen = await stage.screen("super")
        await screen.follow("queues")
        stage.feed.stop()
        assert await screen.closed_with() == 1012
        assert await Screen(await stage.connect("super")).closed_with() == 1012


async def test_who_comes_before_the_centre_is_there_comes_again():
    async with staged(begin=False) as stage:
        assert await Screen(await stage.connect("super")).closed_with() == 1013


async def test_slow_readers_are_cut_off_and_the_others_never_notice():
    async with staged() as stage:
        for number in range(200):
            stage.owner.call(f"phone:{number}")
        good = await stage.screen("super")
        await good.follow("waiting")
        for _ in range(50):
            await never_reads(stage)
        gaps = []
        while stage.left.qsize() < 50:
            title = f"Accounts {len(gaps)}"
            setup = configured()
            queue = f.QueueSetup(**{**fields(setup.queues[0]), "title": title})
            began = time.monotonic()
            changed = f.CentreSetup(**{**fields(setup), "queues": (queue,)})
            stage.owner.do(f.CentreApplied(2, changed, "admin"))
            await good.until(lambda title=title: good.topics["waiting"]["1"].queue_title == title)  # type: ignore
            gaps.append(time.monotonic() - began)
        # Had it waited for them, it would have been for as long as they are given.
        assert max(gaps) < OUTBOX_SECONDS_MAX / 2, max(gaps)
        assert stage.feed.cut == 50
        assert stage.feed.readers == 1
        await stage.turns(10)  # the loop drops what was aborted in a turn of its own
        assert stage.unsent() == 0, "what they never took is still in memory"


def fields(record: object) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}  # type: ignore[attr-defined]


async def never_reads(stage: Stage) -> None:
    """Follows the waiting callers over a bare socket and takes nothing from it any more."""
    port = int(stage.url.split(":")[2].split("/")[0])
    bare = socket.socket()
    bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    bare.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(bare, ("127.0.0.1", port))
    upgrade = (
        f"GET /feed?login=super HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    ask = b'{"do":"subscribe","id":"1","topics":["waiting"]}'
    await loop.sock_sendall(bare, upgrade.encode() + bytes([0x81, 0x80 | len(ask), 0, 0, 0, 0]) + ask)
    await loop.sock_recv(bare, 1)
    KEPT.append(bare)


KEPT: list[socket.socket] = []


@pytest.fixture(autouse=True)
def _bare_sockets_closed():
    yield
    while KEPT:
        KEPT.pop().close()
