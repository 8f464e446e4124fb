"""An English speaker's table and calendar: what they spend, when and with how many, habits and plans.

What belongs here: how people tell of these beside the plain sentences of `english_predicates`. What does
not: the forms of amounts and days (`quantities`, `dates`), and how a value is read (`readers`).
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import english_calendar_readers as special
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.english_words import ADV, BE, OFTEN
from agnt_pipelines.dreaming.grammar.rules import Family, rule

_SIGN = r"(?:rp|idr|usd|us\$|aud|a\$|sgd|s\$|eur|gbp|\$|\u20ac|\u00a3)"
_UNIT = r"(?:k|rb|ribu|thousand|jt|juta|mil|million|m|usd|idr|aud|sgd|eur|gbp|dollars?|bucks|euros?|pounds?|quid|rupiah)"
_SUM = rf"(?:{_SIGN}\.?\s?\d[\d.,]*(?:\s?{_UNIT})?|\d[\d.,]*\s?{_UNIT})(?:\s?(?:-|to)\s?{_SIGN}?\s?\d[\d.,]*(?:\s?{_UNIT})?)?(?!(?!pp\b)\w)"
_EACH_ONE = r"(?:\s?(?:pp|p\.p\.|per (?:person|head|pax)|each|a (?:head|person)|/\s?(?:pp|person|pax|head)))"
_ABOUT = r"(?:(?:about|around|roughly|maybe|say|like|approx|up to|max|maximum|at most|only|no more than|not more than|ideally|somewhere|in the region of|a|circa|~|the|exactly|under|below|just|comfortably|usually|normally|probably) )*~?"
_CAP = r"(?:tops|max(?:imum)?|at (?:the )?(?:very )?most|absolute max(?:imum)?|limit|ceiling|budget|or (?:less|under|below)|and (?:not|no) (?:a \w+ )?more|is (?:my|our|the) (?:\w+ )?(?:max|maximum|limit|ceiling|budget|cap|number)|is (?:about )?(?:as (?:high|much|far) as|what (?:i|we)|all (?:i|we)|plenty|enough|the most)|and under)"

_SPENDING = (
    rule(Slot.BUDGET, rf"(?:{ADV} (?:can|could|'d|would|'ll|will|want to|wanna|try to|tend to|usually|normally|typically|am happy to|have|have got|need to|prefer to)|'d|'ll|'ve got|{BE}{ADV} (?:happy|willing|prepared|able|looking|hoping|ready|aiming|comfortable|fine|ok|okay|good))(?: (?:to|with|only|really|probably|usually|happily|now))* ?(?:spend(?:ing)?|pay(?:ing)?|drop|go|stretch|afford|do|budget|keep it|stay|work with|play with|blow|splash out|part with)?(?: (?:to|for|it|as high as|as much as|at|with|within|on))* {_ABOUT}(?={_SUM})", special.sum_here),
    rule(Slot.BUDGET, rf"{BE}{ADV} (?:not )?(?:spending|paying|budgeting(?: for)?|capped at|working with|looking at|thinking|on|at|limited to|going (?:over|above|past|beyond)) {_ABOUT}(?:more than |over )?(?={_SUM})", special.sum_here),
    rule(Slot.BUDGET, rf"(?: (?:don't|dont|do not|won't|wouldn't|would not|never|can't|cannot|try not to|refuse to)|'d never|'ll never| would never| will never)(?: (?:really|want to|wanna|like to|ever|usually|normally|be able to))* (?:spend|pay|go|stretch|do|drop|cough up|afford|be spending|be paying)(?: (?:any|anything|much))? (?:to )?(?:more than|over|above|past|beyond|higher than) {_ABOUT}(?={_SUM})", special.sum_here),
    rule(Slot.BUDGET, rf"(?:'ve| have)(?: got)? {_ABOUT}(?={_SUM}{_EACH_ONE}? (?:to (?:spend|play with|work with|blow)|in the (?:kitty|pot)|set aside|budgeted|for (?:the|dinner|this|everything)))", special.sum_here),
)  # fmt: skip
_HOUR = r"(?=(?:(?:half|quarter|five|ten|twenty) ?(?:past|to)? ?)?(?:\d{1,2}\b|\d{1,2}[:.]\d\d|\d{1,2} ?(?:am|pm|ish)|one|two|five|six|seven|eight|nine|ten|eleven|twelve|noon|midday|sunset))"
_MEALS = r"(?:(?:an? |our |my |the |early |late |big |quick |always )*(?:dinners?|lunch(?:es)?|breakfasts?|brunch(?:es)?|supper|drinks|tables?|bookings?|reservations?|food|meals?|eats?|something|out|sundowners|cocktails)(?: (?:out|reservations?|bookings?|slot))?)"
_AT = r"(?:at|around|about|by|from|for|before|circa|no later than|not before|after|between|roughly|bang on|on the dot of)"
_ONCE = r"(?![^.!?\n]{0,80}\b(?:tonight|tomorrow|tmrw|tmr|today|this (?:week|weekend|friday|saturday|sunday|evening)|next|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b)"
_HOURS = (
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"{_ONCE}(?:{OFTEN}|{ADV} (?:can|could|will|'ll)(?: only| really only)(?: ever| really)?|'ll only(?: ever)?| only(?: ever)?|{ADV} never|{BE}{ADV}(?: (?:always|usually))?)(?: (?:do|make|manage|eat|eating|dine|dining|book|come|go|have|having|sit down|sat down|arrive|free|hungry|want|ready|there|out|up for|down for|after|like|prefer|aim|go for|in))*(?: (?:to|for|out|in|a|the|our))*(?: {_MEALS})*(?: (?:from|{_AT}))+ {_HOUR}", special.clock),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"{_ONCE}{ADV} (?:eats?|dines?|do|does|have|has|book|books|sit down|sits down)(?: (?:out|in|to eat|early|late|always))*(?: (?:for|to))?(?: {_MEALS})?(?: {_AT})+ {_HOUR}", special.clock),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"{_ONCE}(?:{ADV}|'d|'d much|'d always| would) (?:prefers?|likes?|rather|loves?|favou?rs?|aims?|always aim|like)(?: (?:to|for|on|eat|eating|dine|dining|have|having|book|booking|come|coming|go|going|a|an|our|it|being|seated|sit|sitting))*(?: {_MEALS})?(?: {_AT})+ {_HOUR}", special.clock),
)  # fmt: skip
_N = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_ALWAYS = r"(?:usually|normally|typically|always|generally|mostly|tend to be|as (?:usual|always|ever|per usual)|every (?:time|week)|most (?:times|nights|weeks|of the time)|regularly|like (?:always|usual|every time)|on average|same as (?:usual|always))"
_PARTIES = (
    rule(Slot.TYPICAL_PARTY_SIZE, rf"(?:{BE}(?: {_ALWAYS})+|(?: {_ALWAYS})+)(?: (?:are|be|book|come|go|go out|eat|dine|reserve|roll|number|show up|turn up|travel|out|in|as|with|for|need|take|want|only|just|about|around|at least|up to|the|an?|group of|party of|table (?:for|of)|tables (?:for|of)|crew of|gang of))* (?={_N}(?:,| of us| people| pax| persons| adults| guests| strong| in total| total|[.!)\n]|$| and\b| so\b| for\b| as\b))", read.people),
    rule(Slot.TYPICAL_PARTY_SIZE, rf"{BE}{ADV} (?:an? )?(?:\w+ )?(?:group|gang|crew|party|team|club|squad|posse|crowd|table)(?: of)? (?={_N}\b(?: {_ALWAYS}))", read.people),
)  # fmt: skip

PREDICATES = (*_SPENDING, *_HOURS, *_PARTIES)
POSSESSIONS = (
    rule(Slot.BUDGET, rf"(?:(?:total|max|maximum|absolute|new|usual|upper|hard|top|comfort|price|spending|dinner|weekly) )*(?:budget|limit|max|maximum|ceiling|cap|spend|price range|range|sweet spot|comfort zone|number)(?: (?:for \w+|per \w+|these days|now|a (?:head|person)|tops out|went up|is now|has gone up))*(?:'s| is| would be| has to be| sits| tops out|:| went| goes)?(?: (?:at|to|now|under|like|still|max|usually|really|only))* {_ABOUT}(?={_SUM})", special.sum_here),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"(?:usual|preferred|favou?rite|normal|ideal|regular|standard|standing|best|perfect)(?: (?:dinner|booking|lunch|table|reservation|eating|breakfast|brunch|drinks))*(?: (?:time|hour|slot|table|booking|reservation))?(?: for \w+)?(?:'s| is| would be|:)(?: (?:always|at|around|about|still|probably|the|for|dinner|lunch|breakfast))* {_HOUR}(?!{_N} (?:of us|people))", special.clock),
    rule(Slot.TYPICAL_PARTY_SIZE, rf"(?:usual|typical|normal|regular|standing|standard)(?: (?:party|group|table|crew|crowd|gang|booking|reservation|lot|headcount|size))*(?:'s| is| are|:)(?: (?:a |the |about |around |always |table |party |group |for |of )*)(?={_N}\b(?! ?(?:am|pm|:|k\b|o'clock)))", read.people),
)  # fmt: skip
_LET = r"(?:call it|make it|let's (?:say|call it)|say|keep it|keep (?:it |things )?(?:to|at|under|around|below)|bump it(?: up)? to|raise it to|drop it to|up to|stretch(?:ing)? to|go(?:ing)? (?:up )?to|work(?:ing)? with|cap(?:ped)?(?: it| us| me)? (?:at|to)|limit|ceiling|max|nothing (?:over|above|more than|past)|don't go (?:over|above|past)|not (?:over|above|going over|paying more than|spending more than)|no more than|never (?:more than|over|above)|spend(?:ing)?|happy (?:with|to (?:pay|spend))|aim(?:ing)? for|somewhere (?:around|under)|budget)"
FREE = (
    rule(Slot.BUDGET, rf"(?:so |and |now |ok |then |{_ABOUT})(?={_SUM}{_EACH_ONE}?(?: all in| total| for (?:two|the two of us|everything|food|dinner|both of us))? {_CAP}\b)", special.sum_here),
    rule(Slot.BUDGET, rf"(?:so |and |just |let's |please |can you |you can |could you )*{_LET}(?:'s| is|:| of| at)? {_ABOUT}(?:more than )?(?={_SUM})", special.sum_here),
    rule(Slot.BUDGET, rf"{_ABOUT}(?={_SUM}{_EACH_ONE}(?: (?:please|ideally|max|or so|or less|all in|is fine|works))? *(?:$|[.,!;\n]))", special.sum_here),
    rule(Slot.BUDGET, rf"(?:max|maximum|absolute max|tops|limit|ceiling|upper limit|price range|spend)(?:'s| is|:| of| at)? {_ABOUT}(?={_SUM})", special.sum_here),
    rule(Slot.BUDGET, rf"(?:anything|something|somewhere|nothing|places?|not) (?:up to|within|under|below|around|over|above|more than|for under|cheaper than|less than|for around) {_ABOUT}(?={_SUM})", special.sum_here),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"{_ONCE}(?:(?:always|usually|normally|typically|generally|early|strictly) )*{_MEALS}(?: (?:is|has to be|for (?:us|me)(?: is)?|always|usually|strictly|never later than|means))*(?: {_AT})+ (?={_HOUR[3:-1]}[^.!?\n]{{0,14}}?(?:or not at all|as (?:always|usual)|like (?:always|usual|clockwork)|every (?:time|night|week|day)|always|usually|on the dot|sharp|or never|is (?:my|our)|without fail|, (?:always|usually)))", special.clock),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"{_ONCE}(?:(?:always|usually|normally|typically|generally|strictly|mostly) )+(?:(?:book|booking|eat|eating|dine|go for|out|have|want|after|do|a|an|the|for) )*(?:{_MEALS} )?(?:(?:{_AT}) )+{_HOUR}", special.clock),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"(?={_HOUR[3:-1]}[^.!?\n,]{{0,14}} (?:is|'s|has always been) (?:my|our|the) (?:usual|thing|slot|time|preferred|favou?rite|sweet spot|dinner ?time|table|standard|normal|go-to|magic)(?: \w+)?\b)", special.clock),
    rule(Slot.TYPICAL_PARTY_SIZE, rf"(?:table for |party of |group of |just |only |about |around |the |us )*(?={_N}(?: of us| people| pax| adults| strong)?,?(?: {_ALWAYS})+)(?!{_N} (?:am|pm))", read.people),
    rule(Slot.TYPICAL_PARTY_SIZE, rf"(?:there's |there are |there is |it's |its |it'll be |we're )?(?:{_ALWAYS} )+(?:(?:just|only|about|around|the|a|table for|party of|group of|crew of|gang of|tables for|at least|up to|out|for|booking for|us) )*(?={_N}(?: of us| people| pax| persons| adults| strong| guests| in total|[.,!)\n]|$| so\b| and\b))", read.people),
)  # fmt: skip

_STATIVE = (
    r"(?!(?:am|is|are|was|were|be|been|have|has|had|want|need|think|thought|guess|hope|wish|know|knew|mean|love|like|hate|prefer|enjoy|would|could|should|will|can|can't|don't|won't|might|may|must|"
    r"did|didn't|said|told|see|saw|got|just|never|live|look|feel|felt|miss|wonder|believe|swear|remember|forget|booked|went|came|ate|worked|was|ran|made|took|found|paid|spent|bet|ask|used|get|say|really|also|still|the|a|an|my|our|not|in|on|at|'m|'ve)\b)"
)
_EACH = (
    r"(?:every (?:single |other )?(?:day|night|morning|afternoon|evening|week|weekend|weekday|month|year|summer|winter|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun)s?(?: (?:morning|night|evening|afternoon|lunch))?|"
    r"(?:once|twice|(?:two|three|four|five|six|2|3|4|5|6) (?:times|days|nights|mornings)|\d+x) (?:a|per|each) (?:day|week|month|year|fortnight)|(?:on )?(?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|weekends|weekdays)(?:(?:,| and| &) (?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays))*|"
    r"(?:most|all) (?:mornings|days|evenings|nights|weekends|weeks|sundays|saturdays|fridays|afternoons)|each (?:morning|day|week|evening|sunday|saturday|friday|night)|daily|weekly|(?:first thing|at dawn|at sunrise) (?:every|each|most) \w+)"
)
_PRETTY = r"(?:(?:pretty much|basically|nearly|almost|more or less|literally|religiously|without fail|at least|about|roughly|practically|just about) )*"
_HABITS = (
    rule(Slot.HABIT, rf"(?:(?= do [a-z])|{OFTEN}|{ADV}) (?=(?P<v>{_STATIVE}[a-z]+\b[^.,!?;\n]{{0,44}}?) {_PRETTY}{_EACH}\b)", special.repeated),
    rule(Slot.HABIT, rf"(?:{OFTEN}| always) (?=(?:go|eat|drink|run|swim|surf|cook|read|practi[sc]e|train|play|meditate|walk|hike|cycle|bike|paint|write|volunteer|order|watch|dance|exercise|bring|sit|travel|skip|start|wake|listen|work|stretch|nap|tip|pay|share|ask|book)\b)(?!go (?:all|above|through|back|with|for|out)\b)(?!(?:eat|book|order|work|ask|pay) (?:at|around|for|out|dinner|a|up)\b)", read.action),
)  # fmt: skip
_HABIT_FREE = (
    rule(Slot.HABIT, rf"(?P<often>{_EACH}),?(?: (?:without fail|religiously|pretty much),?)* (?:i|we)(?:'m| am|'re| are)? (?:always |usually |basically |just )*(?={_STATIVE}[a-z]+\b)", special.repeated_after),
    rule(Slot.HABIT, rf"(?=(?P<v>(?:[a-z]+ing|yoga|pilates|gym|crossfit|padel|surf|church|mass|football|tennis|meditation|swim|run|boxing|spin|muay thai|salsa|therapy|physio|date night|book club|board games|poker|brunch|roast)(?: (?!every|each|most|on|twice|once|is|are|was)[a-z]+){{0,4}}?) {_PRETTY}{_EACH})(?!(?:looking|thinking|having|wondering|trying|booking|coming|going to be|celebrating|planning|open|opening|closing|starting|serving)\b)", special.repeated_thing),
)  # fmt: skip
_DOING = r"(?!(?:looking|hoping|wondering|thinking|trying|asking|wanting|needing|ordering|feeling|expecting|being|celebrating|just|bringing|running late|booking|not|training|turning|allergic|vegan|sure|craving|dying|keen)\b)"
_PLANS = (
    rule(Slot.PLAN, rf"{BE}{ADV} (?:(?:planning on|planning to|thinking of|thinking about|hoping to be|looking at|off to|definitely|finally|most likely) )*(?P<v>(?!going to (?!the\b|a\b|an\b|my\b)(?=[a-z]+ (?!this|next|on|in|tomorrow|tonight|today|for|with)))(?!(?:gonna|going to be|staying in tonight)\b){_DOING}[a-z]+ing\b)", special.plan_in_sentence),
    rule(Slot.PLAN, rf"(?:'ll|ll| will|{BE}{ADV} (?:gonna|going to|planning to|about to|hoping to|due to|set to|supposed to|meant to)|{ADV} (?:plan|intend|hope) to)(?: (?:finally|probably|be|also|then))* (?=(?!(?:an?|the|my|our|his|her|their|some|this|that|one|discuss\w*|talk\w*|try\w*|be|have to|need|want|like|love|let|see|get back|think|take it|say|know|tell|ask|try|wait|check|call|pay|order|eat|regret|never|miss|bring|confirm|send|come to|come back to you|turn|wear|sit|share|arrive|leave|skip)\b)[a-z]+ )", special.plan_verb_in_sentence),
    rule(Slot.PLAN, rf"(?:{BE}{ADV} (?:off|flying|away)|{ADV} (?:fly|leave|head|travel|move|sail|drive)(?: (?:off|out|back|over|down|up))?|{BE}{ADV} (?:going|heading|moving|leaving|travelling|sailing)) (?=(?P<v>(?:to|for|back to|home to) [a-z]+))", special.trip),
    rule(Slot.PLAN, rf"(?:'m| am|'re| are|'s| is) (?:no longer|not)(?: (?:actually|even))? (?P<v>{_DOING}[a-z]+ing\b)(?=[^.!?\n]{{2,60}}\b(?:after all|any ?more|now|in the end|this time)\b)", special.plan_off, denied=True),
    rule(Slot.PLAN, r"(?:'m| am|'re| are|'s| is) (?:no longer) (?P<v>(?:going|flying|travell?ing|heading|moving|visiting|driving|getting)\b)", special.plan_off, denied=True),
    rule(Slot.PLAN, r"(?:'ve| have|'s| has)? ?(?:had to |just |decided to )*(?:cancell?(?:ed)?|called off|call off|scrapped|scrap|bailed on|pulled out of|ditched|postponed) (?:the |our |my |that )?(?=[^.!?\n]{2,30}\b(?:trip|flight|holiday|plans?|tour|trek|dive|weekend|visit|wedding|party|hike|climb)\b)(?![^.!?\n]{0,30}\b(?:booking|reservation|table)\b)", special.cancelled, denied=True),
)  # fmt: skip
_PLAN_FREE = (
    rule(Slot.PLAN, r"(?:i'm |we're )?(?:gonna|going to|planning to|about to|hoping to) (?=(?!(?:an?|the|my|our|his|her|their|some|this|that|one|discuss\w*|talk\w*|try\w*|be|have to|need|want|like|love|let|see|think|say|know|tell|ask|try|wait|check|turn)\b)[a-z]+ )", special.plan_verb_in_sentence),
    rule(Slot.PLAN, r"(?P<v>(?:flying|heading|moving|travell?ing|driving|going|sailing|visiting|hiking|climbing|diving|relocating) (?!to (?:be|have|need))(?:[a-z]+))", special.plan_in_sentence),
    rule(Slot.PLAN, r"(?:the |our |my )?(?=[^.!?\n]{2,24}?\b(?:trip|flight|holiday|tour|trek|wedding|visit|hike) (?:is|'s) (?:off|cancelled|canceled|not happening|dead|postponed))", special.cancelled, denied=True),
)  # fmt: skip

TABLE = Family(
    hint=re.compile(
        r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midday|sunset)\b"
    ),
    predicates=PREDICATES,
    possessions=POSSESSIONS,
    free=FREE,
)
HABITS = Family(
    hint=re.compile(
        r"every|each|daily|weekly|\bonce|twice|times|days? a|\dx|most |all |mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|week(?:end|day)s|usually|always|often|normally|tend|typically|regularly"
    ),
    predicates=_HABITS,
    free=_HABIT_FREE,
)
PLANS = Family(
    hint=re.compile(
        r"ing\b|'ll|will|gonna|to\b|plan|fly|leave|head|trip|cancel|call(?:ed)? off|scrap|bail|pull"
    ),
    predicates=_PLANS,
    free=_PLAN_FREE,
)
FAMILIES = (TABLE, HABITS, PLANS)
