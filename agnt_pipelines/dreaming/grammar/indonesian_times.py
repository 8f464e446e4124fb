"""When, with how many and for how much Indonesians go out, what they celebrate, plan and do by habit.

What belongs here: those predicates, behind a clause's head or where it opens. What does not: how hours, sums and
days are read (`quantities`, `dates`).
"""

from __future__ import annotations

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.dates import days
from agnt_pipelines.dreaming.grammar.indonesian import MEAL
from agnt_pipelines.dreaming.grammar.indonesian_vocabulary import OCCASIONS_ID
from agnt_pipelines.dreaming.grammar.indonesian_words import I
from agnt_pipelines.dreaming.grammar.phrases import phrase
from agnt_pipelines.dreaming.grammar.quantities import COUNT
from agnt_pipelines.dreaming.grammar.rules import Found, Spot, rule, spaced
from agnt_pipelines.dreaming.grammar.vocabulary import alternatives, as_listed

_DAYS = r"(?:senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|ahad)"
_PART = r"(?:pagi|siang|sore|malam|malem|mlm|subuh)"
EACH = (
    rf"(?:(?:setiap|tiap|tiap2|tiap-tiap|saban) (?:hari )?(?:hari|{_PART}|minggu|bulan|tahun|taun|akhir pekan|weekend|weekday|{_DAYS}|abis gajian|gajian|pulang kerja)"
    rf"(?: {_PART})?(?: (?:(?:dan|sama|&) )?(?:hari )?{_DAYS}(?: {_PART})?){{0,3}}|(?:sekali|dua kali|tiga kali|empat kali|\d ?x|\d kali) (?:seminggu|sebulan|sehari|setahun)|"
    r"(?:seminggu|sebulan|sehari|setahun) (?:sekali|dua kali|tiga kali|empat kali|\d ?x|\d kali))"
)
_USUAL = r"(?:biasanya|biasa|biasany|selalu|slalu|seringnya|sering|rutin|sukanya|suka|prefer|pasti|memang|emang|kebiasaan(?:ku|nya)?|jadwalnya|jadwal|enak|enaknya|paling enak|paling suka|paling cocok|lebih suka|lebih enak|lebih milih)"
_HOURLY = (
    rf"(?=[^.!?\n,]{{0,60}}?\b(?:{_USUAL}|jam (?:favorit|makan)))(?:(?:kalau|kalo|klo|kl|buat|untuk|utk|urusan|soal|{MEAL}|jam|jadwal|waktu|"
    rf"jam (?:favorit|makan)|{_USUAL}|{I}|keluarga|keluar|pergi|datang|dateng|di|itu|tuh|sih|mah|sekitar|sekitaran|kira-kira|antara|abis|"
    r"reservasinya|bookingnya|malam|malem|siang|pagi|sore|ya|favorit|paling|lebih|udah|makannya|sekeluarga|berdua|juga|dan|suami|istri|"
    r"start)(?:ku|nya)?\b(?: ?: ?| ))++(?=(?:jam |pukul |setengah )?\d|(?:jam|pukul) )"
)
_ONCE = spaced(
    r"\b(?:besok|bsk|lusa|nanti|ntar|hari ini|malam ini|malem ini|sore ini|siang ini|kali ini|minggu depan|minggu ini|tadi|kemarin|tanggal|tgl|tutup|buka|check|kerja|bangun|tidur)\b"
)
_MOST = r"(?:sekitar(?:an)?|skitar|kira-kira|kira2|kurang lebih|maks|max|maksimal|maximal|maksimum|mentok(?:nya)?|paling(?: (?:mahal|mentok|banyak|banter))?|cuma|cuman|hanya|di ?bawah|bawah|antara|kisaran|range|rata-rata|biasanya|segitu|sampai|sampe|hingga|limit(?:nya)?|batas(?:nya)?|gak lebih dari|ga lebih dari|nggak lebih dari|tidak lebih dari|jangan lebih dari|jgn lebih dari|up to|naik(?: jadi)?|turun(?: jadi)?|nambah(?: jadi)?|berubah(?: jadi)?|jadi|sekarang|skrg|lagi|udah|itu|adalah|ya|sih|mah|nih|deh|ada|di|buat|untuk|makan|dinner|lunch|makan malam|makan siang|per orang|per org|perorang|per kepala|per pax|per malam|total|totalnya|semua|berdua|aku|saya|gue|gw|kami|kita|kalo bisa|all in|an)"
_PURSE = r"(?:budget|buget|bajet|bujet|budjet|anggaran|dana|duit|uang|kantong|modal|bayar|jatah|plafon|bugdet)(?:ku|nya|q)?"
_SUM = r"(?=(?:rp|idr|usd|\$|se(?:juta|ratus)|(?:satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|setengah)\b)?\.? ?(?:\d|juta|ratus|ribu|\b))"
_OCC = alternatives(OCCASIONS_ID)
_NO_PLAN = r"(?!(?:book\w*|booking\w*|reserv\w*|pesan|pesen|makan|dinner|lunch|sarapan|brunch|ke (?:sana|situ|sini)|kesana|kesitu|kesini|dateng|datang|mampir|tanya|nanya|coba|nyoba|cari|nyari|minta|ambil|bayar|order|bawa|ajak|tambah|nambah|ganti|ubah|cancel|batal\w*|check|konfirmasi|kirim|transfer|tau|tahu|lihat|liat|rayain|ngerayain|merayakan|yang|yg|duduk|di|pakai|pake|sama|jam|ultah|ulang)\b)"
_ACT = r"(?P<v>(?:naik|pergi|ke|terbang|pulang|liburan|berangkat|ikut|nonton|main|lari|renang|surfing|yoga|belanja|pindah|jalan-jalan|jalan2|nikah|menikah|mudik|trip|hiking|mendaki|nanjak|camping|kemah|snorkeling|diving|nyelam|lamar|melamar|ngelamar|jemput|balik|cuti|nginep|staycation|road trip|wisuda|ujian|operasi|tanding|kondangan|les|kursus|pameran|roadtrip|touring|sepedaan|memancing|mancing|ziarah|umroh|umrah|honeymoon|kerja|meeting|presentasi|sidang|buka)\b)"
_SOON = rf"(?:besok lusa|besok|bsk|lusa|minggu depan|minggu ini|bulan depan|bulan ini|tahun depan|taun depan|(?:hari )?{_DAYS}(?: depan| ini| besok)?|nanti malam|ntar malem|nanti malem|(?:akhir pekan|weekend)(?: ini| depan)?|(?:tanggal|tgl) \d{{1,2}}(?: [a-z]+)?|bulan [a-z]+|\d+ (?:hari|minggu|bulan) lagi)(?: {_PART})?"


def usual_hour(spot: Spot) -> list[Found]:
    """An hour that is said to be the usual one of a meal: not of this booking, and not of the venue's."""
    if _ONCE.search(spot.folded, spot.clause_start, spot.clause_end):
        return []
    found = read.hour(spot)
    near = found and spot.folded[spot.at : found[0].end].strip(" jampukl").count(" ") <= 2
    return found if near else []


def occasion(spot: Spot) -> list[Found]:
    """What is celebrated, by its canonical name, with its day where one is said in the same clause."""
    value = OCCASIONS_ID[as_listed(spot.match["v"])]
    for day in days(spot.folded, spot.said_on, spot.clause_start, spot.clause_end):
        return [Found(value, max(day.end, spot.match.end("v")), expires_on=day.day)]
    return [Found(value, spot.match.end("v"))]


def each_then_deed(spot: Spot) -> list[Found]:
    """A habit whose days come first: the deed is said before them in the value."""
    deed = phrase(spot.folded, spot.match.end(), spot.limit)
    each = " ".join(spot.match["often"].split())
    return [Found(f"{deed.value} {each}", deed.end)] if deed else []


def dropped(spot: Spot) -> list[Found]:
    """A plan that was given up, with or without its day."""
    dated = days(spot.folded, spot.said_on, spot.match.start("v"), spot.clause_end)
    plan = phrase(spot.folded, spot.match.start("v"), dated[0].start if dated else spot.limit)
    return [Found(plan.value, plan.end)] if plan and " " in plan.value else []


def lone_plan(spot: Spot) -> list[Found]:
    """A plan of one word, where its day is said in the same clause."""
    for day in days(spot.folded, spot.said_on, spot.clause_start, spot.clause_end):
        return [Found(spot.match["v"], max(day.end, spot.match.end("v")), expires_on=day.day)]
    return []


def anniversary_day(spot: Spot) -> list[Found]:
    """The day of an anniversary, where it is one of the calendar: "tomorrow" is an occasion."""
    return read.yearly_day(spot) if _CALENDAR.match(spot.folded, spot.at) else []


_CALENDAR = spaced(r" *(?:(?:tgl|tanggal|pada) )?\d")
_CELEBRATES = r"(?:(?:mau|lagi|sedang|pengen|akan|bakal|abis|baru|cari tempat|cari resto|butuh tempat|cari|buat|untuk|dalam rangka|acara|pas|ini|kan|adalah|makan malam|dinner|sekalian|rencana|tempat|trip|liburan|momen|spesial|itu) )*+(?:rayain|ngerayain|merayakan|ngrayain|celebrate|selebrasi)?(?: ?(?:acara|hari))? ?"
_NOBODYS = r"(?! ?(?:istri|suami|anak|pacar|mama|papa|ibu|bapak|temen|teman|kakak|adik|adek|nyokap|bokap|bos|tante|om|nenek|kakek|dia|si|sepupu|keponakan|ponakan|sahabat|cowok|cewek|ortu|mertua)(?:ku|nya)?\b)"
STATED = (
    rule(Slot.PREFERRED_BOOKING_HOUR, _HOURLY, usual_hour),
    rule(Slot.TYPICAL_PARTY_SIZE, rf"(?:(?:{I}|kalau|kalo|klo|geng|rombongan|keluar|makan|nongkrong|dinner) )*+(?:biasanya|biasa|selalu|slalu|seringnya|sering)(?: (?:sih|mah|{I}|keluar|makan|datang|dateng|pergi|booking|book|pesan|pesen|buat|untuk|dinner|jalan|cuma|hanya|rame-rame|rame2|reservasi|nongkrong|rombongan|ada|meja)\b)*+ (?={COUNT}(?: (?:orang|org|pax))?(?: *(?:$|[.,!)\n]|(?:aja|saja|doang|terus|kok|ya|dan|sama|sih|min|kak|mulu)\b)))", read.people),
    rule(Slot.TYPICAL_PARTY_SIZE, rf"(?:meja |cuma |hanya )*(?:(?:buat|untuk) )?(?={COUNT}(?: (?:orang|org|pax))?,? (?:kayak|kaya|kyk|seperti) biasa)", read.people),
    rule(Slot.TYPICAL_PARTY_SIZE, rf"(?:selalu|slalu) (?:cuma )?(?={COUNT}(?: (?:orang|org|pax))?(?: *(?:$|[,.!)\n]|(?:aja|saja|doang|terus|kok|ya|sih)\b)))|(?:cuma |emang |memang )*(?={COUNT}(?: (?:orang|org|pax))? (?:biasanya|terus|mulu|selalu)\b)", read.people),
    rule(Slot.BUDGET, rf"(?:(?:aku|saya|gue|kita|kami|untuk|buat|soal|total) )*{_PURSE}(?:(?: |: *|= *){_MOST})*(?: |: *|= *){_SUM}", read.money),
    rule(Slot.BUDGET, rf"(?:(?:cari|nyari|butuh|pengen|mau|tolong|yang|yg|maunya|pengennya|sih|harga(?:nya)?|tempat|bisa|penting|di) )*+(?:di ?bawah|maks|max|maksimal|maximal|mentok(?:nya)?|sanggupnya|mampunya|kuatnya|cuma (?:ada|punya|sanggup|kuat|bawa)|paling (?:mahal|mentok|banyak|banter)|(?:jangan|jgn|gak|nggak|tidak|ga) (?:sampai |sampe )?(?:lebih dari|lewat|di ?atas)|kisaran|sekitar|range(?: harga)?|biasanya(?: sih)? (?:abis|habis|ngabisin|spend)|(?:abis|habis|ngabisin))(?: {_MOST})* {_SUM}", read.money),
    rule(Slot.BUDGET, r"(?=(?:per (?:orang|org|kepala|pax) )?(?:rp|idr)?\.? ?\d+ ?(?:k|rb|ribu|jt|juta)(?:an)?(?: ?(?:/ ?|per ?)(?:orang|org|kepala|pax))? (?:(?:buat|untuk|per) ?\w+ |udah |itu |paling )*(?:maks|max|maksimal|mentok|cukup|paling mahal)\b)", read.money),
    rule(Slot.BUDGET, rf"per ?(?:orang|org|kepala)(?:nya)?(?: {_MOST})* {_SUM}", read.money),
    rule(Slot.HABIT, rf"(?P<often>{EACH}),?(?: (?:{I}))?(?: (?:biasanya|selalu|pasti|rutin|emang|memang|suka|kami|sekeluarga|berdua|harus))* (?!ada\b|ke sini|kesini|buka|tutup|jam\b)(?={_ACT}|(?<=[aeiu]\s)[a-z]+ ?$|[a-z]+ [a-z]+)", each_then_deed),
    rule(Slot.HABIT, rf"(?P<often>(?:weekend|akhir pekan|malam minggu|malem minggu|minggu pagi|hari minggu))(?=[^,.]{{0,20}}\b(?:biasanya|selalu|pasti|sering|rutin)) (?:(?:{I}|biasanya|selalu|pasti|sering|rutin) )+(?=[a-z])", each_then_deed),
    rule(Slot.HABIT, rf"(?P<v>(?:ikut|les|main|lari|yoga|fitness|crossfit|boxing|muay thai|tenis|padel|golf|basket|pijat|spa|gym|nge-gym|ngegym|renang|berenang|surfing|meditasi|jogging|sepedaan|gowes|pilates|futsal|badminton|bultang|ngopi|nongkrong|makan|masak|belanja|ke|jalan|olahraga|puasa|hiking|nonton|baca|mancing|latihan|karaokean|brunch|sarapan|minum|pergi|mabar|kumpul|rutin|date night|kencan)\b[^.,!?;\n]{{0,35}}?) {EACH}\b", read.repeated(EACH, verb=False)),
    rule(Slot.PLAN, rf"(?:(?:mau|akan|bakal|bakalan|rencana(?:nya)?|berencana|ada rencana|niat|jadi|udah booking tiket|pengen|dijadwalkan|plan|mo) )+{_NO_PLAN}{_ACT}", read.plan),
    rule(Slot.PLAN, rf"{_SOON},?(?: (?:{I}|sekeluarga))+ (?:(?:mau|akan|bakal|rencana(?:nya)?|jadi|udah|berencana|mo|pengen|ada) )*{_NO_PLAN}{_ACT}", read.plan_after_date),
    rule(Slot.PLAN, rf"(?:rencana(?:nya)? )?{_SOON},? (?:(?:mau|akan|bakal|rencana(?:nya)?|berencana|mo) )+{_NO_PLAN}{_ACT}", read.plan_after_date),
    rule(Slot.PLAN, rf"{_SOON},? {_NO_PLAN}(?P<v>(?:ke|terbang|pulang|mudik|berangkat|trip)\b)", read.plan_after_date),
    rule(Slot.PLAN, rf"(?:batal|gajadi|gakjadi|cancel|urung) {_NO_PLAN}{_ACT}", dropped, denied=True),
    rule(Slot.PLAN, rf"(?:(?:{_SOON},? (?:{I} )?)(?:(?:mau|akan|bakal|rencananya|bakalan) )*|(?:(?:mau|akan|bakal|rencana|rencananya|bakalan) )+)(?P<v>nikah|menikah|mudik|umroh|umrah|pulkam|cuti|operasi|melahirkan|lahiran|pindahan)\b", lone_plan),
    rule(Slot.HABIT, rf"(?:biasanya|selalu) (?P<often>weekend|akhir pekan|malam minggu|malem minggu|minggu pagi),? (?:{I} )?(?=[a-z])", each_then_deed),
    rule(Slot.HABIT, r"(?:rutin|rajin) (?!makan di|ke sini|kesini)(?=[a-z])", read.things),
    rule(Slot.HABIT, r"(?P<v>puasa senin kamis|puasa daud)\b", read.named),
    rule(Slot.BIRTHDAY, rf"(?:(?:hari )?(?:ulang tahun|ultah|ulangtahun|bday|b-day|birthday)(?:ku| (?:{I})))(?: (?:itu|adalah|tgl|tanggal|jatuh|pada|hari|di|sih|tuh|kan|ke-?\d+|yang ke-?\d+))*(?: |: *)", read.yearly_day),
    rule(Slot.BIRTHDAY, r"(?:lahir(?:nya)?|kelahiran|ulang tahun(?:nya)?|ultah(?:nya)?|bday(?:nya)?)(?: (?:pada|di|tgl|tanggal|hari|pas|itu|yang ke-?\d+|ke-?\d+))* ", read.yearly_day),
    rule(Slot.ANNIVERSARY, rf"(?:anniversary|anniv|aniv|anniversari|hari jadi|ulang tahun (?:pernikahan|perkawinan))(?: (?:pernikahan|nikah|wedding|jadian))?(?:ku|nya| (?:{I}))?(?: (?:itu|adalah|tgl|tanggal|jatuh|pada|ke-?\d+|yang ke-?\d+|sama \w+))* ", anniversary_day),
    rule(Slot.ANNIVERSARY, r"(?:nikah|menikah|nikahan|jadian)(?:nya)?(?: (?:tgl|tanggal|pada|di))* (?=\d)", read.yearly_day),
    rule(Slot.OCCASION, rf"{_CELEBRATES}(?:{_SOON} )?(?P<v>bulan madu|honeymoon|babymoon|anniversary|anniv|hari jadi|ulang tahun pernikahan|wisuda|kelulusan|syukuran(?: rumah baru)?|perpisahan kantor|perpisahan|reuni|arisan|lamaran|promosi|naik jabatan|naik gaji|naik pangkat|kenaikan jabatan|baby shower|gender reveal|bridal shower|farewell)\b(?!nya|(?: \w+)? (?:package|paket|suite|room)){_NOBODYS}", occasion),
    rule(Slot.OCCASION, rf"(?:{_SOON}|hari ini|malam ini|malem ini|nanti malam)(?: (?:tuh|itu|adalah|kan|pas|{I}|lagi|mau|akan|rayain|ngerayain|merayakan|acara|ada|hari|buat))* ?(?P<v>{_OCC})(?:ku| (?:{I}))?\b(?!nya){_NOBODYS}", occasion),
    rule(Slot.OCCASION, rf"(?:mau |lagi |akan |bakal )?(?:rayain|ngerayain|merayakan|celebrate)(?: (?:acara|hari))? (?P<v>{_OCC})(?:ku|nya)?\b{_NOBODYS}", occasion),
)  # fmt: skip
"""Tried where the head denies nothing."""

DENIED = (
    rule(Slot.PLAN, rf"(?:jadi )(?:mau )?{_NO_PLAN}{_ACT}", dropped, denied=True),
    rule(Slot.BUDGET, rf"(?:(?:mau|bakal|akan|bisa|sanggup|mampu) )*(?:(?:bayar|keluar|habis|spend)(?: (?:uang|duit))? )?(?:lebih dari|lebih dr|di ?atas|sampai|lewat) {_SUM}", read.money),
)  # fmt: skip
"""Tried behind a negation."""
