"""A wheel carries the built screens; one without them would install and then show nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ScreensAreBuilt(BuildHookInterface):  # type: ignore[type-arg]
    """Refuses an sdist or a wheel without the screens, and lays them under the one import name."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a checkout finds them where they are built
            return
        built = Path(self.root) / "agents_ui" / "dist"
        if not (built / "manifest.json").exists():
            raise SystemExit("The agents' screens have not been built: run `make ui`, then build again.")
        if self.target_name == "wheel":
            build_data["force_include"][str(built)] = "callcenter/agents_ui"
