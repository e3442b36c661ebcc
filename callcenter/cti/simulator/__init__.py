"""Simulated callers and agents: a provider like any other, without a carrier behind it.

agenda      what is due when; a clock is only ever asked by the transport
reports     source ids, acknowledgement, repetition
legs        a leg and the person at its end
hearing     prompts and keys on a leg
carrier     all legs: rings, bridges, recordings, ends (no I/O, no people)
people      what callers and agents are like, drawn from a seed
load        the same without chance: people for benchmarks
callers     what callers do on their legs
agents      what agents do at their desks
simulation  all of these together, without a clock
transport   `SimulatorProvider`: all of it behind `callcenter.cti.provider.Provider`
"""
