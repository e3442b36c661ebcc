"""The contract between the centre and whoever carries its calls: one Protocol for every provider.

The rule: a provider reports what happened (`events`) and makes true what is wanted (`perform`, `reconcile`).
Every report has a source id of its own and is repeated until it is acknowledged; every command may come twice
and has one effect. A leg's wanted state is whole in `WantedLeg`, so a provider that was away can catch up
without history. All providers pass `tests/cti/contract.py`.

A talk is arranged by `Bridge`: who hears whom follows from the parts (`callcenter.cti.parts`). Members that are
not there (any more) are skipped, and with fewer than two left the talk is over. Its recording ends with it, or
when the members have a newer bridge that names another one or none; a newer bridge with the same number goes
on in it, and the end of a number is reported once. A member that plays something to itself (`Play`) is out of
the talk. Keys pressed in a talk go to those who hear that leg and are not reported.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from msgspec import Struct

from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import LegId, Listen, Received


class Say(Struct, frozen=True):
    """One thing to be heard: a rendered text, or a recorded file that stands in for it."""

    text: str
    language: str = "en"
    file: str = ""
    """name of a sound ("music") or of a recorded prompt; "" speaks `text`"""
    personal: bool = False
    """holds a personal value: its audio is never written to disk"""


class Play(Struct, frozen=True, tag="play"):
    """Let the leg hear these instead of what it hears now.

    The provider reports PlayFinished, KeysEntered or KeysTimedOut with the same number. A play that the leg
    already has is left as it is; a lower number is stale."""

    leg: LegId
    play: int
    says: tuple[Say, ...]
    listen: Listen | None = None
    loop: bool = False


class Dial(Struct, frozen=True, tag="dial"):
    """Call this number as this leg. At most once for a leg, whatever is lost or repeated.

    The provider reports LegAnswered, or LegFailed with "busy", "no_answer" or "unreachable". A number that may
    have rung in a life of the provider that is gone is never called again: LegFailed with `FORGOTTEN`."""

    leg: LegId
    number: str
    """E.164; "" in a `WantedLeg` when it is not known any more (a leg that talks needs none)"""


class Reconnected(Struct, frozen=True):
    """The provider lost sight of its legs (or starts): the engine answers with `reconcile`.

    To an owner that is new it also reports StationConnected for every phone that can be rung. A phone is there
    until StationLost says otherwise, which comes before the legs that fail or vanish with it: the end of a leg says
    nothing of a phone, which may have come back before."""


Command = Play | RingAgent | Dial | Bridge | HangUp


class WantedLeg(Struct, frozen=True):
    """A leg that should be alive, and the commands that bring it to its wanted state from nothing.

    Of an agent's leg the first is its RingAgent, of a dialled one its Dial, also while it talks."""

    leg: LegId
    commands: tuple[Command, ...] = ()
    answered: bool = False
    """it is up: by this a provider that has lost its memory tells it from one that rang. Who has just answered may
    have nothing to hear yet, and the Bridges of other members name a leg that rings too"""


class Provider(Protocol):
    """Carries calls. `name` is the word in `CallArrived.provider` and the prefix of its legs and sources."""

    name: str

    def events(self) -> AsyncIterator[Received | Reconnected]:
        """All that happens, in order per leg, until the provider is closed. Yields `Reconnected` first and
        whenever reports may have been missed. An unacknowledged report is repeated after a reconnection."""
        ...

    def acknowledge(self, source: str) -> None:
        """The report with this source id is durable."""
        ...

    def refuse(self, received: Received) -> None:
        """The centre takes no further call now: tell this caller so and end the leg. Nothing was written."""
        ...

    async def perform(self, command: Command) -> None:
        """Make one thing true. Returns once the carrier has it; raises ProviderError if it can't be had."""
        ...

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        """Adopt or end every live leg: bring each wanted leg to its state, end every acknowledged leg that is
        not wanted, and report LegEnded(SYSTEM) for each wanted leg that can't be had any more."""
        ...

    def prepare(self, says: Sequence[Say]) -> None:
        """These will be said sooner or later: render them ahead of need."""
        ...

    async def close(self) -> None: ...
