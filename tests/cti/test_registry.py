"""Every registered provider can be opened with what is registered for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripted_centre import bank

from callcenter.cti.registry import PROVIDERS, Surroundings
from callcenter.cti.secrets import SecretVault


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_provider_opens_with_its_own_defaults_and_bears_its_name(name: str, tmp_path: Path):
    registered = PROVIDERS[name]
    provider = registered.open(registered.settings(), Surroundings(bank(), SecretVault(), tmp_path))
    assert provider.name == name
    await provider.close()
