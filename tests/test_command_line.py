"""What the command line says and with which number it leaves."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from callcenter import commands
from callcenter.__main__ import main
from callcenter.errors import Fenced, UserError
from callcenter.history.audit import AuditAction, Deed
from callcenter.store.audit import AuditTrail
from callcenter.store.audit_anchor import ANCHOR
from callcenter.store.database import Database
from callcenter.store.journal import Journal

DEMO = Path(__file__).parent.parent / "demo" / "centre.toml"


def test_a_proven_centre_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(DEMO)]) == 0
    assert "Nothing is wrong" in capsys.readouterr().out


def test_every_mistake_of_a_file_leaves_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "config.toml"
    wrong.write_text("[server]\nprot = 80\n[media]\nport = 99999\n")
    assert main(["serve", "--config", str(wrong)]) == 2
    told = capsys.readouterr().err
    assert f"{wrong}:2: server.prot" in told
    assert f"{wrong}:4: media.port" in told


def test_a_mistake_deep_inside_running_tasks_is_still_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fenced(_: object) -> int:
        inner = BaseExceptionGroup("tasks", [Fenced("Another process has taken over.", "Stop it.")])
        raise BaseExceptionGroup("tasks", [inner])

    monkeypatch.setattr(commands, "check", fenced)
    assert main(["check", "x.toml"]) == 1
    assert capsys.readouterr().err == "Another process has taken over.\n  Stop it.\n"


def test_a_bug_is_not_dressed_up_as_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> int:
        raise BaseExceptionGroup("tasks", [RuntimeError("a bug")])

    monkeypatch.setattr(commands, "check", broken)
    with pytest.raises(BaseExceptionGroup):
        main(["check", "x.toml"])
    assert not issubclass(RuntimeError, UserError)


# --- the audit ---


@pytest.fixture
def audited(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A centre's database with three entries, and its data directory."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CALLCENTER_DATA", str(tmp_path))
    asyncio.run(_three_deeds(database_url, tmp_path))
    return database_url


async def _three_deeds(url: str, data: Path) -> None:
    database = await Database.open(url)
    trail = AuditTrail(database, Journal(database, 1), 1, data / ANCHOR)
    await trail.start()
    for number in range(3):
        await trail.note(Deed(source=f"{number}", at=number, actor="sam", action=AuditAction.EXPORT))
    await database.close()


async def _tamper(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(f"alter table audit disable trigger user; {statement}")
    await connection.close()


def test_a_whole_audit_is_told_so_with_its_end(audited: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify"]) == 0
    told = capsys.readouterr().out
    assert "3 entries, as they were written" in told
    assert main(["audit", "verify", "--end", told.split()[-1]]) == 0


def test_a_tampered_audit_leaves_with_1(audited: str, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_tamper(audited, "update audit set actor = 'bo' where n = 2"))
    assert main(["audit", "verify"]) == 1
    assert "Entry 2 is not as it was written" in capsys.readouterr().out


def test_an_end_that_was_noted_down_elsewhere_is_asked_for(
    audited: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ANCHOR).unlink()
    assert main(["audit", "verify"]) == 0
    assert "can't be told" in capsys.readouterr().out
    assert main(["audit", "verify", "--end", f"5:{'ab' * 32}"]) == 1
    assert "everything after entry 3 is missing" in capsys.readouterr().out


def test_an_end_that_is_none_is_a_mistake_of_whoever_typed_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["audit", "verify", "--end", "12"])
    assert "64 hexadecimal digits" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "wrong", "expected"),
    [
        ("--speed", "0", "a whole number from 1 to 120"),
        ("--speed", "121", "a whole number from 1 to 120"),
        ("--speed", "1.5", "a whole number from 1 to 120"),
        ("--history-days", "-1", "a whole number from 0 to 366"),
        ("--history-days", "400", "a whole number from 0 to 366"),
        ("--calls-per-hour", "many", "a number from 0 to 100,000"),
        ("--agents", "501", "a whole number from 0 to 500"),
    ],
)
def test_a_wrong_option_of_the_demonstration_says_what_is_right(
    option: str, wrong: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["demo", f"{option}={wrong}"])
    assert left.value.code == 2
    assert f"{option}: '{wrong}': expected {expected}" in capsys.readouterr().err


def test_a_fast_day_has_no_room_in_a_given_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere/callcenter")
    assert main(["demo", "--speed", "60"]) == 1
    told = capsys.readouterr().err
    assert "A fast day needs a database of its own" in told
    assert "Leave DATABASE_URL" in told
