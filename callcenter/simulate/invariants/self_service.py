"""What is played, keyed and looked up counts once, for its own question, and nobody is asked for ever: I6, I7."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.simulate.invariants.deadlines import LOOK_UP_MS, is_so_long, not_early
from callcenter.simulate.invariants.seen import Seen

ASKED_AGAIN_MAX = 2
"""at one node: no tree of the random days lets anybody try more than three times"""


def play_answered(seen: Seen, fact: f.PlayFinished | f.KeysEntered | f.KeysTimedOut | f.PlayExpired) -> None:
    """What answers to a play that is not the open one is late, and nothing follows."""
    if not seen.entry.decisions:
        return
    leg = seen.legs.get(fact.leg)
    if leg is None or seen.contacts[leg.contact].play != fact.play:
        raise seen.violated("I6", f"play {fact.play} is not the open one")
    seen.contacts[leg.contact].play = 0


def look_up_answered(
    seen: Seen, fact: f.CustomerFound | f.CustomerUnknown | f.LookUpFailed | f.LookUpExpired | f.PinChecked
) -> None:
    """So is what answers to a look-up that is closed."""
    if fact.look_up not in seen.look_ups and seen.entry.decisions:
        raise seen.violated("I6", f"look-up {fact.look_up} is not open")


def look_up_wanted(seen: Seen, fact: f.LookUpWanted) -> None:
    seen.once("look-up", fact.look_up)
    if fact.contact in seen.look_ups.values():
        raise seen.violated("I2", f"contact {fact.contact} has another question open")
    is_so_long(seen, "a look-up", fact.deadline_at, LOOK_UP_MS)
    seen.look_ups[fact.look_up] = fact.contact
    seen.due["look-up", fact.look_up] = fact.deadline_at


def look_up_closed(seen: Seen, fact: f.LookUpClosed) -> None:
    if isinstance(seen.entry.input, f.LookUpExpired):
        not_early(seen, "look-up", fact.look_up)
    del seen.look_ups[fact.look_up]
    seen.due.drop(("look-up", fact.look_up))


def play_started(seen: Seen, fact: f.PlayStarted) -> None:
    seen.once("play", (fact.leg, fact.play))
    leg = seen.legs[fact.leg]
    if leg.over or leg.released:
        raise seen.violated("I6", f"{fact.leg} is over and hears nothing")
    contact = seen.contacts[leg.contact]
    if fact.leg == contact.leg:
        contact.hears, contact.play = True, fact.play


def node_entered(seen: Seen, fact: f.NodeEntered) -> None:
    contact = seen.contacts[fact.contact]
    if contact.node != fact.node and fact.tries:
        raise seen.violated("I6", f"{fact.node} begins with {fact.tries} tries")
    contact.node = fact.node


def choice_made(seen: Seen, fact: f.ChoiceMade) -> None:
    contact = seen.contacts[fact.contact]
    result = seen.entry.input.result if isinstance(seen.entry.input, f.PinChecked) else None
    if result is f.PinResult.FORGOTTEN:
        if fact.exit != "forgotten":
            raise seen.violated("I12", "digits that our crash has lost cost a try")
        return
    if result is f.PinResult.LOCKED and fact.exit == "again":
        raise seen.violated("I6", "a PIN that is locked is asked for again")
    if fact.exit not in ("again", "invalid", "timeout"):
        contact.asked = "", 0
        return
    node, times = contact.asked
    contact.asked = fact.node, times + 1 if node == fact.node else 1
    if contact.asked[1] > ASKED_AGAIN_MAX:
        raise seen.violated("I7", f"{fact.node} asks for ever")


def customer_verified(seen: Seen, fact: f.CustomerVerified) -> None:
    input = seen.entry.input
    if not (isinstance(input, f.PinChecked) and input.result is f.PinResult.RIGHT):
        raise seen.violated("I6", f"contact {fact.contact} is verified by nothing")
