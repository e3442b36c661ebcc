"""Look-ups that the core asked for: a customer by number or account, a PIN. The answer comes back as an input.

The rule: one question, one answer, whatever happens: found, unknown, or failed. What the IVR may read out comes
as personal values, by reference. Digits of a PIN are taken from memory and are gone after the check.
"""

import asyncio
from typing import Protocol

import structlog

from callcenter.cti.secrets import SecretVault
from callcenter.effects import LookUp
from callcenter.engine.values import Values
from callcenter.facts import (
    CustomerFound,
    CustomerUnknown,
    LookUpFailed,
    PinChecked,
    PinResult,
    Received,
    Ref,
    Value,
)
from callcenter.store.customers import Found, Unknown

LOOK_UPS_MAX = 32
"""at once; the others wait their turn"""

log = structlog.get_logger(__name__)


class Customers(Protocol):
    """What look-ups need of the customer base."""

    async def by_number(self, number: str) -> Found | Unknown: ...

    async def by_account(self, account: str) -> Found | Unknown: ...

    async def by_customer(self, customer: int) -> Found | Unknown: ...

    async def check_pin(self, customer: int, digits: str) -> PinResult: ...

    async def read_record(self, customer: int) -> object: ...


class LookUps:
    def __init__(self, customers: Customers, secrets: SecretVault) -> None:
        self._customers = customers
        self._secrets = secrets
        self._turns = asyncio.Semaphore(LOOK_UPS_MAX)

    async def answer(self, wanted: LookUp, values: Values) -> Received:
        """`values` tells what `wanted.value` stands for. Never raises; a failure is an answer."""
        source = f"look-up:{wanted.look_up}"
        async with self._turns:
            try:
                return await self._ask(wanted, values, source)
            except Exception as error:  # a database or a directory that fails is the tree's business
                log.warning("look_up.failed", kind=wanted.kind, reason=type(error).__name__)
                return Received(source, LookUpFailed(wanted.look_up, type(error).__name__))

    async def make_ready(self, answer: Received) -> None:
        """Fetches the record of a customer who was found, so that it is at hand when the desk rings."""
        if not isinstance(answer.input, CustomerFound):
            return
        try:
            await self._customers.read_record(answer.input.customer)
        except Exception as error:  # the desk reads it itself, a little later; one record's data end nothing
            log.warning("look_up.record_not_ready", reason=type(error).__name__)

    async def _ask(self, wanted: LookUp, values: Values, source: str) -> Received:
        if wanted.kind == "pin":
            return Received(source, PinChecked(wanted.look_up, await self._pin(wanted)))
        found = await self._who(wanted, values)
        if isinstance(found, Unknown):
            return Received(source, CustomerUnknown(wanted.look_up, found.matches))
        refs: tuple[tuple[str, Ref], ...] = tuple((name, f"{source}/{name}") for name in found.values)
        known = tuple(Value(ref, name, found.values[name]) for name, ref in refs)
        answer = CustomerFound(wanted.look_up, found.customer, found.grade, found.language, refs)
        return Received(source, answer, known)

    async def _who(self, wanted: LookUp, values: Values) -> Found | Unknown:
        if wanted.customer is not None:
            return await self._customers.by_customer(wanted.customer)
        text = await values.find(wanted.value) if wanted.value is not None else None
        if text is None:
            return Unknown()
        find = self._customers.by_number if wanted.kind == "number" else self._customers.by_account
        return await find(text)

    async def _pin(self, wanted: LookUp) -> PinResult:
        digits = self._secrets.take(wanted.secret) if wanted.secret is not None else None
        if digits is None or wanted.customer is None:
            return PinResult.FORGOTTEN
        return await self._customers.check_pin(wanted.customer, digits)
