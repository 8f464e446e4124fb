"""The Indonesian rules, formal and of the chat, as tables: what may follow a subject or open a clause.

What belongs here: Indonesian patterns. What does not: how a value is read (`rules`), or which
clauses are asked (`clauses`). The subject is often left out, so some predicates may open a clause.
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.cues import HEDGES
from agnt_pipelines.dreaming.grammar.quantities import COUNT
from agnt_pipelines.dreaming.grammar.rules import Found, Spot, rule, spaced
from agnt_pipelines.dreaming.grammar.vocabulary import AREAS, DIET, INTOLERANCE, KIN_ID, STATUS, alternatives

FILLER = re.compile(
    r"\s*+(?:(?:(?:tolong )?(?:bilang|kasih ?ta[hu]+|sampaikan) ke (?:chef|dapur|koki|pelayan)\w*(?: (?:kalau|kalo|bahwa))?|"
    r"tolong (?:ingat|dicatat|catat)(?: ya)?|ingat ya|dan|tapi|tp|tetapi|jadi|karena|krn|soalnya|terus|trus|oh|ah|eh|iya|ya|yah|yup|hai|halo|"
    r"hi|wkwk\w*|haha+|btw|by the way|also|well|so|hey|hello|anyway|actually|please|plus|nah|duh|aduh|hmm|oalah|(?:buat|untuk) (?:aku|saya|gue|gw|kami|kita)|tolong|tlg|mohon|harap|permisi|halo kak|untuk|padahal|lagian|kebetulan|admin|oh iya|oiya|juga|jujur|jujur aja|sebenarnya|sebenernya|"
    r"pokoknya|ingat|ingat ya|inget ya|tolong ingat|tolong dicatat|tolong catat|catat|note|fyi|"
    r"info aja|sekadar info|maaf|sori|sorry|kalau bisa|kalo bisa|kalau boleh|kalo boleh|buat info|"
    r"maksudku|maksud aku|maksud saya|eh bukan|sekarang|skrg|akhir-akhir ini|memang|emang|makasih|"
    r"ternyata|pertama|kedua|cuma|hanya|update|catatan|mulai sekarang|kamu harus tahu|tolong ingat ya|tolong dicatat ya|"
    r"terima kasih|oke|ok|sip|kak|mas|mbak|min|bro|sis|gan|pak|bu|mohon maaf|soal makanan|"
    rf"{HEDGES})(?![\w'])[\s:.]*+)*+(?:(?:kalau|kalo|klo) (?=(?:aku|saya|gue|gw|gua|kita|kami|gue)\b))?[\s\"]*+"
)

FIRST_PERSON = r"(?:aku|saya|sy|gue|gua|gw|ane|kami|kita|ak|aq|akuu+)"
_I = FIRST_PERSON
_KIN = alternatives(KIN_ID)
_BARE = (
    r"(?:istri|suami|bini|pacar|tunangan|mama|mami|papa|papi|nyokap|bokap|bapak|ibu|ayah|ortu|orang tua|mertua|adik|adek|nenek|kakek|oma|opa|"
    r"anak-anak|anak anak|anak2|anak|si kecil|bayi|bos|ibu mertua|bapak mertua|anak cewek|anak cowok|temen kos|temen kantor|anak perempuan|anak laki-laki)"
)
_OF_THEM = (
    r"(?:lagi|lg|udah|udh|sudah|dah|baru|suka|demen|doyan|alergi|gak|ga|gk|nggak|ngga|enggak|tidak|tdk|cuma|juga|emang|memang|mau|pengen|hamil|benci|"
    r"ultah|ulang tahun|kerja|punya|pake|pakai|vegan|vegetarian|takut|paling|selalu|biasanya|sukanya|kesukaannya|favoritnya|alerginya|orangnya|umur|masih|"
    r"tuh|mah|sih|asli|orang|minum|makan|kurang|seneng|senang|hobi|hobinya|tinggal|kangen|lebih|sakit|ngidam|pemakan|kena|intoleran|dokter|guru|susah|diabetes|darah tinggi|kolesterol|asam urat|gerd|stroke|di kursi|naik|jalannya|jalan|nda|gabisa|gasuka|ada)"
)
_ENGLISH_KIN = r"(?:husband|hubby|wife|kids|kid|mom|mum|dad|son|daughter|boyfriend|girlfriend|bf|gf|boss|partner|friend|friends|sister|brother)"
SUBJECT = spaced(
    rf"(?:(?P<self>(?:(?:perut|badan|kulit|lidah|lambung|tubuh) ?)?(?:ku\b|{_I})(?: (?:dan|sama|bareng|&) (?:{_KIN})(?:ku)?)?)\b(?: (?:sih|mah|tuh|itu|orangnya|ini))?|(?P<kin>{_KIN})(?:ku\b| "
    rf"(?:{_I})\b)(?: (?:itu|tuh|ini|sih|mah|(?:yang|yg)(?: dari)? \w+))?|(?:my|our) (?P<english>{_ENGLISH_KIN})\b|(?P<bare>{_BARE})(?= {_OF_THEM}\b)(?: (?:itu|tuh|sih|mah))?)(?!')"
)
INTRODUCED = spaced(
    rf"\b(?:(?P<kin>{_KIN})(?:ku\b| (?:{_I})\b)|(?:my|our) (?P<english>{_ENGLISH_KIN})\b|(?P<bare>{_BARE})(?= {_OF_THEM}\b))"
)
POSSESSED = spaced(rf"(?P<kin>{_KIN})(?:ku\b| (?:{_I})\b)")

_ADV = (
    r"(?: (?:tuh|sih|juga|jg|emang|memang|paling|sangat|bener-bener|benar-benar|selalu|lebih|pada|"
    rf"dari dulu|sih emang|itu|cukup|lumayan|masih|orangnya|tetap|tetep|"
    rf"{HEDGES})\b)*+"
)
_NOT = (
    r" (?:gak|ga|nggak|ngga|enggak|engga|ndak|gk|kagak|kaga|tidak|tdk|tak|kurang)(?: (?:terlalu|begitu|"
    r"gitu|pernah|bisa|boleh|bakal))?"
)
_WITH = (
    r"(?: (?:banget|bgt|sekali|bener|pisan))*(?: (?:sama|dengan|ama|ke|kalau|kalo|pada))?(?: (?:yang|yg))?"
)
MEAL = (
    r"(?:makan malam|makan malem|makan siang|sarapan|dinner|lunch|brunch|booking|book|reservasi|pesan "
    r"meja|pesen meja|makan|nongkrong|ngopi)"
)
_OUT_IN = rf"(?:nongkrong|makan|jalan-jalan|main|ngopi) di (?:daerah )?(?:{alternatives(AREAS)})\b"
OCCASIONS = (
    r"(?:ulang tahun|ultah|anniversary|hari jadi|pernikahan|nikahan|promosi|kenaikan jabatan|kelulusan|syukuran|wisuda|bulan madu|honeymoon|"
    r"lamaran|tunangan|reuni|perpisahan|arisan)"
)
GOALS = (
    r"(?:turun(?:in)? (?:berat badan|bb|\d{1,2}\s?(?:kg|kilo))|nurunin (?:berat badan|bb|"
    r"\d{1,2}\s?(?:kg|kilo))|menurunkan (?:berat badan|bb)|naikin (?:berat badan|bb|massa otot)|"
    r"kurusin badan|lari (?:marathon|maraton|half marathon|5k|10k)|ikut (?:marathon|maraton|half "
    r"marathon|triathlon|triatlon))"
)
_DO = (
    r"(?:ikut|les|kursus|pergi|ke|makan|minum|terbang|pulang|liburan|berangkat|ketemu|nonton|main|olahraga|lari|renang|"
    r"surfing|yoga|belanja|masak|ngopi|nongkrong|ngadain|rayain|merayakan|pindah|jalan-jalan|datang|"
    r"mampir|nikah|menikah|jogging|gym|nge-gym|ngegym|meditasi|sepedaan|baca|pesan|sarapan|latihan)"
)
EACH = (
    r"(?:(?:setiap|tiap) (?:hari|malam|malem|pagi|sore|minggu|bulan|akhir pekan|weekend|senin|selasa|"
    r"rabu|kamis|jumat|sabtu)(?: dan (?:hari )?(?:senin|selasa|rabu|kamis|jumat|sabtu|minggu))?|(?:sekali|dua kali|tiga kali|2x|3x) seminggu|seminggu (?:sekali|dua kali|"
    r"tiga kali|2x|3x))"
)

_HABIT = read.repeated(EACH, verb=False)


def own_birthday(spot: Spot) -> list[Found]:
    """A birthday that is said to be one's own."""
    own = re.search(r"(?:ku\b|\b(?:aku|saya|gue|gua|gw)\b)", spot.match.group())
    return read.yearly_day(spot) if own else []


PREDICATES = (
    rule(
        Slot.LIKES,
        rf"{_ADV} (?:suka|demen|doyan|cinta|seneng|senang|gemar|hobi|penggemar|pecinta){_WITH} "
        rf"(?!(?:kamu|dia|banget|sekali|jam|pukul)\b|{_OUT_IN})(?:makan(?:an)? (?:yang |yg )?(?=pedas|"
        r"manis|asin|asam|gurih))?",
        read.liking,
    ),
    rule(
        Slot.LIKES, rf"{_NOT}{_ADV} (?:suka|demen|doyan|seneng|senang|hobi){_WITH} ", read.liking, denied=True
    ),
    rule(Slot.LIKES, r" bukan (?:penggemar|fans|fan|pecinta) ", read.liking, denied=True),
    rule(
        Slot.DISLIKES, rf"{_ADV} (?:benci|sebel|ogah|jijik|(?:gak|ga|nggak|tidak) tahan){_WITH} ", read.things
    ),
    rule(Slot.INTERESTS, rf"{_ADV} (?:tertarik|minat|berminat)(?: (?:sama|dengan|pada|di))? ", read.things),
    rule(
        Slot.INTERESTS, rf"{_ADV} (?:lagi|sedang) belajar (?!dari|tentang|buat|untuk|soal|dulu)", read.things
    ),
    rule(
        Slot.NEVER,
        rf"(?:{_NOT}|(?: sudah| udah)? (?:gak|nggak|tidak|ga) pernah) (?=(?:makan|minum(?! (?:alkohol|"
        r"alcohol|bir|miras)\b)|merokok|ngerokok|pesan|pesen)\b)(?!(?:makan|minum) (?:banyak|siang|"
        r"malam|malem|pagi|di|ke|dulu|apa)\b)",
        read.deed,
    ),
    rule(
        Slot.ALLERGY,
        rf"{_ADV} (?:punya |ada )?alergi(?: (?:parah|berat|banget|bgt))?(?: (?:sama|terhadap|dengan|"
        r"ama|ke))? (?!apa|gak|tidak|nggak|ga)",
        read.things,
    ),
    rule(Slot.ALLERGY, rf"{_NOT} alergi(?: (?:sama|terhadap|dengan|ama))? ", read.things, denied=True),
    rule(Slot.ALLERGY, rf"{_ADV} (?P<v>{INTOLERANCE})\b", read.intolerance),
    rule(
        Slot.DIET,
        rf"{_ADV}(?: (?:seorang|jadi|sudah jadi|udah jadi|sekarang|makan|harus|wajib|cuma makan|hanya "
        rf"makan|cuma bisa makan|lagi diet|diet|makanan|yang|yg))* (?P<v>{DIET})\b(?! (?:resto\w*|"
        r"tempat|cafe|kafe))",
        read.diet,
    ),
    rule(
        Slot.DIET,
        rf" (?:bukan|gak|nggak|tidak|ga)(?: (?:lagi|seorang))? (?P<v>{DIET})\b",
        read.diet,
        denied=True,
    ),
    rule(
        Slot.ALCOHOL,
        rf"{_NOT} (?:minum|konsumsi) (?:alkohol|alcohol|miras)\b",
        read.fixed("alcohol"),
        denied=True,
    ),
    rule(
        Slot.ALCOHOL,
        r"(?: (?:sudah|udah))? berhenti minum (?:alkohol|alcohol|miras)\b",
        read.fixed("alcohol"),
        denied=True,
    ),
    rule(
        Slot.HOME_AREA,
        rf"{_ADV}(?: (?:sekarang|skrg|lagi|baru))* (?:tinggal|domisili|berdomisili|ngekos|kos|ngontrak|"
        r"menetap|pindah)(?: (?:sekarang|baru))? (?:di|ke) (?:daerah )?",
        read.place,
    ),
    rule(
        Slot.ORIGIN,
        rf"{_ADV} (?:(?:asli|aslinya|berasal|asal)(?: (?:dari|orang))?|lahir(?: dan besar)? di|besar "
        r"di|orang) ",
        read.place,
    ),
    rule(
        Slot.OCCUPATION,
        rf"{_ADV} (?:(?:ber|be)?kerja(?: (?:sebagai|jadi))|seorang|berprofesi(?: sebagai)?|profesinya) ",
        read.trade,
    ),
    rule(
        Slot.HOUSEHOLD,
        rf"{_ADV} (?:punya|sudah punya|udah punya|ada) (?:seekor )?(?!anak buah)",
        read.members,
    ),
    rule(
        Slot.HOUSEHOLD,
        rf"{_ADV}(?: (?:sudah|udah|udh|masih|lagi|sedang))* (?P<v>{STATUS})\b(?! (?:sama siapa|tahun "
        r"depan|bulan depan|minggu depan))",
        read.status,
    ),
    rule(Slot.HOUSEHOLD, rf"{_ADV} tinggal (?:sama|bareng|dengan) ", read.members),
    rule(
        Slot.FITNESS_GOAL,
        rf"{_ADV}(?: (?:lagi|sedang|pengen|pengin|ingin|mau|target|targetnya|coba|berusaha|program))+ "
        rf"(?={GOALS})",
        read.deed,
    ),
    rule(
        Slot.FITNESS_GOAL,
        rf"{_ADV} (?:lagi|sedang) (?:latihan|persiapan) (?:buat|untuk) (?=(?:marathon|maraton|half|"
        r"lomba lari|triat))",
        read.things,
    ),
    rule(
        Slot.PREFERRED_BOOKING_HOUR,
        rf"{_ADV} (?:(?:biasanya|biasa|sering)(?: {MEAL})+|(?:(?:lebih )?suka|prefer)(?: "
        rf"{MEAL})*)(?: (?:di|sekitar|kira-kira))? (?:jam|pukul) ",
        read.hour,
    ),
    rule(
        Slot.TYPICAL_PARTY_SIZE,
        r" (?:biasanya|biasa|selalu)(?: (?:booking|book|datang|dateng|makan|pesan|pesen|pergi|buat|"
        rf"untuk|rombongan))* (?={COUNT}(?: orang)?(?:\s*(?:$|[.,!)\n]|aja|saja|dan\b)))",
        read.people,
    ),
    rule(
        Slot.ACCESSIBILITY,
        rf"{_ADV} (?:pakai|pake|menggunakan|butuh|perlu|memakai)(?: akses)? (?=(?:kursi roda|tongkat)\b)",
        read.access,
    ),
    rule(
        Slot.ACCESSIBILITY,
        r" (?=(?:tuli|tunarungu|tunanetra|(?:gak|ga|nggak|tidak) (?:bisa|kuat) naik tangga)\b)",
        read.access,
    ),
    rule(Slot.HABIT, rf"{_ADV} (?:biasanya|sering|rutin) (?={_DO}\b)", read.deed),
    rule(Slot.HABIT, rf"{_ADV} (?P<v>{_DO}\b[^.,!?;\n]{{0,40}}?) {EACH}\b", _HABIT),
    rule(
        Slot.PLAN,
        rf"{_ADV} (?:(?:mau|akan|bakal|bakalan|rencana(?:nya)?|berencana|ada rencana) )+(?P<v>{_DO}\b)",
        read.plan,
    ),
    rule(Slot.PLAN, r" (?P<v>(?:terbang|pulang|liburan|berangkat|pindah|ke) )", read.plan),
)

OPENING = (
    rule(
        Slot.ALCOHOL,
        r"(?:gak|ga|nggak|tidak) (?:pernah )?(?:minum|konsumsi) (?:alkohol|alcohol|miras)\b",
        read.fixed("alcohol"),
        denied=True,
    ),
    rule(
        Slot.LIKES,
        r"(?:paling )?(?:suka|demen|doyan)(?: (?:banget|bgt|sekali))?(?: (?:sama|dengan|ama))? "
        r"(?!(?:kamu|dia|banget|sekali)\b)",
        read.liking,
    ),
    rule(
        Slot.LIKES,
        r"(?:gak|ga|nggak|ngga|enggak|tidak|gk|kurang)(?: (?:terlalu|begitu))? (?:suka|demen|doyan)(?: "
        r"(?:banget|bgt))?(?: (?:sama|dengan|ama))? ",
        read.liking,
        denied=True,
    ),
    rule(
        Slot.DISLIKES,
        r"(?:benci|ogah|(?:gak|ga|nggak|tidak) tahan)(?: (?:banget|bgt))?(?: (?:sama|dengan|ama))? ",
        read.things,
    ),
    rule(
        Slot.ALLERGY,
        r"(?:ada |punya )?alergi(?: (?:parah|berat))?(?: (?:sama|terhadap|ama))? (?!apa|gak|tidak|nggak|ga)",
        read.things,
    ),
    rule(
        Slot.NEVER,
        r"(?=(?:gak|ga|nggak|tidak) (?:makan|pernah makan) (?!banyak|siang|malam|malem|pagi|di\b|ke\b|"
        r"dulu|apa))(?:gak|ga|nggak|tidak) (?:pernah )?",
        read.deed,
    ),
    rule(
        Slot.DIET,
        rf"(?:harus|wajib|cuma makan|hanya makan)(?: (?:yang|yg|makanan))* (?P<v>{DIET})\b",
        read.diet,
    ),
    rule(
        Slot.BUDGET,
        rf"(?:budget|bajet|anggaran|bujet)(?:ku|nya)?(?: {_I})?(?: (?:sekitar|kira-kira|maks|max|"
        r"maksimal|cuma|paling|di bawah|dibawah|antara|max|per orang|makan))*(?: |: *)(?=[\dri])",
        read.money,
    ),
    rule(
        Slot.BUDGET,
        r"(?:(?:cari|butuh|pengen|mau|tolong|yang|yg|harga|tempat)\b[^.!?\n]{0,30}?)?\b(?:di ?bawah|"
        r"maks|maksimal|paling mahal|gak lebih dari|nggak lebih dari|tidak lebih dari) (?=(?:rp|"
        r"idr)?\.?\s?\d)",
        read.money,
    ),
    rule(
        Slot.BIRTHDAY,
        rf"(?:hari )?(?:ulang tahun|ultah|ulangtahun)(?:ku|nya)?(?: (?:{_I}))?(?: (?:itu|adalah|tgl|"
        r"tanggal|jatuh|pada|hari))*(?: |: *)",
        own_birthday,
    ),
    rule(
        Slot.BIRTHDAY,
        rf"(?:{_I}) (?:lahir|ulang tahun|ultah)(?: (?:pada|di|tgl|tanggal|hari))* ",
        read.yearly_day,
    ),
    rule(Slot.BIRTHDAY, rf"(?:tanggal lahir|tgl lahir)(?:ku|nya)?(?: (?:{_I}))?(?: |: *)", read.yearly_day),
    rule(
        Slot.ANNIVERSARY,
        rf"(?:anniversary|hari jadi|ulang tahun pernikahan)(?:ku| (?:{_I}))(?: (?:itu|adalah|tgl|"
        r"tanggal|jatuh|pada))* ",
        read.yearly_day,
    ),
    rule(
        Slot.FAVOURITE_CUISINES,
        rf"(?:makanan|masakan|menu) (?:favorit|kesukaan|kesayangan)(?:ku| (?:{_I}))(?: (?:itu|adalah|"
        r"ya))*(?: |: *)",
        read.things,
    ),
    rule(
        Slot.FAVOURITE_AREAS,
        rf"(?:area|daerah|tempat|lokasi) (?:favorit|kesukaan|andalan)(?:ku| (?:{_I}))(?: (?:itu|adalah|"
        r"ya|di))*(?: |: *)",
        read.things,
    ),
    rule(
        Slot.FAVOURITE_AREAS,
        rf"(?:{_I} )?(?:paling |lebih )?(?:suka|seneng|senang)(?: (?:banget|bgt))? (?:nongkrong|makan|"
        r"jalan-jalan|main|ngopi) di (?:daerah )?",
        read.places,
    ),
    rule(
        Slot.LIKES,
        r"(?:minuman|film|buku|lagu|olahraga|warna|kopi|musik|band|hewan) (?:favorit|kesukaan)(?:ku| "
        rf"(?:{_I}))(?: (?:itu|adalah|ya))*(?: |: *)",
        read.things,
    ),
    rule(
        Slot.INTERESTS,
        rf"(?:hobi|hobby|minat)(?:ku| (?:{_I}))(?: (?:itu|adalah|ya|utama))*(?: |: *)",
        read.things,
    ),
    rule(
        Slot.OCCUPATION,
        rf"(?:pekerjaan|profesi|kerjaan)(?:ku| (?:{_I}))(?: (?:itu|adalah|sebagai))* ",
        read.trade,
    ),
    rule(
        Slot.OCCUPATION,
        rf"(?:{_I}) (?=(?:guru|dosen|dokter|perawat|mahasiswa|mahasiswi|fotografer|desainer|programmer|"
        r"barista|pns|wiraswasta|pengusaha|karyawan)\b)",
        read.trade,
    ),
    rule(
        Slot.HOME_AREA,
        rf"(?:rumah|kos|kosan|kost|apartemen|villa)(?:ku| (?:{_I}))(?: (?:itu|ada))? (?:di|daerah) "
        r"(?:daerah )?",
        read.place,
    ),
    rule(Slot.ORIGIN, rf"(?:asal|kampung halaman)(?:ku| (?:{_I}))(?: (?:dari|di))? ", read.place),
    rule(
        Slot.PREFERRED_BOOKING_HOUR,
        rf"(?:biasanya(?: {MEAL})+|(?:(?:lebih )?suka|prefer)(?: {MEAL})*)(?: (?:sekitar|"
        r"kira-kira))? (?:jam|pukul) ",
        read.hour,
    ),
    rule(
        Slot.TYPICAL_PARTY_SIZE,
        rf"(?:biasanya|selalu)(?: (?:{_I}|booking|buat|untuk|makan|pesan|dateng|datang|rombongan))* "
        rf"(?={COUNT}(?: orang)?(?:\s*(?:$|[.,!)\n]|aja|saja)))",
        read.people,
    ),
    rule(Slot.HABIT, rf"(?P<often>{EACH}),? (?:{_I}) (?:biasanya |selalu )?(?={_DO}\b)", read.deed),
    rule(
        Slot.OCCASION,
        rf"(?:{_I} )?(?:mau |lagi |sedang |pengen )?(?:ngerayain|rayain|merayakan)(?: acara)? (?P<v>{OCCASIONS})\b"
        rf"(?! ?(?:{_KIN}))",
        read.occasion,
    ),
    rule(
        Slot.OCCASION,
        rf"(?P<v>{OCCASIONS})(?:ku| (?:{_I}))? (?=(?:besok|lusa|minggu depan|bulan depan|sabtu|hari|"
        r"tanggal|tgl|malam ini|nanti malam))",
        read.dated_occasion,
    ),
    rule(
        Slot.PLAN,
        r"(?:besok|lusa|minggu depan|bulan depan|(?:hari )?(?:senin|selasa|rabu|kamis|jumat|sabtu|"
        rf"minggu)(?: depan| ini)?|nanti malam|akhir pekan(?: ini| depan)?),? (?:{_I}) (?:(?:mau|akan|"
        rf"bakal|rencana|rencananya) )?(?P<v>{_DO}\b)",
        read.plan_after_date,
    ),
)
# Words that show a text to be Indonesian, so that its rules are tried.
LANGUAGE = re.compile(
    r"\b(?:ak|aq|aku|saya|sy|gue|gua|gw|ane|kami|kita|gak|ga|nggak|ngga|enggak|tidak|gk|suka|banget|bgt|"
    r"alergi|makan|minum|yang|yg|biasanya|tinggal|punya|besok|lusa|"
    r"budget\w*|bajet|anggaran|ultah|ulang|hobi\w*|maks|maksimal|dibawah|bawah|harus|wajib|"
    r"favorit\w*|andalan\w*|gabisa|gbs|kurang|bukan|tanpa|lagi|diet|area|jumlah|wajib|ternyata|udah|udh|sudah|cuma|bikin|"
    r"masakan|makanan|tempat|kapok|males|malas|anti|jangan|anniversary|pacar\w*|istri\w*|suami\w*|anak\w*|di|ke|dari|dr|sama|ama|buat|untuk|utk|dan|ada|ini|itu|kalo|kalau|klo|sih|mah|deh|nih|dong|kak|"
    r"paling|sering\w*|ber(?:dua|tiga|empat|lima|enam)|kisaran|mentok|sekitar|\d+ ?(?:rb|jt)\w*|alergy|kurang|rutin|puasa|favorit|mkn|mnm|sy|bs|hrs|tmpt|klg|sdh|blm|skrg|jg|krn|dgn|utk|domisili|mau|ikut|bisa|intoleran\w*|laktosa|lg|kita|temen\w*|teman\w*|semua|orangnya|boleh|rb|ya|jd|jadi|sekarang|tertarik|target\w*|seminggu|sebulan|bujet|dana\w*|juta|jt|ribu|gajadi|gamau|gasuka|batal|pengen|pengin|orang|org|per|doang|minggu|nikah|"
    r"hindari|pantang|risih|geli|enek|eneg|jijik|ngekos|ngontrak|pindah|jam|malem|malam|baru|lahir|bareng|bawa|doyan|demen|benci|ogah|setiap|tiap|rumah\w*|asal\w*|\w+ku)\b"
)
