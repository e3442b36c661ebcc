"""What is heard and keyed on a leg: prompts, music, digits.

The rule: a play ends once, with PlayFinished, KeysEntered or KeysTimedOut. Keys stop the prompts; after the
last prompt, and after each key, the next key has the time that the play allows. Secret digits leave as a
token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from callcenter.cti.provider import Play, Say
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.legs import MS_PER_CHARACTER, Carries, Leg
from callcenter.cti.simulator.reports import Reports
from callcenter.facts import KeysEntered, KeysKind, KeysTimedOut, PlayFinished, Value

FILE_MS = 3_000
"""length of a recorded prompt"""

CHARACTERS_OF_ONE = {"zh": 3}
"""a Chinese character takes as long as so many Latin ones"""


def spoken_ms(say: Say, ms_per_character: int = MS_PER_CHARACTER) -> int:
    """How long it takes to be said."""
    if say.file:
        return FILE_MS
    return len(say.text) * ms_per_character * CHARACTERS_OF_ONE.get(say.language, 1)


class Hearing:
    """`keep_secret`: keyed digits in, token out."""

    def __init__(
        self, agenda: Agenda, reports: Reports, carries: Carries, keep_secret: Callable[[str], str]
    ) -> None:
        self._agenda = agenda
        self._reports = reports
        self._carries = carries
        self._keep_secret = keep_secret

    def play(self, leg: Leg, play: Play) -> None:
        """Let the leg hear this from now on."""
        leg.play, leg.keys = play.play, ""
        leg.listen = play if play.listen is not None else None
        leg.mark += 1
        length_ms = self._length_ms(play.says)
        if not play.loop:
            self._agenda.after(length_ms, self._all_said, leg, leg.mark)
        leg.person.hears(leg.leg, play, length_ms)

    def key(self, leg: Leg, key: str) -> None:
        """One key is pressed; nobody hears one that nobody asked for."""
        if leg.listen is None or leg.listen.listen is None:
            return
        listen = leg.listen.listen
        finished = key == listen.finish_key
        if not finished:
            leg.keys += key
        leg.mark += 1  # what is being said stops, and so does the wait for this key
        if finished or len(leg.keys) >= listen.max_digits:
            self._keyed(leg, listen.kind)
        else:
            self._agenda.after(listen.timeout_ms, self._waited_long, leg, leg.mark)

    def _length_ms(self, says: Sequence[Say]) -> int:
        speed = self._carries.ms_per_character
        return sum(spoken_ms(say, speed) for say in says) if speed else 0

    def _all_said(self, leg: Leg, mark: int) -> None:
        if leg.mark != mark:
            return
        if leg.listen is None or leg.listen.listen is None:
            self._reports.add(PlayFinished(leg.leg, leg.play))
        else:
            self._agenda.after(leg.listen.listen.timeout_ms, self._waited_long, leg, mark)

    def _waited_long(self, leg: Leg, mark: int) -> None:
        if leg.mark != mark or leg.listen is None or leg.listen.listen is None:
            return
        if leg.keys:
            self._keyed(leg, leg.listen.listen.kind)
        else:
            leg.listen = None
            self._reports.add(KeysTimedOut(leg.leg, leg.play))

    def _keyed(self, leg: Leg, kind: KeysKind) -> None:
        keys, leg.keys, leg.listen = leg.keys, "", None
        match kind:
            case KeysKind.CHOICE:
                self._reports.add(KeysEntered(leg.leg, leg.play, choice=keys))
            case KeysKind.VALUE if keys:
                ref = f"{leg.leg}/keys-{leg.play}"
                self._reports.add(KeysEntered(leg.leg, leg.play, value=ref), Value(ref, "keys", keys))
            case KeysKind.SECRET if keys:
                self._reports.add(KeysEntered(leg.leg, leg.play, secret=self._keep_secret(keys)))
            case KeysKind.VALUE | KeysKind.SECRET:  # the finish key alone
                self._reports.add(KeysEntered(leg.leg, leg.play))
            case _:
                assert_never(kind)
