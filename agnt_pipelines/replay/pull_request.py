"""Pull requests: letters of the outbox that ask the wiki to take pages.

Any wing writes one in the transaction of what it publishes; the wiki's wing delivers it. There is one
request of a topic and window at a time: newer pages replace those that still wait. What does not belong
here: git and the forge (`wiki.pull_requests`), and whether pages are fit to be seen (their wing's checks).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.replay import outbox
from agnt_pipelines.replay.derivation import content_id
from agnt_pipelines.replay.outbox import Letter
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Outbox

KIND: Final = "pull_request"
BRANCHES: Final = "agnt/"
"""Where all our branches are; no other is ever written to."""

_OUTBOX = table_of(Outbox)
_WORD = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class PullRequest:
    """Pages that the wiki shall have.

    Attributes:
        topic: what they are about, in small letters, digits and dashes: `faq`.
        window: the window they were made from, or a number; it sorts within the topic, in such letters too.
        files: path -> the whole page, as text.
        parent: the commit whose pages were changed; None: whatever the branch is at.
        generated: whether we made the pages whole; they get front matter that says so.
    """

    topic: str
    window: str
    title: str
    body: str
    files: Mapping[str, str]
    parent: str | None = None
    generated: bool = False

    def __post_init__(self) -> None:
        """Refuse what could be no part of a branch's name."""
        assert _WORD.fullmatch(self.topic), self.topic
        assert _WORD.fullmatch(self.window), self.window

    @property
    def prefix(self) -> str:
        """What the branches of its topic begin with."""
        return f"{BRANCHES}{self.topic}/"

    @property
    def digest(self) -> str:
        """SHA-256 of its pages and the commit they were made from, hex."""
        return hashlib.sha256(canonical.dump([dict(self.files), self.parent])).hexdigest()

    @property
    def branch(self) -> str:
        """The branch it is opened from: topic, window, and the beginning of its digest."""
        return f"{self.prefix}{self.window}-{self.digest[:8]}"

    def letter(self) -> Letter:
        """Return it as a letter, under a key that is the same for the same pages."""
        return Letter(str(content_id(KIND, self.topic, self.window, self.digest)), KIND, asdict(self))


def read(payload: Mapping[str, Any]) -> PullRequest:
    """Return the pull request that a letter's payload is."""
    return PullRequest(**payload)


def window_of(branch: str) -> str:
    """Return the window that a branch of ours names."""
    return branch.rpartition("/")[2].rpartition("-")[0]


def ask(connection: Connection, request: PullRequest, settings: Settings) -> bool:
    """Write the letter of a request in the transaction of what it tells of; False where nobody delivers it.

    That is where no wiki or no forge is set. One that still waits for the same topic and window is replaced.
    """
    if settings.wiki_forge is None or settings.wiki_url is None:
        return False
    letter = request.letter()
    payload = _OUTBOX.c.payload
    same = (payload["topic"].as_string() == request.topic, payload["window"].as_string() == request.window)
    connection.execute(sa.delete(_OUTBOX).where(_OUTBOX.c.kind == KIND, *same, _OUTBOX.c.key != letter.key))
    outbox.enqueue(connection, [letter])
    return True
