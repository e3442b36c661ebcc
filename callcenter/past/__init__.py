"""The month that a new demonstration looks back on: days lived through in seconds and written as history.

The rule: a day is a function of the centre, its customers, a seed and a date, so it can be made again, alone and in
any order. It is told in the facts that the core would have decided and folded as the journal is, so its rows lie in
the tables as those of a day that happened. Nothing here is journalled: the numbers that it takes are reserved once.

plan        which days, under which numbers
ways        how a caller comes through the tree, worked out once for everybody like them
callers     who calls on a day, about what
floor       who works on a day, and when they are away
ledger      entries of a journal that nobody keeps
desks       agents: coming, breaks, leaving, being ready
contacts    a call from its arrival to its last word
switchboard arriving, waiting, being offered, giving up
talks       answering, hold, transfers, hanging up, wrap-up
day         all of them together: a date in, rows and personal values out
filling     the days of a plan that are missing
"""
