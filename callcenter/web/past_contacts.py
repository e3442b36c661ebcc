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
from callcenter.web.keys import SERVICES, actor_of


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
    read = [
        str(record.customer)
        for record in confined
        if any(past.interaction in others for past in record.contacts)
    ]
    if read:
        await note(request, AuditAction.READ_CUSTOMERS, detail=(("customers", ", ".join(read)),))
    return confined
