"""Hold and resume: who is on hold hears music and is heard by nobody."""

from callcenter import facts as f
from callcenter.decisions import arranging, consults
from callcenter.decisions.controlling import Refusal, had
from callcenter.lifecycles import EngagementKind
from callcenter.state import Contact, Live


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


def _with_caller(live: Live, contact: Contact, part: f.Part) -> list[f.Member]:
    assert contact.talk is not None, "only a talk is held"
    others = [one for one in contact.talk.members if one.leg not in (contact.leg, *contact.watchers)]
    return [arranging.caller(contact, part), *others]
