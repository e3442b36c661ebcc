"""Text to speech by eSpeak NG, whose library comes inside a wheel (`espeakng_loader`) and is called by ctypes.

The rule: the library keeps one voice and one output for the whole process, so only one thread may ever call
it; `Voice` is made and used on that thread by `sounds.Sounds`. Names and numbers are the library's own
(speak_lib.h): https://github.com/espeak-ng/espeak-ng/blob/master/src/include/espeak-ng/speak_lib.h
"""

from __future__ import annotations

import ctypes
import os

import espeakng_loader

from callcenter.media.audio import framed, narrowed

VERSION = 2
"""part of every cached prompt's name: raise it when the same text begins to sound different"""
VOICES = {"en": "en-us", "zh": "cmn"}
WORDS_A_MINUTE = 155
TEXT_CHARS_MAX = 4000

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1
_RATE = 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class SpeechFailed(Exception):
    """This text could not be spoken."""


class Voice:
    """The one voice of this process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = os.fsencode(espeakng_loader.get_data_path())
        self._rate = self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data, _DONT_EXIT)
        if self._rate <= 0:
            raise SpeechFailed("the speech library found no data of its own")
        self._heard = bytearray()
        self._callback = _CALLBACK(self._take)  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetParameter(_RATE, WORDS_A_MINUTE, 0)

    def speak(self, text: str, language: str) -> bytes:
        """The text as µ-law at 8 kHz, in whole frames."""
        voice = VOICES.get(language, language)
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SpeechFailed(f"no voice for language {language!r}")
        self._heard.clear()
        spoken = text[:TEXT_CHARS_MAX].encode() + b"\0"
        if self._library.espeak_Synth(spoken, len(spoken), 0, 0, 0, _CHARS_UTF8, None, None) != 0:
            raise SpeechFailed("the speech library refused the text")
        return framed(narrowed(bytes(self._heard), self._rate))

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return 0  # go on
