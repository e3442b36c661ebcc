"""What is built from a checkout: one import name with everything under it, or a clear refusal."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from callcenter import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a build reads, with screens that are quick to make."""
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("callcenter", "demo", "scenarios", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    screens = tmp_path / "agents_ui" / "dist"
    screens.mkdir(parents=True)
    (screens / "manifest.json").write_text("{}")
    return tmp_path


def build(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", "built"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wheel_has_everything_under_one_name(checkout: Path):
    assert build(checkout).returncode == 0
    (wheel,) = (checkout / "built").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"callcenter", f"callcenter-{__version__}.dist-info"}
    assert "callcenter/agents_ui/manifest.json" in names
    assert "callcenter/schemas/config.schema.json" in names


def test_an_installed_wheel_finds_its_files(checkout: Path, tmp_path: Path):
    assert build(checkout).returncode == 0
    (wheel,) = (checkout / "built").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "from callcenter import resources as r; print(r.schemas()); print(r.agents_ui()); print(r.demo())"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "site", capture_output=True, text=True, check=True
    )
    package = tmp_path / "site" / "callcenter"
    assert told.stdout.splitlines() == [str(package / name) for name in ("schemas", "agents_ui", "demo")]


def test_a_build_without_screens_is_refused(checkout: Path):
    shutil.rmtree(checkout / "agents_ui" / "dist")
    done = build(checkout)
    assert done.returncode != 0
    assert "run `make ui`" in done.stderr
