"""Lets the shared contract explain its failed assertions like any test."""

import pytest

pytest.register_assert_rewrite("contract", "contract_world", "contract_talks", "contract_dialling")
