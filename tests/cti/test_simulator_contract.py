"""The simulator keeps the provider contract."""

from __future__ import annotations

import pytest
from contract import ProviderContract, ProviderUnderTest
from virtual_clock import VirtualClock

from callcenter.cti.secrets import SecretVault
from callcenter.cti.simulator.carrier import VANISH_MS, Carrier
from callcenter.cti.simulator.legs import NOBODY, Carries, Nobody, Person
from callcenter.cti.simulator.simulation import SimulatorSettings
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.facts import CentreSetup, LegId

AGENT, COLLEAGUE, SUPERVISOR = 41, 42, 43
TELEPHONE, BUSY = "+14155550142", "+14155550143"
NOBODY_SET_UP = CentreSetup(
    "bank", "America/Los_Angeles", entries=(("*", "main"),), queues=(), agents=(), trees=()
)


class SimulatorUnderTest(ProviderUnderTest):
    """Without its own people: the tests are the people."""

    agent = AGENT
    colleague = COLLEAGUE
    supervisor = SUPERVISOR
    telephone = TELEPHONE
    busy_number = BUSY
    unreachable_number = "+14155550144"
    vanish_ms = VANISH_MS

    def __init__(self, carries: Carries) -> None:
        self._clock = VirtualClock()
        self._secrets = SecretVault()
        self._calls = 0
        self.provider = self._simulator = SimulatorProvider(
            SimulatorSettings(calls_per_hour=0),
            NOBODY_SET_UP,
            keep_secret=self._secrets.put,
            carries=carries,
            clock=self._clock,
        )
        self._carrier = self._simulator.carrier
        telephones: dict[str, Person] = {TELEPHONE: NOBODY, BUSY: Engaged(self._carrier)}
        self._carrier.dialled = telephones.get
        self._carrier.stations.update(dict.fromkeys((AGENT, COLLEAGUE, SUPERVISOR), NOBODY))

    async def call(self, number: str | None) -> None:
        self._calls += 1
        self._carrier.arrive(f"simulator:test-{self._calls}", number, "1000", NOBODY)

    async def press(self, leg: LegId, keys: str) -> None:
        self._carrier.press(leg, keys)

    async def answer(self, leg: LegId) -> None:
        self._carrier.answer(leg)

    async def hang_up(self, leg: LegId) -> None:
        self._carrier.hang_up(leg)

    async def lose_network(self, leg: LegId) -> None:
        self._carrier.lose(leg)

    async def find_network(self, leg: LegId) -> None:
        self._carrier.come_back(leg)

    async def cut(self) -> None:
        self._simulator.cut_connection()

    async def pass_time(self, ms: int) -> None:
        self._clock.pass_time(ms)
        self._simulator.advance()

    def digits_of(self, token: str) -> str | None:
        return self._secrets.take(token)


class Engaged(Nobody):
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def rings(self, leg: LegId) -> None:
        self._carrier.hang_up(leg)


class TestSimulator(ProviderContract):
    @pytest.fixture(params=[True, False], ids=["recording", "not-recording"])
    def world(self, request: pytest.FixtureRequest) -> ProviderUnderTest:
        return SimulatorUnderTest(Carries(recordings=request.param, adopts=False))
