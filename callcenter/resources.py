"""Where the files that aren't Python lie: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

from callcenter.errors import UserError

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def schemas() -> Path:
    """The directory with SQL, migrations and JSON Schemas."""
    return _first_existing(_PACKAGE / "schemas", _CHECKOUT / "schemas")


def agents_ui() -> Path:
    """The directory with the built screens. Raises UserError when nobody has built them."""
    folder = _first_existing(_PACKAGE / "agents_ui", _CHECKOUT / "agents_ui" / "dist")
    if not (folder / "manifest.json").exists():
        raise UserError("The agents' screens have not been built.", "Run `make ui`, then start again.")
    return folder


def templates() -> Path:
    """The directory with the templates of server-rendered pages; the build lays them beside the screens."""
    return agents_ui() / "templates"


def demo() -> Path:
    """The directory with the demonstration's centre, trees and customers."""
    return _first_existing(_PACKAGE / "demo", _CHECKOUT / "demo")


def scenarios() -> Path:
    """The directory with the days that `callcenter simulate` knows by name."""
    return _first_existing(_PACKAGE / "scenarios", _CHECKOUT / "scenarios")


def _first_existing(installed: Path, checkout: Path) -> Path:
    return installed if installed.is_dir() else checkout
