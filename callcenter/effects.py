"""What is wanted: imperative requests that the core makes of the world.

They leave only after the facts behind them are durable, and each carries the id that makes doing it twice the
same as doing it once. Effects on legs go to the leg's provider, look-ups to the store, timers to the engine.
What is still open after a restart is issued again by `wanted.resume`.
"""

from msgspec import Struct

from callcenter.facts import LegId, Listen, Member, Prompt, Ref, Timer


class PlayPrompt(Struct, frozen=True):
    """Let the leg hear these prompts instead of what it hears now. Same `play`: already done."""

    provider: str
    leg: LegId
    play: int
    tree: str
    tree_version: int
    language: str
    prompts: tuple[Prompt, ...]
    listen: Listen | None
    loop: bool


class RingAgent(Struct, frozen=True, tag="ring"):
    """Ring the agent's phone as this leg; the provider answers with LegAnswered, LegFailed or LegEnded."""

    provider: str
    leg: LegId
    agent: int
    offer: int
    auto: bool = False
    """its person has just asked for this call: it answers at once"""


class DialNumber(Struct, frozen=True):
    """Call an outside number as this leg, at most once; the answers are those of RingAgent."""

    provider: str
    leg: LegId
    number: Ref


class Bridge(Struct, frozen=True, tag="bridge"):
    """Let these legs hear each other, each in its part, and no leg that is not named; record them (customer's
    side left, staff right) if a recording is named and not paused.

    A leg that is not answered yet takes its place when it is; who would hear nobody else meanwhile hears it
    ring. The newest bridge that names a leg counts: another one with the same or a lower number changes nothing."""

    provider: str
    bridge: int
    members: tuple[Member, ...]
    recording: int | None
    paused: bool = False


class HangUp(Struct, frozen=True, tag="hang-up"):
    provider: str
    leg: LegId


class LookUp(Struct, frozen=True):
    """Find a customer, or check a PIN; the answer comes back as an input with the same `look_up`."""

    look_up: int
    kind: str
    value: Ref | None
    customer: int | None
    secret: str | None


class SetTimer(Struct, frozen=True):
    at: int
    timer: Timer


LegEffect = PlayPrompt | RingAgent | DialNumber | Bridge | HangUp
Effect = LegEffect | LookUp | SetTimer
