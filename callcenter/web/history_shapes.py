"""What the history's screens are given: the store's records with names instead of references. Pure.

What a centre calls things comes in both its languages, English first; the Chinese is "" where it has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from callcenter.customer_record import CustomerRecord, PastContact
from callcenter.facts import QueueSetup
from callcenter.history.records import SegmentKind
from callcenter.store.history_search import Found, Recorded, Story


class Names(Struct, frozen=True):
    agents: Mapping[int, str]
    customers: Mapping[int, str]
    queues: Mapping[str, QueueSetup]

    def agent(self, agent: int | None) -> str:
        return "" if agent is None else self.agents.get(agent, str(agent))

    def queue(self, queue: str | None) -> str:
        """A queue that is no more goes by its name."""
        known = self.queues.get(queue or "")
        return known.title if known is not None else queue or ""

    def queue_zh(self, queue: str | None) -> str:
        known = self.queues.get(queue or "")
        return known.title_zh if known is not None else ""

    def disposition_zh(self, queue: str | None, disposition: str) -> str:
        """As the queue calls it; another one's word where this queue has it no more."""
        first = [one for name, one in self.queues.items() if name == queue]
        for one in [*first, *self.queues.values()]:
            if disposition in one.dispositions[: len(one.dispositions_zh)]:
                return one.dispositions_zh[one.dispositions.index(disposition)]
        return ""


class Row(Struct, frozen=True):
    interaction: int
    public_id: str
    started_at: int
    number: str
    """E.164; "" withheld or erased"""
    customer: str
    queue: str
    queue_title: str
    queue_title_zh: str
    agent: str
    outcome: str
    """"" while it goes on"""
    direction: str
    language: str
    grade: str
    wait_ms: int
    talk_ms: int
    """holds included"""
    hold_ms: int
    transfers: int
    wrap_ms: int | None
    """None: there was none"""
    disposition: str
    disposition_zh: str
    recording: bool


class Page(Struct, frozen=True):
    rows: Sequence[Row]
    next: str | None
    """`after` of the next page"""


class Option(Struct, frozen=True):
    value: str
    title: str = ""
    title_zh: str = ""


class Options(Struct, frozen=True):
    queues: Sequence[Option]
    agents: Sequence[Option]
    outcomes: Sequence[Option]
    dispositions: Sequence[Option]
    languages: Sequence[Option]


class SegmentLine(Struct, frozen=True):
    kind: str
    from_at: int
    to_at: int
    queue: str
    queue_zh: str
    agent: str
    result: str
    step: int
    """of relaxation, where the stay in a queue ended; else 0"""


class OfferLine(Struct, frozen=True):
    offer: int
    agent: str
    made_at: int
    closed_at: int
    result: str
    rule: str
    step: int
    runner_up: str | None
    kind: str


class NoteLine(Struct, frozen=True):
    agent: str
    disposition: str
    disposition_zh: str
    note: str
    at: int
    kind: str
    """of the work: contact, consult, outbound, internal"""
    transferred: bool


class PauseLine(Struct, frozen=True):
    """It stood still because somebody asked for it: no loss, and no time of the recording."""

    from_at: int
    to_at: int
    reason: str


class RecordingLine(Struct, frozen=True):
    """`url` "": it may not be heard, goes on, or failed; `failed` says why there is none."""

    url: str
    started_at: int
    length_ms: int | None
    gaps: Sequence[tuple[int, int]]
    """(from, to) in milliseconds since its start, where something should be and is not"""
    pauses: Sequence[PauseLine]
    failed: str


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
    queue_title_zh: str
    agent: str
    outcome: str
    direction: str
    wait_ms: int
    talk_ms: int
    hold_ms: int
    transfers: int
    wrap_ms: int | None
    disposition: str
    disposition_zh: str
    unrecorded: str
    """why there is no recording, or none from then on; "": there is nothing to explain"""
    verified: bool
    path: Sequence[tuple[str, str]]
    milestones: Sequence[str]
    segments: Sequence[SegmentLine]
    offers: Sequence[OfferLine]
    notes: Sequence[NoteLine]
    recordings: Sequence[RecordingLine]


def row_of(found: Found, names: Names) -> Row:
    return Row(
        interaction=found.contact,
        public_id=found.public_id,
        started_at=found.started_at,
        number=found.number or "",
        customer="" if found.customer is None else names.customers.get(found.customer, ""),
        queue=found.queue or "",
        queue_title=names.queue(found.queue),
        queue_title_zh=names.queue_zh(found.queue),
        agent=names.agent(found.agent),
        outcome=found.outcome or "",
        direction=found.direction,
        language=found.language,
        grade=found.grade,
        wait_ms=found.wait_ms,
        talk_ms=found.talk_ms,
        hold_ms=found.hold_ms,
        transfers=found.transfers,
        wrap_ms=found.wrap_ms,
        disposition=found.disposition or "",
        disposition_zh=names.disposition_zh(found.queue, found.disposition or ""),
        recording=found.recorded,
    )


def interaction_of(
    story: Story, names: Names, record: CustomerRecord | None, urls: Mapping[int, str]
) -> Interaction:
    """`urls`: of the recordings that may be heard."""
    disposition = story.work[-1].disposition if story.work else ""
    return Interaction(
        interaction=story.contact,
        public_id=story.public_id,
        started_at=story.started_at,
        ended_at=story.ended_at,
        number=story.number or "",
        customer=None if record is None else in_words(record, names),
        language=story.language,
        queue=story.queue or "",
        queue_title=names.queue(story.queue),
        queue_title_zh=names.queue_zh(story.queue),
        agent=names.agent(story.agent),
        outcome=story.outcome or "",
        direction=story.direction,
        wait_ms=story.wait_ms,
        talk_ms=story.talk_ms,
        hold_ms=story.hold_ms,
        transfers=story.transfers,
        wrap_ms=_wrap_ms(story),
        disposition=disposition,
        disposition_zh=names.disposition_zh(story.queue, disposition),
        unrecorded=story.unrecorded,
        verified=story.verified,
        path=story.path,
        milestones=story.milestones,
        segments=_segments(story, names),
        offers=_offers(story, names),
        notes=_notes(story, names),
        recordings=[_recording(one, story, urls) for one in story.recordings],
    )


def in_words(record: CustomerRecord, names: Names) -> CustomerRecord:
    """The record with past contacts in the centre's own words."""
    return replace(record, contacts=tuple(past_in_words(past, names) for past in record.contacts))


def past_in_words(past: PastContact, names: Names) -> PastContact:
    """`past.queue` is the queue's name."""
    return replace(
        past,
        queue=names.queue(past.queue),
        queue_zh=names.queue_zh(past.queue),
        disposition_zh=names.disposition_zh(past.queue, past.disposition),
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
    steps = {visit.left_at: visit.step for visit in story.visits}
    return [
        SegmentLine(
            one.kind,
            one.from_at,
            one.to_at,
            names.queue(one.queue),
            names.queue_zh(one.queue),
            names.agent(one.agent),
            one.result,
            steps.get(one.to_at, 0) if one.kind in (SegmentKind.WAIT, SegmentKind.OFFER) else 0,
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
            kind=one.kind,
        )
        for one in story.offers
    ]


def _notes(story: Story, names: Names) -> list[NoteLine]:
    """One an engagement that has begun its wrap-up, coded or not."""
    return [
        NoteLine(
            names.agent(work.agent),
            work.disposition,
            names.disposition_zh(work.queue, work.disposition),
            work.note,
            at,
            work.kind,
            work.transferred,
        )
        for work in story.work
        if (at := work.coded_at or work.closed_at or work.wrap_up_at) is not None
    ]


def _recording(one: Recorded, story: Story, urls: Mapping[int, str]) -> RecordingLine:
    return RecordingLine(
        url=urls.get(one.recording, ""),
        started_at=one.started_at,
        length_ms=one.length_ms,
        gaps=one.gaps,
        pauses=[
            PauseLine(pause.from_at, pause.to_at, pause.reason)
            for pause in story.pauses
            if pause.recording == one.recording
        ],
        failed=one.failed,
    )
