"""The JSON Schema of what the API tells about customers, contacts, the history and reports, from the records.

python -m callcenter.web.schema > schemas/api.schema.json
"""

from __future__ import annotations

import sys

import msgspec

from callcenter.web.contacts_api import Recording
from callcenter.web.customers_api import Customers
from callcenter.web.day_shapes import Day
from callcenter.web.explain_api import OfferTold
from callcenter.web.history_shapes import Interaction, Options, Page
from callcenter.web.report_api import Report

ANSWERS = {
    "GET /api/customers": Customers,
    "POST /api/contacts/{id}/recording": Recording,
    "GET /api/day": Day,
    "GET /api/history": Page,
    "GET /api/history/options": Options,
    "GET /api/history/{id}": Interaction,
    "GET /api/offers/{id}": OfferTold,
    "GET /api/report": Report,
}


def json_schema() -> bytes:
    """What `schemas/api.schema.json` holds: for each address what it answers with."""
    schemas, definitions = msgspec.json.schema_components(ANSWERS.values(), ref_template="#/$defs/{name}")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answers of the API",
        "properties": dict(zip(ANSWERS, schemas, strict=True)),
        "$defs": definitions,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(json_schema())
