"""Planned faults make no noise here, and everywhere else logs are as they were."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from callcenter.simulate.storm import quiet


@pytest.fixture(autouse=True)
def quiet_faults() -> Iterator[None]:
    before = structlog.get_config()
    quiet()
    yield
    structlog.configure(**before)
