"""The history over HTTP: search, one interaction whole, its recording.

References become what a person reads: agents and customers get their names, queues their titles. `history_query.py`
says what may be asked, and by whom. Each interaction and recording is judged by who took part in it: what one may
not see is as if it weren't there. Who reads what somebody else did, or hears any recording, stands in the audit
before the reply.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from itertools import zip_longest

from aiohttp import web

from callcenter.facts import CentreSetup
from callcenter.history.audit import AuditAction
from callcenter.lifecycles import Outcome
from callcenter.rights import Action, Scope, in_line, may
from callcenter.store.history_search import Recorded, Story, cursor_of
from callcenter.web.audited import note
from callcenter.web.history_query import LIVE, Query, cursor_in, filters_of, sort_of, whose, written
from callcenter.web.history_shapes import Option, Options, Page, interaction_of, row_of
from callcenter.web.keys import SERVICES, actor_of
from callcenter.web.names import agent_names, names_of
from callcenter.web.past_contacts import told
from callcenter.web.replies import Refused, json_reply, read_query

LANGUAGE_LETTERS = 2

_CONTACT = re.compile(r"(?:c\d{1,9}-k)?(\d{1,18})", re.ASCII)
_DEEDS = {
    Action.READ_INTERACTION: AuditAction.READ_INTERACTION,
    Action.PLAY_RECORDING: AuditAction.PLAY_RECORDING,
    Action.EXPLAIN_OFFER: AuditAction.READ_INTERACTION,
}

_RECORDING = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)


async def search(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    query = read_query(request, Query)
    sort, cursor = sort_of(query), cursor_in(query)
    filters = await filters_of(request, query)
    if filters is None:
        return json_reply(Page([], None))
    found = await services.history.search(filters, sort=sort, after=cursor, limit=query.limit + 1)
    page = found[: query.limit]
    names = await names_of(services, [row.customer for row in page])
    more = written(cursor_of(page[-1], sort)) if len(found) > query.limit else None
    return json_reply(Page([row_of(row, names) for row in page], more))


async def options(request: web.Request) -> web.Response:
    services, actor, agents = request.app[SERVICES], actor_of(request), whose(request)
    queues = [queue for queue in services.setup().queues if in_line(actor, queue.business_line)]
    names = await agent_names(services)
    dispositions = {
        one: chinese
        for queue in queues
        for one, chinese in zip_longest(
            queue.dispositions, queue.dispositions_zh[: len(queue.dispositions)], fillvalue=""
        )
    }
    return json_reply(
        Options(
            queues=[Option(queue.name, queue.title, queue.title_zh) for queue in queues],
            agents=[
                Option(str(agent), name)
                for agent, name in sorted(names.items(), key=lambda named: named[1].casefold())
                if not agents or agent in agents
            ],
            outcomes=[*(Option(outcome) for outcome in Outcome), Option(LIVE)],
            dispositions=[Option(one, one, chinese) for one, chinese in sorted(dispositions.items())],
            languages=[Option(language) for language in _languages(services.setup())],
        )
    )


async def interaction(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    given = _CONTACT.fullmatch(request.match_info["id"])
    story = await story_of(request, int(given[1]), Action.READ_INTERACTION) if given else None
    if story is None or request.match_info["id"] not in (str(story.contact), story.public_id):
        raise Refused("not_found", "There is no such interaction.")
    if actor_of(request).agent not in _scope_of(story).agents:
        await note(request, AuditAction.READ_INTERACTION, contact=story.contact)
    names = await names_of(services, [story.customer])
    record = None if story.customer is None else await services.customers.read_record(story.customer)
    if record is not None:
        (record,) = await told(request, [record], noted=story.contact)
    return json_reply(interaction_of(story, names, record, _recording_urls(request, story)))


async def recording(request: web.Request) -> web.StreamResponse:
    """Whole or by range, as players ask for it."""
    given = _RECORDING.fullmatch(request.match_info["id"])
    story = await story_of(request, int(given[1]), Action.PLAY_RECORDING) if given else None
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


async def story_of(request: web.Request, contact: int, action: Action) -> Story | None:
    """Whoever may not see it is noted in the audit; None: it is as if it weren't there."""
    story = await request.app[SERVICES].history.detail(contact)
    if story is not None and not may(actor_of(request), action, _scope_of(story)):
        await note(request, _DEEDS[action], contact=contact, refused="forbidden")
        return None
    return story


def _scope_of(story: Story) -> Scope:
    return Scope(frozenset(work.agent for work in story.work), story.business_line)


def _recording_urls(request: web.Request, story: Story) -> dict[int, str]:
    if not may(actor_of(request), Action.PLAY_RECORDING, _scope_of(story)):
        return {}
    return {one.recording: f"/api/recordings/{story.contact}-{one.recording}.wav" for one in _playable(story)}


def _playable(story: Story) -> Sequence[Recorded]:
    return [one for one in story.recordings if one.length_ms is not None and not one.failed]


def _languages(setup: CentreSetup) -> Sequence[str]:
    """A language is a skill like any other, and named by two letters."""
    skills = {skill.skill for agent in setup.agents for skill in agent.skills}
    return sorted(skill for skill in skills if len(skill) == LANGUAGE_LETTERS)
