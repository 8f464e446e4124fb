"""Short free phrases: what a person likes or does, cut out of a sentence and normalised.

What belongs here: where a noun or gerund phrase ends, which phrases are too vague to remember, and
their one canonical spelling. What does not: which claim a phrase belongs to.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from agnt_pipelines.dreaming.claims import MAX_VALUE_CHARS

_TOKEN = re.compile(r"[^\W_]+(?:['&/-][^\W_]+)*|[^\w\s]|_|\n")
_MAX_WORDS = 6
_MAX_LOOK = 24


def word_set(text: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(text.split())


_STOPS = word_set(
    "and or but because cause cuz since when whenever while where which who whom that if so as "
    "though although than after before until unless "
    "too also either anymore though lol haha very lot much these lately today tonight now here "
    "there please pls thanks is are was were be been has have had "
    "it's i i'm i'd i've i'll we we're we've you you're he she they he's she's they're it this "
    "those them him her me us am "
    "really especially more most even just still lately recently nowadays always usually often sometimes "
    "every again together though btw tbh "
    "like such each can could will would should may might must do does did don't doesn't isn't "
    "aren't not n't right especially particularly mostly anyway "
    "how why what whatever however once except without instead despite during via per gives makes "
    "make made helps keeps gets brings reminds "
    "dan atau tapi tp tetapi karena krn soalnya kalau kalo yang yg banget bgt sekali sih deh dong "
    "kok loh lho ya yah nih tuh kan juga jg aja saja lagi terus trus jadi biar supaya "
    "sama dengan waktu pas saat ketika kayak seperti buat untuk apalagi makanya itu ini aku saya "
    "gue kamu dia mereka kita kami ada sampai sampe bukan "
    "tolong makasih thx bro sis kak mas mbak "
    "parah abis wkwk wkwkwk wkwkwkwk hehe hehehe haha hahaha doang doank mulu yaa yaaa min admin gan kk plis tlg jgn krna karna gara-gara "
    "sejak semenjak terutama khususnya misalnya kek gitu bngt dgn utk sm klo jgn pdhl padahal walaupun meski meskipun sebelum "
    "sesudah setelah habis spy jd tadi kemarin tanpa samsek sedikitpun setaun setahun sebulan bareng tu aq ak gw gua dulu dl pls plz dongg sihh si sama2 makanya "
    "udah udh sudah dah gak nggak ga ngga enggak tidak kalian lu lo dibanding daripada drpd pokoknya jangan selama"
)
_ARTICLES = word_set(
    "a an some any all both most many various different other certain plenty lots tons little bit "
    "of para semua segala berbagai beberapa kind kinds sorts sort type types more"
)
_PREPOSITIONS = word_set(
    "about of in on at by with to for from into around near through under along across along di ke dari pada"
)
# Elsewhere "to" begins a purpose ("reading books to relax"), which is no part of the thing.
_GOES_TO = word_set(
    "go going listening talking traveling travelling learning dancing trip trips flying walking "
    "driving moving running heading close speaking singing"
)
_OWN = word_set("my our")
_OWNED = word_set(
    "own family kids children friends dog dogs cat cats wife husband partner girlfriend boyfriend "
    "pets hands team son daughter fam loved"
)
_DEFINITE = word_set(
    "beach ocean sea outdoors mountains mountain city countryside sunset sunrise rain sun summer "
    "winter gym water forest woods jungle arts cold heat night snow spicy internet piano guitar "
    "violin drums beatles"
)
_VAGUE_HEADS = word_set(
    "mix thing things stuff way ways idea ideas vibe vibes one ones lot bit part look looks sound fact "
    "place places spot time times feeling feelings moment moments everything anything something "
    "nothing everyone "
    "someone it sense energy mood message photo photos pic pics picture pictures color colors "
    "colour colours name design story post video videos option options kind sort type guys thought "
    "thoughts "
    "dr mr mrs ms range wide concept suggestion suggestions plan result results view atmosphere "
    "setup yours mine theirs both each same another such home attitude passion support advice "
    "question questions word words point hal hal-hal tempat "
    "rating update progress page job work life news day person enthusiasm feedback quote "
    "expression change future challenge reminder journey connection vision effort "
    "yours myself herself himself yourself itself themselves oneself kind kinda sorta list seperti "
    "begitu gitu gini dia kamu kalian itu ini semuanya apapun apa yang nya mereka moments touch "
    "piece pieces ton lots bunch loads stuff lesson difference impact "
    "mondays monday mornings morning bullshit drama stupidity traffic-jam school homework today "
    "tomorrow yesterday tonight"
)
_SORTED_PLACES = word_set("place places spot spots")
_SORTS = word_set(
    "crowded busy loud noisy quiet calm cozy cosy romantic fancy touristy outdoor indoor green small big open airy dark "
    "smoky peaceful hidden local friendly lively cheap expensive formal casual rooftop beachfront shady breezy"
)
_BAD_FIRST = word_set(
    "want need hope wish wanna your you his her their its it that this those these them they he "
    "she we i me us there here how what when where who why seeing hearing having knowing getting "
    "feeling thinking saying giving "
    "letting telling asking seeing looking sharing finding keeping talking showing turning putting "
    "using missing not no never every each another such same so too very quite about if whether to "
    "both "
    "one two three first last next everyone everything anything something nothing nobody anyone "
    "somebody someone as like more less better best worse worst much many few most same own new "
    "old good great nice amazing "
    "just only even well super really that's it's there's what's let's lets you're your're dia "
    "kamu mereka itu ini yang gimana kalau bagaimana mau bisa ada "
)
_BAD_ANYWHERE = word_set(
    "sure your you you're yours his her their its that's it's what how why these those this that "
    "something anything everything nothing everyone i'm i've i'd"
)
_BAD_LAST = word_set(
    "about of in on at by with to for from into around near through under over up the a an my our "
    "and or di ke dari pada some such more most quite very really as"
)
_LOOSE_GERUNDS = word_set("escaping doing being having getting making seeing going trying taking watching")
_UNREADY = word_set(
    "be have know say think see hear tell ask admit bother interrupt let get make give help keep "
    "feel look share find talk show turn put use wait miss mention imagine believe hope thank "
    "congratulate brag complain break burst sound seem lose disappoint call sound need want wish"
)

_DOUBLED = word_set(
    "run swim sit get put cut shop jog plan hit let chat bet dig hug knit nap skip stop drop grab "
    "trim spin win begin unplug set mix-up hop chop"
)


def gerund(verb: str) -> str:
    """The -ing form of a plain English verb: run, running; bake, baking; lie, lying."""
    if verb.endswith("ing") and len(verb) > 5:
        return verb
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and len(verb) > 2:
        return f"{verb[:-1]}ing"
    return f"{verb}ing"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A normalised phrase, where its words lie, and the word or mark that ended it."""

    value: str
    start: int
    end: int
    stopped_by: str


def normalised(text: str) -> str:
    """The one spelling of a free value: NFKC, lower case, single spaces, plain quotes."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'").replace("\u2018", "'")
    return " ".join(plain.split())


def words_of(text: str) -> list[str]:
    """The words of a text, for comparing: runs of letters and digits."""
    return re.findall(r"[^\W_]+", normalised(text))


def _take(folded: str, start: int, limit: int) -> tuple[list[re.Match[str]], str]:
    """Tokens up to the first that cannot belong to the phrase, and that token."""
    taken: list[re.Match[str]] = []
    prepositions = 0
    for token in _TOKEN.finditer(folded, start, limit):
        word = token.group()
        if len(taken) >= _MAX_LOOK or not word[0].isalnum() or word in _STOPS:
            return taken, word
        if word == "to" and taken and _GOES_TO.isdisjoint((taken[0].group(), taken[-1].group())):
            return taken, word
        if (word == "any" or folded.startswith("by the way", token.start())) and taken:
            return taken, word
        if word in _PREPOSITIONS and taken:
            prepositions += 1
            if prepositions > 1:
                return taken, word
        if word in _OWN and taken:
            following = _TOKEN.match(folded, token.end() + 1, limit)
            if following is None or following.group() not in _OWNED:
                return taken, word
        taken.append(token)
    return taken, ""


def _is_vague(words: list[str]) -> bool:
    if words[:2] == ["spending", "time"]:
        return len(words) < 4
    if words in (["people"], ["others"], ["person"]):
        return True
    if len(words) > 1 and words[-1] in _SORTED_PLACES and words[-2] in _SORTS:
        words = words[:-2]
    return any(w in _BAD_ANYWHERE or w in _VAGUE_HEADS for w in words)


def _trimmed(words: list[str]) -> list[str] | None:
    """Without leading articles and trailing joints; nothing where the phrase is too vague."""
    while words and (
        words[0] in _ARTICLES
        or (
            words[0] == "the"
            and words[1:2]
            and words[1] in _DEFINITE
            and words[2:3] != []
            and words[2] in _PREPOSITIONS
        )
        or (words[0] == "the" and len(words) == 2 and words[1] in _DEFINITE)
    ):
        words = words[1:]
    if words[-2:] == ["at", "all"]:
        words = words[:-2]
    while words and words[-1] in _BAD_LAST:
        words = words[:-1]
    if not words or len(words) > _MAX_WORDS or words[0] == "the" or words[0] in _OWN:
        return None
    if words[0] in _BAD_FIRST or _is_vague(words):
        return None
    if (
        words[0] == "being"
        and not (words[1:2] and words[1].endswith("ed"))
        and words[1:2] not in (["outdoors"], ["active"], ["outside"], ["in"])
    ):
        return None
    alone = len(words) == 1 and (words[0] in _LOOSE_GERUNDS or len(words[0]) < 2 or words[0].isdecimal())
    return None if alone else words


_QUOTE = re.compile(r"\s*\"")
_OBJECTS = word_set(
    "more my our your his her their its the this that these those it them him me us you own such"
)
_JOINED = word_set("about of for with in on at to by from")


def _cut_short(words: list[str], kept: list[str], stopped: str) -> bool:
    """Whether the cut changed the meaning: an object is missing, or the noun behind adjectives."""
    bare_gerund = len(kept) == 1 and kept[0].endswith("ing") and len(kept[0]) > 4
    if bare_gerund and (stopped in _OBJECTS or words[-1] in _JOINED or words[-1] in _OWN):
        return True
    if len(kept) == 1 and stopped in ("that", "who", "which", "where"):
        return True
    return stopped == "," and len(kept) > 1 and kept[-2] in ("a", "an")


def phrase(folded: str, start: int, limit: int, *, verb: bool = False) -> Phrase | None:
    """The phrase that begins at `start`, or nothing where no short, definite one is there.

    `verb`: it begins with a plain verb ("to paint", "eat pork"), which becomes a gerund.
    """
    opening = _QUOTE.match(folded, start, limit)
    tokens, stopped = _take(folded, opening.end() if opening else start, limit)
    words = [token.group() for token in tokens]
    if words and words[0] == "to" and not verb:
        return phrase(folded, tokens[0].end(), limit, verb=True)
    if verb:
        if not words or words[0] in _UNREADY or not words[0].isalpha() or words[0].endswith(("ed", "s")):
            return None
        words[0] = gerund(words[0])
    kept = _trimmed(words)
    if kept is None or _cut_short(words, kept, stopped):
        return None
    while tokens and tokens[-1].group() in _BAD_LAST:
        tokens.pop()
    value = normalised(" ".join(kept))
    if not tokens or len(value) > MAX_VALUE_CHARS:
        return None
    return Phrase(value, tokens[0].start(), tokens[-1].end(), stopped)


_FINITE_VERBS = word_set("is are was were has have had can will would could do does did makes gives it's")
_GERUND = re.compile(r"(?!morning|evening|something|anything)[a-z]+ing\b")
_AND = re.compile(r"\s*(?:,\s*(?:and|or|dan|atau|&)?|\s(?:and|or|&|dan|atau|sama|as well as))\s+(?=[^\W_])")


def listed(folded: str, start: int, limit: int) -> list[Phrase]:
    """The phrases of a list: "hiking, surfing and live music" gives three.

    After a comma an item counts only where a later joint word closes the list.
    """
    items: list[Phrase] = []
    commas = 0
    first = phrase(folded, start, limit)
    while first is not None and len(items) < 8:
        items.append(first)
        joint = _AND.match(folded, first.end, limit)
        if joint is None:
            break
        gerunds = _GERUND.match(first.value) and _GERUND.match(folded, joint.end())
        if _PREPOSITIONS.intersection(first.value.split()) and not gerunds:
            break  # "shows with dragons and magic" is one thing
        closing = joint.group().strip() != ","
        following = phrase(folded, joint.end(), limit)
        if following is None or following.start > joint.end() + 12 or not _alike(items[0].value, following):
            break
        first = following
        commas = 0 if closing else commas + 1
        if closing:
            items.append(first)
            break
    return items[: len(items) - commas] if commas else items


def _alike(head: str, item: Phrase) -> bool:
    """Whether an item can stand beside the first: not the subject of a clause of its own."""
    if item.stopped_by in _FINITE_VERBS:
        return False
    return (
        head.split(maxsplit=1)[0].endswith("ing") == item.value.split()[0].endswith("ing")
        or len(item.value.split()) <= 2
    )
