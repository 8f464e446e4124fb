"""A small synthetic Bali, shipped with the code: people, talk, bookings, saved preferences.

What belongs here: a world that is invented throughout. What does not: loading and showing it, which
is a command's.
"""
