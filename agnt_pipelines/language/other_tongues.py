"""Whether a text is in a language that no grammar here reads: by its letters, or by whose small words it has.

What belongs here: the signs of other languages. What does not: telling those languages apart, for none is read.
"""

from __future__ import annotations

from typing import Final
from unicodedata import normalize

from agnt_pipelines.language.terms import ENGLISH, INDONESIAN, words

_GERMAN: Final = (
    "ich du er wir ihr mich dich mir dir uns euch der das dem ein eine einen einem einer eines kein keine keinen keiner "
    "nicht nichts und oder aber auch nur noch schon sehr mit von vom zum zur bei nach für über unter ohne gegen ist sind "
    "seid waren habe haben hast hatte wird werden wurde kann können möchte mag muss mein meine meinen meiner dein deine "
    "sein seine ihre ihren wenn weil dass daß wie wo wer warum gerne gern bitte danke leider immer heute morgen"
)
_SPANISH: Final = (
    "yo tú él ella nosotros ellos ellas usted ustedes el los las unos unas una del al que qué quién como cómo cuando "
    "cuándo donde dónde pero porque con sin sobre para por muy más también no nunca siempre soy eres somos estoy está "
    "están estamos tengo tiene tienen quiero puedo puede gusta gustan encanta encantan mis tus sus nuestro nuestra este "
    "esta esto eso hay favor gracias hoy mañana vivo como"
)
_FRENCH: Final = (
    "je tu il elle nous vous ils elles le les une du au aux et ou où mais donc dans avec sans pour sur chez est suis es "
    "sommes êtes sont était ai avons avez ont ne jamais toujours très aussi que qui quoi quand comment pourquoi mon mes "
    "ton tes ses notre votre ce cette ces c'est j'ai j'aime n'est d'un d'une l'on merci bonjour aujourd'hui demain"
)
_ITALIAN: Final = (
    "io lui lei noi voi loro il gli uno una della delle degli dello dei del al alla alle che chi cosa quando dove perché "
    "anche ma non mai sempre molto più sono sei siamo siete è ho hai abbiamo hanno con senza per su nel nella mio mia "
    "miei mie tuo tua suo sua questo questa quello mi piace piacciono vorrei posso grazie oggi domani"
)
_DUTCH: Final = (
    "ik jij je hij zij ze wij jullie het een de geen niet en maar ook nog wel heel erg met voor naar bij uit zonder zijn "
    "ben bent heb hebt heeft hebben wordt worden kan kunnen wil willen moet mijn jouw onze deze dit dat wie wat waar "
    "waarom wanneer graag alsjeblieft bedankt dank altijd nooit vandaag morgen"
)
_PORTUGUESE: Final = (
    "eu ele ela nós eles elas você vocês um uma uns umas os dos das do da na nos nas ao à pelo pela que quem quando onde "
    "porque como mas com sem sobre para por muito mais também não nao nunca sempre sou és é somos são estou está estão "
    "tenho tem têm quero posso pode gosto meu minha meus minhas seu sua isso isto este esta obrigado obrigada hoje amanhã"
)
_OURS_TOO: Final = "as at come da es hat lo ma mas met mi mie ne pas per si tem tes war was"
"""Of these, ordinary words of English and Indonesian talk: they tell nothing at all."""

_ORDINARY: Final = (
    "alla alle als bei bent chez chi como das de dei del della den der des die do dos dove du el elle en er erg es est "
    "este favor hat hay heel il isso ja la las le lei les los lui mag mais man mein mie mit mon nel noi ora os pode "
    "pour sans ses sin son soy sur sus tem ten tes ti tu tus un una uno via voi von want wat wie wo zum"
)
"""Of these, words that are also names' or dishes', or now and then ours: they tell nothing alone."""


def _listed(*lists: str) -> frozenset[str]:
    return frozenset(word for words_ in lists for word in words_.split())


_LISTED: Final = _listed(_GERMAN, _SPANISH, _FRENCH, _ITALIAN, _DUTCH, _PORTUGUESE)
OTHERS: Final = _LISTED - ENGLISH - INDONESIAN - _listed(_OURS_TOO)
"""Function words of German, Spanish, French, Italian, Dutch and Portuguese that are none in English and Indonesian."""

_TELL_NOTHING_ALONE: Final = _listed(_ORDINARY)
_A_SENTENCE: Final = 4


def has_grammar(text: str) -> bool:
    """Whether a text may be English or Indonesian.

    It is neither if most of its letters are not Latin, or if a function word of another language stands in it
    and such words and those with accents are more than our own function words. Without any such word it is ours,
    unless most words of a sentence have letters with accents and none is a function word of ours.
    """
    if _is_of_another_script(text):
        return False
    # Some devices send accents as characters of their own, which would end a word.
    found = words(normalize("NFC", text))
    ours = sum(word in ENGLISH or word in INDONESIAN for word in found)
    accented = sum(not word.isascii() for word in found)
    theirs = [word for word in found if word in OTHERS]
    if all(word in _TELL_NOTHING_ALONE for word in theirs):
        return ours > 0 or len(found) < _A_SENTENCE or 2 * accented <= len(found)
    signs = len(theirs) + sum(not word.isascii() and word not in OTHERS for word in found)
    return signs <= ours


def _is_of_another_script(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(_is_latin(letter) for letter in letters) < len(letters)


def _is_latin(letter: str) -> bool:
    """Whether a letter is of the Latin blocks: basic to extended, the Vietnamese ones, and full width."""
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" or "\uff21" <= letter <= "\uff5a"
