"""The schema of the API's answers is current."""

from __future__ import annotations

from callcenter.resources import schemas
from callcenter.web.schema import json_schema


def test_the_json_schema_is_the_one_of_the_records():
    kept = (schemas() / "api.schema.json").read_bytes()
    assert kept == json_schema(), "run: python -m callcenter.web.schema > schemas/api.schema.json"
