"""What customers called for before, as far as whoever asks may be told.

The rule: contacts of other business lines are as if they weren't there, and who is told of contacts that others had
stands in the audit before the reply, with which customers they were.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web
from msgspec.structs import replace

from callcenter.customer_record import CustomerRecord
from callcenter.history.audit import AuditAction
from callcenter.rights import in_line
from callcenter.web.audited import note
from callcenter.web.keys import NOTED, SERVICES, actor_of


async def told(
    request: web.Request, records: Sequence[CustomerRecord], *, noted: int | None = None
) -> list[CustomerRecord]:
    """The records without what is not to be told. `noted`: an interaction that stands in the audit already. Raises
    what the store raises."""
    contacts = [past.interaction for record in records for past in record.contacts]
    if not contacts:
        return [*records]
    actor, whose = actor_of(request), await request.app[SERVICES].history.whose(contacts)
    allowed = {contact for contact, its in whose.items() if in_line(actor, its.business_line)}
    others = {contact for contact in allowed if actor.agent not in whose[contact].agents} - {noted}
    confined = [
        replace(record, contacts=tuple(past for past in record.contacts if past.interaction in allowed))
        for record in records
    ]
    await _note(
        request, [one for one in confined if any(past.interaction in others for past in one.contacts)]
    )
    return confined


async def _note(request: web.Request, read: Sequence[CustomerRecord]) -> None:
    """Each customer once in a while, not once a key of a name that is being typed."""
    noted, now, login = request.app[NOTED], request.app[SERVICES].now(), actor_of(request).login
    accesses = {
        str(one.customer): (
            login,
            AuditAction.READ_CUSTOMERS,
            None,
            None,
            (("customer", str(one.customer)),),
            "",
        )
        for one in read
    }
    fresh = {customer: access for customer, access in accesses.items() if noted.is_new(access, now)}
    if fresh:
        await note(request, AuditAction.READ_CUSTOMERS, detail=(("customers", ", ".join(fresh)),))
    for access in fresh.values():
        noted.keep(access, now)
