"""What any model is to us: something that answers one question as JSON, at a price, or fails for a reason.

What belongs here: the protocol, the reasons, and the purse that is asked before anything is sent. What does
not: Claude's own interface (`claude`), what is asked (each wing's `prompts`) and keeping answers (`replay`).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

_MILLION = 1_000_000

_PROMPT_PRICES = {
    "input_tokens": 1.0,
    "cache_creation_input_tokens": 1.25,
    "cache_read_input_tokens": 0.1,
}
"""What tokens of a prompt cost, of the price of input; Anthropic's, for a cache of five minutes."""

BATCH_DISCOUNT = 0.5
"""What a token costs in a batch, of its price."""


class Fault(StrEnum):
    """Why a model gave nothing that can be used."""

    RATE_LIMITED = "rate_limited"
    SPEND_LIMIT = "spend_limit"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    REFUSED_REQUEST = "refused_request"
    OVER_BUDGET = "over_budget"
    # What became of one question of a batch.
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    MISSING = "missing"
    # What was received, and paid for, but is no answer.
    TRUNCATED = "truncated"
    REFUSED = "refused"
    BAD_JSON = "bad_json"
    WRONG_SCHEMA = "wrong_schema"
    UNFOUNDED = "unfounded"


RECEIVED = frozenset({Fault.TRUNCATED, Fault.REFUSED, Fault.BAD_JSON, Fault.WRONG_SCHEMA, Fault.UNFOUNDED})
"""Faults of an answer that did arrive: asking again would buy it again."""


UNSURE = frozenset({Fault.SERVER_ERROR, Fault.TIMEOUT, Fault.UNREACHABLE})
"""Faults after which nobody knows whether what was sent was taken."""


class ModelFault(Exception):
    """A model gave nothing that can be used; crosses no wing: whoever asks makes data of it."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, as it came: text, why it ended, and the tokens it cost."""

    text: str
    stop_reason: str
    usage: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Request:
    """One call: a prefix that all calls of a kind share (cached by the model), what is asked, and the form."""

    prefix: str
    content: str
    schema: Mapping[str, Any]


class Model(Protocol):
    """A model behind one interface; both methods raise `ModelFault`."""

    @property
    def id(self) -> str:
        """The model's name."""

    def ask(self, request: Request) -> Reply:
        """Ask once."""

    def count(self, prefix: str, contents: Sequence[str]) -> int:
        """Return the input tokens of so many calls with one prefix, without making them."""


@dataclass(frozen=True, slots=True)
class SentBatch:
    """A batch as the API tells of it: which questions it holds is told by its results alone."""

    id: str
    ended: bool
    requests: int
    created_at: datetime


class BatchModel(Protocol):
    """A model that takes many questions at once and answers within a day; methods raise `ModelFault`."""

    @property
    def id(self) -> str:
        """The model's name."""

    def count(self, prefix: str, contents: Sequence[str]) -> int:
        """Return the input tokens of so many calls with one prefix, without making them."""

    def send(self, requests: Mapping[str, Request]) -> SentBatch:
        """Send questions under ids of ours; never sent twice by itself."""

    def batch(self, batch_id: str) -> SentBatch | None:
        """Return how a batch stands; None: the API knows of none."""

    def batches_since(self, instant: datetime) -> Iterator[SentBatch]:
        """Yield the batches made at an instant or later, newest first."""

    def results(self, batch_id: str) -> Iterator[tuple[str, Reply | Fault]]:
        """Yield what became of an ended batch's questions, in any order, by our ids."""


def parsed(text: str, stop_reason: str) -> Any:
    """Return an answer's JSON.

    Raises:
        ModelFault: the answer was cut, refused, or is no JSON.
    """
    if stop_reason == "max_tokens":
        raise ModelFault(Fault.TRUNCATED, "the answer reached its longest length")
    if stop_reason == "refusal":
        raise ModelFault(Fault.REFUSED, "the model refused")
    try:
        return json.loads(text)
    except ValueError as failure:
        raise ModelFault(Fault.BAD_JSON, str(failure)) from failure


@dataclass(slots=True)
class Ledger:
    """What this process has bought so far: calls that were answered, and what they cost, USD."""

    calls: int = 0
    usd: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def bought(self, usd: float) -> None:
        """Count one more answer."""
        with self._lock:
            self.calls += 1
            self.usd += usd


LEDGER = Ledger()
"""The process's own: what a run tells of its cost is read from it, whoever asked."""


class Purse:
    """What one run may still spend. Reckoned at the worst: every answer as long as it may be."""

    def __init__(self, limit_usd: float, usd_in: float, usd_out: float) -> None:
        """Begin with all of the limit; prices are USD per million tokens."""
        self._left, self._in, self._out = limit_usd, usd_in, usd_out
        self._lock = threading.Lock()

    def worst(self, input_tokens: int, output_tokens: int) -> float:
        """Return the most that so many tokens may cost, USD: every one of a prompt written to the cache."""
        dearest = max(_PROMPT_PRICES.values())
        return (input_tokens * dearest * self._in + output_tokens * self._out) / _MILLION

    def price(self, usage: Mapping[str, int]) -> float:
        """Return what an answer cost, USD: a prompt's cached part costs less to read and more to write."""
        prompt = sum(share * usage.get(name, 0) for name, share in _PROMPT_PRICES.items())
        return (prompt * self._in + usage.get("output_tokens", 0) * self._out) / _MILLION

    def reserve(self, input_tokens: int, output_tokens: int) -> None:
        """Take the worst cost out of the purse.

        Raises:
            ModelFault: it is not there; nothing was taken.
        """
        usd = self.worst(input_tokens, output_tokens)
        with self._lock:
            if usd > self._left:
                message = f"{usd:.4f} USD are needed and {self._left:.4f} are left of AGNT_MODEL_USD_PER_RUN"
                raise ModelFault(Fault.OVER_BUDGET, message)
            self._left -= usd
