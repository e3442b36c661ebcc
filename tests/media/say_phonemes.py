"""How the speech library pronounces texts: languages and texts as JSON lines in, phonemes as JSON lines out.

A process of its own, because the library keeps one voice for a whole process.
"""

from __future__ import annotations

import ctypes
import json
import sys

from callcenter.media import speech

PHONEMES_OF_ESPEAK = 0
UTF8 = 1


def main() -> None:
    voice = speech.Voice()
    library = voice._library
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    for line in sys.stdin:
        language, text = json.loads(line)
        voice.speak("", language)  # chooses the voice as the media process does
        sys.stdout.write(json.dumps(_phonemes(library, text)) + "\n")


def _phonemes(library: ctypes.CDLL, text: str) -> str:
    """Clause by clause: the library moves the pointer to what is left and takes it away at the end."""
    kept = ctypes.create_string_buffer(text.encode())
    left = ctypes.c_void_p(ctypes.addressof(kept))
    found = []
    while left.value:
        clause = library.espeak_TextToPhonemes(ctypes.byref(left), UTF8, PHONEMES_OF_ESPEAK)
        found.append((clause or b"").decode())
    return " ".join(found)


if __name__ == "__main__":
    main()
