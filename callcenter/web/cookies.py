"""Cookies and the proof that a POST comes from our own page.

Whoever is signed in carries a session cookie, everybody else a visitor's cookie that says nothing about them. The
CSRF proof of a page is derived from the cookie that the page was delivered to, so it needs no storage, dies
with the session and is of no use to anybody else.
"""

from __future__ import annotations

import base64
import hmac
import secrets

from aiohttp import web

CSRF_HEADER = "X-CSRF"
CSRF_FIELD = "csrf"
_SESSION = "callcenter-session"
_VISITOR = "callcenter-visitor"
TOKEN_CHARACTERS_MAX = 100


class Cookies:
    """`secure`: we are reached over TLS; then the names keep other sites and plain HTTP from setting them."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        prefix = "__Host-" if secure else ""
        self._session = prefix + _SESSION
        self._visitor = prefix + _VISITOR

    def session_token(self, request: web.Request) -> str:
        return self._read(request, self._session)

    def bound_token(self, request: web.Request) -> str:
        """What a CSRF proof is bound to: the session if there is one, else the visitor; "" for neither."""
        return self.session_token(request) or self._read(request, self._visitor)

    def start_session(self, reply: web.StreamResponse, token: str, lasts_ms: int = 0) -> None:
        """The browser keeps it for so long; 0: until it is closed."""
        self._set(reply, self._session, token, lasts_ms)
        self._drop(reply, self._visitor)

    def end_session(self, reply: web.StreamResponse) -> None:
        self._drop(reply, self._session)

    def welcome(self, request: web.Request, reply: web.StreamResponse, token: str) -> None:
        """Give a visitor the cookie behind the proof that the page carries."""
        if token != self.bound_token(request):
            self._set(reply, self._visitor, token)

    def _read(self, request: web.Request, name: str) -> str:
        token = request.cookies.get(name, "")
        return token if len(token) <= TOKEN_CHARACTERS_MAX else ""

    def _set(self, reply: web.StreamResponse, name: str, token: str, lasts_ms: int = 0) -> None:
        # Lax: a link from elsewhere opens the desk signed in, a form from elsewhere posts as nobody.
        max_age = lasts_ms // 1000 or None
        reply.set_cookie(
            name, token, path="/", httponly=True, samesite="Lax", secure=self._secure, max_age=max_age
        )

    def _drop(self, reply: web.StreamResponse, name: str) -> None:
        reply.del_cookie(name, path="/", httponly=True, samesite="Lax", secure=self._secure)


def new_visitor() -> str:
    return secrets.token_urlsafe(32)


def csrf_proof(token: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(token.encode(), b"csrf", "sha256")).decode().rstrip("=")


def proves(token: str, proof: str) -> bool:
    """Whether `proof` came with a page delivered to the holder of `token`; without a token nothing does."""
    return bool(token) and hmac.compare_digest(csrf_proof(token).encode(), proof.encode())
