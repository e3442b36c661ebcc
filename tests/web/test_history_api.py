"""The history over HTTP: names for references, one's own for agents, and recordings by range."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callcenter.facts import Value
from callcenter.history.records import (
    Engagement,
    Interaction,
    Offer,
    Recording,
    RecordingEnded,
    RecordingPause,
    Segment,
    SegmentKind,
)
from callcenter.lifecycles import OfferState, Outcome
from callcenter.store.database import Database
from callcenter.store.history_rows import Batch
from tests.web.conftest import Browser, Centre

WAV = b"RIFF" + bytes(range(200)) * 5
ANI = Value("n1", "ani", "+14155550101")


def contact(number: int, agent: int | None, **fields: Any) -> list[Any]:
    """One ended contact as the history's fold writes it; with an agent, talked, coded and recorded."""
    at = number * 100_000
    known = {
        "ani": ANI.ref,
        "queue": "cards",
        "outcome": Outcome.ANSWERED,
        "ended_at": at + 60_000,
        "talk_ms": 30_000,
    }
    rows: list[Any] = [
        Interaction(
            contact=number,
            provider="browser",
            dnis="+1",
            tree="main",
            tree_version=1,
            started_at=at,
            agent=agent,
            wait_ms=4_000,
            path=(("menu", "1"),),
            milestones=("balance",),
            verified=True,
            **{**known, **fields},
        )
    ]
    if agent is not None:
        rows += [
            Segment(number, 1, SegmentKind.TALK, at + 5_000, at + 35_000, "cards", agent, number, "answered"),
            Offer(
                number,
                number,
                agent,
                "cards",
                at + 1_000,
                at + 5_000,
                OfferState.ACCEPTED,
                "longest_idle",
                0,
                8,
            ),
            Engagement(
                engagement=number,
                contact=number,
                agent=agent,
                queue="cards",
                entered_at=at,
                talk_at=at + 5_000,
                wrap_up_at=at + 35_000,
                closed_at=at + 45_000,
                disposition="solved",
                note="note1",
            ),
            Recording(number, number, number, at + 5_000),
            RecordingPause(number, 1, number, at + 10_000, at + 15_000, "agent"),
            RecordingEnded(number, 30_000, ((1_000, 2_000),), ""),
        ]
    return rows


@pytest.fixture
async def history(centre: Centre, database: Database, tmp_path: Path) -> Centre:
    """1: Anna with Li Wei. 2: Bo with Wang Fang. 3: nobody, left. 4: Anna, on loans. 5: still in the IVR."""
    rows = [
        *contact(1, 7, customer=1),
        *contact(2, 8, customer=2, business_line="loans", queue="loans"),
        *contact(3, None, outcome=Outcome.ABANDONED, talk_ms=0),
        *contact(4, 7, queue="gone"),
        *contact(5, None, outcome=None, ended_at=None, queue=None),
    ]
    batch = Batch()
    batch.add(rows)
    async with database.pool.acquire() as connection:
        await connection.executemany(
            "insert into personal_value values (1, $1, $2, $3)",
            [(ANI.ref, ANI.kind, ANI.text), ("note1", "note", "=Wants <b>her</b> fee back")],
        )
        await connection.executemany(
            "insert into customer values (1, $1, $2, 'A', 'en', 2014)",
            [(1, "Li Wei"), (2, "Wang Fang"), (3, "100% _Wang")],
        )
        await batch.write(connection, 1)
    centre.fakes.recordings = tmp_path
    (tmp_path / "1.wav").write_bytes(WAV)
    return centre


async def found(browser: Browser, query: str = "") -> list[int]:
    page: Any = await browser.json(f"/api/history?{query}")
    return [row["interaction"] for row in page["rows"]]


async def test_a_row_tells_names_instead_of_references(browser: Browser, history: Centre):
    await browser.sign_in("sam")
    page: Any = await browser.json("/api/history?customer=Li")
    assert page == {
        "rows": [
            {
                "interaction": 1,
                "public_id": "c1-k1",
                "started_at": 100_000,
                "number": "+14155550101",
                "customer": "Li Wei",
                "queue": "cards",
                "queue_title": "Cards",
                "queue_title_zh": "银行卡",
                "agent": "Anna Berg",
                "outcome": "answered",
                "direction": "inbound",
                "language": "",
                "grade": "",
                "wait_ms": 4_000,
                "talk_ms": 30_000,
                "hold_ms": 0,
                "transfers": 0,
                "wrap_ms": 10_000,
                "disposition": "solved",
                "disposition_zh": "已解决",
                "recording": True,
            }
        ],
        "next": None,
    }


@pytest.mark.parametrize(
    ("query", "contacts"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("number=%2B14155550101", [5, 4, 3, 2, 1]),
        ("number=(415)+555-0101", [5, 4, 3, 2, 1]),
        ("number=415", []),
        ("number=0101", [5, 4, 3, 2, 1]),
        ("number=555-01 01", [5, 4, 3, 2, 1]),
        ("number=01", []),
        ("number=anonymous", []),
        ("number=%2B14155550199", []),
        ("customer=1", [1]),
        ("customer=wang", [2]),
        ("customer=WEI", [1]),
        ("customer=%25", []),
        ("customer=nobody", []),
        ("agent=7", [4, 1]),
        ("agent=8&queue=loans", [2]),
        ("outcome=abandoned", [3]),
        ("outcome=live", [5]),
        ("direction=inbound", [5, 4, 3, 2, 1]),
        ("direction=internal", []),
        ("disposition=solved", [4, 2, 1]),
        ("uncoded=true", []),
        ("recorded=true", [4, 2, 1]),
        ("recorded=false", [5, 3]),
        ("min_wait=4", [5, 4, 3, 2, 1]),
        ("min_wait=5", []),
        ("min_talk=30", [5, 4, 2, 1]),
        ("note=HER&from=0&to=300000", [2, 1]),
        ("sort=wait&order=up", [1, 2, 3, 4, 5]),
        ("sort=talk", [5, 4, 2, 1, 3]),
        ("from=200000&to=400000", [3, 2]),
        ("after=300000-3", [2, 1]),
        ("after=300000-3&order=up", [4, 5]),
        ("agent=&queue=&number=", [5, 4, 3, 2, 1]),
    ],
)
async def test_a_search_finds_what_was_asked_for(
    browser: Browser, history: Centre, query: str, contacts: list[int]
):
    await browser.sign_in("sam")
    assert await found(browser, query) == contacts


async def test_pages_follow_each_other_to_the_end(browser: Browser, history: Centre):
    await browser.sign_in("sam")
    for query, expected in (("", [[5, 4], [3, 2], [1]]), ("&sort=talk&order=up", [[3, 1], [2, 4], [5]])):
        seen, after = [], ""
        while True:
            page: Any = await browser.json(f"/api/history?limit=2&after={after}{query}")
            seen.append([row["interaction"] for row in page["rows"]])
            if page["next"] is None:
                break
            after = page["next"]
        assert seen == expected


async def test_a_name_that_fits_too_many_is_too_broad(
    browser: Browser, history: Centre, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("callcenter.web.history_query.CUSTOMERS_MAX", 1)
    await browser.sign_in("sam")
    reply = await browser.get("/api/history?customer=wang")
    assert (reply.status, (await reply.json())["error"]) == (400, "too_broad")


async def test_one_interaction_is_told_whole(browser: Browser, history: Centre):
    await browser.sign_in("sam")
    story: Any = await browser.json("/api/history/1")
    assert story == await browser.json("/api/history/c1-k1")
    assert story["customer"]["name"] == "Li Wei"
    assert (story["agent"], story["queue_title"], story["wrap_ms"]) == ("Anna Berg", "Cards", 10_000)
    assert (story["path"], story["milestones"], story["verified"]) == ([["menu", "1"]], ["balance"], True)
    assert story["segments"] == [
        {
            "kind": "talk",
            "from_at": 105_000,
            "to_at": 135_000,
            "queue": "Cards",
            "queue_zh": "银行卡",
            "agent": "Anna Berg",
            "result": "answered",
            "step": 0,
        }
    ]
    assert story["offers"] == [
        {
            "offer": 1,
            "agent": "Anna Berg",
            "made_at": 101_000,
            "closed_at": 105_000,
            "result": "accepted",
            "rule": "longest_idle",
            "step": 0,
            "runner_up": "Bo Chen",
            "kind": "contact",
        }
    ]
    note = "=Wants <b>her</b> fee back"
    assert story["notes"] == [
        {
            "agent": "Anna Berg",
            "disposition": "solved",
            "disposition_zh": "已解决",
            "note": note,
            "at": 145_000,
            "kind": "contact",
            "transferred": False,
        }
    ]
    assert story["recordings"] == [
        {
            "url": "/api/recordings/1-1.wav",
            "started_at": 105_000,
            "length_ms": 30_000,
            "gaps": [[1_000, 2_000]],
            "pauses": [{"from_at": 110_000, "to_at": 115_000, "reason": "agent"}],
            "failed": "",
        }
    ]


async def test_the_customers_other_contacts_are_told_as_the_centre_calls_them(
    browser: Browser, history: Centre, database: Database
):
    await database.pool.execute("update interaction set customer = 1 where contact = 4")
    await browser.sign_in("sam")
    story: Any = await browser.json("/api/history/4")
    before = next(one for one in story["customer"]["contacts"] if one["interaction"] == 1)
    assert {name: before[name] for name in ("queue", "queue_zh", "disposition", "disposition_zh")} == {
        "queue": "Cards",
        "queue_zh": "银行卡",
        "disposition": "solved",
        "disposition_zh": "已解决",
    }


async def test_a_contact_that_goes_on_or_was_never_answered_is_told_as_far_as_it_is(
    browser: Browser, history: Centre
):
    await browser.sign_in("sam")
    for number, outcome in ((5, ""), (3, "abandoned")):
        story: Any = await browser.json(f"/api/history/{number}")
        assert (story["outcome"], story["agent"], story["customer"]) == (outcome, "", None)
        assert (story["recordings"], story["notes"], story["wrap_ms"]) == ([], [], None)


async def test_an_agent_finds_the_own_contacts_and_nothing_else(browser: Browser, history: Centre):
    await browser.sign_in("anna")
    assert await found(browser) == [4, 1]
    assert await found(browser, "agent=7") == [4, 1]
    assert (await browser.get("/api/history?agent=8")).status == 403
    assert (await browser.get("/api/history/1")).status == 200
    for foreign in (2, 3, 5, 999):
        reply = await browser.get(f"/api/history/{foreign}")
        assert (reply.status, await reply.text()) == (
            404,
            '{"error":"not_found","text":"There is no such interaction."}',
        )
    options: Any = await browser.json("/api/history/options")
    assert options["agents"] == [{"value": "7", "title": "Anna Berg", "title_zh": ""}]


async def test_who_is_confined_to_a_line_reads_and_hears_no_other(
    browser: Browser, history: Centre, database: Database
):
    await browser.sign_in("carl")
    assert await found(browser) == [5, 4, 3, 1]
    assert await found(browser, "queue=loans") == []
    assert (await browser.get("/api/history/2")).status == 404
    assert (await browser.get("/api/history/1")).status == 200
    assert (await browser.get("/api/recordings/2-2.wav")).status == 404
    assert (await browser.get("/api/recordings/1-1.wav")).status == 200
    noted = await database.pool.fetch("select action, refused, contact from audit order by n")
    assert [tuple(row) for row in noted] == [
        ("read_interaction", "forbidden", 2),
        ("read_interaction", "", 1),
        ("play_recording", "forbidden", 2),
        ("play_recording", "", 1),
    ]


async def test_the_choices_of_a_search_have_titles(browser: Browser, history: Centre):
    await browser.sign_in("sam")
    options: Any = await browser.json("/api/history/options")
    cards = {"value": "cards", "title": "Cards", "title_zh": "银行卡"}
    assert options["queues"] == [cards, {"value": "loans", "title": "Loans", "title_zh": "贷款"}]
    assert options["agents"] == [
        {"value": "7", "title": "Anna Berg", "title_zh": ""},
        {"value": "8", "title": "Bo Chen", "title_zh": ""},
    ]
    assert {option["value"] for option in options["outcomes"]} == {*Outcome, "live"}
    assert options["dispositions"][-1] == {"value": "solved", "title": "solved", "title_zh": "已解决"}
    assert [option["value"] for option in options["languages"]] == ["en", "zh"]


async def test_a_line_sees_its_own_choices_only(browser: Browser, history: Centre):
    await browser.sign_in("carl")
    options: Any = await browser.json("/api/history/options")
    assert [queue["value"] for queue in options["queues"]] == ["cards"]


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("note=x&from=0&to=1", "too_broad"),
        ("note=her", "too_broad"),
        ("note=her&from=0", "too_broad"),
        ("note=her&from=0&to=2678400001", "too_broad"),
        ("sort=name", "malformed"),
        ("order=sideways", "malformed"),
        ("after=3", "malformed"),
        ("after=1-2-3", "malformed"),
        ("min_wait=-1", "malformed"),
        ("recorded=perhaps", "malformed"),
        ("outcome=nice", "malformed"),
        ("limit=1000", "malformed"),
    ],
)
async def test_what_cannot_be_searched_for_is_refused(
    browser: Browser, history: Centre, query: str, key: str
):
    await browser.sign_in("sam")
    reply = await browser.get(f"/api/history?{query}")
    assert (reply.status, (await reply.json())["error"]) == (400, key)


# --- recordings ---


async def test_a_recording_is_played_whole_or_by_range_and_kept_by_nobody(browser: Browser, history: Centre):
    await browser.sign_in("sam")
    whole = await browser.get("/api/recordings/1-1.wav")
    assert (whole.status, await whole.read()) == (200, WAV)
    assert whole.headers["Content-Type"] == "audio/wav"
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Cache-Control"] == "private, no-store"
    part = await browser.get("/api/recordings/1-1.wav", headers={"Range": "bytes=100-199"})
    assert (part.status, await part.read()) == (206, WAV[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(WAV)}"
    beyond = await browser.get("/api/recordings/1-1.wav", headers={"Range": "bytes=99999-"})
    assert beyond.status == 416


@pytest.mark.parametrize(
    "name", ["2-1", "1-2", "4-4", "3-3", "1", "1-1-1", "..%2f1-1", "1-1%00", "9999999999999999999-1"]
)
async def test_no_other_recording_is_there(browser: Browser, history: Centre, name: str):
    await browser.sign_in("sam")
    assert (await browser.get(f"/api/recordings/{name}.wav")).status == 404


async def test_a_recording_is_for_who_took_part_and_who_leads(
    open_browser: Callable[[], Browser], history: Centre
):
    statuses = {}
    for login in ("anna", "bo", "sam", "ada"):
        browser = open_browser()
        await browser.sign_in(login)
        statuses[login] = (await browser.get("/api/recordings/1-1.wav")).status
    assert statuses == {"anna": 200, "bo": 404, "sam": 200, "ada": 200}
    assert (await open_browser().get("/api/recordings/1-1.wav")).status == 401
