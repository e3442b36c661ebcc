"""What config.toml may say, and what a person hears when it says something else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from callcenter.config import Config, json_schema, load
from callcenter.errors import ConfigError
from callcenter.resources import schemas
from callcenter.setup.toml_source import read

EXAMPLE = Path(__file__).parent.parent / "config.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def test_the_example_shows_every_key_with_its_default():
    assert msgspec.convert(read(EXAMPLE).data, Config) == Config()
    defaults = msgspec.to_builtins(Config())
    defaults["cti"] = {name: table for name, table in defaults["cti"].items() if table is not None}
    assert read(EXAMPLE).data == defaults


def test_without_a_file_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    config = load(environ={})
    assert config.server == Config().server
    assert config.data_directory == tmp_path / ".data"


def test_every_mistake_is_told_at_once(tmp_path: Path):
    path = written(
        tmp_path,
        '[server]\nprot = 80\nhost = 7\n[media]\nport = 70000\n[loging]\n[logging]\nlevel = "inof"\n',
    )
    with pytest.raises(ConfigError) as caught:
        load(path, {"PORT": "eighty"})
    assert str(caught.value).splitlines() == [
        f"{path}:2: server.prot: unknown key; did you mean 'port'?",
        f"{path}:3: server.host: 7 is not allowed; expected a string of at least 1 characters",
        f"{path}:5: media.port: 70000 is not allowed; expected a whole number from 0 to 65535",
        f"{path}:6: loging: unknown key; did you mean 'logging'?",
        f'{path}:8: logging.level: "inof" is not allowed; expected one of "debug", "error", "info", '
        "\"warning\"; did you mean 'info'?",
        'environment: PORT: "eighty" is not allowed; expected a whole number from 0 to 65535',
    ]
    assert caught.value.exit_code == 2


def test_what_contradicts_itself_is_told_with_its_line(tmp_path: Path):
    path = written(
        tmp_path,
        '[server]\ntls_certificate = "c.pem"\npublic_url = "calls"\n[people]\nsession_idle_hours = 30\n',
    )
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert str(caught.value).splitlines() == [
        f"{path}:1: server.tls_key: missing; expected both TLS files, or neither",
        f"{path}:2: server.tls_certificate: there is no file '{tmp_path}/c.pem'",
        f'{path}:3: server.public_url: "calls" is not allowed; expected http(s)://…',
        f"{path}:5: people.session_idle_hours: longer than session_absolute_hours; expected at most as long",
    ]


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    environ = {"PORT": "9000", "DATABASE_URL": "postgresql://db/x", "CALLCENTER_DATA": "elsewhere"}
    config = load(EXAMPLE, environ)
    assert config.server.port == 9000
    assert config.database.url == "postgresql://db/x"
    assert config.data_directory == tmp_path / "elsewhere"


def test_the_phones_port_follows_the_pages_unless_it_was_chosen(tmp_path: Path):
    assert load(EXAMPLE, {"PORT": "9000"}).media.port == 9001
    assert load(EXAMPLE, {"PORT": "9000", "MEDIA_PORT": "7000"}).media.port == 7000
    assert load(written(tmp_path, "[media]\nport = 7001\n"), {"PORT": "9000"}).media.port == 7001
    assert load(EXAMPLE, {}).media.port == 8081


def test_paths_begin_where_the_file_lies(tmp_path: Path):
    (tmp_path / "c.pem").touch()
    (tmp_path / "k.pem").touch()
    config = load(written(tmp_path, '[server]\ntls_certificate = "c.pem"\ntls_key = "k.pem"\n'), {})
    assert config.server.tls_certificate == str(tmp_path / "c.pem")
    assert config.server.tls_key == str(tmp_path / "k.pem")
    assert config.data_directory == tmp_path / ".data"


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path):
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path / "config.toml", {})


def test_the_json_schema_is_the_one_of_the_records():
    kept = (schemas() / "config.schema.json").read_bytes()
    assert kept == json_schema(), "run: python -m callcenter.config > schemas/config.schema.json"
