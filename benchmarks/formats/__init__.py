"""Published formats -> lines of our import kinds.

Each module reads one format and yields (kind, line) pairs, `line` a dict as `./agnt import` takes
it. Labels, answers and summaries stay in the file. What does not belong here: scoring.
"""

from __future__ import annotations

from collections.abc import Iterator

Lines = Iterator[tuple[str, dict[str, object]]]
"""(import kind, one line of it)."""
