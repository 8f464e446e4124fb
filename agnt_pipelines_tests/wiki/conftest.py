"""A repository with a few pages, followed by the platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from agnt_pipelines.settings import Settings
from agnt_pipelines_tests.wiki import world
from agnt_pipelines_tests.wiki.world import Repository

HOME = "# Home\n\nSee [[Fees]] and [booking](work/booking.md).\n"
FEES = "---\ntitle: Fees\n---\nIntro.\n\n# Fees\n\nTen per cent.\n\n## Refunds\n\nWithin a day.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Three pages, committed."""
    made = Repository(tmp_path / "wiki")
    made.commit(Home=HOME, platform__Fees=FEES, work__booking="# Booking\n\nHow it goes.\n")
    return made


@pytest.fixture
def followed(settings: Settings, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that name the repository as the wiki."""
    return world.follow(repository, monkeypatch)
