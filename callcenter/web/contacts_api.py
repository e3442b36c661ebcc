"""A live contact over HTTP: its recording pauses and goes on, as a payment page has it around a card number.

The rule: it is the same input as the button at the desk, for the same people, and the core says whether it is
possible. Who asks for what is so already has it.
"""

from __future__ import annotations

import re
import secrets

from aiohttp import web
from msgspec import Struct

from callcenter import facts as f
from callcenter.errors import CallCenterError
from callcenter.history.records import public_id
from callcenter.web.keys import SERVICES, actor_of
from callcenter.web.replies import Refused, json_reply, read_json

ALREADY = {True: "already_paused", False: "not_paused"}
"""refusals that say it is so"""

_CONTACT = re.compile(r"c\d{1,9}-k(\d{1,18})", re.ASCII)


class Recording(Struct, frozen=True, forbid_unknown_fields=True):
    paused: bool


async def recording(request: web.Request) -> web.Response:
    wanted = await read_json(request, Recording)
    services, login = request.app[SERVICES], actor_of(request).login
    contact = _contact(request.match_info["id"], services.centre_number)
    kind = f.RecordingPauseAsked if wanted.paused else f.RecordingResumeAsked
    try:
        refused = await services.submit(f.Received(f"api:{secrets.token_hex(8)}", kind(contact, login)))
    except CallCenterError:  # the owner takes nothing now: it is stopping
        raise Refused("busy") from None
    if refused == "busy":  # its inbox is full: nothing has changed, and the same again will
        raise Refused("busy")
    if refused in ("not_talking", "not_your_contact"):  # what one may not see is as if it weren't there
        raise Refused("not_found", "You have no such contact.")
    if refused and refused != ALREADY[wanted.paused]:
        raise Refused("refused", f"The centre refused this: {refused}.")
    return json_reply(wanted)


def _contact(given: str, centre: int) -> int:
    """Raises Refused for what is no contact of this centre."""
    found = _CONTACT.fullmatch(given)
    if found is None or given != public_id(centre, int(found[1])):
        raise Refused("not_found", "There is no such contact.")
    return int(found[1])
