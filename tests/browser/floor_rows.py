"""A floor in the middle of a busy day, as rows and answers that a made-up centre shows."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from callcenter.screens import wire
from tests.browser.desk_rows import NOW

LEADER = 90
DESK = f"desk:{LEADER}"
HALF_HOUR_MS = 1_800_000

ACCOUNTS = wire.QueueRow(
    queue="accounts",
    title="Accounts",
    title_zh="个人账户",
    waiting=2,
    longest_since_at=NOW - 14_000,
    refused=0,
    talking=3,
    entered=126,
    answered=118,
    answered_in_threshold=99,
    abandoned=6,
    short_abandoned=1,
    service_level=84.2,
    threshold_seconds=20,
    target_percent=80,
    average_answer_ms=20_000,
    skills=(("accounts", 1),),
    agents={"idle": 1, "on_contact": 3, "wrap_up": 1, "off_queue": 2},
)
LOANS = replace(
    ACCOUNTS,
    queue="loans",
    title="Loans",
    title_zh="贷款",
    waiting=0,
    longest_since_at=None,
    refused=0,
    answered=0,
    answered_in_threshold=0,
    abandoned=0,
    short_abandoned=0,
    service_level=None,
    average_answer_ms=None,
    skills=(("loans", 3),),
    agents={"on_contact": 1},
)
ROADSIDE = replace(
    ACCOUNTS,
    queue="roadside",
    title="Roadside",
    title_zh="道路救援",
    waiting=6,
    longest_since_at=NOW - 95_000,
    refused=0,
    answered=40,
    answered_in_threshold=22,
    service_level=51.2,
    target_percent=90,
    agents={"on_contact": 1, "not_responding": 1},
)
QUEUES = {queue.queue: queue for queue in (ACCOUNTS, LOANS, ROADSIDE)}

BEN = wire.AgentRow(
    agent=2,
    name="Ben Okafor",
    presence="ready",
    reason="",
    routing="on_contact",
    since_at=NOW - 90_000,
    station=True,
    simulated=False,
    queues=("accounts", "roadside"),
    skills=(("accounts", 3), ("en", 5)),
    postponed="",
    contact=17,
    doing="talk",
    contact_queue="accounts",
    direction="inbound",
    watched_by=(),
    handled=14,
)
CHEN = replace(
    BEN,
    agent=3,
    name="Chen Yu",
    queues=("accounts",),
    skills=(("accounts", 4), ("zh", 5)),
    contact=18,
    doing="hold",
    postponed="away:Lunch",
)
DANA = replace(
    BEN,
    agent=4,
    name="Dana Ruiz",
    routing="not_responding",
    queues=("roadside",),
    contact=None,
    doing="",
    contact_queue="",
    direction="",
    station=False,
)
EMIL = replace(
    DANA, agent=5, name="Emil Novak", routing="off_queue", presence="away", reason="Lunch", station=True
)
FAY = replace(DANA, agent=6, name="Fatima Haddad", routing="idle", queues=("loans",), skills=(("loans", 4),))
GUS = replace(BEN, agent=7, name="Hugo Marchetti", doing="dialling", direction="outbound", contact=19)
AGENTS: dict[str, wire.Row] = {str(one.agent): one for one in (BEN, CHEN, DANA, EMIL, FAY, GUS)}
BOARD: dict[str, wire.Row] = {
    key: wire.BoardAgent(one.agent, one.name, one.routing, one.presence, one.since_at)
    for key, one in AGENTS.items()
    if isinstance(one, wire.AgentRow)
}

LI_WEI = wire.WaitingRow(
    contact=31,
    public_id="c1-k31",
    queue="roadside",
    queue_title="Roadside",
    queue_title_zh="道路救援",
    since_at=NOW - 95_000,
    entered_at=NOW - 95_000,
    points=30,
    lift=0,
    ageing=0,
    ceiling=None,
    weight=100,
    step=0,
    refusals=0,
    refused_often=False,
    grade="A",
    customer="Li Wei",
    skills=("en", "roadside"),
    offered_to="Dana Ruiz",
    sent_by="",
)
WAITING: dict[str, wire.Row] = {
    "31": LI_WEI,
    "32": replace(
        LI_WEI,
        contact=32,
        points=0,
        step=1,
        refusals=1,
        refused_often=False,
        grade="",
        customer="Maria Gonzalez",
        offered_to="",
        since_at=NOW - 60_000,
        entered_at=NOW - 60_000,
    ),
    "33": replace(LI_WEI, contact=33, points=0, customer="", grade="", offered_to="", sent_by="Ben Okafor"),
}

ME = wire.Me(
    agent=LEADER,
    name="Sam Castellano",
    presence="offline",
    reason="",
    routing="off_queue",
    since_at=NOW - 900_000,
    station=True,
    postponed="",
    break_reasons=("Lunch", "Training"),
    break_reasons_zh=("午餐", "培训"),
    may_reject=True,
)


def listening(part: str = "listens", contact: int = 17) -> wire.Me:
    """The leader is in this talk."""
    return replace(ME, watching=contact, watching_part=part)


def _interval(number: int, entered: int, staffed: float) -> dict[str, Any]:
    start = NOW - NOW % HALF_HOUR_MS - (9 - number) * HALF_HOUR_MS
    abandoned = entered // 9
    return {
        "from_at": start,
        "to_at": start + HALF_HOUR_MS,
        "contacts": entered,
        "entered": entered,
        "waiting": 0,
        "answered": entered - abandoned,
        "abandoned": abandoned,
        "answered_in_threshold": (entered - abandoned) * 4 // 5,
        "short_abandoned": 0,
        "service_level": 80.0 - abandoned if entered else None,
        "average_wait_ms": 9_000 + 500 * entered if entered else None,
        "average_answer_ms": 9_000 + 500 * entered if entered else None,
        "longest_wait_ms": 4_000 * entered,
        "staffed": staffed,
    }


INTERVALS = [_interval(number, max(0, 6 * number - 6), 1.0 + number) for number in range(10)]
DAY = {
    "now": NOW,
    "zone": "America/Los_Angeles",
    "from_at": INTERVALS[0]["from_at"],
    "to_at": INTERVALS[0]["from_at"] + 86_400_000,
    "step": "30",
    "queue": "",
    "target_percent": None,
    "intervals": INTERVALS,
    "total": INTERVALS[-1] | {"entered": 216, "answered": 193, "abandoned": 23, "service_level": 78.3},
}

AUDIT = {
    "rows": [
        {
            "n": 12 - number,
            "at": NOW - number * 60_000,
            "actor": actor,
            "actor_name": {"sam": "Sam Castellano", "ada": "Ada King"}.get(actor, actor),
            "action": action,
            "refused": refused,
            "agent": 2 if name else None,
            "agent_name": name,
            "contact": contact,
            "public_id": f"c1-k{contact}" if contact else "",
            "detail": detail,
        }
        for number, (actor, action, refused, name, contact, detail) in enumerate(
            (
                ("sam", "take_over", "", "Ben Okafor", 17, []),
                ("sam", "listen", "", "Ben Okafor", 17, []),
                ("sam", "take_over", "listen_first", "Chen Yu", 18, []),
                ("", "resume_recording", "", "Chen Yu", 18, [["reason", "expired"]]),
                ("ada", "force_state", "", "Ben Okafor", None, [["to", "Lunch"], ["when", "afterwards"]]),
                ("ada", "move_agent", "", "Chen Yu", None, [["from", "accounts"], ["to", "loans, roadside"]]),
                ("sam", "play_recording", "", "Ben Okafor", 9, [["recording", "7"]]),
                ("ada", "apply_centre", "", "", None, [["version", "3"]]),
                ("sam", "export", "", "", None, [["what", "history"], ["queue", "loans"], ["number", "…"]]),
            )
        )
    ],
    "next": "4",
    "end": {"n": 12, "hash": "9f3a1c05" * 8},
}
AUDIT_OPTIONS = {
    "actors": [{"value": "ada", "title": "Ada King"}, {"value": "sam", "title": "Sam Castellano"}],
    "agents": [{"value": "2", "title": "Ben Okafor"}, {"value": "3", "title": "Chen Yu"}],
    "actions": ["listen", "take_over", "move_agent"],
    "queues": [
        {"value": queue.queue, "title": queue.title, "title_zh": queue.title_zh} for queue in QUEUES.values()
    ],
    "breaks": [{"value": "Lunch", "title": "Lunch", "title_zh": "午餐"}],
}
