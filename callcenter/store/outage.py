"""What a database call raises while there is no database to answer: to be met with "try again", not as a bug.

try: ...
except OUTAGE: ...      # restarting, out of connections, too slow, gone
"""

from __future__ import annotations

import asyncpg

OUTAGE: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asyncpg's word for a connection whose server died in the middle of a dialogue
    OSError,
    TimeoutError,
)
