"""Probes and metrics."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.web import health
from tests.web.conftest import Browser, Centre


async def test_the_process_is_alive_whatever_else_is_not(browser: Browser, centre: Centre):
    centre.fakes.parts.update(database=False, owner=False, media=False)
    assert (await browser.get("/healthz")).status == 200


async def test_readiness_names_what_is_missing(browser: Browser, centre: Centre):
    assert await browser.json("/readyz") == {
        "ready": True,
        "parts": {"database": True, "owner": True, "media": True},
    }
    centre.fakes.parts["media"] = False
    reply = await browser.get("/readyz")
    assert reply.status == 503
    assert (await reply.json())["parts"] == {"database": True, "owner": True, "media": False}


async def test_a_check_that_raises_or_hangs_is_a_no(
    browser: Browser, centre: Centre, monkeypatch: pytest.MonkeyPatch
):
    async def hang() -> bool:
        await asyncio.Event().wait()
        return True

    async def fail() -> bool:
        raise OSError("no")

    checks = centre.services.checks
    assert isinstance(checks, dict)
    checks.update(owner=fail, media=hang)
    monkeypatch.setattr(health, "CHECK_SECONDS_MAX", 0.05)
    reply = await browser.get("/readyz")
    assert (await reply.json())["parts"] == {"database": True, "owner": False, "media": False}


async def test_metrics_count_by_route_and_hold_nothing_that_was_asked_for(browser: Browser):
    await browser.sign_in("anna")
    await browser.get("/api/history?number=%2B14155550101")
    await browser.get("/api/history/987654")
    await browser.get("/secret-14155550101")
    text = await (await browser.get("/metrics")).text()
    assert 'route="/api/history/{id}",status="404"' in text
    for personal in ("4155550101", "987654", "anna", "127.0.0.1"):
        assert personal not in text
