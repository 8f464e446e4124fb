"""Where Indonesians live and come from, what they work as, and whom they live with.

What belongs here: those predicates behind a clause's head, and mentions of one's own people and pets. What does
not: the head itself (`indonesian_words`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agnt_pipelines.dreaming.claims import Claim, Polarity, Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.indonesian_vocabulary import COHABITANTS_ID
from agnt_pipelines.dreaming.grammar.indonesian_words import NO, I
from agnt_pipelines.dreaming.grammar.rules import Found, Spot, rule, spaced
from agnt_pipelines.dreaming.grammar.vocabulary import (
    AREAS,
    BUSINESS_OWNER,
    HOUSEHOLD,
    PLACES,
    RUNS_ID,
    STATUS,
    alternatives,
    as_listed,
    household,
)

_LIVES = (
    r"(?:tinggal(?:nya)?|tinggl|stay(?:nya)?|domisili(?:nya)?|berdomisili|ngekos|ngekost|kos|kost|ngontrak|kontrak|nyewa(?: rumah| villa| kos)?|"
    r"menetap|netap|bermukim|based|base(?:nya)?|basecamp|bermarkas|hidup|rumah(?:ku|nya| (?:aku|saya|gue|gw|kami|kita))?|"
    r"(?:kos|kosan|kost|kostan|kontrakan|apartemen|apart|villa)(?:ku|nya| (?:aku|saya|gue|gw|kami|kita))?)"
)
_AREA = r"(?: (?:di|d|in|ada di|itu di))(?: (?:daerah|area|kawasan|sekitar|deket|dekat))? "
_MOVED = r"(?:pindah|pindahan|pindahnya|relokasi|boyongan|hijrah|balik tinggal)"
_HOME_KNOWN = rf"(?={alternatives(PLACES)}\b)"
_FIELD = (
    r"(?P<v>(?:(?:bidang|dunia|industri|sektor) )?(?:bank|hotel|kafe|cafe|coffee shop|restoran|resto|rumah sakit|rs|sekolah|sekolahan|kampus|bandara|startup|start up|"
    r"kantor pajak|pemerintahan|pabrik|toko|kapal pesiar|kapal|villa|spa|salon|klinik|puskesmas|apotek|media|tv|agensi|agency|"
    r"perusahaan \w+|bumn|pertambangan|tambang|perhotelan|pariwisata|properti|it|teknologi|keuangan|asuransi|logistik|konstruksi|"
    r"travel|dive shop|dive center|beach club|bar|studio \w+|lsm|ngo|notaris|percetakan|bengkel|proyek|event organizer|eo|gym))"
)


def work(spot: Spot) -> list[Found]:
    """A trade, and the noun that tells which kind: Indonesian puts it behind."""
    found = read.trade(spot)
    if not found:
        return []
    kind = _KIND.match(spot.folded, found[0].end, spot.limit)
    return [Found(f"{found[0].value} {kind['kind']}", kind.end())] if kind else found


def homeland(spot: Spot) -> list[Found]:
    """A known place that somebody is from: not one they set out from."""
    found = read.known_place(spot)
    return [] if found and _ON_THE_WAY.match(spot.folded, found[0].end) else found


def leaving(spot: Spot) -> list[Found]:
    """The place that was moved from, where none is said that was moved to."""
    found = read.known_place(spot) if _NO_MORE.search(spot.folded, spot.clause_start, spot.at) else []
    return [] if found and _ON_THE_WAY.match(spot.folded, found[0].end) else found


def place_left(spot: Spot) -> list[Found]:
    """A known area where somebody lives no more."""
    return read.known_place(spot) if _NO_MORE.search(spot.folded, spot.clause_start, spot.clause_end) else []


def given_up(spot: Spot) -> list[Found]:
    """The place of a home that was given up: the quote reaches to the verb that says so."""
    return [Found(" ".join(spot.match["v"].split()), spot.match.end())]


def cohabitants(spot: Spot) -> list[Found]:
    """Whoever shares the home: kin of any degree, flatmates, pets."""
    found: list[Found] = []
    at = spot.at
    while (one := _COHABITANT.match(spot.folded, at, spot.limit)) and len(found) < _MOST_COHABITANTS:
        who = one["who"]
        found.append(Found(COHABITANTS_ID[as_listed(who)], one.end()))
        at = one.end()
    return found


_MOST_COHABITANTS = 4
_COHABITANT = spaced(
    rf"(?:(?: *,)? *(?:dan|sama|&|plus) +|, *)?(?:(?:si|seekor|seorang|dua|tiga|empat|\d|para) )*(?P<who>{alternatives(COHABITANTS_ID)})(?:ku|nya| (?:{I}))?(?: ekor)?\b"
)
_NO_MORE = spaced(r"\b(?:udah|udh|sudah|sdh|dah|lagi)\b")
_ON_THE_WAY = spaced(
    r" (?:ke|jam|pukul|naik|sampe|sampai|tadi|suka|doyan|demen|biasanya|pada|sering|emang|memang|katanya|itu|makan|rame|di|banyak|yang|yg)\b"
)
_KIND = spaced(
    r" (?P<kind>sd|smp|sma|smk|tk|paud|les|yoga|musik|gambar|bahasa \w+|gigi|hewan|anak|umum|bedah|kandungan|grafis|interior|produk|"
    r"web|backend|frontend|hukum|kedokteran|teknik|akuntansi|swasta|negeri|lepas|freelance|nikahan|wedding|pernikahan|pilates|"
    r"renang|surfing|diving|senam|zumba|pastry|bar|hotel|restoran|bank|it|marketing|keuangan|ojol|online|taksi|truk|tari|"
    r"matematika|inggris|ngaji|agama|olahraga|penjualan|proyek|konten)\b"
)
STATED = (
    rule(Slot.HOME_AREA, rf"{_LIVES}(?: (?:sekarang|skrg|baru|lagi|bareng \w+|sama \w+|sendiri(?:an)?))*{_AREA}(?!hotel|villa|airbnb)", read.place),
    rule(Slot.HOME_AREA, rf"{_MOVED}(?: (?:lagi|balik|kembali|rumah|kos|kosan|sekeluarga))* (?:ke|di)(?: (?:daerah|area))? ", read.place),
    rule(Slot.HOME_AREA, r"(?:(?:ambil|dapet|dapat|tanda tangan|ttd|beli|nyewa|sewa) (?:kos|kosan|kontrakan|rumah|apartemen|villa)(?: baru)? di ) ?", read.area_only),
    rule(Slot.HOME_AREA, rf"(?:domisili(?:nya)?|tinggal(?:nya)?|based|base|stay)(?: daerah)? (?={alternatives(PLACES)}\b)", read.known_place),
    rule(Slot.HOME_AREA, rf"(?:warga|penduduk) (?={alternatives(AREAS)}\b)", read.place),
    rule(Slot.HOME_AREA, rf"{_MOVED} dari ", leaving, denied=True),
    rule(Slot.ORIGIN, r"(?:(?:asli(?:nya)?|berasal|asal(?:nya)?|asalku|kelahiran|keturunan|expat|ekspat|bule|backpacker|perantau|perantauan|anak rantau|rantau)(?: (?:dari|orang|anak|warga|memang|emang)\b)*+ (?!dr\b)|lahir(?: (?:dan|&))?(?: (?:besar|gede))?(?:nya)? di |(?:besar|gede|dibesarkan)(?:nya)? di |kampung(?: halaman)?(?:ku|nya| (?:di|aku|saya|gue))+ (?:di )?)", read.place),
    rule(Slot.ORIGIN, rf"(?:orang|org|dari|dr|arek|urang|wong|bule)(?: (?:asli|dari))? (?!(?:{alternatives(AREAS)})\b){_HOME_KNOWN}", homeland),
    rule(Slot.OCCUPATION, rf"{RUNS_ID}", read.fixed(BUSINESS_OWNER)),
    rule(Slot.OCCUPATION, r"(?:(?:(?:ber|be|ke)?kerja(?:annya|an(?:ku)?|nya)?|profesi(?:nya|ku)?|berprofesi|seorang|jadi|sebagai|sbg|mulai|magang|remote|online|lepas|bakal|adalah|itu|masih|aku|saya|gue|gw|full ?time|part ?time|freelance|sehari-hari|pensiunan|mantan(?= )|cuma|hanya)(?::| )\s*)++(?!mantan)", work),
    rule(Slot.OCCUPATION, rf"(?:(?<!lagi\s)(?<!lg\s)(?<!dang\s)(?:ber|be)?kerja(?:nya|annya)?|kerjaan(?:ku|nya)?|magang|ngantor|dinas) (?:di|buat|untuk|bidang|dalam) (?:sebuah |salah satu )?{_FIELD}\b", read.named),
    rule(Slot.OCCUPATION, r"(?:kerja(?:an)?(?:ku|nya)|profesiku|job(?:ku|nya))(?: (?:itu|sih|adalah|ya))* (?!di\b|ber|kantor|sebagai|jadi|bikin|lagi|banyak|numpuk)", read.deed),
    rule(Slot.OCCUPATION, r"(?:(?P<v>(?:ngajar|mengajar) (?!di\b|anak\b)[a-z]+(?: (?:inggris|sd|smp|sma))?|(?:jualan|dagang) (?!di\b|online\b)[a-z]+|jualan online|jadi ibu rumah tangga|kuliah (?:jurusan )?(?!di\b)[a-z]+))", read.named),
    rule(Slot.HOUSEHOLD, rf"(?P<v>{STATUS})\b(?! (?:sama siapa|tahun depan|bulan depan|minggu depan|di|pas|kapan|siri))", read.status),
    rule(Slot.HOUSEHOLD, r"(?:(?:punya|pny|ada|melihara|pelihara|piara|miara|ngerawat|adopsi|ngadopsi|bawa|ngajak|ajak)) (?:seekor |sepasang |juga )?(?!anak buah)", read.members),
    rule(Slot.HOUSEHOLD, r"di rumah (?:ada|punya|cuma ada|aku ada|kami ada|kita ada) (?:seekor )?", read.members),
    rule(Slot.HOUSEHOLD, r"tinggal(?:nya)?(?: (?:cuma|hanya|di \w+|serumah|bareng|sama|dengan|berdua|bertiga|dgn|ama|sm|sekarang))+ (?:(?:si|seekor|dua|tiga|2|3) )?", cohabitants),
    rule(Slot.HOUSEHOLD, r"(?:serumah|sekosan|seapartemen|sekamar)(?: (?:sama|dengan|bareng|ama))? ", cohabitants),
)  # fmt: skip
"""Tried where the head denies nothing."""

OWN_TRADE = (rule(Slot.OCCUPATION, r"(?:(?:freelance|full ?time|part ?time|cuma|hanya) )?", work),)
"""Tried right behind a subject that is named."""

DENIED = (
    rule(Slot.HOME_AREA, rf"(?:(?:lagi|jadi) )*(?:{_LIVES}{_AREA}|(?:lagi )?(?:di|stay di) )", place_left, denied=True),
    rule(Slot.HOUSEHOLD, r"(?:lagi |jadi )*(?P<v>jomblo|single|hamil|menikah|nikah|tunangan)\b", read.status, denied=True),
)  # fmt: skip
"""Tried behind a negation."""

LEFT = (
    rule(Slot.HOME_AREA, rf"(?:kosan|kos|kost|kontrakan|rumah|apartemen|villa|sewaan)(?:ku| (?:{I}))?(?: (?:yang|yg))?(?: di)? (?P<v>{alternatives(AREAS)})(?: (?:itu|yg lama|yang lama))?(?: (?:udah|udh|sudah|dah|baru|kemarin|akhirnya))* (?:ku|aku |gue |gw |saya |kami )?(?:lepas(?:in)?|dilepas|tinggalin|ditinggalin|dijual|jual)\b", given_up, denied=True),
)  # fmt: skip
"""Homes that were given up, whatever opens the clause."""

_SPOUSE = r"(?:istri|suami|bini|pacar|pasangan|tunangan|cowok|cewek)"
_YOUNG = r"(?:anak(?:-anak|2)?|bayi|balita|si kecil|bocil|kembar)"
_PET = r"(?:anjing|kucing|doggo|anabul)"
_MINE = rf"(?:ku\b|q\b| (?:{I})\b)"
_BESIDE = r"(?:sama|ama|sm|bareng|bersama|dengan|dgn|ajak|ngajak|bawa|ngebawa|buat|untuk|utk|dan|&|berdua|berdua sama|plus|demi|nemenin|jemput|biar)"
MENTION = spaced(
    rf"(?<![\w-])(?:(?={_BESIDE} (?:si )?(?:(?:satu|dua|tiga|empat|kedua|1|2|3|4) )?(?:{_SPOUSE}|{_YOUNG}){_MINE})|"
    rf"(?P<beside>{_BESIDE}) (?:aja )?(?:si )?(?={_SPOUSE}(?!nya|\w)(?! (?:orang|kamu|lu|dia|temen|teman|mereka|siapa|baru|impian|kalian)))|"
    rf"(?:sama|ama|sm|bareng|dengan|dgn|ajak|ngajak|bawa|dan|plus|&|nemenin|jemput) (?:si )?(?=(?:(?:satu|dua|tiga|empat|1|2|3|4) )?(?:{_YOUNG}(?!nya|\w)(?! (?:orang|kamu|lu|dia|temen|teman|mereka|kantor|buah|muda|kos|kuliah|tetangga|didik|murid|magang|tangga))|(?:bawa|ajak)? ?{_PET}(?!nya|\w)(?! (?:orang|kamu|dia|liar|temen|tetangga))))|"
    rf"(?=(?:{_SPOUSE}|anak(?:-anak|2)?|bayi|{_PET}){_MINE})|si (?=(?:bayi|kecil|bungsu|sulung)\b)|(?<=anak\s)(?=istri\b))"
)
_CALLED_MINE = spaced(
    rf"(?<![\w-])(?:(?:satu|dua|tiga|empat|[1-4]) )?(?:{_SPOUSE}|{_PET}|anak(?:-anak|2)?|bayi|balita)(?={_MINE})"
)
_FIRST = spaced(
    r" *(?:(?:dan|tapi|tp|soalnya|karena|krn|jadi|eh|nanti|ntar|besok|kebetulan|lagian|oh|oya) )*+(?=(?:suami|istri|bini|si kecil)(?:ku)? "
    r"(?!orang|istri|kamu|siapa|dia|mana|yang|yg|impian|bisa|boleh|dan)[a-z]+|(?:suami|istri|bini) *$)"
)
GONE = spaced(
    rf"\b(?:mantan|almarhum\w*|alm|calon|cari(?:in)?|nyari|kata(?:nya)?|bilang|kayak|kaya|seperti|takut|suami istri|pasutri|{NO} (?:punya|ada)|putus|cerai|mimpi|pengen|ingin)\b"
)


def asked_about(folded: str, start: int, end: int) -> Iterator[Claim]:
    """The writer's own people and pets whom a question names as theirs: "boleh bawa anjingku?"."""
    if not GONE.search(folded, start, end):
        for one in _CALLED_MINE.finditer(folded, start, end):
            found = HOUSEHOLD.match(folded, one.start(), end)
            if found:
                yield Claim(
                    Slot.HOUSEHOLD, household(found), Polarity.AFFIRMED, one.start(), found.end(), "id"
                )


def mentions(folded: str, start: int, end: int) -> Iterator[Claim]:
    """The writer's own spouse, children and pets whom a clause mentions, unless they may be none."""
    if GONE.search(folded, start, end):
        return
    told = start
    first = _FIRST.match(folded, start, end)
    for one in (*([first] if first else []), *MENTION.finditer(folded, start, end)):
        found = HOUSEHOLD.search(folded, one.start(), min(end, one.end() + 30))
        if found and found.start() - one.end() <= _NEAR and found.start() >= told:
            told = found.end()
            said_at = one.start()
            yield Claim(Slot.HOUSEHOLD, household(found), Polarity.AFFIRMED, said_at, found.end(), "id")


_NEAR = 8
"""Letters between the word that brings somebody along and whoever it is: "bareng dua anakku"."""
MENTION_HINT = re.compile(
    r"istri|suami|bini|paca|pasang|tunang|cowo|cewe|anak|bayi|balita|kecil|bocil|kembar|anjing|kucing|doggo|anabul|sulung|bungsu"
)
