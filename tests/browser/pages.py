"""People at their pages in a real Chromium, each in a browser of their own, and what their pages sound like.

    caller = await open_page(browser, centre, "/call")
    desk = await open_page(browser, centre, "/desk", login="anna", hertz=1000)
    await hears(caller, 980, 1020)

Chromium's own microphone beeps at about 400 Hz; `hertz` puts a pure tone in its place, as loud as
somebody who speaks: several at once don't reach the loudest that a telephone can carry.
"""

from __future__ import annotations

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from whole_centre import Centre, until

BEEP = (150, 650)
"""where the loudest part of the fake microphone's beep lies, in hertz"""
PAGE_MS = 20_000
expect.set_options(timeout=PAGE_MS)

# Taps whatever the page plays: the phone, and a desk's bell beside it.
LISTEN = """
window.taps = [];
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...rest) {
  if (target === this.context.destination) {
    const tap = new AnalyserNode(this.context, { fftSize: 8192, smoothingTimeConstant: 0 });
    window.taps.push(tap);
    connect.call(this, tap);
  }
  return connect.call(this, target, ...rest);
};
window.loudest = () => {
  let hertz = 0, level = -60;
  for (const tap of window.taps) {
    const levels = new Float32Array(tap.frequencyBinCount);
    tap.getFloatFrequencyData(levels);
    const peak = levels.indexOf(Math.max(...levels));
    if (levels[peak] > level) [hertz, level] = [(peak * tap.context.sampleRate) / 8192, levels[peak]];
  }
  return hertz;
};
"""
OSCILLATOR = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const oscillator = new OscillatorNode(context, { frequency: HERTZ });
  const microphone = context.createMediaStreamDestination();
  oscillator.connect(new GainNode(context, { gain: 0.2 })).connect(microphone);
  oscillator.start();
  return microphone.stream;
};
"""


async def open_page(
    browser: Browser,
    centre: Centre,
    path: str,
    *,
    login: str = "",
    hertz: int = 0,
    context: BrowserContext | None = None,
) -> Page:
    """A page, signed in as `login` first; in a browser of its own unless `context` is somebody's already."""
    if context is None:
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(PAGE_MS)
    page = await context.new_page()
    await page.add_init_script(LISTEN)
    if hertz:
        await page.add_init_script(OSCILLATOR.replace("HERTZ", str(hertz)))
    if login:
        await page.goto(f"{centre.address}/sign-in?next={path}")
        await page.get_by_label("Login").fill(login)
        await page.get_by_label("Password").fill(f"{login}-demo")
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(f"**{path}")
    else:
        await page.goto(centre.address + path)
    return page


def errors_of(page: Page) -> list[str]:
    """What the page complains about from now on."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


async def hears(page: Page, low: int, high: int) -> None:
    """Until the loudest that the page plays lies between these frequencies."""
    await so(page, f"loudest() > {low} && loudest() < {high}")


async def hears_something(page: Page) -> None:
    await so(page, "loudest() > 0")


async def so(page: Page, condition: str) -> None:
    """Until this is so in the page. Asked from outside: the page's own rules let nobody evaluate a text."""

    async def holds() -> bool:
        return bool(await page.evaluate(condition))

    await until(holds)
