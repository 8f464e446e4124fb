"""A model that reads support conversations: one question per conversation, staged, paid for once.

What belongs here: which conversations it is asked about, and what its failure means for a week. What does not:
the words (`prompts`), the asking itself (`replay.asking`), and whether a sentence stands (`questions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

from agnt_pipelines.faq import prompts
from agnt_pipelines.faq.prompts import Proposed
from agnt_pipelines.faq.talk import Conversation, Pseudonym
from agnt_pipelines.language.model import ModelFault
from agnt_pipelines.replay.asking import Asked, Asker, Heard
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database


@contextmanager
def extractor(database: Database, settings: Settings) -> Iterator[ModelExtractor | None]:
    """Yield a model that reads beside the rules; None where the settings ask for none."""
    if not wanted(settings):
        yield None
        return
    from agnt_pipelines.language.claude import Claude  # noqa: PLC0415 - the SDK is slow to load

    with closing(Claude(settings)) as model:
        yield ModelExtractor(Asker(database, settings, model, prompts.PROMPT_VERSION))


def wanted(settings: Settings) -> bool:
    """Whether a model reads support conversations."""
    return settings.faq_model and settings.anthropic_api_key is not None


def version(settings: Settings) -> str:
    """Return what of the settings decides which rows a model's reading makes; empty without a model."""
    if not wanted(settings):
        return ""
    stand_in = ", offline stands in" if settings.model_stand_in else ""
    return f", {settings.model_small} {prompts.PROMPT_VERSION}{stand_in}"


class ModelExtractor:
    """Reads redacted conversations of one person each; those of several are left to the rules."""

    def __init__(self, asker: Asker) -> None:
        """Keep who asks."""
        self._asker = asker

    def read(
        self, talks: Sequence[Conversation], people: Mapping[Pseudonym, str]
    ) -> tuple[dict[str, Proposed], Counter[str], Counter[str]]:
        """Return what it says by conversation, what it failed at, and where the rules stand in for it.

        Args:
            talks: redacted.
            people: who stands behind a pseudonym: the answers go with them.
        """
        asked = {talk.id: (talk, one) for talk in talks if (one := self._about(talk, people)) is not None}
        found: dict[str, Proposed] = {}
        failed: Counter[str] = Counter()
        stood_in: Counter[str] = Counter()
        for name, heard in self._asker.ask({name: one for name, (_, one) in asked.items()}).items():
            proposed, end = self._understood(heard, *asked[name])
            if proposed is not None:
                found[name] = proposed
            elif end.fault is not None:
                (stood_in if end.stands_in else failed)[end.fault.value] += 1
        return found, failed, stood_in

    def _about(self, talk: Conversation, people: Mapping[Pseudonym, str]) -> Asked | None:
        asking = {turn.person for turn in talk.turns if turn.asks and turn.person is not None}
        if len(asking) != 1:
            return None
        (person,) = asking
        return Asked(people[person], prompts.request_of(talk))

    def _understood(self, heard: Heard, talk: Conversation, asked: Asked) -> tuple[Proposed | None, Heard]:
        if heard.content is None:
            return None, heard
        try:
            return prompts.proposed_of(heard.content, talk), heard
        except ModelFault as failure:
            return None, self._asker.useless(asked, failure.fault)
