"""What a page may not do, and what must never lie on a disk."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from fake_page import ORIGIN, Page, tone
from media_world import AGENT, Service, Talk
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from callcenter.cti.browser.token import CALLER_SECONDS, STATION_SECONDS, BadTicket, Tickets
from callcenter.cti.browser.wire import socket_path
from callcenter.cti.provider import Play, Say
from callcenter.facts import CallArrived, KeysEntered, KeysKind, LegInterrupted, Listen, PlayFinished
from callcenter.media import phone_wire
from callcenter.media.arrivals import FRAMES_A_SECOND_MAX, LATE_MS, Arrivals
from callcenter.media.server import MediaServer

NONSENSE = [
    "",
    "{",
    "[]",
    '"media"',
    '{"event":"shutdown"}',
    '{"event":"dtmf","dtmf":{"digit":"12"}}',
    '{"event":"dtmf","dtmf":{"digit":"A"}}',
    '{"event":"media","media":{"payload":"!!","timestamp":0,"chunk":0}}',
    '{"event":"media","media":{"payload":"AAAA","timestamp":0,"chunk":0}}',
    '{"event":"media","media":{"payload":"AAAA","timestamp":-1,"chunk":0}}',
    '{"event":"answer","leg":"c1-l1"}',
    '{"event":"claim"}',
    '{"event":"start","start":{}}',
    "[" * 2000,
    b"\x00\xff",
]


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", ORIGIN + ".evil.example", ORIGIN + "0"]
)
async def test_a_page_from_elsewhere_opens_no_phone(
    server: MediaServer, service: Service, origin: str | None
):
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://127.0.0.1:{server.port}/phone?token={service.caller_ticket()}", origin=origin)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


async def test_pages_of_a_service_that_came_back_at_another_address_open_phones(
    server: MediaServer, service: Service
):
    elsewhere = "http://127.0.0.1:9000"
    await service.close()
    moved = Service(service.data, origins=(elsewhere,))
    await moved.attach()
    url = f"ws://127.0.0.1:{server.port}/phone?token={moved.caller_ticket()}"
    async with connect(url, origin=elsewhere) as socket:  # type: ignore[arg-type]
        assert "connected" in await socket.recv(decode=True)
    await moved.close()


@pytest.mark.parametrize("token", ["", "x", "x.y", "é.é", "x" * 5000])
async def test_who_has_no_ticket_opens_no_phone(server: MediaServer, token: str):
    page = await Page.open(server.port, token, start=False)
    assert await page.gone() == 4401
    assert page.events == [{"event": "error", "error": {"code": 4401, "key": "phone.ticket"}}]


async def test_a_ticket_that_was_changed_is_none(server: MediaServer, service: Service):
    payload, signature = service.desk_ticket(AGENT).split(".")
    other, _ = service.desk_ticket(8).split(".")
    page = await Page.open(server.port, f"{other}.{signature}", start=False)
    assert payload != other
    assert await page.gone() == 4401


async def test_an_old_ticket_begins_no_call_but_resumes_one(server: MediaServer, service: Service):
    fresh = service.caller_ticket()
    old = service.tickets.caller(None, "1000", now_ms=1_000_000)
    page = await Page.open(server.port, old)
    assert await page.gone() == 4401
    page = await Page.open(server.port, fresh)
    await service.report(CallArrived)
    assert CALLER_SECONDS > 0
    await page.close()


async def test_an_old_ticket_makes_no_desk_reachable_but_a_talk_that_is_there_goes_on(
    server: MediaServer, service: Service
):
    """Who has signed out gets no new one; whose network went in a call needs none."""
    old = service.tickets.station(AGENT, now_ms=time.time_ns() // 1_000_000 - STATION_SECONDS * 1000 - 1)
    nobody = await Page.open(server.port, old, tab="desk")
    assert await nobody.gone() == 4401
    talk = await Talk(service, server.port).begin()
    for tab, code in (("another", 4401), ("desk", None)):
        page = await Page.open(server.port, old, tab=tab, rejoin=True)
        if code:
            assert await page.gone() == code
        else:
            await page.told("start", leg=talk.leg)
            await page.close()
    await talk.close()


@pytest.mark.parametrize("message", NONSENSE)
async def test_nonsense_is_told_and_the_call_goes_on(
    server: MediaServer, service: Service, message: str | bytes
):
    page = await Page.open(server.port, service.caller_ticket())
    leg = (await service.report(CallArrived)).leg
    await page.say(message)
    assert (await page.told("error"))["error"]["code"] == 4400
    await service.play(leg, 1, "Still here.", listen=Listen(KeysKind.CHOICE, 1, 60_000))
    await page.hears_something()
    await page.press("1")
    await service.report(KeysEntered)
    await page.close()


async def test_who_only_says_nonsense_is_cut_off_and_nobody_else(server: MediaServer, service: Service):
    talk = await Talk(service, server.port).begin()
    page = await Page.open(server.port, service.caller_ticket())
    for _ in range(20):
        await page.say("{")
    assert await page.gone() == phone_wire.CLOSE_TOO_MANY_ERRORS
    await talk.both_heard()
    await talk.close()


async def test_an_oversized_message_closes_its_own_socket_only(server: MediaServer, service: Service):
    talk = await Talk(service, server.port).begin()
    page = await Page.open(server.port, service.caller_ticket())
    await page.say(json.dumps({"event": "media", "media": {"payload": "A" * 100_000}}))
    assert await page.gone() == 1009
    await talk.both_heard()
    await talk.close()


async def test_a_page_that_floods_is_cut_off_and_nobody_else(server: MediaServer, service: Service):
    talk = await Talk(service, server.port).begin()
    page = await Page.open(server.port, service.caller_ticket())
    await page.told("start")
    await page.speak(tone(440, frames=100) * 15)
    assert await page.gone() == phone_wire.CLOSE_TOO_MANY_ERRORS
    await talk.both_heard()
    await talk.close()


async def test_sound_before_the_start_is_out_of_order(server: MediaServer, service: Service):
    page = await Page.open(server.port, service.caller_ticket(), start=False)
    await page.speak(tone(440, frames=1))
    assert (await page.told("error"))["error"]["key"] == "phone.not_started"
    await page.close()


async def test_another_agents_leg_cannot_be_answered_or_ended(server: MediaServer, service: Service):
    talk = await Talk(service, server.port).begin()
    stranger = await Page.open(server.port, service.desk_ticket(99))
    await stranger.say({"event": "answer", "leg": talk.leg})
    assert (await stranger.told("error"))["error"]["key"] == "phone.not_ringing"
    stranger.events.clear()
    await stranger.say({"event": "hangup", "leg": talk.leg})
    assert (await stranger.told("error"))["error"]["key"] == "phone.no_call"
    await talk.both_heard()
    await stranger.close()
    await talk.close()


def test_a_flood_of_frames_is_thinned_to_what_a_microphone_gives():
    arrivals = Arrivals()
    passed = sum(arrivals.take(chunk, chunk * 20, now_ms=1000 + chunk) for chunk in range(1000))
    assert passed <= 2 * FRAMES_A_SECOND_MAX


def test_a_late_frame_is_not_passed_on_and_the_next_one_in_time_is():
    arrivals = Arrivals()
    assert arrivals.take(0, 0, 100)
    assert not arrivals.take(1, 20, 120 + LATE_MS + 1)
    assert arrivals.take(20, 400, 500)
    assert arrivals.quality().late == 1


def test_a_sound_clock_that_stood_still_is_a_new_time_not_a_late_one():
    arrivals = Arrivals()
    assert arrivals.take(0, 0, 0)
    assert arrivals.take(1, 20, 5_000)
    assert arrivals.take(2, 40, 5_020)


async def test_secret_digits_lie_nowhere_on_the_disk(
    server: MediaServer, service: Service, tmp_path: Path, capfd
):
    page = await Page.open(server.port, service.caller_ticket())
    leg = (await service.report(CallArrived)).leg
    await service.play(leg, 1, "Your code.", listen=Listen(KeysKind.SECRET, 8, 60_000))
    await page.press("80417395")
    keyed = await service.report(KeysEntered)
    assert keyed.secret is not None
    assert service.secrets.take(keyed.secret) == "80417395"
    page.vanish()
    await service.report(LegInterrupted)
    await page.close()
    assert contents(tmp_path)
    assert not any(b"80417395" in content for content in contents(tmp_path))
    assert "80417395" not in "".join(capfd.readouterr())


async def test_words_that_hold_a_persons_data_are_not_kept_on_the_disk(
    server: MediaServer, service: Service, tmp_path: Path
):
    page = await Page.open(server.port, service.caller_ticket())
    leg = (await service.report(CallArrived)).leg
    await page.hears_something()
    before = prompts(tmp_path)
    await service.provider.perform(Play(leg, 1, (Say("Your balance is 12 dollars.", personal=True),)))
    await service.play(leg, 2, "Goodbye.")
    await service.report(PlayFinished)
    assert len(prompts(tmp_path)) == len(before) + 1
    await page.close()


def contents(data: Path) -> list[bytes]:
    return [file.read_bytes() for file in data.rglob("*") if file.is_file()]


def prompts(data: Path) -> set[str]:
    return {file.name for file in data.glob("prompts/*.ulaw")}


def test_the_key_is_readable_by_its_owner_only_and_made_once(tmp_path: Path):
    ticket = Tickets.of(tmp_path).station(AGENT, 0)
    assert (tmp_path / "phone.key").stat().st_mode & 0o777 == 0o600
    assert Tickets.of(tmp_path).read(ticket)
    with pytest.raises(BadTicket):
        Tickets.of(tmp_path / "other").read(ticket)


async def test_the_socket_is_for_its_owner_only(server: MediaServer, tmp_path: Path):
    assert socket_path(tmp_path).stat().st_mode & 0o077 == 0


def test_the_schema_is_the_one_that_the_code_speaks():
    file = Path(__file__).parents[2] / "schemas" / "phone.schema.json"
    assert file.read_bytes() == phone_wire.json_schema(), "run python -m callcenter.media.phone_wire"
