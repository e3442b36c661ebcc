"""The listening end: port, TLS, and leaving in good order.

    server = await Server.start(app, config.server)
    group.create_task(server.watch(), name="web sessions")
    ...
    server.stop_accepting()      # /readyz says no; a load balancer takes its time
    await server.stop()          # sockets closed with 1012, requests finished

What the application's `Services.origins` should be is told by `origins_of`.
"""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from aiohttp import web

from callcenter.config import Server as ServerSettings
from callcenter.errors import UserError
from callcenter.web.keys import SOCKETS

STOP_SECONDS_MAX = 5.0
LINGER_SECONDS = 1.0
"""for the rest of a body that was refused unread"""
BACKLOG = 1024
EVERY_ADDRESS = ("0.0.0.0", "::", "")


class Server:
    """A running web server. `port` is the real one when the settings asked for any (0)."""

    def __init__(self, app: web.Application, runner: web.AppRunner, port: int) -> None:
        self.port = port
        self._app = app
        self._runner = runner

    @classmethod
    async def start(
        cls, app: web.Application, settings: ServerSettings, listening: socket.socket | None = None
    ) -> Server:
        """Raises UserError: the port is taken, the TLS files can't be used. `listening`: from `listen`."""
        tls = tls_context(settings)
        listening = listening or listen(settings)
        # No access log: addresses carry what was searched for. /metrics counts requests.
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=STOP_SECONDS_MAX, lingering_time=LINGER_SECONDS
        )
        try:
            await runner.setup()
            await web.SockSite(runner, listening, ssl_context=tls, backlog=BACKLOG).start()
        except BaseException:  # also when cancelled: the port is nobody else's to give back
            listening.close()
            await runner.cleanup()
            raise
        return cls(app, runner, listening.getsockname()[1])

    async def watch(self) -> None:
        """Close the sockets of sessions that end, until cancelled."""
        await self._app[SOCKETS].watch()

    def stop_accepting(self) -> None:
        """`/readyz` says no and no new screen is let in; what is open goes on."""
        self._app[SOCKETS].stopping = True

    async def stop(self) -> None:
        """Close the port, then the screens' sockets (they come back elsewhere), then what is left."""
        self.stop_accepting()
        await self._runner.cleanup()


def listen(settings: ServerSettings) -> socket.socket:
    """The port, taken. Before the application is built, so that its origins are known with port 0 as well.

    Raises UserError when it can't be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        # Listening at once: binding alone would let another process with SO_REUSEADDR take the port as well.
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise UserError(
            f"Port {settings.port} on {settings.host} can't be used: {error.strerror}.",
            "Stop what uses it, or choose another one with PORT or in [server] port.",
        ) from error
    listening.setblocking(False)
    return listening


def tls_context(settings: ServerSettings) -> ssl.SSLContext | None:
    """None: plain HTTP. Raises UserError when the two files can't be used together."""
    if not settings.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error.strerror or "they don't belong together"
        raise UserError(
            f"The TLS files {settings.tls_certificate} and {settings.tls_key} can't be used: {reason}.",
            "Give a certificate with its chain and the key that belongs to it, both as PEM.",
        ) from error
    return context


def origins_of(settings: ServerSettings, port: int) -> frozenset[str]:
    """Our origins as browsers write them. With a public_url only that one: the proxy is the way in."""
    if settings.public_url:
        url = urlsplit(settings.public_url)
        return frozenset({f"{url.scheme}://{url.netloc}".lower()})
    scheme = "https" if settings.tls_certificate else "http"
    hosts = {settings.host}
    if settings.host in EVERY_ADDRESS:
        hosts = {"127.0.0.1", "localhost", socket.gethostname(), *_own_addresses()}
    elif settings.host in ("127.0.0.1", "::1", "localhost"):
        hosts |= {"127.0.0.1", "localhost"}
    suffix = "" if port == {"http": 80, "https": 443}[scheme] else f":{port}"
    return frozenset(f"{scheme}://{_bracketed(host)}{suffix}".lower() for host in hosts)


def _own_addresses() -> set[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except OSError:  # a machine that doesn't know its own name
        return set()
    return {str(address[4][0]) for address in found if "%" not in str(address[4][0])}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
