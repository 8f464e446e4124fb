"""The forge that hosts the wiki: its pull requests, through GitHub's or Gitea's REST interface.

What belongs here: the four requests we make, and reading their answers. What does not: branches
(`storage.git_branch`), and which requests there shall be (`pull_requests`).
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from agnt_pipelines.errors import NotDelivered

TIMEOUT_S: Final = 20.0
_PAGES: Final = 10
_MOST_BYTES: Final = 16_777_216
_GITHUB_VERSION: Final = "2022-11-28"
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Pull:
    """One pull request from a branch of the repository itself."""

    number: int
    branch: str
    open: bool


class _Stays(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token is for the address that an operator named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Return no request."""


class Forge:
    """One repository at a forge; Gitea's addresses hold `/api/v1/`, others are taken for GitHub's."""

    def __init__(self, url: str, token: str | None) -> None:
        """Keep the address, as far as a token may be sent there.

        Raises:
            NotDelivered: it is none.
        """
        parts = urlsplit(url.rstrip("/"))
        names = parts.path.rpartition("/repos/")[2].split("/")
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not safe or len(names) != 2 or not all(names) or "/repos/" not in parts.path:
            raise NotDelivered(
                "AGNT_WIKI_FORGE is no repository's address: write https://api.github.com/repos/OWNER/NAME "
                "or https://HOST/api/v1/repos/OWNER/NAME."
            )
        self._url, self._token = url.rstrip("/"), token
        self._name = "/".join(names)
        self._gitea = "/api/v1/" in parts.path
        self._opener = urllib.request.build_opener(_Stays)

    def default_branch(self) -> str:
        """Return the branch that requests go to where none is set."""
        return str(self._asked("GET", "")["default_branch"])

    def pulls(self, prefix: str) -> Iterator[Pull]:
        """Yield the newest requests, open or not, from branches that begin so; at most 1,000 are looked at."""
        order = {"sort": "recentupdate", "limit": 50} if self._gitea else {"sort": "created", "per_page": 100}
        direction = {} if self._gitea else {"direction": "desc"}
        for page in range(1, _PAGES + 1):
            asked = urlencode({"state": "all", **order, **direction, "page": page})
            listed: Any = self._asked("GET", f"/pulls?{asked}")
            for one in listed:
                head, own = one["head"], (one["head"].get("repo") or {}).get("full_name", "")
                if head["ref"].startswith(prefix) and own.lower() == self._name.lower():
                    yield Pull(int(one["number"]), str(head["ref"]), one["state"] == "open")
            if not listed:
                return

    def open(self, branch: str, base: str, title: str, body: str) -> int:
        """Open a request; return its number."""
        made = self._asked("POST", "/pulls", {"head": branch, "base": base, "title": title, "body": body})
        return int(made["number"])

    def update(self, number: int, title: str, body: str) -> None:
        """Give a request other words."""
        self._asked("PATCH", f"/pulls/{number}", {"title": title, "body": body})

    def close(self, number: int) -> None:
        """Close a request that a newer one replaces."""
        self._asked("PATCH", f"/pulls/{number}", {"state": "closed"})

    def _asked(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, self._headers(), method=method)  # noqa: S310 - checked
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                return json.loads(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as failure:
            with failure:
                said = _message(failure)
            raise NotDelivered(
                f"The forge answered {method} {path or '/'} with {failure.code}{said}."
            ) from failure
        except (OSError, http.client.HTTPException, ValueError) as failure:
            reason = getattr(failure, "reason", failure)
            raise NotDelivered(f"The forge does not answer ({type(reason).__name__}).") from failure

    def _headers(self) -> dict[str, str]:
        made = {"Accept": "application/json" if self._gitea else "application/vnd.github+json"}
        made |= {"Content-Type": "application/json", "User-Agent": "agnt_pipelines"}
        made |= {} if self._gitea else {"X-GitHub-Api-Version": _GITHUB_VERSION}
        word = "token" if self._gitea else "Bearer"
        return made | ({} if self._token is None else {"Authorization": f"{word} {self._token}"})


def _message(failure: urllib.error.HTTPError) -> str:
    """Return what the forge says of a failure, as the end of a sentence."""
    try:
        said = str(json.loads(failure.read(65_536)).get("message", ""))
    except (OSError, ValueError, AttributeError, http.client.HTTPException):
        return ""
    return f" ({' '.join(said.split())[:200]})" if said else ""
