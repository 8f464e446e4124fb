"""A model that reads people's days: one question per person and day, staged, paid for once, failing alone.

What belongs here: which questions are asked, when the purse is asked, and what a failure means for a person.
What does not: the words (`prompts`), the model's interface (`language.claude`), whether a claim stands (`verify`).
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Final

from agnt_pipelines.dreaming import prompts
from agnt_pipelines.dreaming.claims import UserId
from agnt_pipelines.dreaming.extractor import Extracted, Extractor, Offline, Talks
from agnt_pipelines.language.model import RECEIVED, Fault, Model, ModelFault, Purse, Request
from agnt_pipelines.replay import staging
from agnt_pipelines.replay.staging import Answer, Question
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database

GIVE_UP_AFTER: Final = 3
"""Failures in a row after which the rest of a window is not asked for: the model is down, not unlucky."""

_STANDS_IN = "stands_in"
_PREFIX_HASH = hashlib.sha256(prompts.PREFIX.encode()).hexdigest()


@contextmanager
def extractor(database: Database, settings: Settings) -> Iterator[Extractor]:
    """Yield who reads talk by these settings: a model where a key is set."""
    if settings.anthropic_api_key is None:
        yield Offline()
        return
    from agnt_pipelines.language.claude import Claude  # noqa: PLC0415 - the SDK is slow to load

    with closing(Claude(settings)) as model:
        yield ModelExtractor(database, settings, model)


def version(settings: Settings) -> str:
    """Return what of the settings decides which rows a model's reading makes; empty without a model."""
    if settings.anthropic_api_key is None:
        return ""
    stand_in = ", offline stands in" if settings.model_stand_in else ""
    return f", {settings.model_small} {prompts.PROMPT_VERSION}{stand_in}"


class ModelExtractor:
    """Reads talk with a model for the length of one run, which has one purse."""

    def __init__(self, database: Database, settings: Settings, model: Model) -> None:
        """Open the purse; nothing is asked."""
        self._database, self._settings, self._model = database, settings, model
        self._purse = Purse(settings.model_usd_per_run, settings.model_usd_in, settings.model_usd_out)
        self._paid: list[float] = []

    @property
    def spent(self) -> tuple[int, int]:
        """Calls that were paid for so far, and what they cost in millionths of a US dollar."""
        return len(self._paid), round(math.fsum(self._paid) * 1_000_000)

    def extract(self, talks: Talks) -> Mapping[UserId, Extracted]:
        """Ask for whatever is not staged, and read what was."""
        requests = {person: prompts.request_of(talk) for person, talk in talks.items() if talk}
        questions = {person: self._question(person, request) for person, request in requests.items()}
        staged = staging.staged(self._database, list(questions.values()))
        fresh = [person for person, question in questions.items() if question not in staged]
        faults = self._asked({person: (questions[person], requests[person]) for person in fresh})
        found = dict.fromkeys(talks, Extracted())
        for person, question in questions.items():
            fault = faults.get(person)
            if fault is None:
                found[person] = self._read(person, question, talks)
            else:
                found[person] = self._failed(question, fault)
        return found

    def _question(self, person: UserId, request: Request) -> Question:
        body = {"prefix": _PREFIX_HASH, "content": request.content}
        return Question(self._model.id, prompts.PROMPT_VERSION, person, body)

    def _asked(self, fresh: Mapping[UserId, tuple[Question, Request]]) -> dict[UserId, Fault]:
        """Ask and stage; return who has no answer and why. Nothing is sent that the purse does not hold."""
        if not fresh:
            return {}
        try:
            contents = [request.content for _, request in fresh.values()]
            tokens = self._model.count(prompts.PREFIX, contents)
            self._purse.reserve(tokens, len(fresh) * self._settings.model_max_tokens)
        except ModelFault as failure:
            return dict.fromkeys(fresh, failure.fault)
        down = _Down()

        def ask(person: UserId) -> Fault | None:
            question, request = fresh[person]
            if (known := down.known()) is not None:
                return known
            try:
                staging.answer(self._database, question, lambda _: self._bought(request))
            except ModelFault as failure:
                down.failed(failure.fault)
                return failure.fault
            down.answered()
            return None

        with ThreadPoolExecutor(self._settings.model_at_once, thread_name_prefix="extract") as pool:
            results = dict(zip(fresh, pool.map(ask, fresh), strict=True))
        return {person: fault for person, fault in results.items() if fault is not None}

    def _bought(self, request: Request) -> Answer:
        reply = self._model.ask(request)
        read = sum(count for name, count in reply.usage.items() if name != "output_tokens")
        self._paid.append(self._purse.worst(read, reply.usage.get("output_tokens", 0)))
        return Answer({"text": reply.text, "stop_reason": reply.stop_reason}, reply.usage)

    def _read(self, person: UserId, question: Question, talks: Talks) -> Extracted:
        answer = staging.answer(self._database, question, _never)
        if _STANDS_IN in answer.content:
            return Extracted(fault=Fault(answer.content[_STANDS_IN]), stands_in=True)
        try:
            proposed, refused = prompts.proposals_of(answer.content, talks[person])
        except ModelFault as failure:
            return self._failed(question, failure.fault)
        return Extracted(proposed, refused)

    def _failed(self, question: Question, fault: Fault) -> Extracted:
        """Say what a failure means; that the offline writer stood in is staged, so that a re-run sees it, too."""
        if not self._settings.model_stand_in:
            return Extracted(fault=fault)
        if fault not in RECEIVED:
            staging.answer(self._database, question, lambda _: Answer({_STANDS_IN: fault.value}, {}))
        return Extracted(fault=fault, stands_in=True)


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
