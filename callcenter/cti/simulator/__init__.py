"""Simulated callers and agents: a provider like any other, without a carrier behind it.

agenda      what is due when; a clock is only ever asked by the transport
reports     source ids, acknowledgement, repetition
legs        a leg and the person at its end
hearing     prompts and keys on a leg
talks       who hears whom, and recordings that are none
carrier     all legs: rings, bridges, recordings, ends (no I/O, no people)
outside     whoever answers when the centre calls out

curve       how many call when
trade       about what, for which queue, how long it takes, who waits how long
directions  which key leads where a caller wants to go, by what is heard
notes       what agents write, and the disposition that goes with it
shifts      when somebody works
rota        one stretch of work: coming, lunch, breaks, leaving
habits      how an agent answers, holds, forgets
people      what a caller and an agent's habits are; `drawn` makes them from a seed, `load` without chance

callers     what callers do on their legs
desk        an agent's phone
work        what agents do with a contact
agents      what agents do with their day
simulation  all of these together, without a clock
transport   `SimulatorProvider`: all of it behind `callcenter.cti.provider.Provider`
"""
