"""The history over HTTP: search, one interaction whole, its recording.

References become what a person reads: agents and customers get their names, queues their titles. Whoever may not
see everything searches among what is their own, and each interaction and recording is judged by who took part in
it: what one may not see is as if it weren't there. Who reads what somebody else did, or hears any recording, stands
in the audit before the reply.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct
from msgspec.structs import replace

from callcenter.history.audit import AuditAction
from callcenter.lifecycles import Outcome
from callcenter.numbers import e164
from callcenter.rights import EVERY_LINE, Action, Scope, may
from callcenter.store.history_search import Filters, Found, Recorded, Story
from callcenter.web.audited import note
from callcenter.web.history_shapes import Names, Option, Options, Page, interaction_of, row_of
from callcenter.web.keys import SERVICES, actor_of
from callcenter.web.replies import Refused, json_reply, read_query
from callcenter.web.services import Services

ROWS_DEFAULT = 50
ROWS_MAX = 100
CUSTOMERS_MAX = 20
"""a name that fits more customers is too broad to search by"""

Identity = Annotated[int, Meta(ge=1, lt=2**53)]
Moment = Annotated[int, Meta(ge=0, lt=2**53)]
Text = Annotated[str, Meta(max_length=100)]

_CONTACT = re.compile(r"(?:c\d{1,9}-k)?(\d{1,18})", re.ASCII)
_DEEDS = {
    Action.READ_INTERACTION: AuditAction.READ_INTERACTION,
    Action.PLAY_RECORDING: AuditAction.PLAY_RECORDING,
}

_RECORDING = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)


class Query(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_at": "from", "to_at": "to"}):
    """What may stand in the address of a search."""

    number: Text = ""
    customer: Text = ""
    """its id, or part of a name"""
    agent: Annotated[int, Meta(ge=1, lt=2**31)] | None = None
    queue: Text | None = None
    outcome: Outcome | None = None
    from_at: Moment | None = None
    to_at: Moment | None = None
    before: Identity | None = None
    limit: Annotated[int, Meta(ge=1, le=ROWS_MAX)] = ROWS_DEFAULT


async def search(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    query = read_query(request, Query)
    filters = Filters(
        agent=query.agent,
        queue=query.queue,
        outcome=query.outcome,
        from_at=query.from_at,
        to_at=query.to_at,
    )
    agents = _whose(request)
    if agents and query.agent not in (None, *agents):
        raise Refused("forbidden")
    if agents:
        filters = replace(filters, agent=next(iter(agents)))
    found = await _find(services, query, filters)
    names = await _names(services, [row.customer for row in found])
    rows = [row_of(row, names) for row in found[: query.limit]]
    return json_reply(Page(rows, str(rows[-1].interaction) if len(found) > query.limit else None))


async def options(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    agents = _whose(request)
    names = await services.people.agent_names()
    return json_reply(
        Options(
            queues=[Option(queue, title) for queue, title in services.queue_titles().items()],
            agents=[
                Option(str(agent), name)
                for agent, name in sorted(names.items(), key=lambda named: named[1].casefold())
                if not agents or agent in agents
            ],
            outcomes=[Option(outcome) for outcome in Outcome],
        )
    )


async def interaction(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    given = _CONTACT.fullmatch(request.match_info["id"])
    story = await _story(request, int(given[1]), Action.READ_INTERACTION) if given else None
    if story is None or request.match_info["id"] not in (str(story.contact), story.public_id):
        raise Refused("not_found", "There is no such interaction.")
    if actor_of(request).agent not in _scope_of(story).agents:
        await note(request, AuditAction.READ_INTERACTION, contact=story.contact)
    names = await _names(services, [story.customer])
    record = None if story.customer is None else await services.customers.read_record(story.customer)
    return json_reply(interaction_of(story, names, record, _recording_url(request, story)))


async def recording(request: web.Request) -> web.StreamResponse:
    """Whole or by range, as players ask for it."""
    given = _RECORDING.fullmatch(request.match_info["id"])
    story = await _story(request, int(given[1]), Action.PLAY_RECORDING) if given else None
    if given is None or story is None or int(given[2]) not in {one.recording for one in _playable(story)}:
        raise Refused("not_found", "There is no such recording.")
    # Looks through folders: not on the loop that calls wait for.
    path = await asyncio.to_thread(request.app[SERVICES].recording_path, int(given[2]))
    if path is None or not await asyncio.to_thread(path.is_file):
        raise Refused("not_found", "This recording's file is gone.")
    heard = (("recording", given[2]),)
    await note(request, AuditAction.PLAY_RECORDING, contact=story.contact, detail=heard)
    headers = {"Content-Type": "audio/wav", "Cache-Control": "private, no-store"}
    return web.FileResponse(path, headers=headers)


def _whose(request: web.Request) -> frozenset[int]:
    """The agents whose interactions may be searched; empty: everybody's. Raises Refused for nobody's."""
    actor = actor_of(request)
    if may(actor, Action.SEARCH_HISTORY, Scope(business_line=EVERY_LINE)):
        return frozenset()
    if actor.agent is None:  # confined to business lines: a list of them all would show the others
        raise Refused("forbidden")
    return frozenset({actor.agent})


async def _find(services: Services, query: Query, filters: Filters) -> Sequence[Found]:
    """One row more than a page, if there are more."""
    if query.number:
        number = e164(query.number)
        if number is None:  # not typed to its end, perhaps
            return ()
        filters = replace(filters, number=number)
    ask = services.history.search
    if not query.customer:
        return await ask(filters, before=query.before, limit=query.limit + 1)
    found: list[Found] = []
    for customer in await _customers(services, query.customer):
        one = replace(filters, customer=customer)
        found += await ask(one, before=query.before, limit=query.limit + 1)
    found.sort(key=lambda row: (row.started_at, row.contact), reverse=True)
    return found[: query.limit + 1]


async def _customers(services: Services, text: str) -> Sequence[int]:
    if text.isascii() and text.isdigit():
        return [int(text)] if int(text) < 2**31 else []
    found = await services.customers.by_name(text, CUSTOMERS_MAX + 1)
    if len(found) > CUSTOMERS_MAX:
        raise Refused("too_broad", f"More than {CUSTOMERS_MAX} customers fit: give more of the name.")
    return found


async def _story(request: web.Request, contact: int, action: Action) -> Story | None:
    story = await request.app[SERVICES].history.detail(contact)
    if story is not None and not may(actor_of(request), action, _scope_of(story)):
        await note(request, _DEEDS[action], contact=contact, refused="forbidden")
        return None
    return story


def _scope_of(story: Story) -> Scope:
    return Scope(frozenset(work.agent for work in story.work), story.business_line)


def _recording_url(request: web.Request, story: Story) -> str:
    playable = _playable(story)
    if not playable or not may(actor_of(request), Action.PLAY_RECORDING, _scope_of(story)):
        return ""
    return f"/api/recordings/{story.contact}-{playable[0].recording}.wav"


def _playable(story: Story) -> Sequence[Recorded]:
    return [one for one in story.recordings if one.length_ms is not None and not one.failed]


async def _names(services: Services, customers: Sequence[int | None]) -> Names:
    wanted = sorted({customer for customer in customers if customer is not None})
    return Names(
        agents=await services.people.agent_names(),
        customers=await services.customers.names(wanted),
        queues=services.queue_titles(),
    )
