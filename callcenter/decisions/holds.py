"""Hold and resume, and the recording's pause.

The rule: who is on hold hears music and is heard by nobody. A pause of the recording ends by itself after
`PAUSE_SECONDS`, because people forget; the one of a call that we made begins with a pause, until the one we called
has been told.
"""

from callcenter import facts as f
from callcenter.decisions import arranging, consults
from callcenter.decisions.controlling import Refusal, had
from callcenter.lifecycles import EngagementKind
from callcenter.state import Contact, Live

PAUSE_SECONDS = 180
BY_AGENT = "agent"
BY_TIME = "time"


def on_hold_asked(live: Live, fact: f.HoldAsked, at: int) -> list[f.Decision]:
    contact, owner = had(live, fact.contact, fact.actor)
    if owner.kind is EngagementKind.INTERNAL:
        raise Refusal("internal_call")
    if is_held(contact):
        raise Refusal("already_on_hold")
    return [arranging.arrange(live, contact, _with_caller(live, contact, f.Part.HELD))]


def on_resume_asked(live: Live, fact: f.ResumeAsked, at: int) -> list[f.Decision]:
    contact, _ = had(live, fact.contact, fact.actor)
    if not is_held(contact):
        raise Refusal("not_on_hold")
    if consults.is_connected(live, contact):
        raise Refusal("consulting")  # swap, conference or take back says which is meant
    return [arranging.arrange(live, contact, _with_caller(live, contact, f.Part.TALKS))]


def is_held(contact: Contact) -> bool:
    return contact.talk is not None and contact.talk.part_of(contact.leg) is f.Part.HELD


def on_recording_pause_asked(live: Live, fact: f.RecordingPauseAsked, at: int) -> list[f.Decision]:
    contact, _ = had(live, fact.contact, fact.actor)
    recording = _recording(contact)
    if contact.pause is not None:
        raise Refusal("already_paused")
    until_at = at + PAUSE_SECONDS * 1000
    return [
        f.RecordingPaused(contact.contact, recording, contact.pauses + 1, until_at, BY_AGENT),
        arranging.again(live, contact, paused=True),
    ]


def on_recording_resume_asked(live: Live, fact: f.RecordingResumeAsked, at: int) -> list[f.Decision]:
    contact, _ = had(live, fact.contact, fact.actor)
    _recording(contact)
    if contact.pause is None:
        raise Refusal("not_paused")
    return _resume(live, contact, BY_AGENT)


def on_pause_expired(live: Live, fact: f.PauseExpired, at: int) -> list[f.Decision]:
    contact = live.state.contacts.get(fact.contact)
    if contact is None or contact.talk is None or contact.pause is None or contact.pause.pause != fact.pause:
        return []
    return _resume(live, contact, BY_TIME)


def _resume(live: Live, contact: Contact, reason: str) -> list[f.Decision]:
    return [
        f.RecordingResumed(contact.contact, _recording(contact), reason),
        arranging.again(live, contact, paused=False),
    ]


def _recording(contact: Contact) -> int:
    if contact.talk is None or contact.talk.recording is None:
        raise Refusal("not_recorded")
    return contact.talk.recording


def _with_caller(live: Live, contact: Contact, part: f.Part) -> list[f.Member]:
    assert contact.talk is not None, "only a talk is held"
    others = [one for one in contact.talk.members if one.leg not in (contact.leg, *contact.watchers)]
    return [arranging.caller(contact, part), *others]
