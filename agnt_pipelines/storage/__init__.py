"""Storage: the database and its server, bulk COPY, the tables and their migrations.

What belongs here: how rows get in and out. What does not: what they mean (the wings) and when they
may be written (`replay`).
"""
