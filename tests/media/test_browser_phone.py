"""The page's phone in a real Chromium: two pages hear each other, told by frequency."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from media_world import AGENT, Service, customer, settings, staff
from page_server import application
from playwright.async_api import Browser, BrowserContext, Page
from slow_network import slow_network

from callcenter.cti.provider import Dial
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import (
    CallArrived,
    KeysEntered,
    KeysKind,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegInterrupted,
    LegRestored,
    Listen,
    StationConnected,
)
from callcenter.media.server import MediaServer
from tests.browser.one_browser import lent

# Taps what the page plays, and lets an oscillator stand in for the microphone.
LISTEN = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...rest) {
  if (target === this.context.destination) {
    window.tap = new AnalyserNode(this.context, { fftSize: 8192, smoothingTimeConstant: 0 });
    connect.call(this, window.tap);
    window.present = new AnalyserNode(this.context, { fftSize: 128 });
    connect.call(this, window.present);
  }
  return connect.call(this, target, ...rest);
};
window.loudest = () => {
  if (!window.tap) return 0;
  const levels = new Float32Array(window.tap.frequencyBinCount);
  window.tap.getFloatFrequencyData(levels);
  const peak = levels.indexOf(Math.max(...levels));
  return levels[peak] < -60 ? 0 : (peak * window.tap.context.sampleRate) / 8192;
};
window.now = () => performance.timeOrigin + performance.now();
window.sounds = (wanted) => new Promise((resolve) => {
  const samples = new Float32Array(128);
  const look = setInterval(() => {
    window.present.getFloatTimeDomainData(samples);
    if (samples.some((sample) => Math.abs(sample) > 0.1) === wanted) {
      clearInterval(look);
      resolve(window.now());
    }
  }, 2);
});
window.view = () => window.phone?.view ?? {};
"""
OSCILLATOR = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const oscillator = new OscillatorNode(context, { frequency: HERTZ });
  const microphone = context.createMediaStreamDestination();
  window.mouth = new GainNode(context);
  oscillator.connect(window.mouth).connect(microphone);
  oscillator.start();
  window.microphone = microphone.stream;
  return microphone.stream;
};
"""


@pytest.fixture
async def site() -> AsyncIterator[str]:
    runner = web.AppRunner(application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def server(tmp_path: Path, site: str) -> AsyncIterator[MediaServer]:
    configured = msgspec.structs.replace(settings(tmp_path), origins=(site,))
    async with MediaServer(configured) as server:
        yield server


@pytest.fixture
async def service(server: MediaServer, tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(tmp_path)
    await service.attach()
    yield service
    await service.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with lent() as browser:
        yield browser


class Phones:
    """Opens pages with a phone in them."""

    def __init__(self, browser: Browser, site: str, port: int) -> None:
        self._browser = browser
        self.site = site
        self._url = f"ws://127.0.0.1:{port}/phone"

    async def open(self, token: str, hertz: int | None = None, context: BrowserContext | None = None) -> Page:
        page = await self._page(hertz, context)
        await self.connect(page, token)
        return page

    async def telephone(self, token: str, hertz: int) -> Page:
        page = await self._page(hertz)
        await self.plug_in(page, token)
        return page

    async def plug_in(self, page: Page, token: str, leg: str = "") -> None:
        await page.wait_for_function("window.phone")
        await page.evaluate("(args) => phone.plugIn(...args)", [self._url, token, leg])

    async def _page(self, hertz: int | None, context: BrowserContext | None = None) -> Page:
        context = context or await self._browser.new_context()
        page = await context.new_page()
        await page.add_init_script(LISTEN)
        if hertz:
            await page.add_init_script(OSCILLATOR.replace("HERTZ", str(hertz)))
        await page.goto(self.site)
        return page

    async def connect(self, page: Page, token: str) -> None:
        await page.wait_for_function("window.phone")
        await page.evaluate("([url, token]) => window.phone.connect(url, token)", [self._url, token])


@pytest.fixture
def phones(browser: Browser, site: str, server: MediaServer) -> Phones:
    return Phones(browser, site, server.port)


async def is_in(page: Page, **view: Any) -> None:
    await page.wait_for_function(
        "(wanted) => Object.entries(wanted).every(([key, value]) => view()[key] === value)", arg=view
    )


async def hears(page: Page, low: int, high: int) -> None:
    await page.wait_for_function("([a, b]) => loudest() > a && loudest() < b", arg=[low, high])


async def talk(phones: Phones, service: Service, **desk_is: Any) -> tuple[Page, Page, str]:
    """A caller with Chromium's own microphone (it beeps) and a desk with a tone of 1,000 Hz."""
    desk = await phones.open(service.desk_ticket(), 1000, **desk_is)
    await service.report(StationConnected)
    caller = await phones.open(service.caller_ticket(), **desk_is)
    leg = (await service.report(CallArrived)).leg
    await service.provider.perform(RingAgent("browser", "c1-l1", AGENT, 1))
    await desk.wait_for_function("view().ringing[0]?.leg === 'c1-l1'")
    await desk.evaluate("phone.answer('c1-l1')")
    await service.report(LegAnswered)
    await service.provider.perform(Bridge("browser", 1, (customer(leg), staff("c1-l1")), None))
    return caller, desk, leg


async def test_two_pages_hear_each_other(phones: Phones, service: Service):
    caller, desk, _ = await talk(phones, service)
    await hears(caller, 980, 1020)
    await hears(desk, 150, 650)
    await is_in(caller, sameComputer=False)
    await desk.wait_for_function("view().quality?.score >= 3")


async def test_a_caller_hears_music_and_keys_a_choice(phones: Phones, service: Service):
    caller = await phones.open(service.caller_ticket())
    leg = (await service.report(CallArrived)).leg
    await service.play(leg, 1, file="music", listen=Listen(KeysKind.CHOICE, 1, 60_000))
    await hears(caller, 60, 1500)
    await caller.evaluate("phone.press('7')")
    assert await service.report(KeysEntered) == KeysEntered(leg, 1, choice="7")


async def test_a_muted_page_is_not_heard(phones: Phones, service: Service):
    caller, desk, _ = await talk(phones, service)
    await hears(caller, 980, 1020)
    await desk.evaluate("phone.mute(true)")
    await caller.wait_for_function("loudest() === 0")
    await desk.evaluate("phone.mute(false)")
    await hears(caller, 980, 1020)


async def test_a_desk_that_reloads_has_its_talk_again(phones: Phones, service: Service):
    caller, desk, _ = await talk(phones, service)
    await desk.reload()
    await service.report(LegInterrupted)
    await phones.connect(desk, service.desk_ticket())
    assert await service.report(LegRestored) == LegRestored("c1-l1")
    await is_in(desk, leg="c1-l1")
    await hears(caller, 980, 1020)
    await hears(desk, 150, 650)


async def test_a_caller_whose_page_goes_away_is_waited_for(phones: Phones, service: Service):
    caller, _, leg = await talk(phones, service)
    await caller.goto("about:blank")
    assert await service.report(LegInterrupted) == LegInterrupted(leg)


async def test_a_caller_who_puts_the_phone_away_has_hung_up(phones: Phones, service: Service):
    caller, _, leg = await talk(phones, service)
    await caller.evaluate("phone.close()")
    assert await service.report(LegEnded) == LegEnded(leg, LegCause.HUNG_UP)


async def test_a_call_that_we_end_is_over_on_the_page(phones: Phones, service: Service):
    caller, _, leg = await talk(phones, service)
    await service.provider.perform(HangUp("browser", leg))
    await is_in(caller, state="ended", cause="released", leg="")


async def test_a_second_tab_of_a_desk_watches_and_can_claim(phones: Phones, service: Service):
    caller, desk, _ = await talk(phones, service)
    second = await phones.open(service.desk_ticket(), 2000)
    await is_in(second, state="watching")
    await second.evaluate("phone.claim()")
    await is_in(second, state="ready", leg="c1-l1")
    await is_in(desk, state="watching", leg="")
    await hears(caller, 1980, 2020)


async def test_on_one_computer_only_the_page_in_front_speaks(
    phones: Phones, service: Service, browser: Browser
):
    context = await browser.new_context()
    caller, desk, _ = await talk(phones, service, context=context)
    await is_in(caller, sameComputer=True)
    await is_in(desk, sameComputer=True)
    await caller.evaluate("window.dispatchEvent(new Event('focus'))")
    await is_in(caller, floor=True)
    await is_in(desk, floor=False)
    await caller.wait_for_function("loudest() === 0")
    await desk.evaluate("window.dispatchEvent(new Event('focus'))")
    await is_in(caller, floor=False)
    await hears(caller, 980, 1020)


async def test_a_voice_is_heard_within_400_ms_over_a_network_of_200_ms(
    browser: Browser, site: str, server: MediaServer, service: Service
):
    async with slow_network(server.port, delay_ms=100) as port:  # to us and on to the other page
        caller, desk, _ = await talk(Phones(browser, site, port), service)
        await hears(caller, 980, 1020)
        times = sorted([await mouth_to_ear(desk, caller) for _ in range(20)])
        # The median: what else a shared machine does falls on single ones.
        assert 200 < times[9] < 400, times
        await caller.context.close()
        await desk.context.close()


async def mouth_to_ear(speaker: Page, listener: Page) -> float:
    """Milliseconds from a sound at one page's microphone to the same at the other's speaker."""
    await speaker.evaluate("mouth.gain.value = 0")
    await listener.evaluate("sounds(false)")
    heard = asyncio.ensure_future(listener.evaluate("sounds(true)"))
    spoken = await speaker.evaluate("(mouth.gain.value = 1, now())")
    return float(await heard) - float(spoken)


async def test_without_a_microphone_the_page_says_so(phones: Phones, service: Service, browser: Browser):
    context = await browser.new_context()
    await context.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); }"
    )
    page = await context.new_page()
    await page.add_init_script(LISTEN)
    await page.goto(phones.site)
    await page.wait_for_function("window.phone")
    code = await page.evaluate("phone.connect('ws://127.0.0.1:1/phone', 'x').catch((error) => error.code)")
    assert code == "no-microphone"
    await is_in(page, state="failed", error="no-microphone")


# --- Telephones outside, keys, and phones that answer by themselves ---

NUMBER, DIALLED = "+14155550142", "c1-l9"
MICROPHONE = "window.microphone?.getTracks().some((track) => track.readyState === 'live') ?? false"


async def called(phones: Phones, service: Service) -> tuple[Page, Page]:
    """An agent who called a number, and its telephone, which has answered: tones of 1,000 and 600 Hz."""
    telephone = await phones.telephone(service.telephone_ticket(NUMBER), 600)
    await is_in(telephone, state="ready", leg="")
    assert not await telephone.evaluate(MICROPHONE), "nothing is heard before it answers"
    desk = await phones.open(service.desk_ticket(), 1000)
    await service.report(StationConnected)
    await service.provider.perform(RingAgent("browser", "c1-l1", AGENT, 0, auto=True))
    assert await service.report(LegAnswered) == LegAnswered("c1-l1")
    await service.provider.perform(Dial(DIALLED, NUMBER))
    members = customer(DIALLED), staff("c1-l1")
    await service.provider.perform(Bridge("browser", 1, members, None))
    await telephone.wait_for_function(f"view().ringing[0]?.leg === '{DIALLED}'")
    await telephone.evaluate(f"phone.answer('{DIALLED}')")
    assert await service.report(LegAnswered) == LegAnswered(DIALLED)
    return telephone, desk


async def test_a_telephone_has_its_microphone_from_answering_to_the_end(phones: Phones, service: Service):
    telephone, desk = await called(phones, service)
    await hears(desk, 580, 620)
    await hears(telephone, 980, 1020)
    await desk.evaluate("phone.press('5')")
    await is_in(telephone, keysHeard="5")
    await telephone.evaluate("phone.hangup()")
    assert await service.report(LegEnded) == LegEnded(DIALLED, LegCause.HUNG_UP)
    await is_in(telephone, state="ready", leg="", keysHeard="")
    assert not await telephone.evaluate(MICROPHONE)


async def test_a_telephone_that_reloads_has_its_call_again(phones: Phones, service: Service):
    telephone, desk = await called(phones, service)
    await telephone.reload()
    await service.report(LegInterrupted)
    await phones.plug_in(telephone, service.telephone_ticket(NUMBER), DIALLED)
    assert await service.report(LegRestored) == LegRestored(DIALLED)
    await hears(desk, 580, 620)
    await hears(telephone, 980, 1020)


async def test_a_telephone_whose_call_is_over_meanwhile_can_be_called_again(phones: Phones, service: Service):
    telephone = await phones.telephone(service.telephone_ticket(NUMBER), 600)
    await phones.plug_in(telephone, service.telephone_ticket(NUMBER), "c1-l5")
    await is_in(telephone, state="ready", leg="", cause="system")
    await service.provider.perform(Dial(DIALLED, NUMBER))
    await telephone.wait_for_function(f"view().ringing[0]?.leg === '{DIALLED}'")
    await telephone.evaluate(f"phone.hangup('{DIALLED}')")
    assert await service.report(LegFailed) == LegFailed(DIALLED, "busy")
    await telephone.wait_for_function("view().ringing.length === 0")
