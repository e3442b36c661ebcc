"""Calls over real websockets: what a caller hears, keys, and who hears whom."""

from __future__ import annotations

import asyncio
import audioop

import pytest
from fake_page import Page, pcm, tone
from media_world import AGENT, Service, Talk

from callcenter.cti.provider import WantedLeg
from callcenter.effects import HangUp, RingAgent
from callcenter.facts import (
    CallArrived,
    KeysEntered,
    KeysKind,
    KeysTimedOut,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegInterrupted,
    LegRestored,
    Listen,
    PlayFinished,
    StationConnected,
    StationLost,
)
from callcenter.media.server import MediaServer


async def call(service: Service, server: MediaServer, **how: str) -> tuple[Page, str]:
    page = await Page.open(server.port, service.caller_ticket(), **how)  # type: ignore[arg-type]
    return page, (await service.report(CallArrived)).leg


async def test_a_caller_hears_a_spoken_prompt(server: MediaServer, service: Service):
    page, leg = await call(service, server)
    await service.play(leg, 1, "Welcome to the bank.")
    await page.hears_something()
    assert await service.report(PlayFinished) == PlayFinished(leg, 1)
    await page.close()


async def test_a_new_caller_hears_ringing_before_anything_is_wanted(server: MediaServer, service: Service):
    page = await Page.open(server.port, service.caller_ticket())
    await page.hears(425)
    await page.close()


async def test_linear_sound_is_spoken_and_heard_too(server: MediaServer, service: Service):
    page, leg = await call(service, server, encoding="audio/l16")
    await service.play(leg, 1, "Welcome.")
    await page.hears_something()
    await page.close()


async def test_prompts_leave_in_real_time(server: MediaServer, service: Service):
    page, leg = await call(service, server)
    await service.play(leg, 1, file="music", loop=True)
    await page.until(lambda: len(page.heard) >= 50 * 160)
    clock = asyncio.get_running_loop().time
    start, heard = clock(), len(page.heard)
    await page.until(lambda: len(page.heard) >= heard + 50 * 160)
    assert 0.8 < clock() - start < 1.3
    await page.close()


async def test_a_key_stops_the_prompt_and_is_told_at_once(server: MediaServer, service: Service):
    page, leg = await call(service, server)
    long = "This is a very long text. " * 20
    await service.play(leg, 1, long, listen=Listen(KeysKind.CHOICE, 1, 5000))
    await page.hears_something()
    await page.press("0")
    assert await service.report(KeysEntered) == KeysEntered(leg, 1, choice="0")
    await page.until(lambda: audioop.rms(pcm(page.heard[-1600:]), 2) == 0)
    await page.close()


async def test_the_first_of_several_keys_stops_the_prompt(server: MediaServer, service: Service):
    page, leg = await call(service, server)
    await service.play(leg, 1, file="music", loop=True, listen=Listen(KeysKind.VALUE, 5, 60_000))
    await page.hears_something()
    await page.press("1")
    await page.until(lambda: audioop.rms(pcm(page.heard[-1600:]), 2) == 0)
    await page.press("0023")
    assert (await service.report(KeysEntered)).play == 1
    await page.close()


async def test_keys_pressed_while_something_is_said_answer_what_is_asked_next(
    server: MediaServer, service: Service
):
    page, leg = await call(service, server)
    await service.play(leg, 1, "Your balance is ten dollars.")
    await page.hears_something()
    await page.press("0")
    await service.report(PlayFinished)
    await service.play(leg, 2, "For a person, press 0.", listen=Listen(KeysKind.CHOICE, 1, 60_000))
    assert await service.report(KeysEntered) == KeysEntered(leg, 2, choice="0")
    await service.play(leg, 3, "And now?", listen=Listen(KeysKind.CHOICE, 1, 300))
    assert await service.report(KeysTimedOut) == KeysTimedOut(leg, 3)
    await page.close()


async def test_silence_after_the_prompts_times_out(server: MediaServer, service: Service):
    page, leg = await call(service, server)
    await service.play(leg, 1, "Yes?", listen=Listen(KeysKind.CHOICE, 1, 300))
    assert await service.report(KeysTimedOut) == KeysTimedOut(leg, 1)
    await page.close()


async def test_two_pages_hear_each_other(server: MediaServer, service: Service):
    talk = await Talk(service, server.port).begin()
    await talk.both_heard()
    await talk.close()


async def test_a_page_that_hangs_up_ends_its_leg(server: MediaServer, service: Service):
    page, leg = await call(service, server)
    await page.say({"event": "hangup"})
    assert await service.report(LegEnded) == LegEnded(leg, LegCause.HUNG_UP)
    assert (await page.told("ended"))["cause"] == "hung_up"
    assert await page.gone() == 4404


async def test_a_caller_who_comes_back_with_the_ticket_resumes_the_call(
    server: MediaServer, service: Service
):
    ticket = service.caller_ticket()
    page = await Page.open(server.port, ticket)
    leg = (await service.report(CallArrived)).leg
    await service.play(leg, 1, "Your code, please.", listen=Listen(KeysKind.CHOICE, 1, 60_000))
    page.vanish()
    assert await service.report(LegInterrupted) == LegInterrupted(leg)
    again = await Page.open(server.port, ticket, rejoin=True)
    assert await service.report(LegRestored) == LegRestored(leg)
    await again.press("4")
    assert await service.report(KeysEntered) == KeysEntered(leg, 1, choice="4")
    await page.close()
    await again.close()


@pytest.mark.parametrize("rejoin_seconds", [0.1])
async def test_a_caller_who_stays_away_has_vanished(server: MediaServer, service: Service):
    page, leg = await call(service, server)
    page.vanish()
    assert await service.report(LegEnded) == LegEnded(leg, LegCause.VANISHED)
    await page.close()


async def test_a_ticket_makes_one_call_only(server: MediaServer, service: Service):
    ticket = service.caller_ticket()
    page = await Page.open(server.port, ticket)
    leg = (await service.report(CallArrived)).leg
    await page.say({"event": "hangup"})
    await service.report(LegEnded)
    replay = await Page.open(server.port, ticket)
    assert (await replay.told("ended"))["leg"] == leg
    assert await replay.gone() == 4404
    await page.close()


async def test_a_desk_that_reloads_keeps_its_phone_and_its_talk(server: MediaServer, service: Service):
    talk = await Talk(service, server.port).begin()
    await talk.desk.close()
    assert await service.report(LegInterrupted) == LegInterrupted(talk.leg)
    talk.desk = await Page.open(server.port, service.desk_ticket(), tab="desk", rejoin=True)
    await talk.desk.told("start", leg=talk.leg)
    assert await service.report(LegRestored) == LegRestored(talk.leg)
    await talk.both_heard()
    assert not any(isinstance(report.input, StationLost) for report in service.reports)
    await talk.close()


async def test_a_desk_that_stays_away_is_lost(server: MediaServer, service: Service):
    desk = await Page.open(server.port, service.desk_ticket())
    assert await service.report(StationConnected) == StationConnected(AGENT, "browser")
    await desk.close()
    assert await service.report(StationLost) == StationLost(AGENT, "browser")


async def test_a_second_tab_watches_and_can_claim_the_phone(server: MediaServer, service: Service):
    talk = await Talk(service, server.port).begin()
    second = await Page.open(server.port, service.desk_ticket(), tab="second")
    await second.told("watching")
    await second.say({"event": "answer", "leg": "c1-l9"})
    assert (await second.told("error"))["error"]["key"] == "phone.watching"
    await second.say({"event": "claim"})
    await second.told("start", leg=talk.leg)
    await talk.desk.told("watching")
    first, talk.desk = talk.desk, second
    await talk.both_heard()
    await first.close()
    await talk.close()


async def test_a_watching_tab_takes_over_when_the_phone_is_gone(server: MediaServer, service: Service):
    first = await Page.open(server.port, service.desk_ticket(), tab="first")
    await first.told("start")
    second = await Page.open(server.port, service.desk_ticket(), tab="second")
    await second.told("watching")
    await first.close()
    await second.told("start")
    await service.provider.perform(RingAgent("browser", "c1-l1", AGENT, 5))
    assert (await second.told("ring"))["offer"] == 5
    await second.close()


async def test_an_agent_without_a_phone_cannot_be_rung(server: MediaServer, service: Service):
    await service.provider.perform(RingAgent("browser", "c1-l1", 99, 1))
    assert await service.report(LegFailed) == LegFailed("c1-l1", "station-not-connected")


async def test_a_released_leg_tells_its_desk(server: MediaServer, service: Service):
    talk = await Talk(service, server.port).begin()
    await service.provider.perform(HangUp("browser", talk.leg))
    assert await service.report(LegEnded) == LegEnded(talk.leg, LegCause.RELEASED)
    assert (await talk.desk.told("ended"))["cause"] == "released"
    await talk.close()


async def test_a_simulated_agent_answers_and_speaks(server: MediaServer, service: Service):
    service.provider.set_robots({41: "Maya"})
    page, leg = await call(service, server)
    await service.provider.perform(RingAgent("browser", "c1-l1", 41, 1))
    assert await service.report(LegAnswered) == LegAnswered("c1-l1")
    talk = Talk(service, server.port)
    talk.caller_leg = leg
    await service.provider.perform(talk.bridge())
    await page.until(lambda: audioop.rms(pcm(page.heard[-1600:]), 2) == 0)
    await page.hears_something()
    await page.close()


async def test_a_call_that_nobody_can_take_is_refused_in_words(server: MediaServer, service: Service):
    page = await Page.open(server.port, service.caller_ticket())
    await service.report(CallArrived, acknowledge=False)
    service.provider.refuse(service.reports[-1])
    assert (await page.told("ended"))["cause"] == "refused"
    assert await page.gone() == 4404


async def test_a_caller_for_whom_nothing_is_wanted_hears_music(server: MediaServer, service: Service):
    page, leg = await call(service, server)
    await service.play(leg, 1, "One moment.")
    await service.report(PlayFinished)
    await page.until(lambda: audioop.rms(pcm(page.heard[-1600:]), 2) == 0)
    await page.hears_something()
    await page.close()


async def test_talks_go_on_without_a_service_and_reports_wait_for_the_next(
    server: MediaServer, service: Service
):
    talk = await Talk(service, server.port).begin()
    await service.close()
    await talk.both_heard()
    await talk.caller.say({"event": "hangup"})
    await talk.caller.told("ended")
    following = Service(service.data)
    await following.attach(talk.wanted())
    assert await following.report(LegEnded) == LegEnded(talk.caller_leg, LegCause.HUNG_UP)
    await following.close()
    await talk.close()


async def test_the_page_is_told_how_good_its_line_is(server: MediaServer, service: Service):
    page, _ = await call(service, server)
    await page.speak(tone(440))
    quality = (await page.told("quality"))["quality"]
    assert quality["frames"] == 50
    assert quality["lost"] == 0
    await page.close()


async def test_a_leg_that_failed_is_not_rung_again_by_a_list_that_was_made_before(
    server: MediaServer, service: Service
):
    ring = RingAgent("browser", "c1-l1", AGENT, 1)
    await service.provider.perform(ring)
    await service.provider.reconcile([WantedLeg("c1-l1", (ring,))])
    assert await service.report(LegFailed) == LegFailed("c1-l1", "station-not-connected")
    desk = await Page.open(server.port, service.desk_ticket(), tab="desk")
    await service.report(StationConnected)
    await service.provider.perform(RingAgent("browser", "c1-l2", AGENT, 2))
    assert (await desk.told("ring"))["leg"] == "c1-l2"
    await desk.close()
