"""Who may import whom: the arrows of docs/architecture.md, held by reading every module.

The data goes one way, so do the imports. A new room gets its line in ROOMS; an arrow that seems to be missing
there usually means that something lies in the wrong room.
"""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter import diagrams

PACKAGE = Path(__file__).parent.parent / "callcenter"
MAP = Path(__file__).parent.parent / "docs" / "architecture.md"

# The words that everything speaks.
WORDS = {"facts", "effects", "lifecycles"}
CORE = {*WORDS, "state", "decisions", "queue", "ivr"}

# A room is a module or a package in callcenter/, or a part of one that others may know alone (a contract).
# Everybody may import `errors`; only WIRING, where everything is made and joined, may import everything.
ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "setup.toml_lines": set(),
    "setup.toml_check": {"setup.toml_lines"},
    "setup.toml_source": {"setup.toml_check", "setup.toml_lines"},
    "config": {"setup.toml_source", "cti.registry"},
    "logs": {"config"},
    "resources": set(),
    "numbers": set(),
    "lifecycles": set(),
    "facts": {"lifecycles"},
    "effects": {"facts", "lifecycles"},
    "hours": WORDS,
    "rights": WORDS,
    "queue": WORDS,
    "ivr": {*WORDS, "hours", "setup.toml_source", "setup.toml_check"},
    "state": {*WORDS, "queue", "ivr"},
    "apply": {*WORDS, "state", "queue", "ivr"},
    "decisions": {*WORDS, "hours", "state", "queue", "ivr"},
    "center": {*CORE, "apply", "wanted"},
    "wanted": {*CORE, "cti.provider"},
    "history": {*WORDS, "queue"},
    "cti.provider": WORDS,
    "cti.secrets": WORDS,
    "cti.parts": WORDS,
    "cti.imagined": set(),
    "cti": {*WORDS, "cti.provider", "cti.secrets", "cti.parts", "cti.imagined", "resources"},
    "cti.simulator": {*WORDS, "hours", "ivr", "cti.provider", "cti.parts", "cti.imagined"},
    "cti.registry": {*WORDS, "cti", "cti.simulator", "cti.provider", "cti.secrets"},
    "media": {*WORDS, "cti", "cti.provider", "cti.secrets", "cti.parts", "cti.imagined"}
    | {"config", "logs", "resources", "ivr"},
    "customer_record": set(),
    "screens.wire": {*WORDS, "customer_record"},
    "store": {*WORDS, "queue", "history", "customer_record", "rights", "numbers", "config", "resources"}
    | {"setup.toml_check", "setup.toml_source"},
    "setup": {
        *WORDS,
        "setup.toml_source",
        "setup.toml_check",
        "setup.toml_lines",
        "hours",
        "ivr",
        "queue",
        "rights",
        "numbers",
        "resources",
        "store",
    },
    "demo_names": set(),
    "demo_customers": {"demo_names", "store"},
    "fast_day": set(),
    "engine": {*CORE, "apply", "center", "wanted", "history", "store", "cti.provider", "cti.secrets"},
    "explain": {*CORE, "apply", "engine", "store"},
    "past": {*WORDS, "hours", "queue", "ivr", "history", "store", "cti.provider", "cti.simulator"},
    "simulate.invariants": WORDS,
    "simulate": {
        *CORE,
        "apply",
        "center",
        "engine",
        "history",
        "store",
        "setup",
        "setup.toml_check",
        "setup.toml_source",
        "resources",
    }
    | {"cti", "cti.provider", "cti.secrets", "cti.simulator", "simulate.invariants"}
    | {"screens", "screens.wire", "followers", "rights", "customer_record"},
    "diagrams": {"lifecycles"},
    "figures": {"engine", "store"},
    "staff": {*WORDS, "customer_record", "store", "engine"},
    "oversight": {*WORDS, "state", "screens", "screens.wire", "history", "rights", "store"},
    "followers": {*WORDS, "state", "cti.simulator", "history", "screens", "store"},
    "screens": {
        *WORDS,
        "customer_record",
        "screens.wire",
        "state",
        "queue",
        "ivr",
        "history",
        "rights",
        "numbers",
        "hours",
        "config",
        "resources",
    },
    "web": {
        *WORDS,
        "explain",
        "customer_record",
        "screens",
        "screens.wire",
        "store",
        "queue",
        "history",
        "rights",
        "numbers",
        "config",
        "resources",
    },
}

WIRING = {"", "__main__", "commands", "demonstration", "demo_show", "ground", "service"}

# The first principle: the same inputs give the same decisions, whenever and wherever they are made.
PURE = {*CORE, "apply", "center", "wanted", "rights", "numbers", "hours"}
PURE |= {
    "customer_record",
    "screens.wire",
    "cti.provider",
    "cti.parts",
    "cti.imagined",
    "explain.candidates",
    "history.fold",
    "history.records",
    "history.audit",
}
IMPURE_IMPORTS = {
    *(
        "asyncio",
        "concurrent",
        "contextvars",
        "multiprocessing",
        "select",
        "signal",
        "subprocess",
        "threading",
    ),
    *("datetime", "locale", "random", "secrets", "time", "uuid", "zoneinfo"),
    *("aiohttp", "asyncpg", "io", "os", "pathlib", "shutil", "socket", "sys", "tempfile"),
    *("logging", "structlog"),
}
LENT = {"hours": {"datetime", "zoneinfo"}}
"""what one pure module may use all the same: a moment that is given, on the clock of a place that is given"""
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "id"}
IMPURE_CALLS |= {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
IMPURE_ROOMS = {"config", "logs", "resources", "store", "engine", "web", "media"}


def modules() -> Iterator[tuple[str, str]]:
    """Every module of ours by its name below callcenter, with its text."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path.read_text(encoding="utf-8")


def room_of(module: str) -> str:
    """The room of a module, or of a name in one."""
    parts = module.split(".")
    return next((part for part in (".".join(parts[:2]), parts[0]) if part in ROOMS), parts[0])


def is_pure(module: str) -> bool:
    provider_codec = module.startswith("cti.") and module.endswith(".codec")
    view = module.startswith("screens.view")
    return bool({module, room_of(module)} & PURE) or provider_codec or view


def imports(text: str) -> Iterator[str]:
    """The full name of whatever a module imports, also inside functions and for type checkers only."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute: a name should say where it comes from"
            assert node.module is not None
            if node.module == "callcenter" or node.module.startswith("callcenter."):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def ours(text: str) -> Iterator[str]:
    """Our own modules among the imports, by their name below callcenter."""
    for name in imports(text):
        if name.startswith("callcenter."):
            yield name.removeprefix("callcenter.")


def violations(module: str, text: str) -> list[str]:
    """What is wrong with a module that is called `module` and reads `text`."""
    found = [*_wrong_arrows(module, text)]
    if is_pure(module):
        found += _impurities(module, text)
    outside = {name.partition(".")[0] for name in imports(text)}
    if "asyncpg" in outside and room_of(module) != "store":
        found.append(f"{module} imports asyncpg: SQL lives in callcenter/store")
    if text.strip() and not ast.get_docstring(ast.parse(text)):
        found.append(f"{module} has no docstring that states its rule")
    return found


def _wrong_arrows(module: str, text: str) -> Iterator[str]:
    room = room_of(module)
    if room in WIRING:
        return
    if room not in ROOMS:
        yield f"{module} is in no room: give callcenter/{room} its line in ROOMS"
        return
    for name in ours(text):
        other = room_of(name)
        if other not in {*ROOMS[room], room, "errors"}:
            yield f"{module} imports {name}: no arrow leads from {room} to {other}"
        elif other == room == "cti" and module.split(".")[1] != name.split(".")[1]:
            yield f"{module} imports {name}: a provider is one folder and knows no other"


def _impurities(module: str, text: str) -> Iterator[str]:
    forbidden = IMPURE_IMPORTS - LENT.get(module, set())
    for name in imports(text):
        if name.partition(".")[0] in forbidden:
            yield f"{module} imports {name}: it is pure, its time is input.at and its ids are in the state"
    for name in ours(text):
        if room_of(name) in IMPURE_ROOMS:
            yield f"{module} imports {name}: it is pure, that isn't"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and _called(node.func) in IMPURE_CALLS:
            yield f"{module} calls {_called(node.func)}() in line {node.lineno}: it is pure"


def _called(function: ast.expr) -> str:
    """`open`, or `datetime.now` with the name that stands before the dot."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


@pytest.mark.parametrize(
    ("module", "text"), [pytest.param(*pair, id=pair[0] or "callcenter") for pair in modules()]
)
def test_a_module_keeps_to_its_arrows_and_its_purity(module: str, text: str):
    assert violations(module, text) == []


def test_the_arrows_make_no_circle():
    assert list(graphlib.TopologicalSorter(ROOMS).static_order())


def test_no_module_imports_itself_by_a_detour():
    texts = dict(modules())
    graph = {
        name: {_module_in(texts, found) for found in ours(text)} - {name} for name, text in texts.items()
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(f"these import each other: {' <- '.join(error.args[1])}")


def _module_in(texts: dict[str, str], name: str) -> str:
    return name if name in texts else name.rpartition(".")[0]


# --- The map ---

_LINE = re.compile(r"^\| (?P<rooms>`[^|]*`) \| (?P<what>[^|]*) \|[^|]*\|$", re.MULTILINE)


def drawn(text: str) -> str:
    """The map with the last column of its rooms filled anew."""
    return _LINE.sub(
        lambda line: f"| {line['rooms']} | {line['what']} | {_arrows(_named(line['rooms']))} |", text
    )


def _named(cell: str) -> set[str]:
    """The rooms of a line, with the parts of each that others know alone."""
    names = [name.strip("`/").removesuffix(".py") for name in cell.split(", ")]
    return {room for room in {*ROOMS, *WIRING} for name in names if f"{room}.".startswith(f"{name}.")}


def _arrows(rooms: set[str]) -> str:
    if rooms & WIRING:
        return "everything"
    others = set().union(*(ROOMS[room] for room in rooms)) - rooms
    words = ["the words"] if others >= WORDS else []
    named = sorted(others - WORDS if words else others)
    return ", ".join([*words, *(f"`{other}`" for other in named)]) or "nothing of ours"


def test_the_map_has_every_room_once_and_its_arrows():
    text = MAP.read_text(encoding="utf-8")
    rooms = [room for line in _LINE.finditer(text) for room in _named(line["rooms"])]
    assert sorted(rooms) == sorted({*ROOMS, *WIRING} - {""})
    assert drawn(text) == text, "python -m tests.test_architecture"


def test_the_diagrams_are_those_of_the_tables():
    text = MAP.read_text(encoding="utf-8")
    assert diagrams.insert(text) == text, "python -m callcenter diagrams"


PLANTED = [
    ("center", "import asyncio", "center imports asyncio"),
    ("queue.routing", "from datetime import datetime", "queue.routing imports datetime"),
    ("queue.routing", "def f():\n    import random", "queue.routing imports random"),
    ("hours", "import time", "hours imports time"),
    ("hours", "at = datetime.now()", "hours calls datetime.now() in line 3"),
    ("queue.service_level", "from zoneinfo import ZoneInfo", "queue.service_level imports zoneinfo"),
    ("ivr.tree", "text = open('tree.toml').read()", "ivr.tree calls open() in line 3"),
    ("cti.twilio.codec", "import time", "cti.twilio.codec imports time"),
    ("cti.twilio.codec", "from callcenter.config import load", "it is pure, that isn't"),
    ("facts", "from callcenter import effects", "no arrow leads from facts to effects"),
    ("state", "from callcenter.center import decide", "no arrow leads from state to center"),
    ("effects", "import callcenter.engine", "no arrow leads from effects to engine"),
    ("engine", "from callcenter.cti.twilio.codec import reply", "no arrow leads from engine to cti"),
    ("cti.ari.transport", "from callcenter.cti.twilio import codec", "a provider is one folder"),
    ("web.api", "import asyncpg", "SQL lives in callcenter/store"),
    ("store.journal", "from callcenter.engine.owner import Engine", "no arrow leads from store to engine"),
    ("kitchen", "", "kitchen is in no room"),
]


@pytest.mark.parametrize(("module", "text", "complaint"), PLANTED)
def test_a_planted_violation_is_found(module: str, text: str, complaint: str):
    assert any(complaint in found for found in violations(module, f'"""Its rule."""\n\n{text}\n'))


def test_a_module_without_a_docstring_is_found():
    assert violations("engine", "x = 1\n") == ["engine has no docstring that states its rule"]


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("engine", "import asyncio\nfrom callcenter.cti.provider import Provider"),
        ("cti.twilio.codec", "from callcenter.facts import LegId\nfrom callcenter.cti.provider import Play"),
        ("cti.twilio.transport", "import asyncio\nfrom callcenter.cti.twilio import codec"),
        ("store.journal", "import asyncpg\nfrom callcenter.facts import LegId"),
        (
            "center",
            "from callcenter.queue.routing import choose\nfrom callcenter.errors import CallCenterError",
        ),
    ],
)
def test_what_is_right_is_left_alone(module: str, text: str):
    assert violations(module, f'"""Its rule."""\n\n{text}\n') == []


if __name__ == "__main__":
    MAP.write_text(drawn(MAP.read_text(encoding="utf-8")), encoding="utf-8")
