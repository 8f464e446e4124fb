"""Word classes of Indonesian chat, and the head of a clause: who speaks of whom, and whether it is denied.

What belongs here: pronouns, kin, adverbs, negations, degree words, and the patterns made of nothing else.
What does not: what a verb claims (`indonesian_taste`, `indonesian_body`, `indonesian_life`, `indonesian_times`).
"""

from __future__ import annotations

from agnt_pipelines.dreaming.grammar.cues import HEDGES
from agnt_pipelines.dreaming.grammar.indonesian import FIRST_PERSON, MEAL
from agnt_pipelines.dreaming.grammar.rules import spaced

I = FIRST_PERSON  # noqa: E741 - the word itself
NO = r"(?:gak|ga|g|gk|nggak|nggk|ngga|nga|enggak|engga|ndak|nda|kagak|kaga|tidak|tdk|tak|bukan|bkn|belum|blm|kurang)"
VERY = (
    r"(?: (?:banget+|bgtt*|bngt|bangat|sekali|skali|amat|pisan|bener|beneran|parah|abis|pol|poll|sih|mah|nih|deh|"
    rf"kok|emang|memang|mati|tuh|sangat|dari dulu|dari kecil|sejak kecil|{I})\b)*+"
)
WITH = (
    rf"{VERY}(?: (?:sama|dengan|dgn|dg|ama|sm|pada|terhadap|ke|akan|kalo|kalau|klo|soal))?"
    r"(?: (?:(?:yang|yg)(?: (?:ada|punya))?|namanya|hal|segala|semua|makan(?= (?:pedas|pedes|manis|asin|asam)))\b)*+ "
)
"""What may stand between a verb of feeling and its object."""
ADVERBS = (
    r"(?:(?:udah|udh|sudah|sdh|dah|hampir|baru) (?:\w+ )?(?:\d+ ?)?(?:hari|minggu|bulan|bln|tahun|taun|thn|lama|setahun|setaun|sebulan|seminggu)(?: (?:ini|lebih|terakhir))?|"
    r"(?:sejak|semenjak|dari) (?:tahun lalu|taun lalu|bulan lalu|kuliah|nikah|hamil|sma|\d{4})|dari dulu|dr dulu|dari kecil|sejak kecil|baru aja|udah lama|"
    r"umur(?:nya)? \d+(?: (?:tahun|taun|thn|bulan|bln))?|anaknya|tipe (?:orang )?(?:yang|yg)|(?:minggu|bulan|tahun|taun) (?:lalu|kemarin|kmrn)|kemarin|baru-baru ini|sehari-hari|sehari2|keseharian|sukanya emang|"
    r"tuh|sih|mah|nih|juga|jg|emang|memang|mmg|paling|plg|sangat|bener-bener|benar-benar|bener2|beneran|selalu|slalu|"
    r"lebih|lbh|pada|itu|ini|cukup|lumayan|masih|msh|orangnya|tetap|tetep|"
    r"sekarang|skrg|skarang|skg|udah|udh|sudah|sdh|dah|uda|baru|barusan|lagi|lg|sedang|sdg|kebetulan|"
    r"sebenernya|sebenarnya|aslinya|jujur|pribadi|sendiri|berdua|sekeluarga|semua|semuanya|kan|ya|yaa|tu|"
    rf"{HEDGES})"
)
HEAD = spaced(
    rf" *+(?:{ADVERBS}(?![\w'-]) *+)*+(?:(?P<not>{NO} +|(?:ga|gak|g)(?=(?:bisa|boleh|jadi|mau|suka|pernah|kuat|doyan|tahan|demen|minum|makan)\b))"
    rf"(?:(?:terlalu|tll|trlalu|begitu|gitu|gitu2|lagi|seberapa|sih|mah|juga|jg|sama sekali|emang|memang|bener-bener)(?![\w'-]) +)*+)?"
)
"""Adverbs and a negation, behind a subject or where a clause opens: what follows is the predicate."""
PRONOUN = spaced(r"(?:dia|doi|ia|beliau|mereka|die|dy|orangnya|anaknya)\b")
"""Stands for whoever was introduced last."""
OTHERS_LAST = spaced(
    r"\b(?<!sama\s)(?<!dan\s)(?<!reng\s)(?<!ngan\s)(?<!bawa\s)(?<!ajak\s)(?<!unya\s)(?<!awat\s)(?<!ama\s)(?<!buat\s)(?<!jadi\s)(?<!&\s)(?<!si\s)"
    r"(?:dia|doi|mereka|beliau|kamu|lu|lo|kalian|(?:istri|suami|anak|anak2|anak-anak|pacar|temen|teman|mama|papa|bokap|"
    rf"nyokap|bapak|ibu|adik|adek|kakak|bos)(?:ku|nya| (?:{I}))?)(?: (?:tuh|sih|mah|nih|itu))* *$"
)
"""A clause whose subject comes last, and is not its writer."""
ASKS = spaced(
    r"(?<=[^ ]) (?:gak|ga|gk|nggak|ngga|enggak|engga|kagak|kah|apa (?:gak|nggak|tidak|enggak))(?: (?:ya|yaa|yah|sih|kak|kk|min|mas|"
    r"mbak|bro|sis|tuh|nih|kira-kira|kira2))* *$"
    r"|\b(?:apa(?! ?(?:pun|aja|saja|adanya))|apaan|siapa(?! ?(?:pun|aja))|kapan(?! ?(?:pun|aja))|berapa(?! ?(?:pun|aja))|gimana|"
    r"gmn|bagaimana|kenapa|knp|mengapa|ngapain|mana(?! ?(?:pun|aja))|dimana|kemana|brp|adakah|bisakah|apakah|ada (?:gak|ga|nggak))\b"
)
"""A question that its writer left without a mark."""
TOPIC_IF = spaced(
    rf"(?:kalau|kalo|klo|kl) (?:(?P<meal>{MEAL}|minuman|minum|kopi|weekend|akhir pekan|jalan|keluar|booking|pesen)"
    rf"(?: (?:{I}))?(?: (?:sih|mah))? (?:selalu|slalu|biasanya|biasa|sukanya|seringnya|lebih|lbh|paling|prefer|pasti)"
    rf"|(?:bisa|boleh)(?: sih)? (?:di ?bawah|maks|max|jangan|yang|yg|budget|yg|ga|gak|tanpa|no)"
    rf"|{I}(?: (?:sih|mah|pribadi))? (?:lebih|lbh|paling|biasanya|biasa|selalu|sukanya|prefer|emang|memang|sih|mah)"
    rf"|(?!besok|bsk|nanti|hari|malam|ada\b|{I}\b|bisa|boleh|misal|emang|memang|hujan|ternyata)[a-z]+(?: [a-z]+)? (?:(?:sih|mah) )?{I}(?: (?:sih|mah|emang|memang))? "
    rf"(?:{NO} (?:kuat|doyan|demen|suka|bisa makan|boleh makan|tahan|mau)|alergi|(?:paling |lebih )?(?:suka|doyan|demen)|benci|anti)|(?:(?:abis|habis|tiap|setiap) )?(?:makan|minum|kena) [a-z ]{{2,40}}?\b(?:gatal|gatel|bentol|sesak|mual|muntah|diare|bengkak|alergi|mules|pusing|ruam|biduran))(?:\b|2)"
)
"""An "if" that only names what is spoken of: "kalo makan malem kita selalu jam 7"."""


def names_topic(folded: str, start: int, end: int) -> bool:
    """Whether a clause that opens with "if" supposes nothing."""
    return _TOPIC_OPENING.match(folded, start, end) is not None


_TOPIC_OPENING = spaced(rf" *+(?:(?:dan|tapi|tp|jadi|cuma|eh) )*+{TOPIC_IF.pattern}")
