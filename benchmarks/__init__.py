"""What the centre can do, in figures that anyone can take again: `python -m benchmarks.NAME --json`.

The rule: the production parts against a real PostgreSQL that keeps its promises (fsync on), each figure beside
what it is to be compared with. A benchmark takes about a minute at most and its last line is one JSON object.

    calls       whole calls a second, and how long an offer takes
    journal     inputs a second that are durable, beside a store that discards
    pop         from the call's arrival to the record on the desk
    fanout      the feed with 300 desks, beside a bare broadcast of the same bytes
    media       voices, beside a bare relay
    demo        what a newcomer waits for, what a waiting caller costs
    first_load  what a page brings, and when one can work with it
"""
