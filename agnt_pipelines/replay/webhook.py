"""Webhooks: letters of the outbox, POSTed to a URL that an operator named.

The body is the letter's payload as JSON; the header Idempotency-Key bears its key, by which the
receiver knows a letter that comes twice. What does not belong here: when and what to tell.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Final

from agnt_pipelines.errors import NotDelivered
from agnt_pipelines.replay.outbox import Handler, Letter
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical

SOUL_PROMPT: Final = "soul_prompt_changed"
AGENT_PROMPT: Final = "agent_prompt_changed"
TIMEOUT_S: Final = 10.0
_SCHEMES = ("http://", "https://")


def handlers(settings: Settings) -> Mapping[str, Handler]:
    """Return who delivers what, as far as the settings name a receiver."""
    if settings.soul_prompt_hook is None:
        return {}
    hook = poster("AGNT_SOUL_PROMPT_HOOK", settings.soul_prompt_hook.get_secret_value())
    return {SOUL_PROMPT: hook, AGENT_PROMPT: hook}


def poster(setting: str, url: str) -> Handler:
    """Return a handler that POSTs to a URL; what fails is told by the name of the setting alone.

    The URL may hold a secret, and the outbox's last error is read by many.
    """

    def post(letter: Letter) -> None:
        if not url.startswith(_SCHEMES):
            raise NotDelivered(f"{setting} is no http(s) URL.")
        headers = {"Content-Type": "application/json", "Idempotency-Key": letter.key}
        body = canonical.dump({"kind": letter.kind, **letter.payload})
        request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - checked above
                answer.read()
        except urllib.error.HTTPError as failure:
            raise NotDelivered(f"{setting} answered {failure.code}.") from failure
        except (OSError, http.client.HTTPException) as failure:
            reason = getattr(failure, "reason", failure)
            raise NotDelivered(f"{setting} does not answer ({type(reason).__name__}).") from failure

    return post
