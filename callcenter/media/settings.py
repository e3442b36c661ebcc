"""What the media process is told when it starts."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

REJOIN_SECONDS = 20
"""a page that was cut off gets its leg back within this time"""
GRACE_SECONDS = 4
"""a desk whose page reloads is not lost"""
ORPHAN_SECONDS = 300
"""without a service and without a call the process ends by itself"""


class MediaSettings(Struct, frozen=True, kw_only=True):
    data: Path
    host: str = "127.0.0.1"
    port: int = 8081
    """0 chooses a free one"""
    origins: tuple[str, ...] = ()
    """addresses of the pages that may open a phone, e.g. "http://127.0.0.1:8080" """
    tls_certificate: str = ""
    tls_key: str = ""
    recordings_max_gb: float = 10.0
    rejoin_seconds: float = REJOIN_SECONDS
    grace_seconds: float = GRACE_SECONDS
    orphan_seconds: float = ORPHAN_SECONDS
