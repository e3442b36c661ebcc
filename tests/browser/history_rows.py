"""A history as a made-up service tells it: a list, one contact that went through everything, a report, voices."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path
from typing import Any

from callcenter.history.grid import Grid
from callcenter.history.interval_figures import ContactSum, TimeSum, VisitSum, WorkSum
from callcenter.lifecycles import EngagementKind, Outcome, Presence, Routing
from callcenter.queue.service_level import VisitExit

NOW = 1_800_000_000_000
SECOND = 1_000

ROW: dict[str, Any] = {
    "interaction": 17,
    "public_id": "c1-k17",
    "started_at": NOW,
    "number": "+14155550101",
    "customer": "Li Wei",
    "queue": "accounts",
    "queue_title": "Accounts",
    "queue_title_zh": "账户",
    "agent": "Ben Okafor",
    "outcome": "answered",
    "direction": "inbound",
    "language": "en",
    "grade": "A",
    "wait_ms": 42_000,
    "talk_ms": 183_000,
    "hold_ms": 24_000,
    "transfers": 1,
    "wrap_ms": 31_000,
    "disposition": "Complaint",
    "disposition_zh": "投诉",
    "recording": True,
}
OUTBOUND = ROW | {
    "interaction": 16,
    "public_id": "c1-k16",
    "customer": "",
    "direction": "outbound",
    "outcome": "not_reached",
    "wrap_ms": None,
    "disposition": "",
    "disposition_zh": "",
    "recording": False,
}
OPTIONS = {
    "queues": [{"value": "accounts", "title": "Accounts", "title_zh": "账户"}],
    "agents": [{"value": "2", "title": "Ben Okafor", "title_zh": ""}],
    "outcomes": [{"value": "answered", "title": "", "title_zh": ""}],
    "dispositions": [{"value": "Complaint", "title": "Complaint", "title_zh": "投诉"}],
    "languages": [{"value": "en"}, {"value": "zh"}],
}

# Half a minute in the menu and the queue, a talk with a hold and a consultation, a transfer, a second agent.
_COURSE = (
    ("ivr", 0, 9, "", ""),
    ("wait", 9, 24, "", ""),
    ("offer", 24, 30, "Ben Okafor", "accepted"),
    ("talk", 30, 42, "Ben Okafor", ""),
    ("hold", 42, 46, "Ben Okafor", ""),
    ("consult", 46, 52, "Ben Okafor", ""),
    ("offer", 52, 58, "Anna Lindqvist", "accepted"),
    ("talk", 58, 68, "Anna Lindqvist", "answered"),
    ("wrap_up", 52, 70, "Ben Okafor", ""),
    ("wrap_up", 68, 81, "Anna Lindqvist", ""),
)
SEGMENTS = [
    {
        "kind": kind,
        "from_at": NOW + start * SECOND,
        "to_at": NOW + end * SECOND,
        "queue": "Accounts",
        "queue_zh": "账户",
        "agent": agent,
        "result": result,
        "step": 0,
    }
    for kind, start, end, agent, result in _COURSE
]
OFFER = {"offer": 31, "agent": "Ben Okafor", "made_at": NOW, "closed_at": NOW + 9_000, "result": "accepted"}
NOTE = {"kind": "contact", "transferred": True, "disposition": "Complaint", "disposition_zh": "投诉"}
FIRST_MS, SECOND_MS = 22 * SECOND, 10 * SECOND
STORY = ROW | {
    "segments": SEGMENTS,
    "offers": [
        OFFER | {"rule": "longest_idle", "step": 0, "runner_up": "Anna Lindqvist", "kind": "contact"},
        OFFER
        | {"offer": 32, "agent": "Anna Lindqvist", "rule": "asked_for", "step": 0, "runner_up": None}
        | {"kind": "transfer"},
    ],
    "path": [["pin", "right"]],
    "milestones": [],
    "verified": True,
    "customer": None,
    "notes": [NOTE | {"agent": "Ben Okafor", "note": "Wants it in writing", "at": NOW + 70_000}],
    "unrecorded": "",
    "recordings": [
        {
            "url": "/api/recordings/17-1.wav",
            "started_at": NOW + 30 * SECOND,
            "length_ms": FIRST_MS,
            "gaps": [[9_000, 10_000]],
            "pauses": [{"from_at": NOW + 34_000, "to_at": NOW + 37_000, "reason": "agent"}],
            "failed": "",
        },
        {
            "url": "/api/recordings/17-2.wav",
            "started_at": NOW + 58 * SECOND,
            "length_ms": SECOND_MS,
            "gaps": [],
            "pauses": [],
            "failed": "",
        },
    ],
}

CUT = Grid(tuple(NOW + index * 1_800_000 for index in range(4)), NOW + 4 * 1_800_000)
VISITS = [
    VisitSum(0, "accounts", VisitExit.ANSWERED, True, False, 12, 96_000, 19_000),
    VisitSum(0, "accounts", VisitExit.ABANDONED, False, False, 3, 120_000, 55_000),
    VisitSum(2, "accounts", VisitExit.ANSWERED, False, False, 2, 64_000, 40_000),
    VisitSum(2, "cards", VisitExit.ANSWERED, True, False, 5, 20_000, 8_000),
]
WORK = [
    WorkSum(0, EngagementKind.CONTACT, "accounts", 2, 12, 3_600_000, 120_000, 400_000, 1),
    WorkSum(2, EngagementKind.CONTACT, "cards", 1, 5, 1_200_000, 0, 150_000, 0),
]
TIMES = [
    TimeSum(0, 1, Presence.READY, "", Routing.IDLE, 1_800_000),
    TimeSum(0, 2, Presence.READY, "", Routing.ON_CONTACT, 1_500_000),
    TimeSum(0, 2, Presence.AWAY, "Lunch", Routing.OFF_QUEUE, 300_000),
    TimeSum(2, 1, Presence.READY, "", Routing.ON_CONTACT, 900_000),
]
CONTACTS = [ContactSum(0, Outcome.ANSWERED, 14), ContactSum(0, Outcome.RESOLVED_IN_IVR, 20)]


def voice(path: Path, length_ms: int, hertz: float) -> Path:
    """Two people: the left one at this pitch, the right one at half of it, each for a second in turn."""
    rate = 8_000
    frames = bytearray()
    for n in range(rate * length_ms // 1000):
        speaks_left = (n // rate) % 2 == 0
        tone = int(9_000 * math.sin(2 * math.pi * (hertz if speaks_left else hertz / 2) * n / rate))
        frames += struct.pack("<hh", tone if speaks_left else 0, 0 if speaks_left else tone)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(frames))
    return path


def _candidate(agent: str, verdict: str, why: str = "", **more: object) -> dict[str, object]:
    plain = {"reason": "", "reason_zh": "", "missing": [], "idle_ms": None, "is_next": False}
    return {"agent": agent, "verdict": verdict, "why": why, **plain, **more}


def _skill(skill: str, level: int, has: int = 0) -> dict[str, object]:
    return {"skill": skill, "skill_zh": "", "level": level, "has": has}


EXPLAINED = {
    "offer": 31,
    "rule": "longest_idle",
    "seq": 812,
    "line": {
        "queues": [{"value": "accounts", "title": "Accounts", "title_zh": "账户"}],
        "skills": [_skill("cards", 3), _skill("en", 1)],
        "step": 1,
        "steps": 2,
        "waited_ms": 15 * SECOND,
        "age_ms": 24 * SECOND,
        "points": 30,
        "lift": 0,
        "today": "Anna Lindqvist",
        "candidates": [
            _candidate("Ben Okafor", "chosen", idle_ms=75 * SECOND),
            _candidate("Anna Lindqvist", "later", "idle", idle_ms=5 * SECOND, is_next=True),
            _candidate("Chen Yu", "not_free", "away", reason="lunch"),
            _candidate("Tom Hadley", "not_free", "offline"),
            _candidate("Grace Ibrahim", "not_free", "offline"),
            _candidate("Maya Torres", "not_able", "skill", missing=[_skill("en", 1), _skill("cards", 3, 1)]),
        ],
    },
}
