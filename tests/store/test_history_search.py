"""Finding interactions again, on a real PostgreSQL."""

from __future__ import annotations

import pytest
from history.journals import HOUR, MINUTE, MONDAY, Call, journal, random_day, values_of

from callcenter.errors import TooBroad
from callcenter.facts import LegCause
from callcenter.history.records import SegmentKind
from callcenter.lifecycles import OfferState, Outcome
from callcenter.queue.service_level import VisitExit
from callcenter.store.database import Database
from callcenter.store.history import rebuild
from callcenter.store.history_filters import Filters, Sort, SortKey
from callcenter.store.history_search import HistorySearch, Past, cursor_of
from callcenter.store.journal import Journal, row_of
from callcenter.store.limits import within_time

AT = MONDAY + 9 * HOUR


async def history_of(database: Database, calls: list[Call], centre: int = 1) -> HistorySearch:
    log = Journal(database, centre)
    await log.commit([row_of(entry) for entry in journal(*calls)], values_of(calls))
    await log.close()
    await rebuild(database, centre, progress=lambda _: None)
    return HistorySearch(database, centre)


def some_calls() -> list[Call]:
    return [
        Call(1, AT).identified(3).verified().queued().offered(1).answered().hung_up().recorded().wrapped_up(),
        Call(2, AT + MINUTE).identified(4).queued("sales").left(Outcome.ABANDONED),
        Call(3, AT + 2 * MINUTE).left(Outcome.LEFT_IN_IVR),
        Call(4, AT + 3 * MINUTE).queued().left(Outcome.LOST_BY_SYSTEM, cause=LegCause.SYSTEM),
        Call(5, AT + 4 * MINUTE)
        .identified(3)
        .queued()
        .offered(1)
        .answered()
        .agent_vanished()
        .wrapped_up("line lost")
        .offered(2)
        .answered()
        .hung_up()
        .wrapped_up(""),
        Call(6, AT + 5 * MINUTE).identified(3).queued(),
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), [6, 5, 4, 3, 2, 1]),
        (Filters(number="+14155550002"), [2]),
        (Filters(number="+14155559999"), []),
        (Filters(customers=(3,)), [6, 5, 1]),
        (Filters(agent=1), [5, 1]),
        (Filters(agent=2), [5]),
        (Filters(queue="care"), [6, 5, 4, 1]),
        (Filters(outcome=Outcome.LOST_BY_SYSTEM), [4]),
        (Filters(from_at=AT + MINUTE, to_at=AT + 3 * MINUTE), [3, 2]),
        (Filters(contact=4), [4]),
        (Filters(ending="0002"), [2]),
        (Filters(ending="550002"), [2]),
        (Filters(ending="555"), []),
        (Filters(customers=(3, 4)), [6, 5, 2, 1]),
        (Filters(customers=()), []),
        (Filters(live=True), [6]),
        (Filters(live=False), [5, 4, 3, 2, 1]),
        (Filters(direction="inbound"), [6, 5, 4, 3, 2, 1]),
        (Filters(direction="outbound"), []),
        (Filters(language="en"), [6, 5, 2, 1]),
        (Filters(disposition="solved"), [1]),
        (Filters(disposition="line lost"), [5]),
        (Filters(uncoded=True), [5]),
        (Filters(uncoded=False), [6, 4, 3, 2, 1]),
        (Filters(recorded=True), [1]),
        (Filters(recorded=False, queue="care"), [6, 5, 4]),
        (Filters(min_wait_ms=10_000), [5, 4, 2]),
        (Filters(min_wait_ms=10_001), [5]),
        (Filters(min_talk_ms=60_000), [5, 1]),
        (Filters(min_talk_ms=60_001), [5]),
        (Filters(note="HELLO to 1"), [1]),
        (Filters(note="% to"), []),
        (Filters(lines=("cards",)), [6, 5, 4, 3, 2, 1]),
        (Filters(customers=(3, 4), agent=1, queue="care", outcome=Outcome.ANSWERED, from_at=AT + 1), [5]),
    ],
)
async def test_each_filter_finds_its_own(database: Database, filters: Filters, expected: list[int]):
    history = await history_of(database, some_calls())
    assert [found.contact for found in await history.search(filters)] == expected


async def test_a_line_of_the_list_says_what_matters(database: Database):
    history = await history_of(database, some_calls())
    found = {line.contact: line for line in await history.search(Filters())}
    talked = found[1]
    assert (talked.public_id, talked.number, talked.disposition, talked.recorded, talked.wait_ms) == (
        "c1-k1",
        "+14155550001",
        "solved",
        True,
        3_000,
    )
    assert (found[2].disposition, found[2].recorded) == (None, False)
    assert found[5].disposition == ""
    assert (found[6].outcome, found[6].customer) == (None, 3)


@pytest.mark.parametrize("by", SortKey)
@pytest.mark.parametrize("down", [True, False])
async def test_pages_follow_each_other_without_gaps_or_doubles(database: Database, by: SortKey, down: bool):
    history = await history_of(database, random_day(11, calls=47))
    sort, seen = Sort(by, down), []
    after = None
    while page := await history.search(Filters(), sort=sort, after=after, limit=10):
        seen += page
        after = cursor_of(page[-1], sort)
    assert sorted(found.contact for found in seen) == list(range(1, 48))
    keys = [cursor_of(found, sort).value for found in seen]
    assert keys == sorted(keys, reverse=down)
    assert seen == await history.search(Filters(), sort=sort, limit=100)


async def test_a_page_begins_behind_the_last_line_whatever_came_meanwhile(database: Database):
    history = await history_of(database, some_calls())
    first = await history.search(Filters(), limit=3)
    await database.pool.execute("delete from interaction where contact = $1", first[-1].contact)
    after = cursor_of(first[-1], Sort())
    assert [found.contact for found in await history.search(Filters(), after=after)] == [3, 2, 1]


async def test_lines_of_business_narrow_a_search(database: Database):
    history = await history_of(database, some_calls())
    await database.pool.execute("update interaction set business_line = 'loans' where contact > 3")
    found = await history.search(Filters(lines=("cards",)))
    assert [one.contact for one in found] == [3, 2, 1]
    assert len(await history.search(Filters(lines=("cards", "loans")))) == 6


async def test_a_count_goes_as_far_as_it_is_asked_to(database: Database):
    history = await history_of(database, some_calls())
    assert await history.count(Filters(), 100) == 6
    assert await history.count(Filters(), 4) == 4
    assert await history.count(Filters(queue="care", customers=(3,)), 100) == 3


async def test_a_search_that_takes_too_long_is_too_broad(database: Database):
    history = await history_of(database, some_calls())
    lock = await database.connect("test")
    async with database.reports.acquire() as connection, lock.transaction():
        await lock.execute("lock table interaction in access exclusive mode")
        await connection.execute("set statement_timeout = '50ms'")
        with pytest.raises(TooBroad), within_time():
            await connection.fetch("select from interaction")
        await connection.execute("reset statement_timeout")
    await lock.close()
    assert len(await history.search(Filters())) == 6


async def test_a_story_has_its_path_segments_offers_work_and_recording(database: Database):
    history = await history_of(database, some_calls())
    story = await history.detail(1)
    assert story is not None
    assert (story.public_id, story.number, story.verified) == ("c1-k1", "+14155550001", True)
    assert story.path == (("pin", "right"), ("menu", "0"))
    assert story.entered == (("account", "1001"),)
    assert story.milestones == ("balance",)
    assert [cut.kind for cut in story.segments] == [
        SegmentKind.IVR,
        SegmentKind.OFFER,
        SegmentKind.TALK,
        SegmentKind.WRAP_UP,
    ]
    assert [(offer.agent, offer.result, offer.rule) for offer in story.offers] == [
        (1, OfferState.ACCEPTED, "longest_idle")
    ]
    assert [(visit.exit, visit.wait_ms) for visit in story.visits] == [(VisitExit.ANSWERED, 3_000)]
    assert [(work.agent, work.disposition, work.note) for work in story.work] == [
        (1, "solved", "said hello to 1")
    ]
    assert [(tape.length_ms, tape.gaps, tape.failed) for tape in story.recordings] == [
        (60_000, ((5, 9),), "")
    ]
    assert await history.detail(77) is None


async def test_an_erased_person_is_gone_from_the_story_that_stays(database: Database):
    history = await history_of(database, some_calls())
    whole = await history.detail(1)
    await database.pool.execute("delete from personal_value")
    erased = await history.detail(1)
    assert whole is not None
    assert erased is not None
    assert (erased.number, erased.entered, erased.work[0].note) == (None, (("account", None),), "")
    assert (erased.segments, erased.visits, erased.path) == (whole.segments, whole.visits, whole.path)
    assert await history.search(Filters(number="+14155550001")) == []


async def test_what_was_coded_late_is_found_uncoded_no_more(database: Database):
    history = await history_of(database, some_calls())
    assert [one.contact for one in await history.search(Filters(uncoded=True))] == [5]
    log = Journal(database, 1)
    call = some_calls()[4].coded("complaint")
    before = journal(*some_calls())
    late = journal(*some_calls(), call.lines[-1:])[len(before) :]
    await log.commit([row_of(entry) for entry in late], call.values[-1:])
    await log.close()
    await rebuild(database, 1, progress=lambda _: None)
    assert await history.search(Filters(uncoded=True)) == []


async def test_a_desk_shows_the_last_finished_contacts_of_a_customer(database: Database):
    history = await history_of(database, some_calls())
    assert await history.recent_contacts(3) == [
        Past(5, AT + 4 * MINUTE, "care", 2, Outcome.ANSWERED, "", ""),
        Past(1, AT, "care", 1, Outcome.ANSWERED, "solved", "said hello to 1"),
    ]
    assert [past.contact for past in await history.recent_contacts(3, limit=1)] == [5]


async def test_centres_do_not_see_each_other(database: Database):
    await history_of(database, some_calls())
    other = await history_of(database, [Call(1, AT)], centre=2)
    assert [found.public_id for found in await other.search(Filters())] == ["c2-k1"]
    assert await other.search(Filters(number="+14155550002")) == []


async def test_a_value_is_never_part_of_the_statement(database: Database):
    history = await history_of(database, some_calls())
    assert await history.search(Filters(queue="care' or 'a' = 'a")) == []
