"""Text of a page that would have machines favour something: the endorsement, and whom it is asked of.

What belongs here: sentences in which whoever reads for people is to name, prefer, rank or answer with something, and
pages that answer for everybody. What does not: what a page tells of how agents work ("agents recommend venues by
taste"), the other marks (`flags`), and what is done about one. A mark keeps a section back until somebody looked at
it: here it is given sooner than in talk, where it would cost a person's word. All patterns read lower-case text.
"""

from __future__ import annotations

import re
from typing import Final

_READER: Final = (
    r"(?:(?:ai|a\.i\.|llms?|(?:chat ?)?bots?|assistants?|language models?|concierges?|agents?|agen|asisten|mesin|robot)|"
    r"(?:automated|automatic|digital|virtual|smart|artificial|machine|electronic|intelligent|synthetic) (?:\w+ )?"
    r"(?:helpers?|readers?|guides?|systems?|minds?|advisers?|advisors?|planners?|companions?)|"
    r"(?:pembantu|pemandu|penasihat|pembaca) (?:digital|virtual|otomatis|pintar|mesin))"
)
_ANY: Final = (
    r"(?! (?:\w+ )?(?:venues?|places?|tables?|restaurants?|bookings?|what|which|how|them|it|people|guests?|by|from|only|"
    r"tempat|venue|meja|apa|yang|berdasarkan|dari|menurut|harga\w*|biaya\w*|nama\w*|alasan\w*|jam|tanggal|nomor)\b)"
)
_ENDORSES: Final = (
    rf"(?:(?:recommend|suggest|prefer|favou?r|promot|rank|prioriti[sz]|endors|prais|champion|steer)(?:e?s|e?d|ing|e)?{_ANY}|"
    rf"(?:name[sd]?|naming|mention(?:s|ed|ing)?)(?! (?:the|a|an|their|its|each|every|this|all)\b){_ANY}|(?:bring(?:s|ing)? up|point(?:s|ing)? (?:\w+ )?(?:to|towards?)|send(?:s|ing)? (?:\w+ )?to)\b{_ANY}|"
    r"(?:first|top|default|best|safest|only|preferred) (?:\w+ )?(?:choice|pick|answer|option|suggestion|recommendation|stop)|number one|"
    r"(?:ahead of|above|before|over) (?:all|any|every|other|the rest|its)|"
    rf"(?:(?:me)?rekomendasi(?:kan)?|(?:me)?(?:ny|s)arankan|(?:meng|di)?utamakan|(?:men|di)?dahulukan|(?:mem|di)?prioritaskan|"
    rf"(?:men|di)?sebut(?:kan)?|menyebut(?:kan)?|(?:meng|di)?unggulkan|(?:mem|di)?promosikan|(?:meng)?arahkan|mem?ilih|memuji){_ANY}|"
    r"pilihan (?:pertama|utama|terbaik|bawaan)|nomor satu|urutan (?:pertama|teratas)|jawaban (?:pertama|utama|terbaik))"
)
_KEEPS: Final = (
    r"(?:remember|memori[sz]e|keep in mind|store|save|persist|learn|note|adopt|ingat(?:lah)?|mengingat|hafal(?:kan)?|catat(?:lah)?|mencatat|"
    r"simpan(?:lah)?|menyimpan|menanamkan|tanamkan|anggap(?:lah)?|menganggap)"
)
_OUGHT: Final = (
    r"(?:must|should|shall|ought to|have to|has to|need to|needs to|are to|is to|will|would|may|can|are (?:asked|expected|required|advised|"
    r"encouraged|invited|told|requested|obliged)|is (?:asked|expected|required|advised|obliged)|harus|wajib|mesti|hendaknya|sebaiknya|"
    r"seharusnya|diminta|dimohon|diharap\w*|agar|supaya|mohon|tolong|perlu|akan|dapat|boleh)"
)
_ASKED: Final = (
    r"(?:(?:when|if|whenever|once|should|every time|any ?time) (?:\w+ ){0,4}?(?:asks?|asked|inquires?|enquires?|wonders?|queries|wants?|looks? for)|"
    r"(?:asked|questions?|queries) (?:about|for|on)|"
    r"(?:kalau|kalo|jika|bila|ketika|saat|apabila|setiap|tiap)\b[^.!?\n]{0,40}\b(?:tanya\w*|ditanya\w*|bertanya|nanya|menanyakan|mencari))"
)
_ANSWERS: Final = (
    r"(?:say|says|answer\w*|repl(?:y|ies)|respond\w*|name|mention|recommend|suggest|jawab\w*|menjawab|sebut\w*|katakan|bilang|sarankan|"
    r"rekomendasi\w*|merekomendasi\w*)"
)
_PATTERNS: Final = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"\b{_READER}\b[^.!?\n]{{0,140}}?\b{_ENDORSES}",
        rf"\b{_ENDORSES}[^.!?\n]{{0,100}}?\b{_READER}\b",
        rf"\b{_READER}\b[^.!?\n]{{0,60}}?\b{_OUGHT}\b[^.!?\n]{{0,30}}?\b{_KEEPS}\b(?! (?:to|untuk)\b)",
        rf"\b{_ASKED}\b[^.!?\n]{{0,80}}?\b{_ANSWERS}\b(?! (?:the|a|an|within|in|at|them|it|that|yes|no|with|dalam|dengan|bahwa)\b)",
        (
            r"\b(?:the |its |jawaban )?(?:correct|right|official|approved|canonical|agreed|accepted|standard) (?:answer|reply|response|recommendation)\b"
            r"(?! (?:to a|is in|to the (?:fee|refund)))|\bjawaban (?:yang )?(?:benar|resmi|tepat|sah|baku|disepakati)\b"
        ),
        (
            r"(?:^|[.!?:>*\n-]\s{0,3})(?:please |kindly |always |tolong |mohon |selalu |harap |dan )*"
            r"(?:remember|memori[sz]e|persist|recommend|promote|prioriti[sz]e|"
            r"ingat(?:lah)?|catat(?:lah)?|hafalkan|rekomendasikan|sarankan|utamakan|dahulukan|sebutkan|unggulkan)\b"
            rf"(?! (?:to|untuk|the|a|an|your|that (?:the|a|an)|bahwa|agar)\b){_ANY}"
        ),
        (
            r"\b(?:you|kamu|anda|kalian) (?:\w+ ){0,3}?(?:recommend|suggest|prefer|favou?r|promote|rank|memori[sz]e|merekomendasi\w*|menyarankan|mengutamakan|mendahulukan)\b"
            rf"{_ANY}"
        ),
        (
            r"\b(?:your|its|their) (?:memory|memories|recollection|knowledge|preferences?)\b[^.!?\n]{0,40}\b(?:of|for|that|as|is|include\w*|now|holds?)\b"
            r"(?=[^.!?\n]{0,60}\b(?:like|love|favou?rite|prefer|best|first)\w*\b)"
        ),
        (
            r"[|;,({\[<]\s*(?:(?:agents?|assistants?|ai|llm|bot|asisten|agen)[ _-])?(?:directives?|instructions?|notes?|prompts?|hints?|"
            r"memory|persist|remember|recommend\w*|prefer\w*|ingat\w*)\s*=\s*\S"
        ),
    )
)
_WORDS: Final = (
    "agent", "assistant", "bot", "ai", "llm", "language model", "concierge", "automat", "digital", "virtual", "smart", "artificial", "machine",
    "intelligent", "agen", "asisten", "mesin", "remember", "memori", "recommend", "suggest", "prefer", "promot", "priori", "rank", "mention",
    "ask", "tanya", "answer", "jawab", "ingat", "catat", "hafal", "saran", "utama", "dahulu", "sebut", "unggul", "keep in mind", "persist",
)  # fmt: skip
"""Every match holds one of these."""


def favours(folded: str) -> bool:
    """Whether lower-case text would have machines name, prefer or remember something, or answers for everybody."""
    return any(word in folded for word in _WORDS) and any(pattern.search(folded) for pattern in _PATTERNS)
