"""Server-rendered pages: the landing page, the sign-in form, what went wrong, the shell that loads a built screen.

The templates come with the build and say at their top what they are given. Everything in them is escaped.
"""

from __future__ import annotations

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec.structs import replace

from callcenter.web.assets import Assets
from callcenter.web.cookies import csrf_proof
from callcenter.web.headers import new_nonce, page_policy
from callcenter.web.languages import Language, Speech, speech
from callcenter.web.services import Services

SCREENS = ("call", "desk", "supervisor", "history", "wallboard", "audit", "report")
ERRORS = frozenset(
    (
        *("not_found", "not_allowed", "forbidden", "csrf", "origin", "host", "malformed", "too_large"),
        *("too_slow", "too_many", "busy", "unavailable", "stopping", "failed"),
    )
)
"""refusals that somebody who opens a page can meet; each has its texts"""
_SITE_STYLES = "src/styles/site.css"


class Pages:
    """Renders; knows nothing of requests. `token` is what the page's CSRF proof is bound to."""

    def __init__(self, services: Services, assets: Assets) -> None:
        self._services = services
        self._templates = Environment(
            loader=FileSystemLoader(services.screens / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
        )
        self._site = assets.bundle(_SITE_STYLES)
        self._screens = {page: assets.bundle(f"src/pages/{page}.tsx") for page in SCREENS}

    def landing(self, language: Language) -> web.Response:
        demo = self._services.demo
        spoken = speech(language, "/")
        return self._page("landing.html", logins=demo.logins if demo else (), speech=spoken)

    def sign_in(
        self,
        token: str,
        language: Language,
        *,
        error: str = "",
        next_path: str = "",
        login: str = "",
        status: int = 200,
    ) -> web.Response:
        page = self._page(
            "sign_in.html",
            error=error,
            next=next_path,
            login=login,
            csrf=csrf_proof(token),
            speech=speech(language, "/sign-in", next=next_path, login=login, error=error),
        )
        page.set_status(status)
        return page

    def error(self, key: str, language: Language, *, path: str, again: str, status: int) -> web.Response:
        """`path`: where this page is in the other language, "" where it can't be asked for again."""
        spoken = speech(language, path) if path else replace(speech(language, "/"), others=())
        page = self._page("error.html", key=key if key in ERRORS else "failed", again=again, speech=spoken)
        page.set_status(status)
        return page

    def screen(self, page: str, token: str, language: Language) -> web.Response:
        bundle = self._screens[page]
        return self._page(
            "shell.html",
            page=page,
            now=self._services.now(),
            zone=self._services.setup().time_zone,
            speech=speech(language, f"/{page}"),
            csrf=csrf_proof(token),
            script=bundle.script,
            styles=bundle.styles,
            preloads=bundle.preloads,
        )

    def _page(self, template: str, *, speech: Speech, **context: object) -> web.Response:
        nonce = new_nonce()
        english, chinese = self._services.centre, self._services.setup().name_zh
        context = {
            "centre": (speech.language == "zh" and chinese) or english,
            "centre_en": english,
            "centre_zh": chinese,
            "styles": self._site.styles,
            "nonce": nonce,
            "speech": speech,
            **context,
        }
        html = self._templates.get_template(template).render(context)
        policy = page_policy(nonce, self._services.media_url())
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=html, content_type="text/html", headers=headers)
