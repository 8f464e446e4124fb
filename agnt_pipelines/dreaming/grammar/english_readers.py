"""Readers of what English tells in its own way: homes taken and left, jobs, feats, days before their name.

What belongs here: readers that need English words. What does not: those that both languages share
(`readers`), and the rules that call for either.
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar.dates import days, yearly
from agnt_pipelines.dreaming.grammar.phrases import gerund, listed, phrase, word_set
from agnt_pipelines.dreaming.grammar.readers import members, place, placed
from agnt_pipelines.dreaming.grammar.rules import Found, Spot
from agnt_pipelines.dreaming.grammar.vocabulary import AREAS, PLACES, TRADE, alternatives

_AREA = re.compile(rf"\b(?:{alternatives(AREAS)})\b")
_LODGED = re.compile(r"\s(?:house|place|villa|flat|apartment|room|rental|lease|home|pad|studio|kos)\b")
_NEVER_HOME = word_set("work school bed town love hospital public")


def _titled(spot: Spot, found: Found) -> bool:
    return found.value in PLACES or spot.original[found.end - len(found.value) : found.end][:1].isupper()


def home(spot: Spot) -> list[Found]:
    """A place lived in: known, or written with a capital."""
    return [one for one in place(spot) if _titled(spot, one) and one.value.split()[0] not in _NEVER_HOME]


def home_stay(spot: Spot) -> list[Found]:
    """A place lived in, by words that could also speak of anything else: a known place alone."""
    return [one for one in place(spot) if one.value in PLACES]


def left_home(spot: Spot) -> list[Found]:
    """An area left, or the house there that was given up."""
    found = _AREA.match(spot.folded, spot.at, spot.limit)
    if found is None:
        return []
    lodged = _LODGED.match(spot.folded, found.end(), spot.limit)
    return [Found(" ".join(found.group().split()), lodged.end() if lodged else found.end())]


_NOW = re.compile(r"\s(?:house|place|villa|flat|any ?more|now|after|since)\b|\s*(?:$|[.,!;\n])")


def left_home_now(spot: Spot) -> list[Found]:
    """An area left, where the words before it could mean a visit."""
    return [
        one
        for one in left_home(spot)
        if _NOW.match(spot.folded, one.end) or one.end > spot.at + len(one.value)
    ]


def area_before(spot: Spot) -> list[Found]:
    """The area in the group `v`, as the subject of its clause."""
    value = " ".join(spot.match["v"].split())
    return [Found(value, spot.match.end())] if value in PLACES else []


def job(spot: Spot) -> list[Found]:
    """A job named behind "as": a known trade with what tells its kind, or a short phrase."""
    found = TRADE.match(spot.folded, spot.match.start("v"), spot.limit)
    if found:
        return [Found(" ".join(found["trade"].split()), found.end())]
    item = phrase(spot.folded, spot.match.start("v"), spot.limit)
    return [Found(item.value, item.end)] if item and len(item.value.split()) <= 3 else []


_NO_LIVING = word_set(
    "work working am is have do it live need want love like would could will just travel move walk drive play"
)


def living(spot: Spot) -> list[Found]:
    """What one does for a living, told by a plain verb: "build boats" becomes "building boats"."""
    verb = spot.match["v"].split()[0]
    item = phrase(spot.folded, spot.match.start("v"), spot.match.end("v"), verb=True)
    if item is None or verb in _NO_LIVING or item.end < spot.match.end("v"):
        return []
    return [Found(item.value, spot.match.end())]


def teaches(spot: Spot) -> list[Found]:
    """What somebody teaches makes them a teacher of it."""
    return [Found(f"{spot.match['v']} teacher", spot.match.end("v"))]


def parent_of(spot: Spot) -> list[Found]:
    """The children of whom somebody is the parent: a number alone means so many."""
    told = members(spot)
    if told:
        return told
    number = re.match(r"(?:two|three|four|five|[2-9])\b", spot.folded[spot.at : spot.limit])
    if number is None:
        return []
    many = {"two": 2, "three": 3, "four": 4, "five": 5}.get(number.group()) or int(number.group())
    return [Found(f"{many} children", spot.at + number.end())]


_OF_AGE = re.compile(
    r"(?:(?:an?|the|my|our|both|very|quite) )*(?:(?!(?:no|not|more)\b)[\w-]+ ){0,3}?(?=(?:\d+ |two |three |four )?(?:kids?|child|children|toddlers?|bab|newborn|twins?|sons?|daughters?|boys|dogs?|cats?|pupp|kitten|wife|husband|partner|flatmate|housemate|roommate))"
)


def members_after(spot: Spot) -> list[Found]:
    """Members of the household behind at most three words that tell of what kind they are."""
    told = members(spot)
    if told:
        return told
    skipped = _OF_AGE.match(spot.folded, spot.at, spot.limit)
    if skipped is None:
        return []
    return members(
        Spot(
            spot.folded,
            spot.original,
            spot.clause_start,
            spot.clause_end,
            spot.limit,
            skipped.end(),
            spot.said_on,
            spot.match,
        )
    )


_LEAD = re.compile(r"[\s:,]*(?:(?:on|the|this|in)\s)*")


def calendar_day(spot: Spot) -> list[Found]:
    """A day of a named month, right there."""
    for day in days(spot.folded, spot.said_on, spot.at, min(spot.limit, spot.at + 44)):
        words = spot.folded[day.start : day.end]
        if day.dated and any(c.isdigit() for c in words) and _LEAD.fullmatch(spot.folded, spot.at, day.start):
            return [Found(yearly(day), day.end)]
    return []


def day_before(spot: Spot) -> list[Found]:
    """A day of a named month that stands before what it is the day of."""
    start, end = spot.match.span("when")
    for day in days(spot.folded, spot.said_on, start, end):
        if day.dated and day.end >= end and any(c.isdigit() for c in spot.folded[day.start : day.end]):
            return [Found(yearly(day), spot.match.end())]
    return []


def celebrated(spot: Spot) -> list[Found]:
    """What is celebrated, as a short phrase."""
    item = phrase(spot.folded, spot.at, spot.limit)
    if item is None:
        return []
    for day in days(spot.folded, spot.said_on, item.start, spot.clause_end):
        whole = phrase(spot.folded, item.start, day.start) if day.start > item.start else None
        return [Found(whole.value, day.end, expires_on=day.day)] if whole else []
    return [Found(item.value, item.end)]


def reaching(spot: Spot) -> list[Found]:
    """The group `v` as it was said; the quote reaches to the words that tell what is with it."""
    return [Found(" ".join(spot.match["v"].split()), spot.match.end())]


again = reaching


def abstaining(spot: Spot) -> list[Found]:
    """That somebody drinks no alcohol."""
    return [Found("alcohol", spot.match.end())]


def upset(spot: Spot) -> list[Found]:
    """What harms a body, as the subject of its clause; any phrase of up to three words."""
    item = phrase(spot.folded, spot.match.start("v"), spot.match.end("v"))
    if item is None or item.end < spot.match.end("v") or len(item.value.split()) > 3:
        return []
    return [Found(item.value, spot.match.end())]


_BOUND = re.compile(
    r"(?=\s(?:by|before|this|next|in time|so|but|and|for my|again|without|after|one day|someday|this year)\b|[.,!?;:\n()]|$)"
)
_VERBS_OF_FEATS = word_set(
    "run swim lift squat deadlift bench plank do lose drop gain build get shed cut bulk tone complete finish walk cycle bike row hold climb stay be nail touch put"
)


def feat(spot: Spot) -> list[Found]:
    """What a body is to achieve: a verb of effort and its object, or the bare feat."""
    edge = _BOUND.search(spot.folded, spot.at, spot.limit)
    end = edge.start() if edge else spot.limit
    words = spot.folded[spot.at : end].split()
    if not words or len(words) > 7:
        return []
    words[0] = gerund(words[0]) if words[0] in _VERBS_OF_FEATS else words[0]
    kept = [word for word in words if word not in _UNTOLD]
    return [Found(" ".join(kept), end)] if kept else []


_UNTOLD = frozenset(("a", "an", "the", "my", "some", "more", "back", "first"))


def reaching_thing(spot: Spot) -> list[Found]:
    """The thing in the group `v`; the quote reaches to the words that tell what is with it."""
    item = phrase(spot.folded, spot.match.start("v"), spot.match.end("v"))
    if item is None or item.end < spot.match.end("v") or len(item.value.split()) > 4:
        return []
    value, slot = placed(item.value)
    return [Found(value, spot.match.end(), slot)]


def favoured(spot: Spot) -> list[Found]:
    """What is called a favourite of its kind: areas and cuisines are told apart."""
    kind = spot.match.group()
    found = []
    for item in listed(spot.folded, spot.at, spot.limit):
        value, slot = placed(item.value)
        eaten = _EDIBLE.search(kind) is not None and slot is None
        found.append(Found(value, item.end, Slot.FAVOURITE_CUISINES if eaten else slot))
    return found


_EDIBLE = re.compile(r"\b(?:food|foods|cuisine|cuisines)\b")
_TO_DO = re.compile(
    r"(?:to |how to )?(?=(?:surf|dive|cook|dance|paint|sail|draw|sew|knit|code|play|speak|ski|climb|bake|freedive|kitesurf|skate)\b)"
)


def hobby(spot: Spot) -> list[Found]:
    """Something taken up, as a thing or as a plain verb."""
    verb = _TO_DO.match(spot.folded, spot.at, spot.limit)
    item = phrase(spot.folded, verb.end() if verb else spot.at, spot.limit, verb=verb is not None)
    return [Found(item.value, item.end)] if item else []


def disliked(spot: Spot) -> list[Found]:
    """Things disliked; areas keep their slot, since to be over a place says nothing of what one likes."""
    return [Found(item.value, item.end) for item in listed(spot.folded, spot.at, spot.limit)]


def actions(spot: Spot) -> list[Found]:
    """What is never done to each of a list: "eat onion or garlic" gives two."""
    item = phrase(spot.folded, spot.at, spot.limit, verb=True)
    if item is None:
        return []
    verb, *_ = item.value.split()
    found = [Found(item.value, item.end)]
    at = item.end
    while (joint := _OR.match(spot.folded, at, spot.limit)) and len(found) < 5:
        more = phrase(spot.folded, joint.end(), spot.limit)
        if more is None or len(more.value.split()) > 2 or more.value.split()[0] in _UNLISTED:
            break
        found.append(Found(f"{verb} {more.value}", more.end))
        at = more.end
    return found


_OR = re.compile(r"\s*(?:,(?: or| and| nor)?|\s(?:or|and|nor|&)|/)\s+(?:any\s)?(?=[a-z])")
_UNLISTED = word_set(
    "please thanks just only is are can do allergic never usually my same love hate prefer which she he they so"
)


def deed_never(spot: Spot) -> list[Found]:
    """What is never done, told by a plain verb and its object."""
    item = phrase(spot.folded, spot.at, spot.limit, verb=True)
    return [Found(item.value, item.end)] if item and " " in item.value else []


def never_thing(spot: Spot) -> list[Found]:
    """What one is never to be found with or at."""
    item = phrase(spot.folded, spot.at, spot.limit)
    return [Found(item.value, item.end)] if item else []


_AGAIN = re.compile(r"[^.!?\n]{0,20}?\b(?:again|ever)\b")


def again_never(spot: Spot) -> list[Found]:
    """Where one never goes again: the quote reaches to the word that says so, if it stands behind."""
    item = phrase(spot.folded, spot.at, spot.limit)
    if item is None or item.value.split()[0].endswith("ing"):
        return []
    over = _AGAIN.match(spot.folded, item.end, spot.limit)
    said = "back" in spot.match.group() or "again" in spot.match.group() or "never" in spot.match.group()
    return [Found(item.value, over.end() if over else item.end)] if over or said else []


_AFTER = re.compile(r"(?:after|before|past)\s(?:the\s)?[\w.:]+(?:\s?(?:am|pm))?")


def no_after(spot: Spot) -> list[Found]:
    """What is not had from some hour on: "coffee after 3"."""
    when = _AFTER.search(spot.folded, spot.match.end("v"), spot.limit)
    value = " ".join(spot.match["v"].split())
    return [Found(f"{value} {when.group()}", when.end())] if when else []
