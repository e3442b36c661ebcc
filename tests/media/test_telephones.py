"""Outside numbers over real sockets: telephones that ring, imagined people, and who gets a call back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from crowd import AGENT_, MUSIC, OUTSIDE, RINGING, TELEPHONE, speaking
from fake_page import Page
from media_world import NUMBER, Service, customer, staff
from test_conversations import killed_in

from callcenter.cti.imagined import reaction
from callcenter.cti.provider import Dial, Play, Say, WantedLeg
from callcenter.effects import Bridge, HangUp
from callcenter.facts import (
    FORGOTTEN,
    CallArrived,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegInterrupted,
    LegRestored,
    Part,
)
from callcenter.media.audio import FRAME_MS
from callcenter.media.server import MediaServer

LEG = "c1-l20"
TALKS = Part.TALKS


async def telephone(server: MediaServer, service: Service, number: str = TELEPHONE, **how: str) -> Page:
    page = await Page.open(server.port, service.telephone_ticket(number), **how)  # type: ignore[arg-type]
    await page.told("start", leg=None)
    return page


async def dial(service: Service, number: str = TELEPHONE, leg: str = LEG) -> None:
    await service.provider.perform(Dial(leg, number))


async def test_a_telephone_rings_and_its_person_talks_to_the_agent(server: MediaServer, service: Service):
    async with speaking(service, server.port) as crowd:
        await crowd.come(AGENT_)
        await crowd.dial()
        await crowd.arrange(1, {OUTSIDE: TALKS, AGENT_: TALKS})
        await crowd.hears(AGENT_, {RINGING})
        await crowd.answer(OUTSIDE)
        await crowd.all_hear({AGENT_: {OUTSIDE}, OUTSIDE: {AGENT_}})
        await crowd.pages[OUTSIDE].say({"event": "hangup"})
        assert await service.report(LegEnded) == LegEnded(LEG, LegCause.HUNG_UP)
        assert (await crowd.pages[OUTSIDE].told("ended"))["cause"] == "hung_up"
        assert crowd.pages[OUTSIDE].closed is None, "it can be called again"


async def test_the_first_to_answer_has_the_call_and_the_others_ring_no_more(
    server: MediaServer, service: Service
):
    first, second = await telephone(server, service), await telephone(server, service)
    await dial(service)
    await asyncio.gather(first.told("ring", leg=LEG), second.told("ring", leg=LEG))
    await second.say({"event": "answer", "leg": LEG})
    assert await service.report(LegAnswered) == LegAnswered(LEG)
    assert (await first.told("ended", leg=LEG))["cause"] == "elsewhere"
    await first.say({"event": "answer", "leg": LEG})
    assert (await first.told("error"))["error"]["key"] == "phone.not_ringing"
    for page in (first, second):
        await page.close()


async def test_a_number_is_busy_when_the_last_of_its_telephones_declines(
    server: MediaServer, service: Service
):
    first, second = await telephone(server, service), await telephone(server, service)
    await dial(service)
    await asyncio.gather(first.told("ring", leg=LEG), second.told("ring", leg=LEG))
    await first.say({"event": "hangup", "leg": LEG})
    await first.told("ended", leg=LEG)
    assert not any(event["event"] == "ended" for event in second.events)
    await second.say({"event": "hangup", "leg": LEG})
    assert await service.report(LegFailed) == LegFailed(LEG, "busy")
    for page in (first, second):
        await page.close()


async def test_a_telephone_that_is_plugged_in_while_it_rings_rings_too(server: MediaServer, service: Service):
    first = await telephone(server, service)
    await dial(service)
    await first.told("ring", leg=LEG)
    second = await telephone(server, service)
    await second.told("ring", leg=LEG)
    await first.close()
    await second.say({"event": "answer", "leg": LEG})
    assert await service.report(LegAnswered) == LegAnswered(LEG)
    await second.close()


async def test_a_telephone_that_is_cut_off_while_it_rings_rings_again(server: MediaServer, service: Service):
    page = await telephone(server, service)
    await dial(service)
    await page.told("ring", leg=LEG)
    page.vanish()
    await page.gone()
    page = await telephone(server, service)
    await page.told("ring", leg=LEG)
    await service.provider.perform(HangUp("browser", LEG))
    assert (await page.told("ended", leg=LEG))["cause"] == "released"
    await page.close()


async def test_who_is_in_a_call_with_the_centre_is_busy(server: MediaServer, service: Service):
    page = await Page.open(server.port, service.caller_ticket(NUMBER))
    await service.report(CallArrived)
    plugged = await telephone(server, service, NUMBER)
    await dial(service, NUMBER)
    assert await service.report(LegFailed) == LegFailed(LEG, "busy")
    assert not any(event["event"] == "ring" for event in plugged.events)
    await page.close()
    await plugged.close()


async def test_a_telephone_that_is_cut_off_has_its_call_again(server: MediaServer, service: Service):
    async with speaking(service, server.port) as crowd:
        await crowd.come(AGENT_, OUTSIDE)
        await crowd.arrange(1, {OUTSIDE: TALKS, AGENT_: TALKS})
        crowd.pages[OUTSIDE].vanish()
        assert await service.report(LegInterrupted) == LegInterrupted(LEG)
        await crowd.come_back(OUTSIDE)
        assert await service.report(LegRestored) == LegRestored(LEG)
        await crowd.all_hear({AGENT_: {OUTSIDE}, OUTSIDE: {AGENT_}})


async def test_a_page_that_is_loaded_anew_while_it_answers_has_the_call(
    server: MediaServer, service: Service
):
    """It was not told yet that it has it, so it can't ask for it."""
    page = await telephone(server, service, tab="t1")
    await dial(service)
    await page.told("ring", leg=LEG)
    await page.say({"event": "answer", "leg": LEG})
    assert await service.report(LegAnswered) == LegAnswered(LEG)
    page.vanish()
    assert await service.report(LegInterrupted) == LegInterrupted(LEG)
    another = await telephone(server, service, tab="t2")
    back = await telephone(server, service, tab="t1")
    assert await service.report(LegRestored) == LegRestored(LEG)
    await back.told("start", leg=LEG)
    assert not [event for event in another.events if event.get("leg") == LEG]
    for one in (another, back):
        await one.close()


@pytest.mark.parametrize("rejoin_seconds", [0.2])
async def test_a_telephone_that_stays_away_has_vanished(server: MediaServer, service: Service):
    async with speaking(service, server.port) as crowd:
        await crowd.come(OUTSIDE)
        crowd.pages[OUTSIDE].vanish()
        assert await service.report(LegEnded) == LegEnded(LEG, LegCause.VANISHED)
        await crowd.come_back(OUTSIDE)
        assert (await crowd.pages[OUTSIDE].told("ended", leg=LEG))["cause"] == "vanished"


async def test_nobody_gets_a_call_by_its_name_alone(server: MediaServer, service: Service):
    """A page of another number, and another page of the same one that was not in it."""
    async with speaking(service, server.port) as crowd:
        await crowd.come(AGENT_, OUTSIDE)
        await crowd.arrange(1, {OUTSIDE: TALKS, AGENT_: TALKS})
        stranger = await telephone(server, service, "+14155550199", leg=LEG)
        assert (await stranger.told("ended", leg=LEG))["cause"] == "system"
        second = await telephone(server, service, leg=LEG)
        assert (await second.told("ended", leg=LEG))["cause"] == "system"
        await crowd.all_hear({AGENT_: {OUTSIDE}, OUTSIDE: {AGENT_}})
        assert not stranger.heard
        assert not second.heard
        for page in (stranger, second):
            await page.close()


async def test_a_telephone_asks_for_nothing_that_is_not_its_own(server: MediaServer, service: Service):
    talk = await telephone(server, service)
    for said, key in [
        ({"event": "answer", "leg": "c1-l1"}, "phone.not_ringing"),
        ({"event": "hangup", "leg": "c1-l1"}, "phone.no_call"),
        ({"event": "dtmf", "dtmf": {"digit": "1"}}, "phone.no_call"),
        ({"event": "claim"}, "phone.not_for_telephones"),
    ]:
        await talk.say(said)
        await talk.until(
            lambda key=key: any(e["event"] == "error" and e["error"]["key"] == key for e in talk.events)
        )
    await talk.close()


# --- Imagined people ---


def number_whose(failure: str) -> str:
    return next(
        number
        for number in (f"+1415555{n:04}" for n in range(100, 200))
        if reaction(number).failure == failure
    )


async def passed(server: MediaServer, number: str) -> None:
    """The time in which this number reacts."""
    for _ in range(reaction(number).after_ms // FRAME_MS + 1):
        await server.clockwork.tick()


async def test_an_imagined_person_answers_says_who_it_is_and_listens(server: MediaServer, service: Service):
    number = number_whose("")
    service.provider.set_robots({}, people=True)
    async with speaking(service, server.port) as crowd:
        await crowd.come(AGENT_)
        await dial(service, number)
        members = customer(LEG), staff(crowd.legs[AGENT_])
        await service.provider.perform(Bridge("browser", 1, members, None))
        await passed(server, number)
        assert await service.report(LegAnswered) == LegAnswered(LEG)
        await crowd.pages[AGENT_].hears_something()
        await service.provider.perform(HangUp("browser", LEG))
        assert await service.report(LegEnded) == LegEnded(LEG, LegCause.RELEASED)


@pytest.mark.parametrize("failure", ["busy", "no_answer"])
async def test_some_are_engaged_and_some_not_at_home(server: MediaServer, service: Service, failure: str):
    number = number_whose(failure)
    service.provider.set_robots({}, people=True)
    await dial(service, number)
    await service.provider.perform(HangUp("browser", "c1-l99"))
    await service.report(LegEnded)  # the commands have arrived
    await passed(server, number)
    assert await service.report(LegFailed) == LegFailed(LEG, failure)


async def test_without_imagined_people_a_number_that_nobody_has_is_unreachable(
    server: MediaServer, service: Service
):
    await dial(service, number_whose(""))
    assert await service.report(LegFailed) == LegFailed(LEG, "unreachable")


def test_a_few_in_a_hundred_are_not_reached_and_it_is_always_the_same_ones():
    numbers = [f"+1{area}5550{n}" for area in (415, 510, 628) for n in range(100, 200)]
    failures = [reaction(number).failure for number in numbers]
    assert failures == [reaction(number).failure for number in numbers]
    assert 0.02 < failures.count("busy") / len(numbers) < 0.07
    assert 0.03 < failures.count("no_answer") / len(numbers) < 0.1
    assert all(
        2000 <= reaction(number).after_ms <= 6000 for number in numbers if not reaction(number).failure
    )


# --- kill -9 ---


async def test_a_number_that_rang_when_the_media_process_was_killed_is_not_called_again(tmp_path: Path):
    async with killed_in(tmp_path, {OUTSIDE: TALKS, AGENT_: TALKS}, unanswered=OUTSIDE) as (
        crowd,
        service,
        _,
    ):
        await crowd.come_back(AGENT_)
        await crowd.come_back(OUTSIDE)
        await service.attach(crowd.wanted(OUTSIDE))
        assert await service.report(LegFailed) == LegFailed(LEG, FORGOTTEN)
        await crowd.hears(AGENT_, set())
        assert not any(event["event"] == "ring" for event in crowd.pages[OUTSIDE].events)


async def test_whom_we_called_and_who_waits_has_the_music_again_after_kill_9(tmp_path: Path):
    async with killed_in(tmp_path, {OUTSIDE: TALKS, AGENT_: TALKS}) as (crowd, service, _):
        music = Play(LEG, 1, (Say("", file="music"),), loop=True)
        dial = Dial(LEG, TELEPHONE)
        await service.attach([WantedLeg(LEG, (dial, music), answered=True)])
        await crowd.come_back(OUTSIDE)
        assert await service.report(LegRestored) == LegRestored(LEG)
        await crowd.hears(OUTSIDE, {MUSIC})


async def test_an_imagined_person_is_still_there_after_kill_9(tmp_path: Path):
    """And makes way for a page that was in the call."""
    async with killed_in(tmp_path, {OUTSIDE: TALKS, AGENT_: TALKS}) as (crowd, service, _):
        service.provider.set_robots({}, people=True)
        await service.attach(crowd.wanted())
        await crowd.come_back(AGENT_)
        await crowd.hears(AGENT_, set())
        await crowd.come_back(OUTSIDE)
        await crowd.all_hear({AGENT_: {OUTSIDE}, OUTSIDE: {AGENT_}})
