"""Finds a Chromium for the browser tests: the system's, else one that npm brings without asking for root.

    browser = find()
    await playwright.chromium.launch(executable_path=browser.executable, args=browser.args, env=browser.env)

`python tests/browser/chromium.py --install` (a step of `make test`) fetches the second kind into .venv when
the system has none: the npm package @sparticuz/chromium, made for machines without a desktop's libraries. It
brings its own, but unpacks them only when it believes to be at Amazon's. Letters come from another package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv" / "chromium"
PACKAGES = ("@sparticuz/chromium@153.0.0", "dejavu-fonts-ttf@2.37.3")
SYSTEM_NAMES = (
    "chromium-headless-shell",  # the same without a desktop's windows: half the work
    *("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"),
)

FEATURES_OFF = (
    # Each window of a whole browser renders two pages for its address line, which nobody sees, and keeps an empty
    # one ready: three processes for each page of a test.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess"),
    # Off by playwright's own will, which a second list takes the place of.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "AimEnabled"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "PreconnectToSearch"),
)

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    # A microphone that beeps, and that nobody has to allow.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    f"--disable-features={','.join(FEATURES_OFF)}",
]

SPEAKS = {"LC_ALL": "en_US.UTF-8"}
"""Where nothing is set, some tell their pages that they speak en-US@posix, which is no language"""

FONTS = FOLDER / "fonts.conf"
FONTS_CONF = f"""\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{escape(str(FOLDER / "node_modules" / "dejavu-fonts-ttf" / "ttf"))}</dir>
  <cachedir>{escape(str(FOLDER / "fonts-cache"))}</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""
"""The package looks for its own where Amazon's machines unpack it, and without any a page shows no letters. These
are the ones of a bare Debian, so that a text is as wide and high as there; Chinese characters are empty boxes."""

UNPACK = 'import chromium from "@sparticuz/chromium"; console.log(await chromium.executablePath());'


class Browser(NamedTuple):
    """What playwright's `launch` needs to know."""

    executable: str
    args: list[str]
    env: dict[str, str]


def find() -> Browser:
    """The browser to test with. Raises FileNotFoundError, saying what to do, when there is none."""
    if named := os.environ.get("CHROMIUM"):
        return Browser(named, ARGS, os.environ | SPEAKS)
    if system := _system():
        return Browser(system, ARGS, os.environ | SPEAKS)
    if not FONTS.exists():  # the last thing that is made
        raise FileNotFoundError("There is no Chromium to test with: run `make test`, which brings one.")
    env = {
        **os.environ,
        **SPEAKS,
        "FONTCONFIG_FILE": str(FONTS),
        "LD_LIBRARY_PATH": os.pathsep.join(
            filter(None, [str(FOLDER / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH")])
        ),
    }
    return Browser(str(FOLDER / "chromium"), [*ARGS, "--headless=shell"], env)


def install() -> None:
    """Fetch the package and unpack it, unless there is a browser already."""
    if os.environ.get("CHROMIUM") or _system() or FONTS.exists():
        return
    print("Installing a Chromium for the tests", flush=True)  # noqa: T201
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true, "type": "module"}\n')
    (FOLDER / "unpack.js").write_text(UNPACK)
    npm = str(ROOT / "tools" / "npm")
    _run(npm, "install", "--silent", "--no-audit", "--no-fund", *PACKAGES)
    try:
        _run(npm, "exec", "--call", "node unpack.js", TMPDIR=str(FOLDER), AWS_EXECUTION_ENV="nodejs24.x")
    except BaseException:  # half a browser would be taken for a whole one
        (FOLDER / "chromium").unlink(missing_ok=True)
        raise
    FONTS.write_text(FONTS_CONF)


def _system() -> str | None:
    return next(filter(None, map(shutil.which, SYSTEM_NAMES)), None)


def _run(*command: str, **env: str) -> None:
    done = subprocess.run(
        command, cwd=FOLDER, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"No Chromium for the tests: {' '.join(command)} failed.\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--install"]:
        install()
    else:
        print(find().executable)  # noqa: T201
