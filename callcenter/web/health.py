"""Health, readiness and metrics: for probes, load balancers and Prometheus. Nothing in them is personal.

`/healthz` says that this process runs; `/readyz` that it should be sent work, each thing it depends on by name; it
says no from the first moment of a graceful stop, while everything else still answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from callcenter.web.bugs import route_of
from callcenter.web.keys import METRICS, SERVICES, SOCKETS
from callcenter.web.replies import json_reply
from callcenter.web.services import Check

CHECK_SECONDS_MAX = 2.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)


@web.middleware
async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
    metrics = request.app[METRICS]
    began = time.perf_counter()
    reply = await handler(request)
    route = route_of(request) or "none"
    metrics.requests.labels(request.method, route, str(reply.status)).inc()
    if reply.status != 101:  # a screen's socket lives for hours
        metrics.seconds.labels(route).observe(time.perf_counter() - began)
    return reply


async def healthz(_request: web.Request) -> web.Response:
    return json_reply({"alive": True})


async def readyz(request: web.Request) -> web.Response:
    checks = request.app[SERVICES].checks
    found = await asyncio.gather(*(_passes(name, check) for name, check in checks.items()))
    parts = dict(zip(checks, found, strict=True))
    if request.app[SOCKETS].stopping:
        parts["stopping"] = False
    ready = all(parts.values())
    return json_reply({"ready": ready, "parts": parts}, status=200 if ready else 503)


async def metrics(request: web.Request) -> web.Response:
    request.app[METRICS].screens.set(len(request.app[SOCKETS]))
    body = generate_latest(request.app[SERVICES].registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _passes(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS_MAX):
            return await check()
    except Exception as error:  # whatever a check can't do, the answer is no
        log.warning("not_ready", part=name, reason=type(error).__name__)
        return False
