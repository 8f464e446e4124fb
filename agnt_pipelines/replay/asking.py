"""Asking a model many questions at once: staged, paid for once, each failing alone.

What belongs here: what is asked anew, when the purse is asked, when a model counts as down, and who stands in.
What does not: the words and what is believed of an answer (each wing's), the model's interface (`language.claude`).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from agnt_pipelines.language.model import LEDGER, RECEIVED, Fault, Model, ModelFault, Purse, Request
from agnt_pipelines.replay import staging
from agnt_pipelines.replay.staging import STANDS_IN, Answer, Question
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database

GIVE_UP_AFTER: Final = 3
"""Failures in a row after which the rest is not asked for: the model is down, not unlucky."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and the person by whose erasure its answer goes."""

    unit: str
    request: Request


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a request: an answer's content, or why there is none and whether the offline writer stands in."""

    content: Mapping[str, Any] | None = None
    fault: Fault | None = None
    stands_in: bool = False


class Asker:
    """Asks for the length of one run, which has one purse."""

    def __init__(self, database: Database, settings: Settings, model: Model, prompt_version: str) -> None:
        """Open the purse; nothing is asked."""
        self._database, self._settings, self._model = database, settings, model
        self._prompt_version = prompt_version
        self._purse = Purse(settings.model_usd_per_run, settings.model_usd_in, settings.model_usd_out)

    def ask(self, asked: Mapping[Key, Asked]) -> dict[Key, Heard]:
        """Ask for whatever is not staged, and return what came of each."""
        questions = {key: self._question(one) for key, one in asked.items()}
        staged = staging.staged(self._database, list(questions.values()))
        fresh = {key: asked[key].request for key, question in questions.items() if question not in staged}
        faults = self._bought_all(questions, fresh)
        return {
            key: self._read(question) if key not in faults else self._failed(question, faults[key])
            for key, question in questions.items()
        }

    def useless(self, asked: Asked, fault: Fault) -> Heard:
        """Say what it means that an answer, paid for and staged, is none."""
        return self._failed(self._question(asked), fault)

    def _question(self, one: Asked) -> Question:
        prefix = hashlib.sha256(one.request.prefix.encode()).hexdigest()
        body = {"prefix": prefix, "content": one.request.content}
        return Question(self._model.id, self._prompt_version, one.unit, body)

    def _bought_all(
        self, questions: Mapping[Key, Question], fresh: Mapping[Key, Request]
    ) -> dict[Key, Fault]:
        """Ask and stage; return what has no answer and why. Nothing is sent that the purse does not hold."""
        if not fresh:
            return {}
        try:
            prefix = next(iter(fresh.values())).prefix
            tokens = self._model.count(prefix, [request.content for request in fresh.values()])
            self._purse.reserve(tokens, len(fresh) * self._settings.model_max_tokens)
        except ModelFault as failure:
            return dict.fromkeys(fresh, failure.fault)
        down = _Down()

        def ask(key: Key) -> Fault | None:
            if (known := down.known()) is not None:
                return known
            try:
                staging.answer(self._database, questions[key], lambda _: self._bought(fresh[key]))
            except ModelFault as failure:
                down.failed(failure.fault)
                return failure.fault
            down.answered()
            return None

        with ThreadPoolExecutor(self._settings.model_at_once, thread_name_prefix="asking") as pool:
            results = dict(zip(fresh, pool.map(ask, fresh), strict=True))
        return {key: fault for key, fault in results.items() if fault is not None}

    def _bought(self, request: Request) -> Answer:
        reply = self._model.ask(request)
        LEDGER.bought(self._purse.price(reply.usage))
        return Answer({"text": reply.text, "stop_reason": reply.stop_reason}, reply.usage)

    def _read(self, question: Question) -> Heard:
        answer = staging.answer(self._database, question, _never)
        if STANDS_IN in answer.content:
            return Heard(fault=Fault(answer.content[STANDS_IN]), stands_in=True)
        return Heard(answer.content)

    def _failed(self, question: Question, fault: Fault) -> Heard:
        """Say what a failure means; that the offline writer stood in is staged, so that a re-run sees it, too."""
        if not self._settings.model_stand_in:
            return Heard(fault=fault)
        if fault not in RECEIVED:
            staging.answer(self._database, question, lambda _: Answer({STANDS_IN: fault.value}, {}))
        return Heard(fault=fault, stands_in=True)


class _Down:
    """Whether a model seems to be down."""

    def __init__(self) -> None:
        self._lock, self._in_a_row, self._fault = threading.Lock(), 0, None

    _fault: Fault | None

    def failed(self, fault: Fault) -> None:
        with self._lock:
            self._in_a_row += 1
            self._fault = fault

    def answered(self) -> None:
        with self._lock:
            self._in_a_row = 0

    def known(self) -> Fault | None:
        with self._lock:
            return self._fault if self._in_a_row >= GIVE_UP_AFTER else None


def _never(question: Question) -> Answer:
    message = f"the answer about {question.unit} was staged and is gone"
    raise ModelFault(Fault.UNREACHABLE, message)
