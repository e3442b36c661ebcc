"""The words of the feed: their schema is current, and every one of them has its rule of rights."""

from __future__ import annotations

from typing import get_args

from callcenter.resources import schemas
from callcenter.rights import MESSAGES
from callcenter.screens import wire
from callcenter.screens.schema import json_schema


def test_the_json_schema_is_the_one_of_the_records():
    kept = (schemas() / "screens.schema.json").read_bytes()
    advice = "run: python -m callcenter.screens.schema > schemas/screens.schema.json"
    assert kept == json_schema(), advice


def test_every_ask_has_its_rule_of_rights():
    assert {kind.__struct_config__.tag for kind in get_args(wire.Ask)} == MESSAGES.keys()
