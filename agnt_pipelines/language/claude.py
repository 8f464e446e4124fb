"""Claude, through the Anthropic Messages API with structured output and a cached prefix.

What belongs here: the shape of its requests and what its errors mean. What does not: what is asked, and
whether it is believed. Imported only where a key is set: the SDK is slow to load.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anthropic

from agnt_pipelines.language.model import Fault, ModelFault, Reply, Request
from agnt_pipelines.settings import Settings

_OVERLOADED, _TOO_MANY, _PAYMENT = 529, 429, 402
_SPENT = ("spend limit", "credit balance", "billing", "usage limit")
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
            message = self._client.messages.create(
                model=self.id,
                max_tokens=self._max_tokens,
                system=_system(request.prefix),
                messages=[{"role": "user", "content": request.content}],
                output_config={"format": {"type": "json_schema", "schema": dict(request.schema)}},
            )
        except anthropic.AnthropicError as failure:
            raise _fault(failure) from failure
        text = "".join(block.text for block in message.content if block.type == "text")
        usage = message.usage
        return Reply(
            text,
            str(message.stop_reason),
            {
                "input_tokens": usage.input_tokens,
                "output_tokens": usage.output_tokens,
                "cache_read_input_tokens": usage.cache_read_input_tokens or 0,
                "cache_creation_input_tokens": usage.cache_creation_input_tokens or 0,
            },
        )

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
