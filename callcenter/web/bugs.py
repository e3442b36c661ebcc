"""How a failure is told: by route and place, never by words that might quote what was asked."""

from __future__ import annotations

import traceback

import structlog
from aiohttp import web

FRAMES_MAX = 8

log = structlog.get_logger(__name__)


def route_of(request: web.Request) -> str:
    """The path as it was registered ("/api/history/{id}"): holds nothing of the request. "" for none."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def log_bug(request: web.Request, error: Exception) -> None:
    """Where it happened; an exception's message may quote a value, so its type must do."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("request_failed", route=route_of(request), error=type(error).__name__, where=where)
