"""The FAQ over HTTP: the page, its JSON, and addresses of entries that last.

What belongs here: routes, entity tags, and keeping the last good page. What does not: the page itself
(`faq.page`), and the process that serves it (`cli.serve`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from agnt_pipelines.errors import AgntError
from agnt_pipelines.faq import page
from agnt_pipelines.faq.index import Index

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_SECONDS = 60
"""How long a reader's browser need not ask again."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """An index, and what is sent of it."""

    index: Index
    html: bytes
    document: bytes
    policy: str

    @classmethod
    def of(cls, index: Index) -> Rendered:
        """Render an index."""
        html = page.render(index)
        hashes = " ".join(f"'sha256-{_hash(script)}'" for script in _SCRIPT.findall(html))
        policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src {hashes or chr(39) + 'none' + chr(39)}"
        return cls(index, html.encode(), index.encoded(), f"{policy}; base-uri 'none'; form-action 'none'")


@dataclass(slots=True)
class Site:
    """The published FAQ as it is read now; what cannot be read leaves the last good one in its place.

    Attributes:
        current: returns the published index, None where there is none.
        trouble: is told why the last good one is still shown.
    """

    current: Callable[[], Index | None]
    trouble: Callable[[str], object]
    good: Rendered | None = field(default=None)

    def read(self) -> Rendered | None:
        """Return what is shown now."""
        try:
            found = self.current()
        except AgntError as failure:
            self.trouble(f"The last good page stays: {failure}")
            return self.good
        if found is not None and (self.good is None or found != self.good.index):
            self.good = Rendered.of(found)
        return self.good

    def application(self) -> Starlette:
        """Return the site: `/faq`, `/faq/index.json`, `/faq/SLUG`."""
        routes = [
            Route("/", lambda _: RedirectResponse("/faq")),
            Route("/faq", self._page),
            Route("/faq/index.json", self._document),
            Route("/faq/{slug}", self._entry),
        ]
        return Starlette(routes=routes, middleware=[Middleware(GZipMiddleware, minimum_size=1000)])

    def _page(self, request: Request) -> Response:
        found = self.read()
        if found is None:
            return _plain("Nothing is published yet.", 503)
        kind = "text/html; charset=utf-8"
        return _sent(request, found.html, kind, {"content-security-policy": found.policy})

    def _document(self, request: Request) -> Response:
        found = self.read()
        if found is None:
            return _plain("Nothing is published yet.", 503)
        return _sent(request, found.document, "application/json", {"access-control-allow-origin": "*"})

    def _entry(self, request: Request) -> Response:
        slug, found = request.path_params["slug"], self.read()
        if found is None:
            return _plain("Nothing is published yet.", 503)
        if slug in {item.slug for item in found.index.items}:
            return RedirectResponse(f"/faq#{slug}", 302)
        if slug in found.index.redirects:
            return RedirectResponse(f"/faq#{found.index.redirects[slug]}", 301)
        if slug in found.index.gone:
            return _plain("This question is no longer in the FAQ.", 410)
        return _plain("There never was such a question here.", 404)


def _sent(request: Request, body: bytes, kind: str, more: dict[str, str]) -> Response:
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "etag": tag,
        "cache-control": f"public, max-age={_SECONDS}",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        **more,
    }
    known = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, tag.removeprefix("W/"), "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _plain(text: str, status: int) -> Response:
    return Response(text, status, media_type="text/plain; charset=utf-8")


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
