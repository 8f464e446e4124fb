"""How people say it in an Indonesian chat: predicates and openings beside those of `indonesian`.

What belongs here: patterns of talk. What does not: how a value is read (`readers`), labels (`labels`).
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.indonesian import EACH, FIRST_PERSON, GOALS, MEAL, OCCASIONS
from agnt_pipelines.dreaming.grammar.rules import rule
from agnt_pipelines.dreaming.grammar.vocabulary import ALLERGEN, BUSINESS_OWNER, DIET, INTOLERANCE, RUNS_ID

_I = FIRST_PERSON
_NO = r"(?:gak|ga|nggak|ngga|enggak|engga|ndak|gk|kagak|tidak|tdk|tak|bukan)"
_ALREADY = r"(?:(?:sudah|udah|udh|dah|sekarang|skrg|aku|saya|gue|gw|kami|lagi|baru|memang|emang|juga) )*"
_VERY = r"(?: (?:banget|bgt|bangettt?|sekali|bener))*(?: (?:sama|dengan|ama|ke|kalau|kalo|pada))?"
_MINE = rf"(?:ku\b| (?:{_I})\b)"
_FOR_ME = rf"(?:buat|untuk|bagi) ?(?:ku\b|{_I}\b)"
_DAY = r"(?:senin|selasa|rabu|kamis|jumat|sabtu|minggu)"
_WHEN = rf"(?:hari ini|malam ini|nanti malam|besok|lusa|minggu (?:ini|depan)|bulan (?:ini|depan)|akhir pekan(?: ini)?|(?:hari )?{_DAY}(?: ini| depan)?)"
_PLACE_THAT = r"(?P<v>(?:tempat|resto|restoran|kafe|cafe)(?:nya)? (?:(?:yang|yg) )?(?!(?:itu|ini|yang|kemarin|tadi|makan|duduk)\b)[a-z]+(?: (?!(?:tapi|dan|kak|ya|jadi|soalnya|karena)\b)[a-z]+){0,2})"
_ANY_FOOD = r"(?:(?:apa pun |apapun |makanan )?(?:yang|yg) (?:ada|mengandung|pakai|pake|isi)(?:nya)? )?"

PREDICATES = (
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"(?: (?:lebih|paling))* suka (?:{MEAL} )+(?:sekitar |di )?(?:jam|pukul) ", read.hour),
    rule(Slot.TYPICAL_PARTY_SIZE, r" (?=ber(?:dua|tiga|empat|lima|enam|tujuh|delapan) (?:biasanya|aja|saja|doang|terus))", read.people),
    rule(Slot.DISLIKES, rf"(?: (?:paling|emang|memang))* takut{_VERY} (?!telat|kemal\w+|kehabisan|salah|lupa|mahal|ngerepotin|merepotkan|ke|gak|nggak|tidak)", read.things),
    rule(Slot.HOME_AREA, r"(?: (?:udah|sudah|baru))* pindah (?:lagi|balik|kembali) ke ", read.place),
    rule(Slot.ALLERGY, rf" (?:{_NO} (?:bisa|boleh|kuat|tahan)|gabisa|gbs|gaboleh) (?:makan|minum|konsumsi)? ?{_ANY_FOOD}(?P<v>{ALLERGEN})(?:nya)?\b", read.named),
    rule(Slot.ALLERGY, rf" (?:{_NO}|bukan) (?P<v>{INTOLERANCE})\b", read.intolerance, denied=True),
    rule(Slot.DIET, rf" (?:sudah |udah |udh )?{_NO} (?:lagi |jadi |lagi jadi )?(?P<v>{DIET})\b", read.diet, denied=True),
    rule(Slot.DIET, rf" (?:berhenti|stop) (?:jadi )?(?P<v>{DIET})\b", read.diet, denied=True),
    rule(Slot.HOME_AREA, rf" (?:sudah |udah |udh )?{_NO}(?: lagi)? (?:tinggal|domisili|ngekos|ngontrak) (?:lagi )?di (?:daerah )?", read.place, denied=True),
    rule(Slot.HOME_AREA, r" (?:orang|warga) (?=(?:sanur|canggu|ubud|seminyak|kuta|denpasar|jimbaran|uluwatu|kerobokan|renon|gianyar|tabanan)\b)", read.place),
    rule(Slot.LIKES, rf" {_NO}(?: (?:terlalu|begitu))? (?:suka|demen|doyan){_VERY} {_PLACE_THAT}", read.named, denied=True),
    rule(Slot.LIKES, rf" kurang (?:suka|demen|doyan|cocok){_VERY} {_PLACE_THAT}", read.named, denied=True),
    rule(Slot.LIKES, rf"(?: (?:paling|memang|emang|lebih|selalu|tetap|tetep))* (?:suka|demen|doyan|pengen){_VERY} {_PLACE_THAT}", read.named),
    rule(Slot.LIKES, rf"(?: (?:tetap|tetep|selalu|dari dulu))+ (?:suka|demen|doyan|cinta){_VERY} ", read.liking),
    rule(Slot.LIKES, rf" penggemar (?:berat |setia )?{_VERY} ?(?!berat)", read.liking),
    rule(Slot.DISLIKES, rf"(?: (?:paling|selalu|bener-bener))* (?:males|malas|sebal|sebel|kesel|kesal|anti|ilfeel){_VERY} ", read.things),
    rule(Slot.LIKES, rf" (?:{_NO} (?:kuat|tahan|bisa)) (?P<v>pedas|pedes|asin|manis|dingin)\b", read.named, denied=True),
    rule(Slot.INTERESTS, r"(?: (?:suka|lagi|sedang|hobi|hobinya))* (?:koleksi|ngoleksi|mengoleksi|ngumpulin|mengumpulkan) ", read.things),
    rule(Slot.INTERESTS, rf" hobi{_VERY} ", read.things),
    rule(Slot.OCCUPATION, r" (?:ber|be)?kerja (?:di|buat|untuk) (?:sebuah )?(?P<v>bank|hotel|kafe|cafe|restoran|rumah sakit|sekolah|kampus|bandara|startup|kantor pajak|pemerintahan|pabrik|toko)\b", read.named),
    rule(Slot.OCCUPATION, rf" {RUNS_ID}", read.fixed(BUSINESS_OWNER)),
    rule(Slot.OCCUPATION, r" (?=(?:dokter hewan|ilustrator|akuntan|pengacara|arsitek|bidan|penulis|penyanyi|koki|chef|desainer|dosen|guru|perawat|musisi|insinyur|apoteker|konsultan|pelajar|mahasiswa|fotografer|pemandu)\b)", read.trade),
    rule(Slot.HOUSEHOLD, r"(?: (?:mau|akan|sama|juga|lagi))* (?:bawa|ngajak|ajak|sama|dan|bareng|dengan|&) (?=(?:\w+ )?(?:istri|suami|anak|bayi|balita|pacar|pasangan|anjing|kucing))", read.members),
    rule(Slot.HOUSEHOLD, r"(?: (?:punya|pelihara|piara|melihara))+ (?:seekor )?", read.members),
    rule(Slot.HOUSEHOLD, r"(?: (?:baru|sudah|udah|udh|barusan))+ (?P<v>tunangan|nikah|menikah|cerai)\b", read.status),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"(?: (?:biasanya|selalu|sering))+ (?:{MEAL}|keluar|datang|dateng|pergi)(?: (?:makan|malam))* (?:sekitar |kira-kira )?(?:jam|pukul) ", read.hour),
    rule(Slot.FITNESS_GOAL, r"(?: (?:lagi|sedang|mau|pengen))* (?:persiapan|latihan|siap-siap)(?: (?:buat|untuk|ikut))? (?=[^.!?]{0,15}(?:marathon|maraton|lomba lari|triat))", read.things),
    rule(Slot.NEVER, rf" (?:sudah |udah )?{_NO} (?=minum (?:kopi|teh|susu|soda|bir|wine|es)\b)", read.deed),
    rule(Slot.NEVER, rf"(?: (?:sudah|udah|udh))? {_NO} (?:pernah )?(?:lagi )?(?:mau )?(?=(?:makan|merokok|ngerokok)\b)(?!makan (?:banyak|siang|malam|malem|pagi|di|ke|dulu|apa)\b)", read.deed),
    rule(Slot.BUDGET, rf" (?:{_NO} (?:mau|bakal|akan|bisa)|cuma (?:bisa|mau)) (?:bayar|keluar|habis|spend)(?: (?:uang|duit))? (?:lebih dari |di atas )?(?=(?:rp|idr)?\.?\s?\d)", read.money),
)  # fmt: skip
"""Tried right behind a subject, after `indonesian.PREDICATES`."""

OPENING = (
    rule(Slot.LIKES, rf"(?:suka|demen|doyan){_VERY} (?:yang|yg) ", read.liking),
    rule(Slot.NEVER, rf"{_ALREADY}{_NO} (?:lagi )?(?=makan (?:daging|babi|sapi|ayam|ikan|seafood|gula|nasi|roti)\b)", read.deed),
    rule(Slot.ALLERGY, rf"(?:{_NO} (?:bisa|boleh|kuat|tahan)|gabisa|gbs|gaboleh) (?:makan|minum|konsumsi) {_ANY_FOOD}(?P<v>{ALLERGEN})(?:nya)?\b", read.named),
    rule(Slot.ALLERGY, rf"{_NO} alergi(?: (?:sama|terhadap))? (?P<v>{ALLERGEN})\b", read.named, denied=True),
    rule(Slot.ALLERGY, rf"(?P<v>{ALLERGEN}) (?:bikin|buat|membuat) (?:{_I}|badan\w*|kulit\w*|perut\w*) (?:gatal|gatel|bentol|sesak|mual|sakit|alergi|bengkak|kembung)", read.named),
    rule(Slot.DIET, rf"{_ALREADY}{_NO} (?:lagi |jadi )?(?P<v>{DIET})\b", read.diet, denied=True),
    rule(Slot.DIET, rf"(?:lagi |sedang |tolong |mohon )?(?:diet |menu |makanan )?(?:yang |yg )?(?P<v>{DIET})(?: (?:aja|saja|dong|ya))", read.diet),
    rule(Slot.DIET, rf"(?:lagi|sedang) (?:diet )?(?P<v>{DIET})\b", read.diet),
    rule(Slot.ALCOHOL, rf"{_ALREADY}(?:berhenti|stop) (?:minum|konsumsi) (?:alkohol|alcohol|miras)\b", read.fixed("alcohol"), denied=True),
    rule(Slot.LIKES, rf"(?:{_NO}(?: (?:terlalu|begitu))?|kurang) (?:suka|demen|doyan|cocok){_VERY} {_PLACE_THAT}", read.named, denied=True),
    rule(Slot.LIKES, rf"(?:kurang|{_NO} (?:terlalu|begitu)) (?:suka|demen|doyan){_VERY} ", read.liking, denied=True),
    rule(Slot.DISLIKES, rf"(?:(?:paling|selalu) )*(?:males|malas|sebal|sebel|kesel|anti){_VERY} (?!ah\b)", read.things),
    rule(Slot.LIKES, rf"(?:suka|demen|doyan){_VERY} {_PLACE_THAT}", read.named),
    rule(Slot.LIKES, r"(?:suka|demen|doyan) (?:banget+|bgt+|bangett+) (?:sama )?", read.liking),
    rule(Slot.LIKES, rf"(?:yang|yg) (?:paling )?(?:{_I}) (?:paling )?(?:suka|demen|doyan)(?:in)?(?: (?:itu|adalah|tuh|ya))* ", read.liking),
    rule(Slot.LIKES, rf"(?:andalan|favorit|kesukaan|pilihan){_MINE}(?: (?:itu|adalah|ya|tetap|selalu))*(?: |: *)", read.liking),
    rule(Slot.LIKES, rf"(?:wajib|harus) (?:ada )?(?P<v>(?!(?:halal|vegan|yang|di|ke)\b)[a-z]+(?: [a-z]+)?) {_FOR_ME}", read.named),
    rule(Slot.NEVER, rf"(?![^.!?\n]{{0,60}}\balergi\b)(?:tanpa|{_NO} pakai|{_NO} pake|jangan pakai|jangan pake|jangan ada) (?P<v>babi|daging|msg|bawang|micin|santan|sambal|cabai|cabe|gula|{ALLERGEN})\b", read.named),
    rule(Slot.NEVER, rf"{_ALREADY}{_NO} (?=(?:minum (?:kopi|teh|susu|soda|bir)|merokok|ngerokok)\b)", read.deed),
    rule(Slot.HOME_AREA, rf"{_ALREADY}(?:tinggal|domisili|ngekos|ngontrak|menetap|pindah) (?:di|ke) (?:daerah )?", read.area_only),
    rule(Slot.HOME_AREA, rf"{_ALREADY}{_NO}(?: lagi)? (?:tinggal|domisili) (?:lagi )?di ", read.place, denied=True),
    rule(Slot.ORIGIN, r"(?:asli|aslinya|asal|berasal)(?: (?:dari|orang))? ", read.known_place),
    rule(Slot.BUDGET, rf"(?:budget|bajet|anggaran|bujet)(?:ku|nya)?(?: {_I})? (?:naik|turun|berubah|nambah|berkurang|sekarang|udah|lagi)\b", read.money),
    rule(Slot.BUDGET, rf"(?:{_NO} (?:mau|bakal|akan|bisa) (?:bayar|keluar|habis) (?:lebih dari|di atas)|(?:duit|uang|dana|kantong|dompet)(?:ku)? (?:lagi )?(?:mepet|pas-pasan|tipis|terbatas)|(?:yang|yg) penting (?:di ?bawah|maks|maksimal|jangan lebih dari)) ?", read.money),
    rule(Slot.TYPICAL_PARTY_SIZE, rf"(?:biasanya|selalu) (?:{_I} )?(?:makan |datang |dateng |pergi )?(?=ber\w+\b|\d+ (?:orang|org)\b)", read.people),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"(?:biasanya|selalu) (?:{_I} )?(?:{MEAL}|keluar|datang|dateng|pergi)(?: (?:makan|malam|siang))* (?:sekitar |kira-kira )?(?:jam|pukul) ", read.hour),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"(?={MEAL} (?:jam|pukul) [\w:. ]{{1,18}}(?:sudah |udah |itu |emang |memang )*(?:kebiasaan|jam biasa|rutinitas))", read.hour),
    rule(Slot.HOUSEHOLD, rf"(?:cuma |hanya )?(?:{_I}) (?:dan|sama|bareng|dengan|&) (?=(?:istri|suami|anak|bayi|balita|pacar|pasangan|anjing|kucing))", read.members),
    rule(Slot.HOUSEHOLD, r"(?:(?:sudah|udah) )?punya (?=(?:\w+ ){0,2}(?:anak|bayi|balita|anjing|kucing)\b)", read.members),
    rule(Slot.FITNESS_GOAL, rf"(?:(?:lagi|sedang|mau|pengen|pengin|ingin|target|program|coba) )+(?={GOALS})", read.deed),
    rule(Slot.FITNESS_GOAL, r"(?:(?:lagi|sedang) )+(?:persiapan|latihan)(?: (?:buat|untuk|ikut))? (?=[^.!?]{0,15}(?:marathon|maraton|lomba lari|triat))", read.things),
    rule(Slot.OCCASION, rf"{_WHEN} (?:(?:adalah|itu|kan|mau|akan|{_I}) )*(?:(?:rayain|ngerayain|merayakan) )?(?P<v>{OCCASIONS}){_MINE}", read.occasion),
    rule(Slot.OCCASION, r"(?:mau|cari|butuh|pengen) (?:cari )?(?:tempat|meja|resto)(?: (?:romantis|bagus|spesial))? (?:buat|untuk) (?:rayain |ngerayain |merayakan )?(?P<v>anniversary|hari jadi|bulan madu|wisuda)\b", read.occasion),
    rule(Slot.HABIT, rf"(?:(?:{_I}) )?(?P<v>(?:ikut|les|main|lari|yoga|gym|renang|surfing|meditasi|jogging)\b[^.,!?;\n]{{0,25}}?) {EACH}\b", read.repeated(EACH, verb=False)),
    rule(Slot.ACCESSIBILITY, r"(?=jangan (?:yang |yg |di tempat yang )?(?:ada |banyak |pakai )?tangga\b)", read.access),
)  # fmt: skip
"""Tried where a clause opens, after `indonesian.OPENING`."""

_V = r"(?P<v>(?!(?:itu|ini|yang|dia|mereka|kamu|apa)\b)[a-z][a-z' -]{1,34}?)"
ANYWHERE = (
    rule(Slot.LIKES, rf"{_V}(?: (?:itu|tuh|sih|ini|emang|memang))? (?:bukan|kurang)(?: (?:cocok))? (?:{_FOR_ME}|(?:selera|favorit|gaya|tipe|pilihan){_MINE})", read.before_verb, denied=True),
    rule(Slot.LIKES, rf"{_V}(?: (?:itu|tuh|sih|ini|emang|memang|selalu|tetap|jadi|adalah))* (?:nomor satu|no 1|juara|paling enak|terbaik) {_FOR_ME}", read.before_verb),
    rule(Slot.LIKES, rf"{_V}(?: (?:itu|tuh|sih|ini|emang|memang|selalu|tetap|jadi|adalah))+ (?:pilihan|favorit|andalan|kesukaan){_MINE}", read.before_verb),
    rule(Slot.DISLIKES, rf"{_V} (?:bikin|buat|membuat) (?:{_I}) (?:stres|stress|kesal|kesel|pusing|males|risih|gak nyaman|tidak nyaman|bete)", read.before_verb),
)  # fmt: skip
"""Tried where a clause opens that speaks of its writer."""

OPINION = re.compile(rf"\b(?:{_I}|\w+ku)\b")
