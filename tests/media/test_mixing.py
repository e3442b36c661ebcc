"""Several voices in one ear: delay, jitter, stalls and clipping, tick by tick."""

from __future__ import annotations

import audioop

from fake_page import pcm, strength, tone

from callcenter.media.audio import SILENCE
from callcenter.media.mixing import CALM_TICKS, FRAMES_MAX, Voice, mixed


def heard(voice: Voice, frames: list[bytes]) -> list[bytes | None]:
    """One frame in, one tick: a network that is on time."""
    out = []
    for frame in frames:
        voice.put(frame)
        voice.tick()
        out.append(voice.now)
    return out


def numbered(count: int, start: int = 0) -> list[bytes]:
    return [bytes([number % 256]) * 160 for number in range(start, start + count)]


def test_a_voice_that_is_in_time_waits_for_no_other_tick():
    frames = numbered(20)
    assert heard(Voice(), frames) == frames


def test_a_frame_that_comes_late_is_heard_at_the_next_tick():
    voice, (first, second, third) = Voice(), numbered(3)
    voice.put(first)
    voice.tick()
    voice.tick()
    assert voice.now is None
    voice.put(second)
    voice.put(third)
    voice.tick()
    assert voice.now == second


def test_a_stall_is_forgotten_within_seconds():
    """Half of what is to spare is given up each time: the talk comes back to the present."""
    voice = Voice()
    for frame in numbered(FRAMES_MAX):
        voice.put(frame)
    behind = []
    for frame in numbered(4 * CALM_TICKS, start=FRAMES_MAX):
        voice.tick()
        voice.put(frame)
        assert voice.now is not None
        behind.append((frame[0] - voice.now[0]) % 256)
    assert behind[0] == FRAMES_MAX
    assert behind[-1] == 1


def test_jitter_that_goes_on_keeps_the_frame_that_it_needs():
    """Every other frame a tick late: nothing is given up that would be missing a moment later."""
    voice, frames = Voice(), iter(numbered(256) * 4)
    voice.put(next(frames))
    missing = 0
    for number in range(4 * CALM_TICKS):
        for _ in range(2 if number % 2 else 0):
            voice.put(next(frames))
        voice.tick()
        missing += voice.now is None
    assert missing <= 1


def test_a_queue_has_a_bound_and_the_present_counts():
    voice, frames = Voice(), numbered(3 * FRAMES_MAX)
    for frame in frames:
        voice.put(frame)
    voice.tick()
    assert voice.now == frames[-FRAMES_MAX]


def test_voices_are_added():
    one, two = Voice(), Voice()
    sound = b""
    for first, second in zip(tone(440, 10), tone(1000, 10), strict=True):
        one.put(first)
        two.put(second)
        one.tick()
        two.tick()
        sound += mixed([one, two])
    assert abs(strength(sound, 440) - 0.5) < 0.05
    assert abs(strength(sound, 1000) - 0.5) < 0.05


def test_a_sum_that_is_too_loud_is_cut_and_not_turned_over():
    one, two = Voice(), Voice()
    loud = audioop.lin2ulaw(b"\x00\x78" * 160, 2)
    for voice in (one, two):
        voice.put(loud)
        voice.tick()
    assert min(memoryview(pcm(mixed([one, two]))).cast("h")) > 30_000


def test_one_voice_alone_passes_as_it_is_and_nobody_is_silence():
    one, two = Voice(), Voice()
    (frame,) = tone(440, 1)
    one.put(frame)
    one.tick()
    two.tick()
    assert mixed([one, two]) is frame
    one.tick()
    assert mixed([one, two]) == SILENCE
