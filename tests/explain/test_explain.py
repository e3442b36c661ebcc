"""Any offer explained: what is said agrees with what was recorded, and each reason is the one that counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.apply import apply
from callcenter.explain.aside import Aside
from callcenter.explain.candidates import Candidate, Missing, Verdict
from callcenter.explain.moment import Explanation, explain, explained
from callcenter.explain.words import in_words
from callcenter.facts import AgentChoice
from callcenter.lifecycles import OfferKind, Presence
from callcenter.queue.routing import EARLIER_STEP, LONGEST_IDLE, PREFERRED_PHONE
from callcenter.simulate.random_day import run_day
from callcenter.state import Live, State
from callcenter.store.database import Database
from callcenter.store.history import rebuild
from callcenter.store.in_memory import Disk, MemoryDatabase
from callcenter.store.journal import Journal, row_of
from tests.core.centre import EN, Centre, agent, setup

BY_ROUTER = {*AgentChoice, EARLIER_STEP, PREFERRED_PHONE}
UTC = ZoneInfo("UTC")


def every_offer(entries: list[f.Entry]) -> Iterator[tuple[f.OfferMade, Explanation]]:
    live = Live(State(1))
    for entry in entries:
        for fact in (entry.input, *entry.decisions):
            if isinstance(fact, f.OfferMade):
                yield fact, explained(live, fact, entry)
            apply(live, fact, entry.at)


@pytest.mark.parametrize("seed", [3, 9, 14])
def test_deciding_again_gives_the_recorded_choice(seed: int) -> None:
    rules = set()
    for made, found in every_offer(run_day(seed).entries):
        if made.kind not in (OfferKind.CONTACT, OfferKind.CONSULT) or made.rule not in BY_ROUTER:
            assert found.line is None
            continue
        rules.add(made.rule)
        assert found.line is not None
        assert found.line.today == made.agent
        chosen = [one.agent for one in found.line.candidates if one.verdict is Verdict.CHOSEN]
        later = [one for one in found.line.candidates if one.verdict is Verdict.LATER]
        assert chosen == [made.agent]
        if made.runner_up is not None:
            assert later[0].agent == made.runner_up
        if made.rule in {*AgentChoice}:
            assert all(one.why in ("phone", "step", "idle", made.rule) for one in later)
        if made.rule == LONGEST_IDLE:
            assert not any(_was_ready_longer(found, one) for one in later)
    assert len(rules) > 1


def _was_ready_longer(found: Explanation, one: Candidate) -> bool:
    assert found.line is not None
    chosen = found.line.candidates[0]
    assert chosen.idle_ms is not None
    assert one.idle_ms is not None
    return one.idle_ms > chosen.idle_ms


def test_each_agent_has_the_reason_that_counted() -> None:
    cards = f.QueueSetup("cards", "Cards", (), dispositions=("done",))
    poor = f.SkillLevel("accounts", 1)
    people = (
        agent(1),
        agent(2),
        agent(3, poor, EN),
        agent(4),
        agent(5),
        agent(6),
        agent(7),
        agent(8, station="robot"),
        replace(agent(9), queues=("cards",)),
        agent(10, station="desk"),
        agent(11),
        replace(agent(12), queues=()),
    )
    configured = setup(*people)
    accounts = replace(configured.queues[0], skills=(f.SkillLevel("accounts", 2),))
    centre = Centre(replace(configured, queues=(accounts, cards)))
    centre.ready(7)
    centre.call("phone:busy")
    centre.answer()
    centre.ready(8, provider="robot")
    centre.ready(10, provider="desk")
    centre.wait(3)
    centre.ready(1)
    centre.wait(2)
    centre.ready(2, 3, 5, 6, 9)
    centre.do(f.StationLost(5, "phone"))
    centre.do(f.PresenceChosen(6, Presence.AWAY, "lunch", "agent6"))
    centre.ready(11)
    centre.do(f.MonitorAsked(1, 11, f.Part.LISTENS, "agent11"))
    centre.wait(1)
    centre.call("phone:2")
    made, found = [*every_offer(centre.entries)][-1]
    assert (made.agent, made.rule, made.runner_up) == (1, PREFERRED_PHONE, 2)
    assert found.line is not None
    assert found.line.candidates == (
        Candidate(1, Verdict.CHOSEN, idle_ms=3_000),
        Candidate(2, Verdict.LATER, "idle", idle_ms=1_000),
        Candidate(8, Verdict.LATER, "phone", idle_ms=6_000),
        Candidate(4, Verdict.NOT_FREE, "offline"),
        Candidate(5, Verdict.NOT_FREE, "no_phone"),
        Candidate(6, Verdict.NOT_FREE, "away", "lunch"),
        Candidate(7, Verdict.NOT_FREE, "on_contact"),
        Candidate(11, Verdict.NOT_FREE, "listening"),
        Candidate(3, Verdict.NOT_ABLE, "skill", missing=(Missing("accounts", 2, 1),)),
        Candidate(9, Verdict.NOT_ABLE, "queue"),
        Candidate(10, Verdict.NOT_ABLE, "phone"),
    )


def test_who_may_serve_only_by_a_later_step_is_told_so() -> None:
    step = f.RelaxationStep(10, lower=(f.SkillLevel("accounts", 1),))
    configured = setup(agent(1, f.SkillLevel("accounts", 1), EN), agent(2), steps=(step,))
    accounts = replace(configured.queues[0], skills=(f.SkillLevel("accounts", 2),))
    centre = Centre(replace(configured, queues=(accounts,)))
    contact = centre.call()
    centre.do(f.StepDue(contact, 1, 1), after_ms=10_000)
    centre.do(f.LegInterrupted("phone:1"))
    centre.ready(1)
    centre.wait(5)
    centre.ready(2)
    centre.do(f.LegRestored("phone:1"))
    made, found = [*every_offer(centre.entries)][-1]
    assert found.line is not None
    assert (made.agent, made.rule, found.line.step, found.line.steps) == (2, EARLIER_STEP, 1, 1)
    assert found.line.skills == (f.SkillLevel("accounts", 1),)
    assert found.line.waited_ms == 15_000
    assert found.line.candidates[1] == Candidate(1, Verdict.LATER, "step", idle_ms=5_000)


async def test_the_moment_is_found_in_the_journal_and_told_in_words() -> None:
    centre = Centre()
    centre.ready(1)
    centre.wait(70)
    centre.ready(2)
    centre.wait(5)
    centre.call()
    made = centre.made()
    journal = Journal(MemoryDatabase(Disk()), 1)  # type: ignore[arg-type]
    await journal.commit([row_of(entry) for entry in centre.entries], ())
    found = await explain(journal, 1, made.offer, centre.at)
    assert found is not None
    assert found == [*every_offer(centre.entries)][-1][1]
    assert in_words(found, {1: "Anna", 2: "Ben"}.__getitem__, UTC).splitlines() == [
        f"Offer 1 of contact 1 to Anna, 1970-01-01 00:17:55 (entry {len(centre.entries)} of the journal)",
        "Rule: longest ready of those who may serve it.",
        "Asked for: an agent of accounts with accounts 1.",
        "It had waited 0:00; its age is 0:00, its points 0.",
        "",
        "  Anna                      chosen, ready for 1:15",
        "  Ben                       next: has been ready for less long, ready for 0:05",
    ]
    assert await explain(journal, 1, made.offer, centre.at - 1) is None
    assert await explain(journal, 1, 99, centre.at) is None
    await journal.close()


def test_an_offer_that_today_would_be_made_otherwise_is_told_as_such() -> None:
    centre = Centre()
    centre.ready(1, 2)
    centre.call()
    *_, (made, found) = every_offer(centre.entries)
    assert found.line is not None
    names = {1: "Anna", 2: "Ben"}.__getitem__
    assert "Today" not in in_words(found, names, UTC)
    changed = replace(found, line=replace(found.line, today=2))
    assert "Today's router would choose Ben: its rules have changed since." in in_words(changed, names, UTC)
    assert made.agent == 1


async def test_a_service_has_it_told_by_a_process_beside_it(database: Database, tmp_path: Path) -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    made = centre.made()
    centre.answer()
    journal = Journal(database, 1)
    await journal.commit([row_of(entry) for entry in centre.entries], ())
    await journal.close()
    await rebuild(database, 1, lambda told: None)
    aside = Aside(database.url, tmp_path)
    assert await aside.explain(made.offer) == [*every_offer(centre.entries)][-1][1]
    assert await aside.explain(99) is None
