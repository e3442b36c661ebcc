"""The language of a page: what this browser was told before (a cookie), else what it asks for, else English.

A page's link to the other language is the page itself with `?lang=zh`: following it is choosing, for a year. The
screens write the same cookie when somebody switches there (agents_ui/src/texts/language.ts).
"""

from __future__ import annotations

from typing import Literal, get_args
from urllib.parse import urlencode

from aiohttp import web
from msgspec import Struct

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
TAGS: dict[Language, str] = {"en": "en", "zh": "zh-Hans"}
"""for the attribute `lang`: with it a browser takes the glyphs of the right script"""

COOKIE = "callcenter-language"
COOKIE_SECONDS = 400 * 24 * 3600
CHOICE = "lang"
_ACCEPTED_MAX = 20


class Speech(Struct, frozen=True):
    """What a template needs to know of languages."""

    language: Language
    tag: str
    others: tuple[tuple[Language, str, str], ...]
    """(language, tag, this page in it)"""


def language_of(request: web.Request) -> Language:
    for given in (request.query.get(CHOICE), request.cookies.get(COOKIE)):
        if (known := _known(given or "")) is not None:
            return known
    return asked_for(request.headers.get("Accept-Language", ""))


def remember_choice(request: web.Request, reply: web.StreamResponse) -> None:
    """Not HttpOnly: the screens read and write it too; it says nothing but a language."""
    if (chosen := _known(request.query.get(CHOICE, ""))) is not None:
        reply.set_cookie(COOKIE, chosen, path="/", max_age=COOKIE_SECONDS, samesite="Lax")


def speech(language: Language, path: str, **query: str) -> Speech:
    """`path` and `query` lead back to this page; what is empty is left away."""
    kept = {name: value for name, value in query.items() if value}
    return Speech(
        language,
        TAGS[language],
        tuple(
            (other, TAGS[other], f"{path}?{urlencode({**kept, CHOICE: other})}")
            for other in LANGUAGES
            if other != language
        ),
    )


def asked_for(header: str) -> Language:
    """The first of ours by weight in an Accept-Language header (RFC 9110, 12.5.4); bad parts count as absent."""
    wishes: list[tuple[float, int, Language]] = []
    for part in header.split(",")[:_ACCEPTED_MAX]:
        name, _, weight = part.partition(";")
        known = _known(name.strip().partition("-")[0].lower())
        if known is not None and (quality := _quality(weight)) > 0:
            wishes.append((-quality, len(wishes), known))
    return min(wishes)[2] if wishes else "en"


def _known(name: str) -> Language | None:
    return next((language for language in LANGUAGES if language == name), None)


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name == "q" and 0 <= float(value) <= 1 else 0.0
    except ValueError:
        return 0.0
