"""The public: who calls us, and who answers when we call."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.cti.provider import Play
from callcenter.simulate.town import SECOND, Town


class Caller:
    """Calls once."""

    def __init__(self, town: Town, leg: f.LegId) -> None:
        self._town = town
        self._leg = leg
        self._heard = 0

    def rings(self, leg: f.LegId) -> None:
        """Nobody rings a caller."""

    def hears(self, leg: f.LegId, play: Play, length_ms: int) -> None:
        self._heard += 1
        random, heard = self._town.random, self._heard
        if play.loop:
            self._town.agenda.after(random.randrange(2 * SECOND, 60 * SECOND), self._loses_patience, heard)
        elif play.listen is not None and (self._town.calm or random.random() < 0.8):
            keys = random.choice(["0", "0", "9", "1234#", "5", "#"])
            if self._town.calm:
                keys = "0" if play.listen.kind is f.KeysKind.CHOICE else "1234#"
            self._town.agenda.after(random.randrange(200, length_ms + 2 * SECOND), self._keys, heard, keys)
        self._stumbles()

    def talks(self, leg: f.LegId) -> None:
        self._heard += 1
        limit = 4 * SECOND if self._town.calm else 30 * SECOND
        self._town.agenda.after(self._town.random.randrange(SECOND, limit), self._says_bye, self._heard)
        self._stumbles()

    def ended(self, leg: f.LegId) -> None:
        self._heard += 1

    def _stumbles(self) -> None:
        town, chance = self._town, self._town.random.random()
        if town.calm:
            return
        if chance < 0.04:
            town.agenda.after(town.random.randrange(10 * SECOND), town.carrier.lose, self._leg)
            town.agenda.after(
                town.random.randrange(10 * SECOND, 40 * SECOND), town.carrier.come_back, self._leg
            )
        elif chance < 0.08:
            town.agenda.after(town.random.randrange(10 * SECOND), town.carrier.hang_up, self._leg)

    def _keys(self, heard: int, keys: str) -> None:
        if heard == self._heard:
            self._town.carrier.press(self._leg, keys)

    def _loses_patience(self, heard: int) -> None:
        if heard == self._heard and not self._town.calm:
            self._town.carrier.hang_up(self._leg)

    def _says_bye(self, heard: int) -> None:
        if heard == self._heard:
            self._town.carrier.hang_up(self._leg)


class Outsider:
    """Somebody whose number is dialled: answers or not, talks for a while, may lose the network."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def rings(self, leg: f.LegId) -> None:
        town, chance = self._town, self._town.random.random()
        if town.calm or chance < 0.5:
            town.agenda.after(town.random.randrange(100, 10 * SECOND), town.carrier.answer, leg)
        elif chance < 0.7:
            town.agenda.after(town.random.randrange(100, 10 * SECOND), town.carrier.hang_up, leg)

    def hears(self, leg: f.LegId, play: Play, length_ms: int) -> None:
        """Sooner or later hangs up on the music."""
        self.talks(leg)

    def talks(self, leg: f.LegId) -> None:
        town = self._town
        limit = 4 * SECOND if town.calm else 30 * SECOND
        town.agenda.after(town.random.randrange(SECOND, limit), town.carrier.hang_up, leg)
        if not town.calm and town.random.random() < 0.1:
            town.agenda.after(town.random.randrange(10 * SECOND), town.carrier.lose, leg)

    def ended(self, leg: f.LegId) -> None:
        """That was that."""
