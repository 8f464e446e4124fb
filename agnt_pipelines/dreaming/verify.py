"""Whether a claim follows from the words it quotes: what stands becomes an observation.

What belongs here: checks of one claim against its one message, and the observation's identity and
confidence. What does not: proposing claims (`grammar`, or a model: both are believed equally
little), and comparing claims with each other (`fold`).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from datetime import date, datetime
from uuid import UUID, uuid5

from agnt_pipelines.dreaming.claims import (
    MAX_VALUE_CHARS,
    Claim,
    Evidence,
    Message,
    Observation,
    Reason,
    Rejection,
    Slot,
    Source,
    UserId,
)
from agnt_pipelines.dreaming.gate import INVISIBLE, is_persons_talk, own_words
from agnt_pipelines.dreaming.grammar import SELF, subject_at
from agnt_pipelines.dreaming.grammar.clauses import fold
from agnt_pipelines.dreaming.grammar.cues import is_hedged, polarity_holds
from agnt_pipelines.dreaming.grammar.dates import days
from agnt_pipelines.dreaming.grammar.phrases import normalised
from agnt_pipelines.dreaming.values import contact_in, derives, numbers_hold
from agnt_pipelines.replay.windows import WITA

OBSERVATIONS = UUID("5f0f6c1e-6d0b-5a3e-9a53-0d5f0e3c7b11")
"""Namespace of observation ids: an id is uuid5 of what is claimed and where it was said."""

EXPLICIT, ANOTHERS, HEDGED = 0.9, 0.8, 0.5
"""Confidence in what a person states outright, states of somebody else, and states with doubt."""

TRUST_PERSON = 1.0
_SLOTS = frozenset(Slot)
_MIDDLE_OF_A_WORD = re.compile(rf"(?<=\w){INVISIBLE.pattern}+(?=\w)")


def said_on(moment: datetime) -> date:
    """The WITA day of a moment; a moment without a zone is taken as it stands."""
    return moment.date() if moment.tzinfo is None else moment.astimezone(WITA).date()


def observation_id(user_id: UserId, claim: Claim, source: Source, source_id: str) -> UUID:
    """The id of a claim from one place of one source row: the same always, and nobody else's."""
    claimed = (claim.subject, claim.slot.value, claim.value, int(claim.polarity))
    what = (user_id, *claimed, source.value, source_id, claim.start, claim.end)
    return uuid5(OBSERVATIONS, json.dumps(what, ensure_ascii=True, separators=(",", ":")))


def quote_digest(quote: str) -> str:
    """The SHA-256 (hex) of quoted words: by it a reader sees whether they still stand as they were read."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()


def _span_reason(message: Message, claim: Claim, quote: str) -> Reason | None:
    if not 0 <= claim.start < claim.end <= len(message.content) or not quote.strip():
        return Reason.BAD_SPAN
    own = own_words(message.content)[claim.start : claim.end]
    if INVISIBLE.sub(" ", quote) != own:
        return Reason.QUOTES_ANOTHER
    return Reason.HIDDEN_TEXT if _MIDDLE_OF_A_WORD.search(quote) else None


def _value_reason(claim: Claim, folded: str, day: date) -> Reason | None:
    if not claim.value.strip():
        return Reason.EMPTY_VALUE
    if len(claim.value) > MAX_VALUE_CHARS:
        return Reason.VALUE_TOO_LONG
    if contact_in(claim.value):
        return Reason.CONTACT_IN_VALUE
    if claim.value != normalised(claim.value):
        return Reason.VALUE_NOT_IN_SPAN
    if not numbers_hold(claim, folded, day):
        return Reason.NUMBER_NOT_IN_SPAN
    return None if derives(claim, folded, day) else Reason.VALUE_NOT_IN_SPAN


def _meaning_reason(claim: Claim, folded: str, day: date) -> Reason | None:
    if not polarity_holds(claim.slot, claim.polarity, folded):
        return Reason.NEGATION_CHANGED
    if is_hedged(folded) and not claim.hedged:
        return Reason.HEDGE_DROPPED
    if not _subject_holds(claim, folded):
        return Reason.WRONG_SUBJECT
    if claim.expires_on is not None and claim.expires_on not in {d.day for d in days(folded, day)}:
        return Reason.DATE_NOT_IN_SPAN
    return None


def _subject_holds(claim: Claim, folded: str) -> bool:
    """Whether the quote speaks of the claim's subject; "my wife" alone tells of one's own household."""
    if claim.slot is Slot.HOUSEHOLD and claim.subject == SELF:
        return True
    return subject_at(folded) in ((None, SELF) if claim.subject == SELF else (claim.subject,))


def _confidence(claim: Claim) -> float:
    if claim.hedged:
        return HEDGED
    return EXPLICIT if claim.subject == SELF else ANOTHERS


def verify(message: Message, claim: Claim, *, window_key: str) -> Observation | Rejection:
    """The observation that a claim becomes, or the first reason why it does not stand.

    Nothing of the claim is believed: slot, span, author, words, numbers, dates, negation, doubt and
    subject are all read again from the quoted text. `window_key` is the message's WITA day.
    """
    day = said_on(message.created_at)
    quote = message.content[max(claim.start, 0) : max(claim.end, 0)]
    folded = fold(unicodedata.normalize("NFC", INVISIBLE.sub(" ", quote)))
    reason = None if is_persons_talk(message) else Reason.NOT_A_PERSON
    if reason is None and claim.slot not in _SLOTS:
        reason = Reason.UNKNOWN_SLOT
    reason = reason or _span_reason(message, claim, quote)
    reason = reason or _value_reason(claim, folded, day) or _meaning_reason(claim, folded, day)
    if reason is not None:
        return Rejection(Source.INTERACTIONS, message.id, message.user_id, reason)
    return Observation(
        id=observation_id(message.user_id, claim, Source.INTERACTIONS, message.id),
        window_key=window_key,
        user_id=message.user_id,
        subject=claim.subject,
        slot=claim.slot,
        value=claim.value,
        polarity=claim.polarity,
        confidence=_confidence(claim),
        hedged=claim.hedged,
        language=claim.language,
        trust=TRUST_PERSON,
        author_role="person",
        observed_at=message.created_at,
        expires_on=claim.expires_on,
        evidence=(Evidence(Source.INTERACTIONS, message.id, claim.start, claim.end, quote_digest(quote)),),
    )
