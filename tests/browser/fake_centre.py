"""The service as the screens see it, without anything behind it: real templates and build, made-up rows.

It speaks the words of `callcenter.screens.wire` and remembers what was asked. The pages carry the content security
policy of the real ones, so what that would forbid fails here too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.media.phone_wire import VERSION as PHONE_VERSION
from callcenter.resources import agents_ui
from callcenter.rights import Action, Actor, Role, Scope, may, powers_of
from callcenter.screens import wire
from callcenter.web.assets import PREFIX, Assets
from callcenter.web.headers import new_nonce, page_policy
from callcenter.web.languages import language_of, remember_choice, speech

_ASK = msgspec.json.Decoder(wire.Ask)
_ENCODE = msgspec.json.Encoder().encode
CENTRE = "Harbour Bank"
NOW = 1_800_000_000_000
SKILLS_ZH = (("accounts", "账户"), ("loans", "贷款"), ("roadside", "道路救援"), ("cards", "银行卡"))


class FakeCentre:
    """`async with FakeCentre() as centre:` then open `centre.url`."""

    def __init__(self, *, role: str = "agent", agent: int | None = 1) -> None:
        self.role, self.agent = role, agent
        self.rows: dict[str, dict[str, wire.Row]] = {}
        self.api: dict[str, object] = {}
        """answers by path; a Path is a file"""
        self.tokens: dict[str, str] = {}
        """for phones, by path, when `phone_url` leads to a media process"""
        self.asked: list[wire.Ask] = []
        self.phone_said: list[dict[str, Any]] = []
        self.refusals: dict[type, str] = {}
        self.unanswered: set[type] = set()
        self.build = "build"
        self.powers: tuple[str, ...] | None = None
        """None: those of the role"""
        self.confined = False
        """to some business lines"""
        self.closed = False
        """nobody is let in to the feed any more"""
        self._news = asyncio.Event()
        self._numbers: dict[str, int] = {}
        self._feeds: list[web.WebSocketResponse] = []
        self._assets = Assets(agents_ui())
        self._templates = Environment(
            loader=FileSystemLoader(agents_ui() / "templates"), autoescape=True, undefined=StrictUndefined
        )

    async def __aenter__(self) -> FakeCentre:
        app = web.Application()
        app.router.add_get("/", self._landing)
        app.router.add_get("/sign-in", self._sign_in)
        app.router.add_get("/{page:call|desk|supervisor|history|report|wallboard|audit}", self._screen)
        app.router.add_get("/history/{id}", self._screen)
        app.router.add_get("/feed", self._feed)
        app.router.add_get("/phone", self._phone)
        app.router.add_route("*", "/api/{name:.+}", self._api)
        app.router.add_get(PREFIX + "{name:.+}", self._static)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        self.phone_url = f"ws://127.0.0.1:{port}/phone"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # --- What a test does ---

    async def change(self, topic: str, rows: Mapping[str, wire.Row], gone: tuple[str, ...] = ()) -> None:
        """Changes rows and tells the screens."""
        self._apply(topic, rows, gone)
        news = wire.Change(topic=topic, n=self._next(topic), set=dict(rows), gone=gone)
        for feed in self._feeds:
            await feed.send_str(_ENCODE(news).decode())

    def change_unheard(self, topic: str, rows: Mapping[str, wire.Row], gone: tuple[str, ...] = ()) -> None:
        """Changes rows; the message about it gets lost."""
        self._apply(topic, rows, gone)
        self._next(topic)

    async def drop(self) -> None:
        """Ends all feeds, as a restart does."""
        for feed in list(self._feeds):
            await feed.close(code=1012)

    async def heard(self, kind: type[wire.Ask]) -> Any:
        """The first ask of this kind, once it is there."""
        while True:
            for ask in self.asked:
                if isinstance(ask, kind):
                    return ask
            self._news.clear()
            await self._news.wait()

    async def phone_heard(self, event: str) -> dict[str, Any]:
        while True:
            for said in self.phone_said:
                if said["event"] == event:
                    return said
            self._news.clear()
            await self._news.wait()

    # --- What the pages ask ---

    async def _landing(self, request: web.Request) -> web.Response:
        login = {"login": "anna", "password": "anna-demo", "name": "Anna Lindqvist", "role": "agent"}
        return self._page(request, "landing.html", "src/styles/site.css", logins=[login])

    async def _sign_in(self, request: web.Request) -> web.Response:
        error = request.query.get("error", "")
        return self._page(
            request, "sign_in.html", "src/styles/site.css", error=error, next="", login="", csrf="proof"
        )

    async def _screen(self, request: web.Request) -> web.Response:
        page = request.path.split("/")[1]
        told = {"page": page, "csrf": "proof", "now": NOW, "zone": "UTC"}
        return self._page(request, "shell.html", f"src/pages/{page}.tsx", **told)

    def _page(self, request: web.Request, template: str, source: str, **context: object) -> web.Response:
        bundle, nonce = self._assets.bundle(source), new_nonce()
        html = self._templates.get_template(template).render(
            centre=CENTRE,
            centre_en=CENTRE,
            centre_zh="",
            speech=speech(language_of(request), request.path),
            nonce=nonce,
            styles=bundle.styles,
            script=bundle.script,
            preloads=bundle.preloads,
            **context,
        )
        policy = {"Content-Security-Policy": page_policy(nonce, self.phone_url)}
        reply = web.Response(text=html, content_type="text/html", headers=policy)
        remember_choice(request, reply)
        return reply

    async def _static(self, request: web.Request) -> web.Response:
        return self._assets.reply(request, request.match_info["name"]) or web.Response(status=404)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        answer = self.api.get(request.path)
        if request.path in ("/api/station", "/api/call", "/api/telephone"):
            token = self.tokens.get(request.path, request.path)
            answer = {"url": self.phone_url, "token": token, "leg": "leg"}
            answer |= {"centre": CENTRE, "centre_zh": "", "number": "+14155550100"}
        if request.path == "/api/me":
            actor = Actor("x", Role(self.role), self.agent)
            own = Scope(agents=frozenset() if self.agent is None else frozenset({self.agent}))
            powers = [action for action in Action if may(actor, action, own)]
            answer = {"login": "x", "name": "X", "role": self.role, "agent": self.agent, "centre": CENTRE}
            answer |= {"permissions": powers}
        if isinstance(answer, Path):
            return web.FileResponse(answer)
        if answer is None:
            return web.json_response({"error": "not_found"}, status=404)
        return web.Response(body=_ENCODE(answer), content_type="application/json")

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        if self.closed:
            return web.Response(status=503)
        feed = web.WebSocketResponse()
        await feed.prepare(request)
        self._feeds.append(feed)
        desk = (f"desk:{self.agent}", "directory") if self.agent is not None else ()
        leads = self.role != "agent"
        topics = (*desk, *(("queues", "agents", "waiting", "board") if leads and not self.confined else ()))
        name = "Anna Lindqvist" if self.role == "agent" else "Sam Castellano"
        powers = powers_of(Actor("x", Role(self.role))) if self.powers is None else self.powers
        breaks, breaks_zh = (("Lunch", "Training"), ("午餐", "培训")) if leads else ((), ())
        hello = wire.Hello(
            *(wire.VERSION, self.build, NOW, "x", name, self.role, self.agent, CENTRE, topics),
            powers=powers,
            break_reasons=breaks,
            break_reasons_zh=breaks_zh,
            skills_zh=SKILLS_ZH if leads else (),
        )
        await feed.send_str(_ENCODE(hello).decode())
        try:
            async for message in feed:
                if message.type is WSMsgType.TEXT:
                    await self._answer(feed, _ASK.decode(message.data))
        finally:
            self._feeds.remove(feed)
        return feed

    async def _answer(self, feed: web.WebSocketResponse, ask: wire.Ask) -> None:
        self.asked.append(ask)
        self._news.set()
        if type(ask) in self.unanswered:
            return
        if isinstance(ask, wire.Subscribe):
            for topic in ask.topics:
                snapshot = wire.Snapshot(topic, self._numbers.get(topic, 0), self.rows.get(topic, {}))
                await feed.send_str(_ENCODE(snapshot).decode())
        reply = wire.Reply(ask.id, self.refusals.get(type(ask), ""))
        await feed.send_str(_ENCODE(reply).decode())

    async def _phone(self, request: web.Request) -> web.WebSocketResponse:
        phone = web.WebSocketResponse()
        await phone.prepare(request)
        await phone.send_json({"event": "connected", "version": PHONE_VERSION})
        async for message in phone:
            said = message.json()
            if said["event"] == "ping":
                await phone.send_json({"event": "pong"})
            elif said["event"] != "media":
                self.phone_said.append(said)
                self._news.set()
            if said["event"] == "start":
                leg = "leg" if request.query["token"] == "/api/call" else None
                await phone.send_json({"event": "start", "streamSid": "s", "leg": leg})
        return phone

    def _apply(self, topic: str, rows: Mapping[str, wire.Row], gone: tuple[str, ...]) -> None:
        known = self.rows.setdefault(topic, {})
        known.update(rows)
        for key in gone:
            known.pop(key, None)

    def _next(self, topic: str) -> int:
        self._numbers[topic] = self._numbers.get(topic, 0) + 1
        return self._numbers[topic]
