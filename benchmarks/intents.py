"""intents: are the clusters that the FAQ makes what people meant? Utterances with labels of what they meant.

`--data FILE`: JSONL {utterance, intent} or CSV text,category. Every line gets a cluster from the function
that `faq_extract` calls; how many there are is nowhere said, and labels are for scoring alone.

Keys: n, k_true, k_found, owned (share of intents that are the majority of some cluster), acc (Hungarian
matching), nmi (arithmetic mean), ari, docs_per_s (embedding and clustering, models loaded), embedder.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.faq import cluster
from agnt_pipelines.language import embedder
from benchmarks.formats import intents
from benchmarks.harness import Options, measured


def run(options: Options) -> dict[str, Any]:
    """Return the figures.

    Raises:
        SettingsError: `--data` is missing, or is no labelled file.
    """
    if options.data is None or not options.data.is_file():
        raise SettingsError("intents needs --data: JSONL {utterance, intent} or CSV text,category.")
    return measured("intents", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    assert options.data is not None
    texts, meant = intents.labelled(options.data)
    english = embedder.english()
    english.embed(["are the weights loaded", "they are now"])
    options.say(f"{len(texts):,} utterances, by {english.id}")
    started = time.perf_counter()
    found = np.array(cluster.labels(texts, english))
    seconds = time.perf_counter() - started
    options.say(f"{found.max() + 1} clusters in {seconds:.1f} s")
    _, truth = np.unique(meant, return_inverse=True)
    return {
        "n": len(texts),
        "k_true": int(truth.max()) + 1,
        "k_found": int(found.max()) + 1,
        **scores(truth, found),
        "docs_per_s": round(len(texts) / seconds, 1),
        "embedder": english.id,
    }


def scores(truth: NDArray[np.intp], found: NDArray[np.intp]) -> dict[str, float]:
    """Return owned, acc, nmi and ari of clusters, both numbered from 0."""
    table = np.zeros((truth.max() + 1, found.max() + 1), dtype=int)
    np.add.at(table, (truth, found), 1)
    rows, columns = linear_sum_assignment(table, maximize=True)
    figures = {
        "owned": len(set(table.argmax(axis=0).tolist())) / len(table),
        "acc": table[rows, columns].sum() / len(truth),
        "nmi": normalized_mutual_info_score(truth, found),
        "ari": adjusted_rand_score(truth, found),
    }
    return {name: round(float(value), 4) for name, value in figures.items()}
