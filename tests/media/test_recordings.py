"""Recordings over real sockets and real files: who is on which side, gaps, limits."""

from __future__ import annotations

import asyncio
import struct
import time
from pathlib import Path

import msgspec
import pytest
from fake_page import FRAME, strength, tone
from media_world import Service, Talk, customer, settings, staff

from callcenter.facts import LegEnded, Member, RecordingClosed, RecordingFailed
from callcenter.media.audio import SILENCE
from callcenter.media.recorder import AlreadyClosed, Recorder, RecordingRefused, steady_wall, wav_of
from callcenter.media.recording import Recording, Status
from callcenter.media.server import MediaServer

HEADER = 58


class Wall:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.ms = 1_800_000_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def recorder(tmp_path: Path, wall: Wall) -> Recorder:
    return Recorder(tmp_path / "recordings", 10**9, wall)


def sides(data: Path, recording: int) -> tuple[bytes, bytes]:
    """Left and right of the finished WAV."""
    file = wav_of(data, recording)
    assert file is not None
    content = file.read_bytes()
    riff, size, kind = struct.unpack_from("<4sI4s", content)
    assert (riff, size, kind) == (b"RIFF", len(content) - 8, b"WAVE")
    assert struct.unpack_from("<HHIIHH", content, 20) == (7, 2, 8000, 16000, 2, 8)
    assert struct.unpack_from("<4sI", content, HEADER - 8) == (b"data", len(content) - HEADER)
    return content[HEADER::2], content[HEADER + 1 :: 2]


async def test_the_caller_is_left_and_the_agent_right(server: MediaServer, service: Service, tmp_path: Path):
    talk = await Talk(service, server.port).begin(recording=5)
    await talk.both_heard()
    await talk.caller.told("quality")  # some time has passed
    await talk.caller.say({"event": "hangup"})
    closed = await service.report(RecordingClosed)
    left, right = sides(tmp_path, 5)
    assert len(left) == len(right) == -(-closed.length_ms // 20) * FRAME
    assert loudest(left) == 440
    assert loudest(right) == 1000
    await talk.close()


@pytest.mark.parametrize("folder", ["recordings", "prompts"])
async def test_nobody_else_on_the_machine_can_listen(server: MediaServer, tmp_path: Path, folder: str):
    assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700


def test_a_wall_clock_that_is_set_moves_no_frame(monkeypatch: pytest.MonkeyPatch):
    now_ms = steady_wall()
    began = now_ms()
    assert abs(began - time.time() * 1000) < 1000
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert 0 <= now_ms() - began < 1000


CALLER, AGENT = customer("browser:a"), staff("c1-l1")
TWO = (CALLER, AGENT)


def begun(recorder: Recorder, *members: Member, recording: int = 1) -> Recording:
    made = recorder.start(recording, "browser:a")
    made.arrange(members or TWO, paused=False)
    return made


def speak(
    recording: Recording, wall: Wall, tones: dict[str, int], frames: int = 50, chunk: int | None = None
) -> None:
    """So many frames of these tones by these legs, in real time."""
    for number in range(frames):
        for leg, hertz in tones.items():
            recording.write(leg, tone(hertz, 1)[0], number if chunk is None else chunk + number)
        wall.ms += 20


BOTH = {CALLER.leg: 440, AGENT.leg: 1000}


async def test_frames_that_were_stalled_are_recorded_at_their_own_time(
    recorder: Recorder, wall: Wall, tmp_path: Path
):
    recording = begun(recorder)
    frames = tone(440, frames=100)
    recording.write(CALLER.leg, frames[0], 0)
    wall.ms += 400  # the network stood still; then twenty frames at once
    for chunk in range(1, 21):
        recording.write(CALLER.leg, frames[chunk], chunk)
    wall.ms += 20
    status = recorder.close(recording.stem, recording.end())
    left, _ = sides(tmp_path, 1)
    assert left == b"".join(frames[:21])
    assert status.gaps == ((0, 420),), "of the agent, who said nothing at all"


async def test_a_sender_who_begins_anew_is_put_at_the_present(recorder: Recorder, wall: Wall, tmp_path: Path):
    recording = begun(recorder)
    speak(recording, wall, BOTH)
    wall.ms += 1000
    speak(recording, wall, BOTH)
    status = recorder.close(recording.stem, recording.end())
    assert status.gaps == ((1000, 2000),)
    left, _ = sides(tmp_path, 1)
    assert left[50 * FRAME : 100 * FRAME] == SILENCE * 50


async def test_what_kill_9_left_goes_on_where_the_time_is(recorder: Recorder, wall: Wall, tmp_path: Path):
    speak(begun(recorder), wall, BOTH)
    wall.ms += 3000
    following = Recorder(tmp_path / "recordings", 10**9, wall)
    following.load()
    second = begun(following)
    speak(second, wall, BOTH)
    status = following.close(second.stem, second.end())
    assert status.length_ms == 5000
    assert status.gaps == ((1000, 4000),)


async def test_a_pause_is_no_loss_and_nothing_of_it_is_kept(recorder: Recorder, wall: Wall, tmp_path: Path):
    recording = begun(recorder)
    speak(recording, wall, BOTH)
    recording.arrange(TWO, paused=True)
    speak(recording, wall, dict.fromkeys(BOTH, 700), chunk=50)
    recording.arrange(TWO, paused=False)
    late = tone(700, 1)[0]
    recording.write(CALLER.leg, late, 99)  # said in the pause, on its way when it ended
    speak(recording, wall, BOTH, chunk=100)
    ended = recording.end()
    raws = b"".join(raw.read_bytes() for raw in ended.raws(recording.stem))
    status = recorder.close(recording.stem, ended)
    assert (status.pauses, status.gaps) == (((1000, 2000),), ())
    left, right = sides(tmp_path, 1)
    assert left[50 * FRAME : 100 * FRAME] == right[50 * FRAME : 100 * FRAME] == SILENCE * 50
    assert late not in raws, "not even in the raw files"


async def test_a_pause_outlives_kill_9(recorder: Recorder, wall: Wall, tmp_path: Path):
    recording = begun(recorder)
    speak(recording, wall, BOTH)
    recording.arrange(TWO, paused=True)
    wall.ms += 1000
    following = Recorder(tmp_path / "recordings", 10**9, wall)
    following.load()
    second = following.start(1, "browser:a")
    second.arrange(TWO, paused=True)
    speak(second, wall, dict.fromkeys(BOTH, 700))
    second.arrange(TWO, paused=False)
    speak(second, wall, BOTH)
    status = following.close(second.stem, second.end())
    assert (status.pauses, status.gaps) == (((1000, 3000),), ())
    left, _ = sides(tmp_path, 1)
    assert left[50 * FRAME : 150 * FRAME] == SILENCE * 100


async def test_who_is_on_hold_is_not_recorded_and_nothing_is_missing(
    recorder: Recorder, wall: Wall, tmp_path: Path
):
    recording = begun(recorder)
    speak(recording, wall, BOTH)
    recording.arrange([AGENT], paused=False)
    speak(recording, wall, {CALLER.leg: 700, AGENT.leg: 1000}, chunk=50)
    recording.arrange(TWO, paused=False)
    speak(recording, wall, BOTH, chunk=100)
    status = recorder.close(recording.stem, recording.end())
    assert (status.pauses, status.gaps) == ((), ())
    left, right = sides(tmp_path, 1)
    assert left[50 * FRAME : 100 * FRAME] == SILENCE * 50
    assert SILENCE not in right


async def test_two_of_one_side_are_heard_together_and_a_loss_of_one_is_stated(
    recorder: Recorder, wall: Wall, tmp_path: Path
):
    second = staff("c1-l2")
    recording = begun(recorder, CALLER, AGENT, second)
    speak(recording, wall, {**BOTH, second.leg: 700})
    speak(recording, wall, BOTH, chunk=50)
    status = recorder.close(recording.stem, recording.end())
    assert status.gaps == ((1000, 2000),)
    _, right = sides(tmp_path, 1)
    together = right[: 50 * FRAME]
    assert strength(together, 1000) > 0.4
    assert strength(together, 700) > 0.4
    assert strength(right[50 * FRAME :], 1000) > 0.9


async def test_who_leaves_is_missed_no_more(recorder: Recorder, wall: Wall):
    recording = begun(recorder, CALLER, AGENT, staff("c1-l2"))
    speak(recording, wall, {**BOTH, "c1-l2": 700})
    recording.arrange(TWO, paused=False)
    speak(recording, wall, BOTH, chunk=50)
    assert recorder.close(recording.stem, recording.end()).gaps == ()


async def test_a_recording_that_an_earlier_release_left_open_is_closed_whole(
    recorder: Recorder, wall: Wall, tmp_path: Path
):
    folder = tmp_path / "recordings" / "2026-11-23"
    folder.mkdir(parents=True)
    old = {"recording": 9, "state": "open", "caller_leg": "browser:a", "agent_leg": "c1-l1", "started_at": 0}
    (folder / "9-a.json").write_bytes(msgspec.json.encode(old))
    (folder / "9-a.caller.ulaw").write_bytes(b"".join(tone(440)))
    (folder / "9-a.agent.ulaw").write_bytes(b"".join(tone(1000)))
    recorder.load()
    stem = recorder.left.pop(9)
    status = recorder.status(stem)
    assert status is not None
    assert recorder.close(stem, status).length_ms == 1000
    left, right = sides(tmp_path, 9)
    assert (loudest(left), loudest(right)) == (440, 1000)
    assert not list(folder.glob("*.ulaw"))


async def test_a_recording_that_is_closed_is_not_begun_again(recorder: Recorder, wall: Wall):
    recording = begun(recorder)
    wall.ms += 1000
    recorder.close(recording.stem, recording.end())
    with pytest.raises(AlreadyClosed):
        recorder.start(1, "browser:a")


async def test_a_closed_recording_is_told_again_until_the_service_has_it(
    recorder: Recorder, wall: Wall, tmp_path: Path
):
    recording = begun(recorder)
    wall.ms += 1000
    closed = recorder.close(recording.stem, recording.end())
    following = Recorder(tmp_path / "recordings", 10**9, wall)
    following.load()
    assert following.untold == {recording.stem.name: closed}
    following.told(1)
    last = Recorder(tmp_path / "recordings", 10**9, wall)
    last.load()
    assert last.untold == {}


async def test_beyond_the_limit_nothing_new_is_recorded_and_nothing_old_removed(
    recorder: Recorder, wall: Wall, tmp_path: Path
):
    recording = begun(recorder)
    wall.ms += 1000
    recorder.close(recording.stem, recording.end())
    full = Recorder(tmp_path / "recordings", 10_000, wall)
    full.load()
    with pytest.raises(RecordingRefused, match="disk limit"):
        full.start(2, "browser:b")
    assert wav_of(tmp_path, 1) is not None


async def test_a_talk_beyond_the_limit_goes_on_unrecorded_and_says_so(tmp_path: Path):
    small = msgspec.structs.replace(settings(tmp_path), recordings_max_gb=0.0)
    async with MediaServer(small) as server:
        service = Service(tmp_path)
        await service.attach()
        talk = await Talk(service, server.port).begin(recording=5)
        assert await service.report(RecordingFailed) == RecordingFailed(5, "disk limit")
        await talk.both_heard()
        await talk.close()
        await service.close()


async def test_a_disk_that_takes_no_more_ends_the_recording_and_not_the_talk(
    server: MediaServer, service: Service, tmp_path: Path
):
    talk = await Talk(service, server.port).begin(recording=5)
    await talk.both_heard()
    begun = server.exchange.talk_of[talk.leg]
    begun.recording = FullDisk(begun.recording)  # type: ignore[assignment]
    listening = asyncio.ensure_future(service.report(RecordingFailed))
    await talk.caller.speak(tone(700))
    assert await listening == RecordingFailed(5, "disk full")
    await talk.both_heard()
    await talk.caller.say({"event": "hangup"})
    await service.report(LegEnded)
    await talk.close()


class FullDisk:
    def __init__(self, recording: object) -> None:
        self.status: Status = recording.status  # type: ignore[attr-defined]
        self.stem: Path = recording.stem  # type: ignore[attr-defined]
        self.number = self.status.recording

    def write(self, leg: str, frame: bytes, chunk: int) -> None:
        raise OSError(28, "No space left on device")


def loudest(ulaw: bytes) -> int:
    """Of the tones that the tests use, the one that stands out somewhere in this track."""
    windows = [ulaw[n : n + 800] for n in range(0, len(ulaw) - 800, 800)]
    return max((440, 1000), key=lambda hertz: max(strength(window, hertz) for window in windows))
