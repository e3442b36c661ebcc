"""Telephone numbers in every form in which they arrive."""

from __future__ import annotations

import pytest

from callcenter.numbers import e164, is_emergency


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+14155550101", "+14155550101"),
        ("(415) 555-0101", "+14155550101"),
        ("tel:+1-415-555-0101", "+14155550101"),
        ("+86 10 6552 9988", "+861065529988"),
        (" 415.555.0101 ", "+14155550101"),
    ],
)
def test_a_number_becomes_e164(written: str, number: str):
    assert e164(written) == number


@pytest.mark.parametrize(
    "disguise",
    [
        "anonymous",
        "Anonymous",
        "RESTRICTED",
        "unknown",
        "+266696687",
        "266696687",
        "+7378742833",
        "+86282452253",
    ],
)
def test_a_withheld_number_in_disguise_is_no_number(disguise: str):
    assert e164(disguise) is None


@pytest.mark.parametrize(
    "text", ["hello", "+", "12", "555-0101", "+1" + "5" * 30, "+999123456789", "5" * 10_000, "'; --"]
)
def test_what_can_be_no_number_is_none(text: str):
    assert e164(text) is None


@pytest.mark.parametrize(
    ("text", "is_one"), [("911", True), (" 112 ", True), ("+14155550911", False), ("9" * 99, False)]
)
def test_an_emergency_number_is_known_as_one(text: str, is_one: bool):
    assert is_emergency(text) is is_one
