"""config.toml → frozen records: what is the process's (addresses, database, limits), nothing of the centre's.

Queues, skills, trees and people are the centre's own and live in its journal. Secrets never stand here: a key
that needs one holds the *name* of an environment variable. Four variables override the file, because who starts a
process often cannot edit it: PORT, MEDIA_PORT, DATABASE_URL, CALLCENTER_DATA. Relative paths begin beside it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from callcenter.cti.registry import Cti
from callcenter.errors import ConfigError, Problem
from callcenter.setup.toml_source import Source, parse, read, validate

FILE = "config.toml"

Host = Annotated[str, Meta(min_length=1)]
PORT_MAX = 65_535
Port = Annotated[int, Meta(ge=0, le=PORT_MAX)]
Count = Annotated[int, Meta(ge=1)]
Hours = Annotated[float, Meta(gt=0, le=24 * 366)]
Days = Annotated[float, Meta(gt=0, le=366)]
VariableName = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9_]*$")]


class Server(Struct, frozen=True, forbid_unknown_fields=True):
    """Where browsers and carriers find us."""

    host: Annotated[Host, Meta(description="address to listen on; 0.0.0.0 for every one")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="PORT overrides it; 0 chooses a free one")] = 8080
    public_url: Annotated[str, Meta(description="how the world sees us, when a proxy stands in front")] = ""
    tls_certificate: Annotated[str, Meta(description="PEM file with the certificate and its chain")] = ""
    tls_key: Annotated[str, Meta(description="PEM file with its key")] = ""


class Media(Struct, frozen=True, forbid_unknown_fields=True):
    """The process that carries voices."""

    host: Annotated[Host, Meta(description="address to listen on")] = "127.0.0.1"
    port: Annotated[
        Port,
        Meta(
            description="MEDIA_PORT overrides it; 0 chooses a free one; 8081 follows PORT, as the one after it"
        ),
    ] = 8081
    recordings_max_gb: Annotated[
        float, Meta(gt=0, description="no new recording is begun beyond this; calls go on")
    ] = 10.0
    rejoin_seconds: Annotated[
        float, Meta(ge=1, le=25, description="a page that was cut off has its call again within this time")
    ] = 20.0


class DatabaseSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the truth is kept."""

    url: Annotated[
        str, Meta(description="postgresql://…; empty: the embedded server. DATABASE_URL overrides it")
    ] = ""


class Data(Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept in files."""

    directory: Annotated[
        str, Meta(min_length=1, description="database, recordings, prompts. CALLCENTER_DATA overrides it")
    ] = ".data"


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """How much is taken in before something is refused."""

    inbox_max: Annotated[Count, Meta(description="inputs that wait; new calls are refused first")] = 1000
    outbox_max: Annotated[Count, Meta(description="commands waiting for one provider")] = 1000
    screens_max: Annotated[Count, Meta(description="browsers connected at once")] = 2000


class Logging(Struct, frozen=True, forbid_unknown_fields=True):
    """What is told about the running service."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Annotated[
        Literal["auto", "console", "json"], Meta(description="auto: console on a terminal, else JSON")
    ] = "auto"


class People(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a sign-in lasts."""

    session_idle_hours: Annotated[Hours, Meta(description="without a request or an open screen")] = 12.0
    session_absolute_hours: Annotated[Hours, Meta(description="whatever happens")] = 24.0
    display_session_days: Annotated[
        Days, Meta(description="of a television that shows the wallboard (role display)")
    ] = 90.0


class Secrets(Struct, frozen=True, forbid_unknown_fields=True):
    """Names of environment variables that hold secrets; never the secrets."""

    pin_key: Annotated[
        VariableName, Meta(description="key of the callers' PINs; without it one is made in [data]")
    ] = "CALLCENTER_PIN_KEY"


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Every key has a default, so an empty file is a whole one."""

    server: Server = Server()
    media: Media = Media()
    database: DatabaseSettings = DatabaseSettings()
    data: Data = Data()
    limits: Limits = Limits()
    logging: Logging = Logging()
    people: People = People()
    secrets: Secrets = Secrets()
    cti: Cti = Cti()

    @property
    def data_directory(self) -> Path:
        """Absolute once the configuration has been loaded."""
        return Path(self.data.directory)


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration in `path`; without one in ./config.toml; without that the defaults.

    Raises ConfigError with every problem at once. Paths in the result are absolute.
    """
    source = _source(path)
    problems: list[Problem] = []
    try:
        config = validate(source, Config)
        problems += _contradictions(source, config)
    except ConfigError as error:
        problems += error.problems
        config = Config()
    changes, more = _overrides(environ)
    problems += more
    if problems:
        raise ConfigError(problems)
    if (port := changes.get("server", {}).get("port")) and config.media.port == Media().port:
        # Whoever starts a second one beside the first moves both of its ports by one word.
        changes.setdefault("media", {"port": port + 1 if port < PORT_MAX else 0})
    folder = Path(source.name).absolute().parent
    return _with_absolute_paths(_replaced(config, changes), folder, overridden="data" in changes)


def json_schema() -> bytes:
    """The JSON Schema of config.toml, as `schemas/config.schema.json` holds it."""
    schema = msgspec.json.schema(Config)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FILE, **schema}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


def _source(path: Path | None) -> Source:
    if path is not None:
        return read(path)
    return read(Path(FILE)) if Path(FILE).exists() else parse("", name=FILE)


def _contradictions(source: Source, config: Config) -> list[Problem]:
    """What is wrong although every key for itself is right."""
    found = []
    server = config.server
    folder = Path(source.name).absolute().parent
    if bool(server.tls_certificate) != bool(server.tls_key):
        missing = "tls_key" if server.tls_certificate else "tls_certificate"
        found.append(source.problem(("server", missing), "missing", expected="both TLS files, or neither"))
    for key, file in (("tls_certificate", server.tls_certificate), ("tls_key", server.tls_key)):
        if file and not (folder / file).is_file():
            found.append(source.problem(("server", key), f"there is no file {str(folder / file)!r}"))
    if server.public_url and not server.public_url.startswith(("http://", "https://")):
        where = ("server", "public_url")
        found.append(source.problem(where, f'"{server.public_url}" is not allowed', expected="http(s)://…"))
    if config.people.session_idle_hours > config.people.session_absolute_hours:
        where = ("people", "session_idle_hours")
        found.append(source.problem(where, "longer than session_absolute_hours", expected="at most as long"))
    return found


def _overrides(environ: Mapping[str, str]) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    changes: dict[str, dict[str, Any]] = {}
    problems = []
    for name, table in (("PORT", "server"), ("MEDIA_PORT", "media")):
        port = environ.get(name, "")
        if port.isascii() and port.isdigit() and int(port) <= PORT_MAX:
            changes[table] = {"port": int(port)}
        elif port:
            what, expected = f'"{port}" is not allowed', f"a whole number from 0 to {PORT_MAX}"
            problems.append(Problem(path="environment", where=name, what=what, expected=expected))
    if url := environ.get("DATABASE_URL"):
        changes["database"] = {"url": url}
    if directory := environ.get("CALLCENTER_DATA"):
        changes["data"] = {"directory": directory}
    return changes, problems


def _replaced(config: Config, changes: dict[str, dict[str, Any]]) -> Config:
    tables = {
        table: msgspec.structs.replace(getattr(config, table), **keys) for table, keys in changes.items()
    }
    return msgspec.structs.replace(config, **tables)


def _with_absolute_paths(config: Config, folder: Path, *, overridden: bool) -> Config:
    """A path in the environment was written by whoever stands in the working directory."""
    data_from = Path.cwd() if overridden else folder
    tls = {
        key: str(folder / file)
        for key in ("tls_certificate", "tls_key")
        if (file := getattr(config.server, key))
    }
    return _replaced(config, {"data": {"directory": str(data_from / config.data.directory)}, "server": tls})


if __name__ == "__main__":  # python -m callcenter.config > schemas/config.schema.json
    sys.stdout.buffer.write(json_schema())
