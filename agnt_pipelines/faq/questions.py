"""Questions in talk: which sentences ask something whose answer does not depend on who asks.

English and Indonesian, sentence by sentence, on redacted text. What belongs here: patterns and the
verdict with its reason. What does not: redaction, and which conversations are read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import StrEnum

from agnt_pipelines.faq.words import content_words, tokens
from agnt_pipelines.language.orders import gives_orders
from agnt_pipelines.language.redact import PLACEHOLDER


class Left(StrEnum):
    """Why a sentence is no question for the FAQ."""

    NOT_ASKED = "not_asked"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    PERSONAL = "personal"
    GIVES_ORDERS = "gives_orders"
    UNCLEAR = "unclear"
    LEFT_BY_MODEL = "left_by_model"


MAX_WORDS = 40
_MIN_CONTENT_WORDS = 1
_MIN_WORDS = 3

_BREAK = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\n+|(?<=[?!])(?=[A-Z])")
_LEAD_IN = re.compile(
    r"^(?:(?:(?:hi+|hello|hey|halo|hai|good (?:morning|afternoon|evening)|selamat (?:pagi|siang|sore|malam)|permisi|"
    r"pagi|siang|sore|malam|thanks?(?: you)?|thx|makasih|terima kasih|\[name\])"
    r"(?: (?:there|team|admin|all|kak|min|mas|mbak|pak|bu))?|kak|min|mas|mbak|quick question|one more thing|"
    r"(?:mau|numpang|boleh) (?:tanya|nanya))\b[\s,.!:;-]*"
    # These change what follows unless a mark sets them apart: "no parking" is no parking.
    r"|(?:ok(?:ay|e)?|so|and|also|btw|um+|uh+|yes|yeah|no|ya|sorry|maaf)\b\s*[,.!:;-]\s*)+",
    re.IGNORECASE,
)
_OPENERS = (
    "what|how|why|when|where|who|whom|whose|which|can|could|do|does|did|is|are|was|were|will|would|should|may|am|"
    "has|have|isn't|aren't|don't|doesn't|can't|what's|how's|where's|who's|"
    "apa|apakah|bagaimana|gimana|gmn|kenapa|mengapa|kapan|dimana|di mana|berapa|bisakah|bisa|boleh|bolehkah|ada|adakah|"
    "siapa|perlukah|perlu|haruskah|harus"
)
_ASKS = re.compile(rf"^(?:{_OPENERS})\b", re.IGNORECASE)
_ASKS_WITHIN = re.compile(
    r"\b(?:bagaimana|gimana|berapa|kenapa|mengapa|apakah|bisakah|bolehkah|perlukah|gak ya|ga ya|nggak ya|tidak ya)\b",
    re.IGNORECASE,
)
_NEEDS = re.compile(
    r"\b(?:(?:i|we)(?:'d like to|'d love to| would like to| would love to| need| want| wanted| am trying|"
    r" are trying| was wondering| wonder)|"
    r"i'm (?:trying|looking|wondering|calling|interested)|i am (?:calling|wondering|interested)|"
    r"(?:saya|aku|kami) (?:mau|ingin|pengen|butuh|perlu)|ingin (?:tahu|tau)|pengen (?:tahu|tau)|mau (?:tahu|tau)|"
    r"tell me (?:how|what|about|if|whether)|let me know (?:how|what|if)|help me (?:with|to|understand))\b",
    re.IGNORECASE,
)

_THING = r"(?:booking|reservation|table|order|payment|refund|deposit|bill|request|pesanan|reservasi|meja)"
_PERSONAL = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # A time of their own.
        (
            r"\b(?:tonight|tonite|tmrw|tomorrow|today|this (?:evening|afternoon|morning|week|weekend|\w+day)|next (?:week|\w+day)|"
            r"(?:on|for) (?:mon|tues|wednes|thurs|fri|satur|sun)day|right now|now|besok|lusa|nanti|malam ini|hari ini|"
            r"sore ini|siang ini|minggu (?:ini|depan)|(?:hari )?(?:senin|selasa|rabu|kamis|jumat|sabtu)|sekarang)\b"
        ),
        r"\b(?:at|for|to|around|jam|pukul)\s+\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|pagi|siang|sore|malam)?(?!\s*(?:%|people|pax|orang|weeks?|months?|years?|days?|hours?|minutes?|or more))\b",
        # A party of their own.
        (
            r"\b(?:table|dinner|lunch|breakfast|brunch|birthday|party|booking|seats?|spot|meja|makan \w+|tempat) (?:for|untuk|buat)\b"
            r"(?!\s+(?:a |an )?(?:group|large|rombongan|grup))"
        ),
        r"\b(?:there are|there'll be|we are|we're|kami) (?:\d+|two|three|four|five|six|ber\w+)\b",
        # Something to be done for them.
        (
            r"\b(?:can|could|would|will) you (?:please |pls |just )*(?:book|reserve|find|move|cancel|change|check|confirm|hold|"
            r"recommend|suggest|get|send|call|add|remind|look|tell them|ask)\b"
        ),
        (
            r"\b(?:please|pls|tolong|minta|mohon|bantu)\s+(?:\w+\s)?(?:book|reserve|find|move|cancel|change|check|pesan\w*|booking|reservasi|"
            r"cari\w*|pindah\w*|batal\w*|cek|ubah|ganti)\b"
        ),
        (
            r"\b(?:near|around|close to|dekat) (?:me|us|here|saya|sini)\b|\b(?:show|send|tell|give) (?:me|us) (?:a|an|the|some|any|bars?|cafes?|"
            r"places?|venues?|restaurants?)\b|\bany (?:ideas?|tips?|suggestions?)\b|\bask (?:them|if they)\b|\b(?:did|do) (?:we|i) get\b"
        ),
        (
            r"\b(?:book|find|get|reserve) (?:me|us)\b|\bcarikan\b|\bpesankan\b|\brekomendasi\b|\brecommend(?:ation)?s?\b|"
            r"\blooking for (?:a|an|some|somewhere)\b|\bany (?:good|nice)\b|\bsomewhere\b|\bi(?:'d like| want| need) (?:a|to book|to reserve)\b"
            r"(?=.*\b(?:table|place|spot|dinner|lunch|venue|restaurant|bar|seat)\b)"
        ),
        # The state of something of theirs.
        rf"\b(?:where|when|what time|has|have|did|was|status)\b(?!.*\b(?:usually|generally|normally)\b).*\b(?:my|our) {_THING}\b",
        rf"\b(?:is|are) (?:my|our) {_THING}(?! (?:refundable|required|needed|secure|safe|protected|non-refundable))\b",
        rf"\b(?:di ?mana|kapan|sudah|udah|status|mana)\b.*\b{_THING} (?:saya|aku|kami|ku)\b",
        rf"\b{_THING} (?:saya|aku|kami)\b.*\b(?:sudah|udah|belum|dikonfirmasi|status\w*)\b",
        r"\b(?:running late|on (?:my|our) way|i'm late|telat|terlambat \d+|otw)\b(?!.*\b(?:how late|berapa lama)\b)",
    )
)

_UNCLEAR = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Somebody or some place that was spoken of before, so that the sentence alone asks nothing.
        r"\b(?:they|them|their|theirs|he|she|him|her|his)\b",
        r"\b(?:that|this|those|these) (?:one|ones|place|venue|bar|restaurant|spot|cafe|club)\b",
        r"\b(?:make|change|move|push) (?:it|that|this)\b|\b(?:is|does|has|can|will) (?:it|that|this)\b",
        r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\??$|\b(?:di sana|di situ|ke sana|tempat(?:nya| itu| ini)|mereka)\b",
        r"^(?:what|how) about\b|^(?:kalau|gimana kalau) (?:yang|di)\b|\b(?:your agent|agen(?:nya|mu)) (?:said|bilang)\b",
    )
)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, greetings and the like in front of them taken off."""
    found = (_LEAD_IN.sub("", piece.strip()).strip() for piece in _BREAK.split(text))
    return [piece for piece in found if piece]


def verdict(sentence: str, *, asks: bool = False) -> Left | None:
    """Return why a sentence is left out; None for a question whose answer is everybody's.

    `asks`: a model says that it asks, though no pattern does; every other rule holds for it, too.
    """
    words = tokens(sentence)
    if not asks and not is_asked(sentence):
        return Left.NOT_ASKED
    if len(words) < _MIN_WORDS or len(content_words(sentence)) < _MIN_CONTENT_WORDS:
        return Left.TOO_SHORT
    if len(words) > MAX_WORDS:
        return Left.TOO_LONG
    if is_personal(sentence):
        return Left.PERSONAL
    return Left.UNCLEAR if is_unclear(sentence) else None


def is_asked(sentence: str) -> bool:
    """Whether a sentence asks or states a need."""
    return (
        "?" in sentence
        or _ASKS.match(sentence) is not None
        or _ASKS_WITHIN.search(sentence) is not None
        or _NEEDS.search(sentence) is not None
    )


def is_personal(sentence: str) -> bool:
    """Whether the answer depends on who asks, when, or for whom."""
    return any(pattern.search(sentence) for pattern in _PERSONAL)


def is_unclear(sentence: str) -> bool:
    """Whether a sentence speaks of somebody or something that only its talk names."""
    return any(pattern.search(sentence) for pattern in _UNCLEAR)


def asked(
    text: str, asks: Collection[int] = (), leaves: Collection[int] = ()
) -> Iterator[tuple[int, str, Left | None]]:
    """Yield each sentence of a text with its place and why it is left out, if it is.

    `asks` and `leaves` are places of sentences that a model says to ask, or to leave out.
    """
    ordered = gives_orders(text)  # by the whole text: an order may be the sentence after the question
    for place, sentence in enumerate(sentences(text)):
        why = Left.GIVES_ORDERS if ordered else verdict(sentence, asks=place in asks)
        yield place, sentence, Left.LEFT_BY_MODEL if why is None and place in leaves else why


def may_word(sentence: str) -> bool:
    """Whether a sentence may stand for the question of many: nothing in it is one person's."""
    return (
        PLACEHOLDER.search(sentence) is None
        and not any(char.isdigit() for char in sentence)
        and _MIN_WORDS <= len(tokens(sentence)) <= 25
    )


def canonical(sentence: str) -> str:
    """Return a sentence as a question is written: capital first, one mark at the end, no slips."""
    bare = re.sub(r"^[^\w(]+|[^\w)%]+$", "", re.sub(r"\s+", " ", sentence))
    bare = re.sub(r"^(?:(?:and|so|but|also|well|dan|terus|jadi),? )+", "", bare, flags=re.IGNORECASE)
    bare = re.sub(
        r"(?:,?\s+(?:please|pls|thanks|thank you|thx|ya|dong|kak|min|makasih|terima kasih))+$",
        "",
        bare,
        flags=re.IGNORECASE,
    )
    asks = "?" in sentence or _ASKS.match(bare) or _ASKS_WITHIN.search(bare)
    return f"{bare[:1].upper()}{bare[1:]}{'?' if asks else '.'}"
