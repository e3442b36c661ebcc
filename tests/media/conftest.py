"""A media server in the test's own process, and the service that is attached to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from media_world import Service, settings

from callcenter.media.server import MediaServer


@pytest.fixture
def rejoin_seconds() -> float:
    return 20


@pytest.fixture
async def server(tmp_path: Path, rejoin_seconds: float) -> AsyncIterator[MediaServer]:
    async with MediaServer(settings(tmp_path, rejoin_seconds=rejoin_seconds, grace_seconds=0.2)) as server:
        yield server


@pytest.fixture
async def service(server: MediaServer, tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(tmp_path)
    await service.attach()
    yield service
    await service.close()
