"""Customers over HTTP, for whoever is about to call one: by name, by number, by id.

The rule: nobody is called twice for the same, so each customer comes with the last contacts, the newest first, and
with what was promised. A number that nobody is known under comes with the last contact that it had. Of contacts
`past_contacts` says which may be told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from callcenter.customer_record import CustomerRecord, PastContact
from callcenter.history.audit import AuditAction
from callcenter.numbers import e164
from callcenter.store.history_filters import Filters
from callcenter.web.audited import note
from callcenter.web.history_shapes import in_words, past_in_words
from callcenter.web.keys import SERVICES, actor_of
from callcenter.web.names import names_of
from callcenter.web.past_contacts import told
from callcenter.web.replies import Refused, json_reply, read_query
from callcenter.web.services import Services

CUSTOMERS_MAX = 8

Text = Annotated[str, Meta(max_length=100)]
Identity = Annotated[int, Meta(ge=1, lt=2**31)]


class Query(Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly one of them."""

    q: Text = ""
    """part of a name, or of a number"""
    number: Text = ""
    """in any usual form"""
    customer: Identity | None = None


class Customers(Struct, frozen=True):
    customers: Sequence[CustomerRecord]
    more: bool
    """others fit as well"""
    number: str = ""
    """what was asked for, as E.164, when it is a whole number"""
    last: PastContact | None = None
    """the last contact of a number that nobody is known under"""


async def find(request: web.Request) -> web.Response:
    services, query = request.app[SERVICES], read_query(request, Query)
    asked = [query.q.strip(), query.number, query.customer]
    if sum(1 for one in asked if one) != 1:
        raise Refused("malformed", "Give q (a name or part of a number), number, or customer, and only one.")
    number = e164(query.number or query.q) or ""
    found = await _ids(services, query, number)
    records = await _records(request, found[:CUSTOMERS_MAX])
    last = await _last(request, number) if number and not records else None
    return json_reply(Customers(records, len(found) > CUSTOMERS_MAX, number, last))


async def _ids(services: Services, query: Query, number: str) -> Sequence[int]:
    if query.customer is not None:
        return [query.customer]
    if number:
        return await services.customers.having(number, CUSTOMERS_MAX + 1)
    if query.number:  # what can be no number has no customers
        return ()
    return await services.customers.sought(query.q, CUSTOMERS_MAX + 1)


async def _records(request: web.Request, customers: Sequence[int]) -> list[CustomerRecord]:
    """Afresh: a record at hand may be older than the last contact."""
    services = request.app[SERVICES]
    found = await asyncio.gather(*(services.customers.read_record(customer) for customer in customers))
    told_of = await told(request, [record for record in found if record is not None])
    names = await names_of(services, ())
    return [in_words(record, names) for record in told_of]


async def _last(request: web.Request, number: str) -> PastContact | None:
    services, actor = request.app[SERVICES], actor_of(request)
    lines = tuple(sorted(actor.business_lines)) or None
    found = await services.history.search(Filters(number=number, lines=lines), limit=1)
    if not found:
        return None
    whose = (await services.history.whose([found[0].contact]))[found[0].contact]
    if actor.agent not in whose.agents:
        await note(request, AuditAction.READ_INTERACTION, contact=found[0].contact)
    row, names = found[0], await names_of(services, ())
    past = PastContact(
        interaction=row.contact,
        at=row.started_at,
        queue=row.queue or "",
        agent=names.agent(row.agent),
        outcome=row.outcome or "",
        disposition=row.disposition or "",
        note="",
    )
    return past_in_words(past, names)
