"""The whole centre in a box: the production core, engine, journal and feed under a made-up clock, with every fault.

loop            a day passes as fast as it can be computed
faults          what goes wrong, how often and when; all chance of it
carrier_line    the line between the engine and the carrier, and what happens on it; behind it the exchange
commits         what happens to a commit
broken_rules    rules of ours that raise
life            one process: recovers, takes over, and dies at any moment
box             the disk, the carrier and the processes that come and go
screens         what befalls people's screens: each a browser tab (screen) before production's feed (feed)
town            what people may see and do: the public, the staff and the customers
centres         the small centre of random days, and the setups that somebody applies in mid-day
world, bank     one random day of a small centre; a whole day of a real one, by its scenario
watch, witness  whether all is well: with what is durable, and with what goes out
invariants      what must be true of the journal, worked out by code that shares nothing with the core
storm, failure  thousands of days; one that went wrong, made small; what is said of both in words
bugs            whether these days would find a bug at all
"""
