"""One random day: a carrier with people, the centre, the network between them, and a seed.

    carrier ──reports──▶ network ──▶ owner ──commands──▶ network ──▶ carrier

The rule: everything happens on one agenda, so a seed is a day. Faults are those that a provider's contract allows
(a report comes late, twice, or only after a reconnection; a command is lost; the carrier or the owner dies), and
some that it does not (two reports of one leg change places). From `heal` on nothing fails any more, and
HEAL_SECONDS later nobody may be left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from callcenter import effects as e
from callcenter import facts as f
from callcenter.cti.provider import Command, Dial, WantedLeg
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.legs import NAME, Carries
from callcenter.cti.simulator.reports import Reports
from callcenter.lifecycles import ContactState
from callcenter.state import Live
from tests.simulation.centres import BASE, another
from tests.simulation.invariants import Invariants
from tests.simulation.owner import Disk, Owner, recovered, same
from tests.simulation.people import SECOND, Agent, Caller, Outsider, Supervisor

LINES_MAX = 8
HEAL_SECONDS = 60
RECONCILE_SECONDS = 60


class Day:
    """`run` lives it and raises whatever breaks a rule of it."""

    def __init__(self, seed: int, *, seconds: int = 120) -> None:
        self.random = Random(seed)
        self.agenda = Agenda(1_000_000, lambda: None)
        self.disk = Disk()
        self.calm = False
        self.restarts = 0
        self._gap_ms = self.random.choice([4, 8, 20]) * SECOND
        """between two calls at most: on quiet days agents sit idle, on others callers wait"""
        self._until = self.agenda.now + seconds * SECOND
        self._numbers = dict.fromkeys(("call", "screen", "run", "version", "secret", "dialled"), 0)
        self._not_before: dict[object, int] = {}
        self._lost: set[object] = set()
        self._out_at = 0
        self.invariants = Invariants()
        self._new_carrier()
        self.owner = Owner(self.disk, self.agenda, self, self.invariants.check)
        agents = [Agent(self, setup) for setup in BASE.agents if setup.agent != Supervisor.NUMBER]
        self._people: list[Agent | Supervisor] = [*agents, Supervisor(self)]

    @property
    def live(self) -> Live:
        return self.owner.live

    def run(self) -> None:
        self.owner.take_over()
        self._apply(BASE)
        for agent in self._people:
            self.agenda.after(self.random.randrange(5 * SECOND), agent.begin)
        for act in (self._call, self._misfortune, self._reconcile, self._check_recovery):
            act()
        self._pass_until(self._until)
        self.heal()
        self._pass_until(self._until + HEAL_SECONDS * SECOND)
        self._nobody_is_left()

    def heal(self) -> None:
        """Nothing fails from now on, and everybody is willing."""
        self.calm = True
        if self.owner.dead:
            self._start()
        self._apply(BASE)
        self._repeat()
        self.owner.reconcile()
        for agent in self._people:
            agent.settle_down()

    def _pass_until(self, until: int) -> None:
        agenda = self.agenda
        while agenda.next_due is not None and agenda.next_due <= until:
            agenda.advance(agenda.next_due)
            while (item := self._reports.take()) is not None:
                if isinstance(item, f.Received):
                    self._carry(item)
        agenda.advance(until)

    # --- What people do ---

    def ask(self, input: f.Input) -> None:
        self.owner.put(f.Received(f"screen:{self._next('screen')}", input))

    def report(self, input: f.Input) -> None:
        self._reports.add(input)

    def dialled(self) -> f.Ref:
        ref = f"screen:{self._next('dialled')}/number"
        self.disk.values[ref] = self.random.choice(["+14155550101", "+14155550102"])
        return ref

    def _call(self) -> None:
        if self.calm:
            return
        contacts = self.live.state.contacts.values()
        if sum(contact.state is not ContactState.ENDED for contact in contacts) < LINES_MAX:
            leg = f"{NAME}:{self._next('call')}"
            number = self.random.choice([None, "+1", "+2", "+3", "+4"])
            self.carrier.arrive(leg, number, self.random.choice(["100", "200"]), Caller(self, leg))
        self.agenda.after(self.random.randrange(100, self._gap_ms), self._call)

    # --- From the carrier to the owner ---

    def _carry(self, item: f.Received) -> None:
        """In order for each leg and each station, unless the network has a bad moment."""
        chance = 1.0 if self.calm else self.random.random()
        key = getattr(item.input, "leg", None) or getattr(item.input, "agent", None)
        due = max(self.agenda.now + self.random.randrange(1, 30), self._not_before.get(key, 0))
        if chance < 0.02 or key in self._lost:
            self._lost.add(key)  # with all that follows on this leg, until the connection is cut and mended
            return
        if isinstance(item.input, f.LegAnswered) and chance < 0.12:
            # Late enough to find its offer closed and perhaps another one open for the same caller.
            self.agenda.at(due + self.random.randrange(12 * SECOND), self._deliver, item)
            return
        if chance < 0.04 and isinstance(item.input, f.LegEnded | f.PlayFinished | f.KeysEntered):
            self.agenda.at(due + self.random.randrange(4 * SECOND), self._deliver, item)
            return
        self._not_before[key] = due
        self.agenda.at(due, self._deliver, item)
        if chance > 0.95 and not self.calm:
            self.agenda.at(due + self.random.randrange(6 * SECOND), self._deliver, item)

    def _deliver(self, item: f.Received) -> None:
        self.owner.put(item)  # whoever is dead hears nothing, and it is repeated to the next

    # --- From the owner to the carrier; a World of `tests.simulation.owner` ---

    def acknowledged(self, source: str) -> None:
        if (what := self._reports.acknowledge(source)) is not None:
            self.carrier.acknowledged(what)

    def commanded(self, command: Command) -> None:
        chance = 1.0 if self.calm else self.random.random()
        if chance < (0.08 if isinstance(command, e.HangUp) else 0.02):
            if isinstance(command, e.RingAgent | Dial):
                self._not_rung(command)
            return
        self._out(self.carrier.perform, command)
        if chance > 0.97 and not self.calm:
            self._out(self.carrier.perform, command)

    def _not_rung(self, command: e.RingAgent | Dial) -> None:
        """The carrier could not be told, or could and the answer was lost."""
        refused = isinstance(command, e.RingAgent) and self.random.random() < 0.5
        if not refused and self.random.random() < 0.5:
            self._out(self.carrier.perform, command)
        wait_ms = self.random.choice([0, 5, 40])
        failed = f.LegFailed(command.leg, "unreachable" if refused else f.IN_DOUBT)
        self.agenda.after(wait_ms, self.owner.put, f.Received(f"outbox:ring:{command.leg}", failed))

    def reconciled(self, wanted: Sequence[WantedLeg]) -> None:
        self._out(self.carrier.reconcile, wanted)

    def asked(self, look_up: e.LookUp) -> None:
        chance = 1.0 if self.calm else self.random.random()
        if chance < 0.04:
            return  # the answer never comes
        wait_ms = (
            self.random.randrange(4 * SECOND, 7 * SECOND) if chance < 0.1 else self.random.randrange(1, 300)
        )
        answer = self._answer(look_up)
        self.agenda.after(wait_ms, self.owner.put, f.Received(f"look-up:{look_up.look_up}", answer))

    def commit_ms(self) -> int:
        away = not self.calm and self.random.random() < 0.002
        return self.random.randrange(500, 3 * SECOND) if away else self.random.randrange(1, 8)

    def _out(self, act: Callable[..., None], what: object) -> None:
        """One line, in order: a provider never hears of a later state before an earlier one."""
        stalled = not self.calm and self.random.random() < 0.005
        wait_ms = self.random.randrange(SECOND) if stalled else self.random.randrange(1, 10)
        self._out_at = max(self._out_at, self.agenda.now + wait_ms)
        self.agenda.at(self._out_at, act, what)

    def _answer(self, look_up: e.LookUp) -> f.Input:
        answers: list[f.Input]
        number, random = look_up.look_up, self.random
        if look_up.kind == "pin":
            results = [f.PinResult.RIGHT, f.PinResult.RIGHT, f.PinResult.WRONG, f.PinResult.LOCKED]
            right = f.PinChecked(number, f.PinResult.RIGHT)
            return (
                right if self.calm else f.PinChecked(number, random.choice([*results, f.PinResult.FORGOTTEN]))
            )
        found = f.CustomerFound(
            number,
            look_up.customer or random.randrange(1, 9),
            random.choice("ABC"),
            random.choice(["en", "en", "zh", "fr"]),
        )
        answers = [found, found, found, f.CustomerUnknown(number), f.LookUpFailed(number, "away")]
        return random.choice(answers)

    # --- What goes wrong ---

    def _misfortune(self) -> None:
        if self.calm:
            return
        random = self.random
        random.choice([
            self._crash, self._crash, self._cut, self._cut, self._cut, self._carrier_dies, self._setup_changes,
            self._setup_changes,
        ])()  # fmt: skip
        self.agenda.after(random.randrange(5 * SECOND, 40 * SECOND), self._misfortune)

    def _crash(self) -> None:
        if self.owner.dead:
            return
        self.owner.crash(written=self.random.random() < 0.5)
        down_ms = self.random.choice([50, 800, 4 * SECOND, 20 * SECOND])
        self.agenda.after(down_ms, self._start)

    def _start(self) -> None:
        """The next process: recover, take over, adopt."""
        if not self.owner.dead:
            return
        self.restarts += 1
        # What was settled and never written never was: the invariants begin again from what is.
        self.invariants = Invariants()
        for entry in self.disk.entries:
            self.invariants.check(entry)
        snapshot_seq = self.random.randrange(len(self.disk.entries) + 1)
        check = self.invariants.check
        self.owner = Owner(self.disk, self.agenda, self, check, snapshot_seq=snapshot_seq)
        self.owner.take_over()
        self.owner.reconcile()
        self._repeat()
        for agent in self._people:
            if agent.is_connected:
                agent.connect()  # a provider tells a new owner whose phones can be rung

    def _repeat(self) -> None:
        self._lost.clear()
        self._reports.repeat()

    def _cut(self) -> None:
        self._repeat()
        self.owner.reconcile()

    def _carrier_dies(self) -> None:
        """With all its legs; what it had not told, nobody will ever hear."""
        if self.random.random() < 0.4:
            return
        self._new_carrier()
        self.owner.reconcile()
        for agent in self._people:
            self.agenda.after(self.random.randrange(2 * SECOND), agent.connect)

    def _new_carrier(self) -> None:
        self._reports = Reports(f"{NAME}:r{self._next('run')}", lambda: None)
        self.carrier = Carrier(
            self.agenda,
            self._reports,
            carries=Carries(ms_per_character=20, recordings=True, adopts=False),
            keep_secret=lambda digits: f"secret:{self._next('secret')}",
            adopted=lambda leg: Caller(self, leg),
            dialled=lambda number: Outsider(self),
        )

    def _setup_changes(self) -> None:
        self._apply(another(self.random, self._numbers["version"] + 1))

    def _apply(self, setup: f.CentreSetup) -> None:
        version = self._next("version")
        self.owner.put(f.Received(f"import:{version}", f.CentreApplied(version, setup, "sam")))

    def _reconcile(self) -> None:
        self.owner.reconcile()
        self.agenda.after(RECONCILE_SECONDS * SECOND, self._reconcile)

    # --- What must hold beside the journal ---

    def _check_recovery(self) -> None:
        if not self.owner.dead:
            assert same(recovered(self.owner.entries), self.owner.live), "I4: recovery is another state"
        self.agenda.after(self.random.randrange(10 * SECOND, 60 * SECOND), self._check_recovery)

    def _nobody_is_left(self) -> None:
        state = self.live.state
        left = (state.contacts, state.legs, state.offers, state.engagements, state.look_ups)
        assert not any(left), f"I7: still here a minute after all is well: {left}"
        assert len(self._reports) == 0, "I5: reports that nobody acknowledged"
        self.invariants.over()

    def _next(self, what: str) -> int:
        self._numbers[what] += 1
        return self._numbers[what]
