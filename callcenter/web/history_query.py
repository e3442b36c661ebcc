"""What may stand in the address of a search of the history, and whose interactions it may find.

    GET /api/history?number=0101&customer=wang&queue=cards&agent=7&outcome=answered&direction=inbound&language=zh
        &disposition=Complaint&uncoded=true&recorded=true&min_wait=60&min_talk=300&note=refund&from=…&to=…
        &sort=wait&order=down&after=…&limit=50

`number` is a whole number, or the digits that it ends in (three at least); `customer` an id, part of a name, or a
number of theirs; `outcome` one of those of `lifecycles.Outcome`, or "live"; `min_*` seconds; `from` (in) and `to`
(out) milliseconds; `after` what the page before said. Notes are read one by one: a search in them wants a period of
at most NOTE_DAYS_MAX days.

The rule: whoever may not see everything searches among what is their own; whoever is confined to business lines,
among those and what belongs to none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta, Struct
from msgspec.structs import replace

from callcenter.history.audit import AuditAction
from callcenter.lifecycles import Outcome
from callcenter.numbers import e164
from callcenter.rights import Action, Scope, may
from callcenter.store.history_filters import Cursor, Filters, Sort, SortKey
from callcenter.web.audited import note
from callcenter.web.keys import SERVICES, actor_of
from callcenter.web.languages import Language
from callcenter.web.replies import Refused
from callcenter.web.services import Services

ROWS_DEFAULT = 50
ROWS_MAX = 100
CUSTOMERS_MAX = 50
"""a text that fits more customers is too broad to search by"""
NOTE_DAYS_MAX = 31
NOTE_CHARACTERS_MIN = 2
DAY_MS = 86_400_000
LIVE = "live"

Moment = Annotated[int, Meta(ge=0, lt=2**53)]
Seconds = Annotated[int, Meta(ge=0, lt=2**31)]
Text = Annotated[str, Meta(max_length=100)]

_DIGITS = re.compile(r"[0-9]{3,15}", re.ASCII)
_CURSOR = re.compile(r"(\d{1,16})-(\d{1,16})", re.ASCII)


class Query(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_at": "from", "to_at": "to"}):
    number: Text = ""
    customer: Text = ""
    agent: Annotated[int, Meta(ge=1, lt=2**31)] | None = None
    queue: Text | None = None
    outcome: Text | None = None
    direction: Literal["inbound", "outbound", "internal"] | None = None
    language: Annotated[str, Meta(max_length=10)] | None = None
    disposition: Text | None = None
    uncoded: bool | None = None
    recorded: bool | None = None
    min_wait: Seconds | None = None
    min_talk: Seconds | None = None
    note: Text = ""
    from_at: Moment | None = None
    to_at: Moment | None = None
    sort: SortKey = SortKey.STARTED
    order: Literal["down", "up"] = "down"
    after: Text = ""
    limit: Annotated[int, Meta(ge=1, le=ROWS_MAX)] = ROWS_DEFAULT
    lang: Language | None = None
    """of a file"""


async def filters_of(request: web.Request, query: Query) -> Filters | None:
    """What the search looks for; None when what was typed can be nobody's. Raises Refused."""
    filters = Filters(
        agent=query.agent,
        queue=query.queue,
        outcome=_outcome(query.outcome),
        live=True if query.outcome == LIVE else None,
        direction=query.direction,
        language=query.language,
        disposition=query.disposition,
        uncoded=query.uncoded,
        recorded=query.recorded,
        min_wait_ms=_ms(query.min_wait),
        min_talk_ms=_ms(query.min_talk),
        note=_note(query, request.app[SERVICES].now()),
        from_at=query.from_at,
        to_at=query.to_at,
    )
    filters = await _confined(request, filters)
    if query.number:
        number, ending = e164(query.number), re.sub(r"[\s().+-]", "", query.number)
        if number is None and not _DIGITS.fullmatch(ending):
            return None
        filters = replace(filters, number=number, ending=ending if number is None else None)
    if query.customer:
        filters = replace(filters, customers=tuple(await _customers(request.app[SERVICES], query.customer)))
    return filters if filters.customers != () else None


def sort_of(query: Query) -> Sort:
    return Sort(query.sort, query.order == "down")


def cursor_in(query: Query) -> Cursor | None:
    if not query.after:
        return None
    given = _CURSOR.fullmatch(query.after)
    if given is None:
        raise Refused("malformed", "`after` is what the page before said, as it stands there.")
    return Cursor(int(given[1]), int(given[2]))


def written(cursor: Cursor) -> str:
    return f"{cursor.value}-{cursor.contact}"


def whose(request: web.Request) -> frozenset[int]:
    """The agents whose interactions may be searched; empty: everybody's."""
    actor = actor_of(request)
    if may(actor, Action.SEARCH_HISTORY, Scope()):
        return frozenset()
    if actor.agent is None:
        raise Refused("forbidden")
    return frozenset({actor.agent})


async def _confined(request: web.Request, filters: Filters) -> Filters:
    agents, lines = whose(request), actor_of(request).business_lines
    if agents and filters.agent not in (None, *agents):
        await note(request, AuditAction.READ_INTERACTION, agent=filters.agent, refused="forbidden")
        raise Refused("forbidden")
    if agents:
        filters = replace(filters, agent=next(iter(agents)))
    return replace(filters, lines=tuple(sorted(lines))) if lines else filters


async def _customers(services: Services, text: str) -> Sequence[int]:
    found = await services.customers.sought(text, CUSTOMERS_MAX + 1)
    if len(found) > CUSTOMERS_MAX:
        raise Refused("too_broad", f"More than {CUSTOMERS_MAX} customers fit: give more of the name.")
    if text.isascii() and text.isdigit() and int(text) < 2**31:
        return [*found, int(text)]
    return found


def _note(query: Query, now: int) -> str | None:
    text = query.note.strip()
    if not text:
        return None
    begin, end = query.from_at, query.to_at or now
    if begin is None or min(end, now) - begin > NOTE_DAYS_MAX * DAY_MS:
        raise Refused("too_broad", f"A search in notes wants a period of at most {NOTE_DAYS_MAX} days.")
    if len(text) < NOTE_CHARACTERS_MIN:
        raise Refused("too_broad", f"Give at least {NOTE_CHARACTERS_MIN} characters of the note.")
    return text


def _outcome(name: str | None) -> Outcome | None:
    if name is None or name == LIVE:
        return None
    try:
        return Outcome(name)
    except ValueError:
        raise Refused("malformed", f"There is no outcome {name!r}.") from None


def _ms(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * 1000
