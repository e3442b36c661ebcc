"""A contact while it is open: the segment and the queue visit that it is in, and what of it is over so far.

The rule: one segment ends where the next begins, and one visit ends with an answer, another queue or the
contact. What is over is appended to `rows`; segments of no length are left out.
"""

from msgspec import Struct, field
from msgspec.structs import replace

from callcenter.history.records import Interaction, QueueVisit, RecordingPause, Row, Segment, SegmentKind
from callcenter.queue.service_level import VisitExit


class Stretch(Struct, frozen=True):
    """A segment that is not over."""

    kind: SegmentKind
    from_at: int
    queue: str | None = None
    agent: int | None = None
    engagement: int | None = None


class Visit(Struct, frozen=True):
    """A queue visit that is not over."""

    n: int
    queue: str
    entered_at: int
    down_ms: int = 0
    step: int = 0


class Paused(Struct, frozen=True):
    """A pause of the recording that is not over."""

    recording: int
    pause: int
    from_at: int
    reason: str


WITH_AGENTS = frozenset({SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT, SegmentKind.CONFERENCE})
ON_HOLD = frozenset({SegmentKind.HOLD, SegmentKind.CONSULT})


class OpenContact(Struct):
    """Kept until the contact has ended and every agent's wrap-up is over."""

    seq: int
    """of the entry that opened it"""
    row: Interaction
    stretch: Stretch | None = None
    visit: Visit | None = None
    segments: int = 0
    visits: int = 0
    working: int = 0
    """engagements that are not closed"""
    leg: str = ""
    """the customer's"""
    owner: int | None = None
    """the engagement that has it"""
    reached: bool = True
    """False: we call, and nobody has answered yet"""
    hold_ms: dict[int, int] = field(default_factory=dict)
    """by engagement"""
    recordings: set[int] = field(default_factory=set)
    paused: Paused | None = None
    pauses: int = 0
    watchers: set[str] = field(default_factory=set)
    """legs of supervisors"""

    @property
    def over(self) -> bool:
        return self.row.ended_at is not None and not self.working

    def enter(self, rows: list[Row], queue: str, at: int) -> None:
        """Into this queue, out of any other."""
        self.leave(rows, VisitExit.OVERFLOWED, at)
        self.visits += 1
        self.visit = Visit(self.visits, queue, at)
        self.begin(rows, Stretch(SegmentKind.WAIT, at, queue))
        self.row = replace(self.row, queue=queue)

    def leave(self, rows: list[Row], exit: VisitExit, at: int, agent: int | None = None) -> None:
        """Out of the queue, if it is in one."""
        visit, self.visit = self.visit, None
        if visit is None:
            return
        done = QueueVisit(
            self.row.contact,
            visit.n,
            visit.queue,
            visit.entered_at,
            at,
            exit,
            agent,
            visit.down_ms,
            visit.step,
        )
        self.row = replace(self.row, wait_ms=self.row.wait_ms + done.wait_ms)
        rows.append(done)

    def relax(self, step: int) -> None:
        """What it asks for, in the queue that it is in."""
        if self.visit is not None:
            self.visit = replace(self.visit, step=step)

    def begin(self, rows: list[Row], stretch: Stretch) -> None:
        self.finish(rows, stretch.from_at)
        self.stretch = stretch

    def finish(self, rows: list[Row], at: int, result: str = "") -> None:
        """End the segment that the contact is in, if it is in one."""
        stretch, self.stretch = self.stretch, None
        if stretch is None:
            return
        self.cut(rows, stretch, at, result)
        length_ms = at - stretch.from_at
        if stretch.kind is SegmentKind.IVR:
            self.row = replace(self.row, ivr_ms=self.row.ivr_ms + length_ms)
        elif stretch.kind in WITH_AGENTS:
            held_ms = length_ms if stretch.kind in ON_HOLD else 0
            self.row = replace(
                self.row, talk_ms=self.row.talk_ms + length_ms, hold_ms=self.row.hold_ms + held_ms
            )
            if held_ms and stretch.engagement is not None:
                self.hold_ms[stretch.engagement] = self.hold_ms.get(stretch.engagement, 0) + held_ms

    def pause(self, rows: list[Row], recording: int, at: int, reason: str) -> None:
        """Nothing is recorded from now on, for another reason than before."""
        self.end_pause(rows, at)
        self.pauses += 1
        self.paused = Paused(recording, self.pauses, at, reason)

    def end_pause(self, rows: list[Row], at: int) -> None:
        """The recording goes on, or is over."""
        paused, self.paused = self.paused, None
        if paused is not None:
            contact = self.row.contact
            rows.append(
                RecordingPause(paused.recording, paused.pause, contact, paused.from_at, at, paused.reason)
            )

    def cut(self, rows: list[Row], stretch: Stretch, at: int, result: str = "") -> None:
        """Put this stretch on record as a segment."""
        if at == stretch.from_at:
            return
        self.segments += 1
        rows.append(
            Segment(
                self.row.contact,
                self.segments,
                stretch.kind,
                stretch.from_at,
                at,
                stretch.queue,
                stretch.agent,
                stretch.engagement,
                result,
            )
        )

    def count_downtime(self, down_ms: int) -> None:
        """The centre was away for so long while this contact went on."""
        if self.row.ended_at is None:
            self.row = replace(self.row, down_ms=self.row.down_ms + down_ms)
        if self.visit is not None:
            self.visit = replace(self.visit, down_ms=self.visit.down_ms + down_ms)
