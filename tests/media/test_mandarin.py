"""Mandarin as it is heard: one syllable with its tone for each character, and nothing skipped, spelt or misread."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from callcenter.cti.provider import Say
from callcenter.ivr.prompts import BUILT_IN
from callcenter.ivr.speech import FILTERS
from callcenter.ivr.tree import read_tree
from callcenter.media.audio import FRAMES_A_SECOND, SILENCE
from callcenter.media.sounds import Sounds

ROOT = Path(__file__).parents[2]
TREE = read_tree((ROOT / "demo" / "trees" / "main.toml").read_text(encoding="utf-8"))
BYTES_A_SECOND = len(SILENCE) * FRAMES_A_SECOND
SAID = FILTERS["zh"]


def pronounced(texts: Sequence[str], language: str = "zh") -> list[str]:
    lines = "".join(json.dumps([language, text]) + "\n" for text in texts)
    command = [sys.executable, str(Path(__file__).with_name("say_phonemes.py"))]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, cwd=ROOT)
    return [json.loads(line) for line in done.stdout.splitlines()]


def syllables(phonemes: str) -> int:
    """The library writes a tone behind each, from 11 (neutral) to 55 (high)."""
    return len(re.findall(r"214|11|35|51|55", phonemes))


def characters(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff0-9]", text))


def misread(texts: Sequence[str]) -> list[tuple[str, str]]:
    pairs = zip(texts, pronounced(texts), strict=True)
    return [(text, heard) for text, heard in pairs if syllables(heard) != characters(text) or "(en)" in heard]


def test_every_chinese_prompt_is_read_character_by_character():
    written = [*TREE.prompts["zh"].values(), *TREE.always["zh"].values(), *BUILT_IN["zh"].values()]
    texts = [re.sub(r"\{\{.*?\}\}", "", text) for text in written if text]
    assert len(texts) > 40
    assert misread(texts) == []


def test_whatever_a_chinese_prompt_counts_is_read_as_it_is_meant():
    amounts = [
        f"{whole}.{cents:02} USD" for whole in (0, 2, 12, 110, 1002, 12846, 200022) for cents in (0, 2, 50)
    ]
    texts = [
        *map(SAID["money"], amounts),
        *map(SAID["hours"], ("08:00-20:00", "mon-fri 09:00-18:30, sat 10:05-14:00", "22:00-06:30", "")),
        *map(SAID["minutes"], range(1, 31)),
        SAID["digits"]("1234567890"),
    ]
    assert misread(texts) == []


def test_figures_would_be_misread():
    """Why the filters spell numbers out; when the library learns it, they need not."""
    assert len(misread(["您的余额是12846.50美元", "请拨911"])) == 2


def test_two_languages_in_one_greeting_are_two_voices():
    english, chinese = TREE.always["en"]["for_english"], TREE.always["zh"]["for_mandarin"]
    (heard,) = pronounced([english], "en")
    assert heard.startswith("f")
    assert syllables(pronounced([chinese])[0]) == characters(chinese) == 6


@pytest.fixture
def sounds(tmp_path: Path):
    sounds = Sounds(tmp_path)
    yield sounds
    sounds.close()


async def test_the_renderer_speaks_each_prompt_in_its_language(sounds: Sounds, tmp_path: Path):
    text = TREE.always["zh"]["for_mandarin"]
    chinese, english = await sounds.get(Say(text, "zh")), await sounds.get(Say(text, "en"))
    seconds = len(chinese) / BYTES_A_SECOND
    assert 0.15 < seconds / characters(text) < 0.45, "an easy pace"
    assert chinese != english
    assert len([*(tmp_path / "prompts").iterdir()]) == 2, "each is kept for itself"
    balance = Say("您的账户余额是" + SAID["money"]("12846.50 USD") + "。", "zh", personal=True)
    assert len(await sounds.get(balance)) > len(chinese)
    assert len([*(tmp_path / "prompts").iterdir()]) == 2, "what is personal is kept nowhere"
