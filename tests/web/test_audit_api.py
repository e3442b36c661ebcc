"""The audit over HTTP: who may read it, what is found, and which accesses stand in it before they are granted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callcenter.history.audit import AuditAction, Deed
from callcenter.rights import Role
from callcenter.store.database import Database
from callcenter.store.people import PersonSetup
from callcenter.web import noted
from tests.web.conftest import Browser, Centre
from tests.web.test_history_api import WAV, contact, history  # noqa: F401 (a fixture)

DEEDS = (
    Deed(source="1", at=1_000, actor="sam", action=AuditAction.LISTEN, contact=1),
    Deed(
        source="2", at=2_000, actor="ada", action=AuditAction.FORCE_STATE, agent=8, detail=(("to", "lunch"),)
    ),
    Deed(source="3", at=3_000, actor="sam", action=AuditAction.BARGE, contact=1, refused="not_talking"),
    Deed(source="4", at=4_000, actor="", action=AuditAction.RESUME_RECORDING, contact=1),
    Deed(source="5", at=5_000, actor="gone", action=AuditAction.EXPORT, detail=(("what", "history"),)),
)


@pytest.fixture
async def audited(centre: Centre) -> Centre:
    for deed in DEEDS:
        await centre.services.trail.note(deed)
    return centre


async def found(browser: Browser, query: str = "") -> list[int]:
    page: Any = await browser.json(f"/api/audit?{query}")
    return [row["n"] for row in page["rows"]]


async def deeds(browser: Browser) -> list[tuple[str, str, int | None, str]]:
    page: Any = await browser.json("/api/audit")
    return [(row["actor"], row["action"], row["contact"], row["refused"]) for row in page["rows"]]


async def test_a_line_tells_names_beside_references(browser: Browser, audited: Centre):
    await browser.sign_in("sam")
    page: Any = await browser.json("/api/audit?actor=ada")
    assert page["rows"] == [
        {
            "n": 2,
            "at": 2_000,
            "actor": "ada",
            "actor_name": "Ada King",
            "action": "force_state",
            "refused": "",
            "agent": 8,
            "agent_name": "Bo Chen",
            "contact": None,
            "public_id": "",
            "detail": [["to", "lunch"]],
        }
    ]
    end = await audited.services.audit.end()
    assert end is not None
    assert page["end"] == {"n": 5, "hash": end.hash.hex()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("actor=sam", [3, 1]),
        ("action=listen", [1]),
        ("refused=true", [3]),
        ("refused=false&actor=sam", [1]),
        ("agent=8", [2]),
        ("contact=1", [4, 3, 1]),
        ("from=2000&to=4000", [3, 2]),
        ("before=3", [2, 1]),
        ("actor=nobody", []),
    ],
)
async def test_a_search_has_exactly_the_conditions_that_were_asked_for(
    browser: Browser, audited: Centre, query: str, expected: list[int]
):
    await browser.sign_in("ada")
    assert await found(browser, query) == expected


async def test_pages_lead_through_all_of_it(browser: Browser, audited: Centre):
    await browser.sign_in("ada")
    seen, before = [], ""
    while True:
        page: Any = await browser.json(f"/api/audit?limit=2{before}")
        seen += [row["n"] for row in page["rows"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "query", ["action=dance", "agent=x", "limit=1000", "refused=perhaps", "x=1", "before=0"]
)
async def test_a_question_that_makes_no_sense_is_refused(browser: Browser, audited: Centre, query: str):
    await browser.sign_in("ada")
    reply = await browser.get(f"/api/audit?{query}")
    assert (reply.status, (await reply.json())["error"]) == (400, "malformed")


async def test_who_is_confined_to_a_line_reads_no_audit_of_all_of_them(browser: Browser, audited: Centre):
    await browser.sign_in("carl")
    for path in ("/api/audit", "/api/audit/options"):
        reply = await browser.get(path)
        assert (reply.status, (await reply.json())["error"]) == (403, "forbidden")


async def test_options_name_whoever_did_something(browser: Browser, audited: Centre):
    await browser.sign_in("sam")
    options: Any = await browser.json("/api/audit/options")
    assert options["actors"] == [
        {"value": "ada", "title": "Ada King"},
        {"value": "gone", "title": "gone"},
        {"value": "sam", "title": "Sam Lee"},
    ]
    assert options["agents"] == [{"value": "7", "title": "Anna Berg"}, {"value": "8", "title": "Bo Chen"}]
    assert options["actions"] == list(AuditAction)
    setup = audited.services.setup()
    assert [one["value"] for one in options["queues"]] == [queue.name for queue in setup.queues]
    assert [one["value"] for one in options["breaks"]] == list(setup.break_reasons)


# --- accesses ---


async def test_reading_what_others_did_and_hearing_anything_is_a_deed(
    browser: Browser,
    history: Centre,  # noqa: F811
    open_browser: Callable[[], Browser],
):
    anna = open_browser()
    await anna.sign_in("anna")
    await anna.json("/api/history/1")  # her own
    assert (await anna.get("/api/recordings/1-1.wav")).status == 200
    await browser.sign_in("sam")
    await browser.json("/api/history/1")
    assert (await browser.get("/api/recordings/1-1.wav")).status == 200
    assert await deeds(browser) == [
        ("sam", "play_recording", 1, ""),
        ("sam", "read_interaction", 1, ""),
        ("anna", "play_recording", 1, ""),
    ]


async def test_what_is_refused_is_a_deed_too(
    browser: Browser,
    history: Centre,  # noqa: F811
    open_browser: Callable[[], Browser],
):
    anna = open_browser()
    await anna.sign_in("anna")
    assert (await anna.get("/api/history/2")).status == 404
    assert (await anna.get("/api/recordings/2-2.wav")).status == 404
    assert (await anna.get("/api/recordings/99-99.wav")).status == 404  # there is none: nobody's
    await browser.sign_in("sam")
    assert await deeds(browser) == [
        ("anna", "play_recording", 2, "forbidden"),
        ("anna", "read_interaction", 2, "forbidden"),
    ]


async def test_what_is_refused_at_the_door_is_a_deed_too(
    browser: Browser,
    history: Centre,  # noqa: F811
    open_browser: Callable[[], Browser],
    database: Database,
):
    anna, carl = open_browser(), open_browser()
    await anna.sign_in("anna")
    await carl.sign_in("carl")
    for path in ("history.csv?note=fee", "report.csv", "audit", "history?agent=8"):
        assert (await anna.get(f"/api/{path}")).status == 403
    assert (await carl.get("/api/audit")).status == 403
    rows = await database.pool.fetch("select actor, action, agent, refused, detail from audit order by n")
    assert [tuple(row) for row in rows] == [
        ("anna", "export", None, "forbidden", '[["what","history"]]'),
        ("anna", "export", None, "forbidden", '[["what","report"]]'),
        ("anna", "read_audit", None, "forbidden", "[]"),
        ("anna", "read_interaction", 8, "forbidden", "[]"),
        ("carl", "read_audit", None, "forbidden", "[]"),
    ]


async def test_a_report_as_a_file_is_a_deed(browser: Browser, centre: Centre):
    await browser.sign_in("sam")
    assert (await browser.get("/api/report.csv?by=agent")).status == 200
    page: Any = await browser.json("/api/audit")
    assert [(row["action"], row["detail"]) for row in page["rows"]] == [
        ("export", [["what", "report"], ["by", "agent"]])
    ]


async def test_a_player_that_seeks_is_one_deed_and_the_same_later_another(
    browser: Browser,
    history: Centre,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    await browser.sign_in("sam")
    for start in (0, 100, 500):
        reply = await browser.get("/api/recordings/1-1.wav", headers={"Range": f"bytes={start}-"})
        assert await reply.read() == WAV[start:]
    assert await deeds(browser) == [("sam", "play_recording", 1, "")]
    monkeypatch.setattr(noted, "AGAIN_MS", 0)
    await browser.get("/api/recordings/1-1.wav")
    assert len(await deeds(browser)) == 2


async def test_what_cannot_be_written_is_not_granted(browser: Browser, history: Centre, database: Database):  # noqa: F811
    await browser.sign_in("sam")
    await database.pool.execute("alter table audit rename to hidden")
    for path in ("/api/history/1", "/api/recordings/1-1.wav"):
        reply = await browser.get(path)
        assert reply.status >= 500
        assert WAV not in await reply.read()
    await database.pool.execute("alter table hidden rename to audit")
    assert (await browser.get("/api/history/1")).status == 200


async def test_names_of_who_has_left_stay(browser: Browser, audited: Centre):
    await audited.people.set_people([PersonSetup("ada", "Ada King", Role.ADMIN, None)])
    await browser.sign_in("ada")
    page: Any = await browser.json("/api/audit?actor=sam")
    assert {row["actor_name"] for row in page["rows"]} == {"Sam Lee"}
