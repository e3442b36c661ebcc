"""Nobody's number, keys, name or password in a log line, whoever wrote it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from callcenter.config import Logging
from callcenter.logs import HIDDEN, configure, scrubbed, without_persons


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure(Logging(format="json"), stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_a_line_is_json_with_time_level_logger_and_fields(lines: io.StringIO):
    structlog.get_logger("callcenter.engine").info("call offered", contact="c3", wait_ms=1763770000000)
    line = json.loads(lines.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "call offered",
        "level": "info",
        "logger": "callcenter.engine",
        "contact": "c3",
        "wait_ms": 1763770000000,
    }


def test_forbidden_keys_keep_their_place_and_lose_their_value():
    event = {"event": "x", "ani": "1", "caller_number": "2", "pin": 3, "inner": {"token": "t"}, "name": None}
    assert without_persons(None, "info", event) == {
        "event": "x",
        "ani": HIDDEN,
        "caller_number": HIDDEN,
        "pin": HIDDEN,
        "inner": {"token": HIDDEN},
        "name": None,
    }


def test_harmless_keys_are_left_alone():
    event = {"event": "x", "pinned": 1, "filename": "a.py", "keyboard": "yes", "open": True, "share": 0.5}
    assert without_persons(None, "info", event) == event


@pytest.mark.parametrize(
    "text",
    [
        "+442079460958",
        "+44 20 7946 0958",
        "+1 (415) 555-0132",
        "4420794609581",
        "(415) 555-0132",
        "020 7946 0958",
        "13800138000",
    ],
)
def test_telephone_numbers_are_blanked_wherever_they_stand(text: str):
    assert scrubbed(f"no record of {text}, refused") == f"no record of {HIDDEN}, refused"
    assert scrubbed(f"ani={text}") == f"ani={HIDDEN}"


@pytest.mark.parametrize(
    "text",
    [
        "c3-o17",
        "2026-11-22T10:00:00.123456Z",
        "2026-11-22",
        "127.0.0.1:8080",
        "PostgreSQL 18.6",
        "pid 123456",
        "0193f6f0-1234-7000-8000-123456789012",
        "12.5 ms of 1000",
        'File "engine.py", line 1234, in run',
    ],
)
def test_what_is_no_telephone_number_stays(text: str):
    assert scrubbed(text) == text


def test_passwords_in_addresses_are_blanked():
    assert scrubbed("postgresql://me:secret@db:5432/x") == "postgresql://db:5432/x"


def test_tracebacks_and_other_libraries_are_cleaned_too(lines: io.StringIO):
    try:
        raise ValueError("no route to +442079460958")
    except ValueError:
        structlog.get_logger("ours").exception("failed")
        logging.getLogger("theirs").exception("failed for %s", "+442079460958")
    ours, theirs = map(json.loads, lines.getvalue().splitlines())
    assert "0958" not in lines.getvalue()
    assert f"ValueError: no route to {HIDDEN}" in ours["exception"]
    assert f"ValueError: no route to {HIDDEN}" in theirs["exception"]
    assert theirs["event"] == f"failed for {HIDDEN}"


def test_objects_and_lists_are_cleaned_as_text(lines: io.StringIO):
    structlog.get_logger("ours").warning(
        "odd", seen=["+442079460958", {"pin": "1234"}], error=KeyError("+442079460958")
    )
    line = json.loads(lines.getvalue())
    assert line["seen"] == [HIDDEN, {"pin": HIDDEN}]
    assert line["error"] == f"KeyError('{HIDDEN}')"
