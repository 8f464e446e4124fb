"""What Indonesians like, cannot stand, never do and take an interest in: verbs of feeling behind a clause's head.

What belongs here: those verbs and their objects. What does not: the head itself (`indonesian_words`).
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.indonesian import MEAL
from agnt_pipelines.dreaming.grammar.indonesian_words import NO, VERY, WITH, I
from agnt_pipelines.dreaming.grammar.rules import Found, Spot, rule, spaced
from agnt_pipelines.dreaming.grammar.vocabulary import ALLERGEN, AREAS, alternatives

LOVES = (
    r"(?:suka+k?|sukak|sk|demen|doyan|seneng|senang|gemar|cinta|ngefans|nge-fans|tergila-gila|tergila2|gila|ketagihan|kecanduan|nagih|"
    r"jatuh cinta|addicted|obsessed|kesengsem|keranjingan|kepincut|gandrung|cocok(?= (?:sama|dengan|ama)))(?:nya|an|in)?"
)
LOATHES = (
    r"(?:benci|bnci|sebel|sebal|ogah|males|malas|mls|jijik|jijay|geli|enek|eneg|muak|ilfeel|ilfil|illfeel|kesel|kesal|risih|anti|"
    r"kapok|trauma|bosen|bosan|parno|fobia|phobia|alergi hati|takut)"
)
_NOT_HERE = rf"(?!(?:penuh|lama|telat|lupa|hujan|bingung|ngantuk|sakit|pusing|tutup|macet|kambuh|nangis|marah|rame|ramai(?= )|kehabisan|salah|kamu|kalian|dia|kecuali|apa aja|apa saja|banget|sekali|jam|pukul|ber(?:dua|tiga|empat)|{MEAL} (?:jam|pukul|di (?:daerah )?(?:{alternatives(AREAS)})))\b)"
_FAVOURITE = r"(?:favorit|fav|favourite|favorite|kesukaan|kegemaran|andalan|kesayangan|jagoan|pilihan|selera|langganan)"
_OWN = rf"(?:ku|nya| (?:{I}))(?: utama)?(?: (?:itu|adalah|ya|tetap|tetep|selalu|sih|mah|tuh|emang|memang|masih|ttp|paling))*(?: |: *)"
_BODY = r"(?:mkn|mnm|maem|makan|minum|merokok|ngerokok|rokok|vaping|vape|ngevape|konsumsi|nyentuh|menyentuh|begadang|sarapan|clubbing|pesan|pesen|order|mengonsumsi|mengkonsumsi|ngonsumsi|naik(?! ?(?:turun )?tangga)|nyewa|pake|pakai|mau)"
_NO_MEAL = r"(?!(?:makan|minum|mkn) (?:banyak|siang|malam|malem|pagi|di|ke|dulu|apa|disana|disini|bareng|alkohol|alcohol|bir|miras)\b|(?:mau|pesan|pesen|order|pake|pakai|naik|nyewa)(?! \w)|(?:pake|pakai|mau) (?:lama|ribet|antri|nunggu|repot|yang|yg|ke|di|ikut|datang|dateng|tau|tahu|pulang)|minum obat)"


_FOOD = rf"(?:babi|pork|daging(?: (?:merah|sapi|babi|kambing))?|sapi|kambing|msg|micin|bawang(?: (?:putih|merah|goreng))?|santan|sambal|cabai|cabe|gula|seledri|daun bawang|ketumbar|jeroan|pedas|pedes|es|alkohol|{ALLERGEN})"
_PLACE_THAT = (
    r"(?P<v>(?:tempat|resto|restoran|kafe|cafe|suasana)(?:nya)? (?:(?:yang|yg) )?(?!(?:itu|ini|yang|yg|kemarin|tadi|makan|duduk)\b)[a-z]+"
    r"(?: (?!(?:tapi|tp|dan|kak|ya|jadi|soalnya|karena|krn|banget|bgt|sih|deh|kayak|aja|gitu|kalo|kalau|dong)\b)[a-z]+){0,2})"
)
STATED = (
    rule(Slot.FAVOURITE_AREAS, rf"(?:{LOVES}{VERY}|sering(?:nya)?|biasa(?:nya)?|selalu)(?: (?:sih|mah|{I}))* (?:nongkrong|nongki|makan|jalan-jalan|jalan2|main|ngopi|hangout|ke|kulineran)(?: (?:di|ke))?(?: (?:daerah|area|seputaran|sekitar|sekitaran))? (?=(?:{alternatives(AREAS)})\b)", read.places),
    rule(Slot.FAVOURITE_AREAS, rf"(?:nyaman|betah|enjoy|seneng|senang|cocok)(?: (?:banget|bgt))? (?:di|sama)(?: daerah)? (?=(?:{alternatives(AREAS)})\b)", read.places),
    rule(Slot.FAVOURITE_AREAS, rf"(?:area|daerah|tempat|lokasi|tongkrongan) {_FAVOURITE}{_OWN}(?:di )?", read.things),
    rule(Slot.FAVOURITE_AREAS, rf"(?:tongkrongan|basecamp)(?:ku|nya| (?:{I}))? (?:selalu |biasanya )?(?:di )?", read.places),
    rule(Slot.FAVOURITE_CUISINES, rf"(?:makanan|masakan|menu|kuliner) (?:paling )?{_FAVOURITE}{_OWN}(?:di (?:sana|sini|situ) )?(?:makanan |masakan )?", read.things),
    rule(Slot.LIKES, rf"(?:\w+ )?(?:{_FAVOURITE}{_OWN}|{_FAVOURITE} (?:sih|itu|tuh|tetep|tetap|ya) )(?:di (?:sana|sini|situ) )?(?=[a-z])", read.liking),
    rule(Slot.LIKES, r"(?:penggemar|pecinta|penikmat|penggila|maniak|pemburu|fans|fan|pemuja|tim|team|anak)(?: (?:berat|setia|garis keras|sejati|fanatik))(?: (?:sama|dari))? (?!garis)", read.liking),
    rule(Slot.LIKES, r"(?:penggemar|pecinta|penikmat|penggila|penyuka|pemakan|peminum|maniak|fans)(?: (?:sama|dari))? (?!berat|setia|garis|sejati)", read.liking),
    rule(Slot.LIKES, rf"(?:milih|pilih|memilih|prefer|mending|preferensi|menikmati|nikmatin|hobi makan|hobi minum|hobi ngemil|nyari yang ada|rindu|mupeng){VERY} (?:(?:yang|yg) )?(?!jam\b|pukul\b|yang\b|yg\b|mana\b|itu\b|ini\b|tadi\b|makan siang|makan malam)", read.liking),
    rule(Slot.LIKES, rf"(?:{LOVES}|milih|pilih|prefer){WITH}{_PLACE_THAT}", read.named),
    rule(Slot.LIKES, rf"{LOVES}{WITH}{_NOT_HERE}(?!\w+nya\b)", read.liking),
    rule(Slot.LIKES, r"ke (?P<v>[a-z]+(?: [a-z]+)?) (?:daripada|drpd|dibanding|ketimbang|sih)\b", read.before_verb),
    rule(Slot.LIKES, r"(?:tim|team) (?=(?:teh|kopi|pantai|gunung|manis|pedas|pedes|asin|gurih|bubur|sushi|kucing|anjing|rebahan|outdoor|indoor|sunset|sunrise|pagi|malam)\b)", read.liking),
    rule(Slot.LIKES, rf"(?:nyaman|betah|enjoy|tenang|happy)(?: (?:banget|bgt))?(?: (?:di|kalau|kalo|sama|dengan))? {_PLACE_THAT}", read.named),
    rule(Slot.LIKES, rf"{NO} bisa (?:hidup )?tanpa ", read.liking),
    rule(Slot.DISLIKES, rf"{LOATHES}{WITH}{_PLACE_THAT}", read.named),
    rule(Slot.LIKES, r"(?:anak|tim|team|kaum|pasukan|orang) (?P<v>(?!mana|baru)[a-z]+(?: [a-z]+)?) (?:garis keras|sejati|banget|lovers?)\b", read.before_verb),
    rule(Slot.NEVER, rf"(?:no|non|tanpa|jangan (?:pake|pakai|ada|kasih)|gausah pake|hindari|skip) (?P<v>{_FOOD})(?: ?(?:$|[,.!\n]|ya\b|yaa|kak|please|pls|dong|sama sekali|min))", read.named),
    rule(Slot.DISLIKES, rf"{LOATHES}{WITH}(?!telat|kemal\w+|kehabisan|salah|lupa|mahal|ngerepotin|merepotkan|pengen|mau\b|ah\b|ke (?:sana|situ)|{NO}\b)", read.things),
    rule(Slot.INTERESTS, r"(?:tertarik|minat|berminat|hobi(?:nya)?|hobby|passion(?:nya)?|passionate|antusias|penasaran)(?:ku)?(?: (?:banget|bgt|sekali))?(?: (?:sama|dengan|dgn|pada|di|soal|ama|itu|adalah|di bidang)\b)*+ (?!makan\b|minum\b)", read.things),
    rule(Slot.INTERESTS, r"(?:belajar|mendalami|menekuni|nekuni|dalemin|koleksi|ngoleksi|mengoleksi|ngumpulin|mengumpulkan|kursus|les|ikut (?:kelas|les|kursus)) (?!dari|tentang|buat|untuk|soal|dulu|di\b|sama\b|privat)", read.things),
    rule(Slot.NEVER, r"(?:pantang|pantangan(?:ku|nya)?|menghindari|ngehindarin|hindarin|ngindarin|hindari|stop|berhenti|stay away dari|jauhi|jauhin) (?:makan |minum |konsumsi |sama |dari )?(?!alkohol|alcohol|miras|minum|jadi)", read.things),
)  # fmt: skip
"""Tried where the head denies nothing."""

DENIED = (
    rule(Slot.LIKES, rf"(?:pernah )?(?:{LOVES}|cocok|minat|tertarik|selera|nafsu|berselera|hobi|bisa menikmati){WITH}(?!(?:kamu|dia)\b)", read.liking, denied=True),
    rule(Slot.LIKES, rf"(?:pernah )?(?:{LOVES}|cocok|nyaman|betah)(?:{WITH}| di | kalau | kalo ){_PLACE_THAT}", read.named, denied=True),
    rule(Slot.LIKES, rf"(?:tipe|orang|anak) yang {LOVES}{WITH}", read.liking, denied=True),
    rule(Slot.LIKES, rf"(?:penggemar|fans|fan|pecinta|tim|anak|selera(?:ku| {I})?)(?: (?:berat|banget))? ", read.liking, denied=True),
    rule(Slot.DISLIKES, rf"banget(?: (?:deh|sih|sama|ama|buat|kalo))* {_PLACE_THAT}", read.named),
    rule(Slot.DISLIKES, r"banget(?: (?:deh|sih|sama|ama))+ (?!kamu)", read.things),
    rule(Slot.DISLIKES, rf"(?:(?:bisa|mau|pernah) )?(?:tahan|betah|nyaman|sudi|toleran){WITH}", read.things),
    rule(Slot.LIKES, r"(?:(?:bisa|boleh|mau|terlalu) )*(?:(?:kuat|makan|mkn|tahan) )(?:makan(?:an)? )?(?:yang |yg )?(?P<v>pedas|pedes|pedess|manis|asin|asam|santan|dingin)\b", read.named, denied=True),
    rule(Slot.NEVER, rf"(?=(?:(?:pernah|bisa|boleh|mau|akan|bakal|lagi|bs|blh|ikut) )*+(?P<verb>{_BODY})\b)(?:(?:pernah|bisa|boleh|mau|akan|bakal|lagi|bs|blh|ikut) )*+(?=(?P<v>{_BODY}\b)){_NO_MEAL}", read.deed),
    rule(Slot.NEVER, r"(?:pernah |bisa |boleh |lagi )*(?P<v>sarapan|begadang|merokok|ngerokok|ngopi|clubbing|dugem|ngevape|ngeteh|breakfast)\b", read.named),
    rule(Slot.NEVER, r"(?:bisa|boleh|blh)(?: (?:kena|ada|sama|yang|yg|pake|pakai|deket))* (?=(?:sushi|kafein|caffeine|msg|micin|daging|santan|gorengan|kopi|gula|garam|durian|jeroan|mentah|pedas|pedes|asam|nanas|telur|babi|sapi)\b)", read.things),
)  # fmt: skip
"""Tried behind a negation."""


def thing_first(spot: Spot) -> list[Found]:
    """The thing that opens its clause, in the rule's own slot."""
    return [Found(found.value, found.end) for found in read.before_verb(spot)]


_V = r"(?P<v>(?!(?:itu|ini|yang|dia|mereka|kamu|apa|kalau|kalo|tapi|soal|jangan|kayaknya|mungkin|udah|sudah|lagi)\b)(?:soal )?[a-z][a-z' -]{1,30}?)"
_MAH = rf"(?: (?:itu|tuh|sih|ini|mah|emang|memang|paling|udah|udh|selalu|{I}|jujur))*"
_END = rf"(?= *$|[,.!\n]|(?: (?:deh|sih|ah|kak|ya|yaa|banget|bgt|sekali|{I}|min|pokoknya|dari dulu|wkwk\w*|haha\w*|hehe\w*|nih|dulu))+ *(?:$|[,.!\n]))"
TOPICS = (
    rule(Slot.DISLIKES, rf"{_V}{_MAH} (?:benci|ogah|males|malas|jijik|geli|enek|eneg|kapok|anti|{NO} (?:tahan|banget))(?: (?:banget|bgt))?{_END}", thing_first),
    rule(Slot.LIKES, rf"{_V}{_MAH} {NO} (?:terlalu )?(?:doyan|suka|demen|kuat|seneng|cocok){_END}", read.before_verb, denied=True),
    rule(Slot.LIKES, rf"{_V}{_MAH} (?:suka|demen|doyan|seneng)(?: (?:banget|bgt|sekali))?{_END}", read.before_verb),
    rule(Slot.NEVER, rf"{_V}{_MAH} (?:jangan|skip|{NO} (?:makan|minum|mau|bisa makan|boleh|pernah)|big no|no way){_END}", thing_first),
    rule(Slot.LIKES, rf"{_V}{_MAH}(?: (?:jadi|tetep|tetap|selalu|masih))* (?:favorit|fav|kesukaan|andalan|pilihan|juara)(?: ?(?:ku\b|{I})){_END}", read.before_verb),
    rule(Slot.LIKES, rf"{_V}{_MAH} (?:is life|garis keras|nomor satu|nomer satu|no 1|number one|juara|the best|terbaik|paling enak)(?: (?:buat|untuk|bagi|menurut) ?(?:ku\b|{I}))?{_END}", read.before_verb),
)  # fmt: skip
"""The thing stands first: "durian sih ogah"."""
TOPIC_HINT = spaced(
    r"\b(?:fav\w*|favorit\w*|kesukaan\w*|andalan\w*|pilihan\w*|bikin|buat|alergi|membuat|ngebuat|benci|ogah|males|malas|jijik|geli|enek|eneg|kapok|anti|tahan|doyan|suka|demen|keras|kuat|seneng|jangan|skip|banget|makan|minum|life|satu|no|juara|best)\b"
)
OWN_TOPIC = re.compile(rf"\b(?:{I}|sih|mah|banget|bgt|ogah|skip|deh|is life|garis keras)\b|\w+ku\b")
