"""Every provider there is: one entry each.

The rule: a new carrier touches its own folder, its entry and its `[cti.NAME]` table here, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import asdict

from callcenter.cti.browser.transport import BrowserProvider
from callcenter.cti.browser.wire import socket_path
from callcenter.cti.provider import Provider
from callcenter.cti.secrets import SecretVault
from callcenter.cti.simulator.people import Known
from callcenter.cti.simulator.simulation import SimulatorSettings
from callcenter.cti.simulator.transport import CentreClock, CentreTime, SimulatorProvider
from callcenter.facts import CentreSetup


class Surroundings(Struct, frozen=True):
    """What a provider is given to live with."""

    setup: CentreSetup
    secrets: SecretVault
    data_directory: Path
    customers: tuple[Known, ...] = ()
    """whom simulated callers may be"""
    origins: frozenset[str] = frozenset()
    """of our own pages"""
    clock: CentreTime | None = None
    """by which simulated people live; None: the event loop's"""


class NoSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The `[cti.NAME]` table of a provider that has nothing to set."""


class Registered(Struct, frozen=True):
    settings: type[Struct]
    """shape of the `[cti.NAME]` table"""
    open: Callable[[Any, Surroundings], Provider]
    """makes the provider from its settings; called in the running event loop"""


PROVIDERS: Mapping[str, Registered] = {
    BrowserProvider.name: Registered(
        NoSettings,
        lambda _, around: BrowserProvider(
            socket_path(around.data_directory), around.secrets, origins=around.origins
        ),
    ),
    SimulatorProvider.name: Registered(
        SimulatorSettings,
        lambda settings, around: SimulatorProvider(
            settings,
            around.setup,
            keep_secret=around.secrets.put,
            customers=around.customers,
            clock=CentreClock(around.clock) if around.clock is not None else None,
        ),
    ),
}


class Cti(Struct, frozen=True, forbid_unknown_fields=True):
    """The `[cti.NAME]` tables: a provider is used when its table is there."""

    browser: Annotated[NoSettings | None, Meta(description="calls from web pages")] = NoSettings()
    simulator: Annotated[SimulatorSettings | None, Meta(description="simulated callers and agents")] = None


def open_providers(cti: Cti, around: Surroundings) -> list[Provider]:
    """Those that are configured. Called in the running event loop."""
    tables = asdict(cti)
    return [PROVIDERS[name].open(table, around) for name, table in tables.items() if table is not None]
