"""What happens to a run, in our words: Dagster's events as progress, its errors as one sentence each.

What belongs here: the translation of one event. What does not: fetching events, and the run's
outcome (`coordinator`), and the sentence an error becomes (`run_failures`).
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from agnt_pipelines.run_failures import sentence

if TYPE_CHECKING:
    from dagster import DagsterEvent, EventLogEntry
    from dagster_shared.error import SerializableErrorInfo

_CRASHES: Final = ("Run execution process", "GRPC server: Subprocess")
_BY_CLASS: Final = re.compile(r"^\[\w+\] ")
_ADVICE: Final = " This usually indicates"  # Dagster goes on about memory after every SIGKILL


class ProgressKind(Enum):
    """What happened to a run."""

    QUEUED = "queued"
    BLOCKED = "blocked"
    """It waits for another run; the text names that one."""
    STARTING = "starting"
    STARTED = "started"
    STEP_STARTED = "step started"
    SAID = "said"
    """A step told how far it is."""
    MATERIALIZED = "materialized"
    CHECKED = "checked"
    STEP_FAILED = "step failed"
    TROUBLE = "trouble"
    """The run's process crashed or could not be started."""
    CANCELING = "canceling"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Progress:
    """One thing that happened to a run, in its order."""

    kind: ProgressKind
    text: str = ""
    step: str | None = None
    asset: str | None = None
    """The asset key, its parts joined by a slash."""
    partition: str | None = None


_KINDS: Final = {
    "PIPELINE_ENQUEUED": ProgressKind.QUEUED,
    "PIPELINE_STARTING": ProgressKind.STARTING,
    "PIPELINE_START": ProgressKind.STARTED,
    "STEP_START": ProgressKind.STEP_STARTED,
    "ASSET_MATERIALIZATION": ProgressKind.MATERIALIZED,
    "ASSET_CHECK_EVALUATION": ProgressKind.CHECKED,
    "STEP_FAILURE": ProgressKind.STEP_FAILED,
    "ENGINE_EVENT": ProgressKind.TROUBLE,
    "PIPELINE_CANCELING": ProgressKind.CANCELING,
    "PIPELINE_SUCCESS": ProgressKind.ENDED,
    "PIPELINE_FAILURE": ProgressKind.ENDED,
    "PIPELINE_CANCELED": ProgressKind.ENDED,
}


def translate(entry: EventLogEntry) -> Progress | None:
    """Translate one entry of a run's log; None for the many that are of no interest to a caller."""
    event = entry.dagster_event
    if event is None and entry.step_key is not None and entry.level == logging.INFO:
        return Progress(ProgressKind.SAID, entry.user_message, step=entry.step_key)
    kind = None if event is None else _KINDS.get(event.event_type_value)
    if event is None or kind is None or (kind is ProgressKind.TROUBLE and not _tells_trouble(event)):
        return None
    materialized = kind is ProgressKind.MATERIALIZED
    asset = event.asset_key if materialized else None
    return Progress(
        kind,
        text=_text(event, kind),
        step=event.step_key,
        asset=None if asset is None else "/".join(asset.path),
        partition=event.partition if materialized else None,
    )


def _tells_trouble(event: DagsterEvent) -> bool:
    """Whether an engine event reports the end of a process, not its daily life."""
    return _message(event).startswith(_CRASHES) or _error(event) is not None


def _message(event: DagsterEvent) -> str:
    """The event's own words, without the class that Dagster puts before them and its advice after."""
    return _BY_CLASS.sub("", event.message or "").partition(_ADVICE)[0]


def _error(event: DagsterEvent) -> SerializableErrorInfo | None:
    """The error of a failure or engine event; either may come without any data."""
    from dagster._core.events import EngineEventData, JobFailureData
    from dagster._core.execution.plan.objects import StepFailureData

    data = event.event_specific_data
    return data.error if isinstance(data, EngineEventData | JobFailureData | StepFailureData) else None


def _text(event: DagsterEvent, kind: ProgressKind) -> str:
    """The sentence an event has for a caller; empty where its kind says everything."""
    error, message = _error(event), _message(event)
    if kind is ProgressKind.STEP_FAILED:
        return f"{event.step_key} failed" if error is None else sentence(error, event.step_key)
    if kind is ProgressKind.TROUBLE:
        return message if error is None else f"{message}: {sentence(error, None)}"
    if event.event_type_value == "PIPELINE_FAILURE":
        return sentence(error, None) if error is not None else message
    if kind is ProgressKind.CHECKED:
        check = event.asset_check_evaluation_data
        verdict = "passed" if check.passed else "failed"
        return f"{check.check_name} of {'/'.join(check.asset_key.path)} {verdict}"
    return ""
