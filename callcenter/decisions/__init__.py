"""What follows from a fact: the rules of the centre, by what they are about.

Each function reads the state, which already holds the fact, and returns the decisions on it; none changes it.
`center.decide` knows which function a fact belongs to.

    self_service   arrival and the IVR, look-ups and PIN checks
    offers         who is offered what, and what becomes of an offer
    talks          the two legs of a talk, who hangs up and who vanishes
    desks          presence and wrap-up
    endings        how things end, for all of the above
"""
