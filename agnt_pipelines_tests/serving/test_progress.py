"""What a step says while it works: told to whoever waits, and not too often."""

from __future__ import annotations

import logging
import time

import pytest
from dagster import EventLogEntry

from agnt_pipelines.serving.cli import bars
from agnt_pipelines.serving.progress import Progress, ProgressKind, translate

SAID = "2026-11-08: 500 of 5,933 vectors"


def entry(level: int, step: str | None) -> EventLogEntry:
    return EventLogEntry(  # type: ignore[no-untyped-call]
        error_info=None,
        level=level,
        user_message=SAID,
        run_id="r",
        timestamp=0.0,
        step_key=step,
        job_name="j",
    )


def test_a_steps_own_words_are_progress_and_nobody_elses() -> None:
    assert translate(entry(logging.INFO, "faq_candidates")) == Progress(
        ProgressKind.SAID, SAID, step="faq_candidates"
    )
    assert translate(entry(logging.INFO, None)) is None
    assert translate(entry(logging.DEBUG, "faq_candidates")) is None


def test_without_a_terminal_a_steps_words_are_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    lines = bars.Lines("faq_extract", 1)
    lines.said(SAID)
    assert capsys.readouterr().err == ""
    lines._shown = time.monotonic() - bars.QUIET_S
    lines.said(SAID)
    lines.said(SAID)
    assert capsys.readouterr().err == f"faq_extract: {SAID}\n"
