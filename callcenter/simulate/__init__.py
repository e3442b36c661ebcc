"""The whole centre in a box: the production core, engine and codecs under a made-up clock, with every fault.

loop          a day passes as fast as it can be computed
faults        what goes wrong, how often and when; all chance of it
carrier_line  the line between the engine and the carrier, and what happens on it
commits       what happens to a commit
life          one process: recovers, takes over, and dies at any moment
people        agents and a supervisor who do everything that people do, sensible or not
callers       people who call and who are called, and do everything that these do
centres       the small centre of random days, and the setups that somebody applies in mid-day
world         one random day: all of that on one loop, and a seed
invariants    what must be true of the journal, worked out by code that shares nothing with the core
"""
