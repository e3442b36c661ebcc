"""The engine: inputs in, commits, effects out, around the pure core.

owner      the one task that owns the centre, and the committer behind it
outbox     the way out to one provider
timers     timers that go stale
look_ups   customers and PINs, asked for by the core
speech     prompts become words, at the last moment
values     personal values of live contacts
recent     which inputs were here of late
recovery   taking a centre over
clock      time that never goes back
"""
