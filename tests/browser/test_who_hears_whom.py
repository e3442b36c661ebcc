"""Four people in one call, heard by frequency: caller, agent, consulted colleague and supervisor.

Each has a page, and every microphone gives a pure tone of its own, above everything that the hold music plays, so
what a page lets its person hear says who is heard there. The tones lie unevenly: where two of them are cut off by
the telephone's own loudness, what arises between them (2a - b, a + b - c) is nobody's tone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from pages import errors_of, hears_something, open_page, so
from playwright.async_api import Browser, Page, expect
from whole_centre import Centre

TONES = {"caller": 1700, "anna": 2050, "ben": 2550, "sam": 3150}
HEARD = """
void (window.heard = (tones) => {
  const found = [];
  for (const [who, hertz] of Object.entries(tones)) {
    for (const tap of window.taps) {
      const levels = new Float32Array(tap.frequencyBinCount);
      tap.getFloatFrequencyData(levels);
      const bin = Math.round((hertz * 8192) / tap.context.sampleRate);
      if (Math.max(...levels.slice(bin - 3, bin + 4)) > -55) { found.push(who); break; }
    }
  }
  return found.sort().join();
});
"""
Pages = Mapping[str, Page]

pytestmark = pytest.mark.timeout(240)


async def test_hold_consultation_conference_and_supervision_are_heard_by_whom_they_concern(
    browser: Browser, centre: Centre
):
    pages = await _everybody(browser, centre)
    caller, anna, ben, sam = (pages[who] for who in TONES)
    complaints = [errors_of(page) for page in pages.values()]
    await _caller_reaches_anna(centre, caller, anna)
    await _ready(ben)
    await _hear(pages, caller="anna", anna="caller")

    await anna.keyboard.press("h")
    await _hear(pages, caller="", anna="")
    await hears_something(caller)  # the music
    await anna.keyboard.press("h")
    await _hear(pages, caller="anna", anna="caller")

    await _ask(anna, "Ben")
    await _answer(ben, "asks for advice")
    await _hear(pages, caller="", anna="ben", ben="anna")
    await _listens_to_anna(sam)
    await _hear(pages, caller="", anna="ben", ben="anna", sam="anna,ben")

    await anna.keyboard.press("s")  # to the caller, and Ben waits
    await _hear(pages, caller="anna", anna="caller", ben="", sam="anna,caller")
    await anna.keyboard.press("c")
    await _hear(pages, caller="anna,ben", anna="ben,caller", ben="anna,caller", sam="anna,ben,caller")

    await _takes_part(sam, "Whisper")
    await _hear(pages, caller="anna,ben", anna="ben,caller,sam", ben="anna,caller,sam", sam="anna,ben,caller")
    await _takes_part(sam, "Speak in")
    await _hear(
        pages, caller="anna,ben,sam", anna="ben,caller,sam", ben="anna,caller,sam", sam="anna,ben,caller"
    )
    await _takes_part(sam, "Listen")
    await _hear(pages, caller="anna,ben", sam="anna,ben,caller")

    await anna.keyboard.press("Shift+T")  # hands over
    await expect(anna.get_by_text("Wrap-up").first).to_be_visible()
    await _hear(pages, caller="ben", anna="", ben="caller", sam="ben,caller")
    await sam.keyboard.press("x")
    await _hear(pages, caller="ben", ben="caller", sam="")

    await caller.get_by_role("button", name="Hang up").click()
    await expect(ben.get_by_text("Wrap-up").first).to_be_visible()
    assert complaints == [[], [], [], []]
    await _history_and_audit_know(centre)


async def _everybody(browser: Browser, centre: Centre) -> Pages:
    paths = {"caller": "/call", "anna": "/desk", "ben": "/desk", "sam": "/supervisor"}
    pages = {}
    for who, path in paths.items():
        login = "" if who == "caller" else who
        pages[who] = await open_page(browser, centre, path, login=login, hertz=TONES[who])
        await pages[who].evaluate(HEARD)
    return pages


async def _caller_reaches_anna(centre: Centre, caller: Page, anna: Page) -> None:
    await caller.get_by_role("radio", name=re.compile("Li Wei")).first.check()
    await caller.get_by_role("button", name="Call", exact=True).click()
    await expect(caller.get_by_text("Connected")).to_be_visible()
    await hears_something(caller)
    await centre.at("quick")
    await caller.get_by_role("button", name="Key 0").click()
    await _ready(anna)
    await _answer(anna, "Li Wei")


async def _ready(desk: Page) -> None:
    await desk.get_by_role("button", name=re.compile("ready$")).click()


async def _answer(desk: Page, what: str) -> None:
    await expect(desk.get_by_text(what).first).to_be_visible()
    await desk.get_by_role("button", name="Answer").click()


async def _ask(desk: Page, name: str) -> None:
    """Consult this colleague: the caller is on hold."""
    await desk.keyboard.press("t")
    await desk.get_by_role("combobox").fill(name)
    await expect(desk.get_by_role("option", name=re.compile(name))).to_be_visible()
    await desk.keyboard.press("Enter")


async def _listens_to_anna(supervisor: Page) -> None:
    await supervisor.get_by_role("button", name="Anna Lindqvist", exact=True).click()
    await supervisor.get_by_role("dialog").get_by_role("button", name=re.compile("^Listen")).click()


async def _takes_part(supervisor: Page, part: str) -> None:
    strip = supervisor.get_by_role("region", name="Your part in the talk")
    await strip.get_by_role("button", name=re.compile(f"^{part}")).click()


async def _hear(pages: Pages, **expected: str) -> None:
    """Until each of these people hears exactly these others, and again when all the others do. A click, which has
    every tone in it, is over by the next look; who hears somebody else for good never gets there."""
    for _ in range(2):
        for who, others in expected.items():
            assert set(filter(None, others.split(","))) <= TONES.keys()
            await so(pages[who], f"heard({TONES!r}) === '{others}'")


async def _history_and_audit_know(centre: Centre) -> None:
    await centre.settled("select from interaction where transfers = 1 and outcome = 'answered'")
    kinds = {row["kind"] for row in await centre.sql("select distinct kind from segment")}
    assert {"talk", "hold", "consult", "conference"} <= kinds
    await centre.settled("select from recording where length_ms is not null")
    assert len(await centre.sql("select from recording")) == 1, (
        "one recording from the first word to the last"
    )
    heard = "select actor, action from audit where contact is not null and refused = '' order by n"
    assert [(row["actor"], row["action"]) for row in await centre.sql(heard)] == [
        ("sam", action) for action in ("listen", "whisper", "barge", "listen", "leave")
    ]
