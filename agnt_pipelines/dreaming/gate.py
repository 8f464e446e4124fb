"""The gate of light dreaming: which messages are a person's own talk, and which words of them.

What belongs here: the verdict on a whole message, and the masking of what is not the person's own
(recalled memory blocks, quoted replies, invisible characters). What does not: what the words mean
(`grammar`), and the patterns of text that gives orders (`orders`).

The text that `admit` returns has the same length as the message's content, character for character:
whatever was masked is white space there, so an offset into it is an offset into the content.
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Message, Reason, Rejection, Slot, Source
from agnt_pipelines.dreaming.themes import Theme
from agnt_pipelines.language.orders import gives_orders

NOT_A_PERSON = frozenset(
    {
        "external_agent",
        "agent",
        "assistant",
        "bot",
        "cron",
        "scheduler",
        "tool",
        "system",
        "recalled",
        "memory",
    }
)
"""Values of `interactions.source` whose text no person wrote."""

INBOUND = "inbound"
DIRECTIONS = frozenset({INBOUND, "outbound"})

# Zero-width, soft hyphen, direction marks and isolates (chat apps wrap mentions in them), controls.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028\u2029\u2060-\u2064\u2066-\u206f"
    "\u3164\ufe0e\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0020-\U000e007f\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
# Embeddings and overrides make text read otherwise than it is stored; tag characters spell words
# that nobody sees, except in the flags of England, Scotland and Wales.
_DECEIVING = re.compile("[\u202a-\u202e]|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]")

# A block that is never closed reaches to the end of the message.
_RECALLED = re.compile(
    r"<(memory|memories|recalled|context|system|soul)\b[^<>]{0,80}>.*?(?:</\1>|\Z)"
    r"|\[(recalled|memory|soul prompt)\b[^\[\]]{0,80}\].*?(?:\[/\2\]|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED_LINE = re.compile(r"^[ \t]*>[^\n]*", re.MULTILINE)
# A line of an exported chat tells who wrote it, and that was not to us.
_EXPORTED_LINE = re.compile(
    r"^[ \t]*\[?\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? +\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]m)?\]?(?: -)? [^:\n]{1,40}:[^\n]*",
    re.MULTILINE | re.IGNORECASE,
)
# What is told back is no new word: a headed block of memory reaches to the next empty line.
_TOLD_BACK = re.compile(
    r"^[ \t#*-]*(?:(?:relevant|recalled|retrieved|stored|saved|known|user) (?:memor(?:y|ies)|facts?|profile)|"
    r"memories|what (?:is known about|we know (?:about|of)|i remember about|this person has told us)[^:\n]{0,40}|"
    r"(?:here(?:'s| is) )?what i (?:remember|know) (?:about|of) you|"
    r"summary of (?:the |our |my )?(?:previous|last|earlier|past) (?:conversation|chat|messages|session)s?|"
    r"profil pengguna|ringkasan (?:percakapan|obrolan)[^:\n]{0,20}|(?:ini )?yang (?:saya|aku|kami) ingat[^:\n]{0,30}|ingatan tersimpan)"
    r"[ \t]*(?::|\n)(?:[^\n]|\n(?!\s*\n))*",
    re.MULTILINE | re.IGNORECASE,
)
# Our own summaries and chunks: "Food: diet: vegan; ...".
_OWN_LINE = re.compile(
    rf"\b(?:{'|'.join(theme.value.replace('_', ' ') for theme in Theme)})(?:, week of [\d-]+)?: ?"
    rf"(?:not )?(?:{'|'.join(slot.value.replace('_', '[ _]') for slot in Slot)}): [^\n]*",
    re.IGNORECASE,
)

_TRIVIAL_WORDS = (
    "a?h[iy]+ya|h+[aeio]l+o+|hey+a?|hi+|yo+|sup|good|morning|afternoon|evening|night|day|"
    "there|all|everyone|guys|gm|gn|greetings|bro|sis|team|dear|"
    "ok+|oke+|okay+|okie|k+|kk|yes|yep|yup|ya+|yeah|no|nope|sure|great|cool|nice|perfect|awesome|"
    "thanks?|thx|tks|ty|tysm|thank|you|u|so|very|much|a|lot|cheers|"
    "bye+|goodbye|see|later|cya|np|welcome|lol|(?:ha|he|hi|wk)+h?|fine|done|got|it|"
    "sip+|siap|baik|mantap|makasih+|makasi|terima|kasih|trims|banyak|ya|iya+|yoi|"
    "hai+|halo+|pagi|siang|sore|malam|selamat|met|permisi|min|kak|mas|mbak|pak|bu|gan|"
    "sama|tidak|gak|nggak|boleh|dong|deh|sih|kok|sampai|jumpa|dadah|assalamualaikum|p"
)
_TRIVIAL = re.compile(rf"(?>(?:{_TRIVIAL_WORDS})(?![^\W_])[\W_]*)+")
_TRIVIAL_MAX_CHARS = 80


def _blank(text: str) -> str:
    """White space of the same length whose ends are line breaks, so that its neighbours never join."""
    return "\n" if len(text) < 2 else f"\n{' ' * (len(text) - 2)}\n"


def own_words(content: str) -> str:
    """The content with everything masked that is not the person's own visible words; same length."""
    text = content if content.isascii() and content.isprintable() else INVISIBLE.sub(" ", content)
    if "<" in text or "[" in text:
        text = _RECALLED.sub(lambda m: _blank(m.group()), text)
    if ">" in text:
        text = _QUOTED_LINE.sub(lambda m: " " * len(m.group()), text)
    if ":" in text or "\n" in text:
        for told in (_EXPORTED_LINE, _TOLD_BACK, _OWN_LINE):
            text = told.sub(lambda m: _blank(m.group()), text)
    return text


def is_trivial(text: str) -> bool:
    """Whether a text holds nothing to remember: a greeting, thanks, an emoji, a sticker, nothing."""
    stripped = text.strip()
    if len(stripped) > _TRIVIAL_MAX_CHARS:
        return not any(c.isalnum() for c in stripped)
    bare = stripped.lower().lstrip("\"'([¡¿-*_ ")
    return not any(c.isalnum() for c in bare) or _TRIVIAL.fullmatch(bare) is not None


def _author_reason(message: Message) -> Reason | None:
    direction = message.direction.strip().lower()
    if direction not in DIRECTIONS:
        return Reason.UNKNOWN_DIRECTION
    if direction != INBOUND:
        return Reason.NOT_INBOUND
    return Reason.NOT_A_PERSON if (message.source or "").strip().lower() in NOT_A_PERSON else None


def is_persons_talk(message: Message) -> bool:
    """Whether a person wrote the message: inbound, and from no agent, tool, timer or memory."""
    return _author_reason(message) is None


def _content_reason(content: str, max_bytes: int) -> Reason | None:
    if len(content) > max_bytes:
        return Reason.TOO_LONG
    if content.isascii():
        return None
    try:
        size = len(content.encode())
    except UnicodeEncodeError:
        return Reason.UNREADABLE
    if size > max_bytes:
        return Reason.TOO_LONG
    return Reason.HIDDEN_TEXT if _DECEIVING.search(content) else None


_NOISE = frozenset({Reason.NOT_INBOUND, Reason.NOT_A_PERSON, Reason.TRIVIAL})


def admit(message: Message, *, max_bytes: int) -> str | Rejection:
    """The person's own words with offsets kept, or why the message is not read.

    `max_bytes` bounds the content in UTF-8. Agents' and timers' texts, outbound messages and small
    talk are noise; what is unreadable, hides text or gives orders is marked for quarantine.
    """
    reason = _author_reason(message) or _content_reason(message.content, max_bytes)
    text = ""
    if reason is None:
        text = own_words(message.content)
        if is_trivial(text):
            reason = Reason.TRIVIAL
        elif gives_orders(_visible(message.content, text)):
            reason = Reason.GIVES_ORDERS
    if reason is None:
        return text
    return Rejection(
        Source.INTERACTIONS, message.id, message.user_id, reason, quarantine=reason not in _NOISE
    )


def _visible(content: str, masked: str) -> str:
    """The words as a reader sees them: invisible characters taken out rather than blanked."""
    if content == masked:  # nearly every message: not worth a look at each character
        return content
    return "".join(m for c, m in zip(content, masked, strict=True) if c == m or not INVISIBLE.match(c))
