"""The FAQ: from a week of talk to a page, with people between the two.

Extraction (Sunday 23:59) turns the week's conversations into candidates; operators review them;
compilation (Sunday 03:00) folds what was approved into the index that the public page shows. Who asked
is never known to anything past `store`: people are counted, and five must have asked.
"""
