"""Port, TLS and names of the listening end."""

from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from callcenter.config import Server as ServerSettings
from callcenter.errors import UserError
from callcenter.web.app import build_app
from callcenter.web.server import Server, listen, origins_of, tls_context
from tests.web.conftest import Centre, replaced


def test_a_port_that_is_taken_is_told_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UserError, match=f"Port {port} on 127.0.0.1 can't be used") as caught:
            listen(ServerSettings(port=port))
    assert "PORT" in caught.value.remedy


def test_an_address_that_is_not_ours_is_told():
    with pytest.raises(UserError, match=r"192\.0\.2\.1"):
        listen(ServerSettings(host="192.0.2.1", port=0))


def test_an_address_of_ipv6_is_listened_on():
    with listen(ServerSettings(host="::1", port=0)) as listening:
        assert listening.family is socket.AF_INET6


@pytest.mark.parametrize(
    ("settings", "port", "origins"),
    [
        (ServerSettings(), 8080, {"http://127.0.0.1:8080", "http://localhost:8080"}),
        (ServerSettings(host="::1"), 80, {"http://[::1]", "http://127.0.0.1", "http://localhost"}),
        (ServerSettings(host="calls.example.org"), 8080, {"http://calls.example.org:8080"}),
        (ServerSettings(host="10.1.2.3", tls_certificate="x"), 443, {"https://10.1.2.3"}),
        (
            ServerSettings(host="0.0.0.0", public_url="https://Calls.example.org/"),
            8080,
            {"https://calls.example.org"},
        ),
    ],
)
def test_our_origins_are_written_as_browsers_write_them(
    settings: ServerSettings, port: int, origins: set[str]
):
    assert origins_of(settings, port) == origins


def test_listening_everywhere_we_go_by_every_name_of_this_machine():
    origins = origins_of(ServerSettings(host="0.0.0.0"), 8080)
    assert {"http://127.0.0.1:8080", f"http://{socket.gethostname().lower()}:8080"} <= origins


# --- TLS ---


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    files = str(folder / "certificate.pem"), str(folder / "key.pem")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", files[0], "-keyout", files[1]]
    subprocess.run(command, check=True, capture_output=True)
    return files


async def test_over_tls_cookies_are_secure_and_browsers_are_told_to_stay(
    centre: Centre, certificate: tuple[str, str]
):
    settings = ServerSettings(port=0, tls_certificate=certificate[0], tls_key=certificate[1])
    listening = listen(settings)
    origins = origins_of(settings, listening.getsockname()[1])
    services = replaced(centre.services, origins=origins, registry=CollectorRegistry())
    server = await Server.start(build_app(services), settings, listening)
    trust = ssl.create_default_context(cafile=certificate[0])
    async with aiohttp.ClientSession(f"https://127.0.0.1:{server.port}") as http:
        reply = await http.get("/sign-in", ssl=trust)
        assert reply.status == 200
        assert "Strict-Transport-Security" in reply.headers
        (cookie,) = reply.headers.getall("Set-Cookie")
        assert cookie.startswith("__Host-callcenter-visitor=")
        assert "Secure" in cookie
    await server.stop()


def test_tls_files_that_do_not_fit_are_told(certificate: tuple[str, str], tmp_path: Path):
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    for pair in [(certificate[0], certificate[0]), (str(nonsense), certificate[1]), ("/nowhere", "/nowhere")]:
        with pytest.raises(UserError, match="The TLS files"):
            tls_context(ServerSettings(tls_certificate=pair[0], tls_key=pair[1]))
    assert tls_context(ServerSettings()) is None
