"""Old snapshot + changes = fresh snapshot, on random days, for everybody who joins at any moment."""

from __future__ import annotations

import pytest

from callcenter import facts as f
from callcenter.apply import apply_entry
from callcenter.queue.service_level import QueueFigures
from callcenter.screens import view_marks, views
from callcenter.screens.book import Book
from callcenter.screens.publisher import Publisher
from callcenter.screens.view_crowd import Crowd
from callcenter.screens.view_eyes import Eyes
from callcenter.simulate.screen import Memory
from callcenter.state import Live, State
from tests.screens.days import AGENTS, LEADER, Day, Everybody, Today

TOPICS = (
    "queues",
    "agents",
    "board",
    "waiting",
    "directory",
    *(f"desk:{agent}" for agent in (*AGENTS, LEADER)),
)
STEPS = 600


class Screen(Memory):
    """A page that is told at once."""

    def __init__(self) -> None:
        super().__init__()
        self.topics: set[str] = set()

    def put(self, message: bytes) -> None:
        self.hear(message)

    def put_snapshot(self, topic: str, message: bytes) -> None:
        self.put(message)

    def forget_snapshot(self, topic: str) -> None:
        """None is ever on its way: it is heard at once."""

    def awaits_snapshot(self, topic: str) -> bool:
        return False


class Floor:
    """A day, its publisher, and screens that come and go. The journal is written late, at random."""

    def __init__(self, seed: int) -> None:
        self.day = Day(seed)
        self.random = self.day.random
        self.today = Today()
        self.book = Book(Everybody())
        self.publisher = Publisher(self.day.centre.live, 1, self.book, self.today)
        self.written = Live(State(1))
        self.written_seq = 0
        self.screens: list[Screen] = []
        self.write_all()

    def step(self) -> None:
        entry = self.day.step()
        self.publisher.observe((entry.input, *entry.decisions), entry.seq)
        if self.random.random() < 0.05:
            self.figures_move()
        if self.random.random() < 0.2:
            self.publisher.draw_marked()
        if self.random.random() < 0.5:
            self.write(self.random.randint(self.written_seq, entry.seq))
        if self.random.random() < 0.03 and len(self.screens) < 5:
            self.screens.append(Screen())
        if self.screens and self.random.random() < 0.1:
            self.publisher.subscribe(self.random.choice(self.screens), self.random.choice(TOPICS))  # type: ignore[arg-type]
        if self.screens and self.random.random() < 0.05:
            screen, topic = self.random.choice(self.screens), self.random.choice(TOPICS)
            self.publisher.leave(screen, [topic])  # type: ignore[arg-type]
            screen.rows.pop(topic, None)
        if self.screens and self.random.random() < 0.02:
            leaver = self.screens.pop(self.random.randrange(len(self.screens)))
            self.publisher.leave(leaver)  # type: ignore[arg-type]
        for screen in self.screens:
            self.check(screen, [topic for topic in screen.rows if topic.startswith("desk:")])

    def write(self, seq: int) -> None:
        for entry in self.day.centre.entries[self.written_seq : seq]:
            apply_entry(self.written, entry)
        self.written_seq = seq
        self.publisher.durable(seq)

    def write_all(self) -> None:
        self.publisher.draw_marked()
        self.write(len(self.day.centre.entries))

    def figures_move(self) -> None:
        answered = self.random.randrange(100)
        self.today.queues["accounts"] = QueueFigures(answered=answered, answer_ms=7 * answered)
        self.today.answered[1] = answered
        self.publisher.figures_changed(["accounts"], [1])

    def check(self, screen: Screen, topics: list[str]) -> None:
        """What a screen shows is what was written, not what will be."""
        eyes = Eyes(self.written, Book(Everybody()), self.today, Crowd(self.written))
        for topic in topics:
            assert screen.rows[topic] == views.rows(eyes, topic), topic

    def check_all(self) -> None:
        self.write_all()
        for screen in self.screens:
            assert screen.rows.keys() == screen.topics
            self.check(screen, [*screen.rows])


def live_through(seed: int) -> None:
    floor = Floor(seed)
    for number in range(STEPS):
        floor.step()
        if number % 50 == 0:
            floor.check_all()
    floor.check_all()


def live_through_all() -> None:
    for seed in range(60):
        live_through(seed)


@pytest.mark.parametrize("seed", range(12))
async def test_old_snapshot_and_changes_make_the_fresh_snapshot(seed: int):
    live_through(seed)


@pytest.mark.parametrize(
    "omitted",
    [
        f.AgentStateChanged,
        f.PresencePostponed,
        f.StationLost,
        f.StationConnected,
        f.LegInterrupted,
        f.InteractionCoded,
        f.ContactEnded,
        f.CentreApplied,
        f.OwnerStarted,
        f.EngagementClosed,
        f.LegAnswered,
        f.Bridged,
        f.ContactRaised,
        f.ContactRelaxed,
        f.ContactQuarantined,
        f.AgentReassigned,
    ],
    ids=lambda kind: kind.__name__,
)
async def test_a_fact_that_marks_too_few_rows_is_found(omitted: type, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(view_marks._RULES, omitted)
    with pytest.raises(AssertionError):
        live_through_all()


async def test_random_days_have_everything_in_them():
    kinds: set[type] = set()
    for seed in range(12):
        day = Day(seed)
        for _ in range(STEPS):
            entry = day.step()
            kinds.update(map(type, (entry.input, *entry.decisions)))
    assert view_marks._RULES.keys() <= kinds | {f.ValueEntered, f.LanguageChosen, f.RecordingDeclined}


def test_every_fact_that_no_row_shows_is_known():
    names = {kind.__name__ for kind in view_marks.UNSEEN}
    assert names == {
        *("CallArrived", "PlayFinished", "KeysEntered", "KeysTimedOut"),
        *("RecordingClosed", "RecordingFailed", "AgentSignedIn", "AgentSignedOut", "PresenceChosen"),
        *("OfferDeclined", "HangUpAsked", "WrapUpSaved", "CustomerFound", "CustomerUnknown"),
        *("LookUpFailed", "PinChecked", "OfferExpired", "WrapUpExpired", "LookUpExpired", "PlayExpired"),
        *("NumbersReserved", "ContactOpened", "NodeEntered", "LookUpWanted", "LookUpClosed", "PlayStarted"),
        *("AlarmRaised", "Refused", "InternalCallStarted", "LegRung", "StepDue"),
        *("HoldAsked", "ResumeAsked", "TransferAsked", "ConsultAsked", "SwapAsked", "ConferenceAsked"),
        *("CompleteAsked", "TakeBackAsked", "LeaveAsked", "DialAsked", "InternalCallAsked", "DialExpired"),
        *("RecordingPauseAsked", "RecordingResumeAsked", "PauseExpired", "MonitorAsked", "TakeOverAsked"),
        *("AgentMoved", "ContactPulled", "RecordingStartAsked", "RecordingRefusalAsked", "CustomerChosen"),
    }
