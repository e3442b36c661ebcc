"""Every page in the language of who reads it, and no text that one language has and the other lacks."""

from __future__ import annotations

import re

import pytest
from jinja2 import Environment, FileSystemLoader

from callcenter.web.languages import LANGUAGES, asked_for
from tests.web.conftest import TEMPLATES, Browser


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("de-DE,de;q=0.9,zh-TW;q=0.5,en;q=0.4", "zh"),
        ("fr, de", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("ZH", "zh"),
        ("zh;q=nan,en;q=0.2", "en"),
        ("zh;q=7", "en"),
        (";;;,,q=,*", "en"),
        ("x," * 5000 + "zh", "en"),
    ],
)
def test_a_browser_asks_by_weight(header: str, language: str):
    assert asked_for(header) == language


@pytest.mark.parametrize("path", ["/", "/sign-in", "/call"])
async def test_a_page_comes_in_the_language_that_the_browser_asks_for(browser: Browser, path: str):
    chinese = await (await browser.get(path, headers={"Accept-Language": "zh-CN"})).text()
    assert '<html lang="zh-Hans">' in chinese
    english = await (await browser.get(path, headers={"Accept-Language": "en"})).text()
    assert '<html lang="en">' in english


async def test_a_choice_is_kept_by_the_browser_and_beats_what_it_asks_for(browser: Browser):
    wish = {"Accept-Language": "en"}
    sign_in = await (await browser.get("/sign-in?next=/history&login=sam", headers=wish)).text()
    link = re.search(r'href="([^"]+)" lang="zh-Hans"[^>]*>中文<', sign_in)
    assert link is not None
    chosen = await (await browser.get(link[1].replace("&amp;", "&"), headers=wish)).text()
    assert 'value="/history"' in chosen
    assert 'value="sam"' in chosen
    for path in ("/", "/call"):
        assert '<html lang="zh-Hans">' in await (await browser.get(path, headers=wish)).text()
    await browser.get("/?lang=en", headers=wish)
    assert '<html lang="en">' in await (await browser.get("/sign-in", headers=wish)).text()


async def test_a_screen_that_is_opened_in_a_language_goes_on_in_it(browser: Browser):
    await browser.get("/call?lang=zh", headers={"Accept-Language": "en"})
    assert '<html lang="zh-Hans">' in await (await browser.get("/", headers={"Accept-Language": "en"})).text()


async def test_a_centre_has_its_own_name_in_each_language(browser: Browser):
    assert "<h1>Golden Gate Bank</h1>" in await (await browser.get("/?lang=en")).text()
    assert "<h1>金门银行</h1>" in await (await browser.get("/?lang=zh")).text()
    screen = await (await browser.get("/call")).text()
    assert 'name="centre" content="Golden Gate Bank"' in screen
    assert 'name="centre-zh" content="金门银行"' in screen


async def test_an_unknown_language_changes_nothing(browser: Browser):
    reply = await browser.get("/?lang=../../etc/passwd")
    assert '<html lang="en">' in await reply.text()
    assert "Set-Cookie" not in reply.headers


async def test_what_is_refused_at_the_door_is_told_in_the_readers_language(browser: Browser):
    await browser.get("/?lang=zh")
    assert "账号或密码不正确" in await (await browser.sign_in("anna", "wrong")).text()


def test_every_language_has_every_text_of_the_pages():
    templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    keys = {
        language: set(getattr(templates.get_template(f"texts_{language}.html").module, "texts"))  # noqa: B009
        for language in LANGUAGES
    }
    assert len(keys["en"]) > 20
    assert keys["en"] == keys["zh"]
