"""How values are said aloud, language by language: the filters of prompt templates.

The rule: a filter takes any text and gives a text, never an error; what it can't read is said as it stands.

    {{ balance | money }}      1234.56 USD   1,234 dollars and 56 cents     1234元5角6分
    {{ account | digits }}     1002          1, 0, 0, 2                     1，0，0，2
    {{ wait | minutes }}       1             1 minute                       1分钟
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Filter = Callable[[object], str]

_AMOUNT = re.compile(r"([-−]?)\s*([$€£¥]?)\s*(\d[\d,]{0,17})(?:\.(\d{1,2}))?\s*([A-Za-z]{0,10}|元)\.?")
_CURRENCIES = {
    "$": "USD", "USD": "USD", "DOLLAR": "USD", "DOLLARS": "USD",
    "€": "EUR", "EUR": "EUR", "EURO": "EUR", "EUROS": "EUR",
    "£": "GBP", "GBP": "GBP", "POUND": "GBP", "POUNDS": "GBP",
    "¥": "CNY", "CNY": "CNY", "RMB": "CNY", "YUAN": "CNY", "元": "CNY",
}  # fmt: skip
_ENGLISH_MONEY = {
    "USD": ("dollar", "dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
    "CNY": ("yuan", "yuan", "fen", "fen"),
}
_CHINESE_MONEY = {"USD": "美元", "EUR": "欧元", "GBP": "英镑", "CNY": "元"}


def _english_money(value: object) -> str:
    if (amount := _amount(value)) is None:
        return str(value)
    minus, whole, cents, currency = amount
    one, many, one_cent, many_cents = _ENGLISH_MONEY[currency]
    said = f"{whole:,} {one if whole == 1 else many}"
    if cents:
        said += f" and {cents} {one_cent if cents == 1 else many_cents}"
    return f"minus {said}" if minus else said


def _chinese_money(value: object) -> str:
    if (amount := _amount(value)) is None:
        return str(value)
    minus, whole, cents, currency = amount
    jiao, fen = divmod(cents, 10)
    if currency == "CNY":
        said = f"{whole}元" + (f"{jiao}角" if jiao else "零" if fen else "") + (f"{fen}分" if fen else "")
    else:
        said = f"{whole}" + (f".{cents:02d}" if cents else "") + _CHINESE_MONEY[currency]
    return f"负{said}" if minus else said


def _amount(value: object) -> tuple[bool, int, int, str] | None:
    """(is it negative, whole units, hundredths, currency)"""
    found = _AMOUNT.fullmatch(str(value).strip())
    if found is None:
        return None
    minus, sign, whole, cents, unit = found.groups()
    currency = _CURRENCIES.get((sign or unit or "USD").upper())
    if currency is None:
        return None
    return bool(minus), int(whole.replace(",", "")), int((cents or "0").ljust(2, "0")), currency


def _english_minutes(value: object) -> str:
    text = str(value).strip()
    return f"{text} minute" if text == "1" else f"{text} minutes"


def _chinese_minutes(value: object) -> str:
    return f"{str(value).strip()}分钟"


def _separated(separator: str) -> Filter:
    # Commas keep a speech engine from reading a number as thousands and give each digit its moment.
    return lambda value: separator.join(character for character in str(value) if character.isalnum())


FILTERS: Mapping[str, Mapping[str, Filter]] = {
    "en": {"money": _english_money, "digits": _separated(", "), "minutes": _english_minutes},
    "zh": {"money": _chinese_money, "digits": _separated("，"), "minutes": _chinese_minutes},
}
"""for each language the filters of its templates; every language has the same ones"""
