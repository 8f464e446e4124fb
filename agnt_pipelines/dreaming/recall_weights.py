"""How much each view counts: fitted for conversations, set by hand for requests.

What belongs here: the numbers and where they come from. What does not: the views (`recall_views`).

For conversations (turns that answer each other) the weights are those of a listwise softmax regression:
the likelihood of a question's evidence turns among all turns, with an L2 penalty; `python -m
benchmarks.recall_weights --data FILE` fits them anew and tells what they reach on conversations that
were left out. For requests (messages to an agent, each standing alone) there is too little labelled data
to fit any: whole sessions and meaning count, turns beside them do not.
"""

from __future__ import annotations

from collections.abc import Mapping

from agnt_pipelines.dreaming.recall_talk import Style

SENTENCE = 1.5
"""Of the best sentence's cosine, for requests with vectors."""

LEXICAL: Mapping[Style, Mapping[str, float]] = {
    Style.CONVERSATION: {
        "turn": -0.88,
        "pair": 1.15,
        "five": 2.32,
        "session": 1.15,
        "previous": -0.64,
        "before_previous": 0.86,
        "next": 0.04,
        "coverage": 0.40,
        "coverage_with_previous": 1.45,
        "rarest": -0.64,
        "length": 1.08,
        "letters": 1.70,
        "named": 0.80,
        "other_named": -0.80,
        "named_matches": 0.62,
        "other_matches": 1.25,
        "named_after_match": -0.68,
        "asks": -0.97,
        "asks_and_matches": 0.60,
        "after_question": 0.16,
        "after_matching_question": 2.09,
        "tells_time": 0.30,
        "when_asked_tells_time": 1.76,
        "within_time": 2.25,
        "outside_time": -2.25,
    },
    Style.REQUESTS: {"turn": 1.0, "session": 0.6, "within_time": 0.4},
}
WITH_VECTORS: Mapping[Style, Mapping[str, float]] = {
    Style.CONVERSATION: {
        "turn": -0.98,
        "pair": 0.93,
        "five": 2.20,
        "session": 1.12,
        "previous": -0.92,
        "before_previous": 0.80,
        "next": -0.04,
        "coverage": 0.43,
        "coverage_with_previous": 1.35,
        "rarest": -0.64,
        "length": 1.34,
        "letters": 1.11,
        "named": 0.83,
        "other_named": -0.83,
        "named_matches": 0.54,
        "other_matches": 1.19,
        "named_after_match": -0.75,
        "asks": -1.00,
        "asks_and_matches": 0.63,
        "after_question": 0.07,
        "after_matching_question": 2.13,
        "tells_time": 0.28,
        "when_asked_tells_time": 1.76,
        "within_time": 2.18,
        "outside_time": -2.18,
        "meaning": 0.16,
        "meaning_of_terms": 0.34,
        "meaning_of_pair": 1.44,
        "meaning_of_terms_of_pair": 0.32,
    },
    Style.REQUESTS: {
        "turn": 0.3,
        "session": 1.0,
        "meaning_of_terms": 1.5,
        "within_time": 0.4,
    },
}
