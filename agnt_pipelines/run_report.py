"""What a run reports of an asset: the same figures under the same names for every one.

Numbers are drawn over time by Dagster's UI. What belongs here: from what was done to metadata, never
with anyone's words. What does not: what an asset says of itself (`catalogue`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import dagster as dg

from agnt_pipelines.language.model import LEDGER
from agnt_pipelines.replay.batches import Batched
from agnt_pipelines.replay.derivation import Applied, Fate
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.windows import Calendar, Window
from agnt_pipelines.timetable import job_of

Metadata = dict[str, dg.MetadataValue]
Seen = Mapping[str, int]

CORE = frozenset(
    {
        "rows_added",
        "rows_changed",
        "rows_removed",
        "rows_unchanged",
        "rejected_by_reason",
        "preview",
        "duration_s",
        "llm_calls",
        "usd_cost",
    }
)
"""What every materialization tells; `watermark` beside it where rows have a time."""

NOTHING_HELD = "nothing_held"
"""The check that warns of a plan which waits for a person; what it would replace stays."""

_BY_REASON = {"rejected_": "rejected_by_reason", "left_": "left_out_by_reason", "slot_": "claims_by_slot"}


class Stopwatch:
    """What one asset's part of a run costs."""

    def __init__(self) -> None:
        """Start."""
        self._began, self._calls, self._usd = time.monotonic(), LEDGER.calls, LEDGER.usd

    def cost(self) -> Metadata:
        """Return what the run cost so far: seconds, answers bought of a model, US dollars."""
        return {
            "duration_s": dg.MetadataValue.float(round(time.monotonic() - self._began, 3)),
            "llm_calls": dg.MetadataValue.int(LEDGER.calls - self._calls),
            "usd_cost": dg.MetadataValue.float(round(LEDGER.usd - self._usd, 6)),
        }


def figures(done: Applied) -> Metadata:
    """Return what was done: rows by fate, further counts, counts by reason, watermark and a preview."""
    numbers = done.numbers()
    grouped = {name: _named(numbers, prefix) for prefix, name in _BY_REASON.items()}
    plain = {name: n for name, n in numbers.items() if not name.startswith(tuple(_BY_REASON))}
    metadata: Metadata = {name: dg.MetadataValue.int(number) for name, number in plain.items()}
    for name, counts in grouped.items():
        if counts or name == "rejected_by_reason":
            metadata[name] = dg.MetadataValue.json(counts)
    if "memories_superseded" in numbers:
        metadata["rows_superseded"] = dg.MetadataValue.int(numbers["memories_superseded"])
    shown = grouped["claims_by_slot"]
    metadata["preview"] = preview("slot", "claims", shown) if shown else preview("what", "count", plain)
    if done.fates:
        metadata["rows_by_kind"] = dg.MetadataValue.json(
            {kind: list(fate) for kind, fate in sorted(done.fates.items())}
        )
        metadata["preview"] = _kinds(done.fates)
    if done.watermark is not None:
        metadata["watermark"] = dg.MetadataValue.timestamp(done.watermark)
    return metadata


def fates(added: int = 0, changed: int = 0, removed: int = 0, unchanged: int = 0) -> Metadata:
    """Return rows by fate for an asset that writes without a plan, and refuses nothing."""
    numbers = {"added": added, "changed": changed, "removed": removed, "unchanged": unchanged}
    metadata: Metadata = {f"rows_{name}": dg.MetadataValue.int(number) for name, number in numbers.items()}
    return {
        **metadata,
        "rejected_by_reason": dg.MetadataValue.json({}),
        "preview": preview("rows", "count", numbers),
    }


def preview(what: str, counted: str, counts: Seen) -> dg.MetadataValue:
    """Return counts as a small table, those that are not zero."""
    lines = [f"| {name} | {count:,} |" for name, count in counts.items() if count]
    return dg.MetadataValue.md("\n".join([f"| {what} | {counted} |", "|---|---|", *lines]))


def _kinds(fates: Mapping[str, Fate]) -> dg.MetadataValue:
    """Return what became of each kind of row as a table, kinds without any left out."""
    lines = [
        f"| {kind} | " + " | ".join(f"{number:,}" for number in fate) + " |"
        for kind, fate in sorted(fates.items())
        if any(fate)
    ]
    head = ["| kind | rows | added | changed | removed |", "|---|---|---|---|---|"]
    return dg.MetadataValue.md("\n".join([*head, *lines]))


def windows_of(context: dg.AssetExecutionContext) -> list[Window]:
    """Return the windows that a run is over, oldest first."""
    calendar = _calendar(context)
    return [calendar.window(key) for key in context.partition_keys]


def note(context: dg.AssetExecutionContext, window_key: str, said: Mapping[str, object]) -> None:
    """Tell of one window of a run, under its title: a key is only its first day."""
    calendar = _calendar(context)
    title = {"window": calendar.title(calendar.window(window_key))}
    context.add_asset_metadata({**title, **said}, partition_key=window_key)


def before_and_after(changes: Iterable[tuple[str, int, int]]) -> Metadata:
    """Return what a run changed, as a table: rows by what they are, before and after."""
    lines = [f"| {what} | {before:,} | {after:,} |" for what, before, after in changes]
    return {
        "dream_diff": dg.MetadataValue.md("\n".join(["| what | before | after |", "|---|---|---|", *lines]))
    }


def of_windows(
    context: dg.AssetExecutionContext, doing: Iterable[Applied], more: Callable[[], Metadata] = dict
) -> dg.MaterializeResult[None]:
    """Do what a run does window by window, and tell of each as soon as it is done; then `more`, of all."""
    watch = Stopwatch()
    for done in doing:
        context.log.info("%s: %d added, %d unchanged", done.window_key, done.added, done.unchanged)
        note(context, done.window_key, figures(done))
    told = more()
    crash_point("event.before")
    return dg.MaterializeResult(metadata={**told, **watch.cost()})


def of_fold(doing: Callable[[], Applied], more: Callable[[], Metadata] = dict) -> dg.MaterializeResult[None]:
    """Do what a run does in a fold, and tell of it, and `more`."""
    watch = Stopwatch()
    done = doing()
    told = more()
    crash_point("event.before")
    return dg.MaterializeResult(metadata={**figures(done), **told, **watch.cost()})


def of_batches(done: Batched, watch: Stopwatch) -> dg.MaterializeResult[None]:
    """Tell what was done with batches of questions: sent, waiting, answered, and why not."""
    crash_point("event.before")
    numbers = {
        "questions_sent": done.sent,
        "questions_waiting": done.waiting,
        "batches_waiting": done.batches_waiting,
        "questions_answered": done.answered,
        "questions_given_up": done.given_up,
        "answers_unknown": done.unknown,
        **{f"model_{fault}": count for fault, count in done.faults.items()},
    }
    told: Metadata = {name: dg.MetadataValue.int(number) for name, number in numbers.items()}
    cost = {"llm_calls": dg.MetadataValue.int(done.answered), "usd_cost": dg.MetadataValue.float(done.usd)}
    shown = {"preview": preview("what", "count", {"questions_sent": 0} | numbers)}
    return dg.MaterializeResult(
        metadata={**fates(added=done.answered), **told, **shown, **watch.cost(), **cost}
    )


def verdicts(asset: str, names: Iterable[str], failed: Seen, **seen: int) -> Iterator[dg.AssetCheckResult]:
    """Report every check of a plan: it was made before anything was written."""
    for name in names:
        counts = {"failed": failed.get(name, 0), **seen}
        yield dg.AssetCheckResult(
            asset_key=asset, check_name=name, passed=name not in failed, metadata=counts
        )


def of_holds(asset: str, waiting: Sequence[str]) -> tuple[Metadata, dg.AssetCheckResult]:
    """Return what a run tells of plans of its that wait for a person: metadata, and the check NOTHING_HELD."""
    told: Metadata = {"held": dg.MetadataValue.text(" ".join(waiting))} if waiting else {}
    check = dg.AssetCheckResult(
        asset_key=asset,
        check_name=NOTHING_HELD,
        passed=not waiting,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(waiting) or None,
        metadata={"waiting": len(waiting)},
    )
    return told, check


def _calendar(context: dg.AssetExecutionContext) -> Calendar:
    calendar = job_of(context.asset_key.path[-1]).window
    assert calendar is not None, "an asset without windows tells of none"
    return calendar


def _named(numbers: Seen, prefix: str) -> dict[str, int]:
    found = {name.removeprefix(prefix): count for name, count in numbers.items() if name.startswith(prefix)}
    return dict(sorted(found.items()))
