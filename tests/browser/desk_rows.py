"""A desk in every state that it can be in, as rows that a made-up centre shows."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter.customer_record import CustomerRecord, PastContact, Product, Promise
from callcenter.screens import wire

NOW = 1_800_000_000_000
DESK = "desk:1"
SECOND = 1000

ME = wire.Me(
    agent=1,
    name="Anna Lindqvist",
    presence="ready",
    reason="",
    routing="idle",
    since_at=NOW - 65_000,
    station=True,
    postponed="",
    break_reasons=("Lunch", "Training"),
    break_reasons_zh=("午餐", "培训"),
    may_reject=True,
    queues=("accounts", "cards"),
    queue_titles=("Accounts", "Cards"),
    queue_titles_zh=("个人银行", "银行卡"),
)
CUSTOMER = CustomerRecord(
    customer=1,
    name="Li Wei",
    grade="A",
    language="en",
    numbers=("+14155550101", "+16285550137"),
    since_year=2014,
    products=(Product("account", "Premier current account", "No. 10023", "尊享往来账户", "账号 10023"),),
    promises=(Promise("2027-01-14", "The yearly fee will be refunded", "将退还年费"),),
    contacts=(
        PastContact(
            *(9, NOW - 86_400_000, "Cards", "Ben", "answered", "Disputed charge", "Saw the fee", "银行卡"),
            disposition_zh="费用争议",
        ),
        PastContact(8, NOW - 40 * 86_400_000, "Accounts", "Chloe", "abandoned", "", "", "个人银行"),
    ),
)
OFFERED = wire.DeskContact(
    contact=17,
    public_id="c1-k17",
    direction="inbound",
    stage="offered",
    kind="contact",
    sent_by="",
    can=(),
    held=False,
    held_at=None,
    parties=(),
    consultation=None,
    offer=31,
    engagement=None,
    leg="c1-l40",
    queue="accounts",
    queue_title="Accounts",
    queue_title_zh="个人银行",
    stage_at=NOW,
    deadline_at=NOW + 600_000,
    arrived_at=NOW - 90_000,
    waited_ms=42_000,
    number="+14155550101",
    language="en",
    verified=True,
    path=(("pin", "right"), ("main", "0")),
    milestones=("balance_heard",),
    entered=(("account", "10023"),),
    recording="off",
    recording_until_at=None,
    recording_why="",
    caller_away=False,
    handed=(),
    customer=CUSTOMER,
    dispositions=("Question answered", "Complaint"),
    dispositions_zh=("已答复", "投诉"),
    disposition="",
    note="",
)
UNKNOWN = replace(OFFERED, customer=None, number="", verified=False)
CALLER = wire.Party("customer", "", "talks", ringing=False)
ON_HOLD = wire.Party("customer", "", "held", ringing=False)
BEN = wire.Party("agent", "Ben Okafor", "talks", ringing=False)
ALONE = ("hold", "transfer", "consult", "pause-recording", "refuse-recording", "end-contact")
TALKING = replace(
    OFFERED,
    stage="talking",
    offer=None,
    engagement=12,
    stage_at=NOW - 192_000,
    deadline_at=None,
    can=ALONE,
    parties=(CALLER,),
    recording="on",
)
AWAY = replace(TALKING, caller_away=True)
HELD = replace(
    TALKING,
    held=True,
    held_at=NOW - 32_000,
    parties=(ON_HOLD,),
    can=("resume", "transfer", "consult", "pause-recording", "end-contact"),
)
PAUSED = replace(
    TALKING,
    recording="paused",
    recording_until_at=NOW + 163_000,
    can=("hold", "transfer", "consult", "resume-recording", "end-contact"),
)
UNRECORDED = replace(TALKING, recording="off", recording_why="declined_by_caller", can=ALONE[:3])
ASKING = replace(
    HELD,
    parties=(ON_HOLD, replace(BEN, ringing=True)),
    consultation=wire.Consultation("ringing", "consulting", "agent", "Ben Okafor", "", NOW - 7_000),
    can=("resume", "take-back", "pause-recording", "end-contact"),
)
IN_LINE = replace(
    ASKING,
    parties=(ON_HOLD,),
    consultation=wire.Consultation("waiting", "consulting", "queue", "Cards", "银行卡", NOW - 41_000),
)
CONNECTED = ("swap", "conference", "complete", "leave", "take-back", "pause-recording", "end-contact")
CONSULTING = replace(
    HELD,
    parties=(ON_HOLD, BEN),
    consultation=wire.Consultation("talking", "consulting", "agent", "Ben Okafor", "", NOW - 21_000),
    can=CONNECTED,
)
SWAPPED = replace(
    CONSULTING,
    held=False,
    held_at=None,
    parties=(CALLER, replace(BEN, part="held")),
    consultation=wire.Consultation("talking", "swapped", "agent", "Ben Okafor", "", NOW - 21_000),
)
OUTSIDE = wire.Party("outside", "+15105550188", "talks", ringing=False)
CONFERENCE = replace(
    SWAPPED,
    parties=(CALLER, OUTSIDE, wire.Party("supervisor", "Sam Castellano", "coaches", ringing=False)),
    consultation=wire.Consultation("talking", "conference", "outside", "+15105550188", "", NOW - 96_000),
)
ANNA_ASKS = replace(OFFERED, kind="consult", sent_by="Ben Okafor", waited_ms=6_000)
ADVISING = replace(
    HELD,
    kind="consult",
    sent_by="Ben Okafor",
    parties=(ON_HOLD, BEN),
    can=("leave", "end-contact"),
)
HANDED = (wire.HandedNote("Ben Okafor", "Fee of 95.00 of 3 March, wants it back in writing."),)
TRANSFERRED = replace(OFFERED, kind="transfer", sent_by="Ben Okafor", handed=HANDED)
RECALLED = replace(OFFERED, kind="recall")
CALLED = replace(
    UNKNOWN,
    direction="internal",
    kind="internal",
    sent_by="Ben Okafor",
    queue="",
    queue_title="",
    queue_title_zh="",
    language="",
    path=(),
    milestones=(),
    entered=(),
    waited_ms=0,
    dispositions=(),
    dispositions_zh=(),
)
INTERNAL = replace(
    CALLED,
    stage="talking",
    offer=None,
    engagement=12,
    deadline_at=None,
    parties=(BEN,),
    recording_why="internal",
    can=("end-contact",),
)
DIALLING = replace(
    TALKING,
    direction="outbound",
    kind="outbound",
    stage="dialling",
    stage_at=NOW - 9_000,
    parties=(replace(CALLER, ringing=True),),
    path=(),
    milestones=(),
    entered=(),
    waited_ms=0,
    recording="off",
    can=("end-contact",),
)
TELL_FIRST = replace(
    DIALLING,
    stage="talking",
    parties=(CALLER,),
    recording="pending",
    can=("hold", "transfer", "consult", "start-recording", "refuse-recording", "end-contact"),
)
WRAP_UP = replace(
    OFFERED,
    stage="wrap_up",
    offer=None,
    engagement=12,
    deadline_at=NOW + 60_000,
    waited_ms=0,
)
TODO = wire.Todo(
    engagement=7,
    public_id="c1-k7",
    at=NOW - 3_600_000,
    queue="accounts",
    queue_title="Accounts",
    queue_title_zh="个人银行",
    customer="Maria Gonzalez",
    customer_id=4,
    dispositions=("Complaint",),
    dispositions_zh=("投诉",),
    note="Wants it in wri",
)
TALKS = replace(ME, routing="on_contact", since_at=NOW - 192_000)
RINGS = replace(ME, routing="offered", since_at=NOW)

STATES: dict[str, tuple[wire.Row, ...]] = {
    "idle": (ME, TODO),
    "signed-in": (replace(ME, presence="away", reason="signed_in", routing="off_queue"),),
    "break": (replace(ME, presence="away", reason="Lunch", routing="off_queue"), TODO),
    "missed": (replace(ME, routing="not_responding"),),
    "watching": (replace(ME, watching=17, watching_part="listens"),),
    "offered": (RINGS, OFFERED),
    "unknown": (RINGS, UNKNOWN),
    "transferred": (RINGS, TRANSFERRED),
    "recalled": (RINGS, RECALLED),
    "asked": (RINGS, ANNA_ASKS),
    "called": (RINGS, CALLED),
    "talking": (TALKS, AWAY, TODO),
    "held": (TALKS, HELD),
    "paused": (TALKS, PAUSED),
    "unrecorded": (TALKS, UNRECORDED),
    "asking": (TALKS, ASKING),
    "in-line": (TALKS, IN_LINE),
    "consulting": (TALKS, CONSULTING),
    "swapped": (TALKS, SWAPPED),
    "conference": (TALKS, CONFERENCE),
    "advising": (TALKS, ADVISING),
    "internal": (TALKS, INTERNAL),
    "dialling": (TALKS, DIALLING),
    "tell-first": (TALKS, TELL_FIRST),
    "wrap-up": (replace(ME, routing="wrap_up", since_at=NOW), WRAP_UP),
}


def colleague(agent: int, name: str, routing: str, since: int, **more: object) -> wire.DirectoryAgent:
    known: dict[str, object] = {
        "reason": "",
        "station": True,
        "skills": ("accounts", "en"),
        "queues": ("accounts",),
    }
    return wire.DirectoryAgent(
        agent=agent,
        name=name,
        routing=routing,
        since_at=NOW - since * SECOND,
        **(known | more),  # type: ignore[arg-type]
    )


COLLEAGUES = (
    colleague(1, "Anna Lindqvist", "on_contact", 192),
    colleague(2, "Ben Okafor", "idle", 74, queues=("accounts", "cards")),
    colleague(3, "Chloe Martin", "on_contact", 305),
    colleague(4, "Chen Yu", "idle", 12, queues=("cards", "mandarin")),
    colleague(5, "Diego Ramos", "off_queue", 1_260, reason="Lunch"),
    colleague(6, "Fatima Noor", "wrap_up", 31),
    colleague(7, "Grace Kim", "idle", 400, station=False),
)
QUEUES = (
    wire.DirectoryQueue("accounts", "Accounts", "个人银行", waiting=3, ready=0, closed=False),
    wire.DirectoryQueue("cards", "Lost card", "挂失", waiting=0, ready=2, closed=False),
    wire.DirectoryQueue("loans", "Loans", "贷款", waiting=1, ready=1, closed=False),
)
DIRECTORY: dict[str, wire.Row] = {
    **{f"agent:{one.agent}": one for one in COLLEAGUES},
    **{f"queue:{one.queue}": one for one in QUEUES},
}
FOUND = {"customers": [CUSTOMER], "more": False, "number": "", "last": None}
