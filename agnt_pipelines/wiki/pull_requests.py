"""Delivering pull requests: a letter's pages become a commit, a branch of ours, and one request at the forge.

Delivering one again changes nothing: the branch is found by its name, the request by its branch. What a
person decided stands: a request that was closed is not opened again, a branch that somebody went on with
is theirs. What does not belong here: how git and the forge are spoken to (`storage.git_branch`, `forge`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from agnt_pipelines.errors import MirrorFailed, NotDelivered, SettingsError
from agnt_pipelines.language.redact import Mark, Redactor
from agnt_pipelines.replay import pull_request
from agnt_pipelines.replay.outbox import Handler, Letter
from agnt_pipelines.replay.pull_request import PullRequest
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import git_branch, git_mirror
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.git_branch import Tip
from agnt_pipelines.storage.git_mirror import Mirror
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import User
from agnt_pipelines.wiki import front_matter, pages, paths
from agnt_pipelines.wiki.flags import flags_of
from agnt_pipelines.wiki.forge import Forge, Pull
from agnt_pipelines.wiki.front_matter import Bad

_USERS = table_of(User)
_PERSONAL: Final = frozenset({Mark.EMAIL, Mark.CARD, Mark.NATIONAL_ID, Mark.PASSPORT, Mark.PHONE})
_NAMES = re.compile(r"[\w.:@-]+")

Files = dict[bytes, bytes]


def handlers(settings: Settings, database: Database) -> Mapping[str, Handler]:
    """Return who delivers pull requests, as far as the settings name a wiki and its forge."""
    if settings.wiki_forge is None or settings.wiki_url is None:
        return {}

    def deliver(letter: Letter) -> None:
        try:
            _deliver(pull_request.read(letter.payload), settings, database)
        except (MirrorFailed, SettingsError) as failure:
            raise NotDelivered(str(failure)) from failure

    return {pull_request.KIND: deliver}


def _deliver(request: PullRequest, settings: Settings, database: Database) -> None:
    assert settings.wiki_forge is not None
    token = None if settings.wiki_forge_token is None else settings.wiki_forge_token.get_secret_value()
    forge = Forge(settings.wiki_forge, token)
    known = list(forge.pulls(request.prefix))
    if _is_decided(request, known):
        return
    mine = [one for one in known if one.open and pull_request.window_of(one.branch) == request.window]
    branch = mine[0].branch if mine else request.branch
    with git_mirror.opened(settings.state / "wiki.git") as mirror:
        changed = _pushed(mirror, request, branch, settings, database, token)
    if changed is None:
        return
    if not mine:
        forge.open(branch, settings.wiki_branch or forge.default_branch(), request.title, request.body)
    elif changed:
        forge.update(mine[0].number, request.title, request.body)
    for one in known:
        if one.open and pull_request.window_of(one.branch) < request.window:
            forge.close(one.number)


def _is_decided(request: PullRequest, known: Iterable[Pull]) -> bool:
    """Whether newer pages are asked for already, or somebody closed a request for just these."""
    return any(
        pull_request.window_of(one.branch) > request.window or (not one.open and one.branch == request.branch)
        for one in known
    )


def _pushed(
    mirror: Mirror,
    request: PullRequest,
    branch: str,
    settings: Settings,
    database: Database,
    token: str | None,
) -> bool | None:
    """Bring a branch to a request's pages; False where it has them, None where nothing is to be asked."""
    assert settings.wiki_url is not None
    url = settings.wiki_url.get_secret_value()
    base = git_branch.seen(mirror, url, settings.wiki_branch)
    if base is None:
        raise NotDelivered("The wiki has no such branch: see AGNT_WIKI_BRANCH.")
    parent = _parent(mirror, request, base)
    files = _files(request)
    _check(mirror, parent, files, settings, database)
    if git_branch.blobs_at(mirror, base.commit, files):
        return None
    tip = git_branch.seen(mirror, url, branch, as_name="tip")
    if tip is not None and not tip.ours:
        return None
    if tip is not None and git_branch.blobs_at(mirror, tip.commit, files):
        return False
    made = git_branch.commit(mirror, parent, files, f"{request.title}\n\n{request.body}\n")
    expected = None if tip is None else tip.commit
    git_branch.push(mirror, url, branch, made, expected=expected, token=token)
    return True


def _parent(mirror: Mirror, request: PullRequest, base: Tip) -> str:
    """Return the commit to build on.

    Raises:
        NotDelivered: the wiki's history was rewritten since the pages were made.
    """
    if request.parent is None:
        return base.commit
    if not mirror.descends(base.commit, request.parent):
        raise NotDelivered(
            "The wiki's history was rewritten since: run wiki_reconcile, then accept it again."
        )
    return request.parent


def _files(request: PullRequest) -> Files:
    """Return a request's files as bytes; pages that we made say so, and nothing else of themselves.

    Raises:
        NotDelivered: a path is none of a page, or a generated page brings front matter of its own.
    """
    made: Files = {}
    for path, text in request.files.items():
        parts = Path(path).parts
        plain = path == paths.to_text(path.encode()) and len(path.encode()) <= paths.MAX_LENGTH
        odd = ".." in parts or any(part.lower().startswith(".git") for part in parts)
        if (
            not plain
            or path.startswith("/")
            or "/".join(parts) != path
            or odd
            or "\\" in path
            or not paths.is_page(path.encode())
        ):
            raise NotDelivered(f"{path!r} is no path of a page.")
        if request.generated and front_matter.split(text.encode()).block is not None:
            raise NotDelivered(f"{path} brings front matter of its own: a page that we made gets ours.")
        made[path.encode()] = (_stamp(request) + text if request.generated else text).encode()
    return made


def _stamp(request: PullRequest) -> str:
    said = {pages.GENERATED: pages.OURS, "topic": request.topic, "window": request.window}
    return "---\n" + "".join(f"{name}: {json.dumps(value)}\n" for name, value in said.items()) + "---\n"


def _check(mirror: Mirror, parent: str, files: Files, settings: Settings, database: Database) -> None:
    """Look at what is added: git never forgets, so nothing of a person and no secret may get into it.

    Raises:
        NotDelivered: a page would not be read, or it holds what may not leave.
    """
    for path, content in files.items():
        page = pages.read(path.decode(), "100644", content)
        if isinstance(page, Bad):
            raise NotDelivered(f"{path.decode()} would be refused ({page.reason}): {page.detail}")
        before = set(git_branch.text_at(mirror, parent, path).decode("utf-8", "replace").splitlines())
        added = "\n".join(line for line in page.text.splitlines() if line not in before)
        if held := _personal(added, settings, database):
            raise NotDelivered(f"{path.decode()} holds what is somebody's own: {', '.join(sorted(held))}.")
        if flags := flags_of(added):
            raise NotDelivered(f"{path.decode()} may address agents ({', '.join(flags)}).")


def _personal(added: str, settings: Settings, database: Database) -> set[str]:
    """Return the kinds of what could tell who somebody is."""
    held = {mark.value for mark in Redactor().found(added) if mark in _PERSONAL}
    folded = added.casefold()
    names = (name.strip().casefold() for name in settings.redact_names.split(","))
    if any(name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in names):
        held.add("name")
    found = {form for word in _NAMES.findall(added) for form in (word, word.strip(".:@-"))}
    words = sa.bindparam("words", sorted(found), ARRAY(sa.Text))
    with database.reading() as snapshot:
        if snapshot.scalar(sa.select(sa.exists().where(_USERS.c.id == sa.func.any(words)))):
            held.add("user id")
    return held
