"""Hypotheses: what a moved share may mean, written down before the weeks that decide it.

What belongs here: when a hypothesis is made, how later weeks score it, and how good its makers were
(Brier). What does not: taking shares (`insights`).

At the end of week W, a metric (a kind and facet of an agent's insights) that moved clearly against the
week before makes the claim that it will stay on that side of the week before's share. Weeks after W,
and only they, count for or against. After `MIN_EVIDENCE` of them the majority decides; a hypothesis that
has not met so many by its last week expires.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from agnt_pipelines.dreaming.insights import Insight, Share
from agnt_pipelines.replay.windows import DREAM_WEEK

MIN_MOVE = 0.05
MIN_PRIOR = 0.8
"""A metric moved clearly by so many points, and so probably; below that most moves are noise. Ours."""

MAX_PRIOR = 0.95
"""Next week is not this week: no count makes a forecast surer than this."""

MIN_EVIDENCE = 3
LIFE_WEEKS = 5
"""Weeks that decide (odd: no draw), and weeks within which they must come."""

PRIOR_STRENGTH = 2
"""Weeks that the prior counts for in the posterior."""


class Status(StrEnum):
    """Where a hypothesis stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One claim about one metric of one agent: a row of `mind.hypotheses`.

    `baseline` is the share that it will stay above (`direction` 1) or below (-1); `prior` and
    `posterior` are the probability of the claim before and after the weeks scored. `expires_window`
    is the last week that may count.
    """

    agent_id: str
    kind: str
    metric: str
    direction: int
    baseline: float
    created_window: str
    expires_window: str
    prior: float
    evidence_for: int = 0
    evidence_against: int = 0
    status: Status = Status.OPEN
    decided_window: str | None = None

    @property
    def posterior(self) -> float:
        """Mean of a Beta whose prior weighs `PRIOR_STRENGTH` weeks, to 4 decimals."""
        weeks = self.evidence_for + self.evidence_against
        return round((PRIOR_STRENGTH * self.prior + self.evidence_for) / (PRIOR_STRENGTH + weeks), 4)

    @property
    def claim(self) -> str:
        """The claim in a sentence."""
        side = "above" if self.direction > 0 else "below"
        return f"The share {self.metric} stays {side} {self.baseline:.1%}, the week before {self.created_window}."


def hypotheses(agent_id: str, told: Iterable[Insight], as_of: str) -> list[Hypothesis]:
    """Return all hypotheses that an agent's insights made, scored up to week `as_of`.

    A function of the set of insights; in order of metric and week.
    """
    series: defaultdict[str, dict[str, Insight]] = defaultdict(dict)
    for insight in told:
        if insight.agent_id == agent_id and insight.window_key <= as_of:
            series[f"{insight.kind.value}:{insight.facet}"][insight.window_key] = insight
    return [one for metric in sorted(series) for one in _of_metric(metric, series[metric], as_of)]


def moved(before: Share, after: Share) -> tuple[int, float] | None:
    """Return (direction, prior) where a share moved clearly, else None.

    The prior is the probability that the true share moved that way, by the normal approximation of
    two independent shares, at most `MAX_PRIOR`, to 4 decimals.
    """
    first, second = before.hits / before.cases, after.hits / after.cases
    pooled = (before.hits + after.hits) / (before.cases + after.cases)
    variance = pooled * (1 - pooled) * (1 / before.cases + 1 / after.cases)
    if abs(second - first) < MIN_MOVE or variance == 0:
        return None
    probability = (1 + math.erf(abs(second - first) / math.sqrt(2 * variance))) / 2
    prior = round(min(probability, MAX_PRIOR), 4)
    return (1 if second > first else -1, prior) if prior >= MIN_PRIOR else None


def brier(made: Iterable[Hypothesis]) -> Mapping[str, tuple[float, int]]:
    """Return by kind the mean squared error of the priors of what was decided, and of how many.

    0 is perfect, 0.25 what tossing a coin earns (Brier 1950); expired hypotheses decided nothing.
    """
    errors: defaultdict[str, list[float]] = defaultdict(list)
    for one in made:
        if one.status in {Status.CONFIRMED, Status.REFUTED}:
            errors[one.kind].append((one.prior - (one.status is Status.CONFIRMED)) ** 2)
    return {kind: (round(math.fsum(all_) / len(all_), 4), len(all_)) for kind, all_ in sorted(errors.items())}


def _of_metric(metric: str, weeks: Mapping[str, Insight], as_of: str) -> Sequence[Hypothesis]:
    """Walk a metric's weeks in order: the open hypothesis is scored before another may be made."""
    made: list[Hypothesis] = []
    for week in sorted(weeks):
        if made and _counts(made[-1], week):
            made[-1] = _scored(made[-1], weeks[week])
            continue  # a week that decides one does not also make the next
        _let_expire(made, week)
        before = weeks.get(_shifted(week, -1))
        if before is not None and (move := moved(before.share, weeks[week].share)) is not None:
            made.append(_created(metric, before, weeks[week], *move))
    _let_expire(made, as_of)
    return made


def _counts(one: Hypothesis, week: str) -> bool:
    """Whether a week after the one that made it still counts for or against a hypothesis."""
    return one.status is Status.OPEN and week <= one.expires_window


def _let_expire(made: list[Hypothesis], week: str) -> None:
    """Close the last hypothesis if it is still open after the last week that may count."""
    if made and made[-1].status is Status.OPEN and week > made[-1].expires_window:
        made[-1] = replace(made[-1], status=Status.EXPIRED, decided_window=made[-1].expires_window)


def _created(metric: str, before: Insight, after: Insight, direction: int, prior: float) -> Hypothesis:
    return Hypothesis(
        agent_id=after.agent_id,
        kind=after.kind.value,
        metric=metric,
        direction=direction,
        baseline=round(before.share.hits / before.share.cases, 4),
        created_window=after.window_key,
        expires_window=_shifted(after.window_key, LIFE_WEEKS),
        prior=prior,
    )


def _scored(one: Hypothesis, later: Insight) -> Hypothesis:
    """Return a hypothesis after a later week."""
    holds = (later.share.hits / later.share.cases - one.baseline) * one.direction > 0
    one = replace(
        one,
        evidence_for=one.evidence_for + holds,
        evidence_against=one.evidence_against + (not holds),
    )
    if one.evidence_for + one.evidence_against < MIN_EVIDENCE:
        return one
    won = one.evidence_for > one.evidence_against
    return replace(one, status=Status.CONFIRMED if won else Status.REFUTED, decided_window=later.window_key)


def _shifted(week: str, weeks: int) -> str:
    return DREAM_WEEK.window_at(DREAM_WEEK.window(week).start + timedelta(weeks=weeks)).key
