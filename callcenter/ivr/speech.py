"""How values are said aloud, language by language: the filters of prompt templates.

The rule: a filter takes any text and gives a text, never an error; what it can't read is said as it stands.

    {{ balance | money }}        1234.56 USD   1,234 dollars and 56 cents   一千两百三十四美元五十六美分
    {{ account | digits }}       1002          1, 0, 0, 2                   一，零，零，二
    {{ wait | minutes }}         2             2 minutes                    两分钟
    {{ hours_loans | hours }}    09:00-18:00   every day from 9 AM to 6 PM  每天上午九点到下午六点
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from callcenter import hours
from callcenter.ivr import chinese, english

Filter = Callable[[object], str]

NUMBER_DIGITS_MAX = 15
"""longer ones are no numbers that somebody would say"""

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
_CHINESE_MONEY = {"USD": ("美元", "美分"), "EUR": ("欧元", "欧分"), "GBP": ("英镑", "便士")}


def _english_money(value: object) -> str:
    if (amount := _amount(value)) is None:
        return str(value)
    minus, whole, cents, currency = amount
    said = english.money(whole, cents, _ENGLISH_MONEY[currency])
    return f"minus {said}" if minus else said


def _chinese_money(value: object) -> str:
    if (amount := _amount(value)) is None:
        return str(value)
    minus, whole, cents, currency = amount
    units = _CHINESE_MONEY.get(currency)
    said = chinese.money(whole, cents, units) if units else chinese.yuan(whole, cents)
    return f"负{said}" if minus else said


def _amount(value: object) -> tuple[bool, int, int, str] | None:
    """(is it negative, whole units, hundredths, currency)"""
    found = _AMOUNT.fullmatch(str(value).strip())
    if found is None:
        return None
    minus, sign, whole, cents, unit = found.groups()
    currency = _CURRENCIES.get((sign or unit or "USD").upper())
    whole = whole.replace(",", "")
    if currency is None or not whole or len(whole) > NUMBER_DIGITS_MAX:
        return None
    return bool(minus), int(whole), int((cents or "0").ljust(2, "0")), currency


def _english_minutes(value: object) -> str:
    text = str(value).strip()
    return f"{text} minute" if text == "1" else f"{text} minutes"


def _chinese_minutes(value: object) -> str:
    text = str(value).strip()
    readable = text.isascii() and text.isdecimal() and len(text) <= NUMBER_DIGITS_MAX
    return f"{chinese.quantity(int(text)) if readable else text}分钟"


def _english_digits(value: object) -> str:
    # Commas keep a speech engine from reading a number as thousands and give each digit its moment.
    return ", ".join(character for character in str(value) if character.isalnum())


def _chinese_digits(value: object) -> str:
    figures = str.maketrans("0123456789", chinese.DIGITS)
    return "，".join(character.translate(figures) for character in str(value) if character.isalnum())


def _hours(said: Callable[[Sequence[hours.Part]], str]) -> Filter:
    def opening(value: object) -> str:
        text = str(value)
        try:
            always = hours.spans(text) == hours.spans("")
            return said(() if always else hours.parts(text))
        except hours.BadHours:
            return text

    return opening


FILTERS: Mapping[str, Mapping[str, Filter]] = {
    "en": {
        "money": _english_money,
        "digits": _english_digits,
        "minutes": _english_minutes,
        "hours": _hours(english.opening),
    },
    "zh": {
        "money": _chinese_money,
        "digits": _chinese_digits,
        "minutes": _chinese_minutes,
        "hours": _hours(chinese.opening),
    },
}
"""for each language the filters of its templates; every language has the same ones"""
