"""How people say it in a chat: predicates and openings beside those of the two English tables.

What belongs here: what tells of a bad stomach, a stressful crowd, a budget that moved, a thing that is no
longer so. What does not: how a value is read (`readers`), labels (`labels`).
"""

from __future__ import annotations

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.english_words import ADV, BE, EVENTS, NOT, OFTEN, ON_ITS_OWN
from agnt_pipelines.dreaming.grammar.rules import rule
from agnt_pipelines.dreaming.grammar.vocabulary import (
    ALLERGEN,
    BUSINESS_OWNER,
    DIET,
    INTOLERANCE,
    RUNS,
    TRADE_FIELD,
)

_CANNOT = r"(?:can't|cant|cannot|can not|couldn't)(?: (?:really|even))*"
_ANY_MORE = r"[^.!?\n]{0,40}?\b(?:any ?more|no longer)\b"
_FOR_NOW = r"[^.!?\n]{0,40}\b(?:this (?:week|weekend|month)|tonight|today|until|till|for (?:a|the|two|three|\d+)|next)\b"
_DRINK = r"(?:red wine|white wine|natural wine|wine|beer|cocktails|gin|whisky)"
_PLEASANT = r"(?:a (?:good|nice|proper|decent|great|bit of|cold|big) )?"
_NO_REQUEST = r"(?!(?:if|it|to|that|this|when|you|your|not)\b)"

PREDICATES = (
    rule(
        Slot.ALLERGY,
        rf"{ADV} {_CANNOT} (?:eat|have|do|tolerate|digest|stomach|handle|touch)(?: (?:any|anything|food|dishes|stuff))?"
        rf"(?: (?:with|containing|that has|that contains))?(?: any)? (?P<v>{ALLERGEN})\b",
        read.named,
    ),
    rule(Slot.ALLERGY, rf"(?:{BE} not| (?:isn't|aren't|am not)){ADV} (?P<v>{INTOLERANCE})\b", read.intolerance, denied=True),
    rule(Slot.ALLERGY, rf"{BE} no longer (?:allergic to )(?P<v>{ALLERGEN})\b", read.named, denied=True),
    rule(Slot.DIET, rf"{BE} no longer (?:a |an )?(?:strict )?(?P<v>{DIET})\b", read.diet, denied=True),
    rule(Slot.DIET, rf"(?:(?:'ve| have)? (?:stopped|quit) being|(?:'ve| have)? given up being|(?:'ve| have)? gave up being) (?:a |an )?(?P<v>{DIET})\b", read.diet, denied=True),
    rule(Slot.HOME_AREA, r" (?:no longer (?:live|lives|stay)|(?:don't|dont|do not|doesn't) live) in ", read.place, denied=True),
    rule(Slot.HOME_AREA, r"(?:'m|'re| am| are| is) (?:no longer|not) (?:living|based) in ", read.place, denied=True),
    rule(Slot.HOME_AREA, rf"(?:{ADV} stays?|{BE}{ADV} staying) (?:in|at|up in|over in|near) (?!{_FOR_NOW})", read.area_only),
    rule(Slot.HOME_AREA, rf"{ADV} lives? (?:up in|over in|down in|out in|near|around|close to|right in|here in) ", read.place),
    rule(Slot.HOME_AREA, rf"{BE}{ADV} (?:a )?(?:locals?|residents?) (?:in|of) ", read.place),
    rule(Slot.DISLIKES, rf"{NOT} (?:hate|dislike|mind) (?={_ANY_MORE})", read.until_any_more, denied=True),
    rule(Slot.DISLIKES, r" no longer (?:hate|dislike)s? ", read.things, denied=True),
    rule(Slot.LIKES, r" no longer (?:like|love|enjoy)s? ", read.liking, denied=True),
    rule(
        Slot.DISLIKES,
        r"(?:'d| would)(?: (?:much|really))? rather (?:avoid|skip|not (?:have|sit near|go to)) (?:(?:places|venues|bars|anywhere|restaurants) (?:with|that have) )?",
        read.things,
    ),
    rule(Slot.DISLIKES, rf"{ADV} {_CANNOT} (?:handle|deal with|do|take|tolerate) (?!(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tonight|tomorrow|today|before|after|at|around|lunch|dinner|late|next|then|now|any|\d+|it|that|this|the stairs|stairs|steps)\b)", read.things),
    rule(Slot.LIKES, rf"{NOT} (?:feel like|appreciate) (?!(?:it|that|this)\b)", read.liking, denied=True),
    rule(Slot.LIKES, rf"{BE}{ADV} (?:more of )?(?:a|an) (?P<v>[a-z]+(?: [a-z]+)?)[ -](?:person|guy|girl|type)\b", read.lessons),
    rule(Slot.LIKES, r"(?:'ve| have)? (?:got )?(?:always had )?a (?:thing|sweet spot|weak spot|weakness) for ", read.liking),
    rule(Slot.LIKES, rf"{ADV} (?:prefers?|loves?|likes?|enjoys?) {_PLEASANT}{_NO_REQUEST}", read.liking),
    rule(Slot.LIKES, rf"{ADV} (?:go|goes|would go) (?:crazy|nuts|mad) for ", read.liking),
    rule(Slot.LIKES, r" could (?:eat|drink|have) (?P<v>[a-z]+(?: [a-z]+)?) (?:every day|all day|every single day|for every meal|forever)\b", read.lessons),
    rule(Slot.INTERESTS, rf"{ADV} (?:collects?|restores?) (?!(?:the|my|it|you|them)\b)", read.things),
    rule(
        Slot.INTERESTS,
        rf"{ADV} (?P<v>surf|dive|freedive|climb|skate|ski|snowboard|paint|dance|cycle|swim|knit|meditate|bake|kitesurf|hike)(?=(?:{ON_ITS_OWN})| (?:mostly|mainly|most|when|on|in my)\b)",
        read.volunteering,
    ),
    rule(Slot.INTERESTS, rf"{ADV} (?:play|plays) (?P<v>in a band)\b", read.named),
    rule(
        Slot.PREFERRED_BOOKING_HOUR,
        rf"{OFTEN} (?:go out|head out|eat out|come|have (?:dinner|lunch|breakfast|brunch)|eat|dine|meet)(?: (?:for|to))?(?: (?:dinner|lunch|brunch|breakfast|drinks|eat))? (?:at|around|about|from) (?=\d|noon)",
        read.hour,
    ),
    rule(Slot.PREFERRED_BOOKING_HOUR, rf"{BE}{ADV} (?:usually |normally )?free (?:at|around|from|after) (?=\d)", read.hour),
    rule(Slot.BUDGET, rf"{BE}{ADV} on an? (?:tight |small |limited |low |strict )?budget\b", read.money),
    rule(
        Slot.BUDGET,
        r"(?: (?:don't|dont|do not|won't|wouldn't|would not|never|can't|cannot)|'d never|'ll never| would never| will never)"
        r"(?: (?:really|want to|wanna|like to|ever))* (?:spend|pay|go)(?: (?:any|anything))? (?:more than|over|above) ",
        read.money,
    ),
    rule(Slot.BUDGET, r"(?: (?:can|could|want to|usually|would) (?:only )?(?:spend|pay|afford|do)) (?:about |around |up to |maybe |max |at most |only )*(?=[\d$r\u20aciau\u00a3])", read.money),
    rule(Slot.FITNESS_GOAL, rf"{BE}{ADV} (?:in training|training|preparing|getting ready|signed up) for (?:the |a |an |my (?:first )?)?(?=[^.!?]{{0,20}}\b(?:marathon|triathlon|race|ironman|5k|10k|half)\b)", read.things),
    rule(Slot.OCCUPATION, rf"{ADV} works? (?:in|for|at) (?:a |an |the )?(?P<v>{TRADE_FIELD})\b", read.named),
    rule(Slot.OCCUPATION, rf" {RUNS}", read.fixed(BUSINESS_OWNER)),
    rule(Slot.HOUSEHOLD, r"(?:'ve| have)?(?: (?:just|recently|finally))* (?:got|gotten) (?P<v>engaged|married|divorced)\b(?! (?:on|in|at|to)\b)", read.status),
    rule(Slot.HOUSEHOLD, rf"{BE}{ADV} (?:bringing|coming with|traveling with|travelling with|with) (?:my |our )?(?=(?:\w+ ){{0,2}}(?:kids|children|toddler|baby|twins|dogs?)\b)", read.members),
    rule(Slot.ACCESSIBILITY, rf"{ADV} (?:need|needs|require|requires)(?: (?:a|an|some|the))? (?=(?:ramp|step[ -]free|wheelchair|no stairs))", read.access),
    rule(Slot.OCCASION, rf"(?: (?:want|need)|{BE}{ADV} (?:looking for|after)) (?:somewhere|a place|something|a table|a spot|dinner)(?: (?:nice|special|romantic|good|quiet))? (?:for|to celebrate) (?:my|our|an?|the) (?:\d{{1,2}}(?:st|nd|rd|th) )?(?P<v>{EVENTS})\b", read.occasion),
    rule(Slot.NEVER, rf"{NOT} (?=(?:drink|do) (?:coffee|tea|milk|caffeine|soda|spirits|beer|wine|sugar)\b)(?![^.!?,\n]{{0,24}}\b(?:after|before|past|at night|in the)\b)", read.action),
    rule(Slot.NEVER, r" (?:will |would )?never (?=(?:go|stay|visit|pay|eat|drive|dine|sit)\b)", read.action),
    rule(Slot.NEVER, r"(?: have|'ve)?(?: (?:stopped|quit|gave up|given up)) (?=eating\b|drinking (?:coffee|tea|milk|soda|wine|beer|caffeine)\b)", read.things),
    rule(Slot.NEVER, r" no longer (?=(?:eat|drink|smoke|touch)\b)", read.action),
    rule(Slot.OCCUPATION, rf"{BE}{ADV} (?:a )?(?P<v>retired|unemployed|self-employed|stay-at-home (?:mom|mum|dad|parent)|homemaker|freelancer)\b", read.named),
    rule(Slot.DISLIKES, rf"{BE}{ADV} (?:scared|afraid|terrified) of ", read.things),
    rule(Slot.HOME_AREA, r"(?:'ve| have)?(?: (?:just|recently))? moved (?:back|over|down|up) to ", read.place),
)  # fmt: skip
"""Tried right behind a subject, after `english_predicates`."""

POSSESSIONS = (
    rule(Slot.BUDGET, r"(?:\w+ )?budget (?:just )?(?:went (?:up|down)|(?:has |is )?(?:changed|increased|dropped|bigger|smaller|higher|lower)|got (?:cut|bigger|smaller))\b", read.money),
    rule(Slot.LIKES, r"(?:absolute |all[- ]time )?(?:go-to(?: \w+)?|comfort food|guilty pleasure|weakness|favou?rite|fave)(?: is| are|'s| would be|:) (?:always |still |probably )?", read.liking),
    rule(Slot.ALLERGY, rf"(?P<v>{ALLERGEN}) allergy\b", read.named),
    rule(Slot.NEVER, r"doctor (?:says|said|told me)(?: i)? (?:no|not to eat) ", read.things),
    rule(Slot.BUDGET, r"(?:\w+ )?budget(?:'s| is) (?:really |very |quite |pretty )?(?:tiny|small|tight|limited|low|flexible|modest)\b", read.money),
    rule(Slot.TYPICAL_PARTY_SIZE, r"usual(?:'s| is) (?:a table (?:for|of) |a group of )?(?=(?:\d|two|three|four|five|six|seven|eight)\w*)", read.people),
)  # fmt: skip
"""Tried behind "my"."""

FREE = (
    rule(Slot.ALLERGY, rf"(?:i have )?(?:a |an )?(?:(?:severe|serious|bad|mild|strong|deadly|known) )?(?P<v>{ALLERGEN}) (?:allergy|allergies)\b", read.named),
    rule(Slot.ALLERGY, rf"(?P<v>{ALLERGEN})(?: \w+)? (?:gives? (?:me|us) (?:hives|a rash|rashes|stomach ?aches?|cramps|migraines)|makes? (?:me|us) (?:sick|itch|itchy|swell(?: up)?|ill|bloated|break out)|doesn't agree with (?:me|us)|wrecks? my (?:stomach|gut)|upsets? my stomach)", read.named),
    rule(Slot.NEVER, rf"(?![^.!?\n]{{0,60}}\ballergic\b)(?:strictly )?no (?P<v>pork|beef|red meat|meat|lard|spirits|raw fish|onions?|garlic|mushrooms?|coriander|cilantro|msg|sugar|mayo|cheese|chilli|chili|offal|{ALLERGEN})(?= *(?:$|[.,!;)\n])| (?:ever|please|pls|for (?:me|us)|thanks|thank you|and|or)\b)", read.named),
    rule(Slot.DIET, rf"(?:not|no longer) (?:a )?(?P<v>{DIET})(?: (?:any ?more|anymore|now|these days))?(?= *(?:$|[.,!;)\n])| (?:btw|tho|though|so|but)\b)", read.diet, denied=True),
    rule(Slot.DIET, rf"(?:strictly |only )?(?P<v>{DIET})(?: (?:food|meals|menu))?(?: only| onl?y please| please| pls| for (?:me|us))", read.diet),
    rule(Slot.ALCOHOL, rf"only (?P<v>{_DRINK}) for (?:me|us)\b", read.named),
    rule(Slot.ALCOHOL, r"(?:no (?:alcohol|booze|drinking))(?: (?:for (?:me|us)|please|pls|anymore|any more|at all))", read.fixed("alcohol"), denied=True),
    rule(Slot.ALCOHOL, r"(?:gave up|quit|stopped) (?:drinking|alcohol|booze)\b(?! (?:coffee|soda|tea|milk|enough))", read.fixed("alcohol"), denied=True),
    rule(Slot.ACCESSIBILITY, r"(?=(?:please )?no (?:stairs|steps)\b)", read.access),
    rule(Slot.LIKES, rf"(?:i )?(?:(?:absolutely|really|just) )?love(?:,? love)* {_PLEASANT}{_NO_REQUEST}(?!(?:how|the|and|or|is|from)\b)", read.liking),
    rule(Slot.LIKES, rf"(?:(?:definitely|always|usually) )?prefer(?:ring)? {_NO_REQUEST}", read.liking),
    rule(Slot.LIKES, r"(?:really |super |totally )?(?:into|big fan of|huge fan of|obsessed with) ", read.liking),
    rule(Slot.LIKES, r"(?:never|not) (?:really |much )?(?:liked|been into|been a fan of) ", read.liking, denied=True),
    rule(Slot.LIKES, r"what (?:i|we) (?:really |most |actually )?(?:like|love|enjoy)(?: (?:most|best))? (?:is|are) ", read.liking),
    rule(Slot.LIKES, r"(?:anyone|everyone|everybody|anybody) (?:can tell you|knows|who knows me knows)(?: that)? (?:i|we) (?:really )?(?:love|like|adore|enjoy) ", read.liking),
    rule(Slot.LIKES, r"(?P<v>[a-z]+(?: [a-z]+)?) (?:>|>>|over) (?:everything|anything)(?: else)?", read.lessons),
    rule(Slot.TYPICAL_PARTY_SIZE, r"(?:there's|there are|there is|it's|its|we're|we are)(?: (?:usually|normally|typically|always))+ (?:about |around )?(?=(?:\d|two|three|four|five|six|seven|eight|nine|ten)\w*(?: of us| people)?)", read.people),
    rule(Slot.PREFERRED_BOOKING_HOUR, r"(?=(?:dinner|lunch|breakfast|brunch|drinks) (?:at|around) [\d:.]+ ?(?:am|pm)? (?:is|would be|has always been) (?:my|our) (?:usual|thing|habit|routine|time)\b)", read.hour),
    rule(Slot.BUDGET, r"(?:anything|something|somewhere|nothing)? ?(?:not more than|no more than|nothing over|nothing above|not over|below|under|around|about) (?=(?:rp|idr|\$|\u20ac|\u00a3)\.? ?\d|\d[\d.,]* ?(?:k|rb|jt|mil|million|juta)\b)", read.money),
    rule(Slot.OCCASION, rf"(?:looking for |need |want )?(?:somewhere|a place|something|a table|dinner)(?: (?:nice|special|romantic|good|quiet))? (?:for|to celebrate) (?:my|our) (?:\d{{1,2}}(?:st|nd|rd|th) )?(?P<v>{EVENTS})\b", read.occasion),
    rule(Slot.HOME_AREA, r"(?:living|based) in ", read.area_only),
    rule(Slot.HOUSEHOLD, r"(?:it's|its|it is)? ?(?:just|only) me and (?:my |our )", read.members),
    rule(Slot.DISLIKES, rf"{_CANNOT} (?:handle|do|take|eat|deal with) (?=(?:spicy|spice|chill?i|heat|crowds|noise|loud|smoke)\b)", read.things),
    rule(Slot.BUDGET, r"(?:around|about|roughly|up to|say) (?=(?:rp|idr|\$)?\.?\s?\d[\d.,]* ?(?:k|rb|jt|mil|usd|idr)? ?(?:per (?:person|head|pax)|each|pp|a (?:head|person))\b)", read.money),
    rule(Slot.PREFERRED_BOOKING_HOUR, r"(?=(?:dinner|lunch|breakfast|brunch|drinks) (?:at|around) [\d:.]+ ?(?:am|pm)? (?:suits|works (?:best )?for|is best for) (?:me|us)\b)", read.hour),
)  # fmt: skip
"""Tried where a clause opens, after `english_openings`."""

_V = r"(?P<v>(?!(?:it|that|this|they|he|she|you|which|everything|nothing|what)\b)[a-z][a-z' -]{1,34}?)"
ANYWHERE = (
    rule(Slot.DISLIKES, rf"{_V} (?:(?:really |just |always )*(?:stress(?:es)?|freaks?|wears?) (?:me|us) out|(?:really )?(?:annoys?|bothers?|irritates?) (?:me|us)|drives? (?:me|us) (?:crazy|mad|nuts|insane)|puts? (?:me|us) off|gives? (?:me|us) (?:anxiety|a headache))\b", read.before_verb),
    rule(Slot.LIKES, rf"{_V} (?:is not|isn't|isnt|are not|aren't|ain't|was never|is just not|just isn't)(?: really)? (?:for (?:me|us)|my (?:thing|cup of tea|jam|style|vibe)|our (?:thing|cup of tea|style))\b", read.before_verb, denied=True),
    rule(Slot.LIKES, rf"{_V} (?:is|are) (?:an absolute |a |an )?(?:must|essential|non-negotiable|everything)(?: have)? (?:for|to) (?:me|us)\b", read.before_verb),
    rule(Slot.LIKES, rf"{_V} (?:is|are|has been|has become)(?: such)? (?:a|an) (?:huge|big|important|large|major) part of my life\b", read.before_verb),
    rule(Slot.LIKES, rf"{_V} (?:means?|meant) (?:so much|a lot|the world|everything) to me\b", read.before_verb),
    rule(Slot.LIKES, rf"{_V} (?:always |really )*makes? (?:me|us) (?:so |really |very |feel )*(?:happy|relaxed|calm|smile|alive)\b", read.before_verb),
    rule(Slot.LIKES, rf"{_V} (?:gets?|wins?|has|have|get) (?:our|my) (?:vote|heart)\b", read.before_verb),
)  # fmt: skip
"""Tried where a clause opens that speaks of "me" or "my"."""
