"""What the platform can do for a caller, one plain function per capability.

The command line adapts these, and any later adapter does the same: a new capability is a function
named here, never a command of its own. What does not belong here: printing, parsing, protocols.
"""

from __future__ import annotations

from agnt_pipelines.replay.holds import approve
from agnt_pipelines.serving.dagster_runs import failed_runs, last_runs
from agnt_pipelines.serving.exporting import export_lines, export_quarantine
from agnt_pipelines.serving.faq_grounding import faq_check
from agnt_pipelines.serving.faq_keeping import (
    faq_moves,
    faq_waiting,
    merge_faq,
    merge_proposal,
    published_index,
    rename_faq,
    restore_faq,
    retire_faq,
    roll_back_faq,
)
from agnt_pipelines.serving.faq_reviewing import decide_faq, faq_entries, faq_page, faq_week
from agnt_pipelines.serving.findings import insights_of
from agnt_pipelines.serving.health import examine, settings_table
from agnt_pipelines.serving.importing import import_lines
from agnt_pipelines.serving.memories import believed_on, chunks_of, memory_of, soul_prompt_of, summary_of, why
from agnt_pipelines.serving.network import export_graph, network_of
from agnt_pipelines.serving.reaping import reap_dead
from agnt_pipelines.serving.recalling import recall
from agnt_pipelines.serving.recommendations import explain_edge, recommend_for, similar_to
from agnt_pipelines.serving.refusals import quarantined
from agnt_pipelines.serving.runs import serving_queue
from agnt_pipelines.serving.standing import open_holds, stale, status
from agnt_pipelines.serving.stuck import stuck
from agnt_pipelines.serving.switch import switch
from agnt_pipelines.serving.undoing import pin, undo, undo_run
from agnt_pipelines.serving.why_not import why_not
from agnt_pipelines.serving.wiki import (
    approve_wiki,
    approve_wiki_section,
    wiki_at,
    wiki_change,
    wiki_contradictions,
    wiki_lint,
    wiki_log,
    wiki_page_at,
    wiki_plan,
    wiki_revert,
    wiki_search,
    wiki_show,
)
from agnt_pipelines.serving.wiki_proposals import (
    accept_proposal,
    reject_proposal,
    wiki_edit,
    wiki_entry,
    wiki_proposal,
    wiki_proposals,
)

__all__ = [
    "accept_proposal",
    "approve",
    "approve_wiki",
    "approve_wiki_section",
    "believed_on",
    "chunks_of",
    "decide_faq",
    "examine",
    "explain_edge",
    "export_graph",
    "export_lines",
    "export_quarantine",
    "failed_runs",
    "faq_check",
    "faq_entries",
    "faq_moves",
    "faq_page",
    "faq_waiting",
    "faq_week",
    "import_lines",
    "insights_of",
    "last_runs",
    "memory_of",
    "merge_faq",
    "merge_proposal",
    "network_of",
    "open_holds",
    "pin",
    "published_index",
    "quarantined",
    "reap_dead",
    "recall",
    "recommend_for",
    "reject_proposal",
    "rename_faq",
    "restore_faq",
    "retire_faq",
    "roll_back_faq",
    "serving_queue",
    "settings_table",
    "similar_to",
    "soul_prompt_of",
    "stale",
    "status",
    "stuck",
    "summary_of",
    "switch",
    "undo",
    "undo_run",
    "why",
    "why_not",
    "wiki_at",
    "wiki_change",
    "wiki_contradictions",
    "wiki_edit",
    "wiki_entry",
    "wiki_lint",
    "wiki_log",
    "wiki_page_at",
    "wiki_plan",
    "wiki_proposal",
    "wiki_proposals",
    "wiki_revert",
    "wiki_search",
    "wiki_show",
]
