"""Who hears whom: the arrangement of a talk, made anew whenever somebody comes, goes or is put on hold.

The rule: an arrangement is whole. Supervisors who are in the talk stay in it, in the part that they chose. The
recording goes on under its number for as long as somebody of ours talks; nothing is kept in it while it is paused,
while the customer hears none of what is said, or while somebody from outside talks, whom nobody told of it.
"""

from collections.abc import Iterable

from callcenter import facts as f
from callcenter.lifecycles import Direction, LegState
from callcenter.state import Contact, Engagement, Live

TALKS, HELD = f.Part.TALKS, f.Part.HELD


def caller(contact: Contact, part: f.Part = TALKS) -> f.Member:
    """The leg of the customer; of an internal contact that of the agent who called."""
    return f.Member(contact.leg, part, staff=contact.direction is Direction.INTERNAL)


def agent(engagement: Engagement, part: f.Part = TALKS) -> f.Member:
    return f.Member(engagement.leg, part, staff=True)


def arrange(
    live: Live,
    contact: Contact,
    members: Iterable[f.Member],
    *,
    recording: int | None = None,
    paused: bool | None = None,
) -> f.Bridged:
    """These hear each other from now on, with the supervisors who are there. `recording`: a new one; None goes on
    with the one of this talk, unless the customer refused it. `paused`: by the agent; None leaves that as it is."""
    talk = contact.talk
    watching = [
        f.Member(leg, part, staff=True)
        for leg, part in contact.watchers.items()
        if live.state.legs[leg].state is LegState.UP
    ]
    if recording is None and talk is not None and not contact.unrecorded:
        recording = talk.recording
    named = {member.leg: member for member in (*watching, *members) if _may_take_part(live, member.leg)}
    if not any(member.staff and member.part is TALKS for member in named.values()):
        recording = None  # nobody of ours is in it any more
    return f.Bridged(
        contact.contact,
        live.state.counters.bridge + 1,
        tuple(named.values()),
        recording,
        (contact.pause is not None if paused is None else paused)
        or (recording is not None and not _is_the_customers(contact, named.values())),
    )


def _is_the_customers(contact: Contact, members: Iterable[f.Member]) -> bool:
    """Whether all that is said is said to the customer by our people, or by the customer."""
    return all(
        member.part is TALKS if member.leg == contact.leg else member.staff or member.part is not TALKS
        for member in members
    )


def _may_take_part(live: Live, leg: f.LegId) -> bool:
    """A leg that the same chain makes is not in the state yet."""
    record = live.state.legs.get(leg)
    return record is None or record.state in (LegState.RINGING, LegState.UP)


def again(
    live: Live, contact: Contact, *, recording: int | None = None, paused: bool | None = None
) -> f.Bridged:
    """As it is, with what has changed about supervisors or the recording."""
    assert contact.talk is not None, "nobody talks"
    parties = [member for member in contact.talk.members if member.leg not in contact.watchers]
    return arrange(live, contact, parties, recording=recording, paused=paused)


def new_recording(live: Live, contact: Contact) -> int | None:
    """The number for the recording of a talk that begins; None when it must not be recorded, or not yet."""
    if contact.unrecorded or contact.notice_due or contact.direction is Direction.INTERNAL:
        return None
    return live.state.counters.recording + 1
