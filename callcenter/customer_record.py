"""What is known of a customer whom somebody talks to: who they are, what they have, were promised and called for.

The rule: it is read in one piece, kept in memory and shown as it is, so its words are those of the database and of
the screens alike. Times are integer milliseconds since 1970.
"""

from msgspec import Struct


class Product(Struct, frozen=True):
    kind: str
    title: str
    detail: str = ""
    title_zh: str = ""
    detail_zh: str = ""
    """"" where nobody wrote it in Chinese"""


class Promise(Struct, frozen=True):
    made_on: str
    """a day, 2026-11-25"""
    promised: str
    promised_zh: str = ""


class PastContact(Struct, frozen=True):
    interaction: int
    at: int
    queue: str
    """its title"""
    agent: str
    outcome: str
    disposition: str
    note: str
    queue_zh: str = ""
    disposition_zh: str = ""
    """"" where the centre gave no Chinese word"""
    business_line: str = ""
    """ "": of none"""


class CustomerRecord(Struct, frozen=True):
    customer: int
    name: str
    grade: str
    language: str
    numbers: tuple[str, ...]
    since_year: int | None = None
    products: tuple[Product, ...] = ()
    promises: tuple[Promise, ...] = ()
    """the newest first"""
    contacts: tuple[PastContact, ...] = ()
    """the last ones first, at most 10"""
