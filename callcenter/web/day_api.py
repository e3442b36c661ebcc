"""`GET /api/day`: today in intervals, as a wallboard draws it. Right: WATCH_QUEUES.

    GET /api/day?step=30            every queue together; step: 15, 30 or 60 minutes
    GET /api/day?queue=accounts     one queue

    {"now": …, "zone": "America/Los_Angeles", "from_at": …, "to_at": …, "step": "30", "queue": "",
     "threshold_seconds": null, "target_percent": null, "formula": "of_offered",
     "intervals": [{"from_at": …, "to_at": …, "contacts": 19, "entered": 12, …}, …], "total": {…}}

The rule: the day is the centre's, from its midnight; intervals go from there to the one that `now` lies in. Every
figure is the sum that `GET /api/report` gives for the same interval, made by the same fold of the same records; who
still waits is counted too (in `waiting`, `entered` and `longest_wait_ms`). So when nobody waits any more,
day and report are equal to the last digit. What is in time and short is judged by each queue's own limits. The
records are read at most once in KEPT_SECONDS, however many wallboards ask.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Struct

from callcenter.facts import CentreSetup, QueueSetup
from callcenter.history.grid import grid
from callcenter.rights import EVERY_LINE, Action, Scope, may
from callcenter.web.day_shapes import Step, day_of
from callcenter.web.keys import DAY, SERVICES, actor_of
from callcenter.web.replies import Refused, json_reply, read_query


class Query(Struct, frozen=True, forbid_unknown_fields=True):
    queue: str = ""
    step: Step = "30"


async def day(request: web.Request) -> web.Response:
    services, query = request.app[SERVICES], read_query(request, Query)
    setup = services.setup()
    queue = _queue(setup, query.queue)
    line = queue.business_line if queue is not None else EVERY_LINE
    if not may(actor_of(request), Action.WATCH_QUEUES, Scope(business_line=line)):
        raise Refused("forbidden")
    now, zone = services.now(), ZoneInfo(setup.time_zone)
    today = datetime.fromtimestamp(now / 1000, zone).date()
    cut = grid(today, today, zone, query.step)
    sums = await request.app[DAY].sums(services, cut, today, query.step)
    waiting = [one for one in services.waiting() if queue is None or one.queue == queue.name]
    return json_reply(day_of(cut, sums, waiting, setup, queue, query.step, now))


def _queue(setup: CentreSetup, name: str) -> QueueSetup | None:
    if not name:
        return None
    found = next((queue for queue in setup.queues if queue.name == name), None)
    if found is None:
        raise Refused("malformed", "There is no queue of that name.")
    return found
