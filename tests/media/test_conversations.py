"""What a recording holds of a talk that changes: each side by frequency, pauses and whispers; and kill -9."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from crowd import (
    AGENT_,
    CALLER,
    COLLEAGUE,
    MUSIC,
    OUTSIDE,
    SUPERVISOR,
    WINDOW,
    Crowd,
    sounds_in,
    speaking,
)
from fake_page import strength
from media_world import Service
from test_process import again, command, kept

from callcenter.facts import LegRestored, Part, RecordingClosed
from callcenter.media.audio import FRAME_BYTES, FRAME_MS
from callcenter.media.process import MediaProcess
from callcenter.media.recorder import wav_of
from callcenter.media.recording import Status
from callcenter.media.server import MediaServer

TALKS, HELD, LISTENS, COACHES = Part.TALKS, Part.HELD, Part.LISTENS, Part.COACHES
HEADER = 58
EDGE_MS = 100
KEY_TONES = (697, 770, 852, 1209, 1336, 1477)
STAGE_TICKS = 40


class Cut:
    """What the recording says of a stretch of time, without its first and last moments."""

    def __init__(self, data: Path, recording: int) -> None:
        file = wav_of(data, recording)
        assert file is not None
        content = file.read_bytes()[HEADER:]
        self._sides = content[0::2], content[1::2]
        self.status = msgspec.json.decode(file.with_suffix(".json").read_bytes(), type=Status)

    def heard(self, start_ms: int, end_ms: int) -> tuple[set[str], set[str]]:
        """Whoever is heard at any time between these, but for the first and the last moments."""
        left, right = (
            {
                who
                for window in self._windows(side, start_ms + EDGE_MS, end_ms - EDGE_MS)
                for who in sounds_in(window)
            }
            for side in self._sides
        )
        return left, right

    def keys(self, start_ms: int, end_ms: int) -> float:
        """How much of any 100 ms of the left side are tones of keys."""
        windows = self._windows(self._sides[0], start_ms, end_ms, frames=5)
        return max(strength(window, hertz) for window in windows for hertz in KEY_TONES)

    def _windows(
        self, side: bytes, start_ms: int, end_ms: int, frames: int = WINDOW // FRAME_BYTES
    ) -> list[bytes]:
        starts = range(start_ms // FRAME_MS, end_ms // FRAME_MS - frames)
        return [side[start * FRAME_BYTES : (start + frames) * FRAME_BYTES] for start in starts]


class Stages:
    """Arranges one after the other and remembers when, in the recording's own time."""

    def __init__(self, crowd: Crowd, server: MediaServer, recording: int) -> None:
        self._crowd = crowd
        self._server = server
        self._recording = recording
        self.times: list[tuple[int, int]] = []

    async def stage(self, parts: dict[str, Part], *, paused: bool = False) -> None:
        number = len(self.times) + 1
        await self._crowd.arrange(number, parts, recording=self._recording, paused=paused)
        await self._crowd.ticks(5)
        begin = self._now()
        await self._crowd.ticks(STAGE_TICKS)
        self.times.append((begin, self._now()))

    def _now(self) -> int:
        talk = next(iter(self._server.exchange.talks.values()))
        assert talk.recording is not None
        return talk.recording._elapsed_ms()


STAGES: list[tuple[dict[str, Part], bool, set[str], set[str]]] = [
    ({CALLER: TALKS, AGENT_: TALKS}, False, {CALLER}, {AGENT_}),
    ({CALLER: TALKS, AGENT_: TALKS}, True, set(), set()),
    ({CALLER: TALKS, AGENT_: TALKS}, False, {CALLER}, {AGENT_}),
    ({CALLER: HELD, AGENT_: TALKS}, False, set(), {AGENT_}),
    ({CALLER: HELD, AGENT_: TALKS, COLLEAGUE: TALKS}, False, set(), {AGENT_, COLLEAGUE}),
    ({CALLER: TALKS, AGENT_: TALKS, COLLEAGUE: TALKS}, False, {CALLER}, {AGENT_, COLLEAGUE}),
    ({CALLER: TALKS, AGENT_: TALKS, COLLEAGUE: HELD}, False, {CALLER}, {AGENT_}),
    ({CALLER: TALKS, AGENT_: TALKS, SUPERVISOR: LISTENS}, False, {CALLER}, {AGENT_}),
    ({CALLER: TALKS, AGENT_: TALKS, SUPERVISOR: COACHES}, False, {CALLER}, {AGENT_}),
    ({CALLER: TALKS, AGENT_: TALKS, SUPERVISOR: COACHES}, True, set(), set()),
    ({CALLER: TALKS, AGENT_: TALKS, SUPERVISOR: TALKS}, False, {CALLER}, {AGENT_, SUPERVISOR}),
    ({CALLER: TALKS, AGENT_: TALKS, OUTSIDE: TALKS}, False, {CALLER, OUTSIDE}, {AGENT_}),
    ({CALLER: TALKS, OUTSIDE: TALKS}, False, {CALLER, OUTSIDE}, set()),
]


async def test_a_recording_holds_who_talks_on_their_sides_and_nothing_else(
    server: MediaServer, service: Service, tmp_path: Path
):
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_, COLLEAGUE, SUPERVISOR, OUTSIDE)
        stages = Stages(crowd, server, 5)
        for parts, paused, _, _ in STAGES:
            await stages.stage(parts, paused=paused)
        await crowd.pages[CALLER].say({"event": "hangup"})
        closed = await service.report(RecordingClosed)
    cut = Cut(tmp_path, 5)
    found = [cut.heard(*times) for times in stages.times]
    assert found == [(left, right) for _, _, left, right in STAGES]
    assert closed.recording == 5
    pauses = [(start, end) for start, end in cut.status.pauses if end is not None]
    assert [
        start <= begin and end <= stop
        for (start, stop), (begin, end) in zip(
            pauses,
            [times for times, stage in zip(stages.times, STAGES, strict=True) if stage[1]],
            strict=True,
        )
    ] == [True, True]
    assert not any(start < stop and begin < end for start, end in closed.gaps for begin, stop in pauses)


async def test_the_keys_of_a_talk_are_in_no_recording(server: MediaServer, service: Service, tmp_path: Path):
    """They may be a PIN: the voice goes on, the tones are for those who hear them now."""
    async with speaking(service, server.port) as crowd:
        await crowd.come(CALLER, AGENT_)
        stages = Stages(crowd, server, 5)
        await crowd.pages[CALLER].press("1")
        await stages.stage({CALLER: TALKS, AGENT_: TALKS})
        await crowd.pages[CALLER].press("12345678")
        await crowd.pages[AGENT_].told("dtmf", dtmf={"digit": "8"})
        await crowd.ticks(STAGE_TICKS)
        end = stages._now()
        await crowd.pages[CALLER].say({"event": "hangup"})
        await service.report(RecordingClosed)
    cut = Cut(tmp_path, 5)
    begin = stages.times[0][0]
    assert cut.heard(begin, end)[0] == {CALLER}
    assert cut.keys(begin, end) < 0.05


# --- kill -9 ---


@contextlib.asynccontextmanager
async def killed_in(
    tmp_path: Path, parts: dict[str, Part], *, paused: bool = False, unanswered: str = ""
) -> AsyncIterator[tuple[Crowd, Service, int]]:
    """Everybody is in this arrangement when the media process is killed; the next one has said nothing yet."""
    process = MediaProcess(command(tmp_path), tmp_path)
    async with kept(process) as port:
        service = Service(tmp_path)
        await service.attach()
        async with speaking(service, port) as crowd:
            await crowd.come(*(who for who in parts if who != unanswered))
            if unanswered:
                await crowd.dial()
            await crowd.arrange(1, parts, recording=17, paused=paused)
            await crowd.hears(AGENT_, {"ringing"} if unanswered else {who for who in parts if who != AGENT_})
            killed = process.holder
            assert killed is not None
            os.kill(killed.pid, signal.SIGKILL)
            for page in crowd.pages.values():
                await page.gone()
            crowd.port = await again(process, killed.pid)
            yield crowd, service, crowd.port
        await service.close()


@pytest.mark.parametrize("early", [True, False], ids=["pages first", "service first"])
async def test_a_conference_goes_on_after_kill_9_with_the_same_parts(tmp_path: Path, early: bool):
    parts = {CALLER: TALKS, AGENT_: TALKS, COLLEAGUE: TALKS, OUTSIDE: TALKS}
    async with killed_in(tmp_path, parts) as (crowd, service, _):
        if not early:
            await service.attach(crowd.wanted())
        for who in parts:
            await crowd.come_back(who)
            if not early:
                assert await service.report(LegRestored) == LegRestored(crowd.legs[who])
        if early:
            await service.attach(crowd.wanted())
        await crowd.all_hear({who: parts.keys() - {who} for who in parts})
        for who in (OUTSIDE, COLLEAGUE, CALLER):
            await crowd.pages[who].say({"event": "hangup", "leg": crowd.legs[who]})
        closed = await service.report(RecordingClosed)
    assert closed.recording == 17
    assert closed.gaps, "while nobody was there to record"
    assert all(0 <= start < end <= closed.length_ms for start, end in closed.gaps)


async def test_hold_and_a_whisper_are_as_they_were_after_kill_9(tmp_path: Path):
    parts = {AGENT_: TALKS, COLLEAGUE: TALKS}
    async with killed_in(tmp_path, parts) as (crowd, service, _):
        await service.attach(crowd.wanted())
        for who in parts:
            await crowd.come_back(who)
        await crowd.come(CALLER)
        await crowd.arrange(2, {CALLER: HELD, AGENT_: TALKS, COLLEAGUE: COACHES}, recording=17)
        await crowd.all_hear({CALLER: {MUSIC}, AGENT_: {COLLEAGUE}, COLLEAGUE: {AGENT_}})


async def test_a_pause_is_one_after_kill_9_too(tmp_path: Path):
    parts = {CALLER: TALKS, AGENT_: TALKS}
    async with killed_in(tmp_path, parts, paused=True) as (crowd, service, _):
        await service.attach(crowd.wanted())
        for who in parts:
            await crowd.come_back(who)
        await crowd.all_hear({CALLER: {AGENT_}, AGENT_: {CALLER}})
        await crowd.pages[CALLER].say({"event": "hangup"})
        closed = await service.report(RecordingClosed)
    assert closed.gaps == ()
    assert Cut(tmp_path, 17).heard(0, closed.length_ms) == (set(), set())
