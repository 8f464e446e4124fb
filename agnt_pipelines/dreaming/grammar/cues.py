"""Words that turn a claim round or weaken it: negation, lexical negatives, hedges, corrections.

What belongs here: the cue lists of both languages and the questions asked of them. What does not:
the rules that build claims, which use the cues, and `verify`, which asks them again.
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Polarity, Slot

NOT_EN = (
    r"(?:not|never|no longer|don't|dont|doesn't|doesnt|didn't|can't|cant|cannot|can not|isn't|isnt|"
    r"aren't|arent|won't|wouldn't|haven't|ain't)"
)
NOT_ID = (
    r"(?:gak|ga|g|nggak|ngga|nggk|enggak|engga|ndak|gk|kagak|kaga|kgk|tidak|tdk|tak|bukan|bkn|jangan|"
    r"belum|blm|anti|nggk|nda|nga|nope|jgn|(?:ga|gak|g)(?:bisa|boleh|jadi|mau|suka|pernah|kuat|doyan|tahan|demen|minum|makan)|gbs|batal|"
    r"urung|pantang\w*|kulepas|(?:udah|aku|gue|gw|saya) lepas|lepasin|dilepas|(?:di)?tinggalin|dijual|pindah dari)"
)

# What looks like a negation and is none, or is one that the verb itself carries.
_IDIOMS = re.compile(
    r"\b(?:can't|cant|cannot|can not|could not|couldn't) (?:live without|get enough of|resist|wait|"
    r"stand|bear|help (?:but )?(?:love|like)\b)"
    r"|\b(?:can't|cant|cannot|can not|don't|dont) (?:really )?(?:do|climb|manage|use|take) (?:the "
    r")?(?:stairs|steps)"
    r"|\bnot (?:only|just|to mention|gonna lie)\b|\bno (?:doubt|wonder|joke|matter|problem|"
    r"worries)\b|\bwhy not\b|\b(?:no|nope|nah|gak|nggak|enggak|ga|tidak)\s*(?=,|$)"
    r"|\b(?:no|not|never|nothing|gak|nggak|ga|tidak) (?:more than|over|above|lebih dari)\b"
    r"|\b(?:don't|dont|do not|won't|wouldn't|would not|never|can't|cannot) (?:(?:really|want to|wanna|like to|ever) )*"
    r"(?:spend|pay|go) (?:any(?:thing)? )?(?:more than|over|above)"
    r"|\b(?:gak|nggak|ga|tidak) (?:mau |bakal |akan |bisa )+(?:bayar|keluar|habis|spend)"
    r"|\bno (?:stairs|steps)\b|\bjangan (?:yang |yg |di tempat yang )?(?:ada |banyak |pakai )?tangga\b|\bjangan lebih dari\b"
    r"|\bpindah dari \w+(?: \w+)? ke\b|\b(?:gak|ga|nggak|ngga|enggak|tidak|gk|tdk) bisa (?:hidup )?tanpa\b"
    r"|\bnon[- ](?=\w)|\b(?:gak|ga|nggak|ngga|enggak|tidak|gk|tdk) (?:tahan sama|tahan dengan|bisa "
    r"hidup tanpa|cuma|hanya|(?:(?:bisa|kuat|sanggup|mampu|lagi) )+(?:(?:naik|naik turun|lewat|pakai|pake) )?tangga)|\b(?:gabisa|gakuat) (?:naik )?tangga"
)
_NEGATION = re.compile(
    rf"\b(?:{NOT_EN}|{NOT_ID}|no|nor|neither|without|tanpa|stopped|quit|gave up|berhenti|stop|kurang|sober|"
    r"teetotal(?:l?er)?)\b"
)
_LEXICAL = re.compile(
    r"\b(?:hates?|dislikes?|detests?|despises?|loathes?|can't stand|cant stand|cannot stand|can't "
    r"bear|cannot bear|avoids?|rather skip|(?:stress(?:es)?|freaks?|wears?|annoys?|bothers?|irritates?|drives?) (?:me|us)|"
    r"sick of|tired of|fed up|so over|'m over|'re over|am over|are over|done with|bored (?:of|with)|had enough|had it with|patience for|time for|steers? clear|stays? (?:clear|away|well away|out)|keeps? away|"
    r"abide|be doing with|be bothered with|petrified|rather (?:not|die|starve)|creep(?:s|ed)?|gross(?:es|ed)?|tastes? (?:of|like) \w+|makes? me (?:gag|puke|want|queasy|nauseous|heave|anxious|cringe|nervous|grumpy)|"
    r"turns? my stomach|the ick|(?:does|do) my head in|on my (?:nerves|wick)|bores? me|leaves? me cold|puts? me right off|kills? the|ruins?|turn[- ]?off|deal[- ]?breakers?|pet hates?|pet peeves?|nightmare|mood killer|"
    r"the worst|vile|disgusting|grim|rank|idea of hell|kryptonite|wasted on me|hard pass|hard no|big no|no[- ]gos?|no[- ]no|off[- ]limits|off the (?:table|menu)|out of the question|forbidden|haram|banned|bugbear|meh|overrated|"
    r"refuses? to|draw the line|drew the line|cut out|given up|sworn off|swore off|ditched|gone off|went off|(?:'m|'re|am|are|is|'s|been|gone|staying|completely) off|avoiding|yuck|"
    r"puts? (?:me|us) off|gives? (?:me|us) (?:anxiety|a headache)|(?:bikin|buat|membuat) \w+ (?:stres|stress|kesal|kesel|pusing|males|risih|bete|gak nyaman|tidak nyaman)|scared|afraid|terrified|takut|kesel|kesal|sebal|risih|allergic to the idea"
    r"|geli|enek|eneg|muak|ilfil|illfeel|kapok|trauma|bosen|bosan|parno|fobia|phobia|jijay|pantang\w*|hindarin|ngindarin|stay away|jauhi\w*|"
    r"sebal|kesal|mls"
    r"|benci|sebel|ogah|males|malas|anti|ilfeel|jijik|ngehindarin|menghindari|hindari|tahan sama|"
    r"tahan dengan)\b"
)
HEDGES = (
    r"maybe|perhaps|probably|possibly|might|i think|i guess|i suppose|i believe|i feel like|"
    r"thinking of|thinking about|kinda|kind of|sort of|not sure|not entirely|"
    r"could be|presumably|supposedly|kayaknya|kayanya|kyknya|mungkin|sepertinya|rasanya|kali|"
    r"barangkali|agak|kira-kira|gak yakin|kek(?:nya)?"
)
_HEDGE = re.compile(rf"\b(?:{HEDGES})\b")
CORRECTION = re.compile(
    r"\b(?P<strong>scratch that|strike that|no wait|wait no|correction|never mind that|my mistake|"
    r"i meant|i mean|eh bukan|bukan ding|eh salah|ralat|maksudku|maksud (?:aku|saya|gue)|maksudnya|"
    r"eh maaf|salah|make that|or rather)\b"
    r"|\b(?P<weak>actually|sorry|oops|wait|sebenarnya|sebenernya|maaf|sori)\b"
)

_NOT_BORNE = re.compile(
    r"\b(?:can't|cant|cannot|can not|couldn't)(?: (?:really|even))* (?:eat|have|do|tolerate|digest|stomach|handle|touch|go (?:anywhere )?near|be (?:near|around)|come near|risk|smell|process)\b"
    r"|\b(?:gak|ga|nggak|ngga|enggak|engga|gk|tidak|tdk|nda) (?:bisa|boleh|kuat|tahan|bs|blh|cocok)\b|\b(?:ga|gak|g)(?:bisa|boleh|kuat|tahan)\b|\bgbs\b|\bdoesn't agree with\b"
)
"""What a body refuses is no denial of an allergy."""
_NO_MORE = re.compile(r"\b(?:any ?more|no longer)\b")

_UNDONE = re.compile(
    r"\b(?:can (?:now|finally|eat|have|tolerate|drink|touch|handle|do)|again|after all|outgrew|outgrown|gr[eo]w?n? out of|false alarm|misdiagnos\w+|all clear|cleared (?:me )?(?:of|for)|negative for|"
    r"scrap|forget|ignore|disregard|scratch|take back|never mind|is (?:gone|over|history)|fine|ok|okay|no problem|back on|off the|on the wagon|"
    r"(?:days?|weeks?|months?|years?) (?:clean|dry|alcohol[ -]free)|alcohol[ -]free|non[- ]drinkers?|swore off|sworn off|given up|knocked|kicked|cut out|packed in|"
    r"moved out|moving out|moved away|moved from|left|sold|out of|used to|ditched|dropped|came off|done with|over it|cancell?ed|called off|scrapped|bailed|pulled out)\b"
)
"""What ends a thing without a word of negation: it bears a denial, and hinders no claim."""

_TAKES_BOTH = frozenset({Slot.DISLIKES, Slot.NEVER})


def negations(folded: str) -> int:
    """How many cues of negation a folded text holds, idioms apart."""
    return len(_NEGATION.findall(_IDIOMS.sub(" ", folded)))


def is_hedged(folded: str) -> bool:
    """Whether a folded text weakens what it says."""
    return _HEDGE.search(folded) is not None


def polarity_holds(slot: Slot, polarity: Polarity, folded: str) -> bool:
    """Whether a folded quote's cues of negation agree with the claim drawn from it.

    `dislikes` and `never` carry the negation in the slot, so affirming them needs a cue or a verb of
    dislike; everywhere else a denial needs a cue and an affirmation must have none.
    """
    if slot is Slot.ALLERGY:
        folded = _NOT_BORNE.sub(" ", folded)
    cued = negations(folded) > 0
    lexical = _LEXICAL.search(folded) is not None
    if slot is Slot.DISLIKES and polarity is Polarity.DENIED:
        return lexical and cued and _NO_MORE.search(folded) is not None
    if slot in _TAKES_BOTH:
        return polarity is Polarity.AFFIRMED and (cued or lexical)
    if slot in (Slot.LIKES, Slot.INTERESTS, Slot.FAVOURITE_AREAS, Slot.FAVOURITE_CUISINES) and lexical:
        return not cued and polarity is Polarity.DENIED
    if polarity is Polarity.DENIED and _UNDONE.search(folded):
        return True
    return cued is (polarity is Polarity.DENIED)
