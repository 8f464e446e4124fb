"""Fit the weights of recall on LoCoMo, and say what they reach on conversations that were left out.

`python -m benchmarks.recall_weights --data FILE`: development data, never a file that is scored. The
model is a listwise softmax regression over the product's own views (`dreaming.recall_views`): for each
question the turns' scores are a distribution, and its evidence turns should have the mass. What belongs
here: fitting. What does not: scoring the product (`benchmarks.recall`).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from agnt_pipelines.dreaming.recall_question import read_question
from agnt_pipelines.dreaming.recall_talk import Embed, Talk, Utterance
from agnt_pipelines.dreaming.recall_views import lexical_views, vector_views
from agnt_pipelines.language.static_vectors import static_vectors
from agnt_pipelines.replay.windows import WITA
from benchmarks.formats.locomo_questions import Sample, samples
from benchmarks.recall_scores import of_question

Floats = NDArray[np.float64]

PENALTY = 1.0
"""L2, in questions: weights of one unit cost as much as one question's log-likelihood of one."""

CANDIDATES = 120
"""Turns of a question that the fit looks at, by the sum of its views, beside the evidence."""

LEXICAL_VIEWS = (
    "turn", "pair", "five", "session", "previous", "before_previous", "next", "coverage",
    "coverage_with_previous", "rarest", "length", "letters", "named", "other_named", "named_matches", "other_matches",
    "named_after_match", "asks", "asks_and_matches", "after_question", "after_matching_question",
    "tells_time", "when_asked_tells_time", "within_time", "outside_time",
)  # fmt: skip
VECTOR_VIEWS = (*LEXICAL_VIEWS, "meaning", "meaning_of_terms", "meaning_of_pair", "meaning_of_terms_of_pair")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question over one conversation: its views (n x v), evidence (n), sessions (n)."""

    views: Floats
    evidence: Floats
    session: NDArray[np.intp]


def conversation(sample: Sample, names: Sequence[str], embed: Embed | None) -> list[Asked]:
    """Return a conversation's questions with their views, as recall would see them."""
    said = [Utterance(t.id, t.user_id, f"{t.sample}/{t.session}", t.text, t.at) for t in sample.turns]
    talk = Talk.of(said, embed)
    today = max(one.at for one in said).astimezone(WITA).date()
    found = []
    for asked in sample.questions:
        question = read_question(asked.text, talk.speakers, today)
        views = lexical_views(talk, question) | (vector_views(talk, question) if embed else {})
        evidence = np.array([one.id in asked.evidence for one in talk.utterances], dtype=float)
        found.append(Asked(np.column_stack([views[name] for name in names]), evidence, talk.session))
    return found


def fit(questions: Sequence[Asked], penalty: float = PENALTY) -> Floats:
    """Return the weights that make the evidence most likely."""
    kept = [_candidates(one) for one in questions]
    views = np.concatenate([one.views[keep] for one, keep in zip(questions, kept, strict=True)])
    target = np.concatenate(
        [one.evidence[k] / one.evidence.sum() for one, k in zip(questions, kept, strict=True)]
    )
    starts = np.cumsum([0, *(int(keep.sum()) for keep in kept)])
    of = np.repeat(np.arange(len(questions)), np.diff(starts))

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = views @ weights
        scores -= np.maximum.reduceat(scores, starts[:-1])[of]
        likely = np.exp(scores)
        mass = np.add.reduceat(likely, starts[:-1])
        value = np.log(mass).sum() - target @ scores + penalty * weights @ weights
        slope = views.T @ (likely / mass[of] - target) + 2 * penalty * weights
        return float(value) / len(questions), slope / len(questions)

    found = minimize(loss, np.zeros(views.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x)


def figures(questions: Sequence[Asked], weights: Floats) -> Floats:
    """Return recall@5, @10, @20, any_session@5, all_session@5 of each question, m x 5."""
    rows = []
    for one in questions:
        order = np.argsort(-(one.views @ weights), kind="stable")
        rows.append(
            of_question(order.tolist(), set(np.flatnonzero(one.evidence).tolist()), one.session.tolist())
        )
    return np.array(rows)


def _candidates(one: Asked) -> NDArray[np.bool_]:
    order = np.argsort(-one.views[:, :10].sum(axis=1), kind="stable")
    keep = one.evidence > 0
    keep[order[:CANDIDATES]] = True
    return np.asarray(keep)


def main() -> None:
    """Print, for both sets of views, the figures left-one-out and in-sample, and the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--penalty", type=float, default=PENALTY)
    options = parser.parse_args()
    read, vectors = samples(options.data), static_vectors()
    for names, embed in ((LEXICAL_VIEWS, None), (VECTOR_VIEWS, None if vectors is None else vectors.embed)):
        if names is VECTOR_VIEWS and embed is None:
            continue
        talks = [conversation(sample, names, embed) for sample in read]
        _tell(talks, names, options.penalty)


def _tell(talks: list[list[Asked]], names: Sequence[str], penalty: float) -> None:
    held_out = []
    for left in range(len(talks)):
        others = [one for place, talk in enumerate(talks) if place != left for one in talk]
        held_out.append(figures(talks[left], fit(others, penalty)))
    everything = [one for talk in talks for one in talk]
    weights = fit(everything, penalty)
    print(f"{len(everything)} questions; recall@5, @10, @20, any_session@5, all_session@5")
    print("left out:", np.concatenate(held_out).mean(axis=0).round(4))
    print("by conversation, recall@10:", [round(float(one[:, 1].mean()), 4) for one in held_out])
    print("in-sample:", figures(everything, weights).mean(axis=0).round(4))
    for name, weight in zip(names, weights, strict=True):
        print(f'        "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
