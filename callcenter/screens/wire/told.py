"""What a screen is told: who it is, what became of its asks, and the rows of its topics."""

from msgspec import Struct

from callcenter.screens.wire.rows import Row


class Hello(Struct, frozen=True, tag="hello", tag_field="kind"):
    version: int
    build: str
    now: int
    login: str
    name: str
    role: str
    agent: int | None
    centre: str
    topics: tuple[str, ...]
    """what this person may subscribe to"""
    speed: int = 1
    """so many milliseconds of the server go by in one of the page's; more than 1 on a demonstration's fast day"""
    powers: tuple[str, ...] = ()
    """the asks by which this person may act upon others, by their word in `do`"""
    break_reasons: tuple[str, ...] = ()
    """told to whoever may send others on a break"""
    break_reasons_zh: tuple[str, ...] = ()
    skills_zh: tuple[tuple[str, str], ...] = ()
    """(skill, what the centre calls it in Chinese): told to whoever sees agents"""


class Reply(Struct, frozen=True, tag="reply", tag_field="kind"):
    """`refused` is "" when it was done (and is durable), else a text key."""

    id: str
    refused: str = ""
    now: int = 0
    """server time: a page's clock may have been set since `Hello`; 0: not told"""


class Snapshot(Struct, frozen=True, tag="snapshot", tag_field="kind"):
    topic: str
    n: int
    rows: dict[str, Row]


class Change(Struct, frozen=True, tag="change", tag_field="kind", omit_defaults=True):
    topic: str
    n: int
    set: dict[str, Row] = {}
    gone: tuple[str, ...] = ()


Told = Hello | Reply | Snapshot | Change
