"""Digits that must never be written: in this process's memory only, under a token that says nothing.

The rule: what was put in can be taken out once, and only for a short while. A token that a crash or the clock
has emptied gives None, and the caller is asked again.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

SECRET_SECONDS = 120
SECRETS_MAX = 10_000
"""above it the oldest are forgotten: a flood of calls can't fill the memory with PINs"""


class SecretVault:
    """Masked digits (PIN, card) between the provider that heard them and the check that needs them."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        new_token: Callable[[], str] = lambda: secrets.token_urlsafe(16),
    ) -> None:
        self._clock = clock
        self._new_token = new_token
        self._kept: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def put(self, digits: str) -> str:
        """Keep `digits`; returns the token for them."""
        self._forget_old()
        token = self._new_token()
        self._kept[token] = (self._clock() + SECRET_SECONDS, digits)
        return token

    def take(self, token: str) -> str | None:
        """The digits of `token`, which are forgotten by this; None if they are not (or no longer) there."""
        self._forget_old()
        kept = self._kept.pop(token, None)
        return None if kept is None else kept[1]

    def __repr__(self) -> str:
        return f"SecretVault({len(self._kept)} kept)"

    def _forget_old(self) -> None:
        now = self._clock()
        while self._kept:
            until, _ = next(iter(self._kept.values()))
            if until > now and len(self._kept) < SECRETS_MAX:
                return
            self._kept.popitem(last=False)
