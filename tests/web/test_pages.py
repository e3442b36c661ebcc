"""Pages and files: what may run in them, what may be kept of them, and nothing beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yarl

from callcenter.errors import UserError
from callcenter.store.passwords import Busy
from callcenter.web.assets import FOREVER, Assets
from callcenter.web.languages import LANGUAGES, Language
from callcenter.web.pages import ERRORS, Pages
from callcenter.web.replies import REFUSALS
from tests.web.conftest import Browser, Centre, Demo

PAGES_OF_A_VISITOR = ["/", "/sign-in", "/call"]


def policy(headers: Mapping[str, str]) -> dict[str, str]:
    text = headers["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in text.split("; "))


@pytest.mark.parametrize("path", PAGES_OF_A_VISITOR)
async def test_on_a_page_runs_only_what_we_serve(browser: Browser, path: str):
    reply = await browser.page(path)
    assert reply.status == 200
    rules = policy(reply.headers)
    nonce = re.search(r"'nonce-([^']+)'", rules["script-src"])
    assert nonce is not None
    assert rules == {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce[1]}'",
        "style-src": f"'self' 'nonce-{nonce[1]}'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "media-src": "'self' blob:",
        "worker-src": "'self'",
        "connect-src": "'self' ws://127.0.0.1:8081",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    scripts = re.findall(r"<script\b[^>]*>", await reply.text())
    assert scripts
    assert all("src=" in script or f'nonce="{nonce[1]}"' in script for script in scripts)


# --- What went wrong ---


async def test_who_opens_a_page_that_is_not_there_reads_so_in_their_language(browser: Browser):
    reply = await browser.page("/histroy")
    assert (reply.status, reply.content_type) == (404, "text/html")
    english = await reply.text()
    assert "There is no such page" in english
    link = re.search(r'href="([^"]+)" lang="zh-Hans"', english)
    assert link is not None
    assert "没有这个页面" in await (await browser.page(link[1])).text()
    assert "没有这个页面" in await (await browser.page("/nowhere")).text()


async def test_a_program_gets_json_and_so_does_the_api(browser: Browser):
    assert (await browser.get("/histroy")).content_type == "application/json"
    assert (await browser.page("/api/nowhere")).content_type == "application/json"


async def test_what_a_person_may_do_wrong_is_told_as_a_page(
    browser: Browser, centre: Centre, monkeypatch: pytest.MonkeyPatch
):
    await browser.sign_in_to("sam", "/supervisor")
    asks = {"Accept": "text/html"}
    old = await browser.http.post("/sign-out", data={"csrf": "old"}, headers=asks)
    assert (old.status, "open for too long" in await old.text()) == (403, True)
    unused = await browser.page("/sign-out")
    assert (unused.status, "does not work here" in await unused.text()) == (405, True)
    foreign = await browser.http.get("/desk", headers=asks | {"Host": "bank.example"})
    assert (foreign.status, "by that name" in await foreign.text()) == (421, True)

    async def busy(*_args: object) -> object:
        raise Busy

    monkeypatch.setattr(centre.people, "sign_in", busy)
    full = await browser.sign_in("sam", next_path="/history?customer=li")
    assert full.content_type == "application/json"
    form = {"login": "sam", "password": "x", "next": "/history?customer=li", "csrf": browser.proof}
    full = await browser.http.post("/sign-in", data=form, headers=asks)
    text = await full.text()
    assert (full.status, full.headers["Retry-After"]) == (503, "5")
    assert 'href="/sign-in?next=%2Fhistory%3Fcustomer%3Dli"' in text


async def test_a_bug_of_ours_offers_to_try_again_and_tells_nothing_of_itself(
    browser: Browser, centre: Centre, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_args: object) -> object:
        raise LookupError("secret")

    monkeypatch.setattr(Pages, "screen", broken)
    reply = await browser.page("/call?x=1")
    text = await reply.text()
    assert (reply.status, "wrong on our side" in text, "secret" in text) == (500, True, False)
    assert 'href="/call?x=1"' in text


async def test_no_link_of_an_error_leads_elsewhere(browser: Browser, centre: Centre):
    url = yarl.URL(f"{centre.url}//evil.example/x", encoded=True)
    reply = await browser.http.get(url, headers={"Accept": "text/html"})
    assert reply.status == 404
    assert "evil" not in await reply.text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_page(centre: Centre, language: Language):
    pages = Pages(centre.services, Assets(centre.services.screens))
    for key, (status, _) in REFUSALS.items():
        page = pages.error(key, language, path="/x", again="", status=status)
        assert page.status == status
    assert REFUSALS.keys() >= ERRORS


async def test_every_page_has_a_nonce_of_its_own(browser: Browser):
    first, second = await browser.page("/"), await browser.page("/")
    assert first.headers["Content-Security-Policy"] != second.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", [*PAGES_OF_A_VISITOR, "/api/me", "/nowhere", "/healthz", "/metrics", "/static/assets/desk-x1.js"]
)
async def test_every_answer_is_hardened(browser: Browser, path: str):
    headers = (await browser.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == (FOREVER if path.startswith("/static/") else "no-store")
    assert "microphone=(self)" in headers["Permissions-Policy"]


async def test_the_landing_page_of_a_demo_has_three_doors_and_logins(browser: Browser):
    text = await (await browser.page("/")).text()
    for door in ("/call", "/desk", "/supervisor"):
        assert f'href="{door}"' in text
    assert "Golden Gate Bank" in text
    assert "shown-to-all" in text


@pytest.mark.parametrize("demo", [None])
async def test_outside_a_demonstration_no_login_is_shown(browser: Browser, demo: Demo | None):
    assert "shown-to-all" not in await (await browser.page("/")).text()


async def test_a_screen_loads_its_own_files_first_what_they_need(browser: Browser):
    text = await (await browser.page("/call")).text()
    assert 'src="/static/assets/call-x1.js"' in text
    assert 'rel="modulepreload" href="/static/assets/shared-x1.js"' in text
    assert 'rel="stylesheet" href="/static/assets/shared-x1.css"' in text
    assert "desk-x1" not in text


async def test_a_screen_is_told_the_centres_own_time_and_zone(browser: Browser, centre: Centre):
    centre.fakes.now = lambda: 1_795_453_200_000
    screen = await (await browser.page("/call")).text()
    assert '<meta name="now" content="1795453200000">' in screen
    assert '<meta name="zone" content="America/Los_Angeles">' in screen


async def test_a_screen_may_hold_a_deep_address(browser: Browser):
    await browser.sign_in("sam")
    assert "history-x1.js" in await (await browser.page("/history/17")).text()
    assert (await browser.page("/history/17/18")).status == 404


# --- files ---

FILE = "/static/assets/desk-x1.js"


async def test_a_file_may_be_kept_for_ever_and_is_asked_for_again_by_its_tag(browser: Browser):
    reply = await browser.get(FILE)
    assert reply.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert reply.headers["Vary"] == "Accept-Encoding"
    again = await browser.get(FILE, headers={"If-None-Match": reply.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


async def test_a_file_travels_packed_to_whoever_can_unpack_it(browser: Browser):
    plain = await browser.get(FILE, headers={"Accept-Encoding": "identity"})
    packed = await browser.get(FILE, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 4
    assert await packed.read() == await plain.read()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../manifest.json",
        "/static/manifest.json",
        "/static/templates/shell.html",
        "/static/..%2f..%2fpyproject.toml",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/static/assets/",
        "/static/assets/desk-x1.js%00.css",
    ],
)
async def test_nothing_but_the_built_files_is_served(browser: Browser, centre: Centre, path: str):
    reply = await browser.http.get(yarl.URL(centre.url + path, encoded=True))
    assert reply.status == 404


def test_a_folder_without_a_build_says_what_to_do(tmp_path: Path):
    with pytest.raises(UserError, match="make ui"):
        Assets(tmp_path / "nothing")


def test_another_build_has_another_name(screens: Path):
    before = Assets(screens).build
    assert Assets(screens).build == before
    (screens / "assets" / "desk-x1.js").write_text("changed")
    assert Assets(screens).build != before
