"""What of a talk is recorded: the pause, the notice, the refusal.

The rule: no customer is recorded who was not told. Who calls us was told by the IVR; whom we call, by the agent,
and until then no talk of theirs is recorded, whoever has it meanwhile. Who refuses is not recorded from then on. A
pause ends by itself after the `pause_seconds` of its queue, because people forget.
"""

from callcenter import facts as f
from callcenter.decisions import arranging
from callcenter.decisions.controlling import Refusal, had
from callcenter.lifecycles import Direction
from callcenter.state import Contact, Live

BY_AGENT = "agent"
BY_TIME = "time"
REFUSED = "declined_in_talk"


def on_pause_asked(live: Live, fact: f.RecordingPauseAsked, at: int) -> list[f.Decision]:
    contact, _ = had(live, fact.contact, fact.actor)
    recording = _recording(contact)
    if contact.pause is not None:
        raise Refusal("already_paused")
    until_at = at + live.queue_of(contact).pause_seconds * 1000
    return [
        f.RecordingPaused(contact.contact, recording, contact.pauses + 1, until_at, BY_AGENT),
        arranging.again(live, contact, paused=True),
    ]


def on_resume_asked(live: Live, fact: f.RecordingResumeAsked, at: int) -> list[f.Decision]:
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


def on_start_asked(live: Live, fact: f.RecordingStartAsked, at: int) -> list[f.Decision]:
    """The agent has told the one whom we called."""
    contact, _ = had(live, fact.contact, fact.actor)
    if contact.unrecorded:
        raise Refusal("not_recorded")
    if not contact.notice_due:
        raise Refusal("already_told")
    return [f.NoticeGiven(contact.contact)]


def on_notice_given(live: Live, fact: f.NoticeGiven, at: int) -> list[f.Decision]:
    contact = live.state.contacts[fact.contact]
    return [arranging.again(live, contact, recording=arranging.new_recording(live, contact))]


def on_refusal_asked(live: Live, fact: f.RecordingRefusalAsked, at: int) -> list[f.Decision]:
    """The customer, in the talk, does not want to be recorded."""
    contact, _ = had(live, fact.contact, fact.actor)
    if contact.unrecorded or contact.direction is Direction.INTERNAL:
        raise Refusal("not_recorded")
    return [f.RecordingDeclined(contact.contact, REFUSED)]


def on_declined(live: Live, fact: f.RecordingDeclined, at: int) -> list[f.Decision]:
    """What was recorded ends here."""
    contact = live.state.contacts[fact.contact]
    if contact.talk is None or contact.talk.recording is None:
        return []
    return [arranging.again(live, contact)]


def _resume(live: Live, contact: Contact, reason: str) -> list[f.Decision]:
    return [
        f.RecordingResumed(contact.contact, _recording(contact), reason),
        arranging.again(live, contact, paused=False),
    ]


def _recording(contact: Contact) -> int:
    if contact.talk is None or contact.talk.recording is None:
        raise Refusal("not_recorded")
    return contact.talk.recording
