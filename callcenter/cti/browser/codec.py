"""What the media process reports, as inputs of the centre. Pure but for the vault that keeps secrets.

The rule: a number or keyed digits become a personal value under a reference made of the report's own source
id, so that a repeated report writes the same row; secret digits go into the vault and only their token on.
"""

from __future__ import annotations

from typing import Protocol, assert_never

from callcenter.cti.browser.wire import Arrived, Keyed, Report
from callcenter.facts import CallArrived, KeysEntered, KeysKind, Received, Value

PROVIDER = "browser"


class Vault(Protocol):
    def put(self, digits: str) -> str: ...


def received(report: Report, vault: Vault) -> Received:
    """The input that a report stands for, with its personal values."""
    source, what = report.source, report.what
    if isinstance(what, Arrived):
        return _arrived(source, what)
    if isinstance(what, Keyed):
        return _keyed(source, what, vault)
    return Received(source, what)


def _arrived(source: str, what: Arrived) -> Received:
    if not what.ani:
        return Received(source, CallArrived(what.leg, PROVIDER, None, what.dnis))
    ani = Value(ref=f"{source}/ani", kind="ani", text=what.ani)
    return Received(source, CallArrived(what.leg, PROVIDER, ani.ref, what.dnis), (ani,))


def _keyed(source: str, what: Keyed, vault: Vault) -> Received:
    if not what.digits:  # the finish key alone
        return Received(source, KeysEntered(what.leg, what.play))
    match what.kind:
        case KeysKind.CHOICE:
            return Received(source, KeysEntered(what.leg, what.play, choice=what.digits))
        case KeysKind.VALUE:
            keys = Value(ref=f"{source}/keys", kind="keys", text=what.digits)
            return Received(source, KeysEntered(what.leg, what.play, value=keys.ref), (keys,))
        case KeysKind.SECRET:
            return Received(source, KeysEntered(what.leg, what.play, secret=vault.put(what.digits)))
        case _:
            assert_never(what.kind)
