"""The built screens: read once, packed once, served from memory.

Only files that were there at the start are served, by their whole name, so no path leads anywhere else. Names
carry a hash of what is in them: a browser may keep them for ever.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator
from pathlib import Path

import msgspec
from aiohttp import web
from msgspec import Struct

from callcenter.errors import UserError

PREFIX = "/static/"
FOREVER = "public, max-age=31536000, immutable"
PACK_BYTES_MIN = 512
_PACKABLE = ("text/", "application/javascript", "application/json", "image/svg")
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".wasm": "application/wasm",
}


class Entry(Struct, frozen=True):
    """One file in Vite's manifest."""

    file: str
    css: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


class Bundle(Struct, frozen=True):
    """What a page loads, as URLs."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


class Asset(Struct, frozen=True):
    body: bytes
    packed: bytes | None
    content_type: str
    etag: str


class Assets:
    """The files of one build."""

    def __init__(self, folder: Path) -> None:
        try:
            manifest = (folder / "manifest.json").read_bytes()
            self._entries = msgspec.json.decode(manifest, type=dict[str, Entry])
        except (OSError, msgspec.DecodeError) as error:
            raise UserError(
                f"The built screens in {folder} can't be read.", "Run `make ui`, then start again."
            ) from error
        self._assets = {name: _read(folder / name) for name in self._files(folder)}

    @property
    def build(self) -> str:
        """Names this build: a page of another one may offer to reload."""
        names = "\n".join(sorted(f"{name} {asset.etag}" for name, asset in self._assets.items()))
        return hashlib.sha256(names.encode()).hexdigest()[:12]

    def bundle(self, source: str) -> Bundle:
        """What the entry `source` ("src/pages/desk.tsx") needs, its imports' files first."""
        if source not in self._entries:
            raise UserError(f"The built screens have no {source}.", "Run `make ui`, then start again.")
        entries = [*self._with_imports(source, set())]
        *imported, own = entries
        styles = [css for entry in entries for css in entry.css]
        if own.file.endswith(".css"):
            styles.append(own.file)
        return Bundle(
            script=PREFIX + own.file,
            styles=tuple(PREFIX + css for css in dict.fromkeys(styles)),
            preloads=tuple(PREFIX + entry.file for entry in imported),
        )

    def reply(self, request: web.Request, name: str) -> web.Response | None:
        """None: there is no such file."""
        asset = self._assets.get(name)
        if asset is None:
            return None
        headers = {"Cache-Control": FOREVER, "ETag": f'"{asset.etag}"', "Vary": "Accept-Encoding"}
        if asset.etag in {known.value for known in request.if_none_match or ()}:
            return web.Response(status=304, headers=headers)
        body = asset.body
        if asset.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = asset.packed
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=body, headers=headers | {"Content-Type": asset.content_type})

    def _with_imports(self, source: str, seen: set[str]) -> Iterator[Entry]:
        seen.add(source)
        entry = self._entries[source]
        for name in entry.imports:
            if name not in seen:
                yield from self._with_imports(name, seen)
        yield entry

    def _files(self, folder: Path) -> Iterator[str]:
        for path in folder.rglob("*"):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not name.startswith((".", "templates/")) and name != "manifest.json":
                yield name


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    packed = None
    if len(body) >= PACK_BYTES_MIN and content_type.startswith(_PACKABLE):
        packed = gzip.compress(body, mtime=0)
    return Asset(body, packed, content_type, hashlib.sha256(body).hexdigest()[:32])
