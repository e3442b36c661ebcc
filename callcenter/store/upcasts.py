"""Old journals in today's words: facts that an earlier release wrote, lifted to the shapes of this one.

The rule: what was written is never rewritten; it is lifted when it is read. A kind whose shape changes gets the
next version in its tag and an entry in `UPCASTS`, from the old tag to a pure function from the old fields to the
new ones (including the new "type"). `tests/golden/` holds bytes of every release.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

Fields = dict[str, Any]

UPCASTS: Mapping[str, Callable[[Fields], Fields]] = {}


def upcast(text: str) -> str:
    """The JSON of an input, or of an array of decisions, in this release's shapes."""
    if not any(f'"{tag}"' in text for tag in UPCASTS):
        return text
    found = msgspec.json.decode(text)
    lifted = [_lift(fields) for fields in found] if isinstance(found, list) else _lift(found)
    return msgspec.json.encode(lifted).decode()


def _lift(fields: Fields) -> Fields:
    while (lift := UPCASTS.get(fields["type"])) is not None:
        fields = lift(fields)
    return fields
