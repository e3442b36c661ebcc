"""`GET /api/report`: figures by interval, of queues or of agents. Right: READ_REPORT.

    GET /api/report?from=2026-11-24&to=2026-11-24&step=30&by=queue
    GET /api/report?by=agent&step=day&from=2026-11-01&to=2026-11-30
    GET /api/report.csv?…                                        the same as a file

`from` and `to` are days of the centre's zone, both whole; without them it is yesterday. `step`: 15, 30, 60 minutes,
or "day". Intervals are real time from midnight, so the days on which clocks change have more or fewer of them.

The rule: a visit, and the work on it, count in the interval in which the visit entered its queue; an agent's time
in the interval in which it was spent. Every line is a sum of rows in integer milliseconds, the total the sum of the
lines (a longest wait: the longest), and percentages are made of the sums at the end. The formulas of the service
level (`queue/service_level.py` has their definitions) are told by name, all three, with the limits of each queue as
they are set now. `staffed` counts agents for the queues that they served just then.

A period of more than DAYS_MAX days (of whole days: WHOLE_DAYS_MAX), and a table of more than LINES_MAX lines, is
refused as too broad, and so is what takes longer than the reports' time limit. Folding and writing happen beside
the loop that calls wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Meta, Struct

from callcenter.facts import CentreSetup, QueueSetup
from callcenter.history.grid import DAY, Grid, grid
from callcenter.history.interval_figures import TimeSum, fold_agents, fold_queues, staffed_ms
from callcenter.queue.service_level import ServiceLevel
from callcenter.rights import Actor, in_line
from callcenter.store.reports import AgentSums, QueueSums
from callcenter.web.intervals import limits_of, queues_of, waiting_places
from callcenter.web.keys import REPORTS, SERVICES, actor_of
from callcenter.web.languages import Language
from callcenter.web.names import agent_names
from callcenter.web.replies import Refused, json_reply, read_query
from callcenter.web.report_shapes import (
    AgentLine,
    ContactLine,
    QueueLine,
    agent_lines,
    contact_lines,
    queue_lines,
)
from callcenter.web.services import Waiting

DAYS_MAX = 31
WHOLE_DAYS_MAX = 366
LINES_MAX = 20_000
REPORTS_MAX = 2
"""at once"""
YEAR_MIN, YEAR_MAX = 2000, 2100

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
Step = Literal["15", "30", "60", "day"]


class Query(Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    first: Day | None = None
    last: Day | None = None
    step: Step = "30"
    by: Literal["queue", "agent"] = "queue"
    lang: Language | None = None
    """of a file"""


class ReportedQueue(Struct, frozen=True):
    queue: str
    title: str
    title_zh: str
    threshold_seconds: int | None
    short_abandon_seconds: int | None
    target_percent: int | None
    """None: it is set up no more; the usual limits count"""


class ReportedAgent(Struct, frozen=True):
    agent: int
    name: str


class Report(Struct, frozen=True, kw_only=True):
    by: Literal["queue", "agent"]
    zone: str
    first: str
    last: str
    step: Step
    now: int
    from_at: int
    to_at: int
    formulas: Sequence[str]
    intervals: Sequence[tuple[int, int]]
    """(from, to); lines name them by their place here"""
    queues: Sequence[ReportedQueue]
    agents: Sequence[ReportedAgent]
    break_reasons_zh: dict[str, str]
    """what the centre calls its reasons in Chinese"""
    contacts: Sequence[ContactLine]
    """by queue, and for whoever sees every line; else none"""
    queue_lines: Sequence[QueueLine]
    agent_lines: Sequence[AgentLine]


class _Asked(Struct, frozen=True):
    """What is reported on, and to whom."""

    setup: CentreSetup
    actor: Actor
    query: Query
    first: date
    last: date
    cut: Grid
    now: int

    @property
    def every_line(self) -> bool:
        return not self.actor.business_lines

    def queues(self) -> list[QueueSetup]:
        return [queue for queue in self.setup.queues if in_line(self.actor, queue.business_line)]

    def tells_queue(self, name: str) -> bool:
        """One that is set up no more belongs to nobody's line any more: it is told to whoever sees them all."""
        return self.every_line or any(queue.name == name for queue in self.queues())

    def agents(self) -> Collection[int] | None:
        """Who serves one of these queues; None: everybody, also who has gone."""
        if self.every_line:
            return None
        told = {queue.name for queue in self.queues()}
        return {agent.agent for agent in self.setup.agents if told & set(agent.queues)}


async def report(request: web.Request) -> web.Response:
    found = await report_of(request, read_query(request, Query))
    return await asyncio.to_thread(json_reply, found)


async def report_of(request: web.Request, query: Query) -> Report:
    """Raises Refused."""
    services = request.app[SERVICES]
    setup, now = services.setup(), services.now()
    first, last = _period(query, ZoneInfo(setup.time_zone), now)
    cut = grid(first, last, ZoneInfo(setup.time_zone), query.step)
    asked = _Asked(setup, actor_of(request), query, first, last, cut, now)
    with request.app[REPORTS].one_more():
        if query.by == "queue":
            queues = await services.reports.queues(cut, limits_of(setup), now)
            found = await asyncio.to_thread(_of_queues, asked, queues, services.waiting())
        else:
            agents = await services.reports.agents(cut, now)
            found = await asyncio.to_thread(_of_agents, asked, agents, await agent_names(services))
    if len(found.queue_lines) + len(found.agent_lines) > LINES_MAX:
        raise Refused(
            "too_broad", f"More than {LINES_MAX:,} lines: choose a shorter period or longer intervals."
        )
    return found


def _of_queues(asked: _Asked, sums: QueueSums, waiting: Sequence[Waiting]) -> Report:
    places = fold_queues(
        (one for one in sums.visits if asked.tells_queue(one.queue)),
        (one for one in sums.work if one.queue is not None and asked.tells_queue(one.queue)),
        (place for place in waiting_places(asked.cut, waiting) if asked.tells_queue(place[1])),
    )
    told = {queue.name for queue in asked.queues()}
    times = _of_agents_only(sums.times, asked.agents())
    staffed = staffed_ms(times, queues_of(asked.setup), told)
    lines = queue_lines(places, staffed, asked.cut, asked.now)
    return _report(
        asked,
        queues=[_queue(asked.setup, name) for name in dict.fromkeys(line.queue for line in lines) if name],
        contacts=contact_lines(sums.contacts) if asked.every_line else (),
        queue_lines=lines,
    )


def _of_agents(asked: _Asked, sums: AgentSums, names: Mapping[int, str]) -> Report:
    told = asked.agents()
    shifts = fold_agents(
        _of_agents_only(sums.times, told),
        (one for one in sums.holds if told is None or one.agent in told),
        (one for one in sums.work if told is None or one.agent in told),
    )
    lines = agent_lines(shifts)
    agents = {line.agent for line in lines if line.agent is not None}
    known = [ReportedAgent(agent, names.get(agent, str(agent))) for agent in agents]
    return _report(asked, agents=sorted(known, key=lambda one: one.name.casefold()), agent_lines=lines)


def _report(
    asked: _Asked,
    *,
    queues: Sequence[ReportedQueue] = (),
    agents: Sequence[ReportedAgent] = (),
    contacts: Sequence[ContactLine] = (),
    queue_lines: Sequence[QueueLine] = (),
    agent_lines: Sequence[AgentLine] = (),
) -> Report:
    setup, cut = asked.setup, asked.cut
    return Report(
        by=asked.query.by,
        zone=setup.time_zone,
        first=asked.first.isoformat(),
        last=asked.last.isoformat(),
        step=asked.query.step,
        now=asked.now,
        from_at=cut.starts[0],
        to_at=cut.end,
        formulas=[formula.value for formula in ServiceLevel],
        intervals=[cut.bounds(index) for index in range(len(cut))],
        queues=queues,
        agents=agents,
        break_reasons_zh=dict(zip(setup.break_reasons, setup.break_reasons_zh, strict=False)),
        contacts=contacts,
        queue_lines=queue_lines,
        agent_lines=agent_lines,
    )


def _of_agents_only(times: Iterable[TimeSum], agents: Collection[int] | None) -> list[TimeSum]:
    return [one for one in times if agents is None or one.agent in agents]


def _queue(setup: CentreSetup, name: str) -> ReportedQueue:
    found = next((queue for queue in setup.queues if queue.name == name), None)
    if found is None:
        return ReportedQueue(name, name, "", None, None, None)
    return ReportedQueue(
        name,
        found.title,
        found.title_zh,
        found.threshold_seconds,
        found.short_abandon_seconds,
        found.target_percent,
    )


def _period(query: Query, zone: ZoneInfo, now: int) -> tuple[date, date]:
    """The days asked for, yesterday else. Raises Refused for days that are none, or too many."""
    yesterday = datetime.fromtimestamp(now / 1000, zone).date() - timedelta(days=1)
    try:
        last = date.fromisoformat(query.last) if query.last else None
        first = date.fromisoformat(query.first) if query.first else last or yesterday
    except ValueError:
        raise Refused("malformed", "`from` and `to` are days such as 2026-11-24.") from None
    last = last or first
    most = WHOLE_DAYS_MAX if query.step == DAY else DAYS_MAX
    if not YEAR_MIN <= first.year <= last.year <= YEAR_MAX or last < first:
        raise Refused("malformed", "`from` comes before `to`, and both are of this age.")
    if (last - first).days >= most:
        raise Refused("too_broad", f"At most {most} days in intervals of this length.")
    return first, last
