"""What the command line says and with which number it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter import commands
from callcenter.__main__ import main
from callcenter.errors import Fenced, UserError

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
