"""Telephone numbers: E.164, or no number.

A number that was typed or signalled in any usual form becomes "+14155550123". A withheld number comes in
disguise, as a word ("anonymous") or as digits that spell that word on a keypad (+266696687): that is *no
number*, never a caller that many people share.
"""

from __future__ import annotations

import phonenumbers
from phonenumbers import shortnumberinfo

REGION = "US"
"""where a number without a country code is at home"""
NUMBER_CHARACTERS_MAX = 40
"""longer than any written number; bounds what the parser is given"""

_WITHHELD = frozenset({"anonymous", "restricted", "unavailable", "blocked", "unknown", "private", "withheld"})
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_SPELLED = frozenset(word.translate(_KEYPAD) for word in _WITHHELD)


def e164(text: str, region: str = REGION) -> str | None:
    """`text` as E.164; None for a withheld number and for what can be no number at all."""
    text = text.strip().removeprefix("tel:")
    if len(text) > NUMBER_CHARACTERS_MAX or text.lower() in _WITHHELD or text.lstrip("+") in _SPELLED:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # A number without its area code is possible where it is at home, and somebody else's everywhere else.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_emergency(text: str, region: str = REGION) -> bool:
    """Whether `text` is what one dials for police, ambulance or fire brigade: never from a contact centre, which
    could not tell them where the caller is."""
    text = text.strip()
    return len(text) <= NUMBER_CHARACTERS_MAX and shortnumberinfo.is_emergency_number(text, region)
