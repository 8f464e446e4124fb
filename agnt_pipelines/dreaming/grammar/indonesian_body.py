"""What Indonesians cannot eat or drink, and what their bodies need: diets, allergies, alcohol, access, fitness.

What belongs here: those predicates behind a clause's head. What does not: the head itself (`indonesian_words`).
"""

from __future__ import annotations

from dataclasses import replace

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.indonesian_vocabulary import DRINKS
from agnt_pipelines.dreaming.grammar.indonesian_words import NO, VERY, I
from agnt_pipelines.dreaming.grammar.rules import Found, Spot, rule
from agnt_pipelines.dreaming.grammar.vocabulary import (
    ALLERGEN,
    DIET,
    INTOLERANCE,
    alternatives,
    as_listed,
)

_AILS = (
    r"(?:gatal|gatel|bentol|biduran|sesak|sesek|mual|eneg|muntah|diare|mencret|bengkak|kembung|alergi|ruam|merah|sakit perut|sakit|pusing|"
    r"migren|mules|bersin)(?:2|-\w+|an)?"
)
_TO = r"(?: (?:parah|berat|akut|banget|bgt|banget|sekali|sih|nih|emang|ringan|dari kecil|sejak kecil|juga|jg|makanan|semua|segala|macam))*(?: (?:cuma|hanya|sama|terhadap|dengan|dgn|ama|ke|sm|itu|adalah|jenis)\b)*+ "
FOR_FUN = (
    r"(?:apa\w*|gak|tidak|nggak|ga|mantan|kamu|dia|senin|kerja\w*|lembur|tugas|macet|drama|cinta|janji\w*|bos|orang|cowok|cewek|kemiskinan|miskin|"
    r"utang|hutang|pr|meeting|mertua|tanggal tua|ketinggian|keramaian|bohong|hoax|politik|jomblo|nikah|bangun pagi|antri|ngantri|kebodohan)\b"
)
_NOTHING = r"(?:makanan )?(?:yang |yg )?(?:ada |mengandung |berbahan |pakai |pake |isi |kena |deket |sama )*"
GOAL = (
    r"(?:lari (?:marathon|maraton|half marathon|\d+ ?(?:k|km))|(?:ikut|finish|ngejar|ikutan) (?:\w+ )?(?:marathon|maraton|half marathon|"
    r"triathlon|triatlon|ironman|\d+k|hyrox|race)|(?:full|half) (?:marathon|maraton)|(?:full )?(?:marathon|maraton)|(?:(?:me)?nurunin|turun(?:in)?|menurunkan|naik(?:in)?|nambah|ngurangin|menaikkan) "
    r"(?:berat(?: badan)?|bb|massa otot|otot|\d{1,2} ?(?:kg|kilo)(?:an)?|lemak|perut)|\d+ ?x? (?:push|pull|sit)[ -]?up|"
    r"(?:push|pull|sit)[ -]?up \d+|(?:naik|nambah) massa otot|(?:six ?pack|sixpack|kurus|langsing|kurusin badan|ngecilin perut|berotot)|"
    r"(?:angkat|deadlift|squat|bench|bench press) \d+ ?(?:kg|kilo)|plank \d+ menit|(?:renang|sepedaan|gowes|jalan) \d+ ?(?:k|km|meter|m|langkah)|"
    r"[\d.]+ (?:ribu )?langkah|handstand|muscle up|pull up|push up|split)"
)
_TRAIN = r"(?:marathon|maraton|half marathon|triathlon|triatlon|ironman|hyrox|lomba lari|race|\w+ marathon|\d+k|trail run\w*)"


def drinks(spot: Spot) -> list[Found]:
    """The only drink somebody takes, by its canonical name."""
    said = as_listed(spot.match["v"])
    return [Found(DRINKS[said], spot.match.end("v"))]


def access(spot: Spot) -> list[Found]:
    """A need of access whose negation stands before the spot."""
    return read.access(replace(spot, at=spot.clause_start))


STATED = (
    rule(Slot.ALLERGY, rf"(?:punya |ada |punya riwayat |riwayat |kena )?(?:alergi|alergian|alergy|alegi|alergic|alrgi|allergi|allergic|allergy)(?:nya|ku)?{_TO}(?!{FOR_FUN})", read.things),
    rule(Slot.ALLERGY, rf"(?:sensitif|sensitive) (?:sama|terhadap|dengan|ke) (?=(?:{ALLERGEN})\b)", read.things),
    rule(Slot.ALLERGY, rf"(?P<v>{INTOLERANCE})\b", read.intolerance),
    rule(Slot.ALLERGY, rf"(?:langsung |bisa |suka |pasti |badan\w* )*{_AILS} (?:banget |bgt )?(?:kalau|kalo|klo|tiap|setiap|abis|habis|tiap kali) (?:makan|mkn|minum|kena|abis makan|nyium) {_NOTHING}(?P<v>{ALLERGEN})\b", read.named),
    rule(Slot.ALLERGY, rf"(?:kalau |kalo |klo )?(?:abis |habis |tiap |setiap )?(?:makan|minum|kena) (?P<v>(?!yang|yg|di\b|apa)[a-z]+(?: (?!badan|kulit|perut|langsung|aku|bibir|muka)[a-z]+)?) (?:{I} )?(?:langsung |bisa |suka |pasti |jadi |badan\w* |kulit\w* |bibir\w* |muka\w* )*{_AILS}\b", read.before_verb),
    rule(Slot.DIET, rf"(?:(?:seorang|aku|saya|gue|gw|kami|kita|jadi|udah|sudah|makan|makanan|harus|wajib|cuma|hanya|bisa|makanannya|lagi|diet|dietku|dietnya|menu|ikut|coba|yang|yg|penganut|full|strict|mulai|jalanin|program|nyoba|pola|pola makan|murni|keluarga|orang|anak|kaum|tim|adalah|tulen) )*+(?P<v>{DIET})\b(?! (?:resto\w*|tempat\w*|cafe|kafe|food|menu\w*|bowl|burger|option\w*|gak|ga|nggak))", read.diet),
    rule(Slot.ALCOHOL, r"(?:(?:sudah|udah|udh|mau|lagi) )*(?:berhenti|stop|puasa|anti|pantang|hindari|menghindari)(?: (?:minum|konsumsi|minuman|dari|sama))*(?: (?:ber)?alkohol| alcohol| miras| booze| minuman keras)\b", read.fixed("alcohol"), denied=True),
    rule(Slot.ALCOHOL, r"(?:sober)\b", read.fixed("alcohol"), denied=True),
    rule(Slot.ALCOHOL, rf"(?:cuma|cuman|hanya|palingan|paling) (?:mau |bisa |suka |doyan )?(?:minum|ngebir|nge-wine)? ?(?P<v>{alternatives(DRINKS)})\b", drinks),
    rule(Slot.ALCOHOL, rf"(?:(?<=cuma\s)|(?<=hanya\s)|(?<=uman\s))(?:mau |bisa )?minum (?P<v>{alternatives(DRINKS)})\b", drinks),
    rule(Slot.ALCOHOL, rf"(?:minum|minumnya) (?:cuma |hanya )?(?P<v>{alternatives(DRINKS)})(?: (?:doang|aja|saja))", drinks),
    rule(Slot.ACCESSIBILITY, r"(?:pakai|pake|pk|menggunakan|butuh|perlu|memakai|harus pakai|harus pake|jalan|jalannya|duduk|di|naik)(?: (?:akses|di|pakai|pake|jalur|ramp)\b)*+ (?=(?:kursi roda|tongkat|kruk|walker)\b)", read.access),
    rule(Slot.ACCESSIBILITY, r"(?=(?:tuli|tunarungu|tunanetra|(?:susah|sulit|kesulitan) (?:naik|naik turun|lewat) tangga)\b)", access),
    rule(Slot.FITNESS_GOAL, rf"(?:(?:lagi|sedang|pengen|pengin|pingin|kepengen|ingin|mau|target(?:ku|nya|in)?|coba|nyoba|berusaha|program|ngejar|latihan|biar|supaya|bisa|kuat|sanggup|goal(?:ku|nya|s)?|tahun ini|taun ini|usaha|itu|diet|nge-gym|ngegym|misi|resolusi(?:ku|nya)?|buat|untuk|adalah)(?:: *| ))++(?P<v>{GOAL})\b", read.named),
    rule(Slot.FITNESS_GOAL, r"(?:(?:target(?:ku|nya)?|goal(?:ku|nya)?|misi(?:ku)?|mau|pengen|pengin|ngejar|biar|supaya|bisa)(?:: *| ))++(?P<v>six ?pack|sixpack|kurus|langsing|berotot|marathon|maraton)\b", read.named),
    rule(Slot.FITNESS_GOAL, r"(?:program |fase |mau |lagi )*(?P<v>bulking|cutting|nurunin bb|pembentukan otot)\b", read.named),
    rule(Slot.FITNESS_GOAL, rf"(?:lagi |sedang )?(?:latihan|persiapan|nyiapin|menyiapkan|siap-siap|training|prepare|daftar)(?: (?:buat|untuk|ikut|lari|for))* (?={_TRAIN}\b)", read.things),
)  # fmt: skip
"""Tried where the head denies nothing."""

DENIED = (
    rule(Slot.ALLERGY, rf"(?:(?:pernah|punya|ada|jadi|lagi) )*alergi{_TO}(?!apa)", read.things, denied=True),
    rule(Slot.ALLERGY, rf"(?:lagi )?(?P<v>{INTOLERANCE})\b", read.intolerance, denied=True),
    rule(Slot.ALLERGY, rf"(?:bisa|boleh|bs|blh|kuat|tahan|cocok) (?:(?:mkn|mnm|makan|minum|konsumsi|kena|sama|dengan|nyentuh) )*{_NOTHING}(?P<v>{ALLERGEN})(?:nya)?\b", read.named),
    rule(Slot.DIET, rf"(?:(?:seorang|lagi|jadi|pernah|makan|diet|penganut|begitu|terlalu|full|strict) )*+(?P<v>{DIET})\b", read.diet, denied=True),
    rule(Slot.ALCOHOL, r"(?:(?:pernah|bisa|boleh|mau|lagi|ikut|suka|doyan|akan) )*+(?:(?:minum|mnm|konsumsi|nyentuh|menyentuh|sentuh|kena) )?(?:minuman )?(?:ber)?(?:alkohol|alcohol|alkohool|miras|minuman keras|booze)\b", read.fixed("alcohol"), denied=True),
    rule(Slot.ALCOHOL, r"(?:nge-?alkohol|mabok|mabuk)\b", read.fixed("alcohol"), denied=True),
    rule(Slot.ACCESSIBILITY, r"(?=(?:(?:bisa|kuat|sanggup|mampu) )+(?:naik|naik turun|lewat|pakai|pake|nanjak)? ?tangga\b)", access),
)  # fmt: skip
"""Tried behind a negation."""

SICKENS = (
    rule(Slot.ALLERGY, rf"(?P<v>(?!kalau|kalo|yang|dia|itu|ini)[a-z]+(?: [a-z]+)?)(?: (?:itu|tuh|sih|mah|suka|selalu|pasti|bisa|langsung))* (?:bikin|buat|membuat|bkin|ngebuat|bikin badan)(?: (?:{I}|badan\w*|kulit\w*|perut\w*|tenggorokan\w*|bibir\w*|muka\w*|langsung|jadi|pada|suka|mulut\w*|lidah\w*))+ {_AILS}", read.before_verb),
    rule(Slot.ALLERGY, rf"(?P<v>{ALLERGEN}){VERY} (?:{NO} (?:cocok|bisa masuk)) (?:di|sama|buat) (?:perut|badan)\w*", read.named),
    rule(Slot.ALLERGY, rf"(?:soal |ke |sama )?(?P<v>{ALLERGEN})(?: (?:sih|mah|itu|tuh|{I}|emang|memang|juga|parah))* alergi(?: (?:parah|berat|{I}|banget|bgt|sih))*(?= *$|[,.!\n])", read.named),
)  # fmt: skip
"""The thing stands first: "udang bikin aku gatel"."""
