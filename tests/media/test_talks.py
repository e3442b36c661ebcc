"""Who hears whom, by frequency: every arrangement of every part, at every ear; keys, ringing and music."""

from __future__ import annotations

import pytest
from crowd import (
    AGENT_,
    CALLER,
    COLLEAGUE,
    MUSIC,
    OUTSIDE,
    RINGING,
    SUPERVISOR,
    sounds_in,
    speaking,
)
from fake_page import strength
from media_world import Service, customer, staff
from msgspec import Struct

from callcenter.cti.parts import hears
from callcenter.facts import Member, Part
from callcenter.media.server import MediaServer

TALKS, HELD, LISTENS, COACHES = Part.TALKS, Part.HELD, Part.LISTENS, Part.COACHES


class Arrangement(Struct, frozen=True):
    name: str
    parts: dict[str, Part]
    heard: dict[str, set[str]]
    ringing: tuple[str, ...] = ()


ARRANGEMENTS = [
    Arrangement("talk", {CALLER: TALKS, AGENT_: TALKS}, {CALLER: {AGENT_}, AGENT_: {CALLER}}),
    Arrangement("hold", {CALLER: HELD, AGENT_: TALKS}, {CALLER: {MUSIC}, AGENT_: set()}),
    Arrangement(
        "consult",
        {CALLER: HELD, AGENT_: TALKS, COLLEAGUE: TALKS},
        {CALLER: {MUSIC}, AGENT_: {COLLEAGUE}, COLLEAGUE: {AGENT_}},
    ),
    Arrangement(
        "consult, ringing",
        {CALLER: HELD, AGENT_: TALKS, COLLEAGUE: TALKS},
        {CALLER: {MUSIC}, AGENT_: {RINGING}, COLLEAGUE: set()},
        ringing=(COLLEAGUE,),
    ),
    Arrangement(
        "swap",
        {CALLER: TALKS, AGENT_: TALKS, COLLEAGUE: HELD},
        {CALLER: {AGENT_}, AGENT_: {CALLER}, COLLEAGUE: {MUSIC}},
    ),
    Arrangement(
        "conference",
        {CALLER: TALKS, AGENT_: TALKS, COLLEAGUE: TALKS},
        {CALLER: {AGENT_, COLLEAGUE}, AGENT_: {CALLER, COLLEAGUE}, COLLEAGUE: {CALLER, AGENT_}},
    ),
    Arrangement(
        "conference, one more ringing",
        {CALLER: TALKS, AGENT_: TALKS, COLLEAGUE: TALKS},
        {CALLER: {AGENT_}, AGENT_: {CALLER}, COLLEAGUE: set()},
        ringing=(COLLEAGUE,),
    ),
    Arrangement(
        "monitor",
        {CALLER: TALKS, AGENT_: TALKS, SUPERVISOR: LISTENS},
        {CALLER: {AGENT_}, AGENT_: {CALLER}, SUPERVISOR: {CALLER, AGENT_}},
    ),
    Arrangement(
        "monitor on hold",
        {CALLER: HELD, AGENT_: TALKS, SUPERVISOR: LISTENS},
        {CALLER: {MUSIC}, AGENT_: set(), SUPERVISOR: {AGENT_}},
    ),
    Arrangement(
        "whisper",
        {CALLER: TALKS, AGENT_: TALKS, SUPERVISOR: COACHES},
        {CALLER: {AGENT_}, AGENT_: {CALLER, SUPERVISOR}, SUPERVISOR: {CALLER, AGENT_}},
    ),
    Arrangement(
        "whisper on hold",
        {CALLER: HELD, AGENT_: TALKS, SUPERVISOR: COACHES},
        {CALLER: {MUSIC}, AGENT_: {SUPERVISOR}, SUPERVISOR: {AGENT_}},
    ),
    Arrangement(
        "barge",
        {CALLER: TALKS, AGENT_: TALKS, SUPERVISOR: TALKS},
        {CALLER: {AGENT_, SUPERVISOR}, AGENT_: {CALLER, SUPERVISOR}, SUPERVISOR: {CALLER, AGENT_}},
    ),
    Arrangement(
        "whisper in a conference with a number",
        {CALLER: TALKS, AGENT_: TALKS, OUTSIDE: TALKS, SUPERVISOR: COACHES},
        {
            CALLER: {AGENT_, OUTSIDE},
            AGENT_: {CALLER, OUTSIDE, SUPERVISOR},
            OUTSIDE: {CALLER, AGENT_},
            SUPERVISOR: {CALLER, AGENT_, OUTSIDE},
        },
    ),
    Arrangement(
        "everybody",
        {CALLER: TALKS, AGENT_: TALKS, COLLEAGUE: TALKS, OUTSIDE: TALKS, SUPERVISOR: LISTENS},
        {
            CALLER: {AGENT_, COLLEAGUE, OUTSIDE},
            AGENT_: {CALLER, COLLEAGUE, OUTSIDE},
            COLLEAGUE: {CALLER, AGENT_, OUTSIDE},
            OUTSIDE: {CALLER, AGENT_, COLLEAGUE},
            SUPERVISOR: {CALLER, AGENT_, COLLEAGUE, OUTSIDE},
        },
    ),
    Arrangement(
        "a number is called",
        {OUTSIDE: TALKS, AGENT_: TALKS},
        {AGENT_: {RINGING}, OUTSIDE: set()},
        ringing=(OUTSIDE,),
    ),
    Arrangement("a number talks", {OUTSIDE: TALKS, AGENT_: TALKS}, {OUTSIDE: {AGENT_}, AGENT_: {OUTSIDE}}),
    Arrangement(
        "transferred to a number",
        {CALLER: TALKS, OUTSIDE: TALKS},
        {CALLER: {OUTSIDE}, OUTSIDE: {CALLER}},
    ),
]


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=lambda one: one.name)
async def test_who_hears_whom(server: MediaServer, service: Service, arrangement: Arrangement):
    async with speaking(service, server.port) as crowd:
        for who in arrangement.parts:
            if who in arrangement.ringing:
                await (crowd.dial() if who == OUTSIDE else crowd.ring(who))
            else:
                await crowd.come(who)
        await crowd.arrange(1, arrangement.parts)
        await crowd.all_hear(arrangement.heard)


async def test_one_arrangement_follows_another(server: MediaServer, service: Service):
    """The same people in each part after the other: nothing of the former one is left over."""
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_, COLLEAGUE, SUPERVISOR)
        four = [one for one in ARRANGEMENTS if not one.ringing and OUTSIDE not in one.parts]
        for number, arrangement in enumerate(four, start=1):
            await crowd.arrange(number, arrangement.parts)
            await crowd.all_hear({COLLEAGUE: set(), SUPERVISOR: set(), **arrangement.heard})


async def test_who_answers_late_takes_the_place_that_waits(server: MediaServer, service: Service):
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_)
        await crowd.dial()
        await crowd.arrange(1, {CALLER: HELD, AGENT_: TALKS, OUTSIDE: TALKS})
        await crowd.hears(AGENT_, {RINGING})
        await crowd.answer(OUTSIDE)
        await crowd.hears(AGENT_, {OUTSIDE})
        await crowd.hears(OUTSIDE, {AGENT_})
        await crowd.hears(CALLER, {MUSIC})


async def test_who_stays_hears_no_more_of_who_left(server: MediaServer, service: Service):
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_, COLLEAGUE)
        await crowd.arrange(1, {CALLER: TALKS, AGENT_: TALKS, COLLEAGUE: TALKS})
        await crowd.hears(CALLER, {AGENT_, COLLEAGUE})
        await crowd.pages[AGENT_].say({"event": "hangup"})
        await crowd.hears(CALLER, {COLLEAGUE})
        await crowd.hears(COLLEAGUE, {CALLER})
        await crowd.hears(AGENT_, set())


async def test_hold_music_goes_on_where_it_is_when_the_others_change(server: MediaServer, service: Service):
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_, COLLEAGUE)
        await crowd.arrange(1, {CALLER: HELD, AGENT_: TALKS})
        await crowd.hears(CALLER, {MUSIC})
        music = server.exchange.legs[crowd.legs[CALLER]].playing
        await crowd.arrange(2, {CALLER: HELD, AGENT_: TALKS, COLLEAGUE: TALKS})
        await crowd.hears(AGENT_, {COLLEAGUE})
        assert server.exchange.legs[crowd.legs[CALLER]].playing is music


async def test_a_phone_that_answers_by_itself_is_in_the_talk_at_once(server: MediaServer, service: Service):
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_)
        await crowd.ring(SUPERVISOR, auto=True)
        await crowd.arrange(1, {CALLER: TALKS, AGENT_: TALKS, SUPERVISOR: LISTENS})
        await crowd.hears(SUPERVISOR, {CALLER, AGENT_})


# --- Keys ---


async def test_keys_are_heard_and_told_at_the_other_end(server: MediaServer, service: Service):
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_, SUPERVISOR)
        await crowd.arrange(1, {CALLER: TALKS, AGENT_: TALKS, SUPERVISOR: LISTENS})
        await crowd.hears(AGENT_, {CALLER})
        before = len(crowd.pages[AGENT_].heard)
        await crowd.pages[CALLER].press("5")
        assert (await crowd.pages[AGENT_].told("dtmf"))["dtmf"] == {"digit": "5"}
        assert (await crowd.pages[SUPERVISOR].told("dtmf"))["dtmf"] == {"digit": "5"}
        await crowd.ticks(25)
        assert is_key_in(crowd.pages[AGENT_].heard[before:], 770, 1336)
        await crowd.hears(AGENT_, {CALLER})
        assert not any(event["event"] == "dtmf" for event in crowd.pages[CALLER].events), "not one's own"


async def test_an_agents_keys_reach_the_caller_but_not_who_is_on_hold(server: MediaServer, service: Service):
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_, OUTSIDE)
        await crowd.arrange(1, {CALLER: HELD, AGENT_: TALKS, OUTSIDE: TALKS})
        await crowd.hears(OUTSIDE, {AGENT_})
        await crowd.pages[CALLER].press("1")
        await crowd.pages[AGENT_].press("2")
        assert (await crowd.pages[OUTSIDE].told("dtmf"))["dtmf"] == {"digit": "2"}
        await crowd.hears(CALLER, {MUSIC})
        for who in (CALLER, AGENT_):
            assert not any(event["event"] == "dtmf" for event in crowd.pages[who].events)


def is_key_in(heard: bytes | bytearray, *pair: int) -> bool:
    windows = (bytes(heard[start : start + 800]) for start in range(0, len(heard) - 800, 160))
    return any(all(strength(window, hertz) > 0.3 for hertz in pair) for window in windows)


# --- The rule itself ---


def test_a_pair_of_members_is_judged_by_their_parts():
    agent, caller = staff("a", TALKS), customer("b", TALKS)
    coach, monitor = staff("c", COACHES), staff("d", LISTENS)
    assert hears(agent, caller)
    assert hears(agent, coach)
    assert not hears(caller, coach)
    assert not hears(monitor, coach), "a whisper is for the agent alone"
    assert not hears(coach, monitor)
    assert not hears(agent, monitor)
    assert not hears(agent, agent)
    held = Member(caller.leg, HELD, staff=False)
    assert not any(hears(held, other) or hears(other, held) for other in (agent, coach, monitor))


def test_the_tones_can_be_told_apart():
    """The crowd's own ears: what the others' tests rest on."""
    from crowd import LEVEL, TONES
    from fake_page import tone

    for who, hertz in TONES.items():
        assert sounds_in(b"".join(tone(hertz, 10, LEVEL))) == {who}


async def test_a_bug_in_one_talk_silences_no_other(server: MediaServer, service: Service):
    class Broken:
        number = 0

        async def tick(self) -> None:
            raise RuntimeError("a bug")

    server.exchange.talks[0] = Broken()  # type: ignore[assignment]
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_, COLLEAGUE)
        await crowd.arrange(1, {CALLER: TALKS, AGENT_: TALKS, COLLEAGUE: TALKS})
        await crowd.all_hear(
            {CALLER: {AGENT_, COLLEAGUE}, AGENT_: {CALLER, COLLEAGUE}, COLLEAGUE: {CALLER, AGENT_}}
        )
    server.check()
    del server.exchange.talks[0]
