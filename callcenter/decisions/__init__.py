"""What follows from a fact: the rules of the centre, by what they are about.

Each function reads the state, which already holds the fact, and returns the decisions on it; none changes it. What
a person asks for and can't have raises `controlling.Refusal`. `center.decide` knows which function is a fact's.

    self_service   arrival and the IVR, look-ups and PIN checks
    offers         who is offered what
    replies        what becomes of an offer
    talks          who hangs up and who vanishes
    holds          hold and resume, the recording's pause
    consults       consult, swap, conference, complete, take back
    transfers      blind transfers, and the way back
    calling        calls to customers and to colleagues
    supervision    listen, whisper, barge, take over; move an agent, pull a contact forward
    desks          presence and wrap-up

    controlling    who may control a contact, and whom it can be sent to
    arranging      who hears whom in a talk
    numbers        how an outside number is dialled
    endings        how things end, for all of the above
"""
