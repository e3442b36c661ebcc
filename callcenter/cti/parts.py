"""Who hears whom in a talk: the same in every provider.

The rule: a part says what its leg gives and takes, and a pair of members is judged alone, so a talk of any size
follows from one function. A whisper reaches the staff who talk and nobody else; who is on hold hears no person
and is heard by none.
"""

from __future__ import annotations

from callcenter.facts import Member, Part


def hears(listener: Member, speaker: Member) -> bool:
    """Whether `listener` hears what `speaker` says."""
    if listener.leg == speaker.leg or listener.part is Part.HELD:
        return False
    if speaker.part is Part.COACHES:
        return listener.part is Part.TALKS and listener.staff
    return speaker.part is Part.TALKS


def is_recorded(member: Member) -> bool:
    """Who is on hold, or whispers, is in no recording. What the others say while the customer is on hold isn't
    either: then the centre has the recording paused."""
    return member.part is Part.TALKS
