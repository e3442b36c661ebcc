"""The live state of one centre: `records` is what is kept, `live` what is derived from it."""

from callcenter.state.live import Live, rules_of, tree_key
from callcenter.state.records import (
    RECENT_WAITS_MAX,
    REFUSALS_MAX,
    TODO_MAX,
    Agent,
    Consult,
    Contact,
    Counters,
    Engagement,
    Leg,
    Offer,
    Pause,
    State,
    Talk,
    Todo,
    decode,
    encode,
)

__all__ = [
    "RECENT_WAITS_MAX",
    "REFUSALS_MAX",
    "TODO_MAX",
    "Agent",
    "Consult",
    "Contact",
    "Counters",
    "Engagement",
    "Leg",
    "Live",
    "Offer",
    "Pause",
    "State",
    "Talk",
    "Todo",
    "decode",
    "encode",
    "rules_of",
    "tree_key",
]
