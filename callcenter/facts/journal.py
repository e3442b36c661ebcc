"""How facts travel: an input on its way in, an entry of the journal, a personal value beside it."""

import msgspec
from msgspec import Struct

from callcenter.facts.decisions import Decision
from callcenter.facts.inputs import Input
from callcenter.facts.words import Ref

Fact = Input | Decision


class Entry(Struct, frozen=True):
    """One row of the journal: an input and, in the order in which they were applied, the decisions on it."""

    seq: int
    """dense, from 1, within the centre"""
    at: int
    source: str
    """the input's own id, e.g. "browser:m7:42": the same input never counts twice"""
    input: Input
    decisions: tuple[Decision, ...]


class Value(Struct, frozen=True):
    """One personal value, written in the transaction of the input that brought it."""

    ref: Ref
    kind: str
    """ani, account, note, balance…"""
    text: str


class Received(Struct, frozen=True):
    """An input on its way to the owner, with the personal values that it refers to."""

    source: str
    input: Input
    values: tuple[Value, ...] = ()


INPUT_DECODER = msgspec.json.Decoder(Input)
DECISIONS_DECODER = msgspec.json.Decoder(tuple[Decision, ...])
