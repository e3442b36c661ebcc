"""The town in which simulated people live: what each of them may see and do.

The rule: people hesitate, key nonsense, hang up, lose the network and forget to code. Each waits a while of its own
for whatever it does next and looks then whether that still makes sense; so a late hand is as likely as a quick one.
`calm` people are those of the hour after: patient, quick and thorough.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Protocol

from callcenter import facts as f
from callcenter.cti.simulator.carrier import Carrier
from callcenter.state import Live

SECOND = 1_000


class Times(Protocol):
    def after(self, wait_ms: int, act: Callable[..., None], *args: object) -> None:
        """Let `act(*args)` happen so much later."""
        ...


class Town(Protocol):
    """Where they live."""

    random: Random
    calm: bool

    @property
    def agenda(self) -> Times: ...

    @property
    def carrier(self) -> Carrier: ...

    @property
    def live(self) -> Live: ...

    def ask(self, input: f.Input) -> None:
        """From a screen."""
        ...

    def report(self, input: f.Input) -> None:
        """From a phone."""
        ...

    def dialled(self) -> f.Ref:
        """A number that somebody outside may answer."""
        ...

    def note(self) -> f.Ref | None:
        """On a contact; some agents write none."""
        ...
