"""Readers: how the value of a matched rule is taken from the words at its spot.

What belongs here: reading phrases, amounts, days, places and members of a household. What does not:
the rules that call for them (`english_*`, `indonesian`).
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import quantities
from agnt_pipelines.dreaming.grammar.dates import days, yearly
from agnt_pipelines.dreaming.grammar.phrases import Phrase, gerund, listed, phrase, word_set
from agnt_pipelines.dreaming.grammar.rules import Found, Reader, Spot, spaced
from agnt_pipelines.dreaming.grammar.vocabulary import (
    ACCESS_PATTERNS,
    AREAS,
    CUISINE,
    DIETS,
    HOUSEHOLD,
    INTOLERANCES,
    PLACES,
    STATUSES,
    TRADE,
    alternatives,
    as_listed,
    household,
)

_FAVOURED = ("going to ", "staying in ", "hanging out in ", "eating in ", "the ")
_CONSUMING = re.compile(r"^(?:eating|trying|cooking|makan|masak) ")


def placed(value: str) -> tuple[str, Slot | None]:
    """A liked thing and the structural slot it belongs in, if it is an area or a cuisine."""
    bare = next((value.removeprefix(p) for p in _FAVOURED if value.startswith(p)), value)
    if bare in AREAS:
        return bare, Slot.FAVOURITE_AREAS
    bare = _CONSUMING.sub("", value)
    if CUISINE.fullmatch(bare) and not bare.endswith("dishes"):
        return bare, Slot.FAVOURITE_CUISINES
    return value, None


def _liked(item: Phrase) -> Found:
    value, slot = placed(item.value)
    return Found(value, item.end, slot)


def liking(spot: Spot) -> list[Found]:
    """Things liked: a list of phrases, areas and cuisines told apart."""
    return [_liked(item) for item in listed(spot.folded, spot.at, spot.limit)]


def things(spot: Spot) -> list[Found]:
    """A list of phrases, kept in the rule's own slot."""
    return [Found(item.value, item.end) for item in listed(spot.folded, spot.at, spot.limit)]


def interests(spot: Spot) -> list[Found]:
    """Lasting interests: what one wants to see or do next ("in booking a table") is a request."""
    if any(c.isupper() for c in spot.original[spot.at : spot.limit].split("'")[0][1:]):
        return []
    return [found for found in things(spot) if not _WANTED.match(found.value)]


_WANTED = re.compile(
    r"[a-z]+ing\s|(?:learning|exploring|understanding|trying|joining|visiting|booking|buying|"
    r"knowing|using|going|attending)\b"
)


def action(spot: Spot) -> list[Found]:
    """One activity, told by a plain verb: "eat pork" becomes "eating pork"."""
    item = phrase(spot.folded, spot.at, spot.limit, verb=True)
    return [Found(item.value, item.end)] if item else []


def deed(spot: Spot) -> list[Found]:
    """One activity in a language that does not bend its verbs."""
    item = phrase(spot.folded, spot.at, spot.limit)
    return [Found(item.value, item.end)] if item and len(item.value.split()) > 1 else []


def fixed(value: str) -> Reader:
    """A reader whose value the pattern itself implies."""
    return lambda spot: [Found(value, spot.match.end())]


def group(name: str, table: dict[str, str]) -> Reader:
    """A reader of a named group through a table of canonical forms."""

    def read(spot: Spot) -> list[Found]:
        said = as_listed(spot.match[name])
        return [Found(table[said], spot.match.end(name))] if said in table else []

    return read


def named(spot: Spot) -> list[Found]:
    """The group `v` as it was said."""
    return [Found(" ".join(spot.match["v"].split()), spot.match.end("v"))]


def lessons(spot: Spot) -> list[Found]:
    """What one takes lessons in."""
    item = phrase(spot.folded, spot.match.start("v"), spot.match.end("v"))
    return [Found(item.value, spot.match.end())] if item else []


def goal(spot: Spot) -> list[Found]:
    """A goal from a closed list, told by a plain verb."""
    verb, *rest = spot.match["v"].split()
    return [
        Found(" ".join([gerund(verb), *(word for word in rest if word not in _FILL)]), spot.match.end("v"))
    ]


def volunteering(spot: Spot) -> list[Found]:
    """Unpaid work, told by its verb."""
    return [Found(gerund(spot.match["v"]), spot.match.end("v"))]


_FILL = frozenset(("a", "some", "bit", "of", "more", "back", "my"))
diet = group("v", DIETS)
intolerance = group("v", INTOLERANCES)
status = group("v", STATUSES)


def trade(spot: Spot) -> list[Found]:
    """An occupation, with up to two words that tell which kind."""
    found = TRADE.match(spot.folded, spot.at, spot.limit)
    return [Found(" ".join(found["trade"].split()), found.end())] if found else []


_PLACE = re.compile(r"(?:the\s)?[^\W\d_][\w'-]*(?:\s[^\W\d_][\w'-]*){0,2}")
_KNOWN_PLACE = re.compile(rf"(?:{alternatives(PLACES)})\b")
_NO_PLACE = word_set(
    "a an the my your our his her their this that these those it there here love fear hope peace case "
    "general fact time touch town bed today january february march april may june july august "
    "september october november december monday tuesday wednesday thursday friday saturday sunday i "
    "we god heaven hell school college university elementary high work"
)


def place(spot: Spot) -> list[Found]:
    """A place: one that is known, or up to three capitalised words."""
    known = _KNOWN_PLACE.match(spot.folded, spot.at, spot.limit)
    if known:
        return [Found(" ".join(known.group().split()), known.end())]
    words = _PLACE.match(spot.folded, spot.at, spot.limit)
    if words is None:
        return []
    end = spot.at
    for word in re.finditer(r"\S+", words.group()):
        start = words.start() + word.start()
        if not spot.original[start].isupper() or word.group() in _NO_PLACE:
            break
        end = words.start() + word.end()
    value = " ".join(spot.folded[spot.at : end].split())
    shouted = spot.original[spot.clause_start : spot.clause_end].isupper()
    return [Found(value, end)] if value and not shouted else []


_ANY_MORE = re.compile(r"\bany ?more\b")


def until_any_more(spot: Spot) -> list[Found]:
    """What somebody used to do: the quote reaches to the words that say so."""
    over = _ANY_MORE.search(spot.folded, spot.at, spot.limit)
    return [] if over is None else [Found(one.value, over.end()) for one in things(spot)]


def area_only(spot: Spot) -> list[Found]:
    """A known area of the island, where the words before it could also speak of something else."""
    return [found for found in place(spot) if found.value in AREAS]


def known_place(spot: Spot) -> list[Found]:
    """A place that is known by its name."""
    return [found for found in place(spot) if found.value in PLACES]


def before_verb(spot: Spot) -> list[Found]:
    """The thing in the group `v`, as the subject of its clause: the quote reaches over the verb."""
    item = phrase(spot.folded, spot.match.start("v"), spot.match.end("v"))
    if item is None or item.end < spot.match.end("v"):
        return []
    value, slot = placed(item.value)
    return [Found(value, spot.match.end(), slot)]


def places(spot: Spot) -> list[Found]:
    """One or more known areas of a list."""
    found: list[Found] = []
    for item in listed(spot.folded, spot.at, spot.limit):
        value, slot = placed(item.value)
        found += [Found(value, item.end)] if slot is Slot.FAVOURITE_AREAS else []
    return found


def money(spot: Spot) -> list[Found]:
    """The first amount of money."""
    return [Found(a.value, a.end) for a in quantities.moneys(spot.folded, spot.at, spot.limit)[:1]]


def people(spot: Spot) -> list[Found]:
    """The number of people that stands right there."""
    return [Found(a.value, a.end) for a in quantities.counts(spot.folded, spot.at, spot.limit)[:1]]


def hour(spot: Spot) -> list[Found]:
    """The first hour whose half of the day is known from its clause."""
    return [Found(a.value, a.end) for a in quantities.hours(spot.folded, spot.at, spot.limit)[:1]]


def yearly_day(spot: Spot) -> list[Found]:
    """A day of the year, right there: a birthday or an anniversary."""
    for day in days(spot.folded, spot.said_on, spot.at, min(spot.limit, spot.at + 40)):
        if day.dated and not spot.folded[spot.at : day.start].strip(" :,"):
            return [Found(yearly(day), day.end)]
    return []


def occasion(spot: Spot) -> list[Found]:
    """An occasion named by the group `v`, with its day where one is said in the same clause."""
    value = " ".join(spot.match["v"].split())
    for day in days(spot.folded, spot.said_on, spot.match.end("v"), spot.clause_end):
        return [Found(value, day.end, expires_on=day.day)]
    return [Found(value, spot.match.end("v"))]


def dated_occasion(spot: Spot) -> list[Found]:
    """An occasion that counts only where its day is said."""
    return [found for found in occasion(spot) if found.expires_on is not None]


def access(spot: Spot) -> list[Found]:
    """A need of access from the closed list, wherever in the clause it stands."""
    for pattern, value in ACCESS_PATTERNS:
        found = pattern.search(spot.folded, spot.at, spot.clause_end)
        if found:
            return [Found(value, found.end())]
    return []


_NEXT_MEMBER = re.compile(r"\s*(?:,|and|&|dan)(?:\s(?:and|dan))?\s+(?:(?:a|an|my|our)\s)?")
_NOT_A_MEMBER = re.compile(
    r"[\s-](?:lover|person|food|toys?|show|friendly|allergy|allergies|park|shelter|sitter|menu|"
    r"meal|walker|care|in law|buah|of)\b"
)


def members(spot: Spot) -> list[Found]:
    """Members of the household: "two kids and a dog" gives two."""
    found: list[Found] = []
    at = spot.at
    while (member := HOUSEHOLD.match(spot.folded, at, spot.limit)) and len(found) < 4:
        if _NOT_A_MEMBER.match(spot.folded, member.end()):
            break
        found.append(Found(household(member), member.end()))
        joint = _NEXT_MEMBER.match(spot.folded, member.end(), spot.limit)
        if joint is None:
            break
        at = joint.end()
    return found


def plan(spot: Spot) -> list[Found]:
    """A dated plan: the activity without its date, and the date as the day it expires."""
    dated = days(spot.folded, spot.said_on, spot.at, spot.clause_end)
    if not dated:
        return []
    day = dated[0]
    before = phrase(spot.folded, spot.match.start("v"), day.start)
    if before is None or (" " not in before.value and not before.value.endswith("ing")):
        return []
    return [Found(before.value, day.end, expires_on=day.day)]


def plan_verb(spot: Spot) -> list[Found]:
    """A dated plan told by a plain verb ("I'll visit Ubud tomorrow")."""
    dated = days(spot.folded, spot.said_on, spot.at, spot.clause_end)
    if not dated:
        return []
    before = phrase(spot.folded, spot.at, dated[0].start, verb=True)
    return (
        [Found(before.value, dated[0].end, expires_on=dated[0].day)] if before and " " in before.value else []
    )


def plan_after_date(spot: Spot) -> list[Found]:
    """A plan whose date opens the clause ("tomorrow we're flying to Lombok")."""
    dated = days(spot.folded, spot.said_on, spot.match.start(), spot.match.start("v"))
    item = phrase(spot.folded, spot.match.start("v"), spot.limit)
    if not dated or item is None or " " not in item.value:
        return []
    return [Found(item.value, item.end, expires_on=dated[0].day)]


def repeated(each: str, *, verb: bool) -> Reader:
    """A reader of the activity in the group `v` together with how often it happens (`each`)."""
    how_often = spaced(each)

    def read(spot: Spot) -> list[Found]:
        end = spot.match.end("v")
        item = phrase(spot.folded, spot.match.start("v"), end, verb=verb)
        often = how_often.search(spot.folded, end)
        if item is None or often is None or item.end < end - 1:
            return []
        return [Found(f"{item.value} {' '.join(often.group().split())}", often.end())]

    return read
