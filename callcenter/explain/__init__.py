"""Why this agent, and why not that one: any offer ever made, explained by deciding it again where it was decided.

    journal → the state right before the decision → every agent, with the reason

The rule: nothing is recorded for it, so it costs calls nothing. What the offer says of itself (its rule, step and
runner-up) is the record; everybody else's reason is read from the state of that very moment, and today's router is
asked once more, so that an offer that it would make otherwise is told as such.
"""
