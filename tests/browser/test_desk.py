"""A desk in a real browser before a made-up service: what it shows in each state, and what its keys do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect

from callcenter.screens import wire
from tests.browser.desk_rows import (
    ADVISING,
    ANNA_ASKS,
    ASKING,
    CALLED,
    CONFERENCE,
    CONSULTING,
    DESK,
    HELD,
    ME,
    OFFERED,
    PAUSED,
    RINGS,
    STATES,
    TALKING,
    TALKS,
    TELL_FIRST,
    TODO,
    TRANSFERRED,
    WRAP_UP,
)
from tests.browser.made_up import (
    Theme,
    agent_centre,
    broken_rules,
    browser_page,
    desk,
    english_words,
    rows_by_key,
)


async def test_the_record_is_on_the_screen_before_the_agent_answers() -> None:
    async with desk(ME) as (centre, page):
        offered = replace(ME, routing="offered")
        await centre.change(DESK, {"me": offered, "contact": OFFERED})
        for text in (
            "Li Wei",
            "+1 415 555 0101",
            "Verified",
            "Premier current account",
            "Saw the fee",
            "0: Accounts",
        ):
            await expect(page.get_by_text(text, exact=True).first).to_be_visible()
        await expect(page.get_by_text("The yearly fee will be refunded")).to_be_visible()
        await page.keyboard.press("a")
        assert await centre.phone_heard("answer") == {"event": "answer", "leg": "c1-l40"}


async def test_a_refusal_is_told_as_a_sentence() -> None:
    async with desk(replace(ME, routing="offered"), OFFERED) as (centre, page):
        centre.refusals[wire.Decline] = "offer_closed"
        spoken = page.get_by_role("status").filter(has_text=re.compile("^$"))
        heard = await spoken.first.element_handle()
        await page.keyboard.press("Shift+D")
        said = "Too late: this call is no longer offered to you."
        await expect(page.locator(".toast", has_text=said)).to_be_visible()
        # Screen readers read out what changes in a region that was there before.
        assert heard is not None
        assert await heard.inner_text() == said


async def test_a_wrap_up_is_coded_without_a_mouse() -> None:
    async with desk(replace(ME, routing="wrap_up"), WRAP_UP) as (centre, page):
        await page.keyboard.press("2")
        await page.keyboard.press("n")
        await page.keyboard.type("Wants it in writing: 2 pages.")
        await page.keyboard.press("Control+Enter")
        saved: wire.SaveWrapUp = await centre.heard(wire.SaveWrapUp)
        assert (saved.engagement, saved.disposition, saved.done) == (12, "Complaint", True)
        assert saved.note == "Wants it in writing: 2 pages."


async def test_a_half_written_note_survives_a_reload() -> None:
    async with desk(replace(ME, routing="wrap_up"), WRAP_UP) as (_, page):
        await page.get_by_role("textbox", name="Note").fill("half a sent")
        await page.reload()
        await expect(page.get_by_role("textbox", name="Note")).to_have_value("half a sent")


async def test_what_is_typed_into_a_note_never_answers_a_call() -> None:
    async with desk(ME, TODO) as (centre, page):
        await page.keyboard.press("t")
        await page.get_by_role("textbox", name="Note").press_sequentially("a")
        await centre.change(DESK, {"contact": OFFERED})
        await expect(page.get_by_role("button", name="Answer")).to_be_visible()
        # Nor does the rest of the word press what has the focus now, begin a break or put the call away.
        for key in ("a", "Shift+D", "r", "b", "Space", "Enter"):
            await page.keyboard.press(key)
        await page.get_by_role("button", name="Decline").click()
        await centre.heard(wire.Decline)
        assert [type(ask) for ask in centre.asked] == [wire.Subscribe, wire.Decline]
        assert [said["event"] for said in centre.phone_said] == ["start"]
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_not_responding_is_an_alarm_and_one_key_comes_back() -> None:
    async with desk(replace(ME, routing="not_responding")) as (centre, page):
        await expect(page.get_by_role("alert")).to_contain_text("You missed a call")
        await page.keyboard.press("r")
        await centre.heard(wire.Ready)


async def test_what_a_supervisor_sets_is_told_each_time_and_what_was_chosen_here_is_not() -> None:
    async with desk(ME) as (centre, page):
        told = page.locator(".toast")
        await expect(page.get_by_text("Your queues: Accounts, Cards")).to_be_visible()
        lunch = replace(ME, presence="away", reason="Lunch", routing="off_queue")
        await centre.change(DESK, {"me": lunch})
        await expect(told).to_have_text(["Your state was set for you: Lunch."])
        await page.keyboard.press("r")
        await centre.heard(wire.Ready)
        await centre.change(DESK, {"me": ME})
        await expect(page.get_by_role("status").get_by_text("Ready", exact=True)).to_be_visible()
        await expect(told).to_have_text(["Your state was set for you: Lunch."])
        await centre.change(DESK, {"me": lunch})
        await centre.change(DESK, {"me": ME})  # it was chosen here once, and now by somebody else
        await expect(told).to_have_text(["Your state was set for you: Ready."])
        talks = replace(ME, routing="on_contact")
        await centre.change(DESK, {"me": talks})
        await centre.change(DESK, {"me": replace(talks, postponed="away:Lunch")})
        await expect(told).to_have_text(["Your state was set for you: After this: Lunch."])
        loans = replace(ME, queues=("loans",), queue_titles=("Loans",), queue_titles_zh=("",))
        await centre.change(DESK, {"me": loans})
        await expect(told.last).to_have_text("Your queues now: Loans.")


# --- A call that rings ---


async def test_it_is_said_who_sends_asks_or_calls() -> None:
    async with desk(RINGS, OFFERED) as (centre, page):
        for contact, says in (
            (TRANSFERRED, "Transfer from Ben Okafor"),
            (ANNA_ASKS, "Ben Okafor asks for advice"),
            (CALLED, "Ben Okafor calls you"),
        ):
            await centre.change(DESK, {"contact": contact})
            await expect(page.locator(".band").get_by_text(says)).to_be_visible()


async def test_what_the_caller_did_before_comes_along_with_a_transfer() -> None:
    async with desk(RINGS, TRANSFERRED) as (_, page):
        noted = "Fee of 95.00 of 3 March, wants it back in writing."
        for text in ("Verified", "Heard the balance", "10023", noted):
            await expect(page.get_by_text(text, exact=True).first).to_be_visible()
        await expect(page.get_by_text("The yearly fee will be refunded")).to_be_visible()


async def test_a_call_comes_before_a_dialog() -> None:
    async with desk(ME) as (centre, page):
        await page.keyboard.press("n")
        await expect(page.get_by_role("dialog", name="New call")).to_be_visible()
        await centre.change(DESK, {"me": RINGS, "contact": OFFERED})
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("button", name="Answer")).to_be_visible()


# --- The keys of a talk ---


KEYS: tuple[tuple[wire.DeskContact, str, type], ...] = (
    (TALKING, "h", wire.Hold),
    (HELD, "h", wire.Resume),
    (TALKING, "p", wire.PauseRecording),
    (PAUSED, "p", wire.ResumeRecording),
    (TELL_FIRST, "p", wire.StartRecording),
    (ASKING, "b", wire.TakeBack),
    (CONSULTING, "s", wire.Swap),
    (CONSULTING, "c", wire.Conference),
    (CONSULTING, "Shift+T", wire.Complete),
    (CONFERENCE, "Shift+T", wire.Leave),
    (CONFERENCE, "b", wire.TakeBack),
    (ADVISING, "Shift+H", wire.Leave),
    (TALKING, "Shift+H", wire.EndContact),
)


async def test_a_key_does_what_its_button_says() -> None:
    async with desk(TALKS, TALKING) as (centre, page):
        for number, (contact, key, ask) in enumerate(KEYS, start=100):
            shown = replace(contact, contact=number, public_id=f"c1-k{number}", number=f"+1415555{number:04}")
            await centre.change(DESK, {"contact": shown})
            await expect(page.locator(".reach")).to_contain_text(f"0{number}")
            centre.asked.clear()
            await page.keyboard.press(key)
            assert (await centre.heard(ask)).contact == number, key
            await expect(page.locator('.act[aria-disabled="true"]')).to_have_count(0)


async def test_what_is_not_possible_is_not_asked() -> None:
    async with desk(TALKS, ASKING) as (centre, page):
        for name in ("Swap", "Conference", "Hand over"):
            await expect(page.get_by_role("button", name=name)).to_be_disabled()
        for key in ("s", "c", "Shift+T", "t"):
            await page.keyboard.press(key)
        await page.keyboard.press("b")
        await centre.heard(wire.TakeBack)
        assert [type(ask) for ask in centre.asked] == [wire.Subscribe, wire.TakeBack]


async def test_a_button_keeps_the_focus_while_its_ask_is_on_its_way_and_hanging_up_waits_for_none() -> None:
    async with desk(TALKS, TALKING) as (centre, page):
        centre.unanswered.add(wire.Hold)
        hold = page.get_by_role("button", name="Hold")
        await hold.focus()
        await page.keyboard.press("Enter")
        await expect(hold).to_have_attribute("aria-disabled", "true")
        for key in ("Enter", "h"):
            await page.keyboard.press(key)
        await expect(hold).to_be_focused()
        await page.keyboard.press("Shift+H")
        await centre.heard(wire.EndContact)
        assert [type(ask) for ask in centre.asked] == [wire.Subscribe, wire.Hold, wire.EndContact]


async def test_with_alt_a_key_acts_while_one_writes() -> None:
    async with desk(TALKS, TALKING) as (centre, page):
        await page.get_by_role("textbox", name="Note").press_sequentially("she sees")
        await page.keyboard.press("Alt+h")
        await centre.heard(wire.Hold)
        await expect(page.get_by_role("textbox", name="Note")).to_have_value("she sees")
        assert [type(ask) for ask in centre.asked] == [wire.Subscribe, wire.Hold]
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("textbox", name="Note"), "keys act again").not_to_be_focused()


async def test_keys_to_the_other_side_choose_nothing_here() -> None:
    async with desk(TALKS, TALKING) as (centre, page):
        await page.get_by_role("textbox", name="Note").fill("half a sent")
        await page.keyboard.press("Alt+k")
        await page.keyboard.press("2")
        await page.keyboard.press("#")
        assert (await centre.phone_heard("dtmf"))["dtmf"] == {"digit": "2"}
        await expect(page.get_by_label("Pressed")).to_have_text("2#")
        await page.get_by_role("textbox", name="Note").focus()
        await page.keyboard.press("Escape")
        await expect(page.get_by_label("Pressed")).to_have_count(0)
        await expect(page.get_by_role("textbox", name="Note")).to_be_focused()
        await expect(page.get_by_role("textbox", name="Note")).to_have_value("half a sent")
        await expect(page.get_by_role("radio", checked=True)).to_have_count(0)


async def test_who_it_is_can_be_said_again() -> None:
    talking = replace(TALKING, can=(*TALKING.can, "identify"))
    async with desk(TALKS, talking) as (centre, page):
        await page.get_by_role("button", name="Somebody else…").click()
        await expect(page.get_by_text("Who is it, then?")).to_be_visible()
        await page.get_by_role("button", name="It is Li Wei after all").click()
        await expect(page.get_by_text("Premier current account").first).to_be_visible()
        await page.get_by_role("button", name="Somebody else…").click()
        await page.get_by_role("searchbox", name="Find by name or number").fill("li")
        await page.get_by_role("button", name="It is Li Wei", exact=True).click()
        chosen: wire.Identify = await centre.heard(wire.Identify)
        assert (chosen.contact, chosen.customer) == (17, 1)
        await expect(page.get_by_role("region", name="The customer")).to_be_focused()


async def test_who_wraps_up_is_told_what_became_of_the_call() -> None:
    async with desk(TALKS, WRAP_UP) as (centre, page):
        for goes_on, who, told in (
            ("", "", "The call is over."),
            ("waiting", "Cards", "The caller waits in Cards."),
            ("ringing", "Ben Okafor", "It rings at Ben Okafor."),
            ("talking", "Ben Okafor", "Ben Okafor has the call."),
        ):
            await centre.change(DESK, {"contact": replace(WRAP_UP, goes_on=goes_on, goes_on_with=who)})
            await expect(page.get_by_text(told)).to_be_visible()


async def test_the_help_sheet_says_of_a_key_what_it_does_just_now() -> None:
    async with desk(TALKS, TALKING) as (_, page):
        await page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Keys on this page")
        await expect(sheet.locator("dt", has_text=re.compile(r"^N$"))).to_have_count(1)
        await expect(sheet).to_contain_text("Write the note")
    async with desk(replace(RINGS, may_reject=False), OFFERED) as (_, page):
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Keys on this page")).not_to_contain_text("Decline")


async def test_people_in_a_talk_are_shown_with_what_they_hear() -> None:
    async with desk(TALKS, CONSULTING) as (centre, page):
        people = page.get_by_role("region", name="Who is in this call").get_by_role("listitem")
        await expect(people).to_have_text([re.compile("Li Wei.*on hold 0:3"), re.compile("Ben.*with you")])
        await centre.change(DESK, {"contact": CONFERENCE})
        await expect(people.nth(2)).to_have_text(re.compile("Sam Castellano.*whispers to you"))
        await expect(page.get_by_role("button", name="Conference", exact=False)).to_be_disabled()


async def test_whom_we_called_is_told_first_in_their_own_language() -> None:
    customer = replace(TELL_FIRST.customer, language="zh")  # type: ignore[type-var]
    async with desk(TALKS, replace(TELL_FIRST, customer=customer)) as (_, page):
        await expect(page.get_by_text("Not recorded yet")).to_be_visible()
        await expect(page.get_by_text("本次通话将被录音，您同意吗？")).to_be_visible()


async def test_who_advises_writes_a_note_and_codes_nothing() -> None:
    async with desk(TALKS, ADVISING) as (_, page):
        await expect(page.get_by_role("textbox", name="Note")).to_be_visible()
        await expect(page.get_by_role("radio")).to_have_count(0)


# --- Sending the caller on ---


async def _sending(page: Page, typed: str) -> None:
    await page.keyboard.press("t")
    await expect(page.get_by_role("dialog", name="Where shall Li Wei go?")).to_be_visible()
    await page.keyboard.type(typed)


async def test_enter_asks_first_and_with_shift_the_caller_goes_at_once() -> None:
    async with desk(TALKS, TALKING) as (centre, page):
        for typed, to in (
            ("ben", wire.Target(agent=2)),
            ("card okafor", wire.Target(agent=2)),
            ("loan", wire.Target(queue="loans")),
            ("挂", wire.Target(queue="cards")),
            ("(510) 555-0188", wire.Target(number="(510) 555-0188")),
        ):
            for keys, kind in (("Enter", wire.Consult), ("Shift+Enter", wire.Transfer)):
                centre.asked.clear()
                await _sending(page, typed)
                await expect(page.get_by_role("option", selected=True)).to_have_count(1)
                await page.keyboard.press(keys)
                assert (await centre.heard(kind)).to == to
                await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_what_was_noted_goes_along_with_the_caller() -> None:
    async with desk(TALKS, TALKING) as (centre, page):
        await page.get_by_role("textbox", name="Note").fill("Wants it in writing")
        await page.keyboard.press("Alt+t")
        await page.keyboard.type("ben")
        await page.keyboard.press("Shift+Enter")
        await centre.heard(wire.Transfer)
        saved, _ = [ask for ask in centre.asked if isinstance(ask, wire.SaveWrapUp | wire.Transfer)]
        assert isinstance(saved, wire.SaveWrapUp)
        assert (saved.engagement, saved.note, saved.done) == (12, "Wants it in writing", False)


async def test_who_can_not_be_had_is_shown_with_the_reason_and_not_chosen() -> None:
    async with desk(TALKS, TALKING) as (centre, page):
        await _sending(page, "chloe")
        await expect(page.get_by_role("option", name=re.compile("Chloe Martin.*In a call"))).to_be_disabled()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Ask first")).to_be_disabled()
        assert not any(isinstance(ask, wire.Consult) for ask in centre.asked)


async def test_the_list_is_walked_by_arrows_and_a_stray_enter_sends_nobody() -> None:
    async with desk(TALKS, TALKING) as (centre, page):
        await _sending(page, "")
        await page.keyboard.press("Enter")
        for _ in range(4):
            await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("option", selected=True)).to_have_text(re.compile("Ben Okafor"))
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Enter")
        assert (await centre.heard(wire.Consult)).to == wire.Target(queue="cards")
        assert sum(isinstance(ask, wire.Consult) for ask in centre.asked) == 1


async def test_the_key_that_follows_an_escape_at_once_is_not_lost() -> None:
    """What closes has closed before the next key is heard, else that one goes on with the word inside."""
    async with desk(TALKS, TALKING) as (_, page):
        for _ in range(5):
            await _sending(page, "ben")
            await asyncio.gather(page.keyboard.press("Escape"), page.keyboard.press("k"))
            await expect(page.locator(".keys-popover")).to_be_visible()
            await page.keyboard.press("Escape")
            await expect(page.locator(".keys-popover")).to_have_count(0)


async def test_the_directory_is_followed_only_while_it_is_shown() -> None:
    async with desk(TALKS, TALKING) as (centre, page):
        await _sending(page, "ben")
        await expect(page.get_by_role("option", name=re.compile("Ben Okafor.*Ready"))).to_be_visible()
        busy = replace(centre.rows["directory"]["agent:2"], routing="on_contact")  # type: ignore[type-var]
        await centre.change("directory", {"agent:2": busy})
        await expect(page.get_by_role("option", name=re.compile("Ben Okafor.*In a call"))).to_be_visible()
        await page.keyboard.press("Escape")
        assert (await centre.heard(wire.Unsubscribe)).topics == ("directory",)


# --- New calls ---


async def _look_for(page: Page, words: str) -> None:
    """Types, and waits until what fits these words has been looked for."""
    await page.keyboard.type(words)
    await expect(page.locator('[role="listbox"][aria-busy="false"]')).to_be_visible()


NOBODY: dict[str, object] = {"customers": [], "more": False, "number": "", "last": None}


async def test_the_last_contact_is_seen_before_the_customer_is_called() -> None:
    async with desk(ME) as (centre, page):
        await page.keyboard.press("n")
        await _look_for(page, "li")
        last = page.get_by_role("region", name="Last contact", exact=True)
        for text in ("Disputed charge", "Saw the fee", "Cards · Ben"):
            await expect(last.get_by_text(text)).to_be_visible()
        await expect(
            page.get_by_role("dialog").get_by_text("The yearly fee will be refunded")
        ).to_be_visible()
        await page.get_by_label("+1 628 555 0137").check()
        await page.get_by_label("On behalf of").select_option("cards")
        await page.get_by_role("button", name="Call", exact=False).last.click()
        dialled: wire.Dial = await centre.heard(wire.Dial)
        assert (dialled.number, dialled.customer, dialled.queue) == ("+16285550137", 1, "cards")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_number_of_nobody_and_a_colleague_are_called_by_enter() -> None:
    async with desk(replace(ME, presence="away", reason="Lunch", routing="off_queue")) as (centre, page):
        centre.api["/api/customers"] = NOBODY | {"number": "+15105550188"}
        await page.keyboard.press("n")
        await _look_for(page, "510 555 0188")
        await expect(page.get_by_text("There was no contact before.")).to_be_visible()
        await page.keyboard.press("Enter")
        dialled: wire.Dial = await centre.heard(wire.Dial)
        assert (dialled.number, dialled.customer) == ("+15105550188", None)
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await page.keyboard.press("n")
        await _look_for(page, "chen")
        await expect(page.get_by_role("option", name=re.compile("Chen Yu"), selected=True)).to_be_visible()
        await page.keyboard.press("Enter")
        assert (await centre.heard(wire.CallAgent)).agent == 4


async def test_a_refusal_is_seen_above_the_dialog_that_stays() -> None:
    async with desk(ME) as (centre, page):
        centre.refusals[wire.CallAgent] = "agent_busy"
        centre.api["/api/customers"] = NOBODY
        await page.get_by_role("button", name="New call").focus()
        await page.keyboard.press("Enter")
        await _look_for(page, "ben")
        await expect(page.get_by_role("option", name=re.compile("Ben"), selected=True)).to_be_visible()
        await page.keyboard.press("Enter")
        toast = page.locator(".toast").get_by_text("This colleague can't take a call just now.")
        await expect(toast).to_be_visible()
        # In the browser's top layer, where the dialog is too.
        assert await toast.evaluate("one => one.parentElement.matches(':popover-open')")
        await expect(page.get_by_role("dialog", name="New call")).to_be_visible()
        del centre.refusals[wire.CallAgent]
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("button", name="New call"), "closed by code").to_be_focused()


async def test_a_customer_of_the_list_is_called_back() -> None:
    async with desk(ME, TODO) as (_, page):
        opened_from = page.get_by_role("button", name="Maria Gonzalez")
        await opened_from.focus()
        await page.keyboard.press("t")
        await expect(page.get_by_role("textbox", name="Note")).to_have_value("Wants it in wri")
        await page.get_by_role("button", name="Call Maria Gonzalez").click()
        await expect(page.get_by_role("dialog", name="New call")).to_be_visible()
        await expect(page.get_by_role("combobox", name="Customer, colleague")).to_have_value("Maria Gonzalez")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(opened_from, "one dialog led to the other").to_be_focused()


async def test_another_page_asks_for_a_call_from_the_desk() -> None:
    """With the number that was clicked there, not the customer's first one."""
    async with agent_centre(ME) as centre, browser_page() as page:
        await page.goto(f"{centre.url}/desk?call=%2B16285550137&customer=1")
        dialog = page.get_by_role("dialog", name="New call")
        await expect(dialog.get_by_text("Saw the fee")).to_be_visible()
        await expect(page.get_by_label("+1 628 555 0137")).to_be_checked()
        await page.keyboard.press("Enter")
        dialled: wire.Dial = await centre.heard(wire.Dial)
        assert (dialled.number, dialled.customer) == ("+16285550137", 1)
        assert page.url == f"{centre.url}/desk", "a reload calls nobody"


async def test_from_wrap_up_the_customer_is_called_and_the_note_is_kept() -> None:
    async with desk(replace(ME, routing="wrap_up"), WRAP_UP) as (centre, page):
        await page.get_by_role("textbox", name="Note").fill("Rang off")
        await page.get_by_role("button", name="+1 628 555 0137").click()
        await expect(page.get_by_label("+1 628 555 0137")).to_be_checked()
        await page.keyboard.press("Enter")
        dialled: wire.Dial = await centre.heard(wire.Dial)
        assert (dialled.number, dialled.customer) == ("+16285550137", 1)
        (saved,) = [ask for ask in centre.asked if isinstance(ask, wire.SaveWrapUp)]
        assert (saved.note, saved.done) == ("Rang off", False)


async def test_nobody_is_called_while_a_supervisor_listens_somewhere() -> None:
    async with desk(replace(ME, watching=17, watching_part="listens")) as (centre, page):
        await page.goto(f"{centre.url}/desk?call=%2B16285550137&customer=1")
        await expect(page.get_by_role("region", name="Last contact", exact=True)).to_be_visible()
        await expect(page.get_by_text("Finish what is at hand before you call.")).to_be_visible()
        await page.keyboard.press("Enter")
        assert not any(isinstance(ask, wire.Dial) for ask in centre.asked)


# --- For everybody, in both languages ---

OPENED = (("talking", "t"), ("talking", "k"), ("idle", "n"), ("idle", "?"))
"""what opens above which state"""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_desk_breaks_no_rule_of_accessibility_in_any_state(theme: Theme) -> None:
    async with _every_state(theme) as (page, show):
        for name in STATES:
            await show(name)
            assert await broken_rules(page) == [], name
        for name, keys in OPENED:
            await show(name)
            await page.keyboard.press(keys)
            if keys in "tn":
                await _look_for(page, "be")
            assert await broken_rules(page) == [], (name, keys)
            await page.keyboard.press("Escape")


MADE_UP = {
    *("Li Wei", "Anna Lindqvist", "Ben Okafor", "Sam Castellano", "Chloe Martin", "Chen Yu", "Diego Ramos"),
    *(
        "Fatima Noor",
        "Grace Kim",
        "Harbour Bank",
        "EN",
        "Switch to English",
        "Esc",
        "Ctrl ↵",
        "Shift T",
        "Shift H",
    ),
    *(
        "Premier current account",
        "· No. 10023",
        "The yearly fee will be refunded",
        "Saw the fee",
        "Ben",
        "Chloe",
    ),
    "Fee of 95.00 of 3 March, wants it back in writing.",
    *("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"),
    "This call is recorded. Is that all right with you?",
}
"""what the made-up centre says itself, names of keys, the switch back, what is said aloud in English"""


async def test_a_chinese_desk_has_no_english_words_of_its_own() -> None:
    async with _every_state(language="zh") as (page, show):
        await show("offered")
        await expect(page.locator("[aria-live=assertive]"), "what is read out").to_contain_text("个人银行")
        for name in STATES:
            await show(name)
            english = await english_words(page)
            assert english <= MADE_UP, (name, english - MADE_UP)
        for name, keys in OPENED:
            await show(name)
            await page.keyboard.press(keys)
            english = await english_words(page)
            assert english <= MADE_UP, (name, keys, english - MADE_UP)
            await page.keyboard.press("Escape")


async def test_no_desk_scrolls_sideways_or_by_itself() -> None:
    async with _every_state() as (page, show):
        await page.set_viewport_size({"width": 390, "height": 500})
        await show("talking")
        await page.evaluate("scrollTo(0, 300)")
        await page.locator(".language").evaluate("one => one.click()")
        await expect(page.get_by_role("region", name="客户")).to_be_attached()
        await page.locator(".language").evaluate("one => one.click()")
        await expect(page.get_by_role("region", name="The customer")).to_be_attached()
        assert await page.evaluate("scrollY") == 300
        for width in (390, 1024, 1440):
            await page.set_viewport_size({"width": width, "height": 800})
            for name in STATES:
                await show(name)
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


@asynccontextmanager
async def _every_state(
    theme: Theme = "light", language: str = "en"
) -> AsyncIterator[tuple[Page, Callable[[str], Awaitable[None]]]]:
    """A desk, and what brings it into a state by name."""
    async with agent_centre(ME) as centre, browser_page(theme) as page:
        await page.goto(f"{centre.url}/?lang={language}")
        await page.goto(f"{centre.url}/desk")
        await expect(page.locator(".phone-line .tone-good")).to_be_visible()

        async def show(name: str) -> None:
            mark = f"状态 {name}"
            rows = rows_by_key(*STATES[name], replace(TODO, customer=mark))
            gone = ("contact",) if "contact" not in rows else ()
            await centre.change(DESK, rows, gone if "contact" in centre.rows[DESK] else ())
            await expect(page.get_by_text(mark, exact=True)).to_be_visible()

        yield page, show
