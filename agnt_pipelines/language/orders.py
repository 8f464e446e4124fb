"""Text that gives orders to an agent or to its memory, rather than telling something of its author.

What belongs here: the patterns, in English and Indonesian, and the folding that undoes disguises.
What does not: what becomes of such a message (`gate` quarantines it). A preference worded as a
wish ("from now on I'm vegetarian", "remember that I don't eat pork") is no order.
"""

from __future__ import annotations

import re
import unicodedata

from agnt_pipelines.language.order_patterns import ANYWHERE, IN_TALK, Families
from agnt_pipelines.language.third_parties import ASKED, SAYS, UNSEEN

# Letters of other scripts that look like Latin ones, the usual disguise of a forbidden phrase.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁɡαεοινρυ", "aeopcyxijsdgaeoivpu")

# Cheap words first: none of the patterns can match a text that holds none of these.
_HINTS = (
    "ignore", "disregard", "forget", "override", "bypass",
    "system", "assistant", "prompt", "instruction", "[inst", "<|",
    "always", "never", "you must", "you have to", "you will", "you shall",
    "all users", "every user", "everyone", "all people",
    "from now on", "pretend", "act as", "you are now", "developer mode", "jailbreak",
    "memory", "do not tell", "don't tell",
    "abaikan", "lupakan", "instruksi", "mulai sekarang",
    "semua pengguna", "semua user", "semua orang", "kamu harus", "anda harus",
    "berpura", "pura-pura", "ingatan", "memori", "selalu", "setiap", "hiraukan",
)  # fmt: skip

_ANSWERING = (
    r"(?:recommend|suggest|answer|respond|reply|say|tell|book|include|mention|promote|rank|show|send|"
    r"give|use|call|pretend|ignore|prefer|treat)"
)
_ANSWERING_ID = (
    r"(?:rekomendasi\w*|sarankan|menyarankan|merekomendasi\w*|jawab|menjawab|bilang|katakan|promosi\w*|"
    r"mempromosi\w*|tampil\w*|menampil\w*|sebut\w*|kirim|mengirim|pakai|gunakan|abaikan|mengabaikan|"
    r"pilih|anggap)"
)
# What an agent is told by is told by these words; the second row also means plainer things.
_RULES = r"(?:instructions?|prompts?|guidelines?|training|guardrails?|programming)"
_RULES_IF_EARLIER = r"(?:rules?|directions?|messages?|orders|commands?|context|restrictions|filters?|limits)"
_EVERYONE = (
    r"(?:all|every|any|each|other) ?(?:of )?(?:the |your |our )?(?:other )?(?:users?|people|customers?|"
    r"guests?|persons?|accounts?|agents?|venues?)|everyone|everybody"
)
_EVERYONE_ID = r"(?:semua|setiap|seluruh|tiap) (?:pengguna|user|orang|pelanggan|tamu|agen)"

_PATTERNS = (
    (
        r"(?<!don't )(?<!not )(?<!never )\b(?:ignore|disregard|override|bypass|forget)\b"
        rf"(?:[^.!?\n]{{0,40}}\b{_RULES}|"
        r" (?:all |any )?(?:of )?(?:the |your |my )?(?:previous|prior|above|earlier|preceding|your|all|other)"
        rf" (?:\w+ ){{0,2}}{_RULES_IF_EARLIER})\b"
    ),
    (
        r"\b(?:forget|erase|delete|wipe) (?:everything|all)(?: that)?(?: you (?:know|were told|have "
        r"learn\w+)| above| before|$|[.!])"
    ),
    r"(?:^|\n)[\s#*>\[(]{0,8}(?:system|assistant|developer)(?: (?:prompt|message|note|override))?[\])]?\s*:",
    r"<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>|###\s*(?:system|instructions?)",
    rf"\b(?:remember|note|know|save|store|record|memori[sz]e)\b[^.!?\n]{{0,30}}\b(?:{_EVERYONE})\b",
    (
        r"\b(?:you|agents?|the (?:bot|assistant|agent)) (?:must|should|shall|have to|need to|will|are "
        rf"to)(?: only| now)? (?:always|never|only) {_ANSWERING}\b"
    ),
    (
        r"\b(?:you|agents?) (?:must|shall|are required to)(?: now| only)? "
        r"(?:recommend|suggest|promote|rank|prefer|ignore|pretend|answer|respond|reply)\b"
    ),
    rf"\bfrom now on,?(?: please)?(?: you\b| always\b| never\b| only\b| {_ANSWERING}\b)",
    (
        r"(?:^|[.!?\n,:]\s{0,4})(?:please )?(?:always|never) (?:recommend|suggest|answer|respond|"
        r"reply|promote|rank|tell|say|ignore)\b(?! (?:it|that|those|the (?:kitchen|chef|staff|waiters?|"
        r"venue|restaurant|driver|cook)))"
    ),
    (
        rf"\b(?:recommend|suggest|promote|say|tell)\b[^.!?\n]{{0,40}}\bto (?:{_EVERYONE})\b|\btell "
        rf"(?:{_EVERYONE})\b"
    ),
    (
        r"\byou are (?:now|no longer) (?:an? |the |my |bound|in )|\bpretend (?:to be|that you|"
        r"you(?:'re| are))\b|\bact as (?:if you|an? (?:admin|system|unrestricted|different|root|"
        r"developer|ai|dan\b))"
    ),
    (
        r"\b(?:developer|god|admin|debug|root) mode\b(?! (?:all|today|since|on weekdays))|\bjailbreak\b|\bsystem prompt\b|\byour (?:hidden "
        r"|initial |secret )?(?:prompt|instructions)\b|\bnew instructions?\b"
    ),
    (
        r"\b(?:add|write|save|store|insert|put|append|commit)\b[^.!?\n]{0,60}\b(?:in|into|to) (?:your|"
        r"the|its|shared|project|long[- ]term)(?: [\w-]{1,20})? memor(?:y|ies)\b|\bupdate (?:your|the) "
        r"(?:\w+ )?memor(?:y|ies)\b"
    ),
    (
        r"\b(?:do not|don't|never) (?:tell|reveal|inform|show|mention)\b[^.!?\n]{0,20}\b(?:the "
        r")?(?:user|owner|operator|anyone|customer)s?\b"
    ),
    (
        r"\b(?:abaikan|lupakan|hiraukan|langgar|lewati)\b[^.!?\n]{0,40}\b(?:instruksi|perintah|aturan|"
        r"arahan|prompt|pesan|konteks|larangan|semuanya)\b"
    ),
    rf"\b(?:ingat|catat|simpan|ketahui)\w*\b[^.!?\n]{{0,30}}\b(?:{_EVERYONE_ID})\b",
    (
        r"\b(?:mulai|sejak) (?:sekarang|saat ini|hari ini),?(?: tolong)? (?:kamu|anda|kau|lu|lo|"
        rf"selalu|jangan|hanya|{_ANSWERING_ID})\b"
    ),
    rf"\b(?:kamu|anda|kau|agen) (?:harus|wajib|mesti) (?:selalu |hanya |cuma ){_ANSWERING_ID}\b",
    r"\b(?:kamu|anda|kau|agen) (?:harus|wajib|mesti) (?:me)?(?:rekomendasi|sarankan|nyarankan|promosi|abaikan)",
    (
        rf"(?:^|[.!?\n,:]\s{{0,4}})(?:tolong )?selalu {_ANSWERING_ID}\b(?! (?:ke|pada|sama) (?:dapur|chef|koki|"
        r"pelayan|staf|venue|resto|aku|saya|kami)|\s?(?:aku|saya|kami)\b)|"
        rf"\b{_ANSWERING_ID}\b[^.!?\n]{{0,40}}\b(?:ke|kepada|untuk) (?:{_EVERYONE_ID})\b"
    ),
    (
        r"\b(?:ber)?pura-?pura(?:lah)? (?:jadi|menjadi|kamu|anda|sebagai)\b|\b(?:kamu|anda) sekarang "
        r"adalah\b|\binstruksi (?:baru|sistem)\b"
    ),
    (
        r"\b(?:tulis|simpan|masukkan|tambahkan|catat)\w*\b[^.!?\n]{0,60}\b(?:ke|di|dalam) (?:dalam "
        r")?(?:memori|ingatan)\b"
    ),
)
_ORDERS = re.compile("|".join(f"(?:{p})" for p in _PATTERNS))


def _compiled(families: Families) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    return tuple((words, re.compile("|".join(f"(?:{p})" for p in patterns))) for words, patterns in families)


_ANYWHERE = _compiled((*ANYWHERE, *SAYS, *UNSEEN))
_IN_TALK = (*_compiled((*IN_TALK, *ASKED)), *_ANYWHERE)
# Where a paragraph goes on in its next line: no heading, list, table, fence or label begins there.
_WRAPPED = re.compile(r"(?<=[\w,;)\"'*_]) ?\n[ >]{0,8}(?=[a-z(\"'])(?![a-z]+ ?[a-z]* ?:)")
_GAPS = re.compile(r"[ \t]{2,}")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]")
_LEET = str.maketrans("013457@$", "oieastas")
_LEET_WORD = re.compile(r"\b(?=[a-z0-9@$]*[a-z])(?=[a-z0-9@$]*[013457@$])[a-z0-9@$]{5,}\b")
_SPACED = re.compile(r"\b(?:[a-z] ){4,}[a-z]\b")


def addresses_machines(text: str) -> bool:
    """Whether the text speaks to whatever machine reads it; a house rule for people ("always answer within a day") does not."""
    folded = unwrapped(_folded(text))
    return any(found_near(folded, words, pattern) for words, pattern in _ANYWHERE)


def unwrapped(text: str) -> str:
    """Return lower-case text with paragraphs as one line each, where they were cut into several."""
    return _WRAPPED.sub(" ", text)


def found_near(text: str, words: tuple[str, ...], pattern: re.Pattern[str]) -> bool:
    """Whether a pattern is found in the lines that hold one of some words, the line before and the next among them.

    A text may be as long as a page, and no pattern reaches further: looking only there costs a third.
    """
    places = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            places.append(at)
            at = text.find(word, _after(text, at))
    done = -1
    for at in sorted(places):
        if at > done:
            begin = text.rfind("\n", 0, max(text.rfind("\n", 0, at), 0))
            done = _after(text, _after(text, at))
            if pattern.search(text, max(begin, 0), done) is not None:
                return True
    return False


def _after(text: str, at: int) -> int:
    """Return where the next line begins."""
    end = text.find("\n", at)
    return end + 1 if end >= 0 else len(text)


def _folded(text: str) -> str:
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower().translate(_LOOKALIKES)
        text = text.replace("\u2019", "'")
    return _GAPS.sub(" ", text.lower())


def _undisguised(folded: str) -> str:
    """The text with spaced-out letters joined and digits that stand for letters read as them."""
    joined = _SPACED.sub(lambda m: m.group().replace(" ", ""), folded)
    return _LEET_WORD.sub(lambda m: m.group().translate(_LEET), joined)


def gives_orders(text: str) -> bool:
    """Whether the text addresses an agent, its rules or its memory with a standing order."""
    folded = _folded(text)
    if _commands(folded):
        return True
    plain = _undisguised(folded)
    return plain != folded and _commands(plain)


def _commands(folded: str) -> bool:
    if _holds(folded, _HINTS) and _ORDERS.search(folded) is not None:
        return True
    return any(pattern.search(folded) is not None for words, pattern in _IN_TALK if _holds(folded, words))


def _holds(folded: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110 - a generator costs twice as much, for every message
        if word in folded:
            return True
    return False
