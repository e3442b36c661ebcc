"""`GET /api/audit`: who used a power over others or over records, when, on whom. Right: READ_AUDIT.

    GET /api/audit?actor=sam&action=listen&agent=7&contact=17&refused=true&from=…&to=…&before=123&limit=50

    {"rows": [{"n": 124, "at": …, "actor": "sam", "actor_name": "Sam Lee", "action": "listen", "refused": "",
               "agent": 7, "agent_name": "Anna Berg", "contact": 17, "public_id": "c1-k17", "detail": []}, …],
     "next": "75", "end": {"n": 124, "hash": "9f…"}}

The newest first. `agent` of a deed upon a contact is who had it just then. `end` says where the chain ends: noted
down elsewhere, `python -m callcenter audit verify --end N:HASH` proves that nothing before it was changed since.
Reading the audit changes nothing, and is no deed itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from callcenter.history.audit import AuditAction, Detail
from callcenter.history.records import public_id
from callcenter.rights import EVERY_LINE, Action, Scope, may
from callcenter.store.audit_search import AuditFilters, AuditLine
from callcenter.web.audited import note_refused
from callcenter.web.keys import SERVICES, actor_of
from callcenter.web.replies import Refused, json_reply, read_query

ROWS_DEFAULT = 50
ROWS_MAX = 200

Moment = Annotated[int, Meta(ge=0, lt=2**53)]
Identity = Annotated[int, Meta(ge=1, lt=2**53)]


class Query(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_at": "from", "to_at": "to"}):
    actor: Annotated[str, Meta(max_length=100)] | None = None
    action: AuditAction | None = None
    agent: Annotated[int, Meta(ge=1, lt=2**31)] | None = None
    contact: Identity | None = None
    refused: bool | None = None
    from_at: Moment | None = None
    to_at: Moment | None = None
    before: Identity | None = None
    limit: Annotated[int, Meta(ge=1, le=ROWS_MAX)] = ROWS_DEFAULT


class Row(Struct, frozen=True):
    n: int
    at: int
    actor: str
    actor_name: str
    action: AuditAction
    refused: str
    agent: int | None
    agent_name: str
    contact: int | None
    public_id: str
    detail: Detail


class ChainEnd(Struct, frozen=True):
    n: int
    hash: str


class Page(Struct, frozen=True):
    rows: list[Row]
    next: str | None
    """`before` of the next page"""
    end: ChainEnd | None


class Choice(Struct, frozen=True):
    value: str
    title: str


class Worded(Struct, frozen=True):
    """What the centre calls it now; the Chinese is "" where it gave none."""

    value: str
    title: str
    title_zh: str


class Options(Struct, frozen=True):
    actors: list[Choice]
    agents: list[Choice]
    actions: list[AuditAction]
    queues: list[Worded]
    breaks: list[Worded]


async def search(request: web.Request) -> web.Response:
    await _require(request)
    services, query = request.app[SERVICES], read_query(request, Query)
    filters = AuditFilters(
        actor=query.actor,
        action=query.action,
        agent=query.agent,
        contact=query.contact,
        refused=query.refused,
        from_at=query.from_at,
        to_at=query.to_at,
    )
    found = await services.audit.search(filters, before=query.before, limit=query.limit + 1)
    people, agents = await services.people.names(), await services.people.agent_names()
    rows = [_row(services.centre_number, line, people, agents) for line in found[: query.limit]]
    ends = await services.audit.end()
    end = ChainEnd(ends.n, ends.hash.hex()) if ends is not None else None
    more = str(rows[-1].n) if len(found) > query.limit else None
    return json_reply(Page(rows, more, end))


async def options(request: web.Request) -> web.Response:
    await _require(request)
    services = request.app[SERVICES]
    people, agents = await services.people.names(), await services.people.agent_names()
    setup = services.setup()
    breaks_zh = dict(zip(setup.break_reasons, setup.break_reasons_zh, strict=False))
    actors = [Choice(login, people.get(login, login)) for login in await services.audit.actors()]
    return json_reply(
        Options(
            actors=sorted(actors, key=lambda one: one.title.casefold()),
            agents=[
                Choice(str(agent), name)
                for agent, name in sorted(agents.items(), key=lambda named: named[1].casefold())
            ],
            actions=list(AuditAction),
            queues=[Worded(queue.name, queue.title, queue.title_zh) for queue in setup.queues],
            breaks=[Worded(reason, reason, breaks_zh.get(reason, "")) for reason in setup.break_reasons],
        )
    )


async def _require(request: web.Request) -> None:
    """Who is confined to business lines would see the others' deeds here. Raises Refused."""
    if not may(actor_of(request), Action.READ_AUDIT, Scope(business_line=EVERY_LINE)):
        await note_refused(request)
        raise Refused("forbidden")


def _row(centre: int, line: AuditLine, people: Mapping[str, str], agents: Mapping[int, str]) -> Row:
    return Row(
        n=line.n,
        at=line.at,
        actor=line.actor,
        actor_name=people.get(line.actor, line.actor),
        action=line.action,
        refused=line.refused,
        agent=line.agent,
        agent_name="" if line.agent is None else agents.get(line.agent, str(line.agent)),
        contact=line.contact,
        public_id="" if line.contact is None else public_id(centre, line.contact),
        detail=line.detail,
    )
