"""A search or report that takes longer than its time is too broad: the database works, too much was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from callcenter.errors import TooBroad


@contextmanager
def within_time() -> Iterator[None]:
    """Raises TooBroad when PostgreSQL gave up because of the time limit of the reports' sessions."""
    try:
        yield
    except asyncpg.QueryCanceledError as error:
        raise TooBroad("the question took longer than a report may") from error
