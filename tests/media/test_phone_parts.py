"""Runs the tests of the page's phone that need no browser, on Node."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from page_server import NODE, scripts

TESTS = Path(__file__).with_name("phone_parts.test.mjs")


def test_jitter_buffer_resampler_and_mulaw(tmp_path: Path):
    for name, source in scripts().items():
        (tmp_path / f"{name}.mjs").write_text(re.sub(r'from "(\./\w+)"', r'from "\1.mjs"', source))
    environment = {**os.environ, "MODULES": str(tmp_path)}
    done = subprocess.run(
        [NODE, "--test", TESTS], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
