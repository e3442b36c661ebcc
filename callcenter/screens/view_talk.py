"""A talk as one desk sees it: who else is in it, whom one has asked, the recording, what is possible now.

The rule: who listens in silence is nobody, and who whispers is told to those who hear it. What a desk `can` is what
the core would not refuse; `tests/screens/test_controls.py` holds the two together.
"""

from collections.abc import Iterator

from callcenter import facts as f
from callcenter.lifecycles import ContactState, EngagementKind, EngagementState, LegState
from callcenter.screens import wire
from callcenter.screens.view_eyes import Eyes, title, title_zh
from callcenter.state import Consult, Contact, Engagement, Leg, Live

INTERNAL = "internal"

ON, PAUSED, PENDING, OFF = "on", "paused", "pending", "off"
APART = "apart"
"""the part of those who talk while one is on hold oneself"""
ON_HOLD, OUTSIDE = "on_hold", "outside"
"""why nothing is recorded though nobody paused it"""


def parties(eyes: Eyes, contact: Contact, own: f.LegId) -> tuple[wire.Party, ...]:
    """Everybody else in the talk, the customer first."""
    talk = contact.talk
    if talk is None or talk.part_of(own) is None:
        return ()
    others = [member for member in talk.members if member.leg != own and member.part is not f.Part.LISTENS]
    others.sort(key=lambda member: (member.leg != contact.leg, member.leg in contact.watchers))
    return tuple(_parties(eyes, contact, others, apart=talk.part_of(own) is f.Part.HELD))


def consultation(eyes: Eyes, contact: Contact, engagement: Engagement) -> wire.Consultation | None:
    """What the agent who has this contact has asked for."""
    consult = contact.consult
    if consult is None or contact.owner != engagement.engagement:
        return None
    who, name, name_zh = _whom(eyes, consult)
    stage, mode = _stage(eyes.live, consult), _mode(contact, consult)
    return wire.Consultation(stage, mode, who, name, name_zh, consult.since_at)


def recording(contact: Contact, own: f.LegId) -> tuple[str, int | None, str]:
    """What becomes of the words at this desk (on, paused, pending, off), until when, and why not."""
    talk = contact.talk
    if talk is None or talk.part_of(own) in (None, f.Part.HELD):
        return OFF, None, ""
    if talk.recording is None:
        if contact.notice_due and not contact.unrecorded:
            return PENDING, None, ""
        return OFF, None, contact.unrecorded or (INTERNAL if contact.direction == INTERNAL else "")
    if contact.pause is not None:
        return PAUSED, contact.pause.until_at, ""
    if not talk.paused:
        return ON, None, ""
    return PAUSED, None, ON_HOLD if contact.held_at is not None else OUTSIDE


def can(live: Live, contact: Contact, engagement: Engagement) -> tuple[str, ...]:
    """The asks about this contact that are possible now at the desk of this engagement."""
    if engagement.state is not EngagementState.TALKING:
        return ()
    if contact.state is not ContactState.TALKING or contact.talk is None:
        return ("end-contact",)
    if engagement.kind is EngagementKind.INTERNAL:
        return ("end-contact",)
    if contact.owner != engagement.engagement:
        return ("leave", "end-contact")
    return (*_with_caller(live, contact), *_with_recording(contact), "identify", "end-contact")


def _with_caller(live: Live, contact: Contact) -> Iterator[str]:
    asked = contact.consult is not None
    connected = is_connected(live, contact)
    if contact.held_at is None:
        yield "hold"
    elif not connected:
        yield "resume"
    yield from () if asked or contact.quarantined else ("transfer", "consult")
    yield from ("swap", "conference", "complete", "leave") if connected else ()
    yield from ("take-back",) if asked else ()


def _with_recording(contact: Contact) -> Iterator[str]:
    if contact.talk is not None and contact.talk.recording is not None:
        yield "pause-recording" if contact.pause is None else "resume-recording"
    elif contact.notice_due and not contact.unrecorded:
        yield "start-recording"
    if not contact.unrecorded:
        yield "refuse-recording"


def is_connected(live: Live, contact: Contact) -> bool:
    """Whoever was asked has answered."""
    consult = contact.consult
    return consult is not None and _stage(live, consult) == "talking"


def _stage(live: Live, consult: Consult) -> str:
    if consult.leg is None:
        return "waiting"
    leg = live.state.legs.get(consult.leg)
    return "talking" if consult.offer is None and _is(leg, LegState.UP) else "ringing"


def _mode(contact: Contact, consult: Consult) -> str:
    talk = contact.talk
    if talk is None or contact.held_at is not None:
        return "consulting"
    together = consult.leg is not None and talk.part_of(consult.leg) is f.Part.TALKS
    return "conference" if together else "swapped"


def _whom(eyes: Eyes, consult: Consult) -> tuple[str, str, str]:
    """Whoever of a queue was found goes by name."""
    leg = eyes.live.state.legs.get(consult.leg) if consult.leg is not None else None
    if leg is not None and leg.agent is not None:
        return "agent", eyes.names.agent(leg.agent), ""
    match consult.target:
        case f.ToAgent(agent):
            return "agent", eyes.names.agent(agent), ""
        case f.ToQueue(queue):
            return "queue", title(eyes, queue), title_zh(eyes, queue)
        case f.ToNumber(number):
            return "outside", eyes.names.value(number), ""


def _parties(eyes: Eyes, contact: Contact, members: list[f.Member], *, apart: bool) -> Iterator[wire.Party]:
    """`apart`: whoever looks is on hold, and hears none of them."""
    for member in members:
        leg = eyes.live.state.legs.get(member.leg)
        if leg is None or leg.state in (LegState.ENDING, LegState.ENDED):
            continue
        who, name = _name(eyes, contact, leg)
        part = APART if apart and member.part is f.Part.TALKS else member.part.value
        yield wire.Party(who, name, part, leg.state is LegState.RINGING)


def _name(eyes: Eyes, contact: Contact, leg: Leg) -> tuple[str, str]:
    if leg.agent is not None:
        return "supervisor" if leg.leg in contact.watchers else "agent", eyes.names.agent(leg.agent)
    if leg.leg == contact.leg:
        return "customer", ""
    return "outside", eyes.names.value(leg.number) if leg.number is not None else ""


def _is(leg: Leg | None, state: LegState) -> bool:
    return leg is not None and leg.state is state
