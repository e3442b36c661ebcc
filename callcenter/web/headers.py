"""The security headers of every answer, and the content security policy of a page.

Nothing runs on our pages but what we serve: no inline script without this answer's nonce, no foreign host but the
media process's websocket, no frame around us. AudioWorklet modules fall under script-src and come from 'self'.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from aiohttp import web

HSTS_SECONDS = 365 * 24 * 3600

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
    "X-Frame-Options": "DENY",
}
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"


def harden(reply: web.StreamResponse, *, secure: bool) -> None:
    """What an answer hasn't set itself is set to the strictest."""
    for name, value in _ALWAYS.items():
        reply.headers.setdefault(name, value)
    reply.headers.setdefault("Content-Security-Policy", _NO_PAGE)
    reply.headers.setdefault("Cache-Control", "no-store")
    if secure:
        reply.headers.setdefault("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def page_policy(nonce: str, media_url: str) -> str:
    media = urlsplit(media_url)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "font-src 'self'",
            "media-src 'self' blob:",
            "worker-src 'self'",
            f"connect-src 'self' {media.scheme}://{media.netloc}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
