"""The JSON Schema of the feed's messages, generated from `wire`.

python -m callcenter.screens.schema > schemas/screens.schema.json
"""

import sys

import msgspec

from callcenter.screens.wire import VERSION, Ask, Told


def json_schema() -> bytes:
    """What `schemas/screens.schema.json` holds: `Ask` from a screen, `Told` to a screen."""
    kinds = {"Ask": Ask, "Told": Told}
    schemas, definitions = msgspec.json.schema_components(kinds.values(), ref_template="#/$defs/{name}")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Messages of the screens' feed, version {VERSION}",
        "$defs": {**dict(zip(kinds, schemas, strict=True)), **definitions},
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(json_schema())
