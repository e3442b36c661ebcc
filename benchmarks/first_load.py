"""The first load of a page: what comes over the wire, and how long until somebody can work with it.

The rule: a real Chromium that has never been here opens each page of a demonstration in which people call. A page
is interactive when nothing of it is a placeholder any more and the browser has nothing left to do. Some times as it
is on this machine, some as on a slow computer far away (SLOW_*). Script is counted as it comes, packed, until a
second after that.

    .venv/bin/python -m benchmarks.first_load [--json] [--full]      --full: five times as many visits
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from statistics import median

from msgspec import Struct
from playwright.async_api import Browser, Page, Request, StorageState, async_playwright

from benchmarks.demo import ROOT, running_demo
from benchmarks.harness import Figure, Options, Result, at_most, result, run, scratch_folder
from callcenter.resources import demo
from callcenter.rights import Role
from callcenter.setup.centre_toml import load_centre
from callcenter.web.pages import SCREENS

sys.path.insert(0, str(ROOT / "tests" / "browser"))

import chromium  # type: ignore[import-not-found]

SCRIPT_KB_MAX = 150
VISITS, VISITS_FULL = 3, 15
SLOW_CPU, SLOW_MBIT_PER_S, SLOW_LATENCY_MS = 4, 10, 40
STAYS_MS = 1_000
SECONDS_MAX = 60
ROLES = {"call": Role.VISITOR, "desk": Role.AGENT}
"""who opens a page; all others are for supervisors"""

SHOWS = {"wallboard": ".boxes > *"}
"""what a page shows as soon as it shows anything; all others have placeholders until then"""

WATCH = """
window.interactive = new Promise((resolve) => {
  const shown = () => document.querySelector("SHOWS") && !document.querySelector(".skeleton, [aria-busy=true]");
  const soon = () => shown() && requestAnimationFrame(() => requestIdleCallback(idle));
  const idle = () => {
    const [painted] = performance.getEntriesByName("first-contentful-paint");
    if (!painted) soon();
    else if (shown()) resolve([painted.startTime, performance.now()]);
  };
  new MutationObserver(soon).observe(document, { subtree: true, childList: true, attributes: true });
});
"""


class Visit(Struct, frozen=True):
    """One page, opened once by a browser that has never been here."""

    painted_ms: float
    interactive_ms: float
    script_bytes: int
    all_bytes: int


class Visitor(Struct, frozen=True):
    """Who opens a page. `state`: the cookies of whoever has signed in."""

    browser: Browser
    url: str
    shows: str
    state: StorageState | None

    async def visit(self, *, slow: bool = False, stays_ms: int = 0) -> Visit:
        context = await self.browser.new_context(storage_state=self.state)
        try:
            page = await context.new_page()
            await page.add_init_script(WATCH.replace("SHOWS", self.shows))
            if slow:
                await _slow_down(page)
            finished: list[Request] = []
            page.on("requestfinished", lambda request: finished.append(request))
            await page.goto(self.url, wait_until="commit")
            async with asyncio.timeout(SECONDS_MAX):
                painted_ms, interactive_ms = await page.evaluate("window.interactive")
            await page.wait_for_timeout(stays_ms)
            sizes = [(one.resource_type, (await one.sizes())["responseBodySize"]) for one in finished]
            script_bytes = sum(size for kind, size in sizes if kind == "script")
            return Visit(painted_ms, interactive_ms, script_bytes, sum(size for _, size in sizes))
        finally:
            await context.close()


async def main(options: Options) -> Result:
    figures: dict[str, Figure] = {}
    with scratch_folder() as folder:
        async with running_demo(folder) as address, async_playwright() as playwright:
            found = chromium.find()
            browser = await playwright.chromium.launch(
                executable_path=found.executable, args=found.args, env=found.env
            )
            try:
                states = {role: await _signed_in(browser, address, role) for role in Role}
                for screen in SCREENS:
                    options.say(screen)
                    state = states[ROLES.get(screen, Role.SUPERVISOR)]
                    visitor = Visitor(browser, f"{address}/{screen}", SHOWS.get(screen, "#main > *"), state)
                    figures[screen] = await _visits(visitor, VISITS_FULL if options.full else VISITS)
            finally:
                await browser.close()
    script_kb = max(figure["script_kb"] for figure in figures.values() if isinstance(figure, Mapping))
    figures["slow"] = {"CPU": 1 / SLOW_CPU, "Mbit/s": SLOW_MBIT_PER_S, "latency_ms": SLOW_LATENCY_MS}
    return result("first_load", figures, {"script_kb_max": at_most(SCRIPT_KB_MAX, script_kb)})


async def _visits(visitor: Visitor, count: int) -> dict[str, float]:
    """What comes over the wire in the first of them, and the times in the middle."""
    here = [await visitor.visit(stays_ms=0 if number else STAYS_MS) for number in range(count)]
    slow = [await visitor.visit(slow=True) for _ in range(count)]
    return {
        "script_kb": round(here[0].script_bytes / 1000, 1),
        "all_kb": round(here[0].all_bytes / 1000, 1),
        "painted_ms": round(median(visit.painted_ms for visit in here)),
        "interactive_ms": round(median(visit.interactive_ms for visit in here)),
        "slow_painted_ms": round(median(visit.painted_ms for visit in slow)),
        "slow_interactive_ms": round(median(visit.interactive_ms for visit in slow)),
    }


async def _signed_in(browser: Browser, address: str, role: Role) -> StorageState | None:
    """The cookies of somebody who has this role; None: nobody has signed in."""
    if role is Role.VISITOR:
        return None
    _, people = load_centre(demo() / "centre.toml")
    person = next((one for one in people if one.role is role and one.initial_password), None)
    if person is None:
        return None
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{address}/sign-in")
    await page.locator("[name=login]").fill(person.login)
    await page.locator("[name=password]").fill(str(person.initial_password))
    await page.locator("[name=password]").press("Enter")
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    state = await context.storage_state()
    await context.close()
    return state


async def _slow_down(page: Page) -> None:
    session = await page.context.new_cdp_session(page)
    bytes_per_s = SLOW_MBIT_PER_S * 1_000_000 / 8
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    await session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": SLOW_LATENCY_MS,
            "downloadThroughput": bytes_per_s,
            "uploadThroughput": bytes_per_s,
        },
    )


if __name__ == "__main__":
    run(main)
