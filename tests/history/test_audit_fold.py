"""Deeds from the journal: who did what to whom, done or refused, and what ends one by itself."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callcenter import facts as f
from callcenter.history.audit import PARTS, AuditAction, AuditFold, Deed, Memory, beginning, chained
from callcenter.lifecycles import Presence
from tests.core.centre import agent, setup
from tests.screens.days import LEADER, Day

STAFF = setup(agent(1), agent(2), agent(9))
APPLIED = f.CentreApplied(3, STAFF, "ada")


class Journal:
    """Entries one after the other, folded at once."""

    def __init__(self) -> None:
        self.fold = AuditFold()
        self.seq = 0
        self.take(APPLIED)

    def take(self, input: f.Input, *decisions: f.Decision) -> list[Deed]:
        self.seq += 1
        entry = f.Entry(self.seq, 1_000 * self.seq, f"s{self.seq}", input, decisions)
        return self.fold.fold(entry)

    def only(self, input: f.Input, *decisions: f.Decision) -> Deed:
        (deed,) = self.take(input, *decisions)
        assert (deed.source, deed.at) == (f"journal:{self.seq}:0", 1_000 * self.seq)
        return deed


def said(deed: Deed) -> tuple[Any, ...]:
    return deed.actor, deed.action, deed.agent, deed.contact, dict(deed.detail), deed.refused


@pytest.mark.parametrize(
    ("input", "action", "agent", "contact", "detail"),
    [
        (f.MonitorAsked(5, 9, f.Part.LISTENS, "sam"), "listen", None, 5, {}),
        (f.MonitorAsked(5, 9, f.Part.COACHES, "sam"), "whisper", None, 5, {}),
        (f.MonitorAsked(5, 9, f.Part.TALKS, "sam"), "barge", None, 5, {}),
        (f.TakeOverAsked(5, 9, "sam"), "take_over", None, 5, {}),
        (f.ContactPulled(5, "sam"), "pull_forward", None, 5, {}),
        (f.RecordingPauseAsked(5, "sam"), "pause_recording", None, 5, {}),
        (f.RecordingResumeAsked(5, "sam"), "resume_recording", None, 5, {}),
        (f.RecordingStartAsked(5, "sam"), "start_recording", None, 5, {}),
        (f.RecordingRefusalAsked(5, "sam"), "refuse_recording", None, 5, {}),
        (f.PresenceChosen(1, Presence.AWAY, "lunch", "sam"), "force_state", 1, None, {"to": "lunch"}),
        (f.PresenceChosen(1, Presence.READY, "", "sam"), "force_state", 1, None, {"to": "ready"}),
        (f.AgentSignedOut(1, "sam"), "force_sign_out", 1, None, {}),
        (f.AgentMoved(1, ("loans",), "sam"), "move_agent", 1, None, {"from": "accounts", "to": "loans"}),
        (f.CentreApplied(4, STAFF, "sam"), "apply_centre", None, None, {"version": "4"}),
    ],
)
def test_a_power_over_others_is_a_deed(
    input: f.Input, action: str, agent: int | None, contact: int | None, detail: dict[str, str]
):
    assert said(Journal().only(input)) == ("sam", action, agent, contact, detail, "")


def test_who_left_the_setup_and_then_signs_out_is_forced_by_nobody():
    journal = Journal()
    journal.take(f.CentreApplied(4, setup(agent(2)), "ada"))
    journal.fold = AuditFold(msgspec.json.decode(msgspec.json.encode(journal.fold.memory), type=Memory))
    journal.take(f.CentreApplied(5, setup(agent(2)), "ada"))
    assert journal.take(f.AgentSignedOut(1, "agent1")) == []
    assert journal.only(f.AgentSignedOut(1, "sam")).action is AuditAction.FORCE_SIGN_OUT


def test_what_is_refused_stands_there_with_its_reason():
    deed = Journal().only(f.TakeOverAsked(5, 9, "sam"), f.Refused("listen_first"))
    assert said(deed) == ("sam", AuditAction.TAKE_OVER, None, 5, {}, "listen_first")


@pytest.mark.parametrize(
    "input",
    [
        f.PresenceChosen(1, Presence.READY, "", "agent1"),
        f.AgentSignedOut(1, "agent1"),
        f.AgentSignedIn(1, "agent1"),
        f.HoldAsked(5, "agent1"),
        f.LeaveAsked(5, "agent1"),
        f.LegEnded("leg", f.LegCause.HUNG_UP),
    ],
)
def test_what_agents_do_at_their_own_desks_is_no_deed(input: f.Input):
    assert Journal().take(input) == []


def test_what_was_forced_in_a_call_says_that_it_applies_afterwards():
    later = f.PresencePostponed(1, Presence.AWAY, "lunch")
    deed = Journal().only(f.PresenceChosen(1, Presence.AWAY, "lunch", "sam"), later)
    assert dict(deed.detail) == {"to": "lunch", "when": "afterwards"}


LISTENS = f.MonitorAsked(5, 9, f.Part.LISTENS, "sam")
JOINED = f.SupervisorJoined(5, 9, "leg", f.Part.LISTENS)


@pytest.mark.parametrize(
    ("cause", "decisions"),
    [
        (f.LeaveAsked(5, "agent9"), (f.LegReleased("leg"), f.SupervisorLeft(5, 9, "leg"))),
        (f.LegEnded("leg", f.LegCause.VANISHED), (f.SupervisorLeft(5, 9, "leg"),)),
        (f.TransferAsked(5, f.ToAgent(2), "agent1"), (f.LegReleased("leg"),)),
    ],
)
def test_listening_ends_with_a_deed_of_whoever_listened(cause: f.Input, decisions: tuple[f.Decision, ...]):
    journal = Journal()
    journal.only(LISTENS, JOINED)
    deed = journal.only(cause, *decisions)
    assert said(deed) == ("agent9", AuditAction.LEAVE, None, 5, {}, "")
    assert journal.take(f.LegEnded("leg", f.LegCause.RELEASED), f.LegReleased("leg")) == []


def test_who_takes_over_has_not_left():
    journal = Journal()
    journal.only(LISTENS, JOINED)
    taken = f.EngagementOpened(3, 5, 9, "leg")
    assert said(journal.only(f.TakeOverAsked(5, 9, "sam"), taken))[1] is AuditAction.TAKE_OVER
    assert journal.take(f.LegEnded("leg", f.LegCause.HUNG_UP), f.LegReleased("leg")) == []


def test_a_recording_that_goes_on_by_itself_is_told_without_an_actor():
    deed = Journal().only(f.PauseExpired(5, 1), f.RecordingResumed(5, 1, "expired"))
    assert said(deed) == ("", AuditAction.RESUME_RECORDING, None, 5, {"reason": "expired"}, "")


def test_where_an_agent_came_from_is_where_a_supervisor_last_put_them():
    journal = Journal()
    journal.take(f.AgentMoved(1, ("loans",), "sam"), f.AgentReassigned(1, ("loans",)))
    deed = journal.only(f.AgentMoved(1, ("cards",), "sam"))
    assert dict(deed.detail) == {"from": "loans", "to": "cards"}


def test_a_fold_that_goes_on_knows_what_it_has_to_know():
    journal = Journal()
    journal.take(f.AgentMoved(1, ("loans",), "sam"), f.AgentReassigned(1, ("loans",)))
    journal.take(LISTENS, JOINED)
    memory = msgspec.json.decode(msgspec.json.encode(journal.fold.memory), type=Memory)
    resumed = AuditFold(memory)
    assert resumed.fold(f.Entry(9, 9, "s", f.AgentSignedOut(1, "agent1"), ())) == []
    (left,) = resumed.fold(f.Entry(10, 10, "s", f.LegExpired("leg"), (f.LegReleased("leg"),)))
    assert said(left) == ("agent9", AuditAction.LEAVE, None, 5, {}, "")


@pytest.mark.parametrize("seed", range(8))
def test_on_random_days_whoever_listens_is_said_to_and_nobody_else(seed: int):
    day, fold, listening = Day(seed), AuditFold(), set[tuple[str, int | None]]()
    for entry in day.centre.entries:
        fold.fold(entry)
    for _ in range(500):
        told = fold.fold(day.step())
        state = day.centre.live.state
        for deed in told:
            if deed.action in PARTS.values() and not deed.refused:
                listening.add((deed.actor, deed.contact))
            elif deed.action in (AuditAction.LEAVE, AuditAction.TAKE_OVER) and not deed.refused:
                listening.discard((deed.actor, deed.contact))
        legs = [agent.watching for agent in state.agents.values() if agent.watching is not None]
        assert set(fold.memory.watching) == set(legs)
        assert listening == {(f"agent{LEADER}", state.legs[leg].contact) for leg in legs}


def test_every_part_of_a_deed_and_its_place_are_in_its_hash():
    deed = Journal().only(f.AgentMoved(1, ("loans",), "sam"), f.Refused("unknown_queue"))
    changed = {
        "source": "other",
        "at": 1,
        "actor": "ada",
        "action": AuditAction.EXPORT,
        "refused": "",
        "agent": 2,
        "contact": 7,
        "detail": (),
    }
    assert set(changed) == set(Deed.__struct_fields__)
    before = beginning(1)
    hashes = {chained(before, 1, deed), chained(before, 2, deed), chained(beginning(2), 1, deed)}
    for name, value in changed.items():
        fields = {field: getattr(deed, field) for field in Deed.__struct_fields__}
        hashes.add(chained(before, 1, Deed(**{**fields, name: value})))
    assert len(hashes) == 3 + len(changed)
