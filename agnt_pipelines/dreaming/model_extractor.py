"""A model that reads people's days: one question per person and day, staged, paid for once, failing alone.

What belongs here: which questions are asked, and what a failure means for a person. What does not: the words
(`prompts`), the asking itself (`replay.asking`), whether a claim stands (`verify`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from agnt_pipelines.dreaming import prompts
from agnt_pipelines.dreaming.claims import UserId
from agnt_pipelines.dreaming.extractor import Extracted, Extractor, Offline, Talks
from agnt_pipelines.language.model import Model, ModelFault
from agnt_pipelines.replay.asking import Asked, Asker, Heard
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database


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
        self._asker = Asker(database, settings, model, prompts.PROMPT_VERSION)

    def extract(self, talks: Talks) -> Mapping[UserId, Extracted]:
        """Ask for whatever is not staged, and read what was."""
        asked = {person: Asked(person, prompts.request_of(talk)) for person, talk in talks.items() if talk}
        found = dict.fromkeys(talks, Extracted())
        for person, heard in self._asker.ask(asked).items():
            found[person] = self._read(person, asked[person], heard, talks)
        return found

    def _read(self, person: UserId, asked: Asked, heard: Heard, talks: Talks) -> Extracted:
        if heard.content is None:
            return Extracted(fault=heard.fault, stands_in=heard.stands_in)
        try:
            proposed, refused = prompts.proposals_of(heard.content, talks[person])
        except ModelFault as failure:
            failed = self._asker.useless(asked, failure.fault)
            return Extracted(fault=failed.fault, stands_in=failed.stands_in)
        return Extracted(proposed, refused)
