"""Language: what the wings share in reading and writing text, and nothing that knows a wing.

What belongs here: redaction, embedders, models. What does not: which text is read, and why.
"""
