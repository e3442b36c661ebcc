"""Records of made-up days as the fold leaves them, without a journal behind them: visits with their contacts, work
with holds, agents' time. The same seed, the same days."""

from __future__ import annotations

import random

from callcenter.history.records import (
    AgentInterval,
    AgentNow,
    Engagement,
    Interaction,
    QueueVisit,
    Row,
    Segment,
    SegmentKind,
)
from callcenter.lifecycles import EngagementKind, Outcome, Presence, Routing
from callcenter.queue.service_level import VisitExit

MINUTE = 60_000
HOUR = 60 * MINUTE
QUEUES = ("accounts", "cards", "loans")
AGENTS = (1, 2, 3, 4)

_STATES = [
    (Presence.OFFLINE, "", Routing.OFF_QUEUE),
    (Presence.AWAY, "", Routing.OFF_QUEUE),
    (Presence.AWAY, "Lunch", Routing.OFF_QUEUE),
    *((Presence.READY, "", routing) for routing in Routing if routing is not Routing.OFF_QUEUE),
]
_OUTCOMES = {VisitExit.ANSWERED: Outcome.ANSWERED, VisitExit.LOST: Outcome.LOST_BY_SYSTEM}


def records_of(seed: int, from_at: int, to_at: int, contacts: int = 300) -> list[Row]:
    """Some begin before the period, some lie across its ends."""
    dice = random.Random(seed)
    rows: list[Row] = []
    for number in range(1, contacts + 1):
        rows += _contact(dice, number, dice.randrange(from_at - 2 * HOUR, to_at + 2 * HOUR))
    for agent in AGENTS:
        rows += _shift(dice, agent, from_at - 3 * HOUR, to_at + dice.choice([-5, 4]) * HOUR)
    return rows


def _contact(dice: random.Random, number: int, at: int) -> list[Row]:
    exit, queue, agent = dice.choice([*VisitExit]), dice.choice(QUEUES), dice.choice(AGENTS)
    entered_at, wait_ms = at + dice.randrange(40_000), dice.choice([0, 4_999, 5_000, 20_000, 20_001])
    left_at = entered_at + wait_ms + dice.choice([0, dice.randrange(30_000)])
    answered = exit is VisitExit.ANSWERED
    visit = QueueVisit(number, 1, queue, entered_at, left_at, exit, agent if answered else None)
    contact = Interaction(
        contact=number,
        provider="test",
        ani=None,
        dnis="800",
        tree="main",
        tree_version=1,
        started_at=at,
        ended_at=left_at,
        outcome=_OUTCOMES.get(exit, Outcome.ABANDONED),
        direction=dice.choice(["inbound", "inbound", "outbound"]),
        queue=queue,
    )
    return [contact, visit, *(_work(dice, visit, agent) if answered else ())]


def _work(dice: random.Random, visit: QueueVisit, agent: int) -> list[Row]:
    """A talk with or without holds, wrapped up, or still in it."""
    number, at = visit.contact, visit.left_at
    rows: list[Row] = []
    held_ms = 0
    for n in range(dice.randrange(3)):
        talk_ms, hold_ms = dice.randrange(1, 90_000), dice.randrange(1, 60_000)
        kind = dice.choice([SegmentKind.HOLD, SegmentKind.CONSULT])
        rows.append(
            Segment(number, 2 * n + 1, SegmentKind.TALK, at, at + talk_ms, visit.queue, agent, number)
        )
        at += talk_ms
        rows.append(Segment(number, 2 * n + 2, kind, at, at + hold_ms, visit.queue, agent, number))
        at += hold_ms
        held_ms += hold_ms
    wrap_up_at = dice.choice([None, at + dice.randrange(200_000)])
    closed_at = None if dice.random() < 0.1 else (wrap_up_at or at) + dice.randrange(100_000)
    work = Engagement(
        engagement=number,
        contact=number,
        agent=agent,
        queue=visit.queue,
        entered_at=visit.entered_at,
        talk_at=visit.left_at,
        wrap_up_at=wrap_up_at,
        closed_at=closed_at,
        kind=dice.choice([EngagementKind.CONTACT, EngagementKind.CONTACT, *EngagementKind]),
        hold_ms=held_ms,
        transferred=dice.random() < 0.2,
    )
    return [*rows, work]


def _shift(dice: random.Random, agent: int, at: int, end: int) -> list[Row]:
    rows: list[Row] = []
    while True:
        presence, reason, routing = dice.choice(_STATES)
        until = at + dice.choice([dice.randrange(1, 5 * MINUTE), dice.randrange(1, 9 * HOUR)])
        if until >= end:
            return [*rows, AgentNow(agent, presence, reason, routing, at)]
        rows.append(AgentInterval(agent, at, until, presence, reason, routing))
        at = until
