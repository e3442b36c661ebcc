"""What the history's screens are given: the store's records with names instead of references. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from callcenter.screens.wire import CustomerRecord
from callcenter.store.history_search import Found, Recorded, Story


class Names(Struct, frozen=True):
    agents: Mapping[int, str]
    customers: Mapping[int, str]
    queues: Mapping[str, str]
    """name → title"""

    def agent(self, agent: int | None) -> str:
        return "" if agent is None else self.agents.get(agent, str(agent))

    def queue(self, queue: str | None) -> str:
        """A queue that is no more goes by its name."""
        return "" if queue is None else self.queues.get(queue, queue)


class Row(Struct, frozen=True):
    interaction: int
    public_id: str
    started_at: int
    number: str
    """E.164; "" withheld or erased"""
    customer: str
    queue: str
    queue_title: str
    agent: str
    outcome: str
    """"" while it goes on"""
    wait_ms: int
    talk_ms: int
    wrap_ms: int | None
    """None: not told in lists, or there was none"""
    disposition: str
    recording: bool


class Page(Struct, frozen=True):
    rows: Sequence[Row]
    next: str | None
    """`before` of the next page"""


class Option(Struct, frozen=True):
    value: str
    title: str = ""


class Options(Struct, frozen=True):
    queues: Sequence[Option]
    agents: Sequence[Option]
    outcomes: Sequence[Option]


class SegmentLine(Struct, frozen=True):
    kind: str
    from_at: int
    to_at: int
    queue: str
    agent: str
    result: str


class OfferLine(Struct, frozen=True):
    offer: int
    agent: str
    made_at: int
    closed_at: int
    result: str
    rule: str
    step: int
    runner_up: str | None


class NoteLine(Struct, frozen=True):
    agent: str
    disposition: str
    note: str
    at: int


class RecordingLine(Struct, frozen=True):
    url: str
    length_ms: int
    gaps: Sequence[tuple[int, int]]


class Interaction(Struct, frozen=True, kw_only=True):
    interaction: int
    public_id: str
    started_at: int
    ended_at: int | None
    number: str
    customer: CustomerRecord | None
    language: str
    queue: str
    queue_title: str
    agent: str
    outcome: str
    wait_ms: int
    talk_ms: int
    wrap_ms: int | None
    disposition: str
    verified: bool
    path: Sequence[tuple[str, str]]
    milestones: Sequence[str]
    segments: Sequence[SegmentLine]
    offers: Sequence[OfferLine]
    notes: Sequence[NoteLine]
    recording: RecordingLine | None


def row_of(found: Found, names: Names) -> Row:
    return Row(
        interaction=found.contact,
        public_id=found.public_id,
        started_at=found.started_at,
        number=found.number or "",
        customer="" if found.customer is None else names.customers.get(found.customer, ""),
        queue=found.queue or "",
        queue_title=names.queue(found.queue),
        agent=names.agent(found.agent),
        outcome=found.outcome or "",
        wait_ms=found.wait_ms,
        talk_ms=found.talk_ms,
        wrap_ms=found.wrap_ms,
        disposition=found.disposition or "",
        recording=found.recorded,
    )


def interaction_of(story: Story, names: Names, record: CustomerRecord | None, url: str) -> Interaction:
    """`url`: of the first recording, "" when there is none to be heard."""
    return Interaction(
        interaction=story.contact,
        public_id=story.public_id,
        started_at=story.started_at,
        ended_at=story.ended_at,
        number=story.number or "",
        customer=record,
        language=story.language,
        queue=story.queue or "",
        queue_title=names.queue(story.queue),
        agent=names.agent(story.agent),
        outcome=story.outcome or "",
        wait_ms=story.wait_ms,
        talk_ms=story.talk_ms,
        wrap_ms=_wrap_ms(story),
        disposition=story.work[-1].disposition if story.work else "",
        verified=story.verified,
        path=story.path,
        milestones=story.milestones,
        segments=_segments(story, names),
        offers=_offers(story, names),
        notes=_notes(story, names),
        recording=_recording(story.recordings, url),
    )


def _wrap_ms(story: Story) -> int | None:
    """What all agents together needed; None while nobody has finished."""
    done = [
        work.closed_at - work.wrap_up_at
        for work in story.work
        if work.wrap_up_at is not None and work.closed_at is not None
    ]
    return sum(done) if done else None


def _segments(story: Story, names: Names) -> list[SegmentLine]:
    return [
        SegmentLine(
            one.kind, one.from_at, one.to_at, names.queue(one.queue), names.agent(one.agent), one.result
        )
        for one in story.segments
    ]


def _offers(story: Story, names: Names) -> list[OfferLine]:
    return [
        OfferLine(
            offer=one.offer,
            agent=names.agent(one.agent),
            made_at=one.made_at,
            closed_at=one.closed_at,
            result=one.result,
            rule=one.rule,
            step=one.step,
            runner_up=None if one.runner_up is None else names.agent(one.runner_up),
        )
        for one in story.offers
    ]


def _notes(story: Story, names: Names) -> list[NoteLine]:
    """One an engagement that has begun its wrap-up, coded or not."""
    return [
        NoteLine(names.agent(work.agent), work.disposition, work.note, at)
        for work in story.work
        if (at := work.coded_at or work.closed_at or work.wrap_up_at) is not None
    ]


def _recording(recordings: Sequence[Recorded], url: str) -> RecordingLine | None:
    first = next((one for one in recordings if one.length_ms is not None and not one.failed), None)
    if first is None or first.length_ms is None or not url:
        return None
    return RecordingLine(url, first.length_ms, first.gaps)
