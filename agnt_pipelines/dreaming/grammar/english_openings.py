"""English openings: what may follow "my", and what may open a clause without any subject.

What belongs here: rules of possession ("my budget is ..."), of bare talk ("not a fan of ..."), and of
things called favourites. What does not: what follows a subject (`english_predicates`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.dates import days, yearly
from agnt_pipelines.dreaming.grammar.english_words import DAY, EVENTS, GO, GOALS
from agnt_pipelines.dreaming.grammar.quantities import COUNT
from agnt_pipelines.dreaming.grammar.rules import Found, Spot, rule
from agnt_pipelines.dreaming.grammar.vocabulary import DIET

FOOD = r"(?:(?:kinds? of|type of|types of) )?(?:cuisines?|foods?|dish|dishes|meals?)"
AREA = r"(?:areas?|neighbou?rhoods?|parts? of (?:town|bali|the island)|places? in bali)"
IS = (
    r"(?: (?:is|are|has always been|has to be|would be|was always)(?: (?:probably|definitely|maybe|"
    r"still|always|currently))?|:|'s) *(?:on |at )?"
)
THEMES = (
    r"(?:book|movie|film|show|series|song|band|game|sport|color|colour|season|flower|animal|artist|"
    r"author|drink|snack|dessert|cocktail|hobby|activity|genre|style|instrument|exercise|workout|"
    r"subject|coffee|tea|wine|beer|restaurant|cafe|beach|spot|holiday|ice cream flavor|flavou?r|recipe|"
    r"video game|type of \w+|kind of \w+|dance style|city|country|pet|character|board game|tv show)s?"
)

SMALL_PLEA = (
    r"(?:(?:something|anything|somewhere|a place|looking for|need|want|keep it|prefer(?:ably)?|ideally|"
    r"find|max|maximum|budget|please|with a)\b[^.!?\n]{0,40}?)?"
)


def birthday_near(spot: Spot) -> list[Found]:
    """A birthday told from the day of speaking."""
    near = days(spot.folded, spot.said_on, spot.match.start("when"), spot.match.end("when"))
    return [Found(yearly(day), spot.match.end()) for day in near]


MEETING = re.compile(
    r"\b(?:meeting|wedding|party|flight|trip|dinner|concert|show|exam|interview|appointment|gig|"
    r"race|competition|tournament|performance|workshop|class|conference|game|date|reunion|festival|"
    r"exhibition|fair)\b"
)


def event_plan(spot: Spot) -> list[Found]:
    """Something one has on a day: a meeting, a flight, an exam."""
    return [found for found in read.plan(spot) if MEETING.search(found.value)]


def favourite_is(spot: Spot) -> list[Found]:
    """What is called a favourite, when it stands as the subject of its clause."""
    found = [f for f in read.liking(spot)[:1] if f.end >= spot.match.end("v") - 1]
    if found and found[0].value.endswith("'s"):
        value, slot = read.placed(found[0].value.removesuffix("'s"))
        found = [replace(found[0], value=value, slot=slot)]
    return [replace(f, end=spot.match.end()) for f in found]


POSSESSIONS = (
    rule(
        Slot.FAVOURITE_CUISINES,
        rf"(?:absolute |all[- ]time )?(?:favou?rite|fave|fav) {FOOD}{IS}",
        read.things,
    ),
    rule(
        Slot.FAVOURITE_AREAS,
        rf"(?:absolute |all[- ]time )?(?:favou?rite|fave|fav|go-to) {AREA}{IS}",
        read.things,
    ),
    rule(Slot.LIKES, rf"(?:absolute |all[- ]time )?(?:favou?rite|fave|fav) {THEMES}{IS}(?:\")?", read.things),
    rule(Slot.BIRTHDAY, rf"(?:birthday|bday|b-day|birth day|date of birth|dob){IS}", read.yearly_day),
    rule(Slot.ANNIVERSARY, rf"(?:wedding )?anniversary{IS}", read.yearly_day),
    rule(
        Slot.BUDGET,
        r"(?:\w+ )?budget(?: (?:for \w+|per \w+))?(?: (?:is|would be|'s|of|around|about|up to|max|"
        r"under|roughly|usually|normally|only))*(?: |: *|'s )(?=(?:around |about |up to |max |under |"
        r"roughly |usually |maximum |only )?[\d$r\u20aciau\u00a3])",
        read.money,
    ),
    rule(
        Slot.INTERESTS,
        r"(?:(?:main|biggest|favou?rite|other|real|true|one) )?(?:hobby|hobbies|passions?|interests?|"
        rf"pastime){IS}(?:still )?",
        read.things,
    ),
    rule(Slot.OCCUPATION, rf"job{IS}(?:a |an )", read.trade),
    rule(
        Slot.FITNESS_GOAL,
        rf"(?:(?:main|current|fitness|next|health) )*goal{IS}to (?P<v>{GOALS})\b",
        read.goal,
    ),
    rule(
        Slot.OCCASION,
        rf"(?:\d{{1,2}}(?:st|nd|rd|th) )?(?P<v>{EVENTS})(?: is|'s| will be| falls| party is)(?: coming up)? ",
        read.dated_occasion,
    ),
    rule(
        Slot.TYPICAL_PARTY_SIZE,
        rf"(?:usual|typical|normal) (?:party|group|table)(?: size)?{IS}(?:of )?(?={COUNT})",
        read.people,
    ),
    rule(
        Slot.PREFERRED_BOOKING_HOUR,
        r"(?:usual|preferred|favou?rite|normal) (?:dinner |booking |lunch )?(?:time|hour|slot)(?: for "
        rf"\w+)?{IS}(?=\d|noon)",
        read.hour,
    ),
    rule(Slot.HOME_AREA, r"(?:villa|home|apartment|house|place) is in ", read.place),
    rule(Slot.ORIGIN, rf"(?:hometown|home town|home country){IS}", read.place),
)
FREE = (
    rule(
        Slot.NEVER,
        r"no (?P<v>pork|beef|meat|gluten|dairy|nuts|seafood|shellfish) (?:please|pls|for (?:me|us))\b",
        read.named,
    ),
    rule(
        Slot.LIKES,
        r"(?:(?:absolutely|really|just) )?(?:love|loving) (?!(?:when|how|that|it|you|your|this|the|to|"
        r"and|or|is|from)\b)",
        read.liking,
    ),
    rule(
        Slot.LIKES,
        r"(?:(?:really) )?(?:don't|dont|do not) (?:really )?(?:like|enjoy) ",
        read.liking,
        denied=True,
    ),
    rule(Slot.DISLIKES, r"(?:(?:absolutely|really) )?hate ", read.things),
    rule(Slot.ALLERGY, r"(?:severely |super |highly |very )?allergic to ", read.things),
    rule(
        Slot.ALLERGY,
        r"(?P<v>(?:peanut|nut|tree nut|shellfish|seafood|egg|dairy|gluten|soy|sesame|fish|shrimp|prawn|"
        r"milk|wheat)) allergy(?= (?:here|btw|in (?:our|the) group)|[.!,]|$)",
        read.named,
    ),
    rule(
        Slot.DIET,
        rf"(?:strictly |strict )?(?P<v>{DIET})(?: (?:here|btw|please|only|pls|and proud))",
        read.diet,
    ),
    rule(
        Slot.LIKES,
        r"(?:really )?not (?:a (?:big |huge )?fan of|into|keen on|fond of) ",
        read.liking,
        denied=True,
    ),
    rule(Slot.DISLIKES, r"(?:really )?can't stand ", read.things),
    rule(
        Slot.BUDGET,
        r"(?:total )?budget(?: (?:is|of|around|about|up to|max|under))*(?: |: *)(?=[\d$r\u20aciau\u00a3])",
        read.money,
    ),
    rule(
        Slot.BUDGET,
        rf"{SMALL_PLEA}\b(?:under|below|less than|max|maximum|at most|no more than|up to|within) "
        r"(?=(?:rp|idr|\$|\u20ac|\u00a3)?\.?\s?\d[\d.,]*\s?(?:k|rb|jt|mil|million|juta|ribu|idr|"
        r"usd)?\b)",
        read.money,
    ),
    rule(Slot.BIRTHDAY, r"i(?:'m| was) born (?:on )", read.yearly_day),
    rule(
        Slot.BIRTHDAY,
        r"(?P<when>today|tomorrow)(?: is|'s) my (?:birthday|bday)",
        birthday_near,
    ),
    rule(Slot.ANNIVERSARY, r"(?:we|i) got married on ", read.yearly_day),
    rule(
        Slot.OCCASION,
        rf"(?:it's|its|it is|it will be|it'll be) (?:my|our) (?:\d{{1,2}}(?:st|nd|rd|th) "
        rf")?(?:(?:wedding|one year|first|1st) )?(?P<v>{EVENTS})\b",
        read.occasion,
    ),
    rule(
        Slot.OCCASION,
        rf"(?:celebrating|here for) (?:my|our|a) (?:\d{{1,2}}(?:st|nd|rd|th) )?(?P<v>{EVENTS})\b",
        read.occasion,
    ),
    rule(
        Slot.TYPICAL_PARTY_SIZE,
        r"(?:there (?:are|is)|there's|it's)? ?(?:usually|typically|normally|always)(?: (?:a table for|"
        rf"a group of|around|about|for|just))* (?={COUNT}(?: (?:people|persons|pax|of us|guests))?(?: "
        r"*(?:$|[.,!)\n])))",
        read.people,
    ),
    rule(
        Slot.PREFERRED_BOOKING_HOUR,
        r"(?:usually|normally|typically)(?: (?:dinner|lunch|breakfast|brunch|drinks)) (?:at|around|"
        r"about) (?=\d|noon)",
        read.hour,
    ),
    rule(
        Slot.PLAN,
        rf"(?:next (?:week|month|weekend|year|{DAY})|this (?:week|weekend|month|{DAY})|tomorrow|"
        rf"tonight|on {DAY}),? (?:i|we)(?:'m|'re| am| are)(?: also| actually)? (?P<v>{GO}\b)",
        read.plan_after_date,
    ),
    rule(
        Slot.PLAN,
        r"(?:we|i)(?: have|'ve got| got) (?P<v>(?:a|an|my|our) (?!lot|few|bit)[a-z]+)(?! of)",
        event_plan,
    ),
)


SORT = "(?:pretty much|mostly|definitely|always|still|really|also)"
ANYWHERE = (
    rule(
        Slot.LIKES,
        r"(?P<v>[a-z]+ing(?: [a-z]+)?|music|art|yoga|dance|nature|books|coffee|animals|pottery|"
        r"cooking|poetry|guitar|photography) (?:always |really |also )*(?:(?:brings?|gives?) me (?:so "
        r"much |such |a lot of |great |pure |a sense of |an? )?(?:joy|happiness|peace|freedom|escape|"
        r"energy)|makes? me (?:so |really |very |feel )*(?:happy|relaxed|calm|free|alive|good)|helps? "
        r"me (?:to )?(?:relax|unwind|de-?stress|destress|clear my (?:head|mind)|stay sane|express (?:myself|my feelings|my emotions)|(?:explore|show) my (?:identity|feelings)|be (?:creative|myself)|feel (?:better|calm|good)|focus|get my emotions out)|(?:is|"
        rf"'s)(?: {SORT})* my (?:happy place|escape|therapy|stress relief|stress fix|go-to|thing|jam|"
        r"top pick|stress-buster))\b",
        favourite_is,
    ),
    rule(
        Slot.LIKES,
        r"(?P<v>[a-z][a-z' -]{2,40}?)(?: is| are|'s) (?:still |definitely |probably |one of |also |by "
        r"far |some of )*my (?:absolute |all[- ]time )?(?:favou?rites?|fave|faves|fav|jam|go-to|thing|"
        r"passion|top pick|hobby)\b(?! (?:part|thing|one|memory|moment|way|time|so far))",
        favourite_is,
    ),
)
