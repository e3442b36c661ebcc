"""Logs: one JSON object a line (or a readable line on a terminal), and never a person in them.

Numbers, keyed digits, names, passwords and tokens don't belong in a log, yet one careless field is enough. So
every line passes `without_persons`: a forbidden key keeps its place and loses its value, and what looks like
a telephone number or a password inside any text is blanked, tracebacks included.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from callcenter.config import Logging

HIDDEN = "[hidden]"
STRUCTURE = frozenset({"timestamp", "level", "_record", "_from_structlog"})

# The words of a key: `caller_number` and `pin` are forbidden, `pinned` and `filename` are not.
FORBIDDEN_WORDS = frozenset(
    {"number", "ani", "dnis", "phone", "digits", "keys", "pin", "name", "email", "note", "text", "balance"}
    | {"password", "secret", "token", "cookie", "authorization"}
)

# With a plus it is a telephone number at once; without one it is from ten digits in a row on, or from two
# groups on that end in four digits or more. Part of a longer word, an id or a decimal it is not. Integers are
# not looked at: ours are times and sequence numbers, telephone numbers are always text.
_NUMBER = re.compile(
    r"""\+\d[\d\ ()./-]{5,18}\d
      | (?<![\w.:-]) (?: \(?\d{2,5}\)?[\ ./-] ){1,4} \d{4,} (?![\w.:-])
      | (?<![\w.-]) \d{10,15} (?![\w.-])""",
    re.VERBOSE,
)
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@|(?<=token=)[^&\s]+|(?<=password=)[^&\s]+")


def configure(settings: Logging, stream: TextIO | None = None) -> None:
    """Set logging up for this process, the standard library's loggers included. Call once, first of all."""
    out = stream or sys.stderr
    console = settings.format == "console" or (settings.format == "auto" and out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.stdlib.PositionalArgumentsFormatter(),
        without_persons,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=out.isatty()) if console else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    # One line a request would carry addresses with query strings; /metrics counts requests.
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


def without_persons(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The structlog processor that takes persons out of a line."""
    return {key: _clean(key, value) for key, value in event.items()}


def scrubbed(text: str) -> str:
    """`text` without telephone numbers and without the user and password of addresses."""
    return _NUMBER.sub(HIDDEN, _CREDENTIALS.sub("", text))


def _clean(key: str, value: Any) -> Any:
    if key in STRUCTURE:
        return value
    if _is_forbidden(key):
        return value if value is None or isinstance(value, bool) else HIDDEN
    if isinstance(value, str):
        return scrubbed(value)
    if isinstance(value, int | float) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item) for item in value]
    return scrubbed(repr(value))


def _is_forbidden(key: str) -> bool:
    return not FORBIDDEN_WORDS.isdisjoint(re.split(r"[^a-z]+", key.lower()))
