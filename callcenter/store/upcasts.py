"""Old journals in today's words: facts that an earlier release wrote, lifted to the shapes of this one.

The rule: what was written is never rewritten; it is lifted when it is read. A kind whose shape changes gets the
next version in its tag and an entry in `UPCASTS`, from the old tag to a pure function from the old fields to the
new ones (including the new "type"). `tests/golden/` holds bytes of every release.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

Fields = dict[str, Any]


def _bridged_of_two(fields: Fields) -> Fields:
    """Up to 0.1.0 a talk was one caller and one agent."""
    caller, agent = fields.pop("caller_leg"), fields.pop("agent_leg")
    members = [
        {"leg": caller, "part": "talks", "staff": False},
        {"leg": agent, "part": "talks", "staff": True},
    ]
    return fields | {"type": "bridged.2", "members": members}


UPCASTS: Mapping[str, Callable[[Fields], Fields]] = {"bridged.1": _bridged_of_two}


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
