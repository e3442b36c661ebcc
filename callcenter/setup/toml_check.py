"""Where a value of TOML, JSON or the like departs from a msgspec type: every place, not only the first.

`msgspec.convert` stops at its first complaint and reads like a compiler; a person who edits a file wants all
of them, with what was expected and the nearest right name. The rules are msgspec's own, but for one: a key
that the type doesn't have is always wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from msgspec import inspect

from callcenter.setup.toml_lines import KeyPath


class Departure(NamedTuple):
    """One place where a value isn't what its type says."""

    where: KeyPath
    what: str
    expected: str = ""
    nearest: str = ""


Found = Iterator[Departure]


def departures(kind: Any, value: object) -> list[Departure]:
    """Every place where `value` isn't a `kind` (any type that msgspec knows)."""
    return list(_check(inspect.type_info(kind), value, ()))


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that was probably meant, or an empty string."""
    close = get_close_matches(name, list(candidates), n=1, cutoff=0.6)
    return close[0] if close else ""


def _check(kind: inspect.Type, value: object, where: KeyPath) -> Found:
    match kind:
        case inspect.Metadata():
            yield from _check(kind.type, value, where)
        case inspect.StructType():
            yield from _struct(kind, value, where)
        case inspect.UnionType():
            yield from _union(kind, value, where)
        case inspect.DictType():
            yield from _dict(kind, value, where)
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() | inspect.FrozenSetType():
            yield from _array(kind, value, where)
        case inspect.TupleType():
            yield from _tuple(kind, value, where)
        case inspect.EnumType() | inspect.LiteralType():
            allowed = _allowed(kind)
            if value not in allowed or isinstance(value, bool):
                yield _refused(kind, value, where, _nearest_value(value, allowed))
        case _:
            if not _fits(kind, value):
                yield _refused(kind, value, where)


def _struct(kind: inspect.Type, value: object, where: KeyPath) -> Found:
    assert isinstance(kind, inspect.StructType), "only records are validated"
    if not isinstance(value, dict):
        yield _refused(kind, value, where)
        return
    fields = {field.encode_name: field for field in kind.fields}
    names = {*fields, kind.tag_field} if kind.tag_field else set(fields)
    misspelt = set()
    for key, item in value.items():
        if key in fields:
            yield from _check(fields[key].type, item, (*where, key))
        elif key not in names:
            near = nearest(key, sorted(names - set(value))) or nearest(key, sorted(names))
            expected = "" if near else "one of " + ", ".join(sorted(names))
            yield Departure((*where, key), "unknown key", expected, near)
            misspelt.add(near)
    for name, field in fields.items():
        if field.required and name not in value and name not in misspelt:
            yield Departure((*where, name), "missing", _expected(field.type))


def _union(kind: inspect.UnionType, value: object, where: KeyPath) -> Found:
    tagged = {
        branch.tag: branch for branch in kind.types if isinstance(branch, inspect.StructType) and branch.tag
    }
    if tagged and isinstance(value, dict):
        yield from _tagged(tagged, value, where)
        return
    outcomes = [list(_check(branch, value, where)) for branch in kind.types]
    if all(outcomes):
        # Problems below this key mean that the branch was the right one; otherwise name all the branches.
        inside = [problems for problems in outcomes if any(found.where != where for found in problems)]
        if inside:
            yield from inside[0]
        else:
            yield _refused(kind, value, where, _first_nearest(outcomes))


def _refused(kind: inspect.Type, value: object, where: KeyPath, nearest: str = "") -> Departure:
    return Departure(where, f"{_shown(value)} is not allowed", _expected(kind), nearest)


def _tagged(tagged: Mapping[Any, inspect.StructType], value: dict[str, Any], where: KeyPath) -> Found:
    tag_field = next(iter(tagged.values())).tag_field
    assert tag_field is not None
    choices = _choices(sorted(tagged))
    if tag_field not in value:
        yield Departure((*where, tag_field), "missing", choices)
    elif not isinstance(value[tag_field], str | int) or value[tag_field] not in tagged:
        tag = value[tag_field]
        yield Departure(
            (*where, tag_field), f"{_shown(tag)} is not allowed", choices, _nearest_value(tag, list(tagged))
        )
    else:
        yield from _struct(tagged[value[tag_field]], value, where)


def _dict(kind: inspect.DictType, value: object, where: KeyPath) -> Found:
    if not isinstance(value, dict):
        yield _refused(kind, value, where)
        return
    yield from _length(kind, value, where)
    for key, item in value.items():
        for found in _check(kind.key_type, key, (*where, key)):
            yield found._replace(what=f"the name {found.what}")
        yield from _check(kind.value_type, item, (*where, key))


def _array(
    kind: inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType,
    value: object,
    where: KeyPath,
) -> Found:
    if not isinstance(value, list):
        yield _refused(kind, value, where)
        return
    yield from _length(kind, value, where)
    for index, item in enumerate(value):
        yield from _check(kind.item_type, item, (*where, index))


def _tuple(kind: inspect.TupleType, value: object, where: KeyPath) -> Found:
    if not isinstance(value, list) or len(value) != len(kind.item_types):
        yield _refused(kind, value, where)
        return
    for index, (item_type, item) in enumerate(zip(kind.item_types, value, strict=True)):
        yield from _check(item_type, item, (*where, index))


def _length(kind: Any, value: list[Any] | dict[str, Any], where: KeyPath) -> Found:
    if kind.min_length is not None and len(value) < kind.min_length:
        yield Departure(where, f"has {len(value)} entries", f"at least {kind.min_length}")
    if kind.max_length is not None and len(value) > kind.max_length:
        yield Departure(where, f"has {len(value)} entries", f"at most {kind.max_length}")


def _fits(kind: inspect.Type, value: object) -> bool:
    match kind:
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool) and _in_bounds(kind, value)
        case inspect.FloatType():
            return isinstance(value, int | float) and not isinstance(value, bool) and _in_bounds(kind, value)
        case inspect.StrType():
            return isinstance(value, str) and _text_fits(kind, value)
        case inspect.NoneType():
            return value is None
        case _:  # dates, times and the like: msgspec.convert judges them
            return True


def _in_bounds(kind: inspect.IntType | inspect.FloatType, value: float) -> bool:
    return (
        (kind.ge is None or value >= kind.ge)
        and (kind.gt is None or value > kind.gt)
        and (kind.le is None or value <= kind.le)
        and (kind.lt is None or value < kind.lt)
        and (kind.multiple_of is None or value % kind.multiple_of == 0)
    )


def _text_fits(kind: inspect.StrType, value: str) -> bool:
    return (
        (kind.min_length is None or len(value) >= kind.min_length)
        and (kind.max_length is None or len(value) <= kind.max_length)
        and (kind.pattern is None or re.search(kind.pattern, value) is not None)
    )


def _expected(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata():
            return _expected(kind.type)
        case inspect.StructType() | inspect.DictType():
            return "a table"
        case inspect.UnionType():
            branches = [branch for branch in kind.types if not isinstance(branch, inspect.NoneType)]
            return " or ".join(dict.fromkeys(_expected(branch) for branch in branches))
        case inspect.EnumType() | inspect.LiteralType():
            return _choices(_allowed(kind))
        case inspect.TupleType():
            return "an array of " + ", ".join(_expected(item) for item in kind.item_types)
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() | inspect.FrozenSetType():
            return "an array"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType() | inspect.FloatType():
            noun = "a whole number" if isinstance(kind, inspect.IntType) else "a number"
            return noun + _bounds(kind)
        case inspect.StrType():
            return _text_expected(kind)
        case _:
            return "a " + type(kind).__name__.removesuffix("Type").lower()


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    bounds = [
        f"{word} {bound:g}" if isinstance(bound, float) else f"{word} {bound}"
        for word, bound in (("from", kind.ge), ("above", kind.gt), ("to", kind.le), ("below", kind.lt))
        if bound is not None
    ]
    if kind.multiple_of is not None:
        bounds.append(f"in steps of {kind.multiple_of}")
    return "".join(f" {bound}" for bound in bounds)


def _text_expected(kind: inspect.StrType) -> str:
    text = "a string"
    if kind.min_length is not None:
        text += f" of at least {kind.min_length}"
    if kind.max_length is not None:
        text += f"{' and' if kind.min_length is not None else ' of'} at most {kind.max_length}"
    if kind.min_length is not None or kind.max_length is not None:
        text += " characters"
    return text if kind.pattern is None else f"{text} like {kind.pattern}"


def _allowed(kind: inspect.EnumType | inspect.LiteralType) -> list[Any]:
    if isinstance(kind, inspect.EnumType):
        return [member.value for member in kind.cls]
    return list(kind.values)


def _choices(values: Iterable[object]) -> str:
    return "one of " + ", ".join(_shown(value) for value in values)


def _nearest_value(value: object, allowed: list[Any]) -> str:
    return nearest(value, [str(item) for item in allowed]) if isinstance(value, str) else ""


def _first_nearest(outcomes: list[list[Departure]]) -> str:
    return next((found.nearest for problems in outcomes for found in problems if found.nearest), "")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an array"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
