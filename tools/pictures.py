"""The README's pictures: a demonstration is started, a call goes through it, and the screens are photographed.

make pictures
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))

import chromium  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
WARM_UP_SECONDS = 75
SIZE = {"width": 1360, "height": 850}


async def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="callcenter-pictures-") as folder:
        os.chmod(folder, 0o711)
        config = Path(folder) / "config.toml"
        config.write_text('[server]\nport = 0\n[media]\nport = 0\n[data]\ndirectory = "data"\n')
        centre = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "callcenter", "demo", "--config", str(config)),
            *("--calls-per-hour", "420"),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            address = await _address(centre)
            await asyncio.sleep(WARM_UP_SECONDS)  # a picture of an empty centre says little
            await _photograph(address)
        finally:
            centre.send_signal(signal.SIGINT)
            await centre.wait()


async def _address(centre: asyncio.subprocess.Process) -> str:
    assert centre.stdout is not None
    async for line in centre.stdout:
        if found := re.search(rb"is open: (\S+)", line):
            return found[1].decode()
    raise SystemExit("The demonstration did not start.")


async def _photograph(address: str) -> None:
    found = chromium.find()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.executable, args=list(found.args), env=found.env
        )
        try:
            await _call(browser, address)
        finally:
            await browser.close()


async def _call(browser: Browser, address: str) -> None:
    desk = await _page(browser, f"{address}/desk", "anna")
    await desk.get_by_text("Phone is ready").wait_for()
    await desk.keyboard.press("r")
    caller = await _page(browser, f"{address}/call")
    await caller.get_by_role("button", name="Call", exact=True).click()
    await caller.wait_for_timeout(9_000)
    for keys in ("1", "2", "2468", "0"):  # English, accounts, the PIN, a person
        for digit in keys:
            await caller.keyboard.press(digit)
        await caller.wait_for_timeout(4_000)
    await desk.get_by_role("button", name=re.compile("^Answer")).wait_for()
    await desk.screenshot(path=PICTURES / "desk.png")
    await desk.keyboard.press("a")
    await caller.wait_for_timeout(8_000)
    await caller.screenshot(path=PICTURES / "call.png")
    supervisor = await _page(browser, f"{address}/supervisor", "sam", dark=True)
    await supervisor.wait_for_timeout(2_000)
    await supervisor.screenshot(path=PICTURES / "supervisor.png")
    await desk.keyboard.press("1")
    await desk.keyboard.press("n")
    await desk.keyboard.type("Asked for the fee refund we promised; it is on its way.")
    await caller.get_by_role("button", name="Hang up").first.click()
    await desk.get_by_role("button", name=re.compile("^Save and done")).click()
    history = await _page(browser, f"{address}/history", "sam")
    await history.get_by_role("cell", name="Li Wei").first.click()
    await history.wait_for_timeout(1_000)
    await history.keyboard.press("Enter")
    await (
        history.get_by_text("The card's yearly fee")
        .or_(history.get_by_text("Offers, and why"))
        .first.wait_for()
    )
    await history.wait_for_timeout(1_500)
    await history.screenshot(path=PICTURES / "interaction.png")


async def _page(browser: Browser, url: str, login: str = "", *, dark: bool = False) -> Page:
    context = await browser.new_context(viewport=SIZE, color_scheme="dark" if dark else "light")  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{url}?duplex=full")
    if login:
        await page.fill("input[name=login]", login)
        await page.fill("input[name=password]", f"{login}-demo")
        await page.keyboard.press("Enter")
    await page.wait_for_timeout(2_000)
    return page


if __name__ == "__main__":
    asyncio.run(main())
