"""The words between a page's phone and the media process: JSON over a websocket, version `VERSION`.

The rule: the shape is that of Twilio Media Streams (https://www.twilio.com/docs/voice/media-streams), so that
a carrier's stream can be served by the same code; what a phone needs besides (ring, answer, ended…) are events
of the same form. Sound is 20 ms of 8 kHz mono a message, µ-law or 16-bit linear, in base64. Numbers may
come as strings, as Twilio sends them. `schemas/phone.schema.json` is generated from here.

    page                             media
         open /phone?token=…
                                     connected
         start
                                     start            a caller: the call is there; others: it can ring
                                     watching         another tab of this desk is the phone: `claim` takes it
         media, dtmf ⇄               media, dtmf
                                     ring             a desk or a telephone, with the leg
         answer                      start            with the leg
         hangup                      ended            while it rings: declined
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from callcenter import resources
from callcenter.facts import LegId

VERSION = 2
MESSAGE_BYTES_MAX = 4096
MULAW = "audio/x-mulaw"
LINEAR = "audio/l16"

CLOSE_RESTART = 1012
CLOSE_TOO_MANY_ERRORS = 4400
CLOSE_BAD_TICKET = 4401
CLOSE_ENDED = 4404
CLOSE_REPLACED = 4409
CLOSE_BUSY = 4503
"""close codes; after 4400-4409 a page should not come back by itself"""

Name = Annotated[str, Meta(max_length=64)]
Count = Annotated[int, Meta(ge=0, le=2**53)]


class MediaFormat(Struct, frozen=True, rename="camel"):
    encoding: str = MULAW
    sample_rate: int = 8000
    channels: int = 1


class StartBody(Struct, frozen=True, rename="camel"):
    media_format: MediaFormat = MediaFormat()
    tab: Name = ""
    """the same for one browser tab across reloads: it gets its phone back without asking"""
    rejoin: bool = False
    """this page has been in this call before: never begin a new one"""
    leg: Name = ""
    """a telephone's: the call that it was in when its line was cut"""


class Start(Struct, frozen=True, tag="start", tag_field="event"):
    start: StartBody


class MediaBody(Struct, frozen=True):
    payload: bytes
    timestamp: Count
    """milliseconds since the stream's start, by the page's sound clock"""
    chunk: Count


class Media(Struct, frozen=True, tag="media", tag_field="event"):
    media: MediaBody


class DtmfBody(Struct, frozen=True):
    digit: Annotated[str, Meta(pattern="^[0-9*#]$")]


class Dtmf(Struct, frozen=True, tag="dtmf", tag_field="event"):
    dtmf: DtmfBody


class Answer(Struct, frozen=True, tag="answer", tag_field="event"):
    leg: Name


class Hangup(Struct, frozen=True, tag="hangup", tag_field="event"):
    """Without a leg: the one that this socket talks on."""

    leg: Name | None = None


class Claim(Struct, frozen=True, tag="claim", tag_field="event"):
    """Let this tab be the desk's phone."""


class Ping(Struct, frozen=True, tag="ping", tag_field="event"):
    pass


Said = Start | Media | Dtmf | Answer | Hangup | Claim | Ping
"""from the page"""


class Connected(Struct, frozen=True, tag="connected", tag_field="event"):
    version: int = VERSION


class Started(Struct, frozen=True, tag="start", tag_field="event", rename="camel"):
    stream_sid: str
    leg: LegId | None
    """None: a desk's phone, or a telephone, that is in no call"""


class Ring(Struct, frozen=True, tag="ring", tag_field="event"):
    leg: LegId
    offer: int
    """0: none, a telephone is called or a call goes on"""
    auto: bool = False
    """its person has just asked for this call: answer at once"""


class Ended(Struct, frozen=True, tag="ended", tag_field="event"):
    leg: LegId
    cause: str
    """a leg's cause; "refused": no more calls are taken just now; "failed": it was not answered; "elsewhere":
    another telephone of this number answered"""


class KeyHeard(Struct, frozen=True, tag="dtmf", tag_field="event"):
    """Somebody else in the talk pressed a key; its tone is heard too."""

    dtmf: DtmfBody


class QualityBody(Struct, frozen=True):
    frames: int
    lost: int
    late: int
    jitter_ms: int


class QualityTold(Struct, frozen=True, tag="quality", tag_field="event"):
    """Each two seconds of a call: how the page's sound reached us."""

    quality: QualityBody


class Watching(Struct, frozen=True, tag="watching", tag_field="event"):
    pass


class ErrorBody(Struct, frozen=True):
    code: int
    key: str
    """names the text that is shown"""


class Error(Struct, frozen=True, tag="error", tag_field="event"):
    error: ErrorBody


class Pong(Struct, frozen=True, tag="pong", tag_field="event"):
    pass


Told = Connected | Started | Ring | Ended | KeyHeard | QualityTold | Watching | Error | Pong
"""to the page, beside `media`, which has the page's own form and a streamSid"""

SAID: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said, strict=False)


def json_schema() -> bytes:
    """The JSON Schema of both directions, as `schemas/phone.schema.json` holds it."""
    (said, told), parts = msgspec.json.schema_components((Said, Told))
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"phone socket, version {VERSION}",
        "description": "`from_page` and `to_page` are the messages of each direction.",
        "properties": {"from_page": said, "to_page": told},
        "$defs": parts,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


if __name__ == "__main__":
    (resources.schemas() / "phone.schema.json").write_bytes(json_schema())
