"""Reading a conversation: redacted turns, the questions in them, and what was replied to each.

Redaction comes first: nothing here hands on a word that was not redacted with the names of its whole
conversation. What does not belong here: which conversations are read (`store`), and clusters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from agnt_pipelines.faq import answers, questions
from agnt_pipelines.faq.prompts import Proposed
from agnt_pipelines.faq.talk import Conversation, Exemplar, Question, Turn, digest_of
from agnt_pipelines.faq.words import language_of
from agnt_pipelines.language.redact import Redactor, introductions


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads conversations under one redactor; longer turns than `max_bytes` are not read."""

    redactor: Redactor
    max_bytes: int

    def redacted(self, conversation: Conversation) -> Conversation:
        """Return a conversation in which nothing tells who somebody is."""
        kept = [
            turn for turn in conversation.turns if len(turn.text.encode(errors="replace")) <= self.max_bytes
        ]
        names = {name for turn in kept if turn.asks for name in introductions(turn.text)}
        turns = (replace(turn, text=self.redactor.redact(turn.text, names)) for turn in kept)
        return Conversation(conversation.id, tuple(turns))

    def questions(self, conversation: Conversation) -> tuple[list[Question], Counter[str]]:
        """Return what is asked in a conversation for everybody, and why the other sentences are not."""
        clean = self.redacted(conversation)
        found, left = self.asked(clean)
        left["turns_too_long"] = len(conversation.turns) - len(clean.turns)
        return found, +left

    def asked(
        self, clean: Conversation, proposed: Proposed | None = None
    ) -> tuple[list[Question], Counter[str]]:
        """Return what is asked in a redacted conversation; `proposed` is what a model says of it."""
        left: Counter[str] = Counter()
        said_by_model = proposed or Proposed()
        left.update({f"model_{reason}": count for reason, count in said_by_model.refused.items()})
        found = []
        said = [turn.text for turn in clean.turns if turn.asks]
        for place, turn in enumerate(clean.turns):
            if not turn.asks or turn.person is None:
                continue
            replies = _replies(clean.turns[place + 1 :])
            told = tuple(text for reply in replies for text in answers.sentences_of(reply.text, said))
            if proposed is not None and (cited := proposed.answers.get(turn.id)):
                told = tuple(text for text in told if text in cited)
            asks, leaves = (
                {number for name, number in places if name == turn.id}
                for places in (said_by_model.asks, said_by_model.leaves)
            )
            for number, text, why in questions.asked(turn.text, asks, leaves):
                if why is not None:
                    left[f"sentences_{why}"] += 1
                    continue
                turns = tuple(reply.id for reply in replies)
                found.append(
                    Question(
                        clean.id,
                        turn.id,
                        number,
                        turn.person,
                        text,
                        language_of(text),
                        told,
                        turns if told else (),
                        replied=bool(replies),
                    )
                )
        return found, +left

    def wordings(self, conversation: Conversation, exemplars: Iterable[Exemplar]) -> dict[Exemplar, str]:
        """Return the wordings that exemplars point to, without those whose text is another by now."""
        said = {turn.id: turn.text for turn in reversed(self.redacted(conversation).turns) if turn.asks}
        worded = {}
        for exemplar in exemplars:
            found = questions.sentences(said.get(exemplar.turn, ""))
            if exemplar.sentence < len(found) and digest_of(found[exemplar.sentence]) == exemplar.digest:
                worded[exemplar] = questions.canonical(found[exemplar.sentence])
        return worded


def _replies(turns: tuple[Turn, ...]) -> list[Turn]:
    """Return what agents said before the person spoke again; a person in several messages speaks once."""
    replies: list[Turn] = []
    for turn in turns:
        if turn.asks:
            if replies:
                break
            continue
        replies.append(turn)
    return replies
