"""Benchmarks: the product's own functions on data in its published form, `./agnt bench NAME`.

Each module has `run(options) -> dict`: the figures under the keys of its docstring. What belongs
here: loading a format, timing, scoring. What does not: any copy of an algorithm under test.
"""

from __future__ import annotations

from typing import Final

BENCHMARKS: Final[dict[str, str]] = {
    "dream": "benchmarks.dream",
    "engine": "benchmarks.engine",
    "faq": "benchmarks.faq",
    "graph": "benchmarks.graph",
    "guard": "benchmarks.guard",
    "identity": "benchmarks.identity",
    "intents": "benchmarks.intents",
    "poison": "benchmarks.poison",
    "publish": "benchmarks.publish",
    "real-world": "benchmarks.real_world",
    "recall": "benchmarks.recall",
    "startup": "benchmarks.startup",
    "visits": "benchmarks.visits",
    "wiki": "benchmarks.wiki",
}
"""Name on the command line -> module."""
