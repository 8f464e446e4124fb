"""A reader of edges in a process of its own: how long the longest of its readings took, in seconds.

`python -m benchmarks.graph_reader URL` reads until its standard input ends. What does not belong here:
what is going on meanwhile (`graph`).
"""

from __future__ import annotations

import select
import sys
import time

from agnt_pipelines.storage.database import Database

_PAUSE_S = 0.002
_QUERY = b"SELECT weight FROM mind.entity_edges WHERE relation = 'BOOKED' LIMIT 1"


def main() -> None:
    """Read, and tell."""
    longest = 0.0
    with Database(sys.argv[1], application_name="reader").direct() as connection:
        print("reading", flush=True)
        while not select.select([sys.stdin], [], [], _PAUSE_S)[0]:
            began = time.perf_counter()
            connection.execute(_QUERY)
            longest = max(longest, time.perf_counter() - began)
    print(longest)


if __name__ == "__main__":
    main()
