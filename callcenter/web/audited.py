"""Accesses to other people's records: written to the audit before they are granted.

The rule: an access that can't be written is not granted, and one that was refused is written too. The same access
by the same person soon again (a player that seeks, a page that is reloaded) is one.
"""

from __future__ import annotations

import secrets

from aiohttp import web

from callcenter.history.audit import AuditAction, Deed, Detail
from callcenter.web.keys import NOTED, SERVICES, actor_of

_PERSONAL = frozenset({"number", "customer"})


async def note(
    request: web.Request,
    action: AuditAction,
    *,
    contact: int | None = None,
    detail: Detail = (),
    refused: str = "",
) -> None:
    """Durable when this returns. Raises what the store raises: then the request fails, and grants nothing."""
    services, noted = request.app[SERVICES], request.app[NOTED]
    now, login = services.now(), actor_of(request).login
    access = login, action, contact, detail, refused
    if not noted.is_new(access, now):
        return
    await services.trail.note(
        Deed(
            source=f"web:{secrets.token_hex(12)}",
            at=now,
            actor=login,
            action=action,
            refused=refused,
            contact=contact,
            detail=detail,
        )
    )
    noted.keep(access, now)


def exported(request: web.Request, what: str) -> Detail:
    """What a file was asked to hold. Who was searched for stays out of the audit, which nobody can erase from."""
    asked = ((name, "…" if name in _PERSONAL else value) for name, value in request.query.items() if value)
    return (("what", what), *asked)
