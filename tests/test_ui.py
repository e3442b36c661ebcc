"""The screens' own tests of what is pure in them, run by whoever runs these."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "agents_ui"


def npm(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "tools" / "npm"), *arguments]
    return subprocess.run(command, cwd=SCREENS, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.skipif(
    not (SCREENS / "node_modules").exists(), reason="the screens' packages aren't installed: `make ui`"
)
def test_feed_formats_texts_and_wire_of_the_screens_agree_with_the_service() -> None:
    ran = npm("test", "--silent")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_lock_file_names_no_address() -> None:
    assert '"resolved"' not in (SCREENS / "package-lock.json").read_text()
    assert "http" not in (SCREENS / ".npmrc").read_text()
