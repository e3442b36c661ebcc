"""Random days: the production core, its people and everything that can go wrong, under a made-up clock.

    people       callers and agents who do everything that people do
    owner        the engine's rule without a loop: settle, commit, let out, crash, recover
    day          a carrier, a network that delays, doubles, reorders and loses, restarts, new setups
    invariants   what must be true of the journal, whoever wrote it

A day follows from its seed alone. `python -m tests.simulation --seeds 10000` runs many of them.
"""
