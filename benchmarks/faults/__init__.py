"""Faults done for real: processes that die, stop or are cut off in the middle of every job.

What belongs here: a small complete world, the faults, and what is counted afterwards, for
`./agnt bench guard` and the fault tests alike. What does not: how a run guards itself (`replay`).
"""
