"""What goes back over HTTP: JSON from frozen records, and refusals that say what is wrong.

A refusal is `{"error": KEY, "text": SENTENCE}`; the key has a text on the screens, the sentence is for whoever
reads the wire. Raise `Refused` from anywhere in a handler.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

BODY_BYTES_MAX = 64 * 1024
BODY_SECONDS_MAX = 10
FORM_FIELDS_MAX = 20

REFUSALS: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request can't be read."),
    "too_broad": (400, "Too much fits: ask more exactly."),
    "sign_in_first": (401, "Nobody is signed in, or the session is over: sign in first."),
    "forbidden": (403, "The role of whoever is signed in doesn't allow this."),
    "csrf": (403, "The request doesn't come from one of our pages, or that page is too old: reload it."),
    "origin": (403, "The request comes from another site."),
    "not_found": (404, "There is nothing at this address."),
    "not_allowed": (405, "This address doesn't take this method."),
    "refused": (409, "The centre refused this: it is not possible now."),
    "too_slow": (408, "The request took too long to arrive."),
    "too_large": (413, f"The request is larger than {BODY_BYTES_MAX} bytes."),
    "not_json": (415, "Send application/json."),
    "host": (421, "This service doesn't go by that name: use its configured address."),
    "too_many": (429, "Too many requests: wait a moment."),
    "failed": (500, "Something went wrong on our side."),
    "too_long_ago": (503, "That is too long ago to be found here in time."),
    "busy": (503, "Too much at once: try again soon."),
    "unavailable": (503, "The database doesn't answer: try again soon."),
    "stopping": (503, "The service is stopping: try again soon."),
}

T = TypeVar("T")


class Refused(Exception):
    """A request that isn't served. `key` is one of REFUSALS; `text` may say it more exactly."""

    def __init__(self, key: str, text: str = "", *, retry_seconds: int = 0) -> None:
        super().__init__(key)
        self.key = key
        self.status, general = REFUSALS[key]
        self.text = text or general
        self.retry_seconds = retry_seconds


def json_reply(value: Any, *, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")


def refusal(refused: Refused) -> web.Response:
    return with_patience(
        json_reply({"error": refused.key, "text": refused.text}, status=refused.status), refused
    )


def with_patience(reply: web.Response, refused: Refused) -> web.Response:
    """Says when to come again, if that is known."""
    if refused.retry_seconds or refused.status == 503:
        reply.headers["Retry-After"] = str(refused.retry_seconds or 1)
    return reply


def see_other(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


async def read_body(request: web.Request) -> bytes:
    """The whole body; the second time from memory. Raises Refused when it takes too long."""
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            return await request.read()
    except TimeoutError:
        raise Refused("too_slow") from None


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of an ordinary form; none for a body of any other kind. Always UTF-8, whatever it says."""
    if request.content_type != "application/x-www-form-urlencoded":
        return {}
    body = (await read_body(request)).decode(errors="replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX))
    except ValueError:
        raise Refused("malformed", f"The form has more than {FORM_FIELDS_MAX} fields.") from None


async def read_json(request: web.Request, kind: type[T]) -> T:
    """The body as a `kind`. Raises Refused; aiohttp refuses what is larger than BODY_BYTES_MAX."""
    if request.content_type != "application/json":
        raise Refused("not_json")
    try:
        return msgspec.json.decode(await read_body(request), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # msgspec's own words name keys and types, never a value.
        what = str(error) if isinstance(error, msgspec.ValidationError) else "not JSON"
        raise Refused("malformed", f"The body can't be read: {what}.") from None


def read_query(request: web.Request, kind: type[T]) -> T:
    """The query string as a `kind`: every name known and given once, numbers and texts within their bounds."""
    if len(set(request.query)) != len(request.query):
        raise Refused("malformed", "A name stands twice in the query.")
    given = {name: value for name, value in request.query.items() if value}
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused("malformed", f"The query can't be read: {error}.") from None
