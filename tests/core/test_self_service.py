"""Language, recording and opening hours, from the caller's key to what the queue asks for and the caller hears."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callcenter import effects as e
from callcenter import facts as f
from tests.core.centre import Centre, agent, setup

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONDAY_NOON = 4 * DAY + 12 * HOUR
"""the epoch was a Thursday"""

TREE = """
begin = "language"
[nodes.language]
kind = "menu"
prompts = ["press", "an"]
choices = { 1 = "english", 2 = "mandarin", 3 = "by_number", 9 = "unrecorded", 0 = "open" }
no_input = "open"
too_many = "open"
[nodes.english]
kind = "language"
language = "en"
next = "open"
[nodes.mandarin]
kind = "language"
language = "zh"
next = "open"
[nodes.unrecorded]
kind = "no_recording"
next = "open"
[nodes.by_number]
kind = "identify"
by = "number"
found = "open"
unknown = "open"
several = "open"
withheld = "open"
failed = "open"
[nodes.open]
kind = "branch"
on = "open"
queue = "accounts"
cases = { yes = "wait" }
else = "closed"
[nodes.closed]
kind = "hang_up"
prompts = ["hours"]
[nodes.wait]
kind = "queue"
queue = "accounts"
[always.en]
press = "For English, press 1."
[always.zh]
an = "普通话请按2。"
[prompts.en]
hours = "We are there {{ hours_accounts | hours }}."
[prompts.zh]
hours = "{{ hours_accounts | hours }}营业。"
"""

EN, ZH, ACCOUNTS = f.SkillLevel("en", 1), f.SkillLevel("zh", 1), f.SkillLevel("accounts", 3)
NEED = f.SkillLevel("accounts", 1)


def centre(
    hours: str = "", *, speaks: tuple[f.SkillLevel, ...] = (EN, ZH), queue: tuple[f.SkillLevel, ...] = (NEED,)
):
    base = setup(agent(1, ACCOUNTS, *speaks))
    accounts = replace(base.queues[0], hours=hours, skills=queue)
    trees = (f.TreeSetup("main", 1, TREE),)
    made = Centre(replace(base, queues=(accounts,), trees=trees))
    made.at = MONDAY_NOON
    return made


def key(at: Centre, choice: str, leg: str = "phone:1") -> tuple[f.Decision, ...]:
    play = at.live.state.legs[leg].play
    assert play is not None
    return at.do(f.KeysEntered(leg, play.play, choice=choice))


def heard(at: Centre) -> e.PlayPrompt:
    return [effect for effect in at.effects if isinstance(effect, e.PlayPrompt)][-1]


def queued(decisions: tuple[f.Decision, ...]) -> f.ContactQueued:
    (fact,) = [one for one in decisions if isinstance(one, f.ContactQueued)]
    return fact


@pytest.mark.parametrize(("choice", "language"), [("1", "en"), ("2", "zh")])
def test_a_chosen_language_is_a_fact_a_skill_and_what_the_waiting_caller_hears(choice: str, language: str):
    at = centre()
    number = at.call()
    decisions = key(at, choice)
    assert f.LanguageChosen(number, language) in decisions
    assert at.live.state.contacts[number].language == language
    assert queued(decisions).skills == (NEED, f.SkillLevel(language, 1))
    assert (heard(at).language, heard(at).loop) == (language, True)
    assert at.fault is None


def test_the_expected_wait_is_told_in_the_chosen_language():
    at = centre()
    at.live.state.recent_waits["accounts"] = [90_000] * 25
    at.call()
    key(at, "2")
    assert (heard(at).language, [prompt.key for prompt in heard(at).prompts]) == (
        "zh",
        ["expected_wait", "music"],
    )


def test_whom_nobody_in_the_queue_understands_waits_for_anybody():
    at = centre(speaks=(EN,))
    at.call()
    assert queued(key(at, "2")).skills == (NEED,)


def test_a_queue_that_asks_for_the_language_itself_asks_once():
    fluent = f.SkillLevel("zh", 3)
    at = centre(speaks=(f.SkillLevel("zh", 5),), queue=(NEED, fluent))
    at.call()
    assert queued(key(at, "2")).skills == (NEED, fluent)


def test_the_records_language_and_grade_count_in_the_very_step_that_finds_the_customer():
    at = centre()
    number = at.call(ani="ani")
    key(at, "3")
    decisions = at.do(f.CustomerFound(1, 7, "A", "zh"))
    assert queued(decisions).skills == (NEED, ZH)
    assert queued(decisions).priority == 30
    assert at.live.state.contacts[number].language == "zh"


def test_what_the_caller_chose_is_not_overruled_by_the_record():
    text = TREE.replace('language = "en"\nnext = "open"', 'language = "en"\nnext = "by_number"')
    base = centre().live.state.setup
    assert base is not None
    at = Centre(replace(base, trees=(f.TreeSetup("main", 1, text),)))
    number = at.call(ani="ani")
    key(at, "1")
    decisions = at.do(f.CustomerFound(1, 7, "A", "zh"))
    assert f.CustomerIdentified(number, 7, "A", "", ()) in decisions
    assert at.live.state.contacts[number].language == "en"
    assert queued(decisions).skills == (NEED, EN)


def test_who_refuses_is_not_recorded_and_the_reason_is_told():
    at = centre()
    at.ready(1)
    number = at.call()
    assert f.RecordingDeclined(number, "caller") in key(at, "9")
    at.answer()
    bridged = at.last(f.Bridged)
    assert isinstance(bridged, f.Bridged)
    assert bridged.recording is None


def test_who_says_nothing_about_it_is_recorded():
    at = centre()
    at.ready(1)
    at.call()
    assert not any(isinstance(one, f.RecordingDeclined) for one in key(at, "0"))
    at.answer()
    bridged = at.last(f.Bridged)
    assert isinstance(bridged, f.Bridged)
    assert bridged.recording is not None


@pytest.mark.parametrize(
    ("hours", "after", "queue"),
    [
        ("", 0, True),
        ("08:00-20:00", 0, True),
        ("08:00-20:00", 8 * HOUR - 1, True),
        ("08:00-20:00", 8 * HOUR, False),
        ("08:00-20:00", 20 * HOUR, True),
        ("mon 08:00-20:00", 20 * HOUR, False),
    ],
)
def test_a_queue_is_open_or_closed_at_the_moment_of_the_key(hours: str, after: int, queue: bool):
    at = centre(hours)
    at.at += after
    number = at.call()
    decisions = key(at, "0")
    assert any(isinstance(one, f.ContactQueued) for one in decisions) is queue
    assert at.live.state.contacts[number].path[-1] == ("open", "yes" if queue else "else")
    if not queue:
        assert heard(at).prompts == (f.Prompt("hours", args=(("hours_accounts", hours),)),)


def test_a_queue_that_a_newer_setup_has_not_counts_as_open():
    """Somebody must answer a call that began before: what follows is an alarm and the first queue."""
    at = centre("08:00-20:00")
    number = at.call()
    known = at.live.state.setup
    assert known is not None
    at.do(f.CentreApplied(2, replace(known, queues=(replace(known.queues[0], name="other"),)), "test"))
    assert queued(key(at, "0")).queue == "other"
    assert f.AlarmRaised("queue_gone", number, None) in at.entries[-1].decisions


def test_recovery_knows_the_language_and_the_refusal():
    at = centre()
    at.call()
    key(at, "9")
    at.call("phone:2")
    key(at, "2", "phone:2")
    assert at.recovered() == at.live.state


def test_who_shares_a_number_is_who_the_agent_says() -> None:
    centre = Centre()
    centre.ready(1)
    centre.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    centre.do(f.CustomerUnknown(1, matches=2))
    assert centre.live.state.contacts[1].customer is None
    assert centre.do(f.CustomerChosen(1, 7, "agent1")) == (f.Refused("not_talking"),)
    centre.answer()
    assert centre.do(f.CustomerChosen(1, 7, "agent2")) == (f.Refused("not_your_contact"),)
    (asked,) = centre.do(f.CustomerChosen(1, 7, "agent1"))
    assert isinstance(asked, f.LookUpWanted)
    assert (asked.kind, asked.customer) == ("customer", 7)
    centre.do(f.CustomerFound(asked.look_up, 7, "A", "zh"))
    contact = centre.live.state.contacts[1]
    assert (contact.customer, contact.grade, contact.verified) == (7, "A", False)
    centre.do(f.CustomerChosen(1, 8, "agent1"))
    centre.do(f.CustomerChosen(1, 9, "agent1"))
    assert centre.do(f.CustomerFound(3, 8, "B", "en")) == ()
    centre.do(f.CustomerFound(4, 9, "B", "en"))
    assert centre.live.state.contacts[1].customer == 9
    assert centre.is_recoverable()
