"""What the platform can do for a caller, one plain function per capability.

The command line adapts these, and any later adapter does the same: a new capability is a function
named here, never a command of its own. What does not belong here: printing, parsing, protocols.
"""

from __future__ import annotations

from agnt_pipelines.replay.holds import approve
from agnt_pipelines.serving.exporting import export_lines, export_quarantine
from agnt_pipelines.serving.health import examine, settings_table
from agnt_pipelines.serving.importing import import_lines
from agnt_pipelines.serving.memories import memory_of, soul_prompt_of, why
from agnt_pipelines.serving.runs import serving_queue
from agnt_pipelines.serving.standing import open_holds, quarantined, stale, status

__all__ = [
    "approve",
    "examine",
    "export_lines",
    "export_quarantine",
    "import_lines",
    "memory_of",
    "open_holds",
    "quarantined",
    "serving_queue",
    "settings_table",
    "soul_prompt_of",
    "stale",
    "status",
    "why",
]
