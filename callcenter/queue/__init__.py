"""Who meets whom, and how long it takes. Pure: no clock, no I/O.

requirement     what a contact asks of an agent, by steps of relaxation; who meets it
order           who stands before whom: points, ceilings, weights
routing         the router: the first in line meets the best
roster, ready   everybody as bits; the ready ones by how long they have been idle
waiting, line   those who wait, by what they ask for; a line in the order of its keys
plain           what the router answers, found by looking at everybody: its definition
waiting_time    how long a caller may have to wait
service_level   the figures of a queue and their formulas
"""
