"""Claude, through the Anthropic Messages API with structured output and a cached prefix.

What belongs here: the shape of its requests and what its errors mean. What does not: what is asked, and
whether it is believed. Imported only where a key is set: the SDK is slow to load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import anthropic
import httpx2
from anthropic.types import Message
from anthropic.types.messages import MessageBatch

from agnt_pipelines.language.model import Fault, ModelFault, Reply, Request, SentBatch
from agnt_pipelines.settings import Settings

_OVERLOADED, _TOO_MANY, _PAYMENT = 529, 429, 402
_SPENT = ("spend limit", "credit balance", "billing", "usage limit")
_ERRORS = {
    "rate_limit_error": Fault.RATE_LIMITED,
    "billing_error": Fault.SPEND_LIMIT,
    "overloaded_error": Fault.OVERLOADED,
    "timeout_error": Fault.TIMEOUT,
    "api_error": Fault.SERVER_ERROR,
}
"""What the error of one question of a batch means; any other is the request's own."""
_NOT_FOUND = 404
_COUNTED_CHARS = 400_000
"""Contents are counted together, so much text at a time: one count for many calls."""


class Claude:
    """One model of Anthropic's."""

    def __init__(self, settings: Settings) -> None:
        """Keep a client; nothing is sent."""
        assert settings.anthropic_api_key is not None
        self.id = settings.model_small
        self._max_tokens = settings.model_max_tokens
        self._client = anthropic.Anthropic(
            api_key=settings.anthropic_api_key.get_secret_value(),
            base_url=settings.model_url or None,
            timeout=settings.model_timeout_s,
            max_retries=settings.model_retries,
        )

    def close(self) -> None:
        """End its connections."""
        self._client.close()

    def ask(self, request: Request) -> Reply:
        """Ask once; the SDK tries again where the answer says so.

        Raises:
            ModelFault: no answer came.
        """
        try:
            return _reply(self._client.messages.create(**self._params(request)))
        except anthropic.AnthropicError as failure:
            raise _fault(failure) from failure

    def send(self, requests: Mapping[str, Request]) -> SentBatch:
        """Send a batch, once: what is lost on the way is looked for by `batches_since`, not sent again.

        Raises:
            ModelFault: it was refused, or nobody knows (`model.UNSURE`).
        """
        listed: list[Any] = [{"custom_id": id_, "params": self._params(one)} for id_, one in requests.items()]
        try:
            return _sent(self._client.with_options(max_retries=0).messages.batches.create(requests=listed))
        except anthropic.AnthropicError as failure:
            raise _fault(failure) from failure

    def batch(self, batch_id: str) -> SentBatch | None:
        """Return how a batch stands; None where the API knows of none.

        Raises:
            ModelFault: it could not be asked.
        """
        try:
            return _sent(self._client.messages.batches.retrieve(batch_id))
        except anthropic.AnthropicError as failure:
            if isinstance(failure, anthropic.APIStatusError) and failure.status_code == _NOT_FOUND:
                return None
            raise _fault(failure) from failure

    def batches_since(self, instant: datetime) -> Iterator[SentBatch]:
        """Yield the batches made at an instant or later, newest first.

        Raises:
            ModelFault: they could not be listed.
        """
        try:
            for batch in self._client.messages.batches.list(limit=100):
                if batch.created_at < instant:
                    return
                yield _sent(batch)
        except anthropic.AnthropicError as failure:
            raise _fault(failure) from failure

    def results(self, batch_id: str) -> Iterator[tuple[str, Reply | Fault]]:
        """Yield what became of an ended batch's questions, by our ids, in the order of the file.

        Raises:
            ModelFault: the results could not be read, or not to their end.
        """
        try:
            for line in self._client.messages.batches.results(batch_id):
                yield line.custom_id, _outcome(line.result)
        except anthropic.AnthropicError as failure:
            raise _fault(failure) from failure
        except (
            ValueError,
            AttributeError,
            httpx2.HTTPError,
        ) as failure:  # a line that is none, a lost stream
            raise ModelFault(Fault.UNREACHABLE, f"results of {batch_id}: {failure}"[:300]) from failure

    def _params(self, request: Request) -> dict[str, Any]:
        return {
            "model": self.id,
            "max_tokens": self._max_tokens,
            "system": _system(request.prefix),
            "messages": [{"role": "user", "content": request.content}],
            "output_config": {"format": {"type": "json_schema", "schema": dict(request.schema)}},
        }

    def count(self, prefix: str, contents: Sequence[str]) -> int:
        """Return the input tokens of one call for each content, as Anthropic counts them.

        Raises:
            ModelFault: they could not be counted.
        """
        alone = self._counted(prefix, ".")
        total = alone * len(contents)
        chunk: list[str] = []
        for content in [*contents, None]:
            if chunk and (content is None or sum(map(len, chunk)) + len(content) > _COUNTED_CHARS):
                total += max(self._counted(prefix, "\n".join(chunk)) - alone, 0)
                chunk = []
            if content is not None:
                chunk.append(content)
        return total

    def _counted(self, prefix: str, content: str) -> int:
        try:
            told = self._client.messages.count_tokens(
                model=self.id, system=_system(prefix), messages=[{"role": "user", "content": content}]
            )
        except anthropic.AnthropicError as failure:
            raise _fault(failure) from failure
        return told.input_tokens


def _system(prefix: str) -> list[Any]:
    return [{"type": "text", "text": prefix, "cache_control": {"type": "ephemeral"}}]


def _reply(message: Message) -> Reply:
    usage = message.usage
    return Reply(
        "".join(block.text for block in message.content if block.type == "text"),
        str(message.stop_reason),
        {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cache_read_input_tokens": usage.cache_read_input_tokens or 0,
            "cache_creation_input_tokens": usage.cache_creation_input_tokens or 0,
        },
    )


def _sent(batch: MessageBatch) -> SentBatch:
    counts = batch.request_counts
    total = counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired
    return SentBatch(batch.id, batch.processing_status == "ended", total, batch.created_at)


def _outcome(result: Any) -> Reply | Fault:
    """Return what became of one question: an answer, or why there is none."""
    if result.type == "succeeded":
        return _reply(result.message)
    if result.type == "errored":
        return _ERRORS.get(str(result.error.error.type), Fault.REFUSED_REQUEST)
    return Fault.EXPIRED if result.type == "expired" else Fault.CANCELLED


def _fault(failure: anthropic.AnthropicError) -> ModelFault:
    """Return what an error of the SDK means to us."""
    detail = str(failure)[:300]
    if isinstance(failure, anthropic.APITimeoutError):
        return ModelFault(Fault.TIMEOUT, detail)
    if isinstance(failure, anthropic.APIConnectionError):
        return ModelFault(Fault.UNREACHABLE, detail)
    if not isinstance(failure, anthropic.APIStatusError):
        return ModelFault(Fault.SERVER_ERROR, detail)
    status = failure.status_code
    if status == _PAYMENT or any(word in detail.lower() for word in _SPENT):
        return ModelFault(Fault.SPEND_LIMIT, detail)
    if status == _TOO_MANY:
        return ModelFault(Fault.RATE_LIMITED, detail)
    if status == _OVERLOADED:
        return ModelFault(Fault.OVERLOADED, detail)
    return ModelFault(Fault.SERVER_ERROR if status >= 500 else Fault.REFUSED_REQUEST, detail)
